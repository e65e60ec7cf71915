"""Declared errors, members on request, and secrets, on histories made by hand: kept, and broken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from specs.message import HttpRequest

GET = "amazon_ml.GetBatchPrediction.errors_are_declared"
RECIPE = "amazon_ml.lifecycle.ml_model.on_request.Recipe"
SECRET = "amazon_ml.CreateDataSourceFromRedshift.password_is_never_shown"
PERCENTAGE = "datarobot.getBatchPrediction.percentage_of_a_finished_job"
MODEL = {"MLModelId": "ml-1", "Status": "COMPLETED", "CreatedAt": 1.5, "LastUpdatedAt": 1.5}
SOURCE = {"DataSourceId": "ds-1"}


@pytest.mark.parametrize(
    ("expected", "status", "code"),
    [
        ("passed", 400, "ResourceNotFoundException"),
        ("passed", 400, "SerializationException"),
        ("passed", 403, "AccessDeniedException"),
        ("failed", 400, "IdempotentParameterMismatchException"),
        ("failed", 500, "SomethingElse"),
        ("not_run", 429, "SomethingElse"),
        ("not_run", 400, None),
    ],
)
def test_an_operation_has_no_errors_but_its_own(talk: Any, expected: str, status: int, code: str | None) -> None:
    """An error that the operation declares, or that is common to all, is right; another operation's is not."""
    body = {"__type": code} if code else {}
    served = talk("amazon_ml").control("GetBatchPrediction", {"BatchPredictionId": "y", "Status": "COMPLETED"})
    one = served.tell("GetBatchPrediction", status, body, "", called={"BatchPredictionId": "x"})
    assert expected == one.verdict(GET)


def test_errors_alone_prove_nothing(talk: Any) -> None:
    """A target that refuses every call has shown no error of its own."""
    body = {"__type": "ResourceNotFoundException"}
    assert "not_run" == talk("amazon_ml").tell("GetBatchPrediction", 400, body, "").verdict(GET)


@pytest.mark.parametrize(
    ("expected", "asked", "shown"),
    [
        ("passed", {"Verbose": True}, {"Recipe": "{}"}),
        ("failed", {"Verbose": False}, {"Recipe": "{}"}),
        ("failed", {}, {"Recipe": "{}"}),
        ("failed", {"Verbose": True}, {}),
        ("failed", {"Verbose": True}, {"Recipe": None}),
        ("inconclusive", {"Verbose": True}, {"Status": "INPROGRESS"}),
        ("not_run", {}, {}),
    ],
)
def test_a_member_is_shown_to_those_who_ask(talk: Any, expected: str, asked: Any, shown: Any) -> None:
    """A recipe is shown when the read says Verbose, and only then; before the end asking in vain proves nothing."""
    one = talk("amazon_ml").tell("GetMLModel", 200, {**MODEL, **shown}, "", called={"MLModelId": "ml-1", **asked})
    assert expected == one.verdict(RECIPE)


@pytest.mark.parametrize(
    ("expected", "status", "shown"),
    [
        ("passed", 200, {}),
        ("failed", 200, {"DatabasePassword": "local-password"}),
        ("passed", 400, {"message": "local-password is too long"}),
    ],
)
def test_a_secret_is_in_no_success(talk: Any, expected: str, status: int, shown: Any) -> None:
    """What a request says in confidence no successful answer repeats."""
    said = {"DataSpec": {"DatabaseCredentials": {"Username": "reader", "Password": "local-password"}}}
    one = talk("amazon_ml").tell("CreateDataSourceFromRedshift", 200, SOURCE, "", called=said)
    one.tell("GetDataSource", status, {**SOURCE, **shown}, "", called=SOURCE)
    assert expected == one.verdict(SECRET)


