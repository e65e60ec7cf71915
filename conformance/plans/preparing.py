"""What a valid call needs before it: resources of its own, so that no scenario takes another one's away.

An operation that acts on a resource (a command, an upload) gets a resource that its scenario has made for it. A
sub-resource, which exists at most once, cannot be made anew: its scenarios run alone and put it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.history import Case
from conformance.judging.oracle import is_slot
from conformance.plan import Mode, Step, shared
from conformance.plans.samples import Samples, read_place, write_place
from specs.contract import Command, Contract, Lifecycle, Operation, Parts, Place, Scorer, Upload
from specs.lifecycle import is_final
from specs.message import ABSENT, Call
from specs.pointers import get


@dataclass(frozen=True)
class Prepared:
    """Steps to take first, the slots that they fill by resource, and the least mode that a valid call needs."""

    before: tuple[Step, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = Mode.read


def accepts_valid(contract: Contract, operation: str) -> str:
    """The id of the requirement that valid calls of an operation are accepted."""
    return f"{contract.vendor}.{operation}.valid_request_is_accepted"


def command_of(contract: Contract, operation: str) -> tuple[Lifecycle, Command] | None:
    """The command that an operation is, with its lifecycle."""
    for life in contract.lifecycles.values():
        for command in life.commands.values():
            if command.operation == operation:
                return life, command
    return None


def upload_of(contract: Contract, operation: str) -> Lifecycle | None:
    """The lifecycle whose input an operation uploads."""
    lives = contract.lifecycles.values()
    return next((life for life in lives if life.upload and operation in _uploading(life.upload)), None)


def _uploading(upload: Upload) -> tuple[str, ...]:
    return (upload.operation, *((upload.parts.operation, upload.parts.finish) if upload.parts else ()))


def created_by(contract: Contract, operation: str) -> Lifecycle | None:
    """The lifecycle whose resources an operation creates."""
    lives = contract.lifecycles.values()
    return next((life for life in lives if life.created_by and operation in life.created_by.operations), None)


def sub_resource(contract: Contract, operation: str) -> Lifecycle | None:
    """The sub-resource that an operation makes or acts on; None for operations on resources of their own."""
    found = command_of(contract, operation)
    life = found[0] if found else created_by(contract, operation)
    return life if life is not None and life.absent is not None else None


def is_race(contract: Contract, samples: Samples, operation: str) -> bool:
    """Whether an operation is a command that is only allowed while a resource moves on by itself: it has to come at
    once, with nobody else reading, and may still come too late."""
    found = command_of(contract, operation)
    if found is None or found[0].created_by is None or found[0].observed_by is None or not found[1].from_states:
        return False
    life, command = found
    moves = not any(is_final(life, state) for state in command.from_states)
    return moves and not input_for(contract, samples, life, "")


def mode_of(contract: Contract, operation: str) -> Mode:
    """The least mode for a valid call: it may read, make or change something, or take something away."""
    found, known = command_of(contract, operation), contract.operations[operation]
    if (found is not None and found[1].event) or (found is None and known.method == "DELETE"):
        return Mode.destroy
    makes = created_by(contract, operation) or upload_of(contract, operation)
    changes = makes is not None or found is not None or _changes_items(contract, operation)
    return Mode.create if changes or known.method in ("PUT", "PATCH") or _makes(known) else Mode.read


def _makes(operation: Operation) -> bool:
    """Whether an operation that no lifecycle explains documents that something was made, or will be."""
    return operation.method == "POST" and bool({"201", "202"} & set(operation.responses))


def takes_what_is_named(contract: Contract, operation: str) -> bool:
    """Whether a valid call would take away what a profile names: a DELETE of a fixture that the contract explains no
    further. No run sends it, in whatever mode: what a profile names belongs to somebody."""
    if contract.operations[operation].method != "DELETE" or command_of(contract, operation) is not None:
        return False
    items = {row.removed_by.operation for row in contract.collections.values()}
    sample = contract.samples.get(operation)
    return operation not in items and sample is not None and _has_fixture((sample.path, sample.query, sample.body))


def _has_fixture(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "$fixture" in value or any(map(_has_fixture, value.values()))
    return isinstance(value, list | tuple) and any(map(_has_fixture, value))


def _changes_items(contract: Contract, operation: str) -> bool:
    rows = contract.collections.values()
    return any(operation in (row.added_by.operation, row.removed_by.operation) for row in rows)


def refused_mode_of(contract: Contract, operation: str) -> Mode:
    """The least mode for a call that should be refused: a faulty server may accept it."""
    return min(mode_of(contract, operation), Mode.create)


def own_resource(contract: Contract, samples: Samples, operation: str, name: str) -> Prepared:
    """A resource of its own for a command or an upload, in the slot `name`; nothing for any other operation."""
    mode = mode_of(contract, operation)
    found = command_of(contract, operation)
    life = found[0] if found else upload_of(contract, operation)
    if life is None or life.created_by is None or life.absent is not None:
        return Prepared(mode=mode)
    parts = life.upload.parts if life.upload else None
    if parts is not None and operation in (parts.operation, parts.finish):
        steps = [creation(contract, samples, life, name, in_parts(samples, life, parts))]
        steps += [part(contract, samples, life, parts, name, 0)] if operation == parts.finish else []
        return Prepared(tuple(steps), {life.name: name}, mode)
    steps = [creation(contract, samples, life, name)]
    ends = [state for state in found[1].from_states if is_final(life, state)] if found else []
    if ends and life.observed_by:
        steps += input_for(contract, samples, life, name)
        steps.append(polling(contract, samples, life, name, tuple(ends)))
    return Prepared(tuple(steps), {life.name: name}, mode)


def creation(contract: Contract, samples: Samples, life: Lifecycle, name: str, call: Call | None = None) -> Step:
    """The step that creates a resource for a slot."""
    assert life.created_by is not None
    operation = life.created_by.operation
    case = Case("lifecycle", accepts_valid(contract, operation), "set up", ("any" if call else "accepted",))
    return Step(case, call or samples.call(operation), slot=name, creates=life.name)


def input_for(contract: Contract, samples: Samples, life: Lifecycle, name: str) -> list[Step]:
    """The step that hands over its input to the resource in a slot, when the sample makes one that waits for it."""
    body = samples.call(life.created_by.operation).body if life.created_by else ABSENT
    upload = life.upload
    if upload is None or any(get(body, pointer) != value for pointer, value in upload.when.items()):
        return []
    call = samples.call(upload.operation, {life.name: name})
    case = Case("lifecycle", accepts_valid(contract, upload.operation), "set up", ("accepted",))
    return [Step(case, call, slot=name, lifecycle=life.name)]


def in_parts(samples: Samples, life: Lifecycle, parts: Parts) -> Call:
    """A create call for a resource whose input arrives in parts."""
    assert life.created_by is not None
    call = samples.call(life.created_by.operation)
    for pointer, value in parts.when.items():
        call = write_place(call, Place("body", pointer), value)
    return call


def part(contract: Contract, samples: Samples, life: Lifecycle, parts: Parts, name: str, number: int) -> Step:
    """The step that hands over one part of the input of the resource in a slot."""
    call = write_place(samples.call(parts.operation, {life.name: name}), parts.number, number)
    case = Case("lifecycle", accepts_valid(contract, parts.operation), f"part {number}", ("accepted",))
    return Step(case, call, slot=name, lifecycle=life.name)


def reading(contract: Contract, samples: Samples, life: Lifecycle, name: str, label: str = "read") -> Step:
    """The step that looks once at the resource in a slot."""
    assert life.observed_by is not None
    operation = life.observed_by.operation
    case = Case("lifecycle", accepts_valid(contract, operation), label)
    return Step(case, samples.call(operation, {life.name: name}), slot=name, lifecycle=life.name)


def polling(contract: Contract, samples: Samples, life: Lifecycle, name: str, until: tuple[str, ...]) -> Step:
    """The step that waits for a resource to reach one of these states."""
    return replace(reading(contract, samples, life, name, "wait"), kind="poll", until=until)


def restoration(contract: Contract, samples: Samples, life: Lifecycle) -> tuple[Step, ...]:
    """The steps that bring the run's own sub-resource back, whether it is there or not."""
    assert life.created_by is not None
    again = samples.call(life.created_by.operation)
    ready = tuple(state for state, end in life.final.items() if end == "success")
    name = shared(life.name)
    return creation(contract, samples, life, name, again), polling(contract, samples, life, name, ready)


