"""AWS JSON: the target names the operation, `__type` names the error, everything else is data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import specs
from specs.contract import Contract
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse, Malformed, header, media_type
from specs.wire.aws_json import (
    decode_answer,
    decode_request,
    encode_answer,
    encode_request,
    error_answer,
    protocol_media_type,
)

AWS = [contract for contract in map(specs.load, specs.vendors()) if contract.wire == "aws_json"]
CALLS = [(contract, name) for contract in AWS for name in contract.operations]
IDS = [f"{contract.vendor}-{name}" for contract, name in CALLS]
CONTRACT, OPERATION = CALLS[0]
MEDIA_TYPE = protocol_media_type(CONTRACT)
TARGET = CONTRACT.operations[OPERATION].route
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def _request(body: bytes = b"{}", method: str = "POST", path: str = "/", **changes: str | None) -> HttpRequest:
    headers = {"Content-Type": MEDIA_TYPE, "X-Amz-Target": TARGET}
    headers |= {name.replace("_", "-"): value for name, value in changes.items() if value is not None}
    gone = {name.replace("_", "-") for name, value in changes.items() if value is None}
    return HttpRequest(method, path, tuple((k, v) for k, v in headers.items() if k not in gone), body)


def _situation(request: HttpRequest) -> str:
    found = decode_request(CONTRACT, request)
    return found.situation if isinstance(found, Malformed) else found.operation


@pytest.mark.parametrize(("contract", "operation"), CALLS, ids=IDS)
@settings(max_examples=20, deadline=None)
@given(body=st.dictionaries(TEXTS, VALUES, max_size=4))
def test_calls_come_back(contract: Contract, operation: str, body: dict[str, Any]) -> None:
    """A call of any operation decodes to what was encoded."""
    call = Call(operation, body=body, media_type=MEDIA_TYPE)
    assert call == decode_request(contract, encode_request(contract, call))


def test_a_call_without_a_body_sends_an_empty_object() -> None:
    """No body travels as `{}`, and an empty body reads as `{}`."""
    assert b"{}" == encode_request(CONTRACT, Call(OPERATION)).body
    assert Call(OPERATION, body={}, media_type=MEDIA_TYPE) == decode_request(CONTRACT, _request(b""))


@pytest.mark.parametrize(
    ("expected", "request_"),
    [
        ("method", _request(method="GET")),
        ("unknown_operation", _request(path="/other")),
        ("unknown_operation", _request(path="//[x")),
        ("unknown_operation", _request(X_Amz_Target=None)),
        ("unknown_operation", _request(X_Amz_Target="")),
        ("unknown_operation", _request(X_Amz_Target=TARGET.lower())),
        ("unknown_operation", _request(X_Amz_Target=TARGET.split(".")[-1])),
        ("media_type", _request(Content_Type="text/plain")),
        ("media_type", _request(Content_Type=None)),
        ("malformed", _request(b'{"a": ')),
        ("malformed", _request(b"[]")),
        ("malformed", _request(b"null")),
        ("malformed", _request(b'"text"')),
        ("malformed", _request(b'{"a": NaN}')),
        ("malformed", _request(b"\xef\xbb\xbf{}")),
        ("malformed", _request(b'{"a":' + b"[" * 5000)),
        ("malformed", _request(b'{"a": "\\ud800"}')),
        (OPERATION, _request(Content_Type="application/x-amz-json-1.1; charset=utf-8")),
        (OPERATION, _request(path="/?x=1")),
    ],
)
def test_every_request_has_an_operation_or_a_situation(expected: str, request_: HttpRequest) -> None:
    """A request that cannot be read is answered with its situation, one that can with its operation."""
    assert expected == _situation(request_)


@settings(deadline=None)
@given(body=st.binary(max_size=40), target=st.text(max_size=20), kind=st.sampled_from([MEDIA_TYPE, "x", ""]))
def test_no_request_breaks_the_decoder(body: bytes, target: str, kind: str) -> None:
    """Whatever bytes arrive, decoding answers a call or a situation."""
    for request in (_request(body, Content_Type=kind), _request(X_Amz_Target=target), _request(path=target)):
        assert _situation(request) in {*CONTRACT.refusals, *CONTRACT.operations, "media_type", "method"}


@settings(deadline=None)
@given(body=st.dictionaries(TEXTS.filter(lambda name: name not in ("__type", "code")), VALUES, max_size=4))
def test_answers_come_back(body: dict[str, Any]) -> None:
    """An answer decodes to the value that was encoded, with a request id and without a problem."""
    response = encode_answer(CONTRACT, Answer(200, (), body), "request-1")
    answer = decode_answer(CONTRACT, response)
    assert "request-1" == header(response.headers, "X-AMZN-REQUESTID")
    assert (200, body, None, None) == (answer.status, answer.body, answer.code, answer.problem)


@pytest.mark.parametrize("contract", AWS, ids=lambda contract: contract.vendor)
def test_every_error_form_comes_back(contract: Contract) -> None:
    """Every form of every error class is read back by its name, with its message."""
    for error in contract.errors.values():
        for form in error.forms:
            answer = error_answer(contract, error, form, "Not this way.")
            again = decode_answer(contract, encode_answer(contract, answer, "id"))
            assert (form.status, form.code or error.name) == (again.status, again.code)
            assert "Not this way." == again.body["message"]
            assert again.code == again.body["__type"] == header(again.headers, "x-amzn-ErrorType")


@pytest.mark.parametrize(
    ("expected", "body", "named"),
    [
        ("LimitExceeded", b'{"__type": "LimitExceeded"}', None),
        ("LimitExceeded", b'{"__type": "com.amazon.coral#LimitExceeded"}', None),
        ("LimitExceeded", b'{"__type": "LimitExceeded:http://internal/coral/"}', None),
        ("LimitExceeded", b'{"__type": "ns.v1#LimitExceeded:http://x/#frag"}', None),
        ("LimitExceeded", b"{}", "LimitExceeded:http://internal/"),
        ("LimitExceeded", b"", "LimitExceeded"),
        ("LimitExceeded", b"<html>", "LimitExceeded"),
        ("LimitExceeded", b'{"code": "LimitExceeded"}', None),
        ("LimitExceeded", b'{"__type": "LimitExceeded", "code": 2}', None),
        ("FromBody", b'{"__type": "FromBody"}', "FromHeader"),
        ("FromHeader", b'{"__type": "", "code": "x"}', "FromHeader"),
        (None, b'{"code": 2}', None),
        (None, b'{"__type": 5}', None),
        (None, b"[]", None),
    ],
)
def test_errors_are_named_as_documented(expected: str | None, body: bytes, named: str | None) -> None:
    """The name is the shape's alone, from body, header or a text member `code`; an integer `code` is data."""
    headers = (("Content-Type", MEDIA_TYPE), *([("x-amzn-ErrorType", named)] if named else []))
    assert expected == decode_answer(CONTRACT, HttpResponse(400, headers, body)).code


