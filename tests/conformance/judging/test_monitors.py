"""Laws over a resource's life, on histories made by hand: each kept once and broken once."""

from __future__ import annotations

from typing import Any

import pytest

import specs
from conformance.history import Case, Exchange, History
from conformance.judging.monitors import CHECKS, moment
from conformance.judging.view import View
from specs.message import Call

AML = ("amazon_ml", "batch_prediction")
JOBS = ("datarobot", "batch_prediction")
PERSONALIZE = ("amazon_personalize", "batch_inference_job")
DONE = {"BatchPredictionId": "a", "Status": "COMPLETED"}


def told(story: Any, which: tuple[str, str], *documents: dict[str, Any], said: dict[str, Any] | None = None) -> Any:
    """One resource `a`, created with `said`, then read once for each document."""
    one = story(*which)
    one.create("a", said)
    for document in documents:
        one.get("a", document)
    return one


@pytest.mark.parametrize(
    ("expected", "spelled"),
    [("passed", ["PENDING", "COMPLETED"]), ("failed", ["PENDING", "Completed"]), ("failed", [7])],
)
def test_a_state_is_spelled_as_documented(story: Any, expected: str, spelled: list[Any]) -> None:
    """Every state that a read shows is one of the documented ones."""
    assert expected == told(story, AML, *({"Status": one} for one in spelled)).verdict("known_state")


@pytest.mark.parametrize(
    ("variant", "spelled"),
    [
        ("CREATE PENDING and CREATE IN_PROGRESS", "CREATE PENDING"),
        ("PENDING and IN PROGRESS", "PENDING"),
        ("", "ACTIVE"),
    ],
)
def test_a_disputed_spelling_names_its_variant(story: Any, variant: str, spelled: str) -> None:
    """Where sources disagree the finding says which one the target follows."""
    assert variant == told(story, PERSONALIZE, {"status": spelled}).finding("known_state").variant


@pytest.mark.parametrize(
    ("path", "final", "states"),
    [
        ("passed", "not_run", ["PENDING", "INPROGRESS", "COMPLETED"]),
        ("passed", "passed", ["COMPLETED", "COMPLETED"]),
        ("failed", "not_run", ["INPROGRESS", "PENDING"]),
        ("passed", "failed", ["COMPLETED", "FAILED"]),
        ("passed", "failed", ["COMPLETED", "PENDING"]),
        ("passed", "failed", ["COMPLETED", "DELETED"]),
        ("not_run", "not_run", ["no such state"]),
    ],
)
def test_states_follow_each_other_as_documented(story: Any, path: str, final: str, states: list[str]) -> None:
    """States may be skipped but not taken back, and a final state is left by nobody but this run."""
    one = told(story, AML, *({"Status": state} for state in states))
    assert (path, final) == (one.verdict("legal_path"), one.verdict("terminal_is_final"))


@pytest.mark.parametrize(("expected", "status"), [("passed", 200), ("passed", 500), ("failed", 400)])
def test_a_command_of_this_run_may_end_a_final_state(story: Any, expected: str, status: int) -> None:
    """After a delete that was not cleanly refused, DELETED may follow COMPLETED."""
    one = told(story, AML, DONE, DONE)
    one.tell(Call("DeleteBatchPrediction", body={"BatchPredictionId": "a"}), status)
    one.get("a", {**DONE, "Status": "DELETED"})
    assert expected == one.verdict("terminal_is_final")


def test_reads_that_overlap_are_not_compared(story: Any) -> None:
    """Of two reads under way together nobody knows which one saw the resource first."""
    one = told(story, AML, {"Status": "INPROGRESS"}, {"Status": "PENDING"})
    one.change(3, sent_at=one.exchanges[1].sent_at)
    assert "passed" == one.verdict("legal_path")


def test_a_sub_resource_begins_anew_with_each_creation(story: Any) -> None:
    """An endpoint may be mounted again after it was taken away, and only then."""
    one = story("amazon_ml", "realtime_endpoint")
    one.create("m")
    one.get("m", {"EndpointStatus": "READY"})
    one.tell(Call("DeleteRealtimeEndpoint", body={"MLModelId": "m"}))
    one.get("m", {"EndpointStatus": "NONE"})
    one.create("m")
    one.get("m", {"EndpointStatus": "UPDATING"})
    assert ("passed", "not_run") == (one.verdict("legal_path"), one.verdict("terminal_is_final"))
    one.get("m", {"EndpointStatus": "READY"})
    one.get("m", {"EndpointStatus": "UPDATING"})
    assert "failed" == one.verdict("terminal_is_final")


@pytest.mark.parametrize(("expected", "last"), [("passed", "COMPLETED"), ("inconclusive", "INPROGRESS")])
def test_patience_that_ends_decides_nothing(story: Any, expected: str, last: str) -> None:
    """A job that was waited for and is not final yet is no failure."""
    one = story(*AML)
    one.create("a")
    one.get("a", {"Status": last}, requirement="reaches_final_state")
    assert expected == one.verdict("reaches_final_state")


