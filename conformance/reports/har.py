"""Exchanges as an HTTP Archive (HAR 1.2), which browsers and proxies open.

An archive of the witnesses lets people look at a failure with the tools that they know. Credentials never were in an
exchange, so none are in the archive; what HAR has no place for stands in members that begin with `_`, as it asks.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.history import Exchange
from conformance.reports.invocation import SHOWN
from conformance.reports.report import Report
from specs.message import HttpRequest, HttpResponse, header

BODY_MAX = 1024 * 1024
"""Bytes of a body that an archive of witnesses shows."""
ENTRIES_MAX = 2000


def witnesses(report: Report) -> tuple[Exchange, ...]:
    """The exchanges that show what failed or warned, in order, each once."""
    shown = {index for row in report.rows if row.finding.verdict in SHOWN for index in row.finding.witness}
    known = report.exchanges
    return tuple(known[index] for index in sorted(shown) if index in known)[:ENTRIES_MAX]


def har(exchanges: Iterable[Exchange], target: str, started: str) -> dict[str, Any]:
    """The archive of some exchanges with a target. `started` (ISO 8601) is when their clock was at 0."""
    parts, began = urlsplit(target), datetime.fromisoformat(started)
    return archive([_entry(exchange, f"{parts.scheme}://{parts.netloc}", began) for exchange in exchanges])


def archive(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """The archive that holds these entries."""
    return {"log": {"version": "1.2", "creator": {"name": "conformance", "version": "2"}, "entries": entries}}


def _entry(exchange: Exchange, address: str, began: datetime) -> dict[str, Any]:
    said = Said(address, exchange.request, exchange.response, exchange.failure)
    took_s = round(exchange.received_at - exchange.sent_at, 6)
    return har_entry(said, began + timedelta(seconds=exchange.sent_at), took_s, BODY_MAX) | {
        "_exchange": exchange.index,
        "_operation": exchange.operation or "",
        "_case": exchange.case.label if exchange.case else "",
    }


@dataclass(frozen=True)
class Said:
    """A request to `address` (scheme and host), and what came of it: a response, or why there is none."""

    address: str
    request: HttpRequest
    response: HttpResponse | None
    failure: str | None


def har_entry(said: Said, at: datetime, took_s: float, body_max: int | None = None) -> dict[str, Any]:
    """One entry of an archive; `body_max` are the bytes of a body that it holds (None: all)."""
    took = max(0.0, took_s) * 1000
    return {
        "startedDateTime": at.isoformat(timespec="microseconds"),
        "time": took,
        "request": _request(said.request, said.address, body_max),
        "response": _response(said.response, body_max) if said.response else _nothing(said.failure),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _request(request: HttpRequest, address: str, body_max: int | None) -> dict[str, Any]:
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
        found["postData"] = {"mimeType": kind, "params": [], **_text(request.body, body_max)}
    return found


def _response(response: HttpResponse, body_max: int | None) -> dict[str, Any]:
    kind = header(response.headers, "content-type") or "application/octet-stream"
    return {
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(response.headers),
        "content": {"size": len(response.body), "mimeType": kind, **_text(response.body, body_max)},
        "redirectURL": header(response.headers, "location") or "",
        "headersSize": -1,
        "bodySize": len(response.body),
    }


def _nothing(failure: str | None) -> dict[str, Any]:
    """What browsers write for a request that got no answer: status 0."""
    content = {"size": 0, "mimeType": "x-unknown", "text": ""}
    empty = _response(HttpResponse(0, (), b""), None)
    return empty | {"content": content, "_error": failure or "no answer"}


def _text(body: bytes, body_max: int | None) -> dict[str, Any]:
    shown = body[:body_max]
    cut = {"comment": f"cut: the body has {len(body)} bytes"} if len(shown) < len(body) else {}
    try:
        return {"text": shown.decode(), **cut}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(shown).decode("ascii"), "encoding": "base64", **cut}


def _pairs(rows: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in rows]
