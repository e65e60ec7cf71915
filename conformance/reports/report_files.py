"""The files of a report, as a table: one row for each, and the cases of the failures beside them.

All of them are made from one report value, so they cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.reports.document import as_json
from conformance.reports.har import har, witnesses
from conformance.reports.invocation import Invocation
from conformance.reports.junit import junit_xml
from conformance.reports.markdown import markdown
from conformance.reports.page.report_page import report_page
from conformance.reports.reading import NAME
from conformance.reports.replay import write_cases
from conformance.reports.report import Report
from conformance.reports.sarif import sarif
from specs.contract import Contract
from specs.reading.places import places


@dataclass(frozen=True)
class Told:
    """What a file is made from: a run, and its JSON (`specs/meta/report.json`)."""

    report: Report
    contract: Contract
    invocation: Invocation
    document: Mapping[str, Any]


WRITERS: Mapping[str, Callable[[Told], str]] = {
    NAME: lambda told: _json(told.document),
    "report.html": lambda told: report_page(told.document),
    "junit.xml": lambda told: junit_xml(told.report, told.contract, told.invocation),
    "report.sarif": lambda told: _json(sarif(told.document)),
    "summary.md": lambda told: markdown(told.document),
    "badge.json": lambda told: _json({"schemaVersion": 1, **told.document["badge"]}),
    "witnesses.har": lambda told: _json(har(witnesses(told.report), told.report.target, told.report.started)),
}
"""File of a report -> its text."""


def write_reports(report: Report, contract: Contract, invocation: Invocation, folder: Path) -> None:
    """Writes all files of a report into a folder, which is made when it is missing. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    told = Told(report, contract, invocation, as_json(report, contract, places(contract)))
    for name, text in WRITERS.items():
        (folder / name).write_text(text(told), encoding="utf-8", errors="backslashreplace")
    write_cases(report, contract, folder)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"
