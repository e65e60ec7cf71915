"""Checks of probabilities, labels and members by kind, on answers made by hand."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from conformance.findings import Verdict, worst
from conformance.history import Exchange, History
from conformance.judging.score_checks import CHECKS
from conformance.judging.view import View
from specs.message import Answer, Call, HttpRequest, HttpResponse

AML = specs.load("amazon_ml")
DATAROBOT = specs.load("datarobot")
PREDICT = "amazon_ml.Predict."


def exchange(
    index: int, operation: str, asked: Any, body: Any, status: int = 200, headers: Any = (), path: Any = None
) -> Exchange:
    call = Call(operation, path=path or {}, body=asked)
    answer = Answer(status, headers, body)
    response = HttpResponse(status, headers)
    return Exchange(index, index, index + 0.5, HttpRequest("POST", "/"), operation, call, response, answer)


def verdict(contract: specs.Contract, requirement: str, *exchanges: Exchange) -> Verdict:
    rule = contract.requirements[requirement]
    found = worst(CHECKS[rule.check](View(contract, History(exchanges)), rule))
    return found.verdict if found else Verdict.not_run


def prediction(kind: str, **members: Any) -> Exchange:
    details = {"PredictiveModelType": kind, "Algorithm": "SGD"}
    asked = {"MLModelId": "ml-binary", "Record": {"age": "41"}}
    return exchange(3, "Predict", asked, {"Prediction": {**members, "details": details}})


@pytest.mark.parametrize(
    ("expected", "name", "answer"),
    [
        ("passed", "multiclass_scores_sum_to_one", {"A": 0.25, "B": 0.25, "C": 0.5}),
        ("failed", "multiclass_scores_sum_to_one", {"A": 0.25, "B": 0.25, "C": 0.6}),
        ("inconclusive", "multiclass_scores_sum_to_one", {"A": "much"}),
        ("passed", "multiclass_scores_are_probabilities", {"A": 0.0, "B": 1.0}),
        ("failed", "multiclass_scores_are_probabilities", {"A": -0.1, "B": 1.1}),
        ("inconclusive", "multiclass_scores_are_probabilities", [True, None]),
        ("passed", "multiclass_label_has_the_highest_score", {"A": 0.1, "B": 0.6, "C": 0.3}),
        ("failed", "multiclass_label_has_the_highest_score", {"A": 0.6, "B": 0.1, "C": 0.3}),
        ("failed", "multiclass_label_has_the_highest_score", {"A": 0.6, "C": 0.4}),
    ],
)
def test_multiclass_scores(expected: str, name: str, answer: Any) -> None:
    """Scores of several classes are probabilities that add up to one, and the label has the highest."""
    found = verdict(AML, PREDICT + name, prediction("MULTICLASS", predictedLabel="B", predictedScores=answer))
    assert Verdict[expected] == found


@pytest.mark.parametrize(
    ("expected", "label", "scores"),
    [
        ("passed", "1", {"1": 0.7}),
        ("passed", "0", {"0": 0.2}),
        ("failed", "0", {"0": 0.7}),
        ("failed", "1", {"1": 0.2}),
        ("failed", "1", {"0": 0.7}),
        ("inconclusive", "1", {"1": 0.5}),
        ("inconclusive", "1", {"1": 0.7, "0": 0.3}),
        ("inconclusive", None, {"1": 0.7}),
    ],
)
def test_binary_label(expected: str, label: str | None, scores: Any) -> None:
    """The label of a binary prediction is on the side of the threshold where its score is; the edge decides nothing."""
    answer = prediction("BINARY", predictedLabel=label, predictedScores=scores)
    assert Verdict[expected] == verdict(AML, PREDICT + "binary_label_follows_the_threshold", answer)


def test_threshold_of_the_model() -> None:
    """A threshold that the model shows takes the place of the documented default."""
    model = {"MLModelId": "ml-binary", "Status": "COMPLETED", "MLModelType": "BINARY", "ScoreThreshold": 0.9}
    shown = exchange(1, "GetMLModel", {"MLModelId": "ml-binary"}, model)
    answer = prediction("BINARY", predictedLabel="0", predictedScores={"0": 0.7})
    assert Verdict.passed == verdict(AML, PREDICT + "binary_label_follows_the_threshold", shown, answer)


@pytest.mark.parametrize(
    ("expected", "before", "after"),
    [("failed", [0.5, 0.0], []), ("failed", [0.5, 0.0], [0.0]), ("passed", [0.0, 0.9], [0.9])],
)
def test_a_threshold_that_moves_counts_where_it_stood(expected: str, before: list[float], after: list[float]) -> None:
    """Of several thresholds the one counts that was shown before a prediction, and is shown again after it."""
    assert Verdict[expected] == moved(before, after)


@pytest.mark.parametrize(("before", "after"), [([0.5, 0.0], [1.0]), ([], [0.0, 1.0])])
def test_a_threshold_that_moves_around_a_prediction_decides_nothing(before: list[float], after: list[float]) -> None:
    """Where two thresholds were shown and nothing tells which one held, a label breaks nothing."""
    assert Verdict.inconclusive == moved(before, after)


def moved(before: list[float], after: list[float]) -> Verdict:
    """The verdict on label 0 with score 0.7, between reads that show these thresholds."""
    document = {"MLModelId": "ml-binary", "Status": "COMPLETED", "MLModelType": "BINARY"}
    shown = [
        exchange(place, "GetMLModel", {"MLModelId": "ml-binary"}, {**document, "ScoreThreshold": value})
        for place, value in (*zip((1, 2), before, strict=False), *zip((4, 5), after, strict=False))
    ]
    answer = prediction("BINARY", predictedLabel="0", predictedScores={"0": 0.7})
    found = sorted((*shown, answer), key=lambda row: row.index)
    return verdict(AML, PREDICT + "binary_label_follows_the_threshold", *found)


@pytest.mark.parametrize(
    ("expected", "kind", "members"),
    [
        ("passed", "REGRESSION", {"predictedValue": 3.5}),
        ("failed", "REGRESSION", {"predictedValue": 3.5, "predictedLabel": "1"}),
        ("failed", "BINARY", {"predictedLabel": "1"}),
        ("inconclusive", "OTHER", {"predictedLabel": "1"}),
    ],
)
def test_members_by_kind(expected: str, kind: str, members: dict[str, Any]) -> None:
    """A result has the members of its kind and none of another's."""
    assert Verdict[expected] == verdict(AML, PREDICT + "members_follow_the_model_type", prediction(kind, **members))


