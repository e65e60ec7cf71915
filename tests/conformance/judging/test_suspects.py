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
