"""The oracle names the limits that a message breaks, by the contract's own ids."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import specs
from conformance.history import Exchange
from conformance.judging.oracle import Oracle, genuine, success_body, values_at
from specs.message import ABSENT, Call, HttpRequest, HttpResponse
from specs.pointers import MISSING

CREATE = "CreateBatchPrediction"
VALID = {"BatchPredictionId": "a", "MLModelId": "m", "BatchPredictionDataSourceId": "d", "OutputUri": "s3://b/k/"}


def broken(**changes: Any) -> set[str]:
    """The ids that a create request with these changes breaks, without what they have in common."""
    body = {name: value for name, value in {**VALID, **changes}.items() if value is not MISSING}
    found = Oracle(specs.load("amazon_ml")).broken(Call(CREATE, body=body))
    return {name.removeprefix(f"amazon_ml.{CREATE}.request.") for name in found}


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (set(), {}),
        ({"MLModelId.required"}, {"MLModelId": MISSING}),
        ({"MLModelId.required"}, {"MLModelId": None}),
        ({"MLModelId.type"}, {"MLModelId": 7}),
        ({"BatchPredictionId.maxLength"}, {"BatchPredictionId": "x" * 65}),
        ({"BatchPredictionId.pattern"}, {"BatchPredictionId": "x\n"}),
        ({"OutputUri.key_characters"}, {"OutputUri": "s3://b/a//b/"}),
        ({"BatchPredictionId.pattern", "BatchPredictionId.minLength"}, {"BatchPredictionId": ""}),
        (set(), {"BatchPredictionId": {"$slot": "shared:batch_prediction"}}),
    ],
)
def test_each_error_is_one_constraint(expected: set[str], changes: dict[str, Any]) -> None:
    """A broken limit is named by its constraint, and the id of a resource to be made breaks none."""
    assert expected == broken(**changes)


@pytest.mark.parametrize(("expected", "query"), [(1, {"orderBy": "newest"}), (0, {"orderBy": "created"}), (0, {})])
def test_parameters_are_judged_as_the_server_reads_them(expected: int, query: dict[str, Any]) -> None:
    """A query parameter that breaks its limit is found."""
    assert expected == len(Oracle(specs.load("datarobot")).broken(Call("listBatchPredictions", query=query)))


def test_a_body_that_nests_deeply_is_judged_without_raising() -> None:
    """A value that nests deeper than a validator likes to go is judged where it can be."""
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    rows = Oracle(specs.load("datarobot")).response("getBatchPrediction", 200, {"id": deep})
    assert {"getBatchPrediction"} >= {row.constraint.operation for row in rows}


@pytest.mark.parametrize(
    ("expected", "pointer"),
    [([1, 2], "/a/*"), (["x"], "/m/{key}"), ([3], "/m/{value}"), ([], "/a/b"), ([{"a": [1, 2], "m": {"x": 3}}], "")],
)
def test_places_of_a_constraint_are_found(expected: list[Any], pointer: str) -> None:
    """A constraint's pointer names every item, every member's value or every member's name."""
    assert expected == list(values_at({"a": [1, 2], "m": {"x": 3}}, pointer))


def answered(operation: str, status: int, body: bytes, kind: str = "application/json") -> Exchange:
    """An exchange with this answer."""
    response = HttpResponse(status, (("Content-Type", kind),), body)
    return Exchange(1, 0.0, 1.0, HttpRequest("POST", "/"), operation, Call(operation, body=ABSENT), response)


@pytest.mark.parametrize(
    ("expected", "status", "body", "kind"),
    [
        (True, 200, b'{"Results": []}', "application/x-amz-json-1.1"),
        (True, 200, b'{"Results": []}', "text/html"),
        (True, 201, b'{"Results": []}', "application/x-amz-json-1.1"),
        (False, 200, b"{}", "application/x-amz-json-1.1"),
        (False, 200, b"[]", "application/x-amz-json-1.1"),
        (False, 200, b"<html></html>", "text/html"),
        (False, 400, b'{"Results": []}', "application/x-amz-json-1.1"),
    ],
)
def test_only_a_documented_body_is_genuine(expected: bool, status: int, body: bytes, kind: str) -> None:
    """A success counts when its body shows something documented, whatever its header says."""
    exchange = answered("DescribeBatchPredictions", status, body, kind)
    contract = specs.load("amazon_ml")
    assert expected == genuine(contract, exchange, success_body(contract, exchange))


@pytest.mark.parametrize(("expected", "body"), [(MISSING, b"{"), ({"a": 1}, b'{"a": 1}')])
def test_a_broken_body_has_no_value(expected: Any, body: bytes) -> None:
    """Bytes that are not JSON are no body to judge."""
    assert expected == success_body(specs.load("amazon_ml"), answered("GetMLModel", 200, body))


@pytest.mark.parametrize(
    ("expected", "kind", "body"),
    [
        (True, "number", b"1.5"),
        (True, "number", b"2"),
        (True, "boolean", b"true"),
        (True, "string", b'"yes"'),
        (False, "integer", b"true"),
        (False, "number", b'"1.5"'),
        (False, "number", b"{}"),
        (False, "number", b"null"),
    ],
)
def test_a_bare_value_of_the_documented_type_is_genuine(expected: bool, kind: str, body: bytes) -> None:
    """An operation that answers a number shows what is documented when it answers one, and by nothing else."""
    known = specs.load("amazon_ml")
    told = known.operations["DescribeBatchPredictions"]
    answer = replace(told.responses["200"], content={"application/json": {"type": kind}})
    contract = replace(known, operations={**known.operations, told.id: replace(told, responses={"200": answer})})
    exchange = answered(told.id, 200, body)
    assert expected == genuine(contract, exchange, success_body(contract, exchange))