@pytest.mark.parametrize("requirement", [name for name in AML.requirements if name.startswith(PREDICT)])
@pytest.mark.parametrize(("status", "body"), [(200, {}), (200, "<html>"), (404, {}), (429, {}), (500, {}), (200, [])])
def test_empty_answers_pass_nothing(requirement: str, status: int, body: Any) -> None:
    """A server that says nothing about predictions passes nothing."""
    rule = AML.requirements[requirement]
    if rule.check in CHECKS:
        answers = [exchange(index, "Predict", {"MLModelId": "m"}, body, status) for index in (1, 2)]
        assert verdict(AML, requirement, *answers) < Verdict.passed


@pytest.mark.parametrize(
    ("expected", "text", "logs"),
    [
        ("passed", "two", ["one", "two"]),
        ("warned", "one", ["one", "two"]),
        ("not_run", "one", []),
        ("not_run", 3, ["one"]),
    ],
)
def test_status_text(expected: str, text: Any, logs: Any) -> None:
    """The status text of a job repeats the last line of its log."""
    place = "http://target/api/v2/batchPredictions/5f0000000000000000000abc/"
    made = exchange(1, "createBatchPrediction", {}, {}, 202, (("Location", place),))
    document = {"status": "RUNNING", "statusDetails": text, "logs": logs}
    read = exchange(2, "getBatchPrediction", {}, document, path={"predictionJobId": "5f0000000000000000000abc"})
    rule = "datarobot.batch_prediction.status_details_tell_the_last_log"
    assert Verdict[expected] == verdict(DATAROBOT, rule, made, read)
