"""Single limits, on histories made by hand: kept, broken, and undecided."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from conformance.plans.boundary import trials
from conformance.plans.samples import Naming, Samples

GET = "GetMLModel"
MODEL = {"MLModelId": "m", "Status": "COMPLETED"}
LONG = "amazon_ml.GetMLModel.request.MLModelId.maxLength"
STATUS = "amazon_ml.GetMLModel.response.Status"
REFUSED = {"__type": "InvalidInputException"}


@pytest.mark.parametrize(
    ("expected", "status", "body"),
    [
        ("passed", 400, REFUSED),
        ("failed", 200, MODEL),
        ("failed", 400, {"__type": "ResourceNotFoundException"}),
        ("failed", 500, {"__type": "InternalServerException"}),
        ("inconclusive", 400, {"message": "no name"}),
        ("inconclusive", 400, {"__type": "ThrottlingException"}),
        ("inconclusive", 503, {}),
        ("inconclusive", 403, {"__type": "MissingAuthenticationTokenException"}),
    ],
)
def test_a_request_beyond_the_limit_is_refused_as_invalid(talk: Any, expected: str, status: int, body: Any) -> None:
    """Acceptance, another error and a crash break the limit; what is another requirement's business decides nothing."""
    history = talk("amazon_ml").control(GET, MODEL).tell(GET, status, body, LONG, "invalid_input")
    assert expected == history.verdict(LONG)


@pytest.mark.parametrize("control", [{}, {"other": 1}, b"<html>"])
def test_a_refusal_proves_nothing_without_a_control(talk: Any, control: Any) -> None:
    """A target that never served the operation cannot pass by refusing."""
    history = talk("amazon_ml").control(GET, control).tell(GET, 400, REFUSED, LONG, "invalid_input")
    assert "inconclusive" == history.verdict(LONG)


@pytest.mark.parametrize(
    ("expected", "status", "body"),
    [
        ("inconclusive", 200, MODEL),
        ("failed", 400, REFUSED),
        ("inconclusive", 400, {"__type": "LimitExceededException"}),
        ("failed", 500, {"__type": "InternalServerException"}),
    ],
)
def test_a_request_at_the_limit_is_not_refused_as_invalid(talk: Any, expected: str, status: int, body: Any) -> None:
    """Accepting what is allowed proves no limit, refusing it as invalid breaks one."""
    history = talk("amazon_ml").control(GET, MODEL).tell(GET, status, body, LONG, "accepted", "not_found")
    assert expected == history.verdict(LONG)


@pytest.mark.parametrize(("expected", "status"), [("inconclusive", 404), ("failed", 422), ("inconclusive", 409)])
def test_a_body_is_not_refused_by_what_paths_are_refused_with(talk: Any, expected: str, status: int) -> None:
    """404 says that a path is wrong; for a value of a body it means that something named there is missing."""
    operation, limit = "createBatchPrediction", "datarobot.createBatchPrediction.request.chunkSize.maximum"
    history = talk("datarobot").control(operation, {"id": "a", "status": "INITIALIZING"}, status=202)
    history.tell(operation, status, {"message": "no"}, limit, "accepted")
    assert expected == history.verdict(limit)


@pytest.mark.parametrize(("expected", "status"), [("passed", 422), ("passed", 400), ("failed", 404), ("failed", 200)])
def test_an_operation_may_refuse_bodies_in_its_own_way(talk: Any, expected: str, status: int) -> None:
    """Rows that are no rows are bad data (400) where the operation says so, beside the vendor's own 422."""
    limit = "datarobot.predict.request.items.type"
    contract = specs.load("datarobot")
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    planned = next(row for row in trials(contract, samples, contract.constraints[limit]))
    rows = {"data": [{"rowId": 0, "prediction": "yes", "predictionValues": []}]}
    history = talk("datarobot").control("predict", rows)
    history.tell("predict", status, rows if status == 200 else {"message": "no"}, limit, *planned.expect)
    assert expected == history.verdict(limit)


def test_no_answer_decides_nothing(talk: Any) -> None:
    """A connection that breaks on one request leaves its limit undecided."""
    history = talk("amazon_ml").control(GET, MODEL).tell(GET, 0, {}, LONG, "invalid_input", failure="reset")
    assert "inconclusive" == history.verdict(LONG)


@pytest.mark.parametrize(
    ("expected", "keyword", "body"),
    [
        ("passed", "enum", MODEL),
        ("failed", "enum", {**MODEL, "Status": "DONE"}),
        ("failed", "type", {**MODEL, "Status": 7}),
        ("not_run", "enum", {**MODEL, "Status": 7}),
        ("not_run", "enum", {"MLModelId": "m"}),
        ("not_run", "enum", {}),
        ("not_run", "enum", b"<html>"),
    ],
)
def test_a_response_limit_is_seen_and_kept(talk: Any, expected: str, keyword: str, body: Any) -> None:
    """A limit passes where its place was seen; a value of the wrong type breaks its type and nothing else."""
    assert expected == talk("amazon_ml").control(GET, body).verdict(f"{STATUS}.{keyword}")


