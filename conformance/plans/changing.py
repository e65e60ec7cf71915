"""Commands that change members of a resource: one at a time, with awkward texts, late, and in vain.

A command that names every member at once hides a server that forgets those that were not named. One that comes right
after the last change cannot show that the time of the last change moves. So each is tried on a resource of its own,
between reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.plan import Mode, Scenario, Stage, Step, slot
from conformance.plans.samples import Samples, read_place, write_place
from conformance.plans.script import ACCEPTED, Script
from conformance.plans.values import stretched
from specs.contract import Command, Place
from specs.message import Call
from specs.pointers import MISSING
from specs.reading.place_checks import at_pointer

AWKWARD = ' naïve ✓ 🙂 "quotes" & <b>, 100 %\\ '
"""A text that careless readers change: blanks at its ends, letters beyond ASCII and beyond two bytes, signs."""
TEXT_MAX = 4096
"""A text is stretched to what its schema allows, up to this length."""


def changes(script: Script, command: Command) -> Iterator[Scenario]:
    """The scenarios for each member that a command sets."""
    for pointer, place in command.sets.items():
        group = f"{script.life.name}/{command.name}/sets{pointer}"
        # Each call has names of its own: one that is taken already would be refused.
        whole, before, again = (script.about(command.operation, command.identity, group) for _ in range(3))
        alone = _alone(script, command, pointer, again)
        text = _with_text(script, command, place, alone)
        calls = {group: whole, f"{group}/alone": alone, f"{group}/text": text}
        for name, call in calls.items():
            if call is not None:
                # What was never set cannot be lost: the member is changed alone after all of them have been set.
                earlier = (before,) if name.endswith("/alone") else ()
                sent = [write_place(row, command.identity, slot(name)) for row in (*earlier, call)]
                yield Scenario(name, tuple(_between_reads(script, command, pointer, name, sent)))
        yield from _in_vain(script, command, pointer)
    yield from _late(script, command)


def _between_reads(script: Script, command: Command, pointer: str, name: str, calls: list[Call]) -> Iterator[Step]:
    case = script.case("command_sets", command.name, name, ACCEPTED, command=command.name, pointer=pointer)
    yield from script.finish(name, name, script.creation(full=True))
    for call in calls:
        yield script.read(name, name)
        yield script.read(name, name)
        yield Step(case, call, slot=name, lifecycle=script.life.name)
    yield script.read(name, name)


def _alone(script: Script, command: Command, pointer: str, call: Call) -> Call | None:
    """The command with this member only; None when it says no more anyway, or the others are required."""
    schema = script.contract.operations[command.operation].request_schema or {}
    required = {f"/{name}" for name in schema.get("required", ())}
    others = [place for at, place in command.sets.items() if at != pointer and read_place(call, place) is not MISSING]
    if not others or any(place.name in required for place in others):
        return None
    for place in others:
        call = write_place(call, place, MISSING)
    return call


def _with_text(script: Script, command: Command, place: Place, call: Call | None) -> Call | None:
    """The command with an awkward text; None where the member takes none."""
    call = call or script.samples.call(command.operation)
    value = awkward(script.samples, command.operation, place, call)
    return None if value is None else write_place(call, place, value)


def awkward(samples: Samples, operation: str, place: Place, call: Call) -> Any:
    """A long and awkward text that a request may have at a place, None where there is no such text."""
    schema = at_pointer(samples.contract.operations[operation].request_schema or {}, place.name)
    if place.location != "body" or schema.get("type") != "string" or "enum" in schema:
        return None
    text = AWKWARD + samples.naming.fresh("text")
    value = stretched(text, min(int(schema.get("maxLength", len(text))), TEXT_MAX), schema) or text
    return None if any(samples.oracle.request(write_place(call, place, value))) else value


def _in_vain(script: Script, command: Command, pointer: str) -> Iterator[Scenario]:
    """The command with a value that breaks a limit, between reads."""
    place = command.sets[pointer]
    group = f"{script.life.name}/{command.name}/refused{pointer}"
    if not script.requirement("refused_changes_nothing", command=command.name, pointer=pointer):
        return
    schema = at_pointer(script.contract.operations[command.operation].request_schema or {}, place.name)
    bad: Any = "x" * (int(schema["maxLength"]) + 1) if "maxLength" in schema else [["neither text nor number"]]
    call = write_place(script.about(command.operation, command.identity, group), place, bad)
    case = script.case(
        "refused_changes_nothing", f"{command.name}: a bad value", group, command=command.name, pointer=pointer
    )
    attempt = Step(case, call, slot=group, lifecycle=script.life.name)
    reads = script.read(group, group), script.read(group, group)
    yield Scenario(group, (*script.finish(group, group), *reads, attempt, reads[0]))


def _late(script: Script, command: Command) -> Iterator[Scenario]:
    """The command on a resource that nobody has touched for the length of the run."""
    if not script.requirement("command_stamps", command=command.name):
        return
    group = f"{script.life.name}/{command.name}/late"
    yield Scenario(group, script.finish(group, group))
    case = script.case("command_stamps", command.name, f"{group}/at the end", ACCEPTED, command=command.name)
    attempt = script.command(command, group, case)
    reads = script.read(case.group, group), script.read(case.group, group)
    yield Scenario(f"{group}/at the end", (reads[0], attempt, reads[1]), Stage.closing, Mode.create, (group,))
