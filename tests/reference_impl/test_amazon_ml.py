"""Amazon Machine Learning: the life of a batch prediction, its files, real-time predictions, lists and refusals.

A batch and a real-time call share one model here, so their answers can be compared; no imitation could promise that.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.reference_impl.conftest import Reference, until

PREFIX = "AmazonML_20141212."
RECORD = {"age": "41", "income": "52000", "balance": "1200.5", "region": "north"}
MODELS = ("ml-regression", "ml-binary", "ml-multiclass")
FINAL = ("COMPLETED", "FAILED")


def wanted(id: str = "bp-1", **changes: Any) -> dict[str, Any]:
    """A create request."""
    return {
        "BatchPredictionId": id,
        "MLModelId": "ml-binary",
        "BatchPredictionDataSourceId": "ds-batch",
        "OutputUri": "s3://prediction-conformance/output/",
        **changes,
    }


async def call(reference: Reference, operation: str, **body: Any) -> tuple[int, Any]:
    """One call of the service."""
    return await reference.aws(PREFIX + operation, body)


async def finished(reference: Reference, id: str) -> Any:
    """The batch prediction once it is final."""

    async def read() -> Any:
        return (await call(reference, "GetBatchPrediction", BatchPredictionId=id))[1]

    return await until(read, lambda document: document["Status"] in FINAL)


async def mounted(reference: Reference, model: str) -> str:
    """The URL of a model's endpoint once it is READY."""
    await call(reference, "CreateRealtimeEndpoint", MLModelId=model)

    async def read() -> Any:
        return (await call(reference, "GetMLModel", MLModelId=model))[1]["EndpointInfo"]

    return str((await until(read, lambda info: info["EndpointStatus"] == "READY"))["EndpointUrl"])


def result(reference: Reference, id: str) -> list[str]:
    """The lines of a result file, found through the manifest."""
    root = reference.data / "objects"
    manifest = json.loads((root / "prediction-conformance/output/batch-prediction" / f"{id}.manifest").read_text())
    (uri,) = manifest.values()
    return gzip.decompress((root / uri.removeprefix("s3://")).read_bytes()).decode().split("\n")[:-1]


@pytest.mark.parametrize("model", MODELS)
async def test_batch_scores_equal_real_time_scores(reference: Reference, model: str) -> None:
    """Line by line, a batch says what Predict says about the same record."""
    await call(reference, "CreateBatchPrediction", **wanted(MLModelId=model))
    document = await finished(reference, "bp-1")
    lines = result(reference, "bp-1")
    url = await mounted(reference, model)
    inputs = (reference.data / "objects/prediction-conformance/input/batch.csv").read_text().splitlines()
    assert (document["TotalRecordCount"], 0) == (len(inputs) - 1, document["InvalidRecordCount"])
    assert len(inputs) == len(lines)
    record = dict(zip(inputs[0].split(","), inputs[5].split(","), strict=True))
    _, body = await call(reference, "Predict", MLModelId=model, Record=record, PredictEndpoint=url)
    shown = body["Prediction"]
    scores = list(shown["predictedScores"].values()) if "predictedScores" in shown else [shown["predictedValue"]]
    expected = [shown["predictedLabel"]] if model == "ml-binary" else []
    cells = lines[5].split(",")
    assert expected == cells[: len(expected)]
    assert scores == pytest.approx([float(cell) for cell in cells[len(expected) :]])


async def test_a_record_that_cannot_be_scored_is_a_blank_line(reference: Reference) -> None:
    """Bad numbers and wrong field counts are invalid records; every other line keeps its place."""
    path = reference.data / "objects/prediction-conformance/input/batch.csv"
    path.write_text("age,income,balance,region\n41,52000,0,north\nold,1,1,north\n41\n41,52000,0,north\n")
    await call(reference, "CreateBatchPrediction", **wanted())
    document = await finished(reference, "bp-1")
    lines = result(reference, "bp-1")
    assert (4, 2) == (document["TotalRecordCount"], document["InvalidRecordCount"])
    assert ["", ""] == lines[2:4]
    assert lines[1] == lines[4] != ""


