"""A bench: one imitated vendor in process, with a clock that moves one second a call, and a script for each vendor.

A script is the same list of calls every time, over everything that a vendor does, wrong calls included. Two runs of it
can be compared answer by answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

import specs
from conformance.plans.samples import Naming, Samples
from mockgen.engine import Engine, first_world, prepare, respond
from mockgen.faults.table import from_texts
from mockgen.pace import from_text
from mockgen.world import World, resolved
from specs.auth import LOCAL
from specs.contract import Contract
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse
from specs.pointers import get
from specs.wire import WIRES
from specs.wire.sigv4 import sign
from tests.mockgen.other_words import in_other_words

HOST = "127.0.0.1:4010"
START = 1_790_000_000.0


@dataclass
class Bench:
    """Calls go in, answers come out; `now` is the time of the next call."""

    contract: Contract
    engine: Engine
    world: World
    now: float = START
    log: list[tuple[str, HttpResponse]] = field(default_factory=list)

    def send(self, request: HttpRequest, label: str = "") -> HttpResponse:
        response, self.world = respond(self.engine, self.world, request, self.now)
        self.now += 1.0
        self.log.append((label, response))
        return response

    def signed(self, plain: HttpRequest) -> HttpRequest:
        """The request with the credentials that the bench accepts."""
        auth = self.contract.auth
        if auth.scheme == "sigv4":
            return sign(plain, HOST, LOCAL, auth.service, auth.region, datetime.fromtimestamp(self.now, UTC))
        word = f"{auth.prefixes[0]} {LOCAL.token}" if auth.prefixes else LOCAL.token
        return replace(plain, headers=(*plain.headers, ("Host", HOST), (auth.header, word)))

    def plain(self, operation: str, body: Any = ABSENT, **parts: Any) -> HttpRequest:
        """A call as a request without credentials."""
        return WIRES[self.contract.wire].encode_request(self.contract, Call(operation, body=body, **parts))

    def call(self, operation: str, body: Any = ABSENT, **parts: Any) -> Answer:
        """The answer to a call."""
        response = self.send(self.signed(self.plain(operation, body, **parts)), operation)
        return WIRES[self.contract.wire].decode_answer(self.contract, response)


MakeBench = Callable[..., Bench]


def bench_of(vendor: str, *faults: str, pace: str = "reads:1", seed: int = 0, auth: bool = True) -> Bench:
    """A bench in its first world."""
    contract = specs.load(vendor)
    engine = prepare(contract, from_texts(contract, faults), LOCAL if auth else None)
    return Bench(contract, engine, first_world(engine, seed, from_text(pace)))


@pytest.fixture
def bench() -> MakeBench:
    """Makes benches."""
    return bench_of


def batch_prediction(name: str, **changes: Any) -> dict[str, Any]:
    """A valid create request of the AWS JSON vendor whose ids the client chooses."""
    body = {
        "BatchPredictionId": name,
        "MLModelId": "ml-binary",
        "BatchPredictionDataSourceId": "ds-batch",
        "OutputUri": "s3://prediction-conformance/output/",
    }
    return {**body, **changes}


def inference_job(name: str, **changes: Any) -> dict[str, Any]:
    """A valid create request of the AWS JSON vendor whose ids the server chooses."""
    body = {
        "jobName": name,
        "solutionVersionArn": "arn:aws:personalize:us-east-1:123456789012:solution/movies/0a1b2c3d",
        "jobInput": {"s3DataSource": {"path": "s3://prediction-conformance/users/users.json"}},
        "jobOutput": {"s3DataDestination": {"path": "s3://prediction-conformance/recommendations/"}},
        "roleArn": "arn:aws:iam::123456789012:role/PersonalizeBatch",
    }
    return {**body, **changes}


def upload_job(**changes: Any) -> dict[str, Any]:
    """A valid create request of the REST vendor for a job that waits for an upload."""
    body = {
        "deploymentId": "5f0000000000000000000002",
        "intakeSettings": {"type": "localFile"},
        "outputSettings": {"type": "localFile"},
        "passthroughColumns": ["row_id"],
    }
    return {**body, **changes}


ROWS = b"row_id,age,income\nr1,41,52000\nr2,29,31000\nr3,63,78000\n"


def _tags(bench: Bench, who: dict[str, str]) -> None:
    """Tags come, come again and go; some are refused."""
    other = {"ResourceId": "ml-1", "ResourceType": "MLModel"}
    for tags in (
        [{"Key": "team", "Value": "risk"}, {"Key": "Team"}],
        [{"Key": "team", "Value": "sales"}],
        [{"Key": "region", "Value": "north"}],
        [{"Key": "aws:region", "Value": "north"}],
        [{"Key": f"key-{number}"} for number in range(51)],
    ):
        bench.call("AddTags", {**who, "Tags": tags})
        bench.call("DescribeTags", who)
    bench.call("DescribeTags", other)
    bench.call("AddTags", {**who, "ResourceId": "nobody", "Tags": []})
    for keys in (["Team"], ["nothing"]):
        bench.call("DeleteTags", {**who, "TagKeys": keys})
        bench.call("DescribeTags", who)
    bench.call("DescribeTags", {**who, "ResourceType": "BatchPrediction"})


def amazon_ml(bench: Bench) -> None:
    """Batch predictions with every refusal, lists and pages, commands, an endpoint and predictions."""
    for name in ("bp-1", "bp-1", "bp-2", "bp-3"):
        bench.call("CreateBatchPrediction", batch_prediction(name))
    bench.call("CreateBatchPrediction", batch_prediction("bp-1", MLModelId="ml-regression"))
    bench.call("CreateBatchPrediction", batch_prediction("bp-4", MLModelId="no-such-model"))
    bench.call("CreateBatchPrediction", batch_prediction("b" * 65))
    bench.call("CreateBatchPrediction", batch_prediction("b" * 64))
    bench.call("CreateBatchPrediction", batch_prediction("bp-5", BatchPredictionName=7))
    for name in ("bp-1", "bp-2", "bp-1", "bp-1", "bp-1", "bp-1", "bp-none"):
        bench.call("GetBatchPrediction", {"BatchPredictionId": name})
    first = bench.call("DescribeBatchPredictions", {"Limit": 2})
    bench.call("DescribeBatchPredictions", {"Limit": 2, "NextToken": first.body.get("NextToken", "none")})
    bench.call("DescribeBatchPredictions", {"NextToken": "never-given-out"})
    bench.call("DescribeBatchPredictions", {"SortOrder": "dsc"})
    bench.call("UpdateBatchPrediction", {"BatchPredictionId": "bp-2", "BatchPredictionName": "renamed"})
    bench.call("DescribeBatchPredictions", {"FilterVariable": "Name", "EQ": "renamed"})
    bench.call("DeleteBatchPrediction", {"BatchPredictionId": "bp-3"})
    bench.call("UpdateBatchPrediction", {"BatchPredictionId": "bp-2", "BatchPredictionName": "x" * 1025})
    bench.call("CreateBatchPrediction", batch_prediction("bp-2"))
    for name in ("bp-2", "bp-3"):
        bench.call("GetBatchPrediction", {"BatchPredictionId": name})
    _predictions(bench)
    _sources(bench)
    _models_and_evaluations(bench)
    broken = replace(bench.plain("GetBatchPrediction", {"BatchPredictionId": "bp-1"}), body=b"{")
    bench.send(bench.signed(broken), "GetBatchPrediction")


def _predictions(bench: Bench) -> None:
    record = {"Record": {"age": "41"}, "PredictEndpoint": "https://realtime.amazonaws.com"}
    bench.call("Predict", {"MLModelId": "ml-multiclass", **record})
    bench.call("CreateRealtimeEndpoint", {"MLModelId": "ml-multiclass"})
    for _ in range(2):
        bench.call("GetMLModel", {"MLModelId": "ml-multiclass"})
    for _ in range(2):
        bench.call("Predict", {"MLModelId": "ml-multiclass", **record})
    bench.call("DeleteRealtimeEndpoint", {"MLModelId": "ml-multiclass"})


def _sources(bench: Bench) -> None:
    """Data sources of all three kinds, made by the samples' requests."""
    for index, kind in enumerate(("FromS3", "FromRedshift", "FromRDS")):
        operation = f"CreateDataSource{kind}"
        body = resolved(bench.contract, bench.contract.samples[operation].full)
        bench.call(operation, {**body, "DataSourceId": f"ds-{index}", "DataSourceName": f"source {index}"})
    for name in ("ds-0", "ds-1", "ds-2", "ds-2", "ds-2", "ds-none"):
        bench.call("GetDataSource", {"DataSourceId": name})
    bench.call("UpdateDataSource", {"DataSourceId": "ds-1", "DataSourceName": "renamed"})
    bench.call("DescribeDataSources", {"FilterVariable": "Name", "EQ": "renamed"})
    bench.call("DeleteDataSource", {"DataSourceId": "ds-2"})


