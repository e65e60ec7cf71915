"""Creations that name other resources: none, one that is only just made, one that has ended in a state of no use.

What is named is made for the purpose, so that nothing else can be wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.plan import Mode, Scenario, Step, slot
from conformance.plans.samples import read_place, write_place
from conformance.plans.script import ACCEPTED, Script
from conformance.plans.strangers import unknown_like
from specs.contract import Place, Reference
from specs.lifecycle import step
from specs.message import Call
from specs.pointers import MISSING, split


def missing(script: Script) -> Iterator[Scenario]:
    """Creations that name something that does not exist."""
    creation = script.life.created_by
    for reference in creation.references if creation else ():
        call = _with_stranger(script, reference)
        if call is None:
            continue
        name = reference.place.name
        group = f"{script.life.name}/missing{name}"
        expect = (reference.missing, "accepted") if reference.may_fail_later else (reference.missing,)
        case = script.case("missing_reference", f"unknown {reference.resource}", group, expect, reference=name)
        if reference.may_fail_later:
            yield Scenario(group, (script.create(group, group, call, case), script.wait(group, group)))
        else:
            yield Scenario(group, (Step(case, call, lifecycle=script.life.name),))


def unfinished(script: Script, others: Mapping[str, Script]) -> Iterator[Scenario]:
    """Creations that name what is only just made."""
    creation = script.life.created_by
    for reference in creation.references if creation else ():
        other = others.get(reference.resource)
        if reference.unfinished != "accepted" or other is None or other.life.created_by is None:
            continue
        name = reference.place.name
        group = f"{script.life.name}/unfinished{name}"
        call = write_place(script.creation(), reference.place, slot(f"{group}/named"))
        case = script.case("unfinished_reference", f"fresh {reference.resource}", group, ACCEPTED, reference=name)
        # With every optional member: what another resource needs of the one that it names is often optional there.
        named = other.create(group, f"{group}/named", other.creation(full=True))
        yield Scenario(group, (named, script.create(group, group, call, case)))


def unusable(script: Script, others: Mapping[str, Script]) -> Iterator[Scenario]:
    """Creations that name what has failed, and what has been deleted."""
    creation = script.life.created_by
    for reference in creation.references if creation else ():
        other = others.get(reference.resource)
        if other is None or other.life.created_by is None:
            continue
        name = reference.place.name
        expect = (reference.missing, "accepted") if reference.may_fail_later else (reference.missing,)
        for state in reference.unusable:
            group = f"{script.life.name}/unusable{name}/{state}"
            begun, *ended = _ended(other, group, f"{group}/named", state) or (None,)
            call = write_place(script.creation(), reference.place, slot(f"{group}/named"))
            case = script.case("unusable_reference", f"{state} {reference.resource}", group, expect, reference=name)
            # What names something unfinished waits for it, and shows what it looks like when nothing comes of it.
            early = replace(case, label=f"{reference.resource} that will be {state}", expect=("any",))
            doomed = script.create(group, f"{group}/doomed", call, early)
            waiting = (doomed, script.wait(group, f"{group}/doomed")) if other.life.final[state] == "failure" else ()
            steps = (*waiting[:1], *ended, *waiting[1:], script.create(group, group, call, case))
            if begun is not None:
                yield Scenario(group, (begun, *steps, script.wait(group, group)), mode=Mode.destroy)


def _ended(other: Script, group: str, name: str, state: str) -> tuple[Step, ...]:
    """The steps that bring a resource to a final state: by a request that cannot succeed, or by a command; none where
    nothing does."""
    life = other.life
    if life.final.get(state) == "failure" and life.failing_request:
        call = other.creation(full=True)
        for pointer, value in life.failing_request.items():
            call = write_place(call, Place("body", pointer), other.samples.filled(value))
        return other.create(group, name, call), other.wait(group, name)
    done = other.success()
    for command in life.commands.values():
        if command.event and step(life, done, command.event) == state and done in (command.from_states or (done,)):
            case = other.case("command_effect", command.name, group, ACCEPTED, command=command.name)
            made = other.finish(group, name, other.creation(full=True))
            return (*made, other.command(command, name, case), other.wait(group, name, state))
    return ()


def _with_stranger(script: Script, reference: Reference) -> Call | None:
    """The sample with an unknown identity at a reference; what stands around an optional one is of the full sample."""
    call, full = script.creation(), script.creation(full=True)
    known = read_place(call, reference.place)
    if known is MISSING:
        known = read_place(full, reference.place)
        if known is MISSING or reference.place.location != "body":
            return None
        top = Place("body", "/" + split(reference.place.name)[0])
        call = write_place(call, top, read_place(full, top))
    return write_place(call, reference.place, unknown_like(known, script.samples, script.draw))
