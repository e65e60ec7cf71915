"""Tests of the tests that a run writes: each is a session of plain pytest in another process, as its owner runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mockgen
from conformance.__main__ import main
from conformance.replaying import assert_case
from conformance.reports.invocation import case_file, pytest_file
from specs.source_file import SpecError

ROOT = Path(__file__).parents[2]
LIMIT = "datarobot.createBatchPrediction.request.chunkSize.maximum"


@pytest.fixture(scope="module")
def mended() -> Iterator[str]:
    """A server without the fault."""
    with mockgen.running("datarobot") as mock:
        yield mock.url


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The report of a run on a server with one fault, while that server still runs."""
    folder = tmp_path_factory.mktemp("reports")
    with mockgen.running("datarobot", faults=(f"relax:constraint={LIMIT}",)) as mock:
        main(["run", "datarobot", "--target", mock.url, "--only", LIMIT, "--quiet", "--report", str(folder)])
        yield folder


def session(reports: Path, **environment: str) -> tuple[int, str]:
    """Exit status and output of plain pytest on the cases of a report."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "CONFORMANCE"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(reports / "cases")]
    run = subprocess.run(
        command,
        cwd=reports,
        env={**kept, **environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    return run.returncode, run.stdout + run.stderr


def test_the_test_fails_while_the_server_does(reports: Path) -> None:
    """On the server of the case the test fails, with the five lines of the failure."""
    status, out = session(reports)
    assert 1 == status, out
    assert f"failed   {LIMIT}" in out
    assert "expected invalid for chunkSize: 41943041" in out
    assert "1 failed" in out


def test_the_test_passes_on_a_mended_server(reports: Path, mended: str) -> None:
    """On a server without the fault, named by the environment, the same test passes."""
    status, out = session(reports, CONFORMANCE_TARGET=mended)
    assert (0, True) == (status, "1 passed" in out), out


def test_the_file_stands_beside_its_case(reports: Path) -> None:
    """The report names the three files that repeat a failure, and all of them are there."""
    (row,) = json.loads((reports / "report.json").read_text())["requirements"]
    assert {"replay", "curl", "pytest"} == row["repeat"].keys()
    assert all((reports / name).is_file() for name in row["repeat"].values())


def test_what_cannot_be_judged_is_not_green(reports: Path) -> None:
    """A target that nobody is at fails the test, and says why."""
    with pytest.raises(AssertionError, match="could not be judged: nothing answers"):
        assert_case(case_file(reports, LIMIT), "http://127.0.0.1:1", None, {})


def test_a_waiver_does_not_mend_a_case(reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case is judged again without the waivers of its profile: what it shows fails as it did, here and in a test."""
    profile = tmp_path / "profile.yaml"
    waiver = f"{{requirement: {LIMIT}, owner: us, reason: known, expires: 2999-12-31}}"
    profile.write_text(f"waivers: [{waiver}]\n")
    case = case_file(reports, LIMIT)
    assert 1 == main(["replay", str(case), "--profile", str(profile)])
    assert "the same verdict" in capsys.readouterr().out
    with pytest.raises(AssertionError, match=f"failed   {LIMIT}"):
        assert_case(case, None, str(profile), {})


def test_a_file_that_is_no_case_is_refused(tmp_path: Path) -> None:
    """A missing case is a complaint, and no failure of the server."""
    with pytest.raises(SpecError, match="cannot read the file"):
        assert_case(tmp_path / "none.json", None, None, {})


@pytest.mark.parametrize("name", ["a.b", "a b.ü", "x" * 400, "class", "../../etc/passwd"])
def test_the_files_name_can_be_imported(name: str, tmp_path: Path) -> None:
    """Whatever a requirement is called, its test is one file of the folder whose name Python can import."""
    file = pytest_file(tmp_path, name)
    assert tmp_path / "cases" == file.resolve().parent
    assert file.stem.isidentifier()
    assert file != pytest_file(tmp_path, name + "x")
