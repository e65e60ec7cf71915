"""The optional features of a contract as a run met them.

What a target does not declare is `unsupported`, and what it declares has to hold. A declared feature of which nothing
could be judged is neither, and easily overlooked: it is told by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.findings import Verdict
from conformance.reports.report import JUDGED, Report
from specs.contract import Contract


def features(report: Report, contract: Contract) -> Iterator[dict[str, Any]]:
    """Each feature that the run was asked about: whether the target declares it, and how much of it was judged."""
    for name, meaning in contract.features.items():
        verdicts = [row.finding.verdict for row in report.rows if name in row.requirement.features]
        if verdicts:
            supported = [verdict for verdict in verdicts if verdict != Verdict.unsupported]
            yield {
                "name": name,
                "meaning": meaning,
                "declared": bool(supported),
                "judged": sum(verdict in JUDGED for verdict in supported),
                "failed": supported.count(Verdict.failed),
                "total": len(verdicts),
            }