def test_what_was_shown_before_was_not_given_away(talk: Any) -> None:
    """A text that answers held before any request said it is no secret that leaked."""
    said = {"DataSpec": {"DatabaseCredentials": {"Username": "reader", "Password": "local-password"}}}
    one = talk("amazon_ml").tell("GetDataSource", 200, {**SOURCE, "Name": "local-password"}, "", called=SOURCE)
    one.tell("CreateDataSourceFromRedshift", 200, SOURCE, "", called=said)
    assert "passed" == one.verdict(SECRET)


def test_a_secret_that_is_no_text_breaks_nothing(talk: Any) -> None:
    """Half a character in a recorded password is looked for as well as it can be."""
    said = {"DataSpec": {"DatabaseCredentials": {"Username": "reader", "Password": "\ud800-password"}}}
    assert "passed" == talk("amazon_ml").tell("CreateDataSourceFromRedshift", 200, SOURCE, "", called=said).verdict(
        SECRET
    )


@pytest.mark.parametrize(
    ("variant", "shown", "status"),
    [("100", 100, "COMPLETED"), ("0", 0.0, "COMPLETED"), ("", False, "COMPLETED"), (None, 100, "RUNNING")],
)
def test_a_disputed_member_shows_its_variant(talk: Any, variant: str | None, shown: Any, status: str) -> None:
    """A finished job's percentage names the variant that it shows; false is no zero, and a running job shows none."""
    document = {"id": "j", "status": status, "percentageCompleted": shown}
    found = talk("datarobot").control("getBatchPrediction", document).finding(PERCENTAGE)
    assert (variant or "", "not_run" if variant is None else "passed") == (found.variant, found.verdict.name)


@pytest.mark.parametrize(("expected", "shown"), [("passed", True), ("failed", 1), ("failed", False)])
def test_an_echo_keeps_the_type(talk: Any, expected: str, shown: Any) -> None:
    """True is repeated as true: one is another value."""
    body = {"id": "j", "status": "INITIALIZING", "jobSpec": {"includePredictionStatus": shown}}
    one = talk("datarobot").control("createBatchPrediction", body, 202, called={"includePredictionStatus": True})
    assert expected == one.verdict("datarobot.createBatchPrediction.status_column_is_echoed")


def test_a_secret_that_is_said_elsewhere_too_proves_nothing(talk: Any) -> None:
    """A drawn password may be somebody's name as well, which answers show."""
    said = {"DataSourceId": "ds-1", "DataSpec": {"DatabaseCredentials": {"Username": "u", "Password": "00000000"}}}
    one = talk("amazon_ml").control("CreateDataSourceFromRedshift", SOURCE, called=said)
    one.tell("GetDataSource", 200, {**SOURCE, "Name": "x00000000"}, "", called=SOURCE)
    assert "failed" == one.verdict(SECRET)
    named = replace(one.exchanges[1], request=HttpRequest("POST", "/", (), b'{"DataSourceName": "x00000000"}'))
    one.exchanges[1] = named
    assert "inconclusive" == one.verdict(SECRET)


def test_a_secret_in_the_places_of_secrets_is_said_nowhere_else(talk: Any) -> None:
    """The password of another call, and a longer one that begins alike, make no excuse for showing it."""
    said = {"DataSourceId": "ds-1", "DataSpec": {"DatabaseCredentials": {"Username": "u", "Password": "secret-word"}}}
    longer = {"RDSData": {"DatabaseCredentials": {"Username": "u", "Password": "secret-words"}}}
    one = talk("amazon_ml").control("CreateDataSourceFromRedshift", SOURCE, called=said)
    one.tell("CreateDataSourceFromRDS", 200, SOURCE, "", called=longer)
    told = HttpRequest("POST", "/", (), b'{"RDSData": {"DatabaseCredentials": {"Password": "secret-words"}}}')
    one.exchanges[1] = replace(one.exchanges[1], request=told)
    one.tell("GetDataSource", 200, {**SOURCE, "Name": "secret-word"}, "", called=SOURCE)
    assert "failed" == one.verdict(SECRET)