def test_a_missing_member_is_named(talk: Any) -> None:
    """A required member that an answer lacks fails its own requirement, with the place that lacks it."""
    name = "datarobot.getVersion.response.major.required"
    assert "passed" == talk("datarobot").control("getVersion", {"versionString": "2", "major": 2}).verdict(name)
    assert "failed" == talk("datarobot").control("getVersion", {"versionString": "2", "minor": 1}).verdict(name)


def test_an_accepted_bad_request_is_blamed_once(talk: Any) -> None:
    """What a resource shows that should not exist is the fault of the limit that let it in."""
    name = "amazon_ml.CreateBatchPrediction.request.OutputUri.pattern"
    bad = {"BatchPredictionId": "bad", "OutputUri": "nowhere"}
    history = talk("amazon_ml").control("CreateBatchPrediction", {"BatchPredictionId": "good"})
    history.tell("CreateBatchPrediction", 200, {"BatchPredictionId": "bad"}, name, "invalid_input", called=bad)
    history.control("GetBatchPrediction", bad)
    assert "failed" == history.verdict(name)
    assert "not_run" == history.verdict("amazon_ml.GetBatchPrediction.response.OutputUri.pattern")
    history.control("GetBatchPrediction", {**bad, "BatchPredictionId": "good"})
    assert "failed" == history.verdict("amazon_ml.GetBatchPrediction.response.OutputUri.pattern")


def refused_alike(talk: Any, *bodies: Any) -> Any:
    """GetMLModel serves a valid call and answers each request that breaks one of its limits with one of these."""
    history = talk("amazon_ml").control(GET, MODEL)
    limits = [LONG, LONG.replace("maxLength", "minLength"), LONG.replace("maxLength", "pattern")]
    for limit, body in zip(limits, bodies, strict=True):
        history.tell(GET, 400, body, limit, "invalid_input")
    return history


@pytest.mark.parametrize(
    ("form", "limit", "bodies"),
    [
        ("failed", "inconclusive", [{"__type": "StrangeException"}] * 3),
        ("passed", "failed", [{"__type": "StrangeException"}, REFUSED, REFUSED]),
        ("passed", "passed", [REFUSED] * 3),
        ("not_run", "inconclusive", [{"message": "no name"}] * 3),
    ],
)
def test_how_all_limits_are_refused_is_one_requirement(talk: Any, form: str, limit: str, bodies: Any) -> None:
    """Refusing every limit alike and wrongly is one fault; refusing one of them wrongly is that limit's."""
    history = refused_alike(talk, *bodies)
    assert form == history.verdict("amazon_ml.GetMLModel.refusals_are_documented")
    assert limit == history.verdict(LONG)


def test_a_limit_is_not_judged_on_a_refused_base(talk: Any) -> None:
    """When the valid call that a request starts from is refused as invalid, refusing the request proves nothing."""
    name, body = "amazon_ml.CreateBatchPrediction.request.BatchPredictionName.maxLength", {"OutputUri": "s3://b/k"}
    made = {"BatchPredictionId": "good"}
    case = ("amazon_ml.CreateBatchPrediction.valid_request_is_accepted", "accepted")
    for expected, kind in (("failed", "boundary"), ("inconclusive", "control")):
        history = talk("amazon_ml").control("CreateBatchPrediction", made)
        history.tell("CreateBatchPrediction", 400, REFUSED, *case, kind=kind, called=body)
        tried = {**body, "BatchPredictionName": "n"}
        history.tell("CreateBatchPrediction", 400, REFUSED, name, "accepted", called=tried)
        assert expected == history.verdict(name)


@pytest.mark.parametrize(("expected", "seen"), [("failed", False), ("inconclusive", True)])
def test_a_name_that_is_taken_may_be_refused(talk: Any, expected: str, seen: bool) -> None:
    """Whether a deleted resource's name may be used again is documented nowhere: its refusal proves no limit."""
    short, create = "amazon_ml.CreateMLModel.request.MLModelId.minLength", "CreateMLModel"
    history = talk("amazon_ml").control(create, {"MLModelId": "ml-1"}, called={"MLModelId": "ml-1"})
    if seen:
        history.control(GET, {"MLModelId": "m", "Status": "DELETED"}, called={"MLModelId": "m"})
    history.tell(create, 400, REFUSED, short, "accepted", called={"MLModelId": "m"})
    assert expected == history.verdict(short)
