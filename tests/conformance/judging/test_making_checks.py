"""Checks of resources that come out of others, and of input in parts, on histories told by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from specs.message import Call
from tests.conformance.conftest import Story

JOB, COPY = "65f0c1aa0000000000000001", "65f0c1aa0000000000000002"
PARTS = {"intakeSettings": {"type": "localFile", "multipart": True}}


@pytest.mark.parametrize(
    ("expected", "status", "gap"),
    [("passed", 200, 1.0), ("failed", 404, 40.0), ("inconclusive", 404, 1.0)],
)
def test_what_a_command_makes_can_be_read(story: Callable[..., Story], expected: str, status: int, gap: float) -> None:
    """The resource that the answer names is there, at the latest when the consistency window is over."""
    told = story("datarobot", "batch_prediction", gap)
    told.create(JOB)
    copied = Call("createFromExisting", body={"predictionJobId": JOB})
    where = f"http://x/api/v2/batchPredictions/{COPY}/"
    told.tell(copied, 202, {"id": COPY}, requirement="command.copy.makes", location=where)
    told.get(COPY, {"id": COPY, "status": "INITIALIZING"} if status == 200 else {"message": "Not found"}, status=status)
    assert expected == told.verdict("command.copy.makes")


def test_a_command_that_names_nothing_made_nothing(story: Callable[..., Story]) -> None:
    """An accepted command whose answer names no new resource is a failure."""
    told = story("datarobot", "batch_prediction")
    told.create(JOB)
    told.tell(Call("createFromExisting", body={"predictionJobId": JOB}), 202, {}, requirement="command.copy.makes")
    assert "failed" == told.verdict("command.copy.makes")


@pytest.mark.parametrize(
    ("expected", "status", "state"),
    [
        ("passed", 202, "COMPLETED"),
        ("failed", 202, "ABORTED"),
        ("inconclusive", 202, "RUNNING"),
        ("failed", 422, "INITIALIZING"),
    ],
)
def test_the_end_of_the_parts_leads_to_success(
    story: Callable[..., Story], expected: str, status: int, state: str
) -> None:
    """Once all parts are there the job is scored."""
    told = story("datarobot", "batch_prediction")
    told.create(JOB, PARTS)
    end = Call("finalizeMultipart", path={"predictionJobId": JOB})
    told.tell(end, status, {}, requirement="upload.parts.complete")
    told.get(JOB, {"id": JOB, "status": state})
    assert expected == told.verdict("upload.parts.complete")


@pytest.mark.parametrize(("expected", "status"), [("passed", 422), ("failed", 202), ("failed", 404)])
def test_an_end_without_parts_is_refused(story: Callable[..., Story], expected: str, status: int) -> None:
    """The end of an upload of which no part arrived is refused as documented."""
    told = story("datarobot", "batch_prediction")
    told.create(JOB, PARTS)
    told.get(JOB, {"id": JOB, "status": "INITIALIZING"})
    end = Call("finalizeMultipart", path={"predictionJobId": JOB})
    told.tell(end, 202, {}, requirement="upload.parts.complete")  # only after a valid end does a refusal prove anything
    told.tell(end, status, {"message": "x"}, requirement="upload.parts.none", expect="no_parts")
    assert expected == told.verdict("upload.parts.none")


@pytest.mark.parametrize(
    ("expected", "status", "made"),
    [("passed", 409, 2), ("passed", 422, 2), ("failed", 200, 2), ("failed", 404, 2), ("inconclusive", 409, 1)],
)
def test_a_name_that_another_one_has_is_refused(
    story: Callable[..., Story], expected: str, status: int, made: int
) -> None:
    """A change to the name of another resource is refused as documented, once there are both."""
    told = story("datarobot", "job_definition")
    change = Call("updateJobDefinition", path={"jobDefinitionId": COPY}, body={"name": "nightly"})
    told.tell(change, 200, {"id": COPY, "name": "weekly"}, requirement="command.change.sets.name")
    for identity in (JOB, COPY)[:made]:
        told.create(identity, group="both")
    told.tell(
        change, status, {"message": "x"}, requirement="command.change.taken.name", expect="name_taken", group="both"
    )
    assert expected == told.verdict("command.change.taken.name")


@pytest.mark.parametrize(("expected", "status"), [("passed", 200), ("failed", 409), ("passed", 503)])
def test_a_name_may_be_given_again(story: Callable[..., Story], expected: str, status: int) -> None:
    """What a resource has itself is not taken: refusing it so is a failure, whatever comes of another one's name."""
    told = story("datarobot", "job_definition")
    own = Call("updateJobDefinition", path={"jobDefinitionId": COPY}, body={"name": "weekly"})
    for identity in (JOB, COPY):
        told.create(identity, group="both")
    name = "command.change.taken.name"
    told.tell(own, status, {"message": "x"}, requirement=name, expect="accepted", group="both")
    told.tell(own, 200, {"id": COPY}, requirement="command.change.sets.name")
    told.tell(own, 409, {"message": "x"}, requirement=name, expect="name_taken", group="both")
    assert expected == told.verdict(name)
