"""How a run was asked for, as a value: what a command line says, and what a command that repeats a run has to say.

The command line, the pytest plugin and the case files all start runs. They share this value, so that each of them can
print a command that repeats what it saw.
"""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conformance.findings import Verdict
from conformance.history import Exchange
from conformance.keeping.passage import Header
from conformance.reports.report import Report, Row

CASE_NAME_MAX = 150
SHOWN = (Verdict.warned, Verdict.failed)
"""Verdicts that have a case file."""
SCRIPT_BODY_MAX = 1024 * 1024
"""A curl script with a larger body is not written."""
_UNTELLABLE = ("stale", "early", "incomplete", "tampered")
"""Credentials that curl cannot make: it signs what it sends, now, and as a whole."""


@dataclass(frozen=True)
class Invocation:
    """What a person asks for. `vendor` is a name or a folder; `reports` is the folder that reports go to; `recording`
    holds the words that judge recorded traffic again, and is empty for a run."""

    vendor: str
    target: str | None = None
    profile: Path | None = None
    only: tuple[str, ...] = ()
    seed: int = 0
    strict: bool = False
    mode: str | None = None
    reports: Path | None = None
    ledger: Path | None = None
    """Where the ledger goes; None: beside the reports."""
    keep: bool = False
    """Whether what the run has made stays where it is."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Members of `profile.Limits` that go before those of the profile."""
    resume: Header | None = None
    """The run that goes on."""
    waivers: Path | None = None
    recording: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    """Further senders beside the suite's own plans."""
    variant: str | None = None
    """None: what the profile says, or else the documented API itself."""


def case_file(reports: Path, requirement: str) -> Path:
    """Where the case of a requirement is written; characters that a file name should not have become `_`."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", requirement).lstrip(".")
    if name != requirement or len(name) > CASE_NAME_MAX:
        name = f"{name[:CASE_NAME_MAX]}-{hashlib.sha256(requirement.encode('utf-8', 'replace')).hexdigest()[:8]}"
    return reports / "cases" / f"{name}.json"


def pytest_file(reports: Path, requirement: str) -> Path:
    """Where the test of a requirement's case is written. Python imports it, so its name has no dots."""
    case = case_file(reports, requirement)
    return case.with_name(f"test_{re.sub(r'[^A-Za-z0-9_]', '__', case.stem)}.py")


def has_script(exchanges: Sequence[Exchange]) -> bool:
    """Whether curl can repeat some exchanges: a script of them is written beside their case."""
    large = any(len(exchange.request.body) > SCRIPT_BODY_MAX for exchange in exchanges)
    return bool(exchanges) and not large and not any(row.credentials in _UNTELLABLE for row in exchanges)


def repeat_command(report: Report, row: Row, invocation: Invocation) -> str:
    """A shell command that judges one requirement of a run again."""
    words = ["conformance"]
    if invocation.recording:
        words += [*invocation.recording, "--only", row.requirement.id, *(["--strict"] if report.strict else [])]
    elif invocation.reports is not None and row.finding.verdict in SHOWN:
        words += ["replay", str(case_file(invocation.reports, row.requirement.id))]
    else:
        words += ["run", invocation.vendor, "--target", report.target]
        words += ["--only", row.requirement.id, "--seed", str(report.seed), "--mode", report.mode]
        words += ["--strict"] if report.strict else []
        words += ["--variant", invocation.variant] if invocation.variant else []
        words += [word for layer in invocation.layers for word in ("--with", layer)]
    if invocation.waivers is not None and words[1] == "run":
        words += ["--waivers", str(invocation.waivers)]
    if invocation.profile is not None:
        words += ["--profile", str(invocation.profile)]
    return shlex.join(words)
