"""Reads HAR 1.2 files as browsers, mitmproxy and Schemathesis write them.

A file from outside is hostile, and an honest one is often incomplete: browsers leave out bodies and credentials, some
recorders leave out times, others write lossy text. What is broken is complained about with its place; what is missing
is marked as unknown, so that nobody is blamed for a recorder's habits.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from conformance.traffic.recording import Entry, origin_of, recorded
from specs.message import Headers, HttpRequest, HttpResponse, header
from specs.pointers import MISSING, get
from specs.source_file import Complaint, SpecError

FILE_BYTES_MAX = 256 * 1024 * 1024
ENTRIES_MAX = 100_000
BODY_BYTES_MAX = 16 * 1024 * 1024
HEADERS_MAX = 500
COMPLAINTS_MAX = 20
FILTERED = "[Filtered]"
"""What Schemathesis writes in the place of a secret."""
LOST = "\N{REPLACEMENT CHARACTER}"


class _Broken(Exception):
    """An entry is no entry; the text says why."""


def read_har(file: Path, secret_header: str) -> tuple[Entry, ...]:
    """The entries of a HAR file, in its order. Raises SpecError with all that is wrong, OSError when unreadable."""
    if file.stat().st_size > FILE_BYTES_MAX:
        raise _complaint(file, f"the file is larger than {FILE_BYTES_MAX} bytes")
    rows = get(_parsed(file), "/log/entries")
    if not isinstance(rows, list):
        raise _complaint(file, "no HAR file: there is no list at log.entries")
    if len(rows) > ENTRIES_MAX:
        raise _complaint(file, f"{len(rows)} entries, more than {ENTRIES_MAX}")
    entries: list[Entry] = []
    complaints: list[Complaint] = []
    for number, row in enumerate(rows):
        try:
            entries.extend(_entry(row, secret_header))
        except _Broken as problem:
            complaints.append(Complaint(str(file), 0, "har", f"log.entries[{number}]: {problem}"))
        if len(complaints) >= COMPLAINTS_MAX:
            break
    if complaints:
        raise SpecError(complaints)
    return tuple(entries)


def _parsed(file: Path) -> Any:
    data = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        # mitmproxy writes bytes that are no text as lone surrogates, which strict readers refuse.
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as problem:
        raise _complaint(file, f"no HAR file: it is not JSON ({str(problem)[:200]})") from None


def _complaint(file: Path, text: str) -> SpecError:
    return SpecError([Complaint(str(file), 0, "har", text)])


def _entry(row: Any, secret_header: str) -> Iterator[Entry]:
    """The entry of a row; none for an answer out of a browser's own cache, which the server never gave."""
    url, method = get(row, "/request/url"), get(row, "/request/method")
    if not isinstance(url, str) or not isinstance(method, str) or not method.isascii() or not method.isalpha():
        raise _Broken("request.url and request.method must be texts")
    if get(row, "/_fromCache") is not MISSING or not origin_of(url):
        return
    headers = _headers(get(row, "/request/headers"), "request.headers")
    body, complete = _request_body(row)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or not target.isprintable():
        raise _Broken("request.url must be percent-encoded")
    shown = (target, *_texts(headers, secret_header))
    complete = complete and not any(FILTERED in text or "%5BFiltered%5D" in text for text in shown)
    response, failure = _response(row)
    request = HttpRequest(method.upper(), target, headers, body)
    started, ended = _times(row)
    entry = recorded(origin_of(url), request, response, secret_header, failure=failure)
    yield replace(entry, sent_at=started, received_at=ended, complete=complete)


def _texts(headers: Headers, secret_header: str) -> Iterator[str]:
    """The values of headers that say something about the call; hidden credentials are what they should be."""
    return (value for name, value in headers if name.lower() not in ("authorization", "cookie", secret_header.lower()))


