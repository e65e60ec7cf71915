"""Reaping: a run that was killed leaves nothing that its ledger does not know, and another process takes it away."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mockgen
from conformance.__main__ import main
from conformance.keeping.ledger import opened, read_ledger
from mockgen import Mock

ALIVE_AFTER = 40
"""So many rows are in the ledger when the run is killed: it is in the middle of making things."""


def killed_run(vendor: str, url: str, folder: Path) -> Path:
    """The ledger of a run in a process of its own, killed without notice while it was making things."""
    ledger = folder / "ledger.jsonl"
    command = [sys.executable, "-m", "conformance", "run", vendor, "--target", url, "--quiet"]
    with subprocess.Popen([*command, "--ledger", str(ledger)], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None and (not ledger.exists() or ledger.read_bytes().count(b"\n") < ALIVE_AFTER):
            continue
        process.send_signal(signal.SIGKILL)
    assert -signal.SIGKILL == process.returncode
    return ledger


def standing(mock: Mock) -> Iterator[str]:
    """What runs on the mock or could be deleted: everything but the mock's own and what has been cancelled."""
    for (kind, identity), resource in mock.session.world.resources.items():
        if not resource.document and resource.state not in ("DELETED", "NONE"):
            yield f"{kind} {identity} {resource.state}"


def test_nothing_is_left_of_a_killed_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """kill -9 in the middle of a run, then `reap`: nothing is left on the target, and a second `reap` has no work."""
    with mockgen.running("amazon_ml", pace="reads:1", seed=7) as mock:
        ledger = killed_run("amazon_ml", mock.url, tmp_path)
        assert list(standing(mock))
        assert 0 == main(["reap", str(ledger)])
        assert [] == list(standing(mock))
        assert "removed" in capsys.readouterr().out
        before = mock.session.world.answered
        assert 0 == main(["reap", str(ledger)])
        assert "nothing is left" in capsys.readouterr().out
        assert before == mock.session.world.answered


def test_a_run_takes_away_what_it_has_made(capsys: pytest.CaptureFixture[str]) -> None:
    """At the end of a run nothing of it stands on the target; with `--keep` everything does."""
    only = ["--only", "amazon_ml.lifecycle.evaluation", "--quiet"]
    with mockgen.running("amazon_ml", pace="reads:1", seed=7) as mock:
        assert 0 == main(["run", "amazon_ml", "--target", mock.url, *only])
        assert [] == list(standing(mock))
        assert "clean-up" in capsys.readouterr().out
        assert 0 == main(["run", "amazon_ml", "--target", mock.url, "--keep", *only])
        assert list(standing(mock))


def test_what_the_profile_names_is_never_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that claims to have made what was there before does not get the suite to delete it."""
    with mockgen.running("amazon_ml", seed=7) as mock:
        mine = next(identity for kind, identity in mock.session.world.resources if kind == "ml_model")
        ledger = opened(tmp_path / "ledger.jsonl", "amazon_ml", mock.url, "ab12")
        ledger.settle(ledger.intend("2026-01-02T03:04:05+00:00", "CreateMLModel", "ml_model", None, None), "made", mine)
        ledger.close()
        assert 1 == main(["reap", str(tmp_path)])
        assert "COMPLETED" == mock.session.world.resources["ml_model", mine].state
    assert "the run did not make it" in capsys.readouterr().out


def test_what_no_answer_named_is_found_in_the_list(tmp_path: Path) -> None:
    """A creation whose answer never came is found by the run's tag in a name."""
    with mockgen.running("datarobot", seed=7) as mock:
        assert 0 == main(
            [
                "run",
                "datarobot",
                "--target",
                mock.url,
                "--keep",
                "--quiet",
                "--ledger",
                str(tmp_path / "a"),
                "--only",
                "datarobot.createJobDefinition.valid_request_is_accepted",
            ]
        )
        (tag,) = read_ledger(tmp_path / "a")
        ledger = opened(tmp_path / "ledger.jsonl", "datarobot", mock.url, tag)
        made = sum(entry.fate == "made" for entry in read_ledger(tmp_path / "a")[tag].entries.values())
        for _ in range(made):
            ledger.intend("2026-01-02T03:04:05+00:00", "createJobDefinition", "job_definition", None, None)
        ledger.close()
        before = len([one for one in standing(mock) if one.startswith("job_definition")])
        assert 0 < made
        assert 0 == main(["reap", str(tmp_path)])
        assert before - made == len([one for one in standing(mock) if one.startswith("job_definition")])


def test_a_run_that_nobody_knows_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A RUN without a ledger is named, with the places that were looked at."""
    assert 2 == main(["reap", "no/such/run"])
    assert "there is no ledger.jsonl of 'no/such/run'" in capsys.readouterr().err
