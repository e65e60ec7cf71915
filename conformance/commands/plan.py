"""`conformance plan VENDOR`: what a run would send, make and judge, and how long it may take. Sends nothing.

Whoever points a suite at an account that costs money wants to know before it starts. The plan is pure data, so it can
be counted as it stands; how long a job takes and how often it will be read only the target knows.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.commands.sending import asked
from conformance.judge import selected
from conformance.keeping.making import makers
from conformance.plan import Mode, Plan, Scenario, Stage
from conformance.plans.planning import judged_from, plan_run, within
from conformance.plans.samples import Naming, Samples
from conformance.profile import Profile
from conformance.reports.invocation import Invocation
from conformance.reports.session import prepared
from specs.contract import Contract

ANSWER_S = 0.05
"""How long one answer is taken to need."""
TAG = "plan"


@dataclass(frozen=True)
class Forecast:
    """A run as its plan tells it. `sent` counts calls by operation and mode; a wait counts as one."""

    allowed: Plan
    sent: Mapping[str, Counter[Mode]]
    made: Mapping[str, int]
    levels: Mapping[Mode, Counter[str]]
    """Mode -> how many requirements of each strength it is the first to show."""
    unknown: int
    """How many requirements only answers can show."""
    waits: int
    """How many waits for a job stand behind one another in the longest chain of scenarios."""


def forecast(contract: Contract, profile: Profile, invocation: Invocation) -> Forecast:
    """What a run would do. Pure: nothing is sent, nothing is written."""
    samples = Samples(contract, profile.fixtures, Naming(TAG))
    plan = plan_run(contract, samples, invocation.seed, invocation.only, profile.has)
    allowed = within(contract, plan, profile.mode)
    sent: dict[str, Counter[Mode]] = {}
    made: Counter[str] = Counter()
    making = makers(contract)
    for scenario, operation, refused in _calls(allowed):
        sent.setdefault(operation, Counter())[scenario.mode] += 1
        if operation in making and not refused:
            made[making[operation].life.name] += 1
    first = judged_from(contract, plan)
    wanted = [row for row in contract.requirements.values() if selected(row.id, invocation.only)]
    levels: dict[Mode, Counter[str]] = {mode: Counter() for mode in Mode}
    for row in wanted:
        if row.id in first:
            levels[first[row.id]][row.strength] += 1
    unknown = sum(row.id not in first for row in wanted)
    return Forecast(allowed, sent, made, levels, unknown, _waits(allowed))


def _calls(plan: Plan) -> Iterator[tuple[Scenario, str, bool]]:
    for scenario in plan.scenarios:
        for step in scenario.steps:
            if step.call is not None:
                yield scenario, step.call.operation, not {"accepted", "any"} & set(step.case.expect)


def _waits(plan: Plan) -> int:
    """Scenarios of one stage wait side by side, exclusive ones one after another, and the stages in order."""
    longest: Counter[Stage] = Counter()
    for scenario in plan.scenarios:
        count = sum(step.kind == "poll" for step in scenario.steps)
        alone = scenario.stage == Stage.exclusive
        longest[scenario.stage] = longest[scenario.stage] + count if alone else max(longest[scenario.stage], count)
    return sum(longest.values())


def plan(options: argparse.Namespace) -> int:
    """Prints the forecast of a run; always 0. Raises SpecError for whatever is wrong with the words."""
    invocation = asked(options)
    contract, profile = prepared(invocation, os.environ)
    for line in plan_lines(contract, profile, forecast(contract, profile, invocation)):
        print(line)
    return 0


def plan_lines(contract: Contract, profile: Profile, told: Forecast) -> Iterator[str]:
    """The forecast for people."""
    modes = [mode for mode in Mode if mode <= profile.mode]
    yield f"plan          {contract.title} at {profile.url}, mode {profile.mode.name}; nothing has been sent"
    yield ""
    width = max([len("operation"), *map(len, told.sent)])
    yield f"{'operation':<{width}}  " + "  ".join(f"{mode.name:>8}" for mode in modes)
    for operation, counts in told.sent.items():
        yield f"{operation:<{width}}  " + "  ".join(f"{counts[mode] or '-':>8}" for mode in modes)
    yield ""
    calls = sum(count.total() for count in told.sent.values())
    yield f"would send    {calls} calls (a wait for a job counts as one and reads as often as it takes)"
    for name, count in told.made.items():
        life = contract.lifecycles[name]
        yield f"would make    {count} of {life.title}{' (jobs)' if life.transitions else ''}"
    if profile.clean_up and told.made:
        yield "would remove  what it has made, as far as the contract has operations for that"
    yield from _judged_lines(profile, told)
    yield from _budget_lines(profile, told, calls)


def _judged_lines(profile: Profile, told: Forecast) -> Iterator[str]:
    for mode, counts in told.levels.items():
        if counts:
            verb = "would judge" if mode <= profile.mode else f"--mode {mode.name}"
            by_strength = ", ".join(f"{count} {strength}" for strength, count in counts.items())
            yield f"{verb:<13} {counts.total()} requirements from mode {mode.name} on ({by_strength})"
    if told.unknown:
        yield f"open          {told.unknown} requirements that only answers can show"


def _budget_lines(profile: Profile, told: Forecast, calls: int) -> Iterator[str]:
    limits = profile.limits
    each = max(ANSWER_S / limits.concurrency, 1.0 / limits.requests_per_second if limits.requests_per_second else 0.0)
    yield f"time          {calls * each:.0f} s of calls, and the time of {told.waits} jobs one after another"
    jobs = f"{limits.jobs_max} jobs, " if limits.jobs_max else ""
    rate = f", {limits.requests_per_second:g} requests a second" if limits.requests_per_second else ""
    yield f"budgets       {limits.requests_max} requests, {jobs}{limits.run_s:g} s, {limits.patience_s:g} s a job{rate}"