@pytest.mark.parametrize(
    ("expected", "said", "shown"),
    [
        ("passed", {"jobInput": {"path": "x"}}, {"jobInput": {"path": "x", "more": None}}),
        ("failed", {"jobInput": {"path": "x"}}, {"jobInput": {"path": "y"}}),
        ("not_run", {"jobInput": {"path": "x"}}, {}),
        ("not_run", {}, {"jobInput": {"path": "x"}}),
        ("inconclusive", {"jobInput": " x "}, {"jobInput": "x"}),
        ("failed", {"jobInput": " x "}, {"jobInput": "X"}),
        ("failed", {"jobInput": "x"}, {"jobInput": " x "}),
    ],
)
def test_a_member_repeats_the_request(story: Any, expected: str, said: dict[str, Any], shown: dict[str, Any]) -> None:
    """A member that echoes shows what was asked for; more members are allowed."""
    one = told(story, PERSONALIZE, {"status": "ACTIVE", **shown}, said=said)
    assert expected == one.verdict("field.jobInput.echoes")


@pytest.mark.parametrize(
    ("expected", "said", "shown"),
    [
        ("passed", {}, {"batchInferenceJobMode": "BATCH_INFERENCE"}),
        ("failed", {}, {"batchInferenceJobMode": "THEME_GENERATION"}),
        ("failed", {}, {}),
        ("not_run", {"batchInferenceJobMode": "BATCH_INFERENCE"}, {"batchInferenceJobMode": "BATCH_INFERENCE"}),
    ],
)
def test_a_member_shows_its_documented_default(
    story: Any, expected: str, said: dict[str, Any], shown: dict[str, Any]
) -> None:
    """What the request leaves out has its default; what it says is the echo's business."""
    one = told(story, PERSONALIZE, {"status": "ACTIVE", **shown}, said=said)
    assert expected == one.verdict("field.batchInferenceJobMode.default")


def test_a_member_that_no_schema_requires_must_be_shown(story: Any) -> None:
    """A missing member is the schema's business where the schema requires it, else the echo's."""
    one = told(story, PERSONALIZE, {"status": "ACTIVE"}, said={"filterArn": "x", "jobName": "j"})
    assert ("failed", "not_run") == (one.verdict("field.filterArn.echoes"), one.verdict("field.jobName.echoes"))


def test_a_creation_with_other_parameters_ends_the_evidence(story: Any) -> None:
    """A server that wrongly takes a second creation is not blamed for what the resource shows afterwards."""
    one = told(story, PERSONALIZE, {"status": "ACTIVE", "jobName": "j"}, said={"jobName": "j"})
    one.create("a", {"jobName": "k"})
    one.get("a", {"status": "ACTIVE", "jobName": "k"})
    assert "passed" == one.verdict("field.jobName.echoes")


LAWS: list[tuple[str, str, str, list[dict[str, Any]]]] = [
    ("amazon_ml", "field.CreatedAt.constant", "passed", [{"CreatedAt": 1}, {"CreatedAt": 1.0}]),
    ("amazon_ml", "field.CreatedAt.constant", "passed", [{"CreatedAt": 1}, {}, {"CreatedAt": 1}]),
    ("amazon_ml", "field.CreatedAt.constant", "failed", [{"CreatedAt": 1}, {"CreatedAt": 2}]),
    ("amazon_ml", "field.CreatedAt.constant", "inconclusive", [{"CreatedAt": 1}]),
    ("amazon_ml", "field.StartedAt.set_once", "passed", [{}, {"StartedAt": 1}, {"StartedAt": 1}]),
    ("amazon_ml", "field.StartedAt.set_once", "failed", [{"StartedAt": 1}, {"StartedAt": 2}]),
    ("amazon_ml", "field.LastUpdatedAt.never_decreases", "passed", [{"LastUpdatedAt": 1}, {"LastUpdatedAt": 2}]),
    ("amazon_ml", "field.LastUpdatedAt.never_decreases", "failed", [{"LastUpdatedAt": 2}, {"LastUpdatedAt": 1}]),
    ("amazon_ml", "field.LastUpdatedAt.never_decreases", "not_run", [{"LastUpdatedAt": []}, {"LastUpdatedAt": {}}]),
    ("amazon_ml", "field.InvalidRecordCount.at_most", "passed", [{"InvalidRecordCount": 1, "TotalRecordCount": 1}]),
    ("amazon_ml", "field.InvalidRecordCount.at_most", "failed", [{"InvalidRecordCount": 2, "TotalRecordCount": 1}]),
    ("amazon_ml", "field.FinishedAt.present_in", "passed", [{"FinishedAt": 1}]),
    ("amazon_ml", "field.FinishedAt.present_in", "failed", [{}]),
    ("amazon_ml", "field.FinishedAt.present_in", "failed", [{"FinishedAt": None}]),
    ("amazon_ml", "field.ComputeTime.absent_in", "passed", [{"Status": "PENDING"}]),
    ("amazon_ml", "field.ComputeTime.absent_in", "failed", [{"Status": "PENDING", "ComputeTime": 3}]),
    ("datarobot", "field.logs.only_grows", "passed", [{"logs": ["a"]}, {"logs": ["a", "b"]}]),
    ("datarobot", "field.logs.only_grows", "failed", [{"logs": ["a"]}, {"logs": ["b", "a"]}]),
    (
        "datarobot",
        "field.links.download.null_until",
        "passed",
        [{"status": "INITIALIZING", "links": {"download": None}}],
    ),
    (
        "datarobot",
        "field.links.download.null_until",
        "warned",
        [{"status": "INITIALIZING", "links": {"download": "x"}}],
    ),
    ("datarobot", "field.links.download.null_until", "not_run", [{"links": {"download": "x"}}]),
    ("datarobot", "field.id.constant", "failed", [{"id": "b"}]),
    ("datarobot", "field.id.constant", "passed", [{"id": "a"}]),
]