def mounting(contract: Contract, samples: Samples, call: Call, name: str) -> tuple[Step, ...]:
    """The steps that make what a scorer needs for the model that a call names; none when it needs nothing."""
    scorer = next((row for row in contract.scorers.values() if row.operation == call.operation), None)
    life = contract.lifecycles.get(scorer.needs) if scorer is not None and scorer.needs else None
    if scorer is None or life is None or life.created_by is None or life.observed_by is None:
        return ()
    return _mounted(contract, samples, call, name, scorer, life)


def _mounted(
    contract: Contract, samples: Samples, call: Call, name: str, scorer: Scorer, life: Lifecycle
) -> tuple[Step, ...]:
    assert life.created_by is not None
    assert life.observed_by is not None
    model = read_place(call, scorer.model)
    place = life.created_by.chosen_by_client
    if place is None or model == read_place(samples.call(call.operation), scorer.model):
        return ()
    if not is_slot(model) and model not in [value for value in samples.fixtures.values() if isinstance(value, str)]:
        return ()  # a model that nobody knows cannot be mounted
    create = write_place(samples.call(life.created_by.operation), place, model)
    observe = write_place(samples.call(life.observed_by.operation), life.observed_by.identity, model)
    waiting = polling(contract, samples, life, name, scorer.needs_states)
    wait = Step(waiting.case, observe, kind="poll", slot=name, lifecycle=life.name, until=scorer.needs_states)
    return creation(contract, samples, life, name, create), wait
