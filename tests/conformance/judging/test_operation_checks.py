"""Whole operations, on histories made by hand: each check kept once and broken once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

GET = "GetMLModel"
MODEL = {"MLModelId": "m", "Status": "COMPLETED"}
NAME = "amazon_ml.GetMLModel"


@pytest.mark.parametrize(
    ("expected", "status", "body"),
    [
        ("passed", 200, MODEL),
        ("passed", 201, MODEL),
        ("failed", 400, {"__type": "InvalidInputException"}),
        ("failed", 404, b"<html>"),
        ("inconclusive", 200, {}),
        ("inconclusive", 429, {}),
        ("inconclusive", 403, {"__type": "InvalidSignatureException"}),
    ],
)
def test_a_valid_request_is_accepted(talk: Any, expected: str, status: int, body: Any) -> None:
    """A success that shows something documented passes, a refusal fails."""
    assert expected == talk("amazon_ml").control(GET, body, status).verdict(f"{NAME}.valid_request_is_accepted")


@pytest.mark.parametrize(
    ("expected", "status", "state"),
    [
        ("passed", 202, "ABORTED"),
        ("inconclusive", 409, "COMPLETED"),
        ("inconclusive", 409, None),
        ("failed", 409, "RUNNING"),
        ("failed", 409, "INITIALIZING"),
        ("failed", 422, "COMPLETED"),
        ("failed", 404, "COMPLETED"),
    ],
)
def test_a_command_may_come_too_late(talk: Any, expected: str, status: int, state: str | None) -> None:
    """An abort may be refused as a conflict where the job could have ended meanwhile: that proves nothing. A job that
    is seen on its way afterwards, or another refusal, proves that the abort is not served."""
    headers = (("Location", "http://x/api/v2/batchJobs/a/"), ("Content-Type", "application/json"))
    history = talk("datarobot").control("createBatchJob", {"status": "INITIALIZING"}, 202, headers=headers)
    history.control("abortBatchJob", b"" if status == 202 else {"message": "no"}, status, path={"batchJobId": "a"})
    if state is not None:
        history.control("getBatchJob", {"id": "a", "status": state}, path={"batchJobId": "a"})
    told = [replace(row, sent_at=2.0 * row.index, received_at=2.0 * row.index + 1) for row in history.exchanges]
    history.exchanges[:] = told
    assert expected == history.verdict("datarobot.abortBatchJob.valid_request_is_accepted")


@pytest.mark.parametrize(
    ("expected", "failures", "statuses", "afterwards"),
    [
        ("failed", ["reset: ClientPayloadError"] * 3, [], True),
        ("failed", ["timeout: TimeoutError"] * 3, [], True),
        ("inconclusive", ["reset: ClientPayloadError"] * 2, [], True),
        ("inconclusive", ["reset: ClientPayloadError"] * 3, [], False),
        ("inconclusive", ["refused: ClientConnectorError"] * 3, [], True),
        ("passed", ["reset: ClientPayloadError"] * 3, [200], True),
        ("failed", [], [200] * 5 + [500] * 3, True),
        ("passed", [], [200] * 5 + [500] * 2, True),
        ("passed", [], [200] * 28 + [500] * 3, True),
    ],
)
def test_an_operation_that_breaks_time_after_time_is_not_served(
    talk: Any, expected: str, failures: list[str], statuses: list[int], afterwards: bool
) -> None:
    """A bad moment proves nothing; never an answer while the target serves others, or many internal errors, do."""
    law, other = f"{NAME}.valid_request_is_accepted", "amazon_ml.lifecycle.ml_model.readable_after_create"
    history = talk("amazon_ml")
    for failure in failures:
        history.tell(GET, 0, b"", law, kind="control", failure=failure)
    for status in statuses:
        history.tell(GET, status, MODEL, law if status == 200 else other, kind="lifecycle")
    if afterwards:
        history.tell("DescribeMLModels", 200, {"Results": []}, other, kind="lifecycle")
    assert expected == history.verdict(law)


@pytest.mark.parametrize(("expected", "status"), [("passed", 200), ("failed", 201), ("failed", 418), ("not_run", 400)])
def test_a_status_is_documented(talk: Any, expected: str, status: int) -> None:
    """A status that the operation does not document fails; an error alone shows nothing."""
    assert expected == talk("amazon_ml").control(GET, MODEL, status).verdict(f"{NAME}.status_is_documented")


def test_malformed_requests_say_nothing_about_the_operations_statuses(talk: Any) -> None:
    """An answer to a request that is no call of the operation is not judged as one of its answers."""
    history = talk("amazon_ml").control(GET, MODEL).tell(GET, 405, b"", "aws_json.only_post_is_served", kind="wire")
    assert "passed" == history.verdict(f"{NAME}.status_is_documented")


@pytest.mark.parametrize(
    ("expected", "body"), [("passed", MODEL), ("failed", b'{"MLModelId": "m"'), ("failed", b"<html>"), ("not_run", {})]
)
def test_an_answer_is_well_formed(talk: Any, expected: str, body: Any) -> None:
    """The bytes of a success are JSON where JSON is documented."""
    assert expected == talk("amazon_ml").control(GET, body).verdict(f"{NAME}.answer_is_well_formed")


@pytest.mark.parametrize(("expected", "body"), [("passed", b"ok"), ("failed", b"\xff"), ("failed", b"<!DOCTYPE html>")])
def test_a_text_is_well_formed(talk: Any, expected: str, body: bytes) -> None:
    """A documented text is UTF-8 and no page."""
    history = talk("spice").control("get_health", body, headers=(("Content-Type", "text/plain"),))
    assert expected == history.verdict("spice.get_health.answer_is_well_formed")


@pytest.mark.parametrize(
    ("expected", "status", "body"),
    [
        ("passed", 403, {"__type": "MissingAuthenticationTokenException"}),
        ("failed", 200, MODEL),
        ("failed", 400, {"__type": "InvalidInputException"}),
    ],
)
def test_calls_without_credentials_are_refused(talk: Any, expected: str, status: int, body: Any) -> None:
    """A call without credentials gets the documented error."""
    name = f"{NAME}.missing_credentials_are_refused"
    history = talk("amazon_ml").control(GET, MODEL)
    assert expected == history.tell(GET, status, body, name, "missing_token", kind="credentials").verdict(name)


@pytest.mark.parametrize(
    ("expected", "variant", "status", "body"),
    [
        ("passed", "accepted", 200, {"BatchPredictionId": "a"}),
        ("passed", "refused", 400, {"__type": "InvalidInputException"}),
        ("passed", "", 400, {"__type": "LimitExceededException"}),
    ],
)
def test_the_variant_is_reported(talk: Any, expected: str, variant: str, status: int, body: Any) -> None:
    """The finding names the variant that the target shows; an answer that is none of them stays a remark."""
    name = "amazon_ml.CreateBatchPrediction.output_uri_without_a_final_slash"
    history = talk("amazon_ml").control("CreateBatchPrediction", {"BatchPredictionId": "c"})
    found = history.tell("CreateBatchPrediction", status, body, name, "any", kind="relation").finding(name)
    assert (expected, variant) == (found.verdict.name, found.variant)


def test_no_variant_without_a_control(talk: Any) -> None:
    """A target that accepts nothing shows no variant."""
    name = "amazon_ml.CreateBatchPrediction.output_uri_without_a_final_slash"
    history = talk("amazon_ml").tell("CreateBatchPrediction", 200, {}, name, "any", kind="relation")
    assert "inconclusive" == history.verdict(name)


@pytest.mark.parametrize(("expected", "shown"), [("passed", "m"), ("failed", "n"), ("not_run", None)])
def test_an_answer_repeats_the_request(talk: Any, expected: str, shown: str | None) -> None:
    """The answer names what the request named; an answer without the member is another requirement's business."""
    body = {"Status": "COMPLETED", **({"MLModelId": shown} if shown else {})}
    history = talk("amazon_ml").control(GET, body, called={"MLModelId": "m"})
    assert expected == history.verdict(f"{NAME}.answers_the_id")


