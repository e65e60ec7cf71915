"""Tests of what a report tells of lifecycles: states, transitions and the timeline of each job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.history import History
from conformance.judging.view import View
from conformance.reports.courses import JOBS_MAX, POINTS_MAX, courses_json

NAME = "batch_prediction"


def course_of(told: Any) -> dict[str, Any]:
    """The course of the lifecycle that a story tells of."""
    rows = courses_json(View(told.contract, History(tuple(told.exchanges))))
    return next(row for row in rows if row["name"] == NAME)


def test_a_job_has_its_changes(story: Callable[..., Any]) -> None:
    """A job's line has the first and the last read of each stretch in one state, in seconds since the run began."""
    told = story("datarobot", NAME)
    told.create("a1")
    for state in ("INITIALIZING", "RUNNING", "RUNNING", "RUNNING", "COMPLETED"):
        told.get("a1", {"status": state})
    course = course_of(told)
    (job,) = course["jobs"]
    assert "a1" == job["id"]
    assert ["INITIALIZING", "RUNNING", "RUNNING", "COMPLETED"] == [point["state"] for point in job["points"]]
    assert [1.5, 2.5, 4.5, 5.5] == [point["at"] for point in job["points"]]
    assert ["INITIALIZING", "RUNNING", "COMPLETED"] == course["seen_states"]
    moves = [{"from": "INITIALIZING", "to": "RUNNING"}, {"from": "RUNNING", "to": "COMPLETED"}]
    assert moves == course["seen_transitions"]


def test_the_table_is_the_contracts(story: Callable[..., Any]) -> None:
    """States, final states and transitions are those of the contract, whatever was seen."""
    told = story("datarobot", NAME)
    course = course_of(told)
    assert told.life.initial == course["initial"]
    assert dict(told.life.final) == course["final"]
    assert {"from": "INITIALIZING", "event": "start", "to": "RUNNING"} in course["transitions"]
    assert ([], [], []) == (course["seen_states"], course["seen_transitions"], course["jobs"])


def test_reads_that_overlap_are_in_no_order(story: Callable[..., Any]) -> None:
    """Two reads that were under way together show no transition."""
    told = story("datarobot", NAME, gap=0.1)
    told.create("a1")
    told.get("a1", {"status": "RUNNING"})
    told.get("a1", {"status": "INITIALIZING"})
    assert [] == course_of(told)["seen_transitions"]


def test_undocumented_states_stand_as_they_were_spelled(story: Callable[..., Any]) -> None:
    """A state that nobody documents is shown as the target writes it, and is no state of the lifecycle."""
    told = story("datarobot", NAME)
    told.create("a1")
    told.get("a1", {"status": "<DREAMING>"})
    course = course_of(told)
    assert ["<DREAMING>"] == [point["state"] for point in course["jobs"][0]["points"]]
    assert [] == course["seen_states"]


def test_long_stories_are_bounded(story: Callable[..., Any]) -> None:
    """At most 60 jobs are shown, those that changed most, with at most 40 points each, the last one included."""
    told = story("datarobot", NAME)
    for number in range(JOBS_MAX + 5):
        told.create(f"job{number}")
        told.get(f"job{number}", {"status": "INITIALIZING"})
    for number in range(POINTS_MAX):
        told.get(f"job{JOBS_MAX + 4}", {"status": ("RUNNING", "INITIALIZING")[number % 2]})
    told.get(f"job{JOBS_MAX + 4}", {"status": "COMPLETED"})
    jobs = {job["id"]: job["points"] for job in course_of(told)["jobs"]}
    assert JOBS_MAX == len(jobs)
    points = jobs[f"job{JOBS_MAX + 4}"]
    assert (POINTS_MAX, "COMPLETED") == (len(points), points[-1]["state"])
