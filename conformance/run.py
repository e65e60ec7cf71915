"""One run from contract to report: plan, drive, judge.

The same function serves the command line, the pytest plugin and the tests; only the last step, showing the report,
differs between them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.driver import Progress, drive, system_clock
from conformance.history import Exchange, History
from conformance.judge import judge, strict
from conformance.planning import plan_run
from conformance.profile import Profile
from conformance.reports.report import Report, Row
from conformance.samples import Naming, Samples
from conformance.target import connected
from conformance.traffic.schemathesis_layer import explored, joined, remark_rows
from conformance.view import View
from specs.contract import Contract
from specs.message import HttpRequest


@dataclass(frozen=True)
class Options:
    """What the caller of a run decides. An empty `tag` is drawn anew, so that two runs never share a name."""

    seed: int = 0
    only: tuple[str, ...] = ()
    strict: bool = False
    tag: str = ""
    explore: bool = False
    """Whether Schemathesis sends its requests as well."""


class Unreachable(Exception):
    """Nothing answers at the target; the text says what happened."""


def silent(exchange: Exchange) -> None:
    """Progress for nobody."""


def run(contract: Contract, profile: Profile, options: Options, progress: Progress = silent) -> Report:
    """Plans, drives and judges one run. Raises Unreachable when nothing answers at the target."""
    return asyncio.run(run_async(contract, profile, options, progress))


async def run_async(contract: Contract, profile: Profile, options: Options, progress: Progress = silent) -> Report:
    """The same, inside a running event loop."""
    tag = options.tag or secrets.token_hex(4)
    samples = Samples(contract, profile.fixtures, Naming(tag))
    plan = plan_run(contract, samples, options.seed, options.only, profile.has)
    clock = system_clock()
    began, started = clock.now(), clock.utc()
    async with connected(profile.url, profile.limits) as send:
        probe = await send(HttpRequest("GET", "/"))
        if probe.response is None and (probe.failure or "").startswith("refused"):
            raise Unreachable(f"nothing answers at {profile.url} ({probe.failure})")
        history = await drive(contract, plan, profile, send, clock, options.seed, progress)
    rows: tuple[Row, ...] = ()
    if options.explore:
        more, remarks = await asyncio.to_thread(explored, contract, profile, options.seed)
        history = joined(history, more)
        rows = tuple(Row(*pair) for pair in remark_rows(contract, remarks))
    return Report(
        vendor=contract.vendor,
        target=profile.url,
        versions=contract.versions,
        mode=profile.mode.name,
        seed=options.seed,
        tag=tag,
        started=started.isoformat(timespec="seconds"),
        seconds=clock.now() - began,
        strict=options.strict,
        rows=(*judged(contract, profile, history, options), *rows),
        history=history,
        states=states_seen(View(contract, history, profile.fixtures)),
    )


def judged(contract: Contract, profile: Profile, history: History, options: Options) -> tuple[Row, ...]:
    """The rows of a report: every requirement that was asked for, with its finding."""
    findings = judge(View(contract, history, profile.fixtures), profile, options.only)
    if options.strict:
        findings = strict(findings)
    return tuple(Row(contract.requirements[key], finding) for key, finding in findings.items())


def states_seen(view: View) -> Mapping[str, tuple[str, ...]]:
    """Lifecycle -> the states that this history's own resources were seen in, in the order of first sight."""
    seen: dict[str, dict[str, None]] = {}
    for (name, _), rows in view.observations.items():
        for row in rows:
            if row.state is not None and view.contract.lifecycles[name].transitions:
                seen.setdefault(name, {})[row.state] = None
    return {name: tuple(states) for name, states in seen.items()}