@pytest.mark.parametrize(("expected", "status"), [("passed", 200), ("failed", 400)])
def test_a_written_call_gets_its_answer(talk: Any, expected: str, status: int) -> None:
    """A call that a requirement describes gets the answer that it names."""
    name = "amazon_ml.GetMLModel.verbose_is_accepted"
    body = MODEL if status == 200 else {"__type": "InvalidInputException"}
    assert expected == talk("amazon_ml").tell(GET, status, body, name, "accepted", kind="relation").verdict(name)


@pytest.mark.parametrize(("expected", "kind"), [("passed", "text/csv"), ("failed", "application/json")])
def test_an_accepted_call_has_the_media_type_that_was_asked_for(talk: Any, expected: str, kind: str) -> None:
    """A list that is asked for as CSV comes as CSV, although the operation documents JSON as well."""
    name = "spice.get_models.csv_may_be_asked_for"
    body = {"object": "list", "data": []} if kind.endswith("json") else b"id,object\r\n"
    headers = (("Content-Type", kind),)
    history = talk("spice").tell("get_models", 200, body, name, "accepted", kind="relation", headers=headers)
    assert expected == history.verdict(name)


@pytest.mark.parametrize(("expected", "status"), [("passed", 200), ("failed", 401), ("inconclusive", 503)])
def test_what_is_open_to_all_asks_for_no_credentials(talk: Any, expected: str, status: int) -> None:
    """An operation that is documented without credentials answers without them."""
    name = "spice.get_health.needs_no_credentials"
    body = b"ok\n" if status == 200 else b"Unauthorized"
    headers = (("Content-Type", "text/plain"),)
    history = talk("spice").tell("get_health", status, body, name, "accepted", kind="credentials", headers=headers)
    assert expected == history.verdict(name)


