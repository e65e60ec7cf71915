"""Tests of `conformance page` and `conformance matrix`: files in, files out, and one line for what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.__main__ import main

Data = dict[str, Any]


@pytest.fixture
def file(report: Data, tmp_path: Path) -> Path:
    """The hand-made report as a file."""
    (tmp_path / "report.json").write_text(json.dumps(report))
    return tmp_path / "report.json"


def test_a_report_becomes_a_page(file: Path, tmp_path: Path) -> None:
    """`page REPORT OUT` writes the page; the report's folder does as well as the file."""
    assert 0 == main(["page", str(file), str(tmp_path / "a.html")])
    assert 0 == main(["page", str(tmp_path), str(tmp_path / "b.html")])
    assert "Acme Jobs" in (tmp_path / "a.html").read_text("utf-8")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


@pytest.mark.parametrize(
    ("form", "begins"), [("html", "<!DOCTYPE html>"), ("markdown", "| level |"), ("json", '{\n "matrix": 1')]
)
def test_reports_become_a_table(form: str, begins: str, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`matrix` writes each of its formats, into a file or to standard output."""
    out = file.with_name("out")
    assert 0 == main(["matrix", str(file), str(file), "--format", form, "--out", str(out)])
    assert 0 == main(["matrix", str(file), str(file), "--format", form])
    assert out.read_text("utf-8") == capsys.readouterr().out
    assert out.read_text("utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["page", "{0}/missing.json", "{0}/a.html"], "missing.json: cannot read the file: No such file or directory"),
        (["page", "{0}/report.json", "{0}/no/a.html"], "no/a.html: No such file or directory"),
        (["matrix", "{0}/report.json", "{0}/other.json"], "other.json: the report has layout '1'"),
    ],
)
def test_a_wrong_file_is_one_line(
    arguments: list[str], says: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read or written is said in one line, with exit status 2."""
    file.with_name("other.json").write_text('{"report": 1}')
    assert 2 == main([argument.format(file.parent) for argument in arguments])
    told = capsys.readouterr().err
    assert says in told
    assert 1 == len(told.splitlines())
