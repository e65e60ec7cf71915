"""Exchanges as an HTTP Archive (HAR 1.2), which browsers and proxies open.

An archive of the witnesses lets people look at a failure with the tools that they know. Credentials never were in an
exchange, so none are in the archive; what HAR has no place for stands in members that begin with `_`, as it asks.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.history import Exchange
from conformance.reports.invocation import SHOWN
from conformance.reports.report import Report
from specs.message import HttpRequest, HttpResponse, header

BODY_MAX = 1024 * 1024
"""Bytes of a body that an archive shows."""
ENTRIES_MAX = 2000


def witnesses(report: Report) -> tuple[Exchange, ...]:
    """The exchanges that show what failed or warned, in order, each once."""
    shown = {index for row in report.rows if row.finding.verdict in SHOWN for index in row.finding.witness}
    known = report.exchanges
    return tuple(known[index] for index in sorted(shown) if index in known)[:ENTRIES_MAX]


def har(exchanges: Iterable[Exchange], target: str, started: str) -> dict[str, Any]:
    """The archive of some exchanges with a target. `started` (ISO 8601) is when their clock was at 0."""
    parts, began = urlsplit(target), datetime.fromisoformat(started)
    address = f"{parts.scheme}://{parts.netloc}"
    entries = [_entry(exchange, address, began) for exchange in exchanges]
    return {"log": {"version": "1.2", "creator": {"name": "conformance", "version": "2"}, "entries": entries}}


def _entry(exchange: Exchange, address: str, began: datetime) -> dict[str, Any]:
    took = max(0.0, exchange.received_at - exchange.sent_at) * 1000
    return {
        "startedDateTime": (began + timedelta(seconds=exchange.sent_at)).isoformat(timespec="milliseconds"),
        "time": round(took, 3),
        "request": _request(exchange.request, address),
        "response": _response(exchange.response) if exchange.response else _nothing(exchange.failure),
        "cache": {},
        "timings": {"send": 0, "wait": round(took, 3), "receive": 0},
        "_exchange": exchange.index,
        "_operation": exchange.operation or "",
        "_case": exchange.case.label if exchange.case else "",
    }


def _request(request: HttpRequest, address: str) -> dict[str, Any]:
    # Some targets are no URLs on purpose; what follows a question mark is a query in all of them.
    query = parse_qsl(request.target.partition("?")[2].partition("#")[0], keep_blank_values=True)
    found: dict[str, Any] = {
        "method": request.method,
        "url": address + request.target,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request.headers),
        "queryString": _pairs(query),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        kind = header(request.headers, "content-type") or "application/octet-stream"
        found["postData"] = {"mimeType": kind, "params": [], **_text(request.body)}
    return found


def _response(response: HttpResponse) -> dict[str, Any]:
    kind = header(response.headers, "content-type") or "application/octet-stream"
    return {
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": {"size": len(response.body), "mimeType": kind, **_text(response.body)},
        "redirectURL": header(response.headers, "location") or "",
        "headersSize": -1,
        "bodySize": len(response.body),
    }


def _nothing(failure: str | None) -> dict[str, Any]:
    """What browsers write for a request that got no answer: status 0."""
    content = {"size": 0, "mimeType": "x-unknown", "text": ""}
    empty = _response(HttpResponse(0, (), b""))
    return empty | {"content": content, "_error": failure or "no answer"}


def _text(body: bytes) -> dict[str, Any]:
    shown = body[:BODY_MAX]
    cut = {"comment": f"cut: the body has {len(body)} bytes"} if len(body) > BODY_MAX else {}
    try:
        return {"text": shown.decode(), **cut}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(shown).decode("ascii"), "encoding": "base64", **cut}


def _pairs(rows: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rows]
