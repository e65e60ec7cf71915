"""Commands that were tried on resources on purpose, on histories made by hand: each check kept once and broken once."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.plans.samples import write_place
from specs.message import Call

AML = ("amazon_ml", "batch_prediction")
JOBS = ("datarobot", "batch_prediction")
NOT_FOUND = {"status": 400, "code": "ResourceNotFoundException"}


def abort(identity: str = "a") -> Call:
    """A call that aborts a job."""
    return Call("abortBatchPrediction", path={"predictionJobId": identity})


def deleted(story: Any, last: dict[str, Any], before: str = "COMPLETED", status: int = 200) -> Any:
    """A job that was deleted in a state; `last` is what the read after it gets."""
    one = story(*AML)
    one.create("a")
    one.get("a", {"Status": before})
    call = Call("DeleteBatchPrediction", body={"BatchPredictionId": "a"})
    one.tell(call, status, requirement="command.delete.takes_effect")
    one.get("a", **last)
    return one


@pytest.mark.parametrize(
    ("expected", "last", "before", "status"),
    [
        ("passed", {"document": {"Status": "DELETED"}}, "COMPLETED", 200),
        ("failed", {"document": {"Status": "COMPLETED"}}, "COMPLETED", 200),
        ("failed", NOT_FOUND, "COMPLETED", 200),
        ("failed", {"document": {"Status": "COMPLETED"}}, "COMPLETED", 400),
        ("inconclusive", {"document": {"Status": "INPROGRESS"}}, "INPROGRESS", 400),
        ("inconclusive", {"document": {"Status": "FAILED"}}, "COMPLETED", 200),
        ("inconclusive", {"status": 500}, "COMPLETED", 200),
        ("inconclusive", {"document": {"Status": "COMPLETED"}}, "COMPLETED", 429),
    ],
)
def test_an_accepted_command_shows_its_effect(
    story: Any, expected: str, last: dict[str, Any], before: str, status: int
) -> None:
    """A delete where it is allowed is accepted and leads to DELETED."""
    assert expected == deleted(story, last, before, status).verdict("command.delete.takes_effect")


DEFINITION = ("datarobot", "job_definition")


@pytest.mark.parametrize(
    ("expected", "statuses"),
    [("passed", [404]), ("passed", [404, 404]), ("failed", [200]), ("failed", [404, 200]), ("inconclusive", [500])],
)
def test_what_was_deleted_does_not_come_back(story: Any, expected: str, statuses: list[int]) -> None:
    """A resource that ceases to exist is not found at once, and not found at the end of the run."""
    one = story(*DEFINITION)
    one.create("a")
    one.get("a", {"id": "a"})
    law = "command.delete.takes_effect"
    one.tell(Call("deleteJobDefinition", path={"jobDefinitionId": "a"}), 204, requirement=law)
    for status in statuses:
        one.tell(Call("getJobDefinition", path={"jobDefinitionId": "a"}), status, {"id": "a"}, requirement=law)
    assert expected == one.verdict(law)


@pytest.mark.parametrize(
    ("expected", "last", "status"),
    [
        ("passed", "CREATE STOPPED", 200),
        ("passed", "CREATE STOPPING", 200),
        ("failed", "ACTIVE", 200),
        ("inconclusive", "CREATE IN_PROGRESS", 200),
        ("inconclusive", "CREATE FAILED", 200),
        ("inconclusive", "ACTIVE", 400),
        ("inconclusive", "CREATE STOPPING", 400),
        ("failed", "CREATE PENDING", 400),
        ("failed", "CREATE IN_PROGRESS", 400),
    ],
)
def test_a_command_at_once_leads_where_it_leads_from_some_state(
    story: Any, expected: str, last: str, status: int
) -> None:
    """A stop that is accepted before anybody read the state ends in one of its targets, not in success; one that is
    refused while the resource is still on its way has no excuse."""
    one = story("amazon_personalize", "solution_version")
    one.create("a")
    call = Call("StopSolutionVersionCreation", body={"solutionVersionArn": "a"})
    one.tell(call, status, code="ResourceInUseException", requirement="command.stop.takes_effect")
    one.get("a", {"status": last})
    assert expected == one.verdict("command.stop.takes_effect")


@pytest.mark.parametrize(
    ("expected", "status", "state"),
    [
        ("passed", 202, "ABORTED"),
        ("inconclusive", 409, "COMPLETED"),
        ("failed", 409, "INITIALIZING"),
        ("failed", 409, "RUNNING"),
        ("failed", 422, "COMPLETED"),
        ("inconclusive", 409, None),
    ],
)
def test_a_job_may_end_before_its_abort(story: Any, expected: str, status: int, state: str | None) -> None:
    """A creation that shows a job on its way does not prove that an abort came in time: what is read next may, and a
    refusal that is not the documented one has no excuse."""
    one = story("datarobot", "batch_job")
    one.create("a", location="http://x/api/v2/batchJobs/a/", body={"status": "INITIALIZING"}, status=202)
    law = "command.abort.takes_effect"
    one.tell(Call("abortBatchJob", path={"batchJobId": "a"}), status, requirement=law)
    if state is not None:
        one.get("a", {"status": state})
    assert expected == one.verdict(law)


@pytest.mark.parametrize(
    ("expected", "states", "status"),
    [
        ("passed", ("COMPLETED", "COMPLETED"), 409),
        ("failed", ("COMPLETED", "COMPLETED"), 202),
        ("failed", ("ABORTED", "ABORTED"), 422),
        ("inconclusive", ("RUNNING", "COMPLETED"), 409),
        ("inconclusive", ("RUNNING", "RUNNING"), 409),
    ],
)
def test_a_command_outside_of_its_states_is_refused(
    story: Any, expected: str, states: tuple[str, str], status: int
) -> None:
    """An abort of a job that is certainly finished is a conflict."""
    one = story(*JOBS)
    one.create("b")
    one.tell(abort("b"), 202)
    one.create("a")
    one.get("a", {"status": states[0]})
    one.tell(abort(), status, requirement="command.abort.refused", expect="conflict")
    one.get("a", {"status": states[1]})
    assert expected == one.verdict("command.abort.refused")


def test_an_undocumented_refusal_is_reported(story: Any) -> None:
    """Where no source says what a command gets, the finding tells what it got and never fails."""
    one = deleted(story, {"document": {"Status": "DELETED"}}, "DELETED")
    one.exchanges[2] = one.tell(
        Call("DeleteBatchPrediction", body={"BatchPredictionId": "a"}), 200, requirement="command.delete.refused"
    )
    one.get("a", {"Status": "DELETED"})
    found = one.finding("command.delete.refused")
    assert ("passed", "accepted (status 200)") == (found.verdict.name, found.got)


@pytest.mark.parametrize(
    ("expected", "document"),
    [
        ("passed", {"Name": "new", "LogUri": "x"}),
        ("failed", {"Name": "old", "LogUri": "x"}),
        ("failed", {"Name": "new", "LogUri": "y"}),
        ("failed", {"Name": "new", "LogUri": "https://logs/b?Signature=1"}),
        ("passed", {"Name": "new", "LogUri": "https://logs/a?Signature=2"}),
    ],
)
def test_a_command_sets_what_it_says_and_nothing_else(story: Any, expected: str, document: dict[str, Any]) -> None:
    """After a rename the name is new and the other members are as before; a link may be signed anew."""
    one = story(*AML)
    one.create("a")
    held = "https://logs/a?Signature=1" if document["LogUri"].startswith("https") else "x"
    one.get("a", {"Status": "COMPLETED", "Name": "old", "LogUri": held})
    call = Call("UpdateBatchPrediction", body={"BatchPredictionId": "a", "BatchPredictionName": "new"})
    one.tell(call, requirement="command.rename.sets.Name")
    one.get("a", {"Status": "COMPLETED", **document})
    assert expected == one.verdict("command.rename.sets.Name")


@pytest.mark.parametrize(("expected", "others"), [("failed", 0), ("inconclusive", 1)])
def test_what_another_command_took_away_is_not_missed(story: Any, expected: str, others: int) -> None:
    """A resource that is not found shows no effect, and nothing else either once a second command was accepted."""
    one = story(*AML)
    one.create("a")
    one.get("a", {"Status": "COMPLETED"})
    call = Call("DeleteBatchPrediction", body={"BatchPredictionId": "a"})
    one.tell(call, 200, requirement="command.delete.takes_effect")
    for _ in range(others):
        one.tell(call, 200)
    one.get("a", **NOT_FOUND)
    assert expected == one.verdict("command.delete.takes_effect")


@pytest.mark.parametrize(
    ("expected", "changed"),
    [
        ("passed", {"nextScheduledRunTime": "2026-01-01T00:00:00Z"}),  # follows from the schedule
        ("passed", {"revision": 2}),  # no document names it
        ("failed", {"batchPredictionJob": {"deploymentId": "other"}}),
    ],
)
def test_what_follows_from_a_change_may_change(story: Any, expected: str, changed: dict[str, Any]) -> None:
    """Members that the contract lets vary, and those that it does not know, do not count as changed."""
    one = story("datarobot", "job_definition")
    before = {"name": "old", "nextScheduledRunTime": None, "revision": 1, "batchPredictionJob": {"deploymentId": "d"}}
    one.create("a")
    one.get("a", {"id": "a", **before})
    command = one.life.commands["change"]
    call = write_place(Call(command.operation, body={"name": "new"}), command.identity, "a")
    one.tell(call, requirement="command.change.sets.name")
    one.get("a", {"id": "a", **before, "name": "new", **changed})
    assert expected == one.verdict("command.change.sets.name")


@pytest.mark.parametrize(("expected", "shown"), [("passed", " n "), ("inconclusive", "n"), ("failed", " N ")])
def test_a_command_may_lose_the_blanks_at_the_ends_of_a_text(story: Any, expected: str, shown: str) -> None:
    """No source says whether a name is kept with the blanks around it; everything else of it is kept."""
    one = story("datarobot", "job_definition")
    one.create("a")
    one.get("a", {"id": "a", "name": "old"})
    command = one.life.commands["change"]
    call = write_place(Call(command.operation, body={"name": " n "}), command.identity, "a")
    one.tell(call, requirement="command.change.sets.name")
    one.get("a", {"id": "a", "name": shown})
    assert expected == one.verdict("command.change.sets.name")


@pytest.mark.parametrize(("expected", "anew"), [("failed", False), ("inconclusive", True)])
def test_a_name_that_is_made_anew_has_another_life(story: Any, expected: str, anew: bool) -> None:
    """What the next resource of the same name shows says nothing about a command to the one before."""
    one = story(*AML)
    one.create("a", {"BatchPredictionId": "a"})
    one.get("a", {"Status": "COMPLETED"})
    one.tell(Call("DeleteBatchPrediction", body={"BatchPredictionId": "a"}), requirement="command.delete.takes_effect")
    if anew:
        one.create("a", {"BatchPredictionId": "a"})
    one.get("a", {"Status": "PENDING" if anew else "COMPLETED"})
    assert expected == one.verdict("command.delete.takes_effect")


def test_a_name_that_is_made_anew_has_left_its_final_state_behind(story: Any) -> None:
    """DELETED stays DELETED, until the same request makes another one of the name."""
    one = story(*AML)
    one.create("a", {"BatchPredictionId": "a"})
    one.tell(Call("DeleteBatchPrediction", body={"BatchPredictionId": "a"}))
    one.get("a", {"Status": "DELETED"})
    one.get("a", {"Status": "DELETED"})
    one.create("a", {"BatchPredictionId": "a"})
    one.get("a", {"Status": "PENDING"})
    assert "passed" == one.verdict("terminal_is_final")
    one.exchanges.pop(4)
    assert "failed" == one.verdict("terminal_is_final")
