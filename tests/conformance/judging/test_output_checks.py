"""Checks of job outputs: manifest, rows, columns, order, scores and JSON Lines, on files made by hand."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest

import specs
from conformance.findings import Verdict, worst
from conformance.history import Artefact, Case, Exchange, History
from conformance.judging.output_checks import CHECKS
from conformance.judging.view import View
from specs.message import Answer, Call, HttpRequest, HttpResponse

AML = specs.load("amazon_ml")
PERSONALIZE = specs.load("amazon_personalize")
FOLDER = "s3://prediction-conformance/output/out-1/"
INPUT = "s3://prediction-conformance/input/batch.csv"
MANIFEST = f"{FOLDER}batch-prediction/bp-1.manifest"
RESULT = f"{FOLDER}batch-prediction/result/bp-1-batch.csv.gz"
GOOD_MANIFEST = json.dumps({INPUT: RESULT}).encode()
SOURCE = b"age,income,balance,region\n41,52000,1200.5,north\n23,18000,-50.25,south\n"
RECORDS = [
    {"age": "41", "income": "52000", "balance": "1200.5", "region": "north"},
    {"age": "23", "income": "18000", "balance": "-50.25", "region": "south"},
]
RESULTS = {
    "ml-regression": b"score\n1.5\n-2.5E1\n",
    "ml-binary": b"bestAnswer,score\n1,8.7E-1\n0,0.25\n",
    "ml-multiclass": b"A,B,C\n0.25,0.25,0.5\n0.1,0.2,0.7\n",
}


def exchange(index: int, operation: str, asked: Any, body: Any, slot: str = "") -> Exchange:
    call, answer = Call(operation, body=asked), Answer(200, (), body)
    request, response = HttpRequest("POST", "/"), HttpResponse(200)
    return Exchange(index, index, index + 0.5, request, operation, call, response, answer, slot=slot)


def aml_job(model: str, state: str = "COMPLETED") -> list[Exchange]:
    asked = {"BatchPredictionId": "bp-1", "MLModelId": model, "OutputUri": FOLDER}
    made = exchange(1, "CreateBatchPrediction", asked, {"BatchPredictionId": "bp-1"}, "job")
    read = exchange(2, "GetBatchPrediction", {"BatchPredictionId": "bp-1"}, {**asked, "Status": state}, "job")
    return [made, read]


def aml_files(result: bytes | None, manifest: bytes | None = GOOD_MANIFEST) -> list[Artefact]:
    found = [(INPUT, SOURCE), (MANIFEST, manifest), (RESULT, result)]
    return [Artefact(uri, "job", data) for uri, data in found if data is not None]


def verdict(contract: specs.Contract, name: str, exchanges: list[Exchange], files: list[Artefact]) -> Verdict:
    rule = contract.requirements[f"{contract.vendor}.{name}"]
    fixtures = {key: fixture.value for key, fixture in contract.fixtures.items()}
    view = View(contract, History(tuple(exchanges), tuple(files)), fixtures)
    found = worst(CHECKS[rule.check](view, rule))
    return found.verdict if found else Verdict.not_run


def judged(name: str, model: str, result: bytes | None, extra: tuple[Exchange, ...] = ()) -> Verdict:
    packed = gzip.compress(result, mtime=0) if result is not None else None
    return verdict(AML, f"batch_result.{name}", [*aml_job(model), *extra], aml_files(packed))


@pytest.mark.parametrize(
    ("expected", "threshold", "result"),
    [
        ("passed", 1.0, b"bestAnswer,score\n0,0.87\n0,0.25\n"),
        ("failed", 1.0, b"bestAnswer,score\n1,0.87\n0,0.25\n"),
        ("failed", 0.0, b"bestAnswer,score\n1,0.87\n0,0.25\n"),
        ("passed", None, b"bestAnswer,score\n1,0.87\n0,0.25\n"),
    ],
)
def test_a_model_of_this_run_scores_with_its_own_threshold(
    expected: str, threshold: float | None, result: bytes
) -> None:
    """Of a model that the run has made its reads tell the kind and the threshold; without one the usual one counts."""
    shown = {"MLModelId": "own", "MLModelType": "BINARY", "Status": "COMPLETED", "ScoreThreshold": threshold}
    made = exchange(-2, "CreateMLModel", {"MLModelId": "own", "MLModelType": "BINARY"}, {"MLModelId": "own"})
    read = exchange(-1, "GetMLModel", {"MLModelId": "own"}, shown)
    files = aml_files(gzip.compress(result, mtime=0))
    assert Verdict[expected] == verdict(AML, "batch_result.scores_make_sense", [made, read, *aml_job("own")], files)
    assert Verdict.not_run == verdict(AML, "batch_result.scores_make_sense", aml_job("own"), files)


AML_RULES = (
    "manifest_names_every_result",
    "one_line_per_observation",
    "columns_follow_the_model_type",
    "scores_make_sense",
)


@pytest.mark.parametrize("model", RESULTS)
@pytest.mark.parametrize("name", AML_RULES)
def test_right_output(name: str, model: str) -> None:
    """An output as it is documented passes, whatever the kind of model."""
    expected = Verdict.not_run if (name, model) == ("scores_make_sense", "ml-regression") else Verdict.passed
    assert expected == judged(name, model, RESULTS[model])


@pytest.mark.parametrize("name", AML_RULES)
def test_no_evidence(name: str) -> None:
    """Without an object store, or without a finished job, nothing is judged."""
    assert Verdict.not_run == verdict(AML, f"batch_result.{name}", aml_job("ml-binary"), [])
    unfinished = aml_job("ml-binary", "INPROGRESS")
    assert Verdict.not_run == verdict(AML, f"batch_result.{name}", unfinished, aml_files(b""))


@pytest.mark.parametrize("manifest", [None, b"{}", b"[", b"[]", json.dumps({INPUT: "elsewhere"}).encode()])
def test_wrong_manifest(manifest: bytes | None) -> None:
    """A manifest that is missing, unreadable or names another file fails, and nothing else does."""
    files = aml_files(gzip.compress(RESULTS["ml-binary"], mtime=0), manifest)
    found = {name: verdict(AML, f"batch_result.{name}", aml_job("ml-binary"), files) for name in AML_RULES}
    assert {**dict.fromkeys(AML_RULES, Verdict.passed), AML_RULES[0]: Verdict.failed} == found


@pytest.mark.parametrize(
    ("broken", "model", "result"),
    [
        ("one_line_per_observation", "ml-binary", b"bestAnswer,score\n1,0.87\n"),
        ("one_line_per_observation", "ml-binary", b"bestAnswer,score\n1,0.87\n0,0.2\n0,0.2\n"),
        ("one_line_per_observation", "ml-binary", b"bestAnswer,score\n1,0.87\n0\n"),
        ("columns_follow_the_model_type", "ml-binary", b"score\n0.87\n0.2\n"),
        ("columns_follow_the_model_type", "ml-multiclass", b"A,B,C,bestAnswer\n0.2,0.3,0.5,C\n0.2,0.3,0.5,C\n"),
        ("columns_follow_the_model_type", "ml-multiclass", b"A,B,D\n0.2,0.3,0.5\n0.2,0.3,0.5\n"),
        ("scores_make_sense", "ml-binary", b"bestAnswer,score\n0,0.87\n0,0.2\n"),
        ("scores_make_sense", "ml-binary", b"bestAnswer,score\n1,1.87\n0,0.2\n"),
        ("scores_make_sense", "ml-binary", b"bestAnswer,score\n1,much\n0,0.2\n"),
        ("scores_make_sense", "ml-multiclass", b"A,B,C\n0.5,0.5,0.5\n0.1,0.2,0.7\n"),
    ],
)
def test_broken_result(broken: str, model: str, result: bytes) -> None:
    """A broken result fails one requirement, the one that it breaks."""
    failed = [name for name in AML_RULES if judged(name, model, result) == Verdict.failed]
    assert [broken] == failed


@pytest.mark.parametrize("data", [None, b"no gzip", gzip.compress(b"", mtime=0)])
def test_unreadable_result(data: bytes | None) -> None:
    """A result that is missing or cannot be read fails its rows only."""
    failed = [
        name
        for name in AML_RULES
        if verdict(AML, f"batch_result.{name}", aml_job("ml-binary"), aml_files(data)) == Verdict.failed
    ]
    assert ["one_line_per_observation"] == failed


@pytest.mark.parametrize("result", [b"bestAnswer,score\n1,0.87\n\n", b"tag,bestAnswer,score\nr1,1,0.87\nr2,0,0.2\n"])
def test_lawful_variants(result: bytes) -> None:
    """A blank line stands for what cannot be scored, and a row id may come first."""
    assert [Verdict.passed] * 4 == [judged(name, "ml-binary", result) for name in AML_RULES]


def test_input_without_a_header() -> None:
    """An input file whose first line names no variable has an observation there."""
    files = [
        *aml_files(gzip.compress(b"score\n1\n2\n", mtime=0)),
        Artefact(INPUT, "job", b"41,52000,1,north\n23,1,2,south\n"),
    ]
    assert Verdict.passed == verdict(AML, f"batch_result.{AML_RULES[1]}", aml_job("ml-regression"), files[1:])


def predicted(index: int, record: dict[str, str], value: float) -> Exchange:
    asked = {"MLModelId": "ml-regression", "Record": record}
    return exchange(index, "Predict", asked, {"Prediction": {"predictedValue": value}})


def beside_singles(name: str, result: bytes) -> Verdict:
    """The verdict on a result whose two input rows were scored by single calls as well: 1.5 and -25."""
    calls = (predicted(3, RECORDS[0], 1.5), predicted(4, RECORDS[1], -25.0))
    return judged(name, "ml-regression", result, calls)


@pytest.mark.parametrize(
    ("expected", "result"),
    [
        ("passed", b"score\n1.5\n-25.00001\n"),
        ("failed", b"score\n-25\n1.5\n"),
        ("inconclusive", b"score\n7\n8\n"),
    ],
)
def test_order(expected: str, result: bytes) -> None:
    """The rows have the scores of single calls, place by place; other scores are no matter of order."""
    assert Verdict[expected] == beside_singles("keeps_the_order_of_the_input", result)


def test_order_without_single_calls() -> None:
    """Where no single call scored a row of the input, its place cannot be known."""
    assert Verdict.inconclusive == judged("keeps_the_order_of_the_input", "ml-regression", RESULTS["ml-regression"])


PLACE = "s3://prediction-conformance/recommendations/out-1/"
USERS = "s3://prediction-conformance/users/users.json"
ARN = "arn:aws:personalize:us-east-1:123456789012:batch-inference-job/job-1"
LINES_RULES = ("one_line_per_input_line", "lines_carry_their_input", "no_more_items_than_asked_for")


def line(user: str, items: int = 2, **changes: Any) -> dict[str, Any]:
    output = {"recommendedItems": [f"i{n}" for n in range(items)], "scores": [1 / (n + 1) for n in range(items)]}
    return {"input": {"userId": user}, "output": {**output, **changes}, "error": None}


def personalized(name: str, lines: list[Any]) -> Verdict:
    asked = {
        "jobName": "job-1",
        "numResults": 2,
        "jobInput": {"s3DataSource": {"path": USERS}},
        "jobOutput": {"s3DataDestination": {"path": PLACE}},
    }
    made = exchange(1, "CreateBatchInferenceJob", asked, {"batchInferenceJobArn": ARN}, "job")
    document = {"batchInferenceJob": {**asked, "batchInferenceJobArn": ARN, "status": "ACTIVE"}}
    read = exchange(2, "DescribeBatchInferenceJob", {"batchInferenceJobArn": ARN}, document, "job")
    data = b"\n".join(json.dumps(item).encode() for item in lines)
    users = b'{"userId": "u1"}\n{"userId": "u2"}\n'
    files = [Artefact(USERS, "job", users), Artefact(f"{PLACE}users.json.out", "job", data)]
    files.append(Artefact(f"{PLACE}_CHECK", "job", b""))
    return verdict(PERSONALIZE, f"recommendations.{name}", [made, read], files)


@pytest.mark.parametrize("name", LINES_RULES)
@pytest.mark.parametrize(
    "lines", [[line("u2"), line("u1")], [line("u1"), {"input": {"userId": "u2"}, "output": None, "error": "unknown"}]]
)
def test_right_lines(name: str, lines: list[Any]) -> None:
    """Lines in any order, each with its input and its ranking or its error, pass."""
    assert Verdict.passed == personalized(name, lines)


@pytest.mark.parametrize(
    ("broken", "lines"),
    [
        ("one_line_per_input_line", [line("u1")]),
        ("lines_carry_their_input", [line("u1"), line("u1")]),
        ("lines_carry_their_input", [line("u1"), line("u3")]),
        ("no_more_items_than_asked_for", [line("u1"), line("u2", 3)]),
        ("no_more_items_than_asked_for", [line("u1"), line("u2", scores=[0.5])]),
        ("no_more_items_than_asked_for", [line("u1"), line("u2", scores=[0.5, 0.6])]),
        ("no_more_items_than_asked_for", [line("u1"), line("u2", scores=[1.5, 0.6])]),
        ("no_more_items_than_asked_for", [line("u1"), line("u2", recommendedItems="all")]),
        ("no_more_items_than_asked_for", [line("u1"), line("u2", recommendedItems=["i0", "i0"])]),
    ],
)
def test_broken_lines(broken: str, lines: list[Any]) -> None:
    """A broken line violates one requirement, the one that it breaks."""
    violated = [name for name in LINES_RULES if personalized(name, lines) >= Verdict.warned]
    assert [broken] == violated


@pytest.mark.parametrize("name", LINES_RULES)
@pytest.mark.parametrize("lines", [[None, 3], [{}, []], [{"input": []}, "x"]])
def test_strange_lines_do_no_harm(name: str, lines: list[Any]) -> None:
    """Lines of any JSON type are judged without an error."""
    assert personalized(name, lines) >= Verdict.not_run


@pytest.mark.parametrize(
    ("expected", "result"),
    [
        ("passed", b"score\n1.5\n-25.00001\n"),
        ("passed", b"score\n-25\n1.5\n"),
        ("warned", b"score\n1.5\n8\n"),
        ("warned", b"score\n1.5\n"),
    ],
)
def test_batch_equals_real_time(expected: str, result: bytes) -> None:
    """A row has the scores of a single call with the same record; where it stands is another rule's business."""
    assert Verdict[expected] == beside_singles("equals_real_time_predictions", result)


