"""A recording as values: the requests that somebody sent, what came back, and how much of both is known.

Whatever a recording comes from (a browser, a proxy, another tool), it becomes entries first. Here credentials are taken
out, so that nothing behind this module can write one down, and what a recorder left out is said instead of guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from conformance.driving.hiding import hidden_bytes, hidden_in, spellings
from specs.message import Headers, HttpRequest, HttpResponse, header

SECRET_HEADERS = frozenset(
    (
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-api-key",
        "x-amz-security-token",
    )
)
SECRET_FIELDS = ("X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "access_token", "api_key", "apikey")
"""Query fields that log a caller in."""
_FIELD = re.compile(rf"(?i)(?<=[?&])(?:{'|'.join(SECRET_FIELDS)})=[^&#]*&?")
_HOP = ("connection", "keep-alive", "transfer-encoding", "content-encoding", "content-length")
"""Headers about the way of the bytes; a recorder writes down what arrived at the end of it."""


@dataclass(frozen=True)
class Entry:
    """One request and what came back. `origin` is `scheme://host[:port]` of the URL.

    Times are seconds of one clock for the whole recording; None where the recorder did not say. `complete` tells
    whether the request is known byte for byte; `logged_in` whether it held anything that could be a credential.
    """

    origin: str
    request: HttpRequest
    response: HttpResponse | None
    failure: str | None = None
    sent_at: float | None = None
    received_at: float | None = None
    complete: bool = True
    logged_in: bool = False


def recorded(
    origin: str, request: HttpRequest, response: HttpResponse | None, secret_header: str, *, failure: str | None = None
) -> Entry:
    """An entry without its secrets. `secret_header` is the header that the contract logs in with.

    The values of credentials are hidden wherever else they stand: a server may repeat what it was sent.
    """
    secret_names = SECRET_HEADERS | {secret_header.lower()}
    # Where nobody asked for a compressed answer, that it is one is the server's doing.
    asked = header(request.headers, "accept-encoding") or ("" if request.headers else "gzip")
    unasked = asked.strip().lower() in ("", "identity")
    held = [value for name, value in request.headers if name.lower() in secret_names]
    found = _FIELD.search(request.target)
    plain = replace(
        request,
        target=_FIELD.sub("", request.target).rstrip("?&") if found else request.target,
        headers=_kept(request.headers, secret_names),
    )
    if response is not None:
        coding = tuple(pair for pair in response.headers if pair[0].lower() == "content-encoding" and unasked)
        response = replace(response, headers=(*_kept(response.headers, secret_names), *coding))
    spelled = spellings(_secrets(held))
    plain = replace(plain, body=hidden_bytes(plain.body, spelled))
    response = hidden_in(response, spelled) if response is not None else None
    return Entry(origin, plain, response, failure, logged_in=bool(held or found))


def _kept(headers: Headers, secret_names: Iterable[str]) -> Headers:
    """Headers without secrets, without pseudo headers (HTTP/2), and without those about the connection."""
    dropped = {*secret_names, *_HOP}
    return tuple((name, value) for name, value in headers if name.lower() not in dropped and name[:1] not in ("", ":"))


def _secrets(values: Iterable[str]) -> Iterator[str]:
    """What stands in the values of credentials: the whole, its last word, and what its last `=` sets."""
    for value in values:
        told = value.encode("utf-8", "replace").decode()
        yield from (told, told.rsplit(" ", 1)[-1], told.rsplit("=", 1)[-1])


def origin_of(url: str) -> str:
    """`scheme://host[:port]` in lower case, without the port that the scheme has anyway; empty for what is no URL."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if not name or scheme not in ("http", "https"):
        return ""
    host = f"[{name}]" if ":" in name else name
    usual = port is None or port == {"http": 80, "https": 443}[scheme]
    return f"{scheme}://{host}" if usual else f"{scheme}://{host}:{port}"


def is_conditional(request: HttpRequest) -> bool:
    """Whether a request asks for less than the whole answer: a part, or only what has changed."""
    names = ("range", "if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range")
    return any(header(request.headers, name) is not None for name in names)