def _models_and_evaluations(bench: Bench) -> None:
    model = {"MLModelId": "ml-1", "MLModelType": "BINARY", "TrainingDataSourceId": "ds-batch"}
    bench.call("CreateMLModel", model)
    bench.call("CreateMLModel", {**model, "MLModelType": "REGRESSION"})
    for _ in range(3):
        bench.call("GetMLModel", {"MLModelId": "ml-1"})
    bench.call("UpdateMLModel", {"MLModelId": "ml-1", "ScoreThreshold": 0.75})
    bench.call("DescribeMLModels", {"FilterVariable": "MLModelType", "EQ": "BINARY"})
    bench.call("CreateEvaluation", {"EvaluationId": "ev-1", "MLModelId": "ml-1", "EvaluationDataSourceId": "ds-0"})
    bench.call("CreateEvaluation", {"EvaluationId": "ev-2", "MLModelId": "ml-0", "EvaluationDataSourceId": "ds-0"})
    for _ in range(3):
        bench.call("GetEvaluation", {"EvaluationId": "ev-1"})
    bench.call("UpdateEvaluation", {"EvaluationId": "ev-1", "EvaluationName": "renamed"})
    bench.call("DescribeEvaluations", {"SortOrder": "dsc"})
    _tags(bench, {"ResourceId": "ev-1", "ResourceType": "Evaluation"})
    bench.call("DeleteEvaluation", {"EvaluationId": "ev-1"})
    bench.call("DeleteMLModel", {"MLModelId": "ml-1"})


