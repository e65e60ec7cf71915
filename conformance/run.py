"""One run from contract to report: plan, drive, judge.

The same function serves the command line, the pytest plugin and the tests; only the last step, showing the report,
differs between them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from conformance.driving.driver import drive, system_clock, unheard
from conformance.driving.sending import Progress, talk
from conformance.driving.target import Send, connected
from conformance.history import Exchange
from conformance.judge import judge, strict
from conformance.judging.guesses import guesses
from conformance.judging.suspects import suspects
from conformance.judging.view import View
from conformance.keeping.cleaning import clean
from conformance.keeping.journal import Journal, begun, continued, read_journal
from conformance.keeping.ledger import Ledger, opened, read_ledger
from conformance.keeping.passage import Earlier, Header
from conformance.plans.planning import plan_run, within
from conformance.plans.samples import Naming, Samples
from conformance.profile import Profile
from conformance.reports.report import Report, Row
from conformance.traffic.schemathesis_layer import explored, joined, remark_rows
from specs.contract import Contract
from specs.garbage import rarely_collected
from specs.loading import VENDORS
from specs.message import HttpRequest


@dataclass(frozen=True)
class Options:
    """What the caller of a run decides. An empty `tag` is drawn anew, so that two runs never share a name.

    `ledger` and `journal` are the files that the run is written into while it goes on (None: into none), `profile`
    and `waivers` the files that these came from, and `resume` the header of the journal that it goes on with.
    """

    seed: int = 0
    only: tuple[str, ...] = ()
    strict: bool = False
    tag: str = ""
    ledger: Path | None = None
    journal: Path | None = None
    profile: str | None = None
    waivers: str | None = None
    resume: Header | None = None
    layers: tuple[str, ...] = ()
    """Further senders beside the plan; Schemathesis is the only one."""


class Unreachable(Exception):
    """Nothing answers at the target; the text says what happened."""


def silent(exchange: Exchange) -> None:
    """Progress for nobody."""


def run(contract: Contract, profile: Profile, options: Options, progress: Progress = silent) -> Report:
    """Plans, drives and judges one run. Raises Unreachable when nothing answers at the target."""
    found: list[Report] = []

    async def perform() -> None:
        found.append(await run_async(contract, profile, options, progress))

    # The task itself answers nothing: when a loop ends, the interpreter may write its result out, and a report is long.
    with rarely_collected():
        asyncio.run(perform())
    return found[0]


async def run_async(contract: Contract, profile: Profile, options: Options, progress: Progress = silent) -> Report:
    """The same, inside a running event loop."""
    clock = system_clock()
    header = options.resume or _header(contract, profile, options, clock.utc())
    started = datetime.fromisoformat(header.started)
    samples = Samples(contract, profile.fixtures, Naming(header.tag))
    plan = within(contract, plan_run(contract, samples, header.seed, header.only, profile.has), profile.mode)
    began = clock.now()
    async with AsyncExitStack() as held:
        send = await held.enter_async_context(connected(profile.url, profile.limits))
        await _knock(send, profile.url)
        elapsed_s = (clock.utc() - started).total_seconds()
        earlier, journal = _journal(held, contract, options, header, elapsed_s)
        ledger = _ledger(held, contract, profile, options, header.tag)

        def note(exchange: Exchange) -> None:
            progress(exchange)
            if journal is not None:
                journal.exchange(exchange)

        run = talk(contract, profile, send, clock, header.seed, note, ledger)
        history = await drive(run, plan, journal.milestone if journal is not None else unheard, earlier)
        # What a later process will wait for must stay where it is.
        keeps = journal is not None and history.unfinished
        cleaned = await clean(run, header.tag) if profile.clean_up and not keeps else None
    rows: tuple[Row, ...] = ()
    if options.layers:
        more, remarks = await asyncio.to_thread(explored, contract, profile, options.seed)
        history = joined(history, more)
        rows = tuple(Row(*pair) for pair in remark_rows(contract, remarks))
    view = View(contract, history, profile.fixtures)
    return Report(
        vendor=contract.vendor,
        target=profile.url,
        versions=contract.versions,
        mode=profile.mode.name,
        seed=header.seed,
        tag=header.tag,
        started=header.started,
        seconds=clock.now() - began,
        strict=options.strict,
        rows=(*judged(view, profile, options), *rows),
        history=history,
        states=states_seen(view),
        cleaned=cleaned,
        suspects=suspects(view, asks=profile.has("authentication")),
        guesses=guesses(view),
        layers=options.layers,
    )


def _header(contract: Contract, profile: Profile, options: Options, now: datetime) -> Header:
    return Header(
        vendor_reference(contract),
        profile.url,
        options.tag or secrets.token_hex(4),
        options.seed,
        profile.mode.name,
        options.only,
        options.strict,
        now.isoformat(timespec="seconds"),
        options.profile,
        contract.variant,
        options.waivers,
        keep=not profile.clean_up,
        layers=options.layers,
    )


def _journal(
    held: AsyncExitStack, contract: Contract, options: Options, header: Header, elapsed_s: float
) -> tuple[Earlier | None, Journal | None]:
    """What the run has done so far, and the file that the rest goes into."""
    if options.journal is None:
        return None, None
    if options.resume is None:
        journal = begun(options.journal, header)
        held.callback(journal.stream.close)
        return None, journal
    earlier = replace(read_journal(options.journal, contract), elapsed_s=elapsed_s)
    journal = continued(options.journal)
    held.callback(journal.stream.close)
    return earlier, journal


def _ledger(held: AsyncExitStack, contract: Contract, profile: Profile, options: Options, tag: str) -> Ledger:
    if options.ledger is None:
        return Ledger()
    known = read_ledger(options.ledger) if options.resume is not None and options.ledger.exists() else {}
    entries = known[tag].entries if tag in known else None
    ledger = opened(options.ledger, vendor_reference(contract), profile.url, tag, entries, contract.variant)
    held.callback(ledger.close)
    return ledger


async def _knock(send: Send, url: str) -> None:
    """Raises Unreachable when nobody opens."""
    probe = await send(HttpRequest("GET", "/"))
    if probe.response is None and (probe.failure or "").startswith("refused"):
        raise Unreachable(f"nothing answers at {url} ({probe.failure})")


def judged(view: View, profile: Profile, options: Options) -> tuple[Row, ...]:
    """The rows of a report: every requirement that was asked for, with its finding."""
    findings = judge(view, profile, options.only)
    if options.strict:
        findings = strict(findings)
    return tuple(Row(view.contract.requirements[key], finding) for key, finding in findings.items())


def states_seen(view: View) -> Mapping[str, tuple[str, ...]]:
    """Lifecycle -> the states that this history's own resources were seen in, in the order of first sight."""
    seen: dict[str, dict[str, None]] = {}
    for (name, _), rows in view.observations.items():
        for row in rows:
            if row.state is not None and view.contract.lifecycles[name].transitions:
                seen.setdefault(name, {})[row.state] = None
    return {name: tuple(states) for name, states in seen.items()}


def vendor_reference(contract: Contract) -> str:
    """What loads this contract again from any working directory: a vendor's name, or the path of another folder."""
    return contract.vendor if contract.folder == VENDORS / contract.vendor else str(contract.folder)
