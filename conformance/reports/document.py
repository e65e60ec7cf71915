"""A report as the JSON that every other format is made from.

Its schema is published in `specs/meta/report.json`, and it holds all that a page, a comparison or a build server needs:
nobody who reads a report has to load a contract, or to know how the suite came to its verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from conformance.findings import Verdict
from conformance.history import Exchange
from conformance.judging.view import View
from conformance.keeping.ledger import Cleaned
from conformance.reports.causes import blockers, groups, lifecycle_of, signature
from conformance.reports.courses import courses_json
from conformance.reports.features import features
from conformance.reports.invocation import SHOWN, case_file, has_script, pytest_file
from conformance.reports.levels import badge, level_of, levels
from conformance.reports.report import Report, Row, exchange_json, witness_of
from specs.contract import Contract

LAYOUT = 2
NOWHERE: Mapping[str, str] = {}
"""Lines of requirements, for whoever has no use for them."""


def as_json(report: Report, contract: Contract, lines: Mapping[str, str] = NOWHERE) -> dict[str, Any]:
    """The report as plain JSON (`specs/meta/report.json`). `lines` tells formats that point
    somewhere where requirements stand (`specs.reading.places`)."""
    found, blocked, known = levels(report, contract), blockers(report, contract), report.exchanges
    return {
        "report": LAYOUT,
        "vendor": report.vendor,
        "title": contract.title,
        "target": report.target,
        "versions": list(report.versions),
        "mode": report.mode,
        "seed": report.seed,
        "tag": report.tag,
        "started": report.started,
        "seconds": round(report.seconds, 3),
        "strict": report.strict,
        "requests": len(report.history.exchanges),
        "exit_status": report.exit_status,
        "share_judged": round(report.share_judged, 4),
        "verdicts": {verdict.name: report.count(verdict) for verdict in Verdict},
        "suspects": [*report.suspects, *report.guesses],
        "unfinished": dict(report.history.unfinished),
        "clean_up": _cleaned(report.cleaned),
        "levels": [asdict(level) for level in found],
        "badge": asdict(badge(contract.title, found)),
        "features": list(features(report, contract)),
        "states_seen": {name: list(states) for name, states in report.states.items()},
        "lifecycles": courses_json(View(contract, report.history)),
        "groups": [{"cause": row.cause, "requirements": list(row.requirements)} for row in groups(report)],
        "waived": [asdict(row.waiver) | {"signature": row.signature} for row in report.waived],
        "waiver_troubles": [
            {"requirement": row.waiver.requirement, "owner": row.waiver.owner, "kind": row.kind, "text": row.text}
            for row in report.troubles
        ],
        "requirements": [
            _row(row, contract, known)
            | {
                "line": lines.get(row.requirement.id, row.requirement.line),
                "blocked_by": list(blocked.get(row.requirement.id, ())),
            }
            for row in report.rows
        ],
    }


def _cleaned(cleaned: Cleaned | None) -> dict[str, Any] | None:
    if cleaned is None:
        return None
    leftovers = [asdict(left) for left in cleaned.leftovers]
    return {"removed": cleaned.removed, "ended": cleaned.ended, "kept": dict(cleaned.kept), "leftovers": leftovers}


def _row(row: Row, contract: Contract, known: Mapping[int, Exchange]) -> dict[str, Any]:
    requirement, finding = row.requirement, row.finding
    witness = witness_of(finding, known)
    shown = finding.verdict in SHOWN
    return {
        "id": requirement.id,
        "sentence": requirement.sentence,
        "source": requirement.source,
        "strength": requirement.strength,
        "level": level_of(requirement),
        "operation": requirement.operation,
        "lifecycle": lifecycle_of(requirement, contract),
        "verdict": finding.verdict.name,
        "expected": finding.expected,
        "got": finding.got,
        "variant": finding.variant,
        "signature": signature(row, known),
        "repeat": _repeat(requirement.id, has_script(witness))
        if shown
        else dict.fromkeys(("replay", "curl", "pytest"), ""),
        "witness": [exchange_json(exchange) for exchange in witness] if shown else [],
    }


def _repeat(requirement: str, scripted: bool) -> dict[str, str]:
    """The files that repeat a failure, below the folder of the report."""
    case = case_file(Path(), requirement)
    return {
        "replay": case.as_posix(),
        "curl": case.with_suffix(".sh").as_posix() if scripted else "",
        "pytest": pytest_file(Path(), requirement).as_posix(),
    }