def amazon_personalize(bench: Bench) -> None:
    """Jobs with a repeated name, their lives and their list."""
    made = [bench.call("CreateBatchInferenceJob", inference_job(name)) for name in ("one", "two", "two", "three")]
    bench.call("CreateBatchInferenceJob", inference_job("x" * 64))
    bench.call("CreateBatchSegmentJob", inference_job("segments"))
    for _ in range(4):
        bench.call("DescribeBatchInferenceJob", made[0].body)
    first = bench.call("ListBatchInferenceJobs", {"maxResults": 1})
    bench.call("ListBatchInferenceJobs", {"maxResults": 1, "nextToken": first.body.get("nextToken", "none")})
    bench.call("ListBatchInferenceJobs", {"nextToken": "never-given-out"})


def _from_samples(bench: Bench) -> None:
    """Every operation once with its sample: resources in the order of the contract, then what is done to them."""
    contract = bench.contract
    fixtures = {name: row.value for name, row in contract.fixtures.items()}
    samples, made = Samples(contract, fixtures, Naming("script")), dict[str, Any]()

    def sent(operation: str) -> Answer:
        return bench.call(operation, _with_identities(samples.call(operation).body, made))

    lives = contract.lifecycles.values()
    for life in (life for life in lives if life.created_by is not None):
        assert life.created_by is not None
        made[f"shared:{life.name}"] = get(sent(life.created_by.operation).body, life.created_by.identity.name)
    for command in (command for life in lives for command in life.commands.values()):
        sent(command.operation)
    for operation in contract.operations:
        sent(operation)