async def test_a_job_whose_input_is_gone_fails_with_a_message(reference: Reference) -> None:
    """FAILED says why, has FinishedAt and no ComputeTime."""
    (reference.data / "objects/prediction-conformance/input/batch.csv").unlink()
    await call(reference, "CreateBatchPrediction", **wanted())
    document = await finished(reference, "bp-1")
    assert ("FAILED", True, False) == (document["Status"], "FinishedAt" in document, "ComputeTime" in document)
    assert document["Message"]


async def test_an_output_that_leads_out_of_its_bucket_fails(reference: Reference) -> None:
    """A location that only the store can judge is refused by the job, and nothing is written outside."""
    await call(reference, "CreateBatchPrediction", **wanted(OutputUri="s3://b\\..\\x/"))
    assert "FAILED" == (await finished(reference, "bp-1"))["Status"]


async def test_creating_again_is_the_same_job(reference: Reference) -> None:
    """Equal parameters are accepted and change nothing, other parameters are a mismatch."""
    await call(reference, "CreateBatchPrediction", **wanted())
    first = await finished(reference, "bp-1")
    again = await call(reference, "CreateBatchPrediction", **wanted())
    status, other = await call(reference, "CreateBatchPrediction", **wanted(MLModelId="ml-regression"))
    assert (200, {"BatchPredictionId": "bp-1"}) == again
    assert (400, "IdempotentParameterMismatchException") == (status, other["__type"])
    assert first == await finished(reference, "bp-1")


async def test_a_deleted_job_stays_readable(reference: Reference) -> None:
    """DELETED is what Get shows from then on, without the members of a finished job."""
    await call(reference, "CreateBatchPrediction", **wanted())
    await finished(reference, "bp-1")
    await call(reference, "DeleteBatchPrediction", BatchPredictionId="bp-1")
    status, document = await call(reference, "GetBatchPrediction", BatchPredictionId="bp-1")
    assert (200, "DELETED") == (status, document["Status"])
    assert not {"FinishedAt", "ComputeTime"} & document.keys()


async def test_update_changes_the_name_only(reference: Reference) -> None:
    """Name and LastUpdatedAt move, nothing else does."""
    await call(reference, "CreateBatchPrediction", **wanted(BatchPredictionName="first"))
    before = await finished(reference, "bp-1")
    await call(reference, "UpdateBatchPrediction", BatchPredictionId="bp-1", BatchPredictionName="second")
    after = await finished(reference, "bp-1")
    assert ("first", "second") == (before["Name"], after["Name"])
    assert before | {"Name": 0, "LastUpdatedAt": 0} == after | {"Name": 0, "LastUpdatedAt": 0}


async def test_pages_show_every_match_once(reference: Reference) -> None:
    """Filtered and sorted, the pages together are the list; a foreign token is refused."""
    ids = [f"bp-{number}" for number in range(5)]
    for id in ids:
        await call(reference, "CreateBatchPrediction", **wanted(id, BatchPredictionName=f"name {id}"))
        await finished(reference, id)
    query = {"FilterVariable": "Name", "Prefix": "name", "NE": "name bp-3", "SortOrder": "dsc", "Limit": 3}
    _, first = await call(reference, "DescribeBatchPredictions", **query)
    _, second = await call(reference, "DescribeBatchPredictions", **query, NextToken=first["NextToken"])
    shown = [row["BatchPredictionId"] for row in first["Results"] + second["Results"]]
    assert ["bp-4", "bp-2", "bp-1", "bp-0"] == shown
    assert "NextToken" not in second
    for other in ({"NextToken": "x" + first["NextToken"]}, {**query, "NextToken": first["NextToken"], "NE": "x"}):
        status, body = await call(reference, "DescribeBatchPredictions", **other)
        assert (400, "InvalidInputException") == (status, body["__type"])


