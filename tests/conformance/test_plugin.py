"""Tests of the pytest plugin, each a session of its own in another process: pytest cannot watch itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import mockgen

ROOT = Path(__file__).parents[2]
LIMIT = "datarobot.createBatchPrediction.request.chunkSize.maximum"


def session(folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and output of pytest with the plugin, warnings being errors, started in an empty folder."""
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    plugin = ("-p", "conformance.plugin", "--pyargs", "conformance.checks", "-p", "no:cacheprovider", "-W", "error")
    command = [sys.executable, "-m", "pytest", *plugin, *arguments]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment["PYTHONPATH"] = str(ROOT)
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=100)
    return run.returncode, run.stdout + run.stderr


def test_one_test_for_each_requirement(tmp_path: Path) -> None:
    """A session on a server that conforms is green and has one test id for each requirement that is asked for."""
    with mockgen.running("spice") as mock:
        status, out = session(tmp_path, "--vendor", "spice", "--target", mock.url, "--only", "spice.get_models", "-v")
    assert 0 == status, out
    assert "test_requirement[spice.get_models.response.type] PASSED" in out
    assert "spice.get_health" not in out
    assert "test_run_judged_something PASSED" in out


def test_failure_is_five_lines_without_traceback(tmp_path: Path) -> None:
    """A failed requirement fails its test with the five lines and nothing else; the case is where they say."""
    with mockgen.running("datarobot", faults=(f"relax:constraint={LIMIT}",)) as mock:
        arguments = ("--vendor", "datarobot", "--target", mock.url, "--only", LIMIT, "--report", "out")
        status, out = session(tmp_path, *arguments)
    assert 1 == status, out
    (start,) = [index for index, line in enumerate(out.splitlines()) if line.startswith("failed   ")]
    lines = out.splitlines()[start : start + 5]
    assert ["failed", "expected", "got", "repeat", "seed"] == [line.split()[0] for line in lines]
    assert "Traceback" not in out
    assert "def test_requirement" not in out
    assert (tmp_path / "out" / "cases" / f"{LIMIT}.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ((), 4, "needs --vendor VENDOR and --target URL"),
        (("--vendor", "spicy", "--target", "http://127.0.0.1:1"), 4, "did you mean 'spice'"),
        (("--vendor", "spice", "--target", "http://127.0.0.1:1"), 3, "nothing answers at http://127.0.0.1:1"),
    ],
)
def test_sessions_that_cannot_run(tmp_path: Path, arguments: tuple[str, ...], status: int, says: str) -> None:
    """A session that cannot run says why in one message, without a traceback, and is not green."""
    found, out = session(tmp_path, *arguments)
    assert status == found
    assert says in out
    assert "Traceback" not in out


def test_judging_nothing_is_not_green(tmp_path: Path) -> None:
    """A session that showed nothing to hold fails, although all its other tests are skipped."""
    (tmp_path / "profile.yaml").write_text("credentials: {token: HOME}\n")
    with mockgen.running("spice") as mock:
        arguments = (
            "--vendor",
            "spice",
            "--target",
            mock.url,
            "--profile",
            "profile.yaml",
            "--only",
            "spice.get_models",
        )
        status, out = session(tmp_path, *arguments)
    assert 1 == status, out
    assert "refuses the credentials" in out
    assert "1 failed" in out


def test_waivers_count_in_a_session(tmp_path: Path) -> None:
    """A session knows waivers: a waived failure passes, and a waiver that is not needed any more fails its own test."""
    other = "datarobot.createBatchPrediction.request.chunkSize.minimum"
    rows = [f"- {{requirement: {name}, owner: me, reason: soon, expires: 2999-12-31}}" for name in (LIMIT, other)]
    (tmp_path / "waivers.yaml").write_text("\n".join(rows))
    with mockgen.running("datarobot", faults=(f"relax:constraint={LIMIT}",)) as mock:
        only = ("--only", "datarobot.createBatchPrediction.request.chunkSize")
        arguments = ("--vendor", "datarobot", "--target", mock.url, *only, "--waivers", "waivers.yaml")
        status, out = session(tmp_path, *arguments)
    assert 1 == status, out
    assert f"the waiver of {other} (me) is not needed any more" in out
    assert "1 failed" in out
