"""DataRobot's own SDK against the mock and the reference server.

The SDK parses every answer with strict schemas and follows links and headers instead of building URLs: a server gets
through here only with the right documents in the right order.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import datarobot
import pytest
from datarobot.errors import ClientError

from specs.auth import LOCAL

VENDOR = "datarobot"
BINARY = "5f0000000000000000000002"
ROWS = [("r1", 41, 52000, 1200.5, "north"), ("r2", 23, 18000, 20.0, "south"), ("r3", 67, 99000, 5400.25, "west")]


@pytest.fixture
def input_file(tmp_path: Path) -> str:
    """The path of a CSV file with three rows to score."""
    path = tmp_path / "rows.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("row_id", "age", "income", "balance", "region"), *ROWS])
    return str(path)


def connect(url: str) -> None:
    """Make the SDK's current client. It asks for the server's version at once."""
    datarobot.Client(endpoint=f"{url}/api/v2", token=LOCAL.token)


def score(input_file: str, **options: Any) -> Any:
    """Start a job on a local file, as the SDK's users do."""
    intake = {"type": "localFile", "file": input_file}
    return datarobot.BatchPredictionJob.score(deployment=BINARY, intake_settings=intake, **options)


def test_a_local_file_is_scored(url: str, input_file: str) -> None:
    """A local file is uploaded, scored, waited for and downloaded, with every row and the columns asked for."""
    connect(url)
    job = score(input_file, passthrough_columns=["row_id"])
    result = io.BytesIO()
    job.download(result)
    job.wait_for_completion()
    assert "COMPLETED" == job.get_status()["status"]
    rows = list(csv.DictReader(io.StringIO(result.getvalue().decode())))
    assert [row[0] for row in ROWS] == [row["row_id"] for row in rows]
    assert all(row["default_PREDICTION"] in ("yes", "no") for row in rows)
    assert all(0 <= float(row["default_yes_PREDICTION"]) <= 1 for row in rows)


def test_the_result_comes_when_complete(url: str, input_file: str) -> None:
    """`get_result_when_complete` gives the same bytes as a download."""
    connect(url)
    job = score(input_file)
    downloaded = io.BytesIO()
    job.download(downloaded)
    assert downloaded.getvalue() == job.get_result_when_complete()


def test_score_to_file_writes_the_result(url: str, input_file: str, tmp_path: Path) -> None:
    """Upload and download at the same time leave a file with a line for each row and the header."""
    connect(url)
    target = tmp_path / "scored.csv"
    datarobot.BatchPredictionJob.score_to_file(BINARY, input_file, str(target))
    assert 1 + len(ROWS) == len(target.read_text().splitlines())


def test_jobs_are_listed_by_status(url: str, input_file: str) -> None:
    """A finished job is listed among the COMPLETED ones and not among the ABORTED ones."""
    connect(url)
    job = score(input_file)
    job.download(io.BytesIO())
    listed = {
        status: [item["links"]["self"] for item in datarobot.BatchPredictionJob.list_by_status([status])]
        for status in ("COMPLETED", "ABORTED")
    }
    link = job.get_status()["links"]["self"]
    assert [True, False] == [link in listed["COMPLETED"], link in listed["ABORTED"]]


def test_an_unfinished_job_is_deleted(stuck_url: str, input_file: str) -> None:
    """Deleting a job that has not finished aborts it."""
    connect(stuck_url)
    job = score(input_file)
    job.delete()
    assert "ABORTED" == job.get_status()["status"]


def test_a_finished_job_is_not_deleted(url: str, input_file: str) -> None:
    """Deleting a finished job is refused with 409."""
    connect(url)
    job = score(input_file)
    job.download(io.BytesIO())
    job.wait_for_completion()
    with pytest.raises(ClientError) as refusal:
        job.delete()
    assert 409 == refusal.value.status_code


def test_refusals_reach_the_user(url: str, input_file: str) -> None:
    """A wrong token, an unknown job and a broken limit become the SDK's errors with the server's status."""
    with pytest.raises(ClientError) as unknown_token:
        datarobot.Client(endpoint=f"{url}/api/v2", token="wrong")
    assert 401 == unknown_token.value.status_code
    connect(url)
    with pytest.raises(ClientError) as unknown_job:
        datarobot.BatchPredictionJob.get("5f00000000000000000000ff")
    assert 404 == unknown_job.value.status_code
    with pytest.raises(ClientError) as broken_limit:
        score(input_file, chunk_size=41_943_041)
    assert 422 == broken_limit.value.status_code
