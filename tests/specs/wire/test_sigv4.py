"""Signatures hold for exactly the message, the keys and the time that they were made for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

import specs
from specs.auth import LOCAL, Credentials
from specs.message import HttpRequest
from specs.wire.sigv4 import sign, signature_problem

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PLAIN = HttpRequest("POST", "/", (("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "P.O")), b'{"a":1}')
SIGNED = sign(PLAIN, "127.0.0.1:8080", LOCAL, "machinelearning", "us-east-1", AT)
SERVICES = sorted({c.auth.service for c in map(specs.load, specs.vendors()) if c.auth.scheme == "sigv4"})


def _with(name: str, value: str | None) -> HttpRequest:
    kept = tuple((key, text) for key, text in SIGNED.headers if key.lower() != name.lower())
    headers = kept if value is None else (*kept, (name, value))
    return HttpRequest(SIGNED.method, SIGNED.target, headers, SIGNED.body)


def test_a_signed_request_holds() -> None:
    """What was signed is accepted, and signing again gives the same."""
    assert signature_problem(SIGNED, LOCAL, AT) is None
    assert SIGNED == sign(SIGNED, "127.0.0.1:8080", LOCAL, "machinelearning", "us-east-1", AT)


@settings(deadline=None)
@given(
    body=st.binary(max_size=50), target=st.text("abc/?&=%20~-._", max_size=12).map("/".__add__), index=st.integers(0)
)
def test_any_changed_byte_breaks_it(body: bytes, target: str, index: int) -> None:
    """Any body and target can be signed; a changed byte of the body or a longer target breaks the signature."""
    request = sign(HttpRequest("POST", target, PLAIN.headers, body), "h", LOCAL, "s", "r", AT)
    assert signature_problem(request, LOCAL, AT) is None
    at = index % (len(body) + 1)
    other = body[:at] + bytes([body[at] ^ 1] if at < len(body) else [0]) + body[at + 1 :]
    changed = HttpRequest("POST", target, request.headers, other)
    assert "bad_credentials" == signature_problem(changed, LOCAL, AT)
    longer = HttpRequest("POST", target + "x", request.headers, body)
    assert "bad_credentials" == signature_problem(longer, LOCAL, AT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "127.0.0.1:8081"),
        ("Host", None),
        ("X-Amz-Target", "P.Other"),
        ("X-Amz-Target", None),
        ("Content-Type", "text/plain"),
        ("X-Amz-Date", "20260102T030406Z"),
        ("X-Amz-Date", "yesterday"),
        ("X-Amz-Date", None),
        ("Authorization", "AWS4-HMAC-SHA256 nonsense"),
        ("Authorization", "Bearer local-token"),
    ],
)
def test_any_changed_header_breaks_it(name: str, value: str | None) -> None:
    """A signed header that is changed or missing, and an Authorization of another kind, are wrong credentials."""
    assert "bad_credentials" == signature_problem(_with(name, value), LOCAL, AT)


def test_no_authorization_is_no_credentials() -> None:
    """A request without Authorization has no credentials, which is another situation than wrong ones."""
    assert "unauthenticated" == signature_problem(PLAIN, LOCAL, AT)
    assert "unauthenticated" == signature_problem(_with("Authorization", ""), LOCAL, AT)


@pytest.mark.parametrize(
    "keys", [Credentials(access_key="local-access-key", secret_key="x"), Credentials(access_key="x")]
)
def test_other_keys_break_it(keys: Credentials) -> None:
    """Another secret or another access key does not verify."""
    assert "bad_credentials" == signature_problem(SIGNED, keys, AT)


def test_headers_that_are_not_signed_may_change() -> None:
    """A header that no signature covers, as proxies add them, breaks nothing."""
    assert signature_problem(_with("X-Forwarded-For", "10.0.0.1"), LOCAL, AT) is None


@pytest.mark.parametrize(
    ("expected", "minutes"), [(None, 15), (None, -15), ("bad_credentials", 15.1), ("bad_credentials", -16)]
)
def test_fifteen_minutes_of_skew_are_allowed(expected: str | None, minutes: float) -> None:
    """A clock may be fifteen minutes off, and no more."""
    assert expected == signature_problem(SIGNED, LOCAL, AT + timedelta(minutes=minutes))


def test_a_session_token_is_signed() -> None:
    """A session token travels in its header, under the signature."""
    keys = Credentials(access_key="a", secret_key="s", session_token="t")
    request = sign(PLAIN, "h", keys, "s", "r", AT)
    assert ("X-Amz-Security-Token", "t") in request.headers
    assert signature_problem(request, keys, AT) is None
    headers = tuple((name, "u" if name == "X-Amz-Security-Token" else text) for name, text in request.headers)
    assert "bad_credentials" == signature_problem(HttpRequest("POST", "/", headers, PLAIN.body), keys, AT)


@pytest.mark.parametrize("service", SERVICES)
def test_what_boto3_sends_holds(service: str) -> None:
    """A request that boto3 signed by itself verifies, and not once its body has changed."""
    sent: list[AWSPreparedRequest] = []

    def keep(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 200, {}, _NoBytes())

    client = boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id=LOCAL.access_key,
        aws_secret_access_key=LOCAL.secret_key,
        config=Config(retries={"total_max_attempts": 1}),
    )
    client.meta.events.register("before-send.*", keep)
    getattr(client, "describe_batch_predictions" if "describe_batch_predictions" in dir(client) else "list_schemas")()
    request = _received(sent[0])
    at = datetime.strptime(dict(request.headers)["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert signature_problem(request, LOCAL, at) is None
    other = HttpRequest(request.method, request.target, request.headers, request.body + b" ")
    assert "bad_credentials" == signature_problem(other, LOCAL, at)


class _NoBytes:
    """The raw part of a response that says nothing more."""

    def stream(self, **_: object) -> list[bytes]:
        return [b"{}"]


def _received(sent: AWSPreparedRequest) -> HttpRequest:
    texts = {name: value.decode() if isinstance(value, bytes) else value for name, value in sent.headers.items()}
    texts.setdefault("Host", "127.0.0.1:9")
    body = sent.body.encode() if isinstance(sent.body, str) else bytes(sent.body or b"")
    return HttpRequest(sent.method, "/", tuple(texts.items()), body)


def test_a_signature_is_for_one_service_in_one_region() -> None:
    """A right signature for another service or another region opens nothing; without a word any will do."""
    request = sign(PLAIN, "localhost", LOCAL, "machinelearning", "us-east-1", AT)
    assert signature_problem(request, LOCAL, AT, "machinelearning", "us-east-1") is None
    assert signature_problem(request, LOCAL, AT) is None
    assert "bad_credentials" == signature_problem(request, LOCAL, AT, "personalize", "us-east-1")
    assert "bad_credentials" == signature_problem(request, LOCAL, AT, "machinelearning", "eu-west-1")


@pytest.mark.parametrize(("name", "value"), [("Host", "["), ("Host", "\udcff"), ("X-Amz-Target", "\udcff")])
def test_what_nobody_can_have_signed_is_wrong(name: str, value: str) -> None:
    """A Host that is no host, and bytes that are no text, are refused, not stumbled over."""
    assert "bad_credentials" == signature_problem(_with(name, value), LOCAL, AT)
