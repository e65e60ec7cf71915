"""The command `compare`: reports are read, compared, and told as text, Markdown or JSON.

A build asks one question, whether something newly fails, and gets it as an exit status; people want to see the rest,
in a terminal or on the page of a job.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.reports.comparison import KINDS, Comparison, Difference, compared, comparison_json
from conformance.reports.markdown import code, escaped
from conformance.reports.plain_text import clean
from conformance.reports.reading import read_report
from specs.source_file import Complaint, SpecError

ROWS_MAX = 200
"""Differences of one kind that a person is shown; the JSON has them all."""


def compare(options: argparse.Namespace) -> int:
    """Prints what changed and answers the exit status. Raises SpecError for a file that is no report."""
    files: Sequence[Path] = options.reports
    if len(files) < 2:
        raise _wrong(files[0], "a comparison needs two reports at least: earlier ones, then the new one")
    *before, after = (read_report(file) for file in files)
    for file, report in zip(files, before, strict=False):
        if report["vendor"] != after["vendor"]:
            names = f"{clean(report['vendor'])!r}, and {files[-1]} of {clean(after['vendor'])!r}"
            raise _wrong(file, f"the report is of the vendor {names}: they share no requirements")
    comparison = compared(before, after)
    print(_FORMS[options.format](comparison))
    return comparison.exit_status


def _wrong(file: Path, text: str) -> SpecError:
    return SpecError([Complaint(str(file), 0, "compare", text)])


def text(comparison: Comparison) -> str:
    """The comparison for a terminal."""
    return "\n".join(_text_lines(comparison))


def _text_lines(comparison: Comparison) -> Iterator[str]:
    for report in comparison.before:
        yield f"before    {_run(report)}"
    yield f"after     {_run(comparison.after)}"
    counts = Counter(row.kind for row in comparison.differences)
    for kind, rows, more in _shown(comparison):
        yield from (f"{kind:<10}{clean(row.requirement)}: {clean(row.text)}" for row in rows)
        if more:
            yield f"{kind:<10}and {more} more"
    yield f"result    {_counted(counts)}"


def _shown(comparison: Comparison) -> Iterator[tuple[str, Sequence[Difference], int]]:
    """Each kind, the heaviest first, with the differences that are shown and the number of those that are not."""
    for kind in KINDS:
        rows = [row for row in comparison.differences if row.kind == kind]
        yield kind, rows[:ROWS_MAX], max(0, len(rows) - ROWS_MAX)


def _run(report: Mapping[str, Any]) -> str:
    return f"{clean(report['target'])}, {clean(report['started'])}, contract {clean(', '.join(report['versions']))}"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)


def markdown(comparison: Comparison) -> str:
    """The comparison for the summary page of a CI job."""
    return "\n".join(_markdown_lines(comparison))


def _markdown_lines(comparison: Comparison) -> Iterator[str]:
    counts = Counter(row.kind for row in comparison.differences)
    yield f"## {escaped(comparison.after['title'])}: {_counted(counts)}"
    yield ""
    yield from (f"- before: {escaped(_run(report))}" for report in comparison.before)
    yield f"- after: {escaped(_run(comparison.after))}"
    if not comparison.differences:
        return
    yield ""
    yield "| | requirement | what |"
    yield "|---|---|---|"
    for kind, rows, more in _shown(comparison):
        yield from (f"| {kind} | {code(row.requirement)} | {escaped(row.text)} |" for row in rows)
        if more:
            yield f"| {kind} | and {more} more | |"


def _json(comparison: Comparison) -> str:
    return json.dumps(comparison_json(comparison), indent=1)


_FORMS: Mapping[str, Callable[[Comparison], str]] = {"text": text, "markdown": markdown, "json": _json}
