"""A job moves as fast as its pace says, waits for its input, and fails where it must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mockgen.course import taken, upcoming
from mockgen.world import with_resource
from tests.mockgen.rpc_scripts import batch_prediction

Make = Callable[..., Any]
JOB = batch_prediction("x")


def states(there: Any, reads: int) -> list[str]:
    """What a poller of job x sees in so many reads, one second apart."""
    return [there.call("GetBatchPrediction", {"BatchPredictionId": "x"}).body["Status"] for _ in range(reads)]


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        ("immediate", ["COMPLETED"] * 6),
        ("reads:1", ["PENDING", "INPROGRESS", *["COMPLETED"] * 4]),
        ("reads:2", ["PENDING"] * 2 + ["INPROGRESS"] * 2 + ["COMPLETED"] * 2),
        ("seconds:2", ["PENDING", *["INPROGRESS"] * 2, *["COMPLETED"] * 3]),
        ("manual", ["PENDING"] * 6),
    ],
)
def test_a_pace_decides_what_a_poller_sees(pace: str, expected: list[str], bench: Make) -> None:
    """Each kind of pace moves a job by its own measure and by nothing else."""
    there = bench("amazon_ml", pace=pace)
    there.call("CreateBatchPrediction", JOB)
    assert expected == states(there, 6)


def test_a_job_waits_for_its_upload(bench: Make) -> None:
    """However often it is read, a job that needs an upload stays where it is until that has come."""
    there = bench("datarobot", pace="immediate")
    body = {"deploymentId": "5f0000000000000000000001", "intakeSettings": {"type": "localFile"}}
    job = {"path": {"predictionJobId": there.call("createBatchPrediction", body).body["id"]}}
    assert ["INITIALIZING"] * 3 == [there.call("getBatchPrediction", **job).body["status"] for _ in range(3)]
    there.call("uploadCsv", b"age\n41\n", media_type="text/csv", **job)
    assert "COMPLETED" == there.call("getBatchPrediction", **job).body["status"]


def test_seconds_count_from_the_upload(bench: Make) -> None:
    """Time spent waiting for input does not count."""
    there = bench("datarobot", pace="seconds:5")
    body = {"deploymentId": "5f0000000000000000000001", "intakeSettings": {"type": "localFile"}}
    job = {"path": {"predictionJobId": there.call("createBatchPrediction", body).body["id"]}}
    there.now += 60
    there.call("uploadCsv", b"age\n41\n", media_type="text/csv", **job)
    assert "INITIALIZING" == there.call("getBatchPrediction", **job).body["status"]
    there.now += 5
    assert "RUNNING" == there.call("getBatchPrediction", **job).body["status"]


def test_a_failing_job_ends_in_its_failure(bench: Make) -> None:
    """A job that is to fail takes the failure instead of its last step."""
    there = bench("amazon_ml")
    there.call("CreateBatchPrediction", JOB)
    job = there.world.resources["batch_prediction", "x"]
    there.world = with_resource(there.world, replace(job, failing=True))
    assert ["PENDING", "INPROGRESS", "FAILED", "FAILED"] == states(there, 4)


def test_an_impossible_event_is_not_taken(bench: Make) -> None:
    """A final state has no next step, and an event that the table lacks leads nowhere."""
    there = bench("datarobot", pace="immediate")
    body = {
        "deploymentId": "5f0000000000000000000001",
        "intakeSettings": {"type": "dataset", "datasetId": "5f00000000000000000000d1"},
    }
    identity = there.call("createBatchPrediction", body).body["id"]
    there.call("getBatchPrediction", path={"predictionJobId": identity})
    life = there.contract.lifecycles["batch_prediction"]
    job = there.world.resources["batch_prediction", identity]
    assert (None, None) == (upcoming(life, job), taken(life, job, "abort", 0.0))
