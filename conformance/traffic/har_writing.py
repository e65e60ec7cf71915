"""Writes entries as a HAR 1.2 file, so that a proxy's record can be judged again and read by other tools.

Credentials are gone before entries exist; that a request had some is written as a header without its value.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from conformance.traffic.recording import HIDDEN, Entry
from specs.message import Headers, media_type


def har_document(entries: Iterable[Entry], secret_header: str) -> dict[str, Any]:
    """The HAR document of entries; `secret_header` is the header that the contract logs in with."""
    creator = {"name": "conformance proxy", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "entries": [_row(entry, secret_header) for entry in entries]}}


def _row(entry: Entry, secret_header: str) -> dict[str, Any]:
    request, response = entry.request, entry.response
    sent = entry.sent_at or 0.0
    took = max(0.0, (entry.received_at or sent) - sent) * 1000
    shown = ((secret_header, HIDDEN.decode()),) if entry.logged_in else ()
    sent_body = {"postData": _post_data(request.body, media_type(request.headers))} if request.body else {}
    return {
        "startedDateTime": datetime.fromtimestamp(sent, UTC).isoformat(),
        "time": took,
        "request": {
            "method": request.method,
            "url": entry.origin + request.target,
            "httpVersion": "HTTP/1.1",
            "headers": _pairs((*request.headers, *shown)),
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(request.body),
            **sent_body,
        },
        "response": {
            "status": response.status if response else 0,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(response.headers if response else ()),
            "cookies": [],
            "content": _content(response.body, media_type(response.headers)) if response else {"size": 0},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(response.body) if response else -1,
        },
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "comment": entry.failure or "",
    }


def _pairs(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _post_data(body: bytes, kind: str | None) -> dict[str, Any]:
    return {"mimeType": kind or "", **_text(body)}


def _content(body: bytes, kind: str | None) -> dict[str, Any]:
    return {"size": len(body), "mimeType": kind or "", **_text(body)}


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}
