"""The outcome of a run as one value.

A report holds only what was seen: verdicts, and the history that they rest on, without credentials. Everything that is
shown or written is made from it; `document.py` has the JSON that the others start from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from conformance.findings import Finding, Verdict
from conformance.history import Exchange, History
from conformance.keeping.ledger import Cleaned
from conformance.reports.waiver import Waiver
from specs.contract import Requirement
from specs.message import Headers

BODY_SHOWN_MAX = 4096
"""Bytes of a body that a report shows; the rest is cut and said to be."""
JUDGED = (Verdict.passed, Verdict.warned, Verdict.failed)


@dataclass(frozen=True)
class Row:
    """One requirement and its finding."""

    requirement: Requirement
    finding: Finding
    covered: Verdict | None = None
    """The verdict that a waiver covers; None without a waiver."""

    @property
    def unwaived(self) -> Verdict:
        """The verdict before any waiver."""
        return self.finding.verdict if self.covered is None else self.covered


@dataclass(frozen=True)
class Waived:
    """A failure that a waiver covers. `signature` is what the failure looked like."""

    waiver: Waiver
    signature: str


@dataclass(frozen=True)
class Trouble:
    """A waiver that is a failure itself: it is `stale` (nothing fails any more), or `expired`."""

    waiver: Waiver
    kind: Literal["stale", "expired"]
    text: str


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
    waived: tuple[Waived, ...] = ()
    """Failures that a waiver covers; their verdict is `warned`."""
    troubles: tuple[Trouble, ...] = ()
    """Waivers that do not hold (any more)."""
    cleaned: Cleaned | None = None
    """What became of what the run had made; None when it was left where it is."""
    suspects: tuple[str, ...] = ()
    """What is likely to be wrong with the profile, one sentence each."""
    guesses: tuple[str, ...] = ()
    """Operations that were not judged because an import made up their valid calls, one sentence each."""
    layers: tuple[str, ...] = ()
    """Further senders beside the suite's own plans."""

    @cached_property
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
        """0 conforms, 1 does not (or a waiver is not needed any more), 3 could not judge: something of the suite broke,
        nothing was shown to hold, an operation was called with guesses of an import only, or jobs that the run waits
        for have not ended yet."""
        if self.count(Verdict.errored):
            return 3
        if self.count(Verdict.failed) or self.troubles:
            return 1
        if self.history.unfinished or self.guesses:
            return 3
        return 0 if self._is_shown else 3

    @property
    def _is_shown(self) -> bool:
        """Whether something was shown: a must that holds, or a known failure; where no must was asked for, anything."""
        if not any(row.requirement.strength == "must" for row in self.rows):
            return self.count(*JUDGED) > 0
        return bool(self.waived) or self.count(Verdict.passed, strength="must") > 0


def witness_of(finding: Finding, exchanges: Mapping[int, Exchange]) -> list[Exchange]:
    """The exchanges that prove a finding."""
    return [exchanges[index] for index in finding.witness if index in exchanges]


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
