"""Short sequences of commands in drawn orders, commands in the middle of a course, and creations at the same moment.

A server that does each thing rightly may still do two things wrongly one after the other, or both at once. Each
sequence follows the lifecycle's own table, so what every step must lead to is known before it is sent; shorter
sequences come first, and the report shows the first that fails.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.history import Case
from conformance.plan import Mode, Scenario, Step
from conformance.plans.preparing import accepts_valid
from conformance.plans.samples import Samples
from conformance.plans.script import ACCEPTED, Script, scripts
from specs.contract import Command, Contract
from specs.lifecycle import step

LENGTHS = (2, 3, 4)
"""Commands of the drawn sequences, one sequence of each length."""


def plan_sequences(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """The scenarios for every lifecycle whose resources a run may make. `seed` decides the orders."""
    return tuple(
        scenario
        for script in scripts(contract, samples, seed).values()
        if script.life.created_by is not None and script.life.absent is None
        for scenario in (*_at_once(script), *_races(script), *_sequences(script))
    )


def _at_once(script: Script) -> Iterator[Scenario]:
    """The same creation several times at one moment."""
    creation = script.life.created_by
    requirement = script.requirement("recreate_at_once")
    if creation is None or not requirement:
        return
    group = f"{script.life.name}/again/at_once"
    expect = ("accepted",) if creation.again_same == "accepted" else ("accepted", creation.again_same)
    case = script.case("recreate_at_once", "create several times at once", group, expect)
    made = Step(case, script.creation(), "burst", group, script.life.name, creates=script.life.name)
    yield Scenario(group, (made, script.read(group, group)))


def _races(script: Script) -> Iterator[Scenario]:
    """A command that is sent while nobody knows how far the resource has come."""
    for command in script.life.commands.values():
        if not script.requirement("command_race", command=command.name):
            continue
        group = f"{script.life.name}/{command.name}/race"
        call = script.creation()
        expect = ACCEPTED if command.otherwise == "undocumented" else ("accepted", command.otherwise)
        case = script.case("command_race", f"{command.name} at any time", group, expect, command=command.name)
        started = (script.create(group, group, call), *script.upload(group, group, call))
        ended = script.wait(group, group, *script.life.final)
        yield Scenario(group, (*started, script.command(command, group, case), ended), mode=Mode.destroy)


def _sequences(script: Script) -> Iterator[Scenario]:
    commands = [command for command in script.life.commands.values() if command.sets or command.event]
    if len(commands) < 2:
        return
    for length in LENGTHS:
        group = f"{script.life.name}/sequence/{length}"
        steps = [*script.finish(group, group), script.read(group, group)]
        state = script.success()
        for command in script.draw.choices(commands, k=length):
            more, state = taken(script, command, group, state)
            steps += more
            if state in script.life.gone:
                break
        yield Scenario(group, tuple(steps), mode=Mode.destroy)


def taken(script: Script, command: Command, group: str, state: str) -> tuple[list[Step], str]:
    """One command in a state, what is read after it, and the state that it leads to; the group is also the slot."""
    allowed = not command.from_states or state in command.from_states
    target = step(script.life, state, command.event) if command.event and allowed else state
    label = f"{command.name} in {state}"
    if not allowed:
        expect = ("any",) if command.otherwise == "undocumented" else (command.otherwise,)
        case = script.case("command_refused", label, group, expect, command=command.name)
        return [script.command(command, group, case), script.read(group, group)], state
    if target is None:  # the table has no such step from here: nobody says what the command does
        return [], state
    if not command.event and not command.sets:
        case = Case("lifecycle", accepts_valid(script.contract, command.operation), label, ACCEPTED, group)
        return [script.command(command, group, case), script.read(group, group)], state
    if not command.event:
        pointer = next(iter(command.sets))
        case = script.case("command_sets", label, group, ACCEPTED, command=command.name, pointer=pointer)
        return [script.command(command, group, case), script.read(group, group)], state
    case = script.case("command_effect", label, group, ACCEPTED, command=command.name)
    if target in script.life.gone:
        return [script.command(command, group, case), script.about_itself(group, case)], target
    return [script.command(command, group, case), script.wait(group, group, target)], target