ARN = "arn:aws:personalize:us-east-1:1:"


@pytest.mark.parametrize(
    ("expected", "arn"),
    [("passed", f"{ARN}batch-inference-job/j"), ("failed", f"{ARN}batch-inference-job/k"), ("failed", f"{ARN}job/j")],
)
def test_an_arn_ends_with_the_name(talk: Any, expected: str, arn: str) -> None:
    """What stands behind a word of the answer is what the request said."""
    operation = "CreateBatchInferenceJob"
    history = talk("amazon_personalize").control(operation, {"batchInferenceJobArn": arn}, called={"jobName": "j"})
    assert expected == history.verdict(f"amazon_personalize.{operation}.arn_ends_with_the_name")


@pytest.mark.parametrize(("expected", "arn"), [("passed", f"{ARN}solution/s/0a1b2c3d"), ("failed", f"{ARN}other/0a")])
def test_an_arn_begins_with_another(talk: Any, expected: str, arn: str) -> None:
    """What stands in front of the last slash is what the request said."""
    operation, said = "CreateSolutionVersion", {"solutionArn": f"{ARN}solution/s"}
    history = talk("amazon_personalize").control(operation, {"solutionVersionArn": arn}, called=said)
    assert expected == history.verdict(f"amazon_personalize.{operation}.arn_begins_with_the_solution")


@pytest.mark.parametrize(
    ("expected", "statuses"),
    [
        ("passed", (200, 200)),
        ("passed", (503, 200, 200)),
        ("warned", (200, 503)),
        ("warned", (200, 200, 503, 200)),
        ("not_run", (200,)),
        ("not_run", (503, 503)),
    ],
)
def test_what_was_accepted_stays_so(talk: Any, expected: str, statuses: tuple[int, ...]) -> None:
    """Once a runtime is ready it is not unready later; before that it may well be."""
    history = talk("spice")
    for number, status in enumerate(statuses):
        text = b"ready" if status == 200 else b"not ready"
        history.control("get_ready", text, status, headers=(("Content-Type", "text/plain"),))
        told = history.exchanges[-1]
        history.exchanges[-1] = replace(told, sent_at=2.0 * number, received_at=2.0 * number + 1)
    assert expected == history.verdict("spice.get_ready.stays_ready")


@pytest.mark.parametrize(("expected", "status"), [("passed", 200), ("failed", 401), ("inconclusive", 503)])
def test_another_documented_word_is_accepted(talk: Any, expected: str, status: int) -> None:
    """The other word that a vendor documents in front of a token opens the same door."""
    version = {"major": 2, "minor": 34, "versionString": "2.34.0", "releasedVersion": "2.34.0"}
    history = talk("datarobot").control("getVersion", version)
    body = version if status == 200 else {"message": "no"}
    history.tell("getVersion", status, body, "datarobot.authentication.word_token", kind="credentials")
    history.exchanges[-1] = replace(history.exchanges[-1], credentials="other_word")
    assert expected == history.verdict("datarobot.authentication.word_token")


def test_another_word_proves_nothing_alone(talk: Any) -> None:
    """Where no call is accepted with the usual word either, the other one is not to blame."""
    history = talk("datarobot").control("getVersion", {"message": "no"}, 401)
    history.tell("getVersion", 401, {"message": "no"}, "datarobot.authentication.word_token", kind="credentials")
    history.exchanges[-1] = replace(history.exchanges[-1], credentials="other_word")
    assert "inconclusive" == history.verdict("datarobot.authentication.word_token")


@pytest.mark.parametrize(("expected", "location"), [("not_run", "/api/v2/deployments"), ("failed", "/login")])
def test_an_empty_path_value_may_lead_elsewhere(talk: Any, expected: str, location: str) -> None:
    """A path that ends without its last value is another one: a redirect to its other spelling is no answer of the
    operation. A redirect anywhere else is one, and undocumented."""
    rule = "datarobot.getDeployment.status_is_documented"
    one = talk("datarobot").tell("getDeployment", 307, b"", "", "any", headers=(("Location", location),))
    told = one.exchanges[-1]
    one.exchanges[-1] = replace(told, request=replace(told.request, target="/api/v2/deployments/"))
    assert expected == one.verdict(rule)


@pytest.mark.parametrize(("kind", "told"), [("text/plain", "sent as text/plain, which"), ("application/json", "")])
def test_an_answer_in_another_media_type_says_so(talk: Any, kind: str, told: str) -> None:
    """A text where a document promises JSON is told as what it is, so that its reader knows which of both to mend."""
    one = talk("datarobot").control("listDeployments", b"ok", headers=(("Content-Type", kind),))
    found = one.finding("datarobot.listDeployments.answer_is_well_formed")
    assert ("failed", True) == (found.verdict.name, found.got.startswith(told or "the body is not JSON"))
