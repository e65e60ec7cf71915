"""Plain values for what travels between a client and a server.

Two levels. `HttpRequest` and `HttpResponse` are bytes on a wire; `Call` and `Answer` are what a contract speaks of: an
operation with its parameters and body, and a status with its headers, body and error code. A wire (`specs.wire`)
translates between the two levels, in both directions, and does nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

JsonValue = Any
"""A JSON value as `json.loads` builds it: dict, list, str, int, float, bool or None."""


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""No body at all, which is not the same as the JSON value null."""

Headers = tuple[tuple[str, str], ...]


def origin(host: str, port: int) -> str:
    """What the URLs of a server begin with; an IPv6 address stands in brackets (RFC 3986, section 3.2.2)."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def header(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of a header, its name compared without case; None when absent (RFC 9110, section 5.1)."""
    wanted = name.lower()
    for key, value in headers:
        if key.lower() == wanted:
            return value
    return None


def media_type(headers: Iterable[tuple[str, str]]) -> str | None:
    """The media type without its parameters, in lower case; None when there is no Content-Type."""
    value = header(headers, "content-type")
    return value.split(";", 1)[0].strip().lower() if value else None


@dataclass(frozen=True)
class HttpRequest:
    """A request as bytes. `target` is what stands in the request line: path and query, percent-encoded."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True)
class HttpResponse:
    """A response as bytes."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True)
class Call:
    """One call of a documented operation, before it is encoded.

    `path`, `query` and `headers` hold parameters by their documented names; a query value that is a list is sent once
    an item. `body` is a JSON value when `media_type` is JSON, else bytes; `ABSENT` means that no body is sent.
    """

    operation: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: JsonValue = ABSENT
    media_type: str | None = None


@dataclass(frozen=True)
class Answer:
    """One answer, decoded. `code` is the error's documented name where the wire has one (`__type`), else None.

    `body` is a JSON value when the media type is JSON and the bytes are JSON, text for `text/*`, else bytes, `ABSENT`
    when there are no bytes; `problem` says in one sentence why the bytes are not what their media type claims.
    """

    status: int
    headers: Headers = ()
    body: JsonValue = ABSENT
    code: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class Malformed:
    """Why a request could not be decoded: a situation (a row of the vendor's `refusals`) and a sentence for people.

    `headers` are what its answer must carry: a refused method names those that are allowed (RFC 9110, section 15.5.6).
    """

    situation: str
    reason: str
    headers: tuple[tuple[str, str], ...] = ()
