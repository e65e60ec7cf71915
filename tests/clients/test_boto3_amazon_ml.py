"""boto3's `machinelearning` client against the mock and the reference server.

boto3 signs, parses, waits, pages and raises by the service model that its vendor publishes: a server that only looks
right to us does not get through here.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError

VENDOR = "amazon_ml"
OUTPUT = "s3://prediction-conformance/output/"
RECORD = {"age": "41", "income": "52000", "balance": "1200.5", "region": "north"}
READS = 2_000
SERIAL = count(1)


@pytest.fixture
def client(url: str, aws_client: Callable[..., Any]) -> Any:
    """A fresh client: its retry quota and its endpoint belong to one test."""
    return aws_client("machinelearning", url)


def create(client: Any, name: str = "a batch", model: str = "ml-binary") -> str:
    """Start a batch prediction under an id of its own, and give the id."""
    identity = f"boto3-{next(SERIAL)}"
    answer = client.create_batch_prediction(
        BatchPredictionId=identity,
        BatchPredictionName=name,
        MLModelId=model,
        BatchPredictionDataSourceId="ds-batch",
        OutputUri=OUTPUT,
    )
    assert identity == answer["BatchPredictionId"]
    return identity


def wait(client: Any, name: str) -> None:
    """boto3's own waiter, on the batch predictions of one name."""
    waiter = client.get_waiter("batch_prediction_available")
    waiter.wait(FilterVariable="Name", EQ=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})


def test_a_batch_prediction_completes(client: Any) -> None:
    """A batch prediction is created, waited for by boto3's waiter, and then reads COMPLETED with its request echoed."""
    identity = create(client, "completes")
    assert client.get_batch_prediction(BatchPredictionId=identity)["Status"] in ("PENDING", "INPROGRESS", "COMPLETED")
    wait(client, "completes")
    document = client.get_batch_prediction(BatchPredictionId=identity)
    assert ("COMPLETED", "completes", "ml-binary") == (document["Status"], document["Name"], document["MLModelId"])
    assert document["CreatedAt"] <= document["LastUpdatedAt"]
    assert document["ResponseMetadata"]["RequestId"]


def test_the_same_request_again_is_accepted_and_another_is_not(client: Any) -> None:
    """Creating again with equal parameters succeeds; with other parameters it is an idempotency mismatch."""
    request = {"BatchPredictionId": "boto3-again", "MLModelId": "ml-binary", "BatchPredictionDataSourceId": "ds-batch"}
    for _ in range(2):
        client.create_batch_prediction(**request, OutputUri=OUTPUT)
    with pytest.raises(client.exceptions.IdempotentParameterMismatchException):
        client.create_batch_prediction(**request, OutputUri=OUTPUT + "elsewhere/")


def test_describe_pages(client: Any) -> None:
    """The paginator follows every token: three batch predictions come in pages of two, each of them once."""
    created = {create(client, f"pages {number}") for number in range(3)}
    paginator = client.get_paginator("describe_batch_predictions")
    pages = list(paginator.paginate(FilterVariable="Name", Prefix="pages", PaginationConfig={"PageSize": 2}))
    assert [2, 1] == [len(page["Results"]) for page in pages]
    assert created == {item["BatchPredictionId"] for page in pages for item in page["Results"]}


def test_describe_sorts(client: Any) -> None:
    """The two sort orders list the same batch predictions in opposite orders."""
    for number in range(3):
        create(client, f"sorts {number}")
    query = {"FilterVariable": "Name", "Prefix": "sorts"}
    names = [
        [item["Name"] for item in client.describe_batch_predictions(**query, SortOrder=order)["Results"]]
        for order in ("asc", "dsc")
    ]
    assert 3 == len(names[0])
    assert names[0] == names[1][::-1]


def test_update_renames_and_delete_keeps_a_tombstone(client: Any) -> None:
    """A renamed batch prediction shows its new name; a deleted one still reads, as DELETED."""
    identity = create(client, "to delete")
    wait(client, "to delete")
    client.update_batch_prediction(BatchPredictionId=identity, BatchPredictionName="renamed")
    assert "renamed" == client.get_batch_prediction(BatchPredictionId=identity)["Name"]
    client.delete_batch_prediction(BatchPredictionId=identity)
    assert "DELETED" == client.get_batch_prediction(BatchPredictionId=identity)["Status"]


def test_predict_needs_an_endpoint(client: Any) -> None:
    """Predict is refused until the model's real-time endpoint is READY, and gives a label with its score then."""
    with pytest.raises(client.exceptions.PredictorNotMountedException):
        client.predict(MLModelId="ml-multiclass", Record=RECORD, PredictEndpoint=client.meta.endpoint_url)
    created = client.create_realtime_endpoint(MLModelId="ml-binary")["RealtimeEndpointInfo"]
    assert created["EndpointStatus"] in ("UPDATING", "READY")
    endpoint = ready_endpoint(client, "ml-binary")
    assert endpoint.startswith(client.meta.endpoint_url)
    prediction = client.predict(MLModelId="ml-binary", Record=RECORD, PredictEndpoint=endpoint)["Prediction"]
    label = prediction["predictedLabel"]
    assert label in ("0", "1")
    assert [label] == list(prediction["predictedScores"])
    assert 0 <= prediction["predictedScores"][label] <= 1
    assert "BINARY" == prediction["details"]["PredictiveModelType"]
    client.delete_realtime_endpoint(MLModelId="ml-binary")


def ready_endpoint(client: Any, model: str) -> str:
    """Read the model until its endpoint is READY; the endpoint's address."""
    for _ in range(READS):
        info = client.get_ml_model(MLModelId=model)["EndpointInfo"]
        if info["EndpointStatus"] == "READY":
            return str(info["EndpointUrl"])
    raise AssertionError(f"the endpoint of {model} is not READY after {READS} reads")


def test_errors_are_typed(client: Any) -> None:
    """A missing resource and a broken limit raise the exceptions that the service model names."""
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_batch_prediction(BatchPredictionId="never-created")
    with pytest.raises(client.exceptions.InvalidInputException, match=r"64|BatchPredictionId"):
        client.get_batch_prediction(BatchPredictionId="x" * 65)
    with pytest.raises(client.exceptions.InvalidInputException):
        client.describe_batch_predictions(SortOrder="descending")


def test_a_wrong_secret_is_refused(url: str, aws_client: Callable[..., Any]) -> None:
    """A request that is signed with another secret key is refused by name."""
    intruder = aws_client("machinelearning", url, secret_key="not-the-secret")
    with pytest.raises(ClientError) as refusal:
        intruder.get_ml_model(MLModelId="ml-binary")
    assert "InvalidSignatureException" == refusal.value.response["Error"]["Code"]
