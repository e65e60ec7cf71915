"""Checks of downloaded results: rows, columns, passthrough, probabilities and labels."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from conformance.findings import Verdict, worst
from conformance.history import Exchange, History
from conformance.judging.output_checks import CHECKS
from conformance.judging.view import View
from specs.message import Answer, Call, HttpRequest, HttpResponse

CONTRACT = specs.load("datarobot")
FIXTURES = {name: fixture.value for name, fixture in CONTRACT.fixtures.items()}
ID = "5f0000000000000000000abc"
PATH = {"predictionJobId": ID}
UPLOAD = b'row_id,age,note\nr1,41,007\nr2,29,"a ""b"", c"\n'
RULES = (
    "rows_are_accounted_for",
    "columns_follow_the_model",
    "passthrough_is_verbatim",
    "probabilities_sum_to_one",
    "label_follows_scores",
)
BINARY = "row_id,note,default_yes_PREDICTION,default_no_PREDICTION,default_PREDICTION,THRESHOLD,POSITIVE_CLASS\n"
GOOD = BINARY + 'r2,"a ""b"", c",0.2,0.8,no,0.5,yes\nr1,007,0.9,0.1,yes,0.5,yes\n'
MULTI = "row_id,note,grade_A_PREDICTION,grade_B_PREDICTION,grade_C_PREDICTION,grade_PREDICTION\n"


def exchange(index: int, operation: str, body: Any, asked: Any = None, path: Any = None, **response: Any) -> Exchange:
    call = Call(operation, path=path or {}, body=asked)
    status, headers = response.get("status", 200), response.get("headers", ())
    raw = body if isinstance(body, bytes) else b""
    answer, request = Answer(status, headers, body), HttpRequest("GET", "/")
    return Exchange(index, index, index + 0.5, request, operation, call, HttpResponse(status, headers, raw), answer)


def job(model: str, options: dict[str, Any], download: bytes, **document: Any) -> list[Exchange]:
    intake = {"intakeSettings": {"type": "localFile"}}
    asked = {"deploymentId": FIXTURES.get(f"deployment_{model}", model), **intake, **options}
    place = (("Location", f"http://target/api/v2/batchPredictions/{ID}/"),)
    shown = {"status": "COMPLETED", "failedRows": 0, "skippedRows": 0, **document}
    return [
        exchange(1, "createBatchPrediction", {}, asked, status=202, headers=place),
        exchange(2, "uploadCsv", "", UPLOAD, PATH, status=202),
        exchange(3, "getBatchPrediction", shown, path=PATH),
        exchange(4, "downloadBatchPrediction", download, path=PATH),
    ]


def verdicts(exchanges: list[Exchange]) -> dict[str, Verdict]:
    view = View(CONTRACT, History(tuple(exchanges)), FIXTURES)
    found = {}
    for name in RULES:
        rule = CONTRACT.requirements[f"datarobot.output.{name}"]
        finding = worst(CHECKS[rule.check](view, rule))
        found[name] = finding.verdict if finding else Verdict.not_run
    return found


def of(text: str, model: str = "binary", options: dict[str, Any] | None = None, **document: Any) -> dict[str, Verdict]:
    data = text.encode()
    return verdicts(job(model, options or {"passthroughColumns": ["row_id", "note"]}, data, **document))


def violated(found: dict[str, Verdict]) -> list[str]:
    return [name for name, verdict in found.items() if verdict >= Verdict.warned]


def test_right_binary_result() -> None:
    """A right result in any order of rows passes every requirement."""
    assert dict.fromkeys(RULES, Verdict.passed) == of(GOOD)


def test_right_multiclass_result() -> None:
    """A right result of several classes passes every requirement."""
    assert dict.fromkeys(RULES, Verdict.passed) == of(
        MULTI + 'r1,007,0.2,0.3,0.5,C\nr2,"a ""b"", c",0.5,0.5,0,A\n', "multiclass"
    )


def test_right_regression_result() -> None:
    """A regression has neither probabilities nor a label, and passes the rest."""
    found = of("amount_PREDICTION\n1.5\n2.5\n", "regression", {"passthroughColumns": []})
    not_applicable = dict.fromkeys(RULES[2:5], Verdict.not_run)
    assert {**dict.fromkeys(RULES, Verdict.passed), **not_applicable} == found


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"includeProbabilities": False}, "default_PREDICTION\nyes\nno\n"),
        ({"includeProbabilitiesClasses": ["no"]}, GOOD.replace("default_yes_PREDICTION,", "").replace("0.9,", "")),
        ({"csvSettings": {"delimiter": "tab"}, "passthroughColumns": ["row_id"]}, ""),
    ],
)
def test_options_change_the_columns(options: dict[str, Any], text: str) -> None:
    """Options take columns away and change the dialect; what they took away may not be there."""
    if "csvSettings" in options:
        cells = BINARY.replace("note,", "").replace(",", "\t") + "r1\t0.9\t0.1\tyes\t0.5\tyes\n"
        text = cells + "r2\t0.2\t0.8\tno\t0.5\tyes\n"
    if "includeProbabilitiesClasses" in options:
        text = "default_no_PREDICTION,default_PREDICTION,THRESHOLD,POSITIVE_CLASS\n0.1,yes,0.5,yes\n0.8,no,0.5,yes\n"
    assert [] == violated(of(text, options=options))
    if "includeProbabilities" in options or "includeProbabilitiesClasses" in options:
        whole = BINARY.replace("row_id,note,", "") + "0.9,0.1,yes,0.5,yes\n0.2,0.8,no,0.5,yes\n"
        assert ["columns_follow_the_model"] == violated(of(whole, options=options))


@pytest.mark.parametrize(
    ("broken", "text"),
    [
        ("rows_are_accounted_for", GOOD.rsplit("r1", 1)[0]),
        ("rows_are_accounted_for", GOOD + "r1,007,0.9,0.1,yes,0.5,yes\n"),
        ("rows_are_accounted_for", BINARY + "r1,007,0.9,0.1,yes,0.5,yes\n" * 2),
        ("rows_are_accounted_for", GOOD.replace(",yes\nr1", ",yes,more\nr1")),
        ("columns_follow_the_model", GOOD.replace("default_no_PREDICTION", "default_other")),
        ("columns_follow_the_model", GOOD.replace("THRESHOLD", "threshold")),
        ("passthrough_is_verbatim", GOOD.replace("007", "7")),
        ("passthrough_is_verbatim", GOOD.replace("row_id,note", "row_id,remark")),
        ("probabilities_sum_to_one", GOOD.replace("0.9,0.1", "0.9,0.3")),
        ("probabilities_sum_to_one", GOOD.replace("0.9,0.1", "1.9,-0.9")),
        ("label_follows_scores", GOOD.replace("0.1,yes", "0.1,no")),
        ("label_follows_scores", GOOD.replace("yes,0.5", "yes,0.95")),
    ],
)
def test_broken_result(broken: str, text: str) -> None:
    """A broken result violates one requirement, the one that it breaks."""
    assert [broken] == violated(of(text))


def test_wrong_label_of_several_classes() -> None:
    """The label of several classes is the most probable one."""
    text = MULTI + 'r1,007,0.2,0.3,0.5,A\nr2,"a ""b"", c",0.5,0.5,0,A\n'
    assert ["label_follows_scores"] == violated(of(text, "multiclass"))


def test_rows_that_failed() -> None:
    """A row that the job counts as failed may be missing from the result."""
    text = GOOD.rsplit("r1", 1)[0]
    assert [] == violated(of(text, failedRows=1))
    assert Verdict.inconclusive == of(text, failedRows="one")["rows_are_accounted_for"]


def test_status_column() -> None:
    """A row without a good status has no scores to judge, and the column that was asked for is there."""
    options = {"includePredictionStatus": True}
    head = BINARY.replace("row_id,note,", "").strip()
    assert [] == violated(of(f"{head},prediction_status\n,,,,,broken\n0.9,0.1,yes,0.5,yes,OK\n", options=options))
    text = f"{head}\n0.9,0.1,yes,0.5,yes\n0.9,0.1,yes,0.5,yes\n"
    assert ["columns_follow_the_model"] == violated(of(text, options=options))


def test_model_of_a_profile() -> None:
    """A model that only a profile knows is judged by the form of its columns."""
    fixtures = {**FIXTURES, "deployment_binary": "64ffffffffffffffffffffff"}
    text = GOOD.replace("default", "churn").replace("yes", "gone").replace("no_", "here_").replace(",no,", ",here,")
    for right, expected in ((text, Verdict.passed), (text.replace("POSITIVE_CLASS", "X"), Verdict.failed)):
        history = job("64ffffffffffffffffffffff", {"passthroughColumns": ["row_id", "note"]}, right.encode())
        rule = CONTRACT.requirements["datarobot.output.columns_follow_the_model"]
        found = worst(CHECKS[rule.check](View(CONTRACT, History(tuple(history)), fixtures), rule))
        assert found is not None
        assert expected == found.verdict


@pytest.mark.parametrize("data", [b"", b"{}", b"<html></html>", b"\xff\x00", b"a,a\n1\n"])
def test_nonsense_passes_nothing(data: bytes) -> None:
    """A download that is no result passes nothing."""
    found = verdicts(job("binary", {"passthroughColumns": ["row_id"]}, data))
    assert Verdict.passed not in found.values()
