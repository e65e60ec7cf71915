"""Checks of relations between calls: repeats, batches, orders and single calls, on histories made by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

import specs
from conformance.findings import Verdict, worst
from conformance.history import Case, Exchange, History
from conformance.judging.relation_checks import CHECKS
from conformance.judging.view import View
from specs.message import Answer, Call, HttpRequest, HttpResponse

SPICE = specs.load("spice")
BATCH, SINGLE = "spice.post_batch_predict.", "spice.get_model_predict."
A, B, BAD = "drive_stats_a", "drive_stats_b", "no_such_model"


def result(name: str, **changes: Any) -> dict[str, Any]:
    good = {"status": "Success", "model_name": name, "model_version": "1.0", "prediction": [len(name), 0.5]}
    bad = {"status": "BadRequest", "model_name": name, "error_message": "Model not found"}
    return {**(bad if name == BAD else good), "duration_ms": 4, **changes}


def batch(index: int, names: list[str], results: Any, status: int = 200, duration: Any = 9) -> Exchange:
    body = {"predictions": results, "duration_ms": duration} if status == 200 else "no"
    call = Call("post_batch_predict", body={"predictions": [{"model_name": name} for name in names]})
    case = Case("relation", "x", "y", ("any",) if BAD in names else ("accepted",))
    return _exchange(index, call, status, body, case)


def single(index: int, name: str, body: Any, status: int = 200) -> Exchange:
    return _exchange(index, Call("get_model_predict", path={"name": name}), status, body, None)


def _exchange(index: int, call: Call, status: int, body: Any, case: Case | None) -> Exchange:
    headers = (("Content-Type", "application/json"),)
    answer, request = Answer(status, headers, body), HttpRequest("POST", "/")
    response = HttpResponse(status, headers, json.dumps(body).encode() if case else b"")
    return Exchange(index, index, index + 0.5, request, call.operation, call, response, answer, None, case)


def verdict(requirement: str, *exchanges: Exchange) -> Verdict:
    rule = SPICE.requirements[requirement]
    found = worst(CHECKS[rule.check](View(SPICE, History(exchanges)), rule))
    return found.verdict if found else Verdict.not_run


@pytest.mark.parametrize(
    ("expected", "results"),
    [
        ("passed", [result(A), result(B)]),
        ("passed", [result(B), result(A)]),
        ("failed", [result(A)]),
        ("failed", [result(A), result(A)]),
        ("failed", []),
        ("failed", [result(A), result("other")]),
        ("inconclusive", [result(A), None]),
        ("not_run", None),
    ],
)
def test_one_result_per_item(expected: str, results: Any) -> None:
    """A batch answers each item once, in whatever order."""
    assert Verdict[expected] == verdict(BATCH + "one_result_per_item", batch(1, [A, B], results))


def test_empty_batch() -> None:
    """An empty batch has no results; that alone proves nothing, and a result to it is one too many."""
    assert Verdict.not_run == verdict(BATCH + "one_result_per_item", batch(1, [], []))
    assert Verdict.failed == verdict(BATCH + "one_result_per_item", batch(1, [], [result(A)]))


@pytest.mark.parametrize(
    ("expected", "results"),
    [
        ("passed", [result(A), result(B)]),
        ("failed", [result(B), result(A)]),
        ("inconclusive", [result(A)]),
    ],
)
def test_order(expected: str, results: Any) -> None:
    """Results stand in the order of the items; a lost result is no matter of order."""
    assert Verdict[expected] == verdict(BATCH + "results_keep_the_order", batch(1, [A, B], results))


@pytest.mark.parametrize(
    ("expected", "results"),
    [
        ("passed", [result(A), result(BAD), result(B)]),
        ("failed", [result(A), result(BAD), result(B, status="BadRequest")]),
        ("not_run", [result(A), result(BAD, status="Success"), result(B)]),
    ],
)
def test_isolated(expected: str, results: Any) -> None:
    """A bad item changes nothing for the others; one that is answered as good shows nothing."""
    good = batch(1, [A, B], [result(A), result(B)])
    assert Verdict[expected] == verdict(BATCH + "failures_are_isolated", good, batch(2, [A, BAD, B], results))


@pytest.mark.parametrize(("expected", "status"), [("failed", 400), ("failed", 500), ("not_run", 429), ("not_run", 403)])
def test_refused_for_one_bad_item(expected: str, status: int) -> None:
    """A batch that is refused because of one item is not isolated; a throttled one shows nothing."""
    good = batch(1, [A, B], [result(A), result(B)])
    refused = batch(2, [A, BAD, B], None, status)
    assert Verdict[expected] == verdict(BATCH + "failures_are_isolated", good, refused)
    assert Verdict.not_run == verdict(BATCH + "failures_are_isolated", refused)


@pytest.mark.parametrize(
    ("expected", "body", "status"),
    [
        ("passed", result(A, duration_ms=77), 200),
        ("failed", result(A, prediction=[1]), 200),
        ("failed", result(A, status="InternalError"), 500),
        ("not_run", "<html>", 200),
    ],
)
def test_equals_single(expected: str, body: Any, status: int) -> None:
    """An item of a batch and a single call have the same outcome."""
    sent = batch(1, [A], [result(A)])
    assert Verdict[expected] == verdict(BATCH + "equals_single_predictions", sent, single(2, A, body, status))


@pytest.mark.parametrize(("expected", "changes"), [("passed", {"duration_ms": 8}), ("failed", {"prediction": [2.0]})])
def test_permutation(expected: str, changes: dict[str, Any]) -> None:
    """Another order of the items gives the same results by key."""
    one = batch(1, [A, B], [result(A), result(B)])
    other = batch(2, [B, A], [result(B, **changes), result(A)])
    assert Verdict[expected] == verdict(BATCH + "permutes_with_the_request", one, other)


@pytest.mark.parametrize(
    ("expected", "duration"), [("passed", 4), ("warned", 3), ("not_run", "soon"), ("not_run", True)]
)
def test_at_least(expected: str, duration: Any) -> None:
    """A batch takes at least as long as its slowest item."""
    assert Verdict[expected] == verdict(BATCH + "duration_covers_every_item", batch(1, [A], [result(A)], 200, duration))


@pytest.mark.parametrize(
    ("expected", "body", "status"),
    [
        ("passed", result(A), 200),
        ("passed", result(BAD), 400),
        ("failed", result(BAD), 200),
        ("not_run", {}, 200),
        ("not_run", {"status": ["Success"]}, 200),
    ],
)
def test_status_agrees(expected: str, body: Any, status: int) -> None:
    """The status member and the HTTP status tell the same."""
    assert Verdict[expected] == verdict(SINGLE + "status_agrees_with_http", single(1, A, body, status))


@pytest.mark.parametrize(
    ("expected", "second"),
    [
        ("passed", result(A, duration_ms=900)),
        ("failed", result(A, prediction=[0.1])),
        ("not_run", {}),
        ("not_run", "<html>"),
    ],
)
def test_repeatable(expected: str, second: Any) -> None:
    """The same call gets the same answer, but for the members that may differ."""
    found = verdict(SINGLE + "is_repeatable", single(1, A, result(A)), single(2, A, second))
    assert Verdict[expected] == found


def test_repeatable_batch() -> None:
    """The members to ignore are left out of every item of an array."""
    one, other = batch(1, [A], [result(A)]), batch(2, [A], [result(A, duration_ms=5)], 200, 12)
    assert Verdict.passed == verdict(BATCH + "is_repeatable", one, other)


def test_deep_answers_do_no_harm() -> None:
    """An answer that is nested without end is compared without an error."""
    deep: Any = 1
    for _ in range(5000):
        deep = [deep]
    one, other = (single(index, A, result(A, prediction=deep)) for index in (1, 2))
    assert Verdict.passed == verdict(SINGLE + "is_repeatable", one, other)


TIMES = "amazon_ml.GetBatchPrediction.times_are_in_order"


@pytest.mark.parametrize(
    ("expected", "times"),
    [
        ("passed", {"CreatedAt": 1.0, "StartedAt": 1.0, "FinishedAt": 2.5}),
        ("passed", {"CreatedAt": 1.0, "FinishedAt": 2.5}),
        ("warned", {"CreatedAt": 1.0, "StartedAt": 3.0, "FinishedAt": 2.5}),
        ("not_run", {"CreatedAt": 1.0}),
        ("not_run", {"CreatedAt": 1.0, "FinishedAt": "later"}),
    ],
)
def test_times_do_not_fall(talk: Any, expected: str, times: dict[str, Any]) -> None:
    """Of the times of one job, as far as they are shown, none is before the one that must precede it."""
    history = talk("amazon_ml").control("GetBatchPrediction", {"BatchPredictionId": "b", **times})
    assert expected == history.verdict(TIMES)