@pytest.mark.parametrize(("vendor", "law", "expected", "documents"), LAWS)
def test_a_field_keeps_its_law(
    story: Any, vendor: str, law: str, expected: str, documents: list[dict[str, Any]]
) -> None:
    """Each law of a field is judged on what reads of one resource show."""
    base = {"amazon_ml": {"Status": "COMPLETED"}, "datarobot": {"status": "COMPLETED"}}[vendor]
    assert expected == told(story, (vendor, "batch_prediction"), *({**base, **row} for row in documents)).verdict(law)


def test_a_law_is_silent_where_the_state_went_back(story: Any) -> None:
    """A counter that falls together with the state is the path's failure alone."""
    one = told(story, JOBS, {"status": "RUNNING", "scoredRows": 4}, {"status": "INITIALIZING", "scoredRows": 0})
    assert ("failed", "not_run") == (one.verdict("legal_path"), one.verdict("field.scoredRows.never_decreases"))


def test_documents_of_another_resource_count_for_nothing(story: Any) -> None:
    """What names another identity is left to the requirement about identities."""
    stranger = {"id": "b", "status": "INITIALIZING", "scoredRows": 0}
    one = told(story, JOBS, {"id": "a", "status": "COMPLETED", "scoredRows": 4}, stranger)
    assert ("not_run", "failed") == (one.verdict("field.scoredRows.never_decreases"), one.verdict("field.id.constant"))


def test_seeded_resources_are_watched_too(story: Any) -> None:
    """A resource that nobody created keeps its laws as well."""
    one = story("amazon_ml", "ml_model")
    one.get("m", {"MLModelId": "m", "Status": "COMPLETED", "CreatedAt": 1})
    one.get("m", {"MLModelId": "m", "Status": "COMPLETED", "CreatedAt": 2})
    assert "failed" == one.verdict("field.CreatedAt.constant")


@pytest.mark.parametrize("check", sorted(CHECKS))
@pytest.mark.parametrize("body", [{}, [], "<html>", None, {"BatchPredictionId": [], "Status": {}}])
def test_no_law_passes_on_a_server_that_says_nothing(story: Any, check: str, body: Any) -> None:
    """A target that accepts everything and shows nothing gives no positive evidence."""
    one = story(*AML)
    one.create("a", body=body)
    for _ in range(2):
        one.get("a", body=body)
    rows = [row for row in one.contract.requirements.values() if row.check == check and row.origin == "lifecycle"]
    view = View(one.contract, History(tuple(one.exchanges)))
    assert [] == [found for row in rows for found in CHECKS[check](view, row) if found.verdict.name == "passed"]


@pytest.mark.parametrize(
    ("expected", "value"),
    [(3.0, 3), (None, True), (None, "soon"), (1767225600.0, "2026-01-01T00:00:00Z"), (None, 10**400), (None, [])],
)
def test_a_moment_is_a_number_or_a_time(expected: float | None, value: Any) -> None:
    """Numbers and RFC 3339 times can be compared, nothing else."""
    assert expected == moment(value)


def test_an_empty_history_shows_nothing() -> None:
    """Without exchanges no law has a finding."""
    contract = specs.load("amazon_ml")
    exchanges: tuple[Exchange, ...] = ()
    rows = [row for row in contract.requirements.values() if row.check in CHECKS]
    assert [] == [found for row in rows for found in CHECKS[row.check](View(contract, History(exchanges)), row)]


@pytest.mark.parametrize(("expected", "requirement"), [("failed", ""), ("not_run", "schedules_take_names")])
def test_another_way_to_say_a_thing_may_be_shown_in_the_usual_one(story: Any, expected: str, requirement: str) -> None:
    """A request that tries a documented form proves nothing about how a server shows it."""
    one = story("datarobot", "job_definition")
    said, shown = ({"month": [month]} for month in ("jul", 7))
    one.create("d", {"name": "n", "schedule": said})
    case = Case("relation", f"datarobot.createJobDefinition.{requirement}", "", ("accepted",))
    one.change(1, case=case)
    one.get("d", {"id": "d", "name": "n", "schedule": shown})
    assert expected == one.verdict("field.schedule.echoes")
