"""How messages travel, on histories made by hand: each check kept once and broken once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

GET = "GetMLModel"
MODEL = {"MLModelId": "m", "Status": "COMPLETED"}
AWS = ("Content-Type", "application/x-amz-json-1.1")
REFUSED = {"__type": "InvalidInputException"}
ANY = "amazon_ml.GetMLModel.request.MLModelId.maxLength"


@pytest.mark.parametrize(
    ("expected", "requirement", "headers"),
    [
        ("passed", "aws_json.request_id", (AWS, ("x-amzn-RequestId", "1"))),
        ("failed", "aws_json.request_id", (AWS,)),
        ("passed", "aws_json.content_type", (AWS,)),
        ("passed", "aws_json.content_type", (("content-type", f"{AWS[1]}; charset=utf-8"),)),
        ("failed", "aws_json.content_type", (("Content-Type", "text/html"),)),
        ("failed", "aws_json.content_type", ()),
        ("passed", "aws_json.responses_are_not_encoded", (AWS,)),
        ("failed", "aws_json.responses_are_not_encoded", (AWS, ("Content-Encoding", "gzip"))),
    ],
)
def test_headers_of_answers(talk: Any, expected: str, requirement: str, headers: Any) -> None:
    """A header that is demanded is there and right."""
    assert expected == talk("amazon_ml").control(GET, MODEL, headers=headers).verdict(requirement)


@pytest.mark.parametrize(
    "requirement", ["aws_json.request_id", "aws_json.content_type", "aws_json.responses_are_not_encoded"]
)
@pytest.mark.parametrize(("status", "body"), [(200, {}), (404, REFUSED), (200, b"<html>")])
def test_headers_prove_nothing_alone(talk: Any, requirement: str, status: int, body: Any) -> None:
    """A target that serves nothing does not pass by its headers."""
    headers = (AWS, ("x-amzn-RequestId", "1"))
    assert "not_run" == talk("amazon_ml").control(GET, body, status, headers=headers).verdict(requirement)


@pytest.mark.parametrize(("expected", "ids"), [("passed", "12"), ("warned", "11"), ("not_run", "1")])
def test_request_ids_are_unique(talk: Any, expected: str, ids: str) -> None:
    """Two answers with one request id are a warning."""
    history = talk("amazon_ml")
    for name in ids:
        history.control(GET, MODEL, headers=(AWS, ("x-amzn-RequestId", name)))
    assert expected == history.verdict("aws_json.request_ids_are_unique")


VERSION = {"major": 2, "minor": 34, "versionString": "2.34.0", "releasedVersion": "2.34.0"}
REFUSED_METHOD = "rest_json.refused_methods_name_the_allowed"


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        ("passed", (("Allow", "GET, HEAD"),)),
        ("passed", (("allow", "get"),)),
        ("warned", (("Allow", "POST"),)),
        ("warned", ()),
    ],
)
def test_a_refused_method_names_the_allowed_ones(talk: Any, expected: str, headers: Any) -> None:
    """An answer 405 names every method that the path has."""
    history = talk("datarobot").control("getVersion", VERSION)
    answer = history.tell("getVersion", 405, {}, "rest_json.other_methods_are_refused", kind="wire", headers=headers)
    assert expected == answer.verdict(REFUSED_METHOD)


def test_a_refused_method_proves_nothing_alone(talk: Any) -> None:
    """A target that answers everything with 405 has shown nothing."""
    history = talk("datarobot").control("getVersion", {}, 405, headers=(("Allow", "GET"),))
    assert "not_run" == history.verdict(REFUSED_METHOD)


@pytest.mark.parametrize(
    ("expected", "status", "body"),
    [
        ("accepted", 200, VERSION),
        ("406", 406, {"message": "no"}),
        ("500", 500, b""),
        ("200", 200, {}),
    ],
)
def test_what_is_not_documented_is_recorded(talk: Any, expected: str, status: int, body: Any) -> None:
    """A request of which no document speaks fails nothing; the report says how the target answered it."""
    name = "rest_json.other_accepted_types"
    history = talk("datarobot").control("getVersion", VERSION)
    found = history.tell("getVersion", status, body, name, "any", kind="wire").finding(name)
    assert ("passed", expected) == (found.verdict.name, found.variant)


def test_what_is_not_documented_needs_a_target_that_serves(talk: Any) -> None:
    """How a target answers odd requests says nothing when it has answered no usual one."""
    name = "rest_json.other_accepted_types"
    assert "inconclusive" == talk("datarobot").tell("getVersion", 406, {}, name, "any", kind="wire").verdict(name)


@pytest.mark.parametrize(
    ("named", "in_body", "body", "headers"),
    [
        ("passed", "passed", REFUSED, (AWS,)),
        ("passed", "failed", {"message": "x"}, (AWS, ("x-amzn-ErrorType", "InvalidInputException"))),
        ("failed", "failed", {"message": "x", "code": 4}, (AWS,)),
    ],
)
def test_errors_are_named(talk: Any, named: str, in_body: str, body: Any, headers: Any) -> None:
    """A client error has a name somewhere, and one in the body."""
    history = talk("amazon_ml").control(GET, MODEL).tell(GET, 400, body, ANY, "invalid_input", headers=headers)
    assert named == history.verdict("aws_json.errors_are_named")
    assert in_body == history.verdict("aws_json.errors_name_their_type_in_the_body")


VERSION = {"versionString": "2", "major": 2, "minor": 1}


@pytest.mark.parametrize(("expected", "headers"), [("passed", (("Content-Type", "application/json"),)), ("warned", ())])
def test_errors_have_a_content_type(talk: Any, expected: str, headers: Any) -> None:
    """An error with a body says what it is."""
    history = talk("datarobot").control("getVersion", VERSION)
    history.tell("getVersion", 401, {"message": "x"}, "x", "unauthorized", headers=headers)
    assert expected == history.verdict("rest_json.errors_have_a_content_type")


@pytest.mark.parametrize(
    ("expected", "kind", "body"),
    [
        ("passed", "application/json; charset=utf-8", VERSION),
        ("warned", "text/html", VERSION),
        ("warned", "text/html", b"<html>"),
        ("not_run", "application/json", {}),
    ],
)
def test_answers_have_their_documented_media_type(talk: Any, expected: str, kind: str, body: Any) -> None:
    """A success has one of the documented media types; without a documented body a right one proves nothing."""
    history = talk("datarobot").control("getVersion", body, headers=(("Content-Type", kind),))
    assert expected == history.verdict("datarobot.responses.media_type")


@pytest.mark.parametrize(
    ("expected", "status", "body"),
    [
        ("passed", 400, {"__type": "SerializationException"}),
        ("failed", 200, MODEL),
        ("failed", 500, {"__type": "InternalFailure"}),
        ("inconclusive", 503, {}),
    ],
)
def test_malformed_requests_are_refused(talk: Any, expected: str, status: int, body: Any) -> None:
    """A malformed request gets one of the errors that its requirement names."""
    name = "aws_json.malformed_body_is_refused"
    history = talk("amazon_ml").control(GET, MODEL).tell(GET, status, body, name, "serialization", kind="wire")
    assert expected == history.verdict(name)


@pytest.mark.parametrize(
    ("expected", "body"),
    [
        ("passed", {"__type": "ResourceNotFoundException", "message": "gone"}),
        ("passed", {"__type": "ResourceNotFoundException", "Message": "gone"}),
        ("warned", {"__type": "ResourceNotFoundException"}),
        ("warned", {"__type": "ResourceNotFoundException", "message": ""}),
        ("not_run", {"__type": "SerializationException"}),
    ],
)
def test_the_errors_of_an_operation_have_a_message(talk: Any, expected: str, body: Any) -> None:
    """An error that the operation documents says something to people, in either spelling; others need not."""
    name = "amazon_ml.GetMLModel.valid_request_is_accepted"
    history = talk("amazon_ml").control(GET, MODEL).tell(GET, 400, body, name, "accepted")
    assert expected == history.verdict("aws_json.errors_tell_what_is_wrong")


@pytest.mark.parametrize(
    ("expected", "kind", "body"),
    [
        ("passed", "boundary", {"message": "no"}),
        ("failed", "boundary", {"message": ""}),
        ("failed", "boundary", {"error": "no"}),
        ("failed", "boundary", b"no"),
        ("not_run", "wire", {}),
    ],
)
def test_an_error_of_a_call_has_a_message(talk: Any, expected: str, kind: str, body: Any) -> None:
    """The errors of documented calls say what is wrong; what answers a malformed one may stand in front of the API."""
    history = talk("datarobot").control("getVersion", VERSION)
    told = history.tell("getVersion", 401, body, "datarobot.getVersion.missing_credentials_are_refused", kind=kind)
    assert expected == told.verdict("datarobot.errors.have_a_message")


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        ("passed", (("X-DataRobot-Model-Id", "5f00"),)),
        ("failed", (("X-DataRobot-Model-Id", ""),)),
        ("failed", ()),
    ],
)
def test_a_header_of_one_operation(talk: Any, expected: str, headers: Any) -> None:
    """A header that one operation promises is looked for in its successes, and nowhere else."""
    kind = ("Content-Type", "application/json")
    history = talk("datarobot").control("getVersion", VERSION)
    history.control(
        "predict", {"data": [{"rowId": 0, "prediction": 1, "predictionValues": []}]}, headers=(kind, *headers)
    )
    history.tell("predict", 422, {"message": "no"}, "datarobot.predict.columns_exclude_the_set", "invalid")
    assert expected == history.verdict("datarobot.predict.model_id_header")


SLASH = "datarobot.createBatchPrediction.path_without_last_slash"


@pytest.mark.parametrize(
    ("expected", "status", "location"),
    [
        ("inconclusive", 308, "http://127.0.0.1/api/v2/batchPredictions/"),
        ("inconclusive", 301, "/api/v2/batchPredictions/"),
        ("failed", 302, "/login/"),
        ("failed", 302, "/api/v2/batchPredictions"),
        ("failed", 302, ""),
        ("failed", 404, "/api/v2/batchPredictions/"),
    ],
)
def test_a_redirect_to_the_other_spelling_decides_nothing(talk: Any, expected: str, status: int, location: str) -> None:
    """A target that redirects between the two ends of a path is as right as one that answers both."""
    headers = (("Location", location),) if location else ()
    history = talk("datarobot").tell("createBatchPrediction", status, b"", SLASH, kind="wire", headers=headers)
    told = history.exchanges[-1]
    history.exchanges[-1] = replace(told, request=replace(told.request, target="/api/v2/batchPredictions"))
    assert expected == history.verdict(SLASH)


XML = (("Content-Type", "application/xml"), ("x-amzn-RequestId", "1"))
PAGE = b"<UnknownOperationException/>"
OTHER_TYPE = "aws_json.other_media_types_are_refused"


@pytest.mark.parametrize(
    ("expected", "requirement", "kind", "serves"),
    [
        ("passed", OTHER_TYPE, "wire", OTHER_TYPE),
        ("not_run", "aws_json.errors_name_their_type_in_the_body", "wire", OTHER_TYPE),
        ("passed", "aws_json.content_type", "wire", OTHER_TYPE),
        ("failed", "aws_json.errors_name_their_type_in_the_body", "boundary", ANY),
        ("failed", "aws_json.content_type", "boundary", ANY),
        ("failed", "aws_json.content_type", "wire", "aws_json.malformed_body_is_refused"),
    ],
)
def test_what_is_no_request_of_the_api_may_get_a_page(
    talk: Any, expected: str, requirement: str, kind: str, serves: str
) -> None:
    """A front end refuses another media type in a format of its own, and nothing else."""
    wanted = "bad_media_type" if serves == OTHER_TYPE else "serialization"
    status, page = (404, PAGE) if serves == OTHER_TYPE else (400, b"<InvalidTagException/>")
    history = talk("amazon_ml").control(GET, MODEL, headers=(AWS, ("x-amzn-RequestId", "2")))
    history.tell(GET, status, page, serves, wanted, kind=kind, headers=XML)
    assert expected == history.verdict(requirement)
