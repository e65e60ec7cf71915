"""Each fault of rare questions changes the answer to such a question, and no answer to a usual one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

import specs
from mockgen.faults.rare_faults import RARE_FAULTS
from mockgen.faults.table import from_texts
from mockgen.hooks import bent_file
from tests.mockgen.bench import Bench, bench_of
from tests.mockgen.rest_scripts import ROWS, upload_job

Seen = tuple[Any, Any]
"""What a usual question is answered, and what a rare one is."""


def names(bench: Bench, *asked: str) -> list[str]:
    """The models that a batch of predictions is answered for."""
    body = {"predictions": [{"model_name": name} for name in asked]}
    return [row["model_name"] for row in bench.call("post_batch_predict", body).body["predictions"]]


def many(bench: Bench) -> Seen:
    return names(bench, "drive_stats_a"), len(names(bench, *["drive_stats_a"] * 20))


def awkward(bench: Bench) -> Seen:
    return names(bench, "drive_stats_a"), names(bench, " Nobody ", "n" * 100)


def equal_rows(bench: Bench) -> Seen:
    jobs = [bench.call("createBatchPrediction", upload_job(passthroughColumns=None)) for _ in range(2)]
    found = []
    for made, rows in zip(jobs, (ROWS, ROWS + ROWS.splitlines(keepends=True)[1]), strict=True):
        job = {"path": {"predictionJobId": made.body["id"]}}
        bench.call("uploadCsv", rows, media_type="text/csv", **job)
        for _ in range(4):
            bench.call("getBatchPrediction", **job)
        found.append(len(bench.call("downloadBatchPrediction", **job).body.splitlines()))
    return found[0], found[1]


def model(bench: Bench) -> str:
    source = bench.contract.fixtures["data_source"].value
    made = bench.call("CreateMLModel", {"MLModelId": "own", "MLModelType": "BINARY", "TrainingDataSourceId": source})
    return str(made.body["MLModelId"])


def thresholds(bench: Bench) -> Seen:
    identity, labels = model(bench), []
    bench.call("CreateRealtimeEndpoint", {"MLModelId": identity})
    for end in (None, 0.0, 1.0):
        if end is not None:
            bench.call("UpdateMLModel", {"MLModelId": identity, "ScoreThreshold": end})
        for _ in range(3):
            bench.call("GetMLModel", {"MLModelId": identity})
        body = {"MLModelId": identity, "Record": {"age": "41"}, "PredictEndpoint": "https://x.amazonaws.com"}
        labels.append(bench.call("Predict", body).body["Prediction"]["predictedLabel"])
    return labels[0], labels[1:]


def one_by_one(bench: Bench) -> Seen:
    identity = model(bench)
    shown = []
    for changes in ({"MLModelName": "n", "ScoreThreshold": 0.7}, {"MLModelName": "m"}):
        bench.call("UpdateMLModel", {"MLModelId": identity, **changes})
        shown.append(bench.call("GetMLModel", {"MLModelId": identity}).body)
    return (shown[0]["Name"], shown[0]["ScoreThreshold"]), (shown[1]["Name"], shown[1].get("ScoreThreshold"))


def listed(bench: Bench, **query: Any) -> int:
    return len(bench.call("listBatchPredictions", query=query).body["data"])


def two_filters(bench: Bench) -> Seen:
    bench.call("createBatchPrediction", upload_job())
    other = "5f0000000000000000000001"
    return listed(bench, deploymentId=other), listed(bench, status=["INITIALIZING"], deploymentId=other)


def far_away(bench: Bench) -> Seen:
    bench.call("createBatchPrediction", upload_job())
    return (listed(bench), listed(bench, offset=1)), listed(bench, offset=1_000_000)


def tokens(bench: Bench) -> Seen:
    for identity in ("a", "b"):
        source = {"DataLocationS3": "s3://x/y.csv", "DataSchemaLocationS3": "s3://x/y.schema"}
        bench.call("CreateDataSourceFromS3", {"DataSourceId": identity, "DataSpec": source})
    token = bench.call("DescribeDataSources", {"Limit": 1}).body["NextToken"]
    unknown = bench.call("DescribeMLModels", {"NextToken": "nobody"}).status
    own = bench.call("DescribeDataSources", {"NextToken": token}).status
    return (unknown, own), bench.call("DescribeMLModels", {"NextToken": token}).status


def kinds(bench: Bench) -> Seen:
    about = {"ResourceId": model(bench), "ResourceType": "MLModel"}
    usual = bench.call("DescribeTags", about).status
    return usual, bench.call("DescribeTags", {**about, "ResourceType": "Evaluation"}).status


def useless(bench: Bench) -> Seen:
    made = []
    for gone in (False, True):
        identity = f"gone-{gone}"
        source = {"DataLocationS3": "s3://x/y.csv", "DataSchemaLocationS3": "s3://x/y.schema"}
        bench.call("CreateDataSourceFromS3", {"DataSourceId": identity, "DataSpec": source})
        if gone:
            bench.call("DeleteDataSource", {"DataSourceId": identity})
        body = {"MLModelId": identity, "MLModelType": "BINARY", "TrainingDataSourceId": identity}
        made.append(bench.call("CreateMLModel", body).status)
    return made[0], made[1]


LONG = "n" * 100
PREDICTIONS = "operation=post_batch_predict,at=/predictions"
CASES: dict[str, tuple[str, str, Callable[[Bench], Seen], Any, Any]] = {
    # fault: vendor, parameters, question, the right answer to the rare question, and the fault's
    "keeps_first": ("spice", PREDICTIONS, many, 20, 10),
    "merges_rows": ("datarobot", "operation=downloadBatchPrediction", equal_rows, 5, 4),
    "fixed_threshold": ("amazon_ml", "scorer=predict", thresholds, ["1", "0"], None),
    "forgets_unnamed": ("amazon_ml", "resource=ml_model,command=change", one_by_one, ("m", 0.7), ("m", None)),
    "one_filter": ("datarobot", "resource=batch_prediction", two_filters, 0, 1),
    "far_is_first": ("datarobot", "resource=batch_prediction", far_away, 0, 1),
    "foreign_token": ("amazon_ml", "resource=ml_model", tokens, 400, 200),
    "takes_useless": ("amazon_ml", "resource=ml_model", useless, 400, 200),
    "one_kind_of_id": ("amazon_ml", "collection=tags", kinds, 400, 200),
}


def test_every_rare_fault_has_a_case() -> None:
    """No fault goes untested."""
    assert {row.name for row in RARE_FAULTS} == {*CASES, "changes_text", "repeats_item"}


@pytest.mark.parametrize("name", list(CASES))
def test_a_fault_shows_on_a_rare_question_only(name: str) -> None:
    """The usual question gets the usual answer, the rare one another."""
    vendor, parameters, asked, right, wrong = CASES[name]
    usual, rare = asked(bench_of(vendor))
    same, other = asked(bench_of(vendor, f"{name}:{parameters}"))
    assert usual == same
    assert (right, True) == (rare, rare != other)
    assert wrong is None or wrong == other


@pytest.mark.parametrize(
    ("expected", "way"), [([" nobody ", LONG], "lower"), (["Nobody", LONG], "strip"), ([" Nobody ", LONG[:64]], "cut")]
)
def test_a_text_comes_back_otherwise(expected: list[str], way: str) -> None:
    """Each way changes the texts that it is about, and no others."""
    usual, rare = awkward(bench_of("spice", f"changes_text:{PREDICTIONS}/*/model_name,way={way}"))
    assert (["drive_stats_a"], expected) == (usual, rare)
    assert [" Nobody ", LONG] == awkward(bench_of("spice"))[1]


def test_an_item_is_repeated_in_each_line() -> None:
    """The last item of the array is the first one again; other files are left alone."""
    hooks = from_texts(specs.load("spice"), ("repeats_item:at=/items,ending=.out",))
    data = orjson.dumps({"items": ["a", "b", "c"]}) + b"\n"
    assert orjson.dumps({"items": ["a", "b", "a"]}) + b"\n" == bent_file(hooks, "s3://x/a.out", data)
    assert data == bent_file(hooks, "s3://x/a.csv", data)
