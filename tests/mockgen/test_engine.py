"""The engine answers every vendor's calls as the contract says, and refuses in the order in which services refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema_rs
import orjson
import pytest

import specs
from mockgen.world import resolved
from specs.constraints import enforced
from specs.message import HttpRequest, HttpResponse, header, media_type
from specs.wire import WIRES

Make = Callable[..., Any]
Play = Callable[..., list[tuple[str, HttpResponse]]]
VENDORS = tuple(specs.vendors())


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_success_has_the_documented_shape(vendor: str, play: Play) -> None:
    """A success has the documented status, media type, headers and body."""
    contract = specs.load(vendor)
    for name, response in play(vendor, whole=True):
        if response.status >= 300:
            continue
        documented = contract.operations[name].success
        assert str(response.status) == documented.status
        assert not documented.content or media_type(response.headers) in documented.content
        assert {title for title in documented.headers if header(response.headers, title) is None} == set()
        schema = documented.content.get(media_type(response.headers) or "")
        body = WIRES[contract.wire].decode_answer(contract, response).body
        assert schema is None or list(jsonschema_rs.validator_for(enforced(schema)).iter_errors(body)) == []


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_operation_is_played(vendor: str, play: Play) -> None:
    """Every operation of a contract succeeds at least once in the vendor's script."""
    succeeded = {name for name, response in play(vendor, whole=True) if response.status < 300}
    assert set(specs.load(vendor).operations) == succeeded


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_seed_gives_the_same_bytes(vendor: str, play: Play) -> None:
    """A run can be repeated to the byte, and another seed gives other ids, tokens or scores."""
    assert play(vendor, seed=4) == play(vendor, seed=4)
    assert play(vendor, seed=4) != play(vendor, seed=5)


@pytest.mark.parametrize("vendor", VENDORS)
def test_golden_refusals_are_refused_alike(vendor: str, bench: Make) -> None:
    """A golden exchange that any fresh server refuses gets the same status and the same error name."""
    contract = specs.load(vendor)
    for row in contract.examples:
        if row.response["status"] < 400 or row.name not in FRESH_REFUSALS:
            continue
        body = row.request.get("body")
        raw = b"" if body is None else body.encode() if isinstance(body, str) else orjson.dumps(body)
        there = bench(vendor, auth="unauthorized" in row.name)
        request = HttpRequest(row.request["method"], row.request["target"], tuple(row.request["headers"].items()), raw)
        response = there.send(request)
        assert (row.name, row.response["status"]) == (row.name, response.status)
        answer = WIRES[contract.wire].decode_answer(contract, response)
        assert not isinstance(row.response["body"], dict) or row.response["body"].get("__type") == answer.code


FRESH_REFUSALS = frozenset(
    [
        "create_batch_prediction_bad_output_uri",
        "delete_batch_prediction_bad_id",
        "get_batch_prediction_unknown",
        "describe_batch_predictions_bad_limit",
        "predict_not_mounted",
        "get_ml_model_unknown",
        "get_unknown",
        "create_batch_inference_job_bad_path",
        "list_batch_inference_jobs_bad_token",
        "create_chunk_size_too_large",
        "create_unknown_member",
        "create_both_passthrough_members",
        "create_long_delimiter",
        "list_unknown_status",
        "upload_wrong_media_type",
        "batch_malformed",
        "batch_wrong_shape",
        "batch_without_content_type",
        "models_unauthorized",
        "batch_unauthorized",
        "predict_failed_run",
        "predict_unknown_model",
    ]
)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"method": "PATCH"}, "AccessDeniedException"),
        ({"target": "/elsewhere"}, "UnknownOperationException"),
        ({"headers": (("Content-Type", "text/plain"),)}, "UnknownOperationException"),
        ({"body": b"{"}, "MissingAuthenticationTokenException"),
    ],
)
def test_checks_come_in_order(change: dict[str, Any], name: str, bench: Make) -> None:
    """Method and route come before the media type, that before credentials, those before JSON syntax."""
    there = bench("amazon_ml")
    request = there.plain("GetBatchPrediction", {"BatchPredictionId": "b" * 65})
    if "headers" in change:
        change = {"headers": (request.headers[1], *change["headers"])}
    response = there.send(replace(request, **change))
    assert name == WIRES["aws_json"].decode_answer(there.contract, response).code


def test_a_violated_type_outweighs_other_violations(bench: Make) -> None:
    """A body with a wrong type and a wrong length is refused as unreadable."""
    body = {"BatchPredictionId": "b" * 65, "MLModelId": 7}
    assert "SerializationException" == bench("amazon_ml").call("CreateBatchPrediction", body).code