def test_batch_without_single_calls() -> None:
    """Where no single call scored a row of the input there is nothing to compare."""
    found = judged("equals_real_time_predictions", "ml-regression", RESULTS["ml-regression"])
    assert Verdict.inconclusive == found


DR = specs.load("datarobot")
MADE = "output.every_right_job_completes"


def wanted(index: int, operation: str, group: str, status: int, body: Any) -> Exchange:
    """A call that has to be accepted; the job that it is about has the group's name."""
    case = Case("relation", f"datarobot.{MADE}", group, ("accepted",), group)
    call = Call(operation, {"predictionJobId": group}, body={"deploymentId": "d"})
    request, response = HttpRequest("POST", "/"), HttpResponse(status)
    answer = Answer(status, (("location", f"http://x/api/v2/batchPredictions/{group}/"),), body)
    return Exchange(index, index, index + 0.5, request, operation, call, response, answer, slot=group, case=case)


@pytest.mark.parametrize(("expected", "known"), [("failed", True), ("passed", False)])
def test_a_job_about_a_model_that_nobody_saw_may_be_refused(expected: str, known: bool) -> None:
    """A model that the target never showed may be none of its own; one that it shows must be scored with."""
    refused = wanted(3, "createBatchPrediction", "b", 422, {"message": "no"})
    assert refused.call is not None
    refused = replace(refused, call=replace(refused.call, body={"deploymentId": "e"}))
    call = Call("getDeployment", {"deploymentId": "e"})
    answer, request = Answer(200, (), {"id": "e"}), HttpRequest("GET", "/")
    read = Exchange(2, 2, 2.5, request, call.operation, call, HttpResponse(200), answer)
    made = wanted(1, "createBatchPrediction", "a", 202, {"id": "a"})
    exchanges = [made, *([read] if known else []), refused, seen(4, "a", "COMPLETED")]
    assert expected == verdict(DR, MADE, exchanges, []).name


