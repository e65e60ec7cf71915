"""Tests of reading a report back: reports are files, and files are hostile."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conformance.reports.document import as_json
from conformance.reports.reading import REPORT_BYTES_MAX, read_report
from specs.source_file import SpecError


def test_a_report_is_read_as_it_was_written(made: Callable[..., Any], tmp_path: Path) -> None:
    """What a run writes is what is read, by the file or by its folder."""
    found = made()
    document = as_json(found.report, found.contract)
    file = tmp_path / "report.json"
    file.write_text(json.dumps(document))
    assert json.loads(json.dumps(document)) == read_report(file) == read_report(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "the file is not JSON"),
        ("[1]", "the file is no report"),
        ('{"report": 1}', "layout '1', and this version reads layout 2"),
        ('{"report": 2}', '"vendor" is a required property'),
        ('{"report": NaN}', "NaN is a number that JSON does not have"),
        ("[" * 200_000, "the file nests too deep"),
        ("\ufeff{}", "the file is not JSON"),
    ],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """A file that is no report of this layout is refused, and the complaint says what is wrong with it."""
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(SpecError, match=r"report\.json") as raised:
        read_report(file)
    assert says in str(raised.value)


def test_a_member_of_another_kind_is_named(made: Callable[..., Any], tmp_path: Path) -> None:
    """A misspelt member is named with the nearest right one."""
    found = made()
    document = as_json(found.report, found.contract) | {"levls": []}
    (tmp_path / "report.json").write_text(json.dumps(document))
    with pytest.raises(SpecError, match="unknown key 'levls'; did you mean 'levels'"):
        read_report(tmp_path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file and one that is too large are refused unread."""
    with pytest.raises(SpecError, match="cannot read the file"):
        read_report(tmp_path / "none.json")
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(REPORT_BYTES_MAX + 1)
    with pytest.raises(SpecError, match="larger than"):
        read_report(huge)