def _with_identities(value: Any, made: dict[str, Any]) -> Any:
    """A sample with the identities of what the script has made."""
    if isinstance(value, dict):
        return (
            made[value["$slot"]]
            if set(value) == {"$slot"}
            else {key: _with_identities(member, made) for key, member in value.items()}
        )
    return [_with_identities(item, made) for item in value] if isinstance(value, list) else value


def datarobot(bench: Bench) -> None:
    """A job with an upload, one without, their results in every state, commands, lists, and bad requests."""
    made = bench.call("createBatchPrediction", upload_job())
    job = {"path": {"predictionJobId": str(made.body.get("id"))}}
    bench.call("createBatchPrediction", upload_job(chunkSize=41_943_041))
    bench.call("createBatchPrediction", upload_job(deploymentId="5f00000000000000000000ff"))
    bench.call("getBatchPrediction", **job)
    bench.call("downloadBatchPrediction", **job)
    for data in (b"", ROWS, ROWS):
        bench.call("uploadCsv", data, media_type="text/csv", **job)
    bench.call("uploadCsv", {}, media_type="application/json", **job)
    for _ in range(4):
        bench.call("getBatchPrediction", **job)
        bench.call("downloadBatchPrediction", **job)
    bench.call("abortBatchPrediction", **job)
    _second_job(bench)
    for query in ({}, {"limit": 1}, {"status": ["COMPLETED"]}, {"orderBy": "-created"}):
        bench.call("listBatchPredictions", query=query)
    create = bench.plain("createBatchPrediction", upload_job())
    bench.send(create, "createBatchPrediction")
    bench.send(bench.signed(replace(create, body=b"{")), "createBatchPrediction")
    bench.call("getVersion")
    in_other_words(bench, HOST, ROWS, upload_job)


def _in_parts(bench: Bench) -> None:
    """A job whose rows arrive in two parts, is hidden at the end, and is made once more."""
    made = bench.call("createBatchPrediction", upload_job(intakeSettings={"type": "localFile", "multipart": True}))
    job = {"path": {"predictionJobId": str(made.body.get("id"))}}
    bench.call("finalizeMultipart", **job)
    for number in (1, 0):
        path = {**job["path"], "partNumber": number}
        bench.call("uploadCsvPart", ROWS, media_type="text/csv", path=path)
    bench.call("finalizeMultipart", **job)
    for _ in range(4):
        bench.call("getBatchPrediction", **job)
    bench.call("downloadBatchPrediction", **job)
    bench.call("updateBatchPrediction", {"hidden": True}, **job)
    bench.call("createFromExisting", {"predictionJobId": job["path"]["predictionJobId"]})


def _definitions(bench: Bench) -> None:
    """Definitions of both kinds: made, taken names, changed, run, listed, deleted, gone."""
    always = {"minute": [0], "hour": [1], "month": ["*"], "dayOfWeek": ["*"], "dayOfMonth": ["*"]}
    intake = {"intakeSettings": {"type": "dataset", "datasetId": "5f00000000000000000000d1"}}
    columns = {"intakeSettings": {"type": "s3", "url": "s3://bucket/input.csv"}}
    columns = {**columns, "monitoringColumns": {"predictionsColumns": "prediction"}}
    for kind, run, more in (
        ("JobDefinition", "createFromJobDefinition", intake),
        ("MonitoringJobDefinition", "createBatchJobFromJobDefinition", columns),
    ):
        body = {"name": "nightly", "deploymentId": "5f0000000000000000000002", **more}
        made = bench.call(f"create{kind}", body)
        bench.call(f"create{kind}", body)
        one = {"path": {"jobDefinitionId": str(made.body.get("id"))}}
        bench.call(f"update{kind}", {"enabled": True, "schedule": always}, **one)
        bench.call(f"get{kind}", **one)
        bench.call(f"list{kind}s")
        if kind == "JobDefinition":
            bench.call("exportJobDefinition", **one)
        bench.call(run, {"jobDefinitionId": one["path"]["jobDefinitionId"]})
        bench.call(f"delete{kind}", **one)
        bench.call(f"get{kind}", **one)


