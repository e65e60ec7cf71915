"""Suspects: a wrong id in the profile is named once, and a right one never."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.history import History
from conformance.judging.suspects import suspects
from conformance.judging.view import View

ID = "ml-of-nobody"
READ = "amazon_ml.GetMLModel.valid_request_is_accepted"


def told(talk: Any, *answers: tuple[int, str]) -> tuple[str, ...]:
    """The suspects when valid reads of the model that the profile names get these statuses and codes."""
    one = talk("amazon_ml")
    for status, code in answers:
        one.tell("GetMLModel", status, {"__type": code}, READ, "accepted", called={"MLModelId": ID})
    return suspects(View(one.contract, History(tuple(one.exchanges)), {"model_binary": ID}))


MISSING = (400, "ResourceNotFoundException")


def test_a_fixture_that_is_never_found_is_named(talk: Any) -> None:
    """Valid calls that are answered as if there were no such thing point to the profile."""
    (text,) = told(talk, MISSING, MISSING)
    assert "fixture model_binary (ML model 'ml-of-nobody') was not found: check the profile" in text
    assert "2 of 2 valid calls" in text


@pytest.mark.parametrize("answers", [[(200, "")], [MISSING, (200, "")], [(500, "InternalServerException")], []])
def test_no_other_trouble_is_blamed_on_the_profile(talk: Any, answers: list[tuple[int, str]]) -> None:
    """One accepted call shows that the thing is there, and a broken server proves nothing about it."""
    assert () == told(talk, *answers)


@pytest.mark.parametrize(("expected", "last"), [(1, 200), (0, 403)])
def test_a_target_that_asks_nobody_for_credentials_may_be_meant_so(talk: Any, expected: int, last: int) -> None:
    """When no call is refused for its credentials, one line tells how to say so; one refusal, and there is none."""
    one = talk("amazon_ml")
    for status in (200, 200, last):
        one.tell("GetMLModel", status, {}, "amazon_ml.GetMLModel.missing_credentials_are_refused", kind="credentials")
    found = suspects(View(one.contract, History(tuple(one.exchanges))))
    assert [True] * expected == ["features: {authentication: false}" in text for text in found]


def everywhere(talk: Any, status: int, *, kind: str = "application/json", **more: Any) -> tuple[str, ...]:
    """The suspects when valid calls of two operations, and two without credentials, are answered alike."""
    one = talk("datarobot")
    headers = (("Content-Type", kind), ("Location", "https://login.example/"))
    for operation in ("getVersion", "listBatchPredictions"):
        valid = f"datarobot.{operation}.valid_request_is_accepted"
        one.tell(operation, status, {}, valid, "accepted", headers=headers, **more)
    for _ in range(3):
        one.tell("listBatchPredictions", status, {}, "", "unauthenticated", kind="credentials", headers=headers, **more)
    return suspects(View(one.contract, History(tuple(one.exchanges))))


@pytest.mark.parametrize(
    ("status", "kind", "says"),
    [
        (404, "application/json", "404"),
        (302, "application/json", "302 to https://login.example/"),
        (200, "text/html", "200 and a web page"),
    ],
)
def test_an_address_where_the_api_is_not_is_named(talk: Any, status: int, kind: str, says: str) -> None:
    """When every valid call is sent elsewhere, not found, or answered by a page, that is all there is to say."""
    (text,) = everywhere(talk, status, kind=kind)
    assert f"all 2 valid calls were answered by {says}: check the address, its path too" == text


@pytest.mark.parametrize("status", [500, 401])
def test_a_target_that_breaks_is_at_its_address(talk: Any, status: int) -> None:
    """An API that answers everything with an error is where it should be, and asks nobody in."""
    assert () == everywhere(talk, status)


@pytest.mark.parametrize(("failure", "hint"), [("reset: broken off", True), ("timeout: no answer", False)])
def test_a_port_that_speaks_something_else_is_named(talk: Any, failure: str, hint: bool) -> None:
    """When nothing is answered that is said once, and where another protocol is likely, that too."""
    (text,) = everywhere(talk, 0, failure=failure)
    assert f"none of 5 requests got an answer ({failure})" in text
    assert hint == ("https://" in text)
