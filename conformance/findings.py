"""Verdicts and findings: what the judge says, and the exchanges that prove it.

The verdicts are ordered, and for one requirement the verdict only rises: one failure outweighs any number of passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from specs.contract import Requirement


class Verdict(IntEnum):
    """The scale. `inconclusive`: there was evidence, and it does not decide. `errored`: the suite itself broke."""

    unsupported = 0
    not_run = 1
    inconclusive = 2
    passed = 3
    warned = 4
    failed = 5
    errored = 6


@dataclass(frozen=True)
class Finding:
    """One verdict on one requirement.

    `witness` lists the indices of the fewest exchanges that show it. `expected` and `got` are one line each; `variant`
    names the documented variant that a dispute's target shows.
    """

    requirement: str
    verdict: Verdict
    witness: tuple[int, ...] = ()
    expected: str = ""
    got: str = ""
    variant: str = ""


def passed(requirement: Requirement, *witness: int, variant: str = "") -> Finding:
    """Positive evidence."""
    return Finding(requirement.id, Verdict.passed, witness, variant=variant)


def failed(requirement: Requirement, *witness: int, expected: str, got: str) -> Finding:
    """A violation: `failed` for must, `warned` for should, and for info only a remark (`passed`, with the text)."""
    verdict = {"must": Verdict.failed, "should": Verdict.warned, "info": Verdict.passed}[requirement.strength]
    return Finding(requirement.id, verdict, witness, expected, got)


def inconclusive(requirement: Requirement, *witness: int, got: str) -> Finding:
    """Evidence that does not decide, and why."""
    return Finding(requirement.id, Verdict.inconclusive, witness, got=got)


def not_run(requirement: Requirement, reason: str) -> Finding:
    """No evidence, and why."""
    return Finding(requirement.id, Verdict.not_run, got=reason)


def worst(findings: Iterable[Finding]) -> Finding | None:
    """The finding with the highest verdict; the first of equals, and None without any."""
    return max(findings, key=lambda finding: finding.verdict, default=None)
