"""The two commands that send requests, with what they print: `run` and `replay`.

Results go to standard output, progress and complaints to standard error, so that a result can be piped.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from conformance.findings import Verdict
from conformance.profile import Profile
from conformance.replaying import judged_again, prepared_again
from conformance.reports.invocation import Invocation, case_file
from conformance.reports.replay import Case, read_case, row_of
from conformance.reports.report import Report
from conformance.reports.session import perform, prepared, refused_credentials
from conformance.reports.terminal import ProgressLine, failure_lines, failures, summary, table
from conformance.run import Unreachable
from specs.contract import Contract

USAGE, UNJUDGED = 2, 3
_STATUS_OF = {Verdict.passed: 0, Verdict.warned: 0, Verdict.failed: 1}
"""Verdict on one requirement -> exit status of a replay; all others mean that nothing was judged."""


def judge_and_show(invocation: Invocation, environment: Mapping[str, str], *, quiet: bool = False) -> int:
    """Runs, prints the result and answers the exit status. Raises SpecError, and OSError for an unwritable report."""
    contract, profile = prepared(invocation, environment)
    report = _performed(contract, profile, invocation, quiet=quiet)
    if report is None:
        return UNJUDGED
    if not quiet:
        _print(*table(report), "")
    _print(*failures(report, invocation), *summary(report, contract))
    if invocation.reports is not None:
        _print(f"reports       {invocation.reports}")
    return report.exit_status


def _performed(contract: Contract, profile: Profile, invocation: Invocation, *, quiet: bool) -> Report | None:
    """The report, or None after saying why there is none."""
    line = ProgressLine(sys.stderr, time.monotonic, contract.vendor)
    try:
        report = perform(contract, profile, invocation, (lambda exchange: None) if quiet else line.show)
    except Unreachable as problem:
        print(problem, file=sys.stderr)
        return None
    finally:
        line.erase()
    refused = refused_credentials(report, contract)
    if refused:
        print(refused, file=sys.stderr)
    return None if refused else report


def replay_and_show(file: Path, target: str | None, profile: Path | None, environment: Mapping[str, str]) -> int:
    """Judges a case again and tells whether the same verdict came out. Raises SpecError for a file that is no case."""
    case = read_case(file)
    invocation, contract, about_target = prepared_again(case, target, profile, environment)
    reports = file.parent.parent
    shown = replace(invocation, reports=reports if case_file(reports, case.requirement) == file else None)
    report = judged_again(
        case,
        invocation,
        lambda asked: _performed(contract, about_target, asked, quiet=False),
        lambda text: print(f"replay   {text}", file=sys.stderr),
    )
    return UNJUDGED if report is None else _show_replay(case, report, shown)


def _show_replay(case: Case, report: Report, invocation: Invocation) -> int:
    row = row_of(report, case.requirement)
    if row is None:
        print(f"{case.requirement} is no requirement of {report.vendor}", file=sys.stderr)
        return USAGE
    now = row.finding.verdict
    same = "the same verdict" if now == case.verdict else f"another verdict: {now.name}, it was {case.verdict.name}"
    replayed = f"replay   {same}, with {len(report.history.exchanges)} requests in {report.seconds:.1f} s"
    _print(*failure_lines(report, row, invocation), replayed)
    return _STATUS_OF.get(now, UNJUDGED)


def _print(*lines: str) -> None:
    for line in lines:
        print(line)
