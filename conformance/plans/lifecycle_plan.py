"""What is done to resources in a run: made, waited for, read, used in every state that can be reached on purpose.

A state is reached on purpose when nothing but this run can end it: a job that waits for its input, a job that is
finished. Each scenario reads the resource before and after what it tries, so that the judge knows the state. What
cannot be made afresh (a part of something that a target already has) is taken away and restored alone, at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.plan import Mode, Scenario, Stage, Step, shared, slot
from conformance.plans.changing import changes
from conformance.plans.preparing import in_parts, is_race, part
from conformance.plans.references import missing, unfinished, unusable
from conformance.plans.repetition import refusals, repeats
from conformance.plans.samples import Samples, read_place, write_place
from conformance.plans.script import ACCEPTED, GONE, Script, scripts
from conformance.plans.strangers import unknown_identity
from specs.contract import Command, Contract, Lifecycle, Place
from specs.lifecycle import course, step
from specs.message import Call

NO_TEXT = b"a,b\n\xff\xfe\xc3\x28,\x80\n"
"""Bytes that are no UTF-8."""


def plan_lifecycles(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """The scenarios for all lifecycles of a contract. `seed` decides the identities that nothing has."""
    found: list[Scenario] = []
    known = scripts(contract, samples, seed)
    for script in known.values():
        rows = (*_plan(script), *unfinished(script, known), *unusable(script, known))
        found += [*rows, *_watched_again(script, rows)]
    return tuple(found)


def _watched_again(script: Script, rows: tuple[Scenario, ...]) -> Iterator[Scenario]:
    """What has ended or is gone, read once more at the very end of the run: until then a lot of time has passed."""
    for row in rows:
        if row.stage != Stage.main:
            continue
        for name in dict.fromkeys(taken.slot for taken in row.steps if taken.kind == "poll"):
            if script.life.transitions:
                last = script.read(f"{row.name}/last", name, "terminal_is_final")
                yield Scenario(f"{row.name}/last", (last,), Stage.closing, row.mode, (name,))
        for taken in row.steps[-1:]:
            if taken.case.label == GONE:
                yield Scenario(f"{row.name}/last", (taken,), Stage.closing, row.mode, (taken.slot,))


def _plan(script: Script) -> Iterator[Scenario]:
    yield from _unknown(script)
    if script.life.created_by is None:
        yield from _seeded(script)
        return
    yield from _shared(script)
    yield from missing(script)
    if script.life.absent is not None:
        yield from _taken_away(script)
        return
    name = f"{script.life.name}/full"
    yield Scenario(name, script.finish(name, name, script.creation(full=True)))
    yield from _failing(script)
    yield from repeats(script)
    yield from refusals(script)
    yield from _uploads(script)
    yield from _parts(script)
    yield from _results(script)
    for command in script.life.commands.values():
        yield from _command(script, command)


def _shared(script: Script) -> Iterator[Scenario]:
    """The resource that all planners may read: made first, read once more at the very end."""
    name = shared(script.life.name)
    group = f"{script.life.name}/shared"
    yield Scenario(group, script.finish(group, name), Stage.setup)
    last = script.read(group, name, "terminal_is_final")
    yield Scenario(f"{group}/last", (last,), Stage.closing, Mode.read, (name,))


def _seeded(script: Script) -> Iterator[Scenario]:
    """A resource that a target has from the start is read at both ends of the run."""
    observed = script.life.observed_by
    if observed is None or not script.life.seeded:
        return
    for stage in (Stage.setup, Stage.closing):
        group = f"{script.life.name}/{stage.name}"
        call = script.samples.call(observed.operation)
        case = script.case("field_constant", "read", group, ACCEPTED)
        yield Scenario(group, (Step(case, call, lifecycle=script.life.name),), stage, Mode.observe)


def _unknown(script: Script) -> Iterator[Scenario]:
    """Every operation on an identity that nothing has."""
    life = script.life
    rows: list[tuple[str, Place, Mode, dict[str, str]]] = []
    if life.observed_by is not None and life.absent is None:
        rows.append((life.observed_by.operation, life.observed_by.identity, Mode.read, {}))
    if life.results is not None:
        rows.append((life.results.operation, life.results.identity, Mode.read, {}))
    if life.upload is not None:
        rows.append((life.upload.operation, life.upload.identity, Mode.create, {}))
    parts = life.upload.parts if life.upload else None
    if parts is not None:
        rows.append((parts.operation, parts.identity, Mode.create, {}))
        rows.append((parts.finish, parts.finish_identity, Mode.create, {}))
    rows += [(row.operation, row.identity, Mode.create, {"command": row.name}) for row in life.commands.values()]
    for operation, place, mode, parameters in rows:
        group = f"{life.name}/unknown/{operation}"
        case = script.case(
            "unknown_identity", "unknown identity", group, (life.not_found,), operation=operation, **parameters
        )
        stranger = unknown_identity(life, script.samples, script.draw)
        call = write_place(script.samples.call(operation), place, stranger)
        yield Scenario(group, (Step(case, call, lifecycle=life.name),), mode=mode)


def _failing(script: Script) -> Iterator[Scenario]:
    """A creation that cannot succeed, and its end."""
    if not script.life.failing_request:
        return
    group, call = f"{script.life.name}/failing", script.creation()
    for pointer, value in script.life.failing_request.items():
        call = write_place(call, Place("body", pointer), script.samples.filled(value))
    case = script.case("fails_as_documented", "a request that cannot succeed", group, ACCEPTED)
    yield Scenario(group, (script.create(group, group, call, case), script.wait(group, group)))


def _uploads(script: Script) -> Iterator[Scenario]:
    """A second upload, and an empty one."""
    life, call = script.life, script.creation()
    if life.upload is None or not script.waits_for_input(call):
        return
    group = f"{life.name}/upload/again"
    first = script.upload(group, group, call)
    again = Step(script.case("upload_again", "second upload", group, (life.upload.again,)), first[0].call, slot=group)
    yield Scenario(group, (script.create(group, group, call), *first, again))
    group = f"{life.name}/upload/empty"
    nothing = script.about(life.upload.operation, life.upload.identity, group)
    nothing = Call(nothing.operation, nothing.path, nothing.query, nothing.headers, b"", life.upload.media_type)
    empty = Step(script.case("upload_empty", "empty upload", group, (life.upload.empty,)), nothing, slot=group)
    yield Scenario(group, (script.create(group, group, script.creation()), empty))
    yield from _unfit_uploads(script)


def _unfit_uploads(script: Script) -> Iterator[Scenario]:
    """An upload to a resource that reads its input elsewhere, and one that is no text."""
    upload, whole = script.life.upload, script.creation(full=True)
    if upload is None:
        return
    group = f"{script.life.name}/upload/elsewhere"
    call = script.about(upload.operation, upload.identity, group)
    if not script.waits_for_input(whole) and script.requirement("parts_refused", of="other"):
        case = script.case("parts_refused", "upload that nobody needs", group, (upload.not_needed,), of="other")
        yield Scenario(group, (script.create(group, group, whole), Step(case, call, slot=group)))
    if upload.unreadable:
        group = f"{script.life.name}/upload/bytes"
        call = replace(script.about(upload.operation, upload.identity, group), body=NO_TEXT)
        case = script.case("parts_refused", "upload that is no text", group, (upload.unreadable,), of="bytes")
        yield Scenario(group, (script.create(group, group, script.creation()), Step(case, call, slot=group)))


def _parts(script: Script) -> Iterator[Scenario]:
    """Input in several parts, an end of it without any, and one for a resource that takes its input whole."""
    life = script.life
    parts = life.upload.parts if life.upload else None
    if parts is None:
        return
    divided = in_parts(script.samples, life, parts)
    group = f"{life.name}/upload/parts"
    pieces = [part(script.contract, script.samples, life, parts, group, number) for number in (0, 1)]
    case = script.case("parts_complete", "all parts are there", group, ACCEPTED)
    finish = script.about(parts.finish, parts.finish_identity, group)
    end = Step(case, finish, slot=group, lifecycle=life.name)
    steps = (script.create(group, group, divided), *pieces, script.read(group, group), end, script.wait(group, group))
    yield Scenario(group, steps)
    for expect, call in ((parts.empty, divided), (parts.wrong, script.creation())):
        group = f"{life.name}/upload/parts/{expect}"
        case = script.case("parts_refused", f"finish: {expect}", group, (expect,), refused_as=expect)
        finish = script.about(parts.finish, parts.finish_identity, group)
        yield Scenario(group, (script.create(group, group, call), Step(case, finish, slot=group)))


def _made(script: Script, command: Command) -> Iterator[Scenario]:
    """A command that makes a new resource, and a read of what it made."""
    making = command.makes
    target = script.contract.lifecycles[making.resource] if making else None
    if making is None or target is None or target.observed_by is None:
        return
    group = f"{script.life.name}/{command.name}/makes"
    made = f"{group}/made"
    case = script.case("command_makes", command.name, group, ACCEPTED, command=command.name)
    copies = script.requirement("command_copies", command=command.name)
    case = replace(case, also=(copies,) if copies else ())
    call = script.about(command.operation, command.identity, group)
    make = Step(case, call, slot=made, lifecycle=target.name, creates=target.name, identity=making.identity)
    there = write_place(script.samples.call(target.observed_by.operation), target.observed_by.identity, slot(made))
    before = (*script.finish(group, group, script.creation(full=True)), script.read(group, group))
    window = target.consistency.get_after_create_s
    yield Scenario(group, (*before, make, Step(case, there, "settle", made, target.name, seconds=window)))


def _results(script: Script) -> Iterator[Scenario]:
    """Results before there are any, and twice when the job is finished."""
    results = script.life.results
    if results is None:
        return
    group, call = f"{script.life.name}/results", script.creation()
    steps = [script.create(group, group, call)]
    waits = script.waits_for_input(call)
    steps += _refused_results(script, group, group, script.life.initial) if waits else []
    steps += script.upload(group, group, call)
    for state in _on_the_way(script.life):
        refused = [] if waits and state == script.life.initial else _refused_results(script, group, group, state)
        steps += [script.wait(group, group, state, *script.rests()), *refused] if refused else []
    steps.append(script.wait(group, group))
    window = script.life.consistency.results_after_final_s
    expect = ACCEPTED if window <= 0 else ("accepted", script.life.not_found)
    download = script.about(results.operation, results.identity, group)
    first = script.case("results_available", "first download", group, expect)
    steps.append(Step(first, download, "settle", group, script.life.name, seconds=window))
    second = script.case("results_repeatable", "second download", group, ACCEPTED)
    steps += [Step(second, download, slot=group, lifecycle=script.life.name), script.read(group, group)]
    yield Scenario(group, tuple(steps))


def _on_the_way(life: Lifecycle) -> tuple[str, ...]:
    """The states that a resource goes through by itself before its end, in order."""
    return tuple(dict.fromkeys((life.initial, *(name for _, name in course(life) if name not in life.final))))


def _refused_results(script: Script, group: str, name: str, state: str) -> list[Step]:
    results = script.life.results
    if results is None or state not in results.otherwise:
        return []
    case = script.case("results_refused", f"download in {state}", group, (results.otherwise[state],), state=state)
    call = script.about(results.operation, results.identity, name)
    attempt = Step(case, call, slot=name, lifecycle=script.life.name)
    return [script.read(group, name), attempt, script.read(group, name)]


def _command(script: Script, command: Command) -> Iterator[Scenario]:
    """A command in each state that can be reached on purpose."""
    life, call = script.life, script.creation()
    yield from changes(script, command)
    yield from _taken(script, command)
    yield from _made(script, command)
    if not command.event:
        if script.waits_for_input(call) and command.from_states and life.initial not in command.from_states:
            group = f"{life.name}/{command.name}/{life.initial}"
            refused = _refused_command(script, command, group, group, life.initial)
            yield Scenario(group, (script.create(group, group, call), *refused))
        return
    if is_race(script.contract, script.samples, command.operation):
        group = f"{life.name}/{command.name}/at once"
        case = script.case("command_effect", command.name, group, ("accepted", command.otherwise), command=command.name)
        steps = [script.create(group, group), script.command(command, group, case), script.wait(group, group)]
        yield Scenario(group, tuple(steps), Stage.exclusive, Mode.destroy)
    allowed = command.from_states or tuple(life.transitions)
    if life.initial in allowed and script.waits_for_input(call):
        group = f"{life.name}/{command.name}/{life.initial}"
        steps = [script.create(group, group, call), *_effect(script, command, group, group, life.initial)]
        yield Scenario(group, tuple(steps), mode=Mode.destroy)
    yield from _midway(script, command, allowed)
    done, group = script.success(), f"{life.name}/{command.name}/finished"
    tried = _effect if done in allowed else _refused_command
    steps = [*script.finish(group, group, call), *tried(script, command, group, group, done)]
    yield Scenario(group, tuple(steps), mode=Mode.destroy)


def _midway(script: Script, command: Command, allowed: tuple[str, ...]) -> Iterator[Scenario]:
    """The command in each state on the way to the end; a job that is through it too soon shows nothing."""
    life = script.life
    for state in (name for _, name in course(life) if name in allowed and name not in life.final):
        group, target = f"{life.name}/{command.name}/{state}", step(life, state, command.event)
        case = script.case("command_effect", f"{command.name} in {state}", group, ("any",), command=command.name)
        begun = (script.create(group, group), *script.upload(group, group, script.creation()))
        seen = script.wait(group, group, state, *script.rests())
        end = script.about_itself(group, case) if target in life.gone else script.wait(group, group)
        yield Scenario(group, (*begun, seen, script.command(command, group, case), end), mode=Mode.destroy)
    # What documents a refusal is also called too early; a job that moves on meanwhile shows nothing.
    early = _on_the_way(life) if allowed != tuple(life.transitions) and command.otherwise != "undocumented" else ()
    for state in (name for name in early if name not in allowed):
        group = f"{life.name}/{command.name}/{state}"
        begun = (script.create(group, group), *script.upload(group, group, script.creation()))
        tried = _refused_command(script, command, group, group, state)
        steps = (*begun, script.wait(group, group, state, *script.rests()), *tried)
        yield Scenario(group, steps, mode=Mode.destroy)


def _taken(script: Script, command: Command) -> Iterator[Scenario]:
    """The command that gives a resource the name that it has, and then that of another one."""
    unique = script.life.created_by.unique if script.life.created_by else None
    if unique is None or not script.requirement("command_taken", command=command.name):
        return
    group = f"{script.life.name}/{command.name}/taken"
    again = script.life.created_by.again_different if script.life.created_by else ""
    case = script.case("command_taken", command.name, group, (again,), command=command.name)
    first, second = script.creation(), script.creation()
    attempt = script.command(command, f"{group}/second", case)
    assert attempt.call is not None
    own, wanted = (
        write_place(attempt.call, command.sets[unique.name], read_place(one, unique)) for one in (second, first)
    )
    kept = replace(attempt, call=own, case=replace(case, label=f"{command.name}: its own", expect=ACCEPTED))
    steps = script.create(group, f"{group}/first", first), script.create(group, f"{group}/second", second)
    yield Scenario(group, (*steps, kept, replace(attempt, call=wanted)))


def _effect(script: Script, command: Command, group: str, name: str, state: str) -> list[Step]:
    """The command where it is allowed, and what is left afterwards: results, and the same command once more."""
    target = step(script.life, state, command.event) or ""
    case = script.case("command_effect", command.name, group, ACCEPTED, command=command.name)
    if target in script.life.gone:
        last = script.about_itself(name, case)
        return [script.read(group, name), script.command(command, name, case), last]
    steps = [script.read(group, name), script.command(command, name, case), script.wait(group, name, target)]
    steps += _refused_results(script, group, name, target)
    if command.from_states and target not in command.from_states:
        steps += _refused_command(script, command, group, name, target)
    return steps


def _refused_command(script: Script, command: Command, group: str, name: str, state: str) -> list[Step]:
    """The command in a state where it is not allowed."""
    expect = ("any",) if command.otherwise == "undocumented" else (command.otherwise,)
    case = script.case("command_refused", f"{command.name} in {state}", group, expect, command=command.name)
    return [script.read(group, name), script.command(command, name, case), script.read(group, name)]


def _taken_away(script: Script) -> Iterator[Scenario]:
    """Commands on a resource that cannot be made afresh, each followed by its restoration."""
    life, name, done = script.life, shared(script.life.name), script.success()
    for command in life.commands.values():
        if not command.event or (command.from_states and done not in command.from_states):
            continue
        group = f"{life.name}/{command.name}"
        steps = [*_effect(script, command, group, name, done), *script.finish(group, name)]
        case = script.case("recreate", "create again", group, kind="same")
        steps += [Step(case, script.creation(), slot=name, lifecycle=life.name), script.read(group, name)]
        yield Scenario(group, tuple(steps), Stage.exclusive, Mode.destroy, (name,))
