"""Levels of conformance: five layers of a contract, each granted only by what was judged.

A percentage hides what is missing. A level says that a whole layer holds: every `must` requirement of it (of declared
features) was judged and passed. A run that was asked for a part of the contract only, or that skipped something, grants
nothing beyond what it saw. Which layer a requirement belongs to follows from its check and where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from conformance.findings import Verdict
from conformance.reports.report import JUDGED, Report, Row
from specs.contract import Contract, Requirement

Status = Literal["granted", "partial", "failed", "not_judged"]
LEVELS = ("wire", "schema", "constraints", "lifecycle", "semantics")
_OF_CHECK: Mapping[str, str] = {
    "accepts_valid": "wire",
    "credentials": "wire",
    "documented_status": "wire",
    "response_media_type": "wire",
    "well_formed": "wire",
    "members_by_kind": "schema",
    "response_constraint": "schema",
    "call_gets": "constraints",
    "call_without": "constraints",
    "refusal_form": "constraints",
    "request_constraint": "constraints",
}
"""Check -> level, whatever the requirement comes from."""
_OF_ORIGIN: Mapping[str, str] = {"wire": "wire", "lifecycle": "lifecycle", "written": "semantics"}
"""Origin -> level, for all other checks."""
_COLORS: Mapping[Status, str] = {
    "granted": "brightgreen",
    "partial": "yellow",
    "failed": "red",
    "not_judged": "lightgrey",
}


@dataclass(frozen=True)
class Level:
    """One layer of a run. All numbers count `must` requirements, without those of undeclared features."""

    name: str
    status: Status
    judged: int
    total: int
    passed: int
    failed: int


@dataclass(frozen=True)
class Badge:
    """What a badge shows: the text on its left, the text on its right, and the colour of the right."""

    label: str
    message: str
    color: str


def level_of(requirement: Requirement) -> str:
    """The level that a requirement belongs to."""
    return _OF_CHECK.get(requirement.check) or _OF_ORIGIN.get(requirement.origin, "semantics")


def levels(report: Report, contract: Contract) -> tuple[Level, ...]:
    """Every level of which the contract requires something, in order. What a run was not asked for counts as not
    judged; a failure that `--strict` made of a warning counts against its level as well."""
    rows = {row.requirement.id: row for row in report.rows}
    wanted: dict[str, list[Row | None]] = {name: [] for name in LEVELS}
    for key, requirement in contract.requirements.items():
        found = rows.get(key)
        if requirement.strength == "must" or (found and found.finding.verdict == Verdict.failed):
            wanted[level_of(requirement)].append(found)
    return tuple(_level(name, found) for name, found in wanted.items() if found)


def _level(name: str, rows: Iterable[Row | None]) -> Level:
    verdicts = [row.finding.verdict if row else Verdict.not_run for row in rows]
    total = sum(verdict != Verdict.unsupported for verdict in verdicts)
    judged = sum(verdict in JUDGED for verdict in verdicts)
    passed, failed = verdicts.count(Verdict.passed), verdicts.count(Verdict.failed)
    return Level(name, _status(total, judged, passed, failed), judged, total, passed, failed)


def _status(total: int, judged: int, passed: int, failed: int) -> Status:
    if failed:
        return "failed"
    if not judged:
        return "not_judged"
    # What a waiver covers was judged and did not pass: no level rests on it.
    return "granted" if passed == total else "partial"


def badge(title: str, found: Iterable[Level]) -> Badge:
    """What the levels of a run amount to, in a few words."""
    rows = tuple(found)
    failing = [row.name for row in rows if row.status == "failed"]
    granted = [row.name for row in rows if row.status == "granted"]
    if failing:
        return Badge(title, f"fails {', '.join(failing)}", _COLORS["failed"])
    if not any(row.judged for row in rows):
        return Badge(title, "not judged", _COLORS["not_judged"])
    if len(granted) == len(rows):
        return Badge(title, f"conforms: all {len(rows)} levels", _COLORS["granted"])
    named = f": {', '.join(granted)}" if granted else ""
    return Badge(title, f"{len(granted)} of {len(rows)} levels{named}", _COLORS["partial"])
