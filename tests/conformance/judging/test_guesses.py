"""Valid calls that an import made up, on histories made by hand: what is a guess is not blamed on the target."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.findings import worst
from conformance.history import History
from conformance.judge import CHECKS
from conformance.judging.guesses import guess, guesses
from conformance.judging.view import View

GET = "GetMLModel"
VALID = f"amazon_ml.{GET}.valid_request_is_accepted"
MODEL = {"MLModelId": "m", "Status": "COMPLETED"}
MISSING = {"__type": "ResourceNotFoundException"}
BY_FIXTURE = {"body": {"MLModelId": {"$fixture": "model_binary"}}}
MADE_UP = {"body": {"MLModelId": "model"}}


def begun(talk: Any, sample: dict[str, Any], *, call: bool = True, fixture: bool = True) -> Any:
    """A talk whose contract has this sample of a read; `call` and `fixture` say what of it an import made up."""
    one = talk("amazon_ml")
    known = one.contract
    samples = {**known.samples, GET: replace(known.samples[GET], **sample, assumed=call)}
    fixtures = {name: replace(row, assumed=fixture) for name, row in known.fixtures.items()}
    return replace(one, contract=replace(known, samples=samples, fixtures=fixtures))


def seen(one: Any, profile: dict[str, Any] | None = None) -> View:
    """What the judge sees, with the fixtures of a profile."""
    return View(one.contract, History(tuple(one.exchanges)), profile or {})


def verdict(view: View) -> str:
    """Whether the valid call is to be accepted."""
    row = view.contract.requirements[VALID]
    found = worst(CHECKS[row.check](view, row))
    return found.verdict.name if found is not None else "nothing"


@pytest.mark.parametrize(
    ("expected", "sample", "call", "fixture", "status", "profile"),
    [
        ("inconclusive", BY_FIXTURE, True, True, 400, {}),
        ("inconclusive", BY_FIXTURE, False, True, 400, {}),
        ("failed", BY_FIXTURE, True, True, 400, {"model_binary": "mine"}),
        ("failed", BY_FIXTURE, True, False, 400, {}),
        ("inconclusive", MADE_UP, True, False, 400, {}),
        ("inconclusive", {"body": {"Items": []}}, True, False, 400, {}),
        ("failed", MADE_UP, False, True, 400, {}),
        ("failed", MADE_UP, True, True, 500, {}),
        ("failed", {"body": {"MLModelId": {"$identity": "ml_model"}}}, True, True, 400, {}),
    ],
)
def test_a_refused_guess_is_not_blamed_on_the_target(
    talk: Any, expected: str, sample: dict[str, Any], call: bool, fixture: bool, status: int, profile: dict[str, Any]
) -> None:
    """What an import made up may be refused, but not break the target; what a person has decided may not."""
    one = begun(talk, sample, call=call, fixture=fixture).control(GET, MISSING, status)
    assert expected == verdict(seen(one, profile))
    assert ("inconclusive" == expected) == bool(guesses(seen(one, profile)))


@pytest.mark.parametrize(
    ("sample", "told"),
    [
        (BY_FIXTURE, "as in fixtures: {model_binary: ...}"),
        (MADE_UP, f"put the sample of {GET} in vendor.yaml right"),
        ({"body": {**BY_FIXTURE["body"], "Verbose": True}}, f"(and the sample of {GET} in vendor.yaml)"),
    ],
)
def test_one_sentence_tells_what_to_decide(talk: Any, sample: dict[str, Any], told: str) -> None:
    """A fixture is named as a profile names it, and so is the sample that holds values of its own."""
    (text,) = guesses(seen(begun(talk, sample).control(GET, MISSING, 400)))
    assert text.startswith(f"{GET} is not judged (got 400)")
    assert told in text


def test_a_guess_that_the_target_takes_is_none(talk: Any) -> None:
    """One accepted call shows that the made-up values are right: later refusals are the target's."""
    one = begun(talk, MADE_UP).control(GET, MODEL).control(GET, MISSING, 400)
    assert "failed" == verdict(seen(one))
    assert ("", ()) == (guess(seen(one), GET), guesses(seen(one)))


@pytest.mark.parametrize("status", [401, 403, 429])
def test_credentials_and_haste_are_no_matter_of_guesses(talk: Any, status: int) -> None:
    """A refusal that speaks of credentials or of haste says nothing about what was made up."""
    assert () == guesses(seen(begun(talk, MADE_UP).control(GET, {}, status)))


IGNORED = "rest_json.media_type_parameters_are_ignored"
LIST = "listDeployments"


@pytest.mark.parametrize(("expected", "status"), [("inconclusive", 404), ("failed", None)])
def test_a_call_sent_in_another_way_is_judged_beside_the_plain_one(
    talk: Any, expected: str, status: int | None
) -> None:
    """Where the valid call itself is refused, its refusal with another header proves nothing about the header."""
    one = talk("datarobot")
    one = one.control(LIST, {"message": "none"}, status) if status else one
    assert expected == one.tell(LIST, 404, {}, IGNORED, "accepted", kind="wire").verdict(IGNORED)
