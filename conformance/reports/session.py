"""One run as a person asks for it: load, run, look at what came out, write the reports.

The command line and the pytest plugin both stand on these functions; they differ in how they show a report.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.commands.records import record_files, ways_on
from conformance.driving.sending import Progress
from conformance.history import Exchange
from conformance.judge import selected
from conformance.judging.view import matches
from conformance.plan import Mode
from conformance.profile import ENVIRONMENT, PARTS, Profile, profile_for, variant_of
from conformance.reports.invocation import Invocation
from conformance.reports.report import Report
from conformance.reports.report_files import write_reports
from conformance.reports.waiver import read_waivers
from conformance.reports.waiving import waive
from conformance.run import Options, run, silent
from specs.contract import Contract
from specs.loading import load
from specs.source_file import Complaint, SpecError, nearest

LOGIN_SITUATIONS = ("unauthenticated", "bad_credentials")


def prepared(invocation: Invocation, environment: Mapping[str, str]) -> tuple[Contract, Profile]:
    """The contract and the profile of a run. Raises SpecError for whatever is wrong with the invocation,
    and ModuleNotFoundError for a further sender that is not installed."""
    if invocation.target is None and invocation.profile is None:
        raise SpecError(
            [Complaint("--target", 0, "target", "say where the server is: --target URL, or --profile FILE")]
        )
    contract = contract_of(invocation)
    for wanted in invocation.only:
        if not any(selected(key, (wanted,)) for key in contract.requirements):
            text = f"no requirement of {contract.vendor} is or begins with {wanted!r}"
            raise SpecError([Complaint("--only", 0, "unknown", text + nearest(wanted, _beginnings(contract, wanted)))])
    profile = profile_for(contract, invocation.target, invocation.profile, environment, invocation.mode)
    if invocation.waivers is not None:
        profile = replace(profile, waivers=(*profile.waivers, *read_waivers(invocation.waivers, contract)))
    missing = next((name for name in invocation.layers if importlib.util.find_spec(name) is None), None)
    if missing:
        raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)
    if invocation.layers and profile.mode < Mode.destroy:
        text = f"{invocation.layers[0]} sends whatever it finds documented: it needs --mode destroy"
        raise SpecError([Complaint("--with", 0, "mode", text)])
    if invocation.reports is not None:
        _make_folder(invocation.reports)
    limits = replace(profile.limits, **dict[str, Any](invocation.limits))
    return contract, replace(profile, limits=limits, clean_up=profile.clean_up and not invocation.keep)


def contract_of(invocation: Invocation) -> Contract:
    """The contract that is meant, in the variant that the invocation names, or else its profile. Raises SpecError."""
    variant = invocation.variant
    if variant is None and invocation.profile is not None:
        variant = variant_of(invocation.profile)
    return load(invocation.vendor, variant or "")


def _beginnings(contract: Contract, wanted: str) -> set[str]:
    """The beginnings of ids that have as many parts as somebody wanted."""
    parts = wanted.count(".") + 1
    return {".".join(name.split(".")[:parts]) for name in contract.requirements}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        text = f"cannot make the folder for reports: {problem.strerror}"
        raise SpecError([Complaint(str(folder), 0, "report", text)]) from None


def perform(contract: Contract, profile: Profile, invocation: Invocation, progress: Progress = silent) -> Report:
    """Runs, and writes the reports that were asked for. Raises Unreachable, OSError when a report cannot be written,
    and KeyboardInterrupt with a line on each way to go on."""
    tag = invocation.resume.tag if invocation.resume is not None else secrets.token_hex(4)
    ledger, journal = record_files(invocation, profile, os.environ, tag)
    options = replace(
        options_of(invocation),
        tag=tag,
        ledger=ledger,
        journal=journal,
        profile=_found_again(invocation.profile),
        waivers=_found_again(invocation.waivers),
        resume=invocation.resume,
    )
    try:
        with _ended_gently():
            report = waive(run(contract, profile, options, progress), profile.waivers)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(*ways_on(ledger, journal, tag, invocation.profile)) from None
    if invocation.reports is not None and not refused_credentials(report, contract):
        write_reports(report, contract, invocation, invocation.reports)
    return report


@contextmanager
def _ended_gently() -> Iterator[None]:
    """A pipeline that is cancelled ends its processes with SIGTERM: that interrupts a run as Ctrl-C does, so that it
    tells what it leaves. Only the main thread hears signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # What a script starts in the background ignores Ctrl-C, and so would not hear of the other either.
    is_deaf = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    before = signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    if is_deaf:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if is_deaf:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _found_again(file: Path | None) -> str | None:
    """A file's path from any working directory."""
    return str(file.absolute()) if file is not None else None


def options_of(invocation: Invocation) -> Options:
    """What an invocation says about a run beside its target."""
    return Options(invocation.seed, invocation.only, invocation.strict, layers=invocation.layers)


def refused_credentials(report: Report, contract: Contract) -> str | None:
    """Says in one line that the target refused the credentials, when that is all that it did with valid calls."""
    controls = list(_controls(report, contract))
    names = {contract.refusals[situation] for situation in LOGIN_SITUATIONS if situation in contract.refusals}
    refusals = [exchange for exchange in controls if _is_refusal(exchange, contract, names)]
    if not controls or len(refusals) < len(controls):
        return None
    answer = refusals[0].answer
    shown = f"{answer.status} {answer.code or ''}".strip() if answer else ""
    named = ", ".join(f"{part}: {ENVIRONMENT[part]}" for part in PARTS[contract.auth.scheme])
    return (
        f"{report.target} refuses the credentials ({shown} to {len(controls)} valid calls); "
        f"a profile names the environment variables that hold yours, as in `credentials: {{{named}}}`"
    )


def _controls(report: Report, contract: Contract) -> Iterator[Exchange]:
    """Valid calls that got an answer, of the operations that need credentials."""
    for exchange in report.history.exchanges:
        operation = contract.operations.get(exchange.operation or "")
        valid = exchange.case is not None and exchange.case.expect == ("accepted",)
        if valid and operation and operation.authenticated and exchange.answer and exchange.credentials == "right":
            yield exchange


def _is_refusal(exchange: Exchange, contract: Contract, names: set[str]) -> bool:
    answer = exchange.answer
    return answer is not None and any(matches(contract.errors[name], answer) for name in names)
