"""Judging one case of an earlier run again, for the command line and for the tests that a run writes.

The few requests around the witness come first; where they do not bring the same verdict, the whole run has the word,
with whoever else sent requests in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from conformance.findings import Verdict
from conformance.profile import Profile
from conformance.reports.invocation import SHOWN, Invocation
from conformance.reports.replay import Case, invocation_of, read_case, row_of
from conformance.reports.report import Report
from conformance.reports.session import perform, prepared, refused_credentials
from conformance.reports.terminal import failure_lines
from conformance.run import Unreachable
from specs.contract import Contract


def prepared_again(
    case: Case, target: str | None, profile: Path | None, environment: Mapping[str, str]
) -> tuple[Invocation, Contract, Profile]:
    """How a case is run again. A case tells what failed without any waiver, so it is judged without them. Raises
    SpecError for a profile that does not fit."""
    invocation = invocation_of(case, target, profile)
    contract, about_target = prepared(invocation, environment)
    return invocation, contract, replace(about_target, waivers=())


def judged_again(
    case: Case,
    invocation: Invocation,
    performed: Callable[[Invocation], Report | None],
    tell: Callable[[str], None] = lambda text: None,
) -> Report | None:
    """The report that decides a case; None when `performed` answers none. `tell` hears why a whole run follows."""
    first = performed(replace(invocation, layers=()))
    row = row_of(first, case.requirement) if first else None
    if first is None or (row is not None and row.finding.verdict == case.verdict):
        return first
    came = row.finding.verdict.name if row is not None else "no verdict"
    tell(f"the {len(first.history.exchanges)} requests around it: {came}; now a whole run, which has the last word")
    return performed(replace(invocation, only=()))


def assert_case(file: Path, target: str | None, profile: str | None, environment: Mapping[str, str]) -> None:
    """Judges a case again, on its own target or on another one.

    Raises AssertionError when the requirement is still missed, and when nothing could be judged; SpecError for a file
    that is no case.
    """
    case = read_case(file)
    file_of_profile = Path(profile) if profile else None
    invocation, contract, about_target = prepared_again(case, target, file_of_profile, environment)

    def performed(asked: Invocation) -> Report:
        try:
            report = perform(contract, about_target, asked)
        except Unreachable as problem:
            raise AssertionError(f"{case.requirement} could not be judged: {problem}") from None
        refused = refused_credentials(report, contract)
        if refused:
            raise AssertionError(f"{case.requirement} could not be judged: {refused}")
        return report

    report = judged_again(case, invocation, performed)
    row = row_of(report, case.requirement) if report else None
    if report is None or row is None:
        raise AssertionError(f"{case.requirement} is no requirement of {contract.vendor}")
    lines = "\n".join(failure_lines(report, row, invocation))
    if row.finding.verdict in SHOWN:
        raise AssertionError(lines)
    if row.finding.verdict != Verdict.passed:
        raise AssertionError(f"could not be judged:\n{lines}")
