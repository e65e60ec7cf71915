"""Waivers applied to a report: what is known does not fail, and what is known no longer is said.

A waiver is judged by the day on which the run began, so that a report that is made again from the same history says the
same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from conformance.findings import Verdict
from conformance.reports.causes import signature
from conformance.reports.invocation import SHOWN
from conformance.reports.report import JUDGED, Report, Row, Trouble, Waived
from conformance.reports.waiver import Waiver


def waive(report: Report, waivers: Sequence[Waiver]) -> Report:
    """The report with its waived failures as warnings, and with every waiver that does not hold as a trouble.

    A waiver of what this run did not judge says nothing.
    """
    rows = {row.requirement.id: row for row in report.rows}
    known = report.exchanges
    waived: list[Waived] = []
    troubles: list[Trouble] = []
    for waiver in waivers:
        row = rows.get(waiver.requirement)
        if row is None or row.finding.verdict not in JUDGED:
            continue
        trouble = _trouble(waiver, row, signature(row, known), report.started[:10])
        if trouble:
            troubles.append(trouble)
        else:
            waived.append(Waived(waiver, signature(row, known)))
    covered = {found.waiver.requirement for found in waived}
    return replace(
        report,
        rows=tuple(_warned(row) if row.requirement.id in covered else row for row in report.rows),
        waived=tuple(waived),
        troubles=tuple(troubles),
    )


def _trouble(waiver: Waiver, row: Row, seen: str, today: str) -> Trouble | None:
    named = f"the waiver of {waiver.requirement} ({waiver.owner})"
    if row.finding.verdict not in SHOWN:
        return Trouble(waiver, "stale", f"{named} is not needed any more: the requirement holds; remove the waiver")
    if waiver.signature not in ("", seen):
        text = f"{named} is for {waiver.signature!r}, and the failure is {seen!r} now"
        return Trouble(waiver, "stale", text)
    if today > waiver.expires:
        return Trouble(waiver, "expired", f"{named} ended on {waiver.expires}: what it covered counts again")
    return None


def _warned(row: Row) -> Row:
    return replace(row, finding=replace(row.finding, verdict=Verdict.warned), covered=row.finding.verdict)
