"""What changes, and what must not, on histories made by hand: each check kept once and broken once."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.plans.samples import write_place
from specs.contract import Place
from specs.message import Call

AML = ("amazon_ml", "batch_prediction")
MODELS = ("amazon_ml", "ml_model")
JOBS = ("datarobot", "batch_prediction")
RENAME = Call("UpdateBatchPrediction", body={"BatchPredictionId": "a", "BatchPredictionName": "new"})


@pytest.mark.parametrize(("expected", "name"), [("passed", "old"), ("failed", "")])
def test_a_member_that_a_command_does_not_name_stays(story: Any, expected: str, name: str) -> None:
    """A command that names the threshold only leaves the name, which it could have named too."""
    one = story(*MODELS)
    one.create("a", {"MLModelId": "a"})
    one.get("a", {"Status": "COMPLETED", "Name": "old", "ScoreThreshold": 0.5})
    call = Call("UpdateMLModel", body={"MLModelId": "a", "ScoreThreshold": 0.75})
    one.tell(call, requirement="command.change.sets.ScoreThreshold")
    one.get("a", {"Status": "COMPLETED", "Name": name, "ScoreThreshold": 0.75})
    assert expected == one.verdict("command.change.sets.ScoreThreshold")


def test_a_restless_member_is_not_blamed_on_the_command(story: Any) -> None:
    """A member that differed between two reads before the command was not changed by it."""
    one = story(*AML)
    one.create("a")
    for number in (1, 2):
        one.get("a", {"Status": "COMPLETED", "Name": "old", "Further": number})
    one.tell(RENAME, requirement="command.rename.sets.Name")
    one.get("a", {"Status": "COMPLETED", "Name": "new", "Further": 3})
    assert "passed" == one.verdict("command.rename.sets.Name")


@pytest.mark.parametrize(
    ("expected", "before", "after", "gap"),
    [
        ("passed", 1000.5, 1003.5, 1.0),
        ("failed", 1000.5, 1000.5, 1.0),
        ("inconclusive", 1000.5, 1000.5, 0.6),
        ("inconclusive", 1000, 1000, 0.6),
        ("failed", 1000, 1000, 3.0),
        ("inconclusive", None, 1000, 1.0),
    ],
)
def test_a_change_moves_the_time_of_the_last_one(
    story: Any, expected: str, before: Any, after: Any, gap: float
) -> None:
    """After a rename the time is a later one; a moment must lie between, a second and a half for whole seconds."""
    one = story(*AML, gap)
    one.create("a")
    one.get("a", {"Status": "COMPLETED", "LastUpdatedAt": before})
    one.tell(RENAME, requirement="command.rename.moves.LastUpdatedAt")
    one.get("a", {"Status": "COMPLETED", "LastUpdatedAt": after})
    assert expected == one.verdict("command.rename.moves.LastUpdatedAt")


@pytest.mark.parametrize(
    ("expected", "status", "name"), [("passed", 400, "old"), ("failed", 400, "new"), ("inconclusive", 200, "new")]
)
def test_a_refused_command_changes_nothing(story: Any, expected: str, status: int, name: str) -> None:
    """What was refused has no effect; what was accepted shows nothing about refusals."""
    one = story(*AML)
    one.create("a")
    one.get("a", {"Status": "COMPLETED", "Name": "old"})
    requirement = "command.rename.refused_changes_nothing.Name"
    code = "InvalidInputException" if status == 400 else None
    one.tell(RENAME, status, {}, code=code, requirement=requirement, expect="any")
    one.get("a", {"Status": "COMPLETED", "Name": name})
    assert expected == one.verdict(requirement).replace("warned", "failed")


@pytest.mark.parametrize(
    ("expected", "read", "second"),
    [("passed", 400, 200), ("failed", 200, 200), ("failed", 400, 400)],
)
def test_a_refused_creation_leaves_nothing(story: Any, expected: str, read: int, second: int) -> None:
    """The id of a refused creation is not found, and a right creation may have it."""
    one = story(*AML)
    one.create("z", {"BatchPredictionId": "z"}, requirement="")
    more = {"requirement": "refused_leaves_nothing", "expect": "any", "group": "refused"}
    one.create("a", {"BatchPredictionId": "a"}, status=400, code="InvalidInputException", **more)
    one.get("a", {"Status": "PENDING"}, status=read, code="ResourceNotFoundException", **more)
    code = "IdempotentParameterMismatchException" if second == 400 else None
    one.create("a", {"BatchPredictionId": "a"}, status=second, code=code, **more)
    assert expected == one.verdict("refused_leaves_nothing").replace("warned", "failed")


@pytest.mark.parametrize(
    ("expected", "new", "made"),
    [("passed", 0, "a"), ("passed", 1, "a"), ("failed", 3, "a"), ("inconclusive", 0, "other")],
)
def test_refused_creations_do_not_fill_the_list(story: Any, expected: str, new: int, made: str) -> None:
    """As many new items as creations were refused are no accident; a single one may be somebody else's.

    A list that does not show what was made shows nothing about what was refused.
    """
    one = story(*JOBS)
    one.create(made)
    more = {"requirement": "refused_leaves_nothing", "group": "refused"}
    one.list([{"id": "a", "status": "RUNNING"}], **more)
    for _ in range(3):
        one.create("", status=422, body={"message": "no"}, expect="any", **more)
    strangers = [{"id": f"s{number}", "status": "INITIALIZING"} for number in range(new)]
    one.list([{"id": "a", "status": "RUNNING"}, *strangers], **more)
    assert expected == one.verdict("refused_leaves_nothing").replace("warned", "failed")


@pytest.mark.parametrize(
    ("expected", "totals", "unseen"),
    [
        *(("passed", (40, last), 0) for last in (40, 41, None, 39)),
        ("failed", (40, 43), 0),
        ("passed", (40, 43), 1),
        ("failed", (40, 44), 1),
    ],
)
def test_a_list_that_counts_tells_what_its_page_does_not_show(
    story: Any, expected: str, totals: Any, unseen: int
) -> None:
    """A total that grows by as many as were refused says the same as new items, which may stand on a later page; a
    list that has not shown an own resource yet may count it in the meantime."""
    one = story(*JOBS)
    for name in ("a", "late")[: 1 + unseen]:
        one.create(name)
    more = {"requirement": "refused_leaves_nothing", "group": "refused"}
    for place, total in enumerate(totals):
        one.list([{"id": "a", "status": "RUNNING"}], **more)
        one.exchanges[-1].answer.body["totalCount"] = total
        for _ in range(3 if place == 0 else 0):
            one.create("", status=422, body={"message": "no"}, expect="any", **more)
    assert expected == one.verdict("refused_leaves_nothing").replace("warned", "failed")


@pytest.mark.parametrize(
    ("expected", "state", "second"), [("passed", "COMPLETED", 5), ("failed", "COMPLETED", 6), ("not_run", "RUNNING", 6)]
)
def test_what_was_measured_rests_at_the_end(story: Any, expected: str, state: str, second: int) -> None:
    """The time that a job took does not grow once it has ended."""
    one = story(*JOBS)
    one.create("a")
    for seconds in (5, second):
        one.get("a", {"id": "a", "status": state, "elapsedTimeSec": seconds})
    assert expected == one.verdict("field.elapsedTimeSec.rests").replace("warned", "failed")


@pytest.mark.parametrize(("expected", "shown"), [("passed", 0), ("passed", 1), ("failed", 1000), ("not_run", None)])
def test_an_elapsed_time_is_no_longer_than_the_life(story: Any, expected: str, shown: int | None) -> None:
    """Milliseconds that are given for seconds are more than there were."""
    one = story(*JOBS)
    one.create("a")
    one.get("a", {"id": "a", "status": "RUNNING", "elapsedTimeSec": shown})
    assert expected == one.verdict("field.elapsedTimeSec.is_in_seconds")


@pytest.mark.parametrize(("expected", "concurrent"), [("passed", 4), ("failed", 1)])
def test_a_copy_is_asked_for_as_its_original(story: Any, expected: str, concurrent: int) -> None:
    """A job that is made from another one has that one's settings."""
    one = story(*JOBS)
    one.create("a")
    one.get("a", {"id": "a", "status": "COMPLETED", "jobSpec": {"numConcurrent": 4, "unknown": 1}})
    copy = write_place(Call("createFromExisting"), Place("body", "/predictionJobId"), "a")
    where = "http://x/api/v2/batchPredictions/b/"
    one.tell(copy, 202, {"id": "b"}, requirement="command.copy.keeps", location=where)
    one.get("b", {"id": "b", "status": "INITIALIZING", "jobSpec": {"numConcurrent": concurrent}})
    assert expected == one.verdict("command.copy.keeps")
