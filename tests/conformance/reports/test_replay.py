"""Tests of case files. Replaying them is tested with the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.findings import Verdict
from conformance.reports.invocation import case_file
from conformance.reports.replay import Case, invocation_of, read_case, write_cases
from specs.source_file import SpecError

FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"


def written(made: Callable[..., Any], folder: Path, verdict: Verdict = Verdict.failed) -> Path:
    """The case file of the report's first requirement."""
    found = made(verdict)
    write_cases(found.report, found.contract, folder)
    return case_file(folder, FAILING)


def test_case_is_read_as_it_was_written(made: Callable[..., Any], tmp_path: Path) -> None:
    """A case file holds what a run needs to make the same requests again, and the witness for people."""
    file = written(made, tmp_path)
    expected = Case("datarobot", "http://127.0.0.1:1", FAILING, Verdict.failed, "read", 7, False, (FAILING,))
    assert expected == read_case(file)
    assert 1 == len(json.loads(file.read_text())["witness"])
    assert file.with_suffix(".sh").is_file()


def test_only_findings_have_cases(made: Callable[..., Any], tmp_path: Path) -> None:
    """What passed or could not be judged has no case."""
    assert not written(made, tmp_path, Verdict.passed).exists()


def test_a_case_that_holds_no_more_is_removed(made: Callable[..., Any], tmp_path: Path) -> None:
    """A later run into the same folder takes the cases away of what does not fail any more."""
    file = written(made, tmp_path)
    assert file.exists()
    written(made, tmp_path, Verdict.passed)
    assert [] == list(file.parent.iterdir())


def test_replay_elsewhere_chooses_its_own_mode(made: Callable[..., Any], tmp_path: Path) -> None:
    """The mode of a case belongs to its target; another target is asked as carefully as it should be."""
    case = read_case(written(made, tmp_path))
    assert "read" == invocation_of(case, None, None).mode
    assert invocation_of(case, "http://other.example", None).mode is None


def test_a_case_knows_who_else_sent_requests(made: Callable[..., Any], tmp_path: Path) -> None:
    """A further sender is part of how a case is judged again, on its own target; elsewhere it is not let loose."""
    found = made(Verdict.failed)
    write_cases(replace(found.report, layers=("schemathesis",)), found.contract, tmp_path)
    case = read_case(case_file(tmp_path, FAILING))
    assert ("schemathesis",) == invocation_of(case, None, None).layers
    assert () == invocation_of(case, "http://other.example", None).layers


def test_an_unknown_sender_is_refused(made: Callable[..., Any], tmp_path: Path) -> None:
    """A case that names a sender that there is not is none."""
    file = written(made, tmp_path)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"layers": ["os"]}))
    with pytest.raises(SpecError, match="layers"):
        read_case(file)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "a case is a JSON object"),
        ("[" * 100_000, "nests too deep"),
        ("{}", "the file is no case"),
        ('{"serves": []}', "the member 'vendor' must be of type str"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, text: str, says: str) -> None:
    """A file that is no case is refused with its name and the reason."""
    file = tmp_path / "case.json"
    file.write_text(text)
    with pytest.raises(SpecError, match=says):
        read_case(file)


def test_unknown_verdicts_are_refused(made: Callable[..., Any], tmp_path: Path) -> None:
    """A case with an impossible verdict is refused."""
    file = written(made, tmp_path)
    file.write_text(file.read_text().replace('"verdict": "failed"', '"verdict": "green"'))
    with pytest.raises(SpecError, match="verdict 'green' is none of unsupported"):
        read_case(file)


@pytest.mark.parametrize("requirement", ["../../etc/passwd", "a/b", "..", "x" * 400, "a b.ü"])
def test_case_files_stay_in_their_folder(requirement: str, tmp_path: Path) -> None:
    """Whatever a requirement is named, its case is one file of the folder, and two names are two files."""
    file = case_file(tmp_path, requirement)
    assert tmp_path / "cases" == file.resolve().parent
    assert len(file.name) < 200
    assert file != case_file(tmp_path, requirement + "x")