@pytest.mark.parametrize(
    ("expected", "kind", "body"),
    [
        ("UnknownOperationException", "application/xml", b"<UnknownOperationException/>\n"),
        ("AccessDeniedException", "text/xml", b'<?xml version="1.0"?>\n<AccessDeniedException><Message>no</Message>'),
        (None, "text/html", b"<html><body>no</body></html>"),
        (None, "application/xml", b"no page"),
        (None, "application/xml", b"<" + b"a" * 1_000_000),
    ],
)
def test_a_front_end_names_its_errors_by_a_root_element(expected: str | None, kind: str, body: bytes) -> None:
    """What is no request of any service gets a page of XML; no other page has a name."""
    assert expected == decode_answer(CONTRACT, HttpResponse(404, (("Content-Type", kind),), body)).code


@pytest.mark.parametrize(("expected", "body"), [(ABSENT, b""), (None, b"{"), ({"a": 1}, b'{"a":1}')])
def test_bodies_that_are_no_json_have_a_problem(expected: Any, body: bytes) -> None:
    """An answer that says JSON and is none has a problem; no bytes at all are an absent body."""
    answer = decode_answer(CONTRACT, HttpResponse(200, (("Content-Type", MEDIA_TYPE),), body))
    assert (expected, expected is None) == (answer.body, answer.problem is not None)


def test_the_media_type_follows_the_version_of_the_protocol() -> None:
    """A vendor of JSON 1.0 sends, takes and answers that media type, and its rules speak of it."""
    latest = specs.load("amazon_ml")
    contract = replace(latest, wire_options={**latest.wire_options, "json_version": "1.0"})
    request = encode_request(contract, Call("GetMLModel", body={"MLModelId": "ml-1"}))
    assert "application/x-amz-json-1.0" == media_type(request.headers)
    assert isinstance(decode_request(contract, request), Call)
    assert isinstance(decode_request(latest, request), Malformed)
    answer = encode_answer(contract, Answer(200, body={}), "request-1")
    assert "application/x-amz-json-1.0" == media_type(answer.headers)
    assert "application/x-amz-json-1.1" in latest.requirements["aws_json.content_type"].sentence


def test_a_refused_method_names_post() -> None:
    """POST is the only method (RFC 9110, section 15.5.6: Allow says so)."""
    found = decode_request(CONTRACT, _request(method="GET"))
    assert isinstance(found, Malformed)
    assert ("method", (("Allow", "POST"),)) == (found.situation, found.headers)
