"""What happens at the same moment, on histories told by hand: every order that explains the answers is right."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.plans.samples import write_place
from specs.message import Call

AT_ONCE = "again_at_once"
RACE = "command.abort.is_decisive"
NAME = {"jobName": "n"}
ARN = "arn:aws:personalize:us-east-1:123456789012:batch-inference-job/"
REFUSED = {400: "ResourceAlreadyExistsException"}


def burst(story: Any, *statuses: int) -> Any:
    """Equal creations with these statuses, of a resource whose name may be used once."""
    told = story("amazon_personalize", "batch_inference_job", gap=0.0)
    for number, status in enumerate(statuses):
        code = REFUSED.get(status)
        more = {} if status == 200 else {"status": status, "body": {"__type": code}, "code": code}
        told.create(f"{ARN}{number}", NAME, requirement=AT_ONCE, group="g", **more)
    return told


@pytest.mark.parametrize(
    ("expected", "statuses"),
    [
        ("passed", (200, 400, 400)),
        ("passed", (400, 200, 400)),
        ("warned", (200, 200, 400)),
        ("warned", (400, 400, 400)),
        ("warned", (200, 500, 400)),
        ("inconclusive", (200, 503, 400)),
        ("inconclusive", (200,)),
    ],
)
def test_one_of_equal_creations_is_accepted(story: Any, expected: str, statuses: tuple[int, ...]) -> None:
    """Where a name may be used once, exactly one of several creations at one moment gets it."""
    assert expected == burst(story, *statuses).verdict(AT_ONCE)


@pytest.mark.parametrize(
    ("expected", "answered"),
    [("passed", ("a", "a", "a")), ("warned", ("a", "a", "b")), ("warned", ("a", "a", ""))],
)
def test_idempotent_creations_make_one_resource(story: Any, expected: str, answered: tuple[str, ...]) -> None:
    """Where a repetition is accepted, all of several creations at one moment are, with one identity."""
    told = story("amazon_ml", "batch_prediction", gap=0.0)
    for identity in answered:
        code = None if identity else "IdempotentParameterMismatchException"
        more = {"body": {"BatchPredictionId": identity}} if identity else {"status": 400, "body": {"__type": code}}
        told.create("a", {"BatchPredictionId": "a"}, requirement=AT_ONCE, group="g", code=code, **more)
    assert expected == told.verdict(AT_ONCE)


def raced(story: Any, status: int, *states: str) -> Any:
    """A job that is told to abort, and the states that it shows afterwards."""
    told = story("datarobot", "batch_prediction")
    told.create("j")
    abort = told.life.commands["abort"]
    told.tell(write_place(Call(abort.operation), abort.identity, "j"), status, requirement=RACE)
    for state in states:
        told.get("j", {"status": state})
    return told


@pytest.mark.parametrize(
    ("expected", "status", "states"),
    [
        ("passed", 202, ("RUNNING", "ABORTED")),
        ("passed", 409, ("RUNNING", "COMPLETED")),
        ("failed", 202, ("RUNNING", "COMPLETED")),
        ("failed", 202, ("FAILED",)),
        ("inconclusive", 409, ("ABORTED",)),
        ("inconclusive", 202, ("RUNNING",)),
        ("inconclusive", 202, ()),
        ("inconclusive", 503, ("COMPLETED",)),
    ],
)
def test_an_accepted_command_decides_the_end(story: Any, expected: str, status: int, states: tuple[str, ...]) -> None:
    """A job that accepted to be aborted ends aborted; one that refused may end as it likes."""
    assert expected == raced(story, status, *states).verdict(RACE)
