"""Tests of comparing reports: what is new, mended, changed, flaky, gone or added, and the exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.__main__ import main
from conformance.findings import Verdict
from conformance.reports.comparison import Difference, compared, comparison_json
from conformance.reports.document import as_json
from specs.source_file import meta_schema

Rows = Mapping[str, str]


def report(rows: Rows, *, status: int = 0, signature: str = "", variant: str = "") -> dict[str, Any]:
    """As much of a report as a comparison reads: requirement -> status."""
    return {
        "vendor": "acme",
        "title": "Acme",
        "target": "http://a",
        "started": "2026-01-02T03:04:05+00:00",
        "versions": ["1"],
        "exit_status": status,
        "waived": [{"requirement": key} for key, found in rows.items() if found == "waived"],
        "requirements": [
            {
                "id": key,
                "sentence": "It holds.",
                "verdict": "warned" if found == "waived" else found,
                "expected": "",
                "got": "500",
                "signature": signature,
                "variant": variant,
            }
            for key, found in rows.items()
        ],
    }


def kinds(before: list[str], after: str) -> list[str]:
    """The kinds of differences of one requirement, by its statuses; an empty text: not there."""
    earlier = [report({"r": status} if status else {}) for status in before]
    found = compared(earlier, report({"r": after} if after else {})).differences
    return [row.kind for row in found]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["passed"], "passed", []),
        (["failed"], "failed", []),
        (["passed"], "failed", ["new"]),
        (["not_run"], "failed", ["new"]),
        (["waived"], "failed", ["new"]),
        ([""], "failed", ["new", "added"]),
        (["failed"], "passed", ["fixed"]),
        (["waived"], "passed", ["fixed"]),
        (["failed", "not_run"], "passed", ["fixed"]),
        (["passed"], "warned", ["changed"]),
        (["failed"], "waived", ["changed"]),
        (["passed"], "inconclusive", ["unjudged"]),
        (["passed", "not_run"], "not_run", []),
        (["not_run"], "passed", []),
        (["unsupported"], "unsupported", []),
        (["passed", "failed"], "failed", ["flaky"]),
        (["passed", "failed"], "passed", ["flaky"]),
        (["passed", "passed"], "failed", ["new"]),
        (["failed", "failed"], "passed", ["fixed"]),
        (["passed"], "", ["gone"]),
        (["passed", ""], "", []),
        ([""], "passed", ["added"]),
    ],
)
def test_kinds_of_differences(before: list[str], after: str, expected: list[str]) -> None:
    """Each pair of histories has its kind of difference, or none."""
    assert expected == kinds(before, after)


def test_the_same_failure_that_looks_otherwise_has_changed() -> None:
    """A failure with another signature, and a target that shows another variant, have changed."""
    (row,) = compared(
        [report({"r": "failed"}, signature="c 202")], report({"r": "failed"}, signature="c 500")
    ).differences
    assert Difference("changed", "r", ("failed",), "failed", "signature c 202; now c 500") == row
    (row,) = compared([report({"r": "passed"}, variant="one")], report({"r": "passed"}, variant="two")).differences
    assert ("changed", "variant one; now two") == (row.kind, row.text)


@pytest.mark.parametrize(
    ("before", "after", "status", "expected"),
    [
        ("passed", "failed", 1, 1),
        ("failed", "failed", 1, 0),
        ("failed", "passed", 0, 0),
        ("passed", "not_run", 3, 3),
        ("passed", "failed", 3, 1),
    ],
)
def test_exit_status(before: str, after: str, status: int, expected: int) -> None:
    """1 when something newly fails, 3 when the new report could judge nothing, else 0: old failures are no news."""
    assert expected == compared([report({"r": before})], report({"r": after}, status=status)).exit_status


def test_the_json_fits_its_published_schema() -> None:
    """The JSON of a comparison is what `specs/meta/comparison.json` says, and a foreign member is refused."""
    found = comparison_json(compared([report({"r": "passed", "s": "passed"})], report({"r": "failed"}, status=1)))
    validator = jsonschema.Draft202012Validator(meta_schema("comparison"))
    assert [] == list(validator.iter_errors(found))
    assert ["new", "gone"] == [row["kind"] for row in found["differences"]]
    assert not validator.is_valid(found | {"colour": "green"})


@pytest.fixture
def files(made: Callable[..., Any], tmp_path: Path) -> tuple[str, str]:
    """A report without a failure and one with it, as files."""
    for name, verdict in (("one", Verdict.passed), ("two", Verdict.failed)):
        found = made(verdict, got="<b>`202` | [x](javascript:1)</b>\x1b[2J")
        (tmp_path / f"{name}.json").write_text(json.dumps(as_json(found.report, found.contract)))
    return str(tmp_path / "one.json"), str(tmp_path / "two.json")


FAILING = "datarobot.createBatchPrediction.request.chunkSize.maximum"


def test_text(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The text has a line for each difference and one result; what a target sent cannot steer the terminal."""
    assert 1 == main(["compare", *files])
    out = capsys.readouterr().out
    assert f"new       {FAILING}: expected 422" in out
    assert "result    1 new, 0 flaky" in out
    assert "\x1b" not in out
    assert 0 == main(["compare", files[1], files[0]])
    assert f"fixed     {FAILING}: failed; now passed" in capsys.readouterr().out


def test_markdown_is_inert(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """In Markdown nothing that a target sent is markup."""
    assert 1 == main(["compare", *files, "--format", "markdown"])
    out = capsys.readouterr().out
    (line,) = (line for line in out.splitlines() if line.startswith("| new |"))
    assert f"`{FAILING}`" in line
    assert not any(mark in line for mark in ("<b>", "`202`", "[x]", "javascript:"))
    assert 4 == line.count("|")


def test_json(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The JSON is one document on standard output."""
    assert 1 == main(["compare", *files, "--format", "json"])
    assert ["new"] == [row["kind"] for row in json.loads(capsys.readouterr().out)["differences"]]


def test_one_report_is_no_comparison(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """One report, a missing one, and reports of two vendors are usage errors in one line."""
    assert 2 == main(["compare", files[0]])
    assert "needs two reports" in capsys.readouterr().err
    assert 2 == main(["compare", files[0], "no/such.json"])
    assert "no/such.json: cannot read the file" in capsys.readouterr().err
    other = json.loads(Path(files[0]).read_text()) | {"vendor": "acme"}
    Path(files[0]).write_text(json.dumps(other))
    assert 2 == main(["compare", *files])
    assert "of the vendor 'acme'" in capsys.readouterr().err