@pytest.mark.parametrize("kind", ["S3", "Redshift", "RDS"])
def test_several_operations_make_the_same_kind_of_resource(kind: str, bench: Make) -> None:
    """A resource can be read whichever of its creations made it."""
    there = bench("amazon_ml")
    operation = f"CreateDataSourceFrom{kind}"
    body = resolved(there.contract, there.contract.samples[operation].full)
    there.call(operation, {**body, "DataSourceId": "ds-new", "DataSourceName": "new"})
    shown = there.call("GetDataSource", {"DataSourceId": "ds-new"}).body
    assert ("PENDING", "new") == (shown["Status"], shown["Name"])
    assert (kind == "Redshift", kind == "RDS") == ("RedshiftMetadata" in shown, "RDSMetadata" in shown)
    assert "local-password" not in str(shown)


def test_a_seeded_resource_keeps_its_own_times(bench: Make) -> None:
    """What stands from the start was made when its document says."""
    there = bench("amazon_ml")
    assert 1767225600.125 == there.call("GetDataSource", {"DataSourceId": "ds-batch"}).body["CreatedAt"]


@pytest.mark.parametrize("name", ["{/jobName}", "{hex24}", "{/"])
def test_a_name_is_never_read_as_a_place_to_fill_in(name: str, bench: Make) -> None:
    """Whatever a client calls its resource stands in the identity as it is, even where no pattern bounds it."""
    there = bench("amazon_personalize", "accept_anything")
    body = resolved(there.contract, there.contract.samples["CreateBatchInferenceJob"].body)
    made = there.call("CreateBatchInferenceJob", {**body, "jobName": name}).body
    assert made["batchInferenceJobArn"].endswith(f":batch-inference-job/{name}")


def test_null_is_absent_where_the_wire_says_so(bench: Make) -> None:
    """A null member of an AWS JSON request counts as left out."""
    there = bench("amazon_ml")
    assert 200 == there.call("DescribeBatchPredictions", {"Limit": None, "SortOrder": None}).status


@pytest.mark.parametrize("word", ["Bearer local-token", "Token local-token"])
def test_both_documented_words_introduce_a_token(word: str, bench: Make) -> None:
    """Each documented prefix is accepted in front of the token."""
    there = bench("datarobot")
    request = there.plain("getVersion")
    assert 200 == there.send(replace(request, headers=(("Authorization", word),))).status
    assert 401 == there.send(replace(request, headers=(("Authorization", word[:-1]),))).status
    assert 401 == there.send(request).status


def test_operations_without_security_answer_anybody(bench: Make) -> None:
    """A health check needs no credentials although other operations do."""
    there = bench("spice")
    assert (200, 401) == tuple(there.send(there.plain(name)).status for name in ("get_health", "get_models"))


def test_a_repeated_create_is_the_same_resource(bench: Make) -> None:
    """Equal parameters are accepted again and change nothing; other parameters are a mismatch."""
    there = bench("amazon_ml")
    body = {"BatchPredictionId": "x", "MLModelId": "ml-binary", "BatchPredictionDataSourceId": "ds-batch"}
    body["OutputUri"] = "s3://prediction-conformance/output/"
    first, again = (there.call("CreateBatchPrediction", body) for _ in range(2))
    other = there.call("CreateBatchPrediction", {**body, "MLModelId": "ml-regression"})
    assert (200, first.body, "IdempotentParameterMismatchException") == (again.status, again.body, other.code)
    assert 1 == len(there.world.of_kind("batch_prediction"))


def test_an_endpoint_comes_and_goes(bench: Make) -> None:
    """Predictions need an endpoint that is ready; a deleted one may be created anew."""
    there = bench("amazon_ml")
    record = {"Record": {"age": "41"}, "PredictEndpoint": "https://realtime.amazonaws.com"}
    statuses = []
    for step in ("Predict", "CreateRealtimeEndpoint", "Predict", "Predict", "DeleteRealtimeEndpoint") * 2:
        more = record if step == "Predict" else {}
        statuses.append(there.call(step, {"MLModelId": "ml-binary", **more}).status)
    assert [400, 200, 400, 200, 200] * 2 == statuses


def test_errors_of_the_throttled_kind_say_when_to_come_again(bench: Make) -> None:
    """A throttled call carries Retry-After."""
    answer = bench("datarobot", "first_n:operation=getVersion").call("getVersion")
    assert (429, "1") == (answer.status, header(answer.headers, "retry-after"))


@pytest.mark.parametrize(
    ("host", "shown"), [("evil/<script>", "127.0.0.1"), ("a@b", "127.0.0.1"), ("[::1]:80", "[::1]:80"), ("a:1", "a:1")]
)
def test_a_host_that_is_none_stays_out_of_links(bench: Make, host: str, shown: str) -> None:
    """Links repeat the Host header only when it is a host."""
    one = bench("datarobot", auth=False)
    plain = one.plain("createBatchPrediction", {"deploymentId": "5f0000000000000000000001"})
    answer = one.send(replace(plain, headers=(*plain.headers, ("Host", host))))
    assert (header(answer.headers, "Location") or "").startswith(f"http://{shown}/api/v2/")
