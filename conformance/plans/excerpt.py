"""The part of a plan that some requirements need: what serves them, and what that cannot do without.

Whoever repeats one failure wants its few requests, not the whole run. What must come along is found in the plan itself:
valid calls beside calls to be refused, since a refusal alone proves nothing; the scenarios that make the resources that
others refer to; and for laws that no scenario serves, because any answer shows them, some answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from conformance.judge import selected
from conformance.plan import Scenario, Stage, Step, slots_of
from conformance.plans.preparing import accepts_valid
from specs.contract import Contract

TABLES = ("boundary", "property")
"""Kinds of cases whose steps stand for themselves: others of their scenario need not come along."""


def concerned_operations(contract: Contract, only: tuple[str, ...]) -> frozenset[str]:
    """The operations that the chosen requirements are about."""
    chosen = (row for row in contract.requirements.values() if selected(row.id, only))
    return frozenset(row.operation for row in chosen if row.operation)


def excerpt(contract: Contract, scenarios: Iterable[Scenario], only: tuple[str, ...]) -> list[Scenario]:
    """The scenarios of a plan that serve the chosen requirements, and those below them, in the order of the plan."""
    rows = list(scenarios)
    asked = [row for row in rows if any(_serves(contract, step, only) for step in row.steps)]
    operations = concerned_operations(contract, only) | {name for row in asked for name in called(row)}
    lives = {
        str(row.parameters["lifecycle"])
        for row in contract.requirements.values()
        if "lifecycle" in row.parameters and selected(row.id, only)
    }
    kept = {id(row) for row in asked}
    kept |= {id(row) for row in rows if _controls(contract, row, operations) or _shows(row, lives)}
    _add_makers(contract, rows, kept)
    made = {name for row in rows if id(row) in kept for name in _made(row)}
    kept |= {id(row) for row in rows if row.stage == Stage.closing and row.needs and set(row.needs) <= made}
    return [_trimmed(contract, row, only) for row in rows if id(row) in kept]


def called(scenario: Scenario) -> frozenset[str]:
    """The operations that a scenario calls."""
    return frozenset(step.call.operation for step in scenario.steps if step.call is not None)


def _serves(contract: Contract, step: Step, only: tuple[str, ...]) -> bool:
    return not _prepares(contract, step) and any(selected(name, only) for name in step.case.serves)


def _prepares(contract: Contract, step: Step) -> bool:
    """Whether a step only makes what another one needs. It shows that valid calls are accepted, as many others do."""
    operation = step.call.operation if step.call is not None else ""
    return step.case.kind == "lifecycle" and step.case.serves == (accepts_valid(contract, operation),)


def _controls(contract: Contract, scenario: Scenario, operations: frozenset[str]) -> bool:
    """Whether a scenario is a valid call of one of these operations; what is only looked at afterwards counts not."""
    acts = [step for step in scenario.steps if step.kind != "send" or not _prepares(contract, step)]
    last = acts[-1] if acts else None
    return (
        last is not None and last.case.kind == "control" and bool(called(replace(scenario, steps=(last,))) & operations)
    )


def _shows(scenario: Scenario, lives: set[str]) -> bool:
    """Whether a scenario of the set-up shows a resource of one of these lifecycles."""
    return scenario.stage == Stage.setup and any({step.lifecycle, step.creates} & lives for step in scenario.steps)


def _add_makers(contract: Contract, rows: list[Scenario], kept: set[int]) -> None:
    """Adds to `kept` whatever makes what its scenarios refer to, until nothing is missing."""
    makers = {name: row for row in reversed(rows) for name in _made(row)}
    scorers = {scorer.operation: scorer.needs for scorer in contract.scorers.values() if scorer.needs}
    frontier = [row for row in rows if id(row) in kept]
    while frontier:
        row = frontier.pop()
        mounted = {scorers[name] for name in called(row) if name in scorers}
        found = [makers[name] for name in _borrowed(row) if name in makers]
        found += [other for other in rows if other.stage == Stage.setup and _shows(other, mounted)]
        for maker in found:
            if id(maker) not in kept:
                kept.add(id(maker))
                frontier.append(maker)


def _made(scenario: Scenario) -> frozenset[str]:
    return frozenset(step.slot for step in scenario.steps if step.creates and step.slot)


def _borrowed(scenario: Scenario) -> frozenset[str]:
    """The slots that a scenario refers to and does not fill itself."""
    named = {name for step in scenario.steps if step.call is not None for name in slots_of(step.call)}
    return frozenset({*named, *scenario.needs, *scenario.beside} - _made(scenario))


def _trimmed(contract: Contract, scenario: Scenario, only: tuple[str, ...]) -> Scenario:
    """A scenario without the rows of its table that are about something else."""
    return replace(
        scenario,
        steps=tuple(step for step in scenario.steps if step.case.kind not in TABLES or _serves(contract, step, only)),
    )