async def test_predict_needs_an_endpoint_that_is_ready(reference: Reference) -> None:
    """No endpoint, and no endpoint any more, are PredictorNotMounted."""
    request = {"MLModelId": "ml-binary", "Record": RECORD, "PredictEndpoint": "https://x.amazonaws.com"}
    _, before = await call(reference, "Predict", **request)
    await mounted(reference, "ml-binary")
    status, _ = await call(reference, "Predict", **request)
    _, gone = await call(reference, "DeleteRealtimeEndpoint", MLModelId="ml-binary")
    _, after = await call(reference, "Predict", **request)
    assert 200 == status
    assert ["PredictorNotMountedException"] * 2 == [before["__type"], after["__type"]]
    assert {"EndpointStatus": "NONE", "PeakRequestsPerSecond": 0} == gone["RealtimeEndpointInfo"]


async def test_predict_takes_any_record_of_texts(reference: Reference) -> None:
    """Variables may be missing, unknown, or no numbers; the scores of a multiclass model still add up to one."""
    await mounted(reference, "ml-multiclass")
    for record in ({}, {"age": "old", "grade": "A"}, RECORD | {"region": "mars"}, {"income": "1e308"}):
        request = {"MLModelId": "ml-multiclass", "Record": record, "PredictEndpoint": "https://x.amazonaws.com"}
        status, body = await call(reference, "Predict", **request)
        scores = body["Prediction"]["predictedScores"]
        assert (200, {"A", "B", "C"}) == (status, scores.keys())
        assert pytest.approx(1.0) == sum(scores.values())
        assert body["Prediction"]["predictedLabel"] == max(scores, key=scores.__getitem__)


async def test_a_model_shows_its_recipe_only_when_asked(reference: Reference) -> None:
    """Verbose adds Recipe and Schema; without an endpoint the endpoint is NONE."""
    _, short = await call(reference, "GetMLModel", MLModelId="ml-binary")
    _, full = await call(reference, "GetMLModel", MLModelId="ml-binary", Verbose=True)
    assert {"Recipe", "Schema"} == full.keys() - short.keys()
    assert {"EndpointStatus": "NONE", "PeakRequestsPerSecond": 0} == short["EndpointInfo"]


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("CreateBatchPrediction", wanted(MLModelId="ml-none"), "InvalidInputException"),
        ("CreateBatchPrediction", wanted(BatchPredictionDataSourceId="ds-none"), "InvalidInputException"),
        ("CreateBatchPrediction", wanted(OutputUri="s3://bucket/a//b"), "InvalidInputException"),
        ("CreateBatchPrediction", wanted("a\n"), "InvalidInputException"),
        ("CreateBatchPrediction", wanted("x" * 65), "InvalidInputException"),
        ("CreateBatchPrediction", wanted(MLModelId=None), "InvalidInputException"),
        ("CreateBatchPrediction", wanted(MLModelId=5), "SerializationException"),
        ("GetBatchPrediction", {"BatchPredictionId": "none"}, "ResourceNotFoundException"),
        ("DeleteBatchPrediction", {"BatchPredictionId": "none"}, "ResourceNotFoundException"),
        ("GetMLModel", {"MLModelId": "none"}, "ResourceNotFoundException"),
        ("DescribeBatchPredictions", {"Limit": 101}, "InvalidInputException"),
        ("DescribeBatchPredictions", {"SortOrder": "desc"}, "InvalidInputException"),
        ("DescribeBatchPredictions", {"Limit": "5"}, "SerializationException"),
        ("CreateEverything", {}, "UnknownOperationException"),
    ],
)
async def test_a_refusal_has_its_documented_name(
    reference: Reference, operation: str, body: dict[str, Any], code: str
) -> None:
    """Broken values, wrong types, unknown references and unknown ids are told apart, all with status 400."""
    status, answer = await call(reference, operation, **body)
    assert (400, code) == (status, answer["__type"])