def seen(index: int, group: str, state: str) -> Exchange:
    """A read of a job."""
    call, answer = (
        Call("getBatchPrediction", {"predictionJobId": group}),
        Answer(200, (), {"id": group, "status": state}),
    )
    return Exchange(index, index, index + 0.5, HttpRequest("GET", "/"), call.operation, call, HttpResponse(200), answer)


@pytest.mark.parametrize(
    ("expected", "first", "upload", "second"),
    [
        ("passed", "COMPLETED", 202, "COMPLETED"),
        ("failed", "COMPLETED", 202, "FAILED"),
        ("failed", "COMPLETED", 422, "INITIALIZING"),
        ("passed", "COMPLETED", 429, "INITIALIZING"),
        ("passed", "COMPLETED", 202, "RUNNING"),
        ("passed", "COMPLETED", 202, "ABORTED"),
        ("inconclusive", "FAILED", 202, "FAILED"),
    ],
)
def test_a_job_over_right_rows_completes(expected: str, first: str, upload: int, second: str) -> None:
    """Where one job over right rows completes, another that is refused or fails is blamed; one that is throttled,
    stopped or not done yet is not, and where none completes nobody is."""
    exchanges = [
        wanted(1, "createBatchPrediction", "a", 202, {"id": "a"}),
        wanted(2, "createBatchPrediction", "b", 202, {"id": "b"}),
        wanted(3, "uploadCsv", "b", upload, {"message": "no"} if upload >= 400 else None),
        seen(4, "a", first),
        seen(5, "b", second),
    ]
    assert expected == verdict(DR, MADE, exchanges, []).name