def _headers(rows: Any, place: str) -> Headers:
    if rows is MISSING:
        return ()
    if not isinstance(rows, list) or len(rows) > HEADERS_MAX:
        raise _Broken(f"{place} must be a list of at most {HEADERS_MAX} headers")
    pairs = [(get(row, "/name"), get(row, "/value")) for row in rows]
    if not all(isinstance(name, str) and isinstance(value, str) for name, value in pairs):
        raise _Broken(f"{place} must hold objects with a name and a value")
    return tuple((name, value) for name, value in pairs)


def _request_body(row: Any) -> tuple[bytes, bool]:
    """The bytes of a request, and whether they are all that was sent."""
    data, size = get(row, "/request/postData"), _size(get(row, "/request/bodySize"))
    if not isinstance(data, Mapping):
        return b"", size in (None, 0)
    text, params = data.get("text"), data.get("params")
    if not isinstance(text, str) or (not text and size):
        if isinstance(params, list) and params and not text and _is_form(data):
            return _form(params).encode(), True
        return b"", size in (None, 0) and not params
    body = _bytes(text, data.get("encoding"))
    if body is None:
        return b"", False
    if size is None or len(body) == size:
        return body, size is not None or LOST not in text
    # Schemathesis, told to keep bytes, writes Base64 here and says so nowhere.
    decoded = _base64(text)
    return (decoded, True) if decoded is not None and len(decoded) == size else (b"", False)


def _is_form(data: Mapping[str, Any]) -> bool:
    return str(data.get("mimeType")).startswith("application/x-www-form-urlencoded")


def _form(params: list[Any]) -> str:
    pairs = [(get(row, "/name"), get(row, "/value")) for row in islice(params, HEADERS_MAX)]
    return urlencode([(str(name), str(value)) for name, value in pairs if MISSING not in (name, value)])


def _response(row: Any) -> tuple[HttpResponse | None, str | None]:
    status = get(row, "/response/status")
    if not isinstance(status, int) or isinstance(status, bool) or not 0 <= status <= 999:
        raise _Broken("response.status must be a number")
    if status < 100:
        return None, "reset: the recording shows no answer"
    headers = _headers(get(row, "/response/headers"), "response.headers")
    content = get(row, "/response/content")
    content = content if isinstance(content, Mapping) else {}
    text, size = content.get("text"), _size(content.get("size"))
    body = _bytes(text, content.get("encoding")) if isinstance(text, str) else b""
    if body is None or (size is not None and len(body) < size) or (not body and not _is_empty(headers, size, status)):
        return None, "not_recorded: the recording lacks the body of the answer, or a part of it"
    return HttpResponse(status, headers, body), None


def _is_empty(headers: Headers, size: int | None, status: int) -> bool:
    """Whether an answer without a recorded body had none."""
    if size == 0 or status in (204, 304):
        return (header(headers, "content-length") or "0").strip() == "0" or status == 304
    return size is None and (header(headers, "content-length") or "").strip() == "0"


def _bytes(text: str, encoding: Any) -> bytes | None:
    """A text of the file as the bytes that it stands for; None when that is not certain, or too much."""
    if len(text) > 2 * BODY_BYTES_MAX:
        raise _Broken(f"a body is larger than {BODY_BYTES_MAX} bytes")
    if isinstance(encoding, str) and encoding.lower() == "base64":
        return _base64(text)
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _size(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _times(row: Any) -> tuple[float | None, float | None]:
    """When a request was sent and when its answer had come, in seconds; None for what the recorder did not say."""
    started, took = get(row, "/startedDateTime"), get(row, "/time")
    try:
        moment = datetime.fromisoformat(started) if isinstance(started, str) and len(started) < 50 else None
    except ValueError:
        raise _Broken("startedDateTime must be a time like 2026-01-02T03:04:05.678Z") from None
    if moment is None:
        return None, None
    sent = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    is_number = isinstance(took, int | float) and not isinstance(took, bool)
    return sent, sent + took / 1000 if is_number and 0 < took < 1e9 else None
