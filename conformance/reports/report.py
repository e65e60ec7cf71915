"""The outcome of a run as one value, and as the JSON that everything else is made from.

The schema of the JSON is published in `specs/meta/report.json`. A report holds only what was seen: verdicts, and for
each failure the exchanges that show it, without credentials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.findings import Finding, Verdict
from conformance.history import Exchange, History
from conformance.ledger import Cleaned
from specs.contract import Contract, Requirement
from specs.message import Headers

BODY_SHOWN_MAX = 4096
"""Bytes of a body that a report shows; the rest is cut and said to be."""
JUDGED = (Verdict.passed, Verdict.warned, Verdict.failed)


@dataclass(frozen=True)
class Row:
    """One requirement and its finding."""

    requirement: Requirement
    finding: Finding


@dataclass(frozen=True)
class Report:
    """A run. `seconds` is wall time; `started` is UTC, ISO 8601; `tag` stands in every name that the run made."""

    vendor: str
    target: str
    versions: tuple[str, ...]
    mode: str
    seed: int
    tag: str
    started: str
    seconds: float
    strict: bool
    rows: tuple[Row, ...]
    history: History
    states: Mapping[str, tuple[str, ...]]
    """Lifecycle -> the states that were seen."""
    cleaned: Cleaned | None = None
    """What became of what the run had made; None when it was left where it is."""

    @property
    def exchanges(self) -> Mapping[int, Exchange]:
        """The run's exchanges by index."""
        return {exchange.index: exchange for exchange in self.history.exchanges}

    def count(self, *verdicts: Verdict, strength: str | None = None) -> int:
        """How many requirements (of one strength) got one of these verdicts."""
        return sum(
            row.finding.verdict in verdicts and strength in (None, row.requirement.strength) for row in self.rows
        )

    @property
    def share_judged(self) -> float:
        """The share of must requirements with a verdict, 0 to 1; those of undeclared features do not count."""
        written = sum(
            row.requirement.strength == "must" and row.finding.verdict != Verdict.unsupported for row in self.rows
        )
        return self.count(*JUDGED, strength="must") / written if written else 0.0

    @property
    def exit_status(self) -> int:
        """0 conforms, 1 does not, 3 could not judge: something of the suite broke, nothing was shown to hold, or jobs
        that the run waits for have not ended yet."""
        if self.count(Verdict.errored):
            return 3
        if self.count(Verdict.failed):
            return 1
        if self.history.unfinished:
            return 3
        return 0 if self.count(Verdict.passed, strength="must") else 3


def as_json(report: Report, contract: Contract) -> dict[str, Any]:
    """The report as plain JSON (`specs/meta/report.json`)."""
    return {
        "report": 1,
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
        "unfinished": dict(report.history.unfinished),
        "clean_up": _cleaned(report.cleaned),
        "states_seen": {name: list(states) for name, states in report.states.items()},
        "requirements": [_row(report, row) for row in report.rows],
    }


def _cleaned(cleaned: Cleaned | None) -> dict[str, Any] | None:
    if cleaned is None:
        return None
    leftovers = [dict(left.__dict__) for left in cleaned.leftovers]
    return {"removed": cleaned.removed, "ended": cleaned.ended, "kept": dict(cleaned.kept), "leftovers": leftovers}


def _row(report: Report, row: Row) -> dict[str, Any]:
    requirement, finding = row.requirement, row.finding
    shown = finding.verdict in (Verdict.warned, Verdict.failed)
    known = report.exchanges
    return {
        "id": requirement.id,
        "sentence": requirement.sentence,
        "source": requirement.source,
        "strength": requirement.strength,
        "verdict": finding.verdict.name,
        "expected": finding.expected,
        "got": finding.got,
        "variant": finding.variant,
        "witness": [exchange_json(known[index]) for index in finding.witness if index in known] if shown else [],
    }


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """One exchange for people and for replaying: a request without credentials and what came back."""
    request, response = exchange.request, exchange.response
    return {
        "index": exchange.index,
        "sent_at": round(exchange.sent_at, 6),
        "received_at": round(exchange.received_at, 6),
        "operation": exchange.operation,
        "case": exchange.case.label if exchange.case else "",
        "request": {"method": request.method, "target": request.target, **_content(request.headers, request.body)},
        "response": {"status": response.status, **_content(response.headers, response.body)} if response else None,
        "failure": exchange.failure,
    }


def _content(headers: Headers, body: bytes) -> dict[str, Any]:
    text = body[:BODY_SHOWN_MAX].decode("utf-8", "backslashreplace")
    return {"headers": [list(pair) for pair in headers], "body": text, "cut": len(body) > BODY_SHOWN_MAX}
