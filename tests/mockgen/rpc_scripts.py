"""Scripts for services with one path and many operations: everything that such a vendor does, wrong calls included.

A script is the same list of calls every time, so that two runs of it can be compared answer by answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.plans.samples import Naming, Samples
from mockgen.world import resolved
from specs.message import Answer
from specs.pointers import get
from tests.mockgen.bench import Bench


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
    plain = bench.plain("GetBatchPrediction", {"BatchPredictionId": "bp-1"})
    headers = tuple((name, "text/plain" if name == "Content-Type" else value) for name, value in plain.headers)
    bench.send(bench.signed(replace(plain, headers=headers)), "GetBatchPrediction")
    bench.call("DescribeBatchPredictions", {"FilterVariable": "CreatedAt", "GT": "yesterday"})
    model = {"MLModelId": "ml-2", "MLModelType": "BINARY", "TrainingDataSourceId": "ds-batch", "Recipe": "no JSON"}
    bench.call("CreateMLModel", model)


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


def from_samples(bench: Bench) -> None:
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


def fresh_names(bench: Bench) -> None:
    """A batch prediction with a model that is only just made."""
    model = {"MLModelId": "ml-fresh", "MLModelType": "BINARY", "TrainingDataSourceId": "ds-batch"}
    bench.call("CreateMLModel", model)
    named = {"BatchPredictionId": "bp-fresh", "MLModelId": "ml-fresh", "BatchPredictionDataSourceId": "ds-batch"}
    bench.call("CreateBatchPrediction", {**named, "OutputUri": "s3://examplebucket/output/"})
