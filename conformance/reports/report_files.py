"""The files of a report: report.json, report.html, junit.xml, and a case with a curl script for each failure.

All of them are made from one report value, so they cannot disagree.
"""

from __future__ import annotations

import json
from pathlib import Path

from conformance.reports.document import as_json
from conformance.reports.invocation import Invocation
from conformance.reports.junit import junit_xml
from conformance.reports.page.report_page import report_page
from conformance.reports.replay import write_cases
from conformance.reports.report import Report
from specs.contract import Contract


def write_reports(report: Report, contract: Contract, invocation: Invocation, folder: Path) -> None:
    """Writes all files of a report into a folder, which is made when it is missing. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    document = as_json(report, contract)
    (folder / "report.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(report_page(document), encoding="utf-8")
    (folder / "junit.xml").write_text(junit_xml(report, contract, invocation), encoding="utf-8")
    write_cases(report, contract, folder)
