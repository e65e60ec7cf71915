"""Tests of envelopes: they go on and come off without a trace, on every wire, and a wrong one is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

import specs
from specs.contract import Contract, Envelope
from specs.message import ABSENT, Answer, HttpResponse
from specs.wire import WIRES

ENVELOPE = Envelope(
    {"success": True, "data": {"$body": True}},
    {"success": False, "error": {"code": {"$code": True}, "message": {"$message": True}}},
)
PLAIN = {vendor: specs.load(vendor) for vendor in specs.vendors()}
WRAPPED = {vendor: replace(contract, envelope=ENVELOPE) for vendor, contract in PLAIN.items()}
AWS = next(contract for contract in WRAPPED.values() if contract.wire == "aws_json")


def _json(response: HttpResponse) -> Any:
    return orjson.loads(response.body)


def _response(status: int, body: Any) -> HttpResponse:
    return HttpResponse(status, (("Content-Type", "application/json"),), orjson.dumps(body))


@pytest.mark.parametrize("contract", WRAPPED.values(), ids=WRAPPED)
def test_a_body_goes_into_the_envelope_and_comes_out(contract: Contract) -> None:
    """A success travels as `data` beside `success`, and whoever decodes it sees the body alone."""
    wire = WIRES[contract.wire]
    sent = wire.encode_answer(contract, Answer(200, (("Content-Type", "application/json"),), {"a": [1]}), "request-1")
    assert {"success": True, "data": {"a": [1]}} == _json(sent)
    assert {"a": [1]} == wire.decode_answer(contract, sent).body


@pytest.mark.parametrize("vendor", PLAIN)
def test_a_contract_without_one_travels_as_before(vendor: str) -> None:
    """Where a contract has no envelope, a body that looks like one is left alone."""
    contract = PLAIN[vendor]
    body = {"success": True, "data": {}}
    answer = WIRES[contract.wire].decode_answer(contract, _response(200, body))
    assert (body, None) == (answer.body, answer.problem)


def test_an_error_keeps_its_name_and_its_text() -> None:
    """An error travels as code and message, and is decoded in the form that the wire's own errors have."""
    wire = WIRES[AWS.wire]
    error = next(iter(AWS.errors.values()))
    answer = wire.error_answer(AWS, error, error.forms[0], "the limit is 3")
    sent = wire.encode_answer(AWS, answer, "request-1")
    assert {"success": False, "error": {"code": error.forms[0].code, "message": "the limit is 3"}} == _json(sent)
    seen = wire.decode_answer(AWS, sent)
    assert (answer.body, answer.code, None) == (seen.body, seen.code, seen.problem)


def test_no_body_is_an_empty_object() -> None:
    """An answer without a body has empty data, as AWS clients read it."""
    sent = WIRES[AWS.wire].encode_answer(AWS, Answer(200, (), ABSENT), "request-1")
    assert {"success": True, "data": {}} == _json(sent)


@pytest.mark.parametrize("contract", WRAPPED.values(), ids=WRAPPED)
def test_an_answer_that_has_no_body_gets_none(contract: Contract) -> None:
    """A status without a body travels without an envelope."""
    for status in (204, 304):
        sent = WIRES[contract.wire].encode_answer(contract, Answer(status), "request-1")
        assert b"success" not in sent.body


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, {"BatchPredictionId": "bp"}, "there is no /success"),
        (200, {"success": 1, "data": {}}, "/success is not True"),
        (200, {"success": True}, "there is no /data"),
        (200, [1], "the body is no object"),
        (400, {"__type": "InvalidInputException"}, "there is no /success"),
        (400, {"success": False, "error": "no"}, "/error is no object"),
        (400, {"success": False, "error": {"code": 3, "message": ""}}, "/error/code is no text"),
        (400, {"success": False, "error": {"code": "A"}}, "there is no /error/message"),
    ],
)
def test_another_envelope_is_a_problem(status: int, body: Any, problem: str) -> None:
    """An answer that is not in its envelope says what is wrong and keeps its body."""
    answer = WIRES[AWS.wire].decode_answer(AWS, _response(status, body))
    assert (body, f"the answer is not in its envelope: {problem}") == (answer.body, answer.problem)


def test_other_texts_have_no_envelope() -> None:
    """A page of a proxy is no JSON and travels as it is."""
    answer = WIRES[AWS.wire].decode_answer(AWS, HttpResponse(502, (("Content-Type", "text/html"),), b"<html>"))
    assert ("<html>", None) == (answer.body, answer.problem)
