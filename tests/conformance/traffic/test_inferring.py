"""Inference: what a recorded request was, and that nothing follows from what a recording does not show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import specs
from conformance.traffic.inferring import history_of
from conformance.traffic.recording import Entry
from specs.message import Answer, Call, HttpRequest, HttpResponse
from specs.wire import WIRES
from tests.conformance.traffic.recordings import URL, entries_of, verdicts_of
from tests.zoo.trials import blamed, trial

DR = specs.load("datarobot")
BODY = {"deploymentId": "5f0000000000000000000002"}
JOB, OTHER_JOB = "65f0c1aa0000000000000001", "65f0c1aa0000000000000002"
CHUNK = "datarobot.createBatchPrediction.request.chunkSize.maximum"
VALID = "datarobot.createBatchPrediction.valid_request_is_accepted"
RIGHTS = "datarobot.createBatchPrediction.missing_credentials_are_refused"


def entry(call: Call, answer: Answer, at: float = 0.0, *, logged_in: bool = True) -> Entry:
    """What a recorder wrote down of one call; it took 10 ms."""
    wire = WIRES[DR.wire]
    request, response = wire.encode_request(DR, call), wire.encode_answer(DR, answer, "r")
    return Entry(URL, request, response, None, at, at + 0.01, logged_in=logged_in)


def create(at: float = 0.0, status: int = 202, *, logged_in: bool = True, **body: object) -> Entry:
    """A creation and its answer; the one at the start makes one job, all others another."""
    job = OTHER_JOB if at else JOB
    document = {"id": job, "status": "INITIALIZING", "links": {}}
    location = (("Location", f"{URL}/api/v2/batchPredictions/{job}/"),)
    shown = Answer(status, location, document if status == 202 else {"message": "no"})
    return entry(Call("createBatchPrediction", body=BODY | body), shown, at, logged_in=logged_in)


def read(at: float, state: str) -> Entry:
    """A read that shows a state; an empty one stands for not found."""
    call = Call("getBatchPrediction", path={"predictionJobId": JOB})
    found = {"id": JOB, "status": state}
    return entry(call, Answer(200, (), found) if state else Answer(404, (), {"message": "no"}), at)


def names(place: str) -> str:
    """The id of a law of the job."""
    return f"datarobot.lifecycle.batch_prediction.{place}"


def verdict(requirement: str, *entries: Entry, alone: bool = False, live: bool = False) -> str:
    """What a recording says about a requirement."""
    return verdicts_of(DR, entries, alone=alone, live=live)[requirement]


def failed(*entries: Entry) -> set[str]:
    """What a recording blames on the server."""
    return {name for name, found in verdicts_of(DR, entries, alone=True).items() if found == "failed"}


@pytest.mark.parametrize(
    ("status", "chunk", "expected"),
    [(202, 41943041, "failed"), (422, 41943041, "passed"), (409, 41943041, "not_run"), (500, 41943041, "not_run")],
)
def test_a_broken_limit(status: int, chunk: int, expected: str) -> None:
    """A call that breaks one limit fails it when accepted and proves it when refused so; other answers say nothing."""
    assert expected == verdict(CHUNK, create(), create(1.0, status, chunkSize=chunk))


def test_several_broken_limits_blame_none() -> None:
    """A call that breaks two limits says nothing about either."""
    assert "not_run" == verdict(CHUNK, create(), create(1.0, chunkSize=41943041, maxExplanations=-1))


def test_a_refused_valid_call_is_not_blamed() -> None:
    """A valid call that was refused may have been refused for a reason that nobody recorded."""
    assert "not_run" == verdict(VALID, create(0.0, 422))
    assert set() == failed(create(0.0, 422))


def test_an_accepted_valid_call_passes() -> None:
    """A valid call that was accepted shows that valid calls are."""
    assert "passed" == verdict(VALID, create())


def test_missing_credentials_count_only_where_credentials_are_recorded() -> None:
    """A recorder that hides credentials everywhere hides them here too; a live record, and a login beside it, tell."""
    open_to_all = create(1.0, logged_in=False)
    assert "not_run" == verdict(RIGHTS, create(logged_in=False), open_to_all)
    assert "failed" == verdict(RIGHTS, create(), open_to_all)
    assert "failed" == verdict(RIGHTS, create(), open_to_all, live=True)


@pytest.mark.parametrize(("expected", "status"), [("inconclusive", 409), ("not_run", 401), ("not_run", 429)])
def test_a_command_is_not_judged_by_what_is_said_of_rights(expected: str, status: int) -> None:
    """A command outside of its states that had no credentials, or came too fast, tells nothing about its state."""
    abort = Call("abortBatchPrediction", path={"predictionJobId": JOB})
    last = entry(abort, Answer(status, (), {"message": "no"}), 2.0)
    rows = (create(), read(1.0, "RUNNING"), entry(abort, Answer(202, (), None), 1.2), read(1.4, "ABORTED"), last)
    assert expected == verdict(names("command.abort.refused"), *rows, alone=True)


def test_a_command_after_another_one_is_not_judged_by_an_old_state() -> None:
    """What was seen before an accepted command says nothing about the state in which the next one comes."""
    abort = Call("abortBatchPrediction", path={"predictionJobId": JOB})
    first = entry(abort, Answer(202, (), None), 2.0)
    later = entry(abort, Answer(404, (), {"message": "no"}), 3.0)
    history = history_of(DR, (create(), read(1.0, "COMPLETED"), first, later), URL, alone=True, live=False)
    served = [row.case.requirement for row in history.exchanges if row.operation == abort.operation and row.case]
    assert [names("command.abort.refused"), ""] == served


def test_a_path_is_judged() -> None:
    """States that no path connects fail, whoever polls."""
    assert "failed" == verdict(names("legal_path"), create(), read(1.0, "RUNNING"), read(2.0, "INITIALIZING"))


def test_overlapping_reads_say_nothing_about_order() -> None:
    """Without durations nobody knows which of two answers was made first."""
    late = [replace(row, received_at=None) for row in (read(1.0, "RUNNING"), read(2.0, "INITIALIZING"))]
    assert "failed" != verdict(names("legal_path"), create(), *late)


def test_what_others_may_have_done_is_no_fault() -> None:
    """A resource that is gone after an hour was perhaps deleted by somebody else; a minute after it was made, not."""
    rows = (create(), read(3600.0, ""))
    assert "failed" != verdict(names("readable_after_create"), *rows)
    assert "failed" == verdict(names("readable_after_create"), *rows, alone=True)
    assert "failed" == verdict(names("readable_after_create"), create(), read(50.0, ""))


@pytest.mark.parametrize(
    "change",
    [
        {"complete": False},
        {"request": HttpRequest("GET", "/api/v2/batchPredictions/?limit=1", (("If-None-Match", '"1"'),))},
        {"request": HttpRequest("OPTIONS", "/api/v2/batchPredictions/")},
        {"response": None, "failure": "not_recorded: x"},
        {"response": HttpResponse(502, (("Content-Type", "text/html"),), b"<html>")},
    ],
)
def test_what_is_not_known_fails_nothing(change: dict[str, Any]) -> None:
    """Requests that are not whole or ask for less, and answers of somebody in between, fail nothing."""
    odd = replace(create(1.0, chunkSize=41943041), **change)
    assert verdict(CHUNK, create(), create(1.0, chunkSize=41943041)) == "failed"
    assert failed(create()) == failed(create(), odd)


@pytest.mark.parametrize("alone", [True, False])
def test_a_right_server_is_not_blamed(alone: bool) -> None:
    """All that the suite itself sends, hostile requests included, fails nothing when it is read as a recording."""
    found = verdicts_of(specs.load("spice"), entries_of(trial("spice")), alone=alone)
    assert {"passed", "not_run", "inconclusive"} >= set(found.values())
    assert list(found.values()).count("passed") > len(found) / 2


def test_a_fault_is_blamed_as_in_a_run() -> None:
    """A run and its recording blame the same requirement for a planted fault."""
    report = trial("spice", "relax:constraint=spice.post_batch_predict.request.predictions.items.model_name.required")
    found = verdicts_of(specs.load("spice"), entries_of(report), alone=False)
    assert set(blamed(report)) == {name for name, one in found.items() if one == "failed"}
