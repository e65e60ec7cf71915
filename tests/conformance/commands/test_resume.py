"""Resuming: a job that takes longer than a run is waited for by several runs, and judged as one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import mockgen
from conformance.__main__ import main
from conformance.commands.resume import invocation_of
from conformance.keeping.journal import begun, read_header
from conformance.keeping.passage import Header
from mockgen.pace import from_text

ONLY = ("--only", "amazon_personalize.lifecycle.batch_inference_job", "--quiet")
FINAL = "amazon_personalize.lifecycle.batch_inference_job.reaches_final_state"
IMPATIENT = ("--patience", "0.2")


def verdict(folder: Path, requirement: str) -> str:
    """What the report in a folder says about a requirement."""
    rows = json.loads((folder / "report.json").read_text())["requirements"]
    return str(next(row["verdict"] for row in rows if row["id"] == requirement))


def test_a_long_job_is_judged_over_several_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Until a job has ended its requirements are inconclusive and the exit status is 3; then the whole is judged, and
    nothing is made a second time."""
    with mockgen.running("amazon_personalize", pace="manual", seed=7) as mock:
        run = ["run", "amazon_personalize", "--target", mock.url, "--report", str(tmp_path), *ONLY, *IMPATIENT]
        assert 3 == main(run)
        assert "inconclusive" == verdict(tmp_path, FINAL)
        made = mock.session.world.created
        assert 3 == main(["resume", str(tmp_path), "--quiet", *IMPATIENT])
        assert made == mock.session.world.created
        assert "unfinished" in capsys.readouterr().out
        mock.session.world = replace(mock.session.world, pace=from_text("reads:1"))
        assert 0 == main(["resume", str(tmp_path), "--quiet"])
        assert "passed" == verdict(tmp_path, FINAL)
        assert "unfinished" not in capsys.readouterr().out


def test_what_a_later_run_waits_for_is_left_alone(tmp_path: Path) -> None:
    """A run that stays open removes nothing; the one that ends it does."""
    with mockgen.running("datarobot", pace="manual", seed=7) as mock:
        only = ["--only", "datarobot.lifecycle.batch_prediction", "--quiet"]
        assert 3 == main(["run", "datarobot", "--target", mock.url, "--report", str(tmp_path), *only, *IMPATIENT])
        assert json.loads((tmp_path / "report.json").read_text())["clean_up"] is None
        assert "INITIALIZING" in {row.state for row in mock.session.world.resources.values()}


def test_waivers_and_wishes_go_on(tmp_path: Path) -> None:
    """The waivers of the first run are applied to the whole, and what was to be kept is kept to the end."""
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(f"- {{requirement: {FINAL}, owner: us, reason: slow, expires: 2999-12-31}}\n")
    with mockgen.running("amazon_personalize", pace="manual", seed=7) as mock:
        run = ["run", "amazon_personalize", "--target", mock.url, "--report", str(tmp_path), *ONLY, *IMPATIENT]
        assert 3 == main([*run, "--keep", "--waivers", str(waivers)])
        mock.session.world = replace(mock.session.world, pace=from_text("reads:1"))
        assert 1 == main(["resume", str(tmp_path), "--quiet"])
    report = json.loads((tmp_path / "report.json").read_text())
    assert [(FINAL, "stale")] == [(row["requirement"], row["kind"]) for row in report["waiver_troubles"]]
    assert report["clean_up"] is None


def test_a_further_sender_goes_on(tmp_path: Path) -> None:
    """Who sent requests in the first run is remembered in the journal, and sends in the next one."""
    asked = Header("spice", "http://x", "ab12", 7, "destroy", (), False, "2026-01-02T03:04:05+00:00", None)
    file = tmp_path / "journal.jsonl"
    begun(file, replace(asked, layers=("schemathesis",))).stream.close()
    assert ("schemathesis",) == invocation_of(read_header(file), file).layers


def test_no_journal_no_resume(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder without a journal is named."""
    assert 2 == main(["resume", str(tmp_path)])
    assert "there is no journal.jsonl" in capsys.readouterr().err
