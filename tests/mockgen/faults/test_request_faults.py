"""Faults of reading take requests for good, or for bad, that are the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import specs
from mockgen.faults.request_faults import ALIKE, REQUEST_FAULTS, WAYS
from mockgen.faults.table import from_texts
from mockgen.hooks import bent_request
from specs.auth import LOCAL, Credentials
from specs.message import HttpRequest, header
from specs.wire.sigv4 import sign, signature_problem

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
PLAIN = HttpRequest("POST", "/", (("Content-Type", "application/x-amz-json-1.1"),), b"{}")


def signed(credentials: Credentials = LOCAL, minutes: int = 0, body: bytes = b"") -> HttpRequest:
    """A request that is signed at some minutes from noon; `body` is appended afterwards."""
    at = NOON + timedelta(minutes=minutes)
    request = sign(PLAIN, "localhost", credentials, "machinelearning", "us-east-1", at)
    return HttpRequest(request.method, request.target, request.headers, request.body + body)


UNSIGNED = HttpRequest(
    "POST", "/", (("Host", "localhost"), ("Authorization", "AWS4-HMAC-SHA256 Credential=x/y")), b"{}"
)
FAILING: dict[str, HttpRequest] = {
    "age": signed(minutes=-20),
    "future": signed(minutes=20),
    "unsigned": UNSIGNED,
    "stranger": signed(Credentials(access_key="NOBODY", secret_key="x")),
    "body": signed(body=b" "),
}


def problem(request: HttpRequest, fault: str) -> str | None:
    """What is wrong with a request's signature at noon, as a server with this fault sees it."""
    hooks = from_texts(specs.load("amazon_ml"), (fault,))
    return signature_problem(bent_request(hooks, request, NOON.timestamp()), LOCAL, NOON)


def test_every_fault_of_reading_has_a_case() -> None:
    """No fault goes untested."""
    names = {"forgive_signature", "forgive_token", "case_sensitive_header", "strict_media_type", "needs_length"}
    assert {*names, "method_unnamed"} == {row.name for row in REQUEST_FAULTS}
    assert set(WAYS) == set(FAILING)


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize("failing", list(FAILING))
def test_one_way_to_fail_is_forgiven(way: str, failing: str) -> None:
    """A signature that fails in this way is taken for good; one that fails in another way is not."""
    also = {("stranger", "unsigned"), ("age", "unsigned")} & {(way, failing)}
    forgiven = problem(FAILING[failing], f"forgive_signature:way={way}") is None
    assert forgiven == (way == failing) or also


def test_a_missing_signature_stays_missing() -> None:
    """A request without credentials is forgiven nothing."""
    assert problem(PLAIN, "forgive_signature:way=unsigned") == "unauthenticated"


@pytest.mark.parametrize(("expected", "name"), [("a", "X-One"), (None, "x-one"), (None, "X-ONE")])
def test_a_header_is_found_in_one_spelling_only(expected: Any, name: str) -> None:
    """Another spelling of the name is not seen."""
    hooks = from_texts(specs.load("spice"), ("case_sensitive_header:name=X-One",))
    assert expected == header(bent_request(hooks, HttpRequest("GET", "/", ((name, "a"),)), 0.0).headers, "x-one")


def test_a_media_type_with_parameters_is_unknown() -> None:
    """What stands behind a semicolon makes it another type."""
    hooks = from_texts(specs.load("spice"), ("strict_media_type",))
    request = HttpRequest("POST", "/", (("Content-Type", "application/json; charset=utf-8"),))
    assert ";" not in (header(bent_request(hooks, request, 0.0).headers, "content-type") or "")


@pytest.mark.parametrize(
    ("expected", "headers"), [(b"", (("Transfer-Encoding", "chunked"),)), (b"rows", (("Content-Length", "4"),))]
)
def test_a_body_in_chunks_is_not_read(expected: bytes, headers: Any) -> None:
    """A body without a length is taken for none; one with a length is read."""
    hooks = from_texts(specs.load("datarobot"), ("needs_length",))
    assert expected == bent_request(hooks, HttpRequest("PUT", "/", headers, b"rows"), 0.0).body


@pytest.mark.parametrize(("vendor", "word"), [("spice", ""), ("datarobot", "Bearer ")])
@pytest.mark.parametrize("way", list(ALIKE))
def test_a_token_that_resembles_the_right_one_is_taken(vendor: str, word: str, way: str) -> None:
    """A token of the one kind is read as the right one; one of the other kind, and a strange one, are left alone."""
    contract = specs.load(vendor)
    hooks = from_texts(contract, (f"forgive_token:way={way}",))
    near = {"beginning": f"{LOCAL.token}x", "case": LOCAL.token.swapcase(), "other": "stranger"}
    sent = {name: HttpRequest("GET", "/", ((contract.auth.header, word + token),)) for name, token in near.items()}
    read = {name: header(bent_request(hooks, one, 0.0).headers, contract.auth.header) for name, one in sent.items()}
    assert {name: word + (LOCAL.token if name == way else token) for name, token in near.items()} == read