def _around_jobs(bench: Bench) -> None:
    """Batch jobs of either kind, datasets, deployments, and rows that are scored at once."""
    body = {
        "deploymentId": "5f0000000000000000000002",
        "intakeSettings": {"type": "s3", "url": "s3://bucket/input.csv"},
        "monitoringColumns": {"predictionsColumns": "prediction"},
    }
    for name in ("createBatchJob", "createBatchMonitoring"):
        made = bench.call(name, body)
        job = {"path": {"batchJobId": str(made.body.get("id"))}}
        bench.call("getBatchJob", **job)
    bench.call("abortBatchJob", **job)
    bench.call("listBatchJobs")
    made = bench.call("createDatasetFromFile", {"file": ROWS})
    for _ in range(3):
        bench.call("getDataset", path={"datasetId": str(made.body.get("catalogId"))})
    bench.call("listDeployments")
    bench.call("getDeployment", path={"deploymentId": "5f0000000000000000000001"})
    bench.call("ping")
    for last in (1, 2, 3):
        path = {"deploymentId": f"5f000000000000000000000{last}"}
        bench.call("predict", [{"age": "41"}, {"age": "29"}], path=path)
    bench.call("predict", ROWS, media_type="text/csv", path={"deploymentId": "5f0000000000000000000002"})


def _second_job(bench: Bench) -> None:
    other = upload_job(
        intakeSettings={"type": "dataset", "datasetId": "5f00000000000000000000d1"}, passthroughColumns=["row_id"]
    )
    made = bench.call("createBatchPrediction", other)
    job = {"path": {"predictionJobId": str(made.body.get("id"))}}
    bench.call("getBatchPrediction", **job)
    bench.call("uploadCsv", ROWS, media_type="text/csv", **job)
    bench.call("abortBatchPrediction", **job)
    bench.call("getBatchPrediction", **job)
    bench.call("downloadBatchPrediction", **job)


def spice(bench: Bench) -> None:
    """Predictions of good, failing and unknown models, alone and together; the list of models and health."""
    items = [{"model_name": name} for name in ("drive_stats_a", "no_such_model", "drive_stats_b", "drive_stats_broken")]
    for _ in range(2):
        bench.call("post_batch_predict", {"predictions": items})
    for name in ("drive_stats_a", "drive_stats_broken", "no_such_model"):
        bench.call("get_model_predict", path={"name": name})
    bench.call("get_models")
    bench.call("get_models", query={"format": "csv"})
    bench.call("get_models", query={"status": True})
    bench.call("get_status")
    bench.call("get_status", query={"format": "csv"})
    bench.call("get_health")
    bench.call("get_ready")


SCRIPTS: dict[str, Callable[[Bench], None]] = {
    "amazon_ml": amazon_ml,
    "amazon_personalize": amazon_personalize,
    "datarobot": datarobot,
    "spice": spice,
}

FURTHER: dict[str, tuple[Callable[[Bench], None], ...]] = {
    "amazon_personalize": (_from_samples,),
    "datarobot": (_in_parts, _definitions, _around_jobs),
}
"""What stands beside a vendor's script: kinds of resources that the faults' cases do not speak of."""


def played(vendor: str, *faults: str, whole: bool = False, **options: Any) -> list[tuple[str, HttpResponse]]:
    """Operation and response of every call of a vendor's script; `whole` adds what stands beside it."""
    bench = bench_of(vendor, *faults, **options)
    for script in (SCRIPTS[vendor], *(FURTHER.get(vendor, ()) if whole else ())):
        script(bench)
    return bench.log


@pytest.fixture
def play() -> Callable[..., list[tuple[str, HttpResponse]]]:
    """Plays scripts."""
    return played
