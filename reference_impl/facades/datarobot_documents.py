"""A batch prediction job as clients see it: status, counters, log lines and links, all derived from one stored record.

Nothing here is stored: a log line is its time and its text, so a restarted server shows the same log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from reference_impl.engine.store import CANCELLED, DONE, FAILED, OPEN, QUEUED, RUNNING, WAITING, Job

STATUS = {
    WAITING: "INITIALIZING",
    QUEUED: "INITIALIZING",
    RUNNING: "RUNNING",
    DONE: "COMPLETED",
    CANCELLED: "ABORTED",
    FAILED: "FAILED",
}
OWNER: Mapping[str, Any] = {
    "fullName": "Local User",
    "userId": "5f0000000000000000000a01",
    "username": "user@example.com",
}
ENDINGS = {DONE: "Job done processing", CANCELLED: "Aborted", FAILED: "Job failed"}


def address(base_url: str, base_path: str, job: Job) -> str:
    """The job's own URL. The last slash matters: clients read the id from the last segment but one."""
    return f"{base_url}{base_path}/batchPredictions/{job.id}/"


def document(job: Job, url: str, now: float) -> dict[str, Any]:
    """The job object. `url` is its address, `now` in seconds since the epoch."""
    spec, progress = dict(job.request), job.progress
    logs = log_lines(job)
    local_output = spec["outputSettings"].get("type", "localFile") == "localFile"
    links: dict[str, Any] = {"self": url, "download": None}
    if spec["intakeSettings"].get("type", "localFile") == "localFile":
        links["csvUpload"] = url + "csvUpload/"
    if local_output and job.state in (RUNNING, DONE):
        links["download"] = url + "download/"
    end = job.finished_at if job.finished_at is not None else now
    waiting = job.state in (WAITING, QUEUED)
    return {
        "id": job.id,
        "status": STATUS[job.state],
        "statusDetails": logs[-1],
        "percentageCompleted": _percentage(job),
        "elapsedTimeSec": max(0, int(end - job.started_at)) if job.started_at is not None else 0,
        "created": _moment(job.created_at).isoformat(),
        "createdBy": OWNER,
        "queued": waiting,
        "queuePosition": 0 if waiting else None,
        "hidden": None,
        "resultsDeleted": False,
        "source": "API",
        "scoredRows": progress.get("scored", 0),
        "failedRows": progress.get("failed", 0),
        "skippedRows": 0,
        "jobIntakeSize": job.details.get("intake_bytes"),
        "jobOutputSize": None if waiting else progress.get("position", {}).get("written", 0),
        "logs": logs,
        "links": links,
        "jobSpec": spec,
    }


def log_lines(job: Job) -> list[str]:
    """What has happened to a job, oldest first; every line ends with its time, unless a reason follows it."""
    client = job.details.get("client", "127.0.0.1")
    logs = [f"Job created by {OWNER['username']} from {client} at {_stamp(job.created_at)}"]
    logs += job.details.get("notes", [])
    if job.started_at is not None:
        logs.append(f"Job started processing at {_stamp(job.started_at)}")
    if job.state not in OPEN and job.finished_at is not None:
        reason = f": {job.details['message']}" if "message" in job.details else ""
        logs.append(f"{ENDINGS[job.state]} at {_stamp(job.finished_at)}{reason}")
    return logs


def _percentage(job: Job) -> float:
    if job.state == DONE:
        return 100.0
    size = job.details.get("intake_bytes")
    done = job.progress.get("position", {}).get("read", 0)
    return round(min(99.9, 100.0 * done / size), 1) if size else 0.0


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _stamp(at: float) -> str:
    return f"{_moment(at):%Y-%m-%d %H:%M:%S.%f}"
