"""Tests of what an import leaves to people."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs.__main__ import main
from specs.importing.unclaimed import unclaimed
from specs.loading import load

DOCUMENTS = Path(__file__).parent / "documents"


def imported(tmp_path: Path) -> Path:
    """The folder of a document whose jobs can be deleted, and whose results can be read."""
    assert 0 == main(["import", "openapi", str(DOCUMENTS / "score_jobs.yaml"), "--out", str(tmp_path / "score_jobs")])
    return tmp_path / "score_jobs"


def test_calls_that_no_lifecycle_explains_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The closing lines of an import say of each call on a job that no lifecycle explains which rows it needs."""
    folder = imported(tmp_path)
    by_hand = [line for line in capsys.readouterr().out.splitlines() if line.startswith("by hand   ")]
    assert ["deleteJob", "getResults"] == [line.split()[2] for line in by_hand]
    assert "commands: {delete: {operation: deleteJob, identity: {path: jobId}, event: delete" in by_hand[0]
    assert (
        "results: {operation: getResults, identity: {path: jobId}, available_in: [...], media_type: text/csv}"
        in by_hand[1]
    )
    assert all("{$identity: job}" in line for line in by_hand)
    assert by_hand == [f"by hand   {told}" for told in unclaimed(load(str(folder)))]


def test_what_is_written_is_not_asked_for_again(tmp_path: Path) -> None:
    """With the rows that the closing lines ask for the folder loads, and nothing is left."""
    folder = imported(tmp_path)
    calls, lives = folder / "vendor.yaml", folder / "lifecycles.yaml"
    calls.write_text(calls.read_text().replace("{$fixture: job_id}", "{$identity: job}"))
    text = lives.read_text().replace("failed: failure}", "failed: failure, GONE: cancelled}")
    text = text.replace(
        "{finish: succeeded, fail: failed}}", "{finish: succeeded, fail: failed}, succeeded: {delete: GONE}}"
    )
    rows = (
        "    gone: [GONE]\n"
        "    commands: {delete: {operation: deleteJob, identity: {path: jobId}, event: delete, from: [succeeded]}}\n"
        "    results:\n"
        "      {operation: getResults, identity: {path: jobId}, available_in: [succeeded], media_type: text/csv}\n"
    )
    lives.write_text(text + rows)
    assert [] == list(unclaimed(load(str(folder))))
