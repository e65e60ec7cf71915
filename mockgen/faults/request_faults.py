"""Faults in how a request is read: signatures taken for good, headers that are looked for in one spelling.

They change the request before the engine reads it, so that everything behind stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Turn
from specs.auth import LOCAL
from specs.contract import Contract
from specs.message import HttpRequest, HttpResponse, header
from specs.wire.sigv4 import SKEW, sign


def forgive_signature(contract: Contract, given: Arguments) -> Hooks:
    """Signatures that fail in one way (age, future, unsigned, stranger, body) are taken for good."""
    is_forgiven = given.row("way", WAYS)
    auth = contract.auth

    def read(request: HttpRequest, now: float) -> HttpRequest:
        if not header(request.headers, "authorization") or not is_forgiven(request, now):
            return request
        host = header(request.headers, "host") or ""
        return sign(request, host, LOCAL, auth.service, auth.region, datetime.fromtimestamp(now, UTC))

    return Hooks(request=(read,))


def forgive_token(contract: Contract, given: Arguments) -> Hooks:
    """A token that resembles the right one (beginning, case) is taken for it."""
    is_alike, auth = given.row("way", ALIKE), contract.auth
    right = {f"{prefix} {LOCAL.token}" for prefix in auth.prefixes} or {LOCAL.token}

    def read(request: HttpRequest, now: float) -> HttpRequest:
        given_one = header(request.headers, auth.header) or ""
        meant = next((word for word in right if is_alike(given_one, word)), given_one)
        headers = ((name, meant if name.lower() == auth.header.lower() else text) for name, text in request.headers)
        return replace(request, headers=tuple(headers))

    return Hooks(request=(read,))


def case_sensitive_header(contract: Contract, given: Arguments) -> Hooks:
    """A header is found in one spelling only."""
    name = given.text("name")

    def read(request: HttpRequest, now: float) -> HttpRequest:
        kept = tuple(pair for pair in request.headers if pair[0] == name or pair[0].lower() != name.lower())
        return replace(request, headers=kept)

    return Hooks(request=(read,))


def strict_media_type(contract: Contract, given: Arguments) -> Hooks:
    """A content type with parameters is an unknown one."""

    def read(request: HttpRequest, now: float) -> HttpRequest:
        strict = ((name, _unknown(name, value)) for name, value in request.headers)
        return replace(request, headers=tuple(strict))

    return Hooks(request=(read,))


def needs_length(contract: Contract, given: Arguments) -> Hooks:
    """A body that comes in chunks is not read."""

    def read(request: HttpRequest, now: float) -> HttpRequest:
        chunked = header(request.headers, "transfer-encoding")
        return replace(request, body=b"") if chunked else request

    return Hooks(request=(read,))


def method_unnamed(contract: Contract, given: Arguments) -> Hooks:
    """A refused method is not told which ones there are."""

    def bent(turn: Turn, sent: HttpResponse) -> HttpResponse:
        return replace(sent, headers=tuple(pair for pair in sent.headers if pair[0] != "Allow"))

    return Hooks(response=(bent,))


def _unknown(name: str, value: str) -> str:
    return value.replace(";", "-and-") if name.lower() == "content-type" else value


def _seconds_ahead(request: HttpRequest, now: float) -> float:
    stamp = header(request.headers, "x-amz-date") or ""
    when = (
        datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if re.fullmatch(r"\d{8}T\d{6}Z", stamp) else None
    )
    return when.timestamp() - now if when else 0.0


def _words(request: HttpRequest) -> str:
    return header(request.headers, "authorization") or ""


WAYS: Mapping[str, Callable[[HttpRequest, float], bool]] = {
    "age": lambda request, now: _seconds_ahead(request, now) < -SKEW.total_seconds(),
    "future": lambda request, now: _seconds_ahead(request, now) > SKEW.total_seconds(),
    "unsigned": lambda request, now: "Signature=" not in _words(request),
    "stranger": lambda request, now: f"Credential={LOCAL.access_key}/" not in _words(request),
    "body": lambda request, now: request.body.endswith(b" "),
}
"""A way in which a signature fails -> whether a request's signature fails so."""

ALIKE: Mapping[str, Callable[[str, str], bool]] = {
    "beginning": str.startswith,
    "case": lambda given, right: given.lower() == right.lower(),
}
"""A way in which a token resembles another one -> whether the given one resembles the right one so."""

REQUEST_FAULTS = (
    planted(forgive_signature, "way"),
    planted(forgive_token, "way"),
    planted(case_sensitive_header, "name"),
    planted(strict_media_type),
    planted(needs_length),
    planted(method_unnamed),
)
