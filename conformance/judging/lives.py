"""The lives of single resources, cut out of a history: creation, observations, commands.

Every monitor asks the same first questions: which observations are of one and the same life, which of them are in a
certain order, what could have acted on the resource in between. The answers are made here. Only answers to creations
and reads count; a list may lag behind and is judged on its own. What was read about another resource by mistake (the
document names another identity) belongs to no life at all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.history import Exchange
from conformance.judging.view import Observation, View, created_identity
from conformance.plans.samples import read_place
from specs.contract import Command, FieldRule, Lifecycle, Place, Requirement
from specs.lifecycle import is_final, may_follow, reachable
from specs.message import ABSENT
from specs.pointers import MISSING, get


@dataclass(frozen=True)
class Life:
    """One life of one resource. `creation` is None for a resource that was there before the run; `rows` are its
    observations by creations and reads, in the order of sending."""

    identity: str
    creation: Exchange | None
    rows: tuple[Observation, ...]


def lifecycle_of(view: View, requirement: Requirement) -> Lifecycle:
    """The lifecycle that a requirement is about (`parameters["lifecycle"]`)."""
    return view.contract.lifecycles[str(requirement.parameters["lifecycle"])]


def cases(view: View, requirement: Requirement) -> tuple[Exchange, ...]:
    """The exchanges that were sent for a requirement; attempts that were only throttled are left out."""
    found = view.by_requirement.get(requirement.id, ())
    return tuple(item for item in found if item.case is not None and item.case.kind == "lifecycle")


def lives(view: View, life: Lifecycle, *, strangers: bool = False) -> tuple[Life, ...]:
    """Every life that the history shows. `strangers` keeps documents that name another identity.

    A resource that a target has from the start lives too. One that was created anew with other parameters, or after a
    command that may have ended it, is not followed any further: what it shows then says nothing about the first
    creation. A sub-resource lives once for each accepted creation.
    """
    key = ("lives", life.name, strangers)
    if key not in view.remembered:
        view.remembered[key] = tuple(_lives(view, life, strangers))
    found: tuple[Life, ...] = view.remembered[key]
    return found


def _lives(view: View, life: Lifecycle, strangers: bool) -> Iterator[Life]:
    pointer = "" if strangers else identity_pointer(life)
    creations = _creations(view, life)
    seen = {identity: rows for (name, identity), rows in view.observations.items() if name == life.name}
    for identity, rows in {**dict.fromkeys(creations, ()), **seen}.items():
        own = tuple(row for row in rows if row.source != "list" and _belongs(row, pointer))
        made = creations.get(identity, [])
        if life.created_by is None or (life.seeded and not made):
            yield Life(identity, None, own)
        elif life.absent is not None:
            yield from _spans(identity, made, own)
        elif made:
            ended = [item for command, item in commands_on(view, life).get(identity, ()) if command.event]
            anew = (item for item in made if _changes(made[0], item) or _is_past(item, made[0], ended))
            end = next((item.sent_at for item in anew), float("inf"))
            kept = tuple(row for row in own if made[0].sent_at <= row.sent_at and row.received_at <= end)
            yield Life(identity, made[0], kept)


def identity_pointer(life: Lifecycle) -> str:
    """Where a resource's document repeats the identity; empty when it does not."""
    return next((rule.pointer for rule in life.fields if rule.shows == {"$identity": True}), "")


def rule_at(life: Lifecycle, pointer: str) -> FieldRule:
    """The field rule at a pointer. Raises StopIteration when there is none: the contract's loader excludes that."""
    return next(rule for rule in life.fields if rule.pointer == pointer)


def ordered_pairs(rows: tuple[Observation, ...]) -> Iterator[tuple[Observation, Observation]]:
    """Each observation with the last one that had certainly been made before it was asked for."""
    ended = sorted(rows, key=lambda row: (row.received_at, row.exchange))
    ends = [row.received_at for row in ended]
    for row in rows:
        place = bisect_right(ends, row.sent_at)
        while place and ended[place - 1].exchange >= row.exchange:
            place -= 1
        if place:
            yield ended[place - 1], row


def commands_on(view: View, life: Lifecycle) -> Mapping[str, tuple[tuple[Command, Exchange], ...]]:
    """Commands by identity that may have had an effect: everything but clean refusals (4xx)."""
    key = ("commands", life.name)
    if key not in view.remembered:
        view.remembered[key] = _commands_on(view, life)
    found: Mapping[str, tuple[tuple[Command, Exchange], ...]] = view.remembered[key]
    return found


def _commands_on(view: View, life: Lifecycle) -> Mapping[str, tuple[tuple[Command, Exchange], ...]]:
    found: dict[str, list[tuple[Command, Exchange]]] = defaultdict(list)
    for command in life.commands.values():
        for item in view.by_operation.get(command.operation, ()):
            identity = named(item, command.identity)
            refused = item.answer is not None and 400 <= item.answer.status < 500
            if isinstance(identity, str) and not refused:
                found[identity].append((command, item))
    return {identity: tuple(pairs) for identity, pairs in found.items()}


def named(item: Exchange, place: Place | None) -> Any:
    """The identity that a call names."""
    return MISSING if item.call is None or place is None else read_place(item.call, place)


def reads_of(view: View, life: Lifecycle, identity: str) -> Iterator[Exchange]:
    """The valid reads of one resource."""
    observed = life.observed_by
    for item in view.by_operation.get(observed.operation, ()) if observed else ():
        valid = item.case is not None and item.case.kind == "lifecycle"
        if valid and observed is not None and named(item, observed.identity) == identity:
            yield item


def rows_of(view: View, life: Lifecycle, identity: Any, beside: Exchange | None = None) -> tuple[Observation, ...]:
    """What creations and reads showed of one resource, in the order of sending; of all that have had its name, only the
    one that lives `beside` an exchange, when that is given."""
    rows = view.observations.get((life.name, identity), ()) if isinstance(identity, str) else ()
    rows = tuple(row for row in rows if row.source != "list")
    if beside is None or not rows:
        return rows
    made = _creations(view, life).get(identity, ())
    begin = max((item.sent_at for item in made if item.index < beside.index), default=float("-inf"))
    end = min((item.sent_at for item in made if item.index > beside.index), default=float("inf"))
    return tuple(row for row in rows if begin <= row.sent_at and row.received_at <= end)


def before(rows: tuple[Observation, ...], exchange: Exchange) -> Observation | None:
    """The last observation that was over when the exchange began."""
    found = [row for row in rows if row.received_at <= exchange.sent_at and row.exchange < exchange.index]
    return max(found, key=lambda row: (row.received_at, row.exchange), default=None)


def after(rows: tuple[Observation, ...], exchange: Exchange) -> tuple[Observation, ...]:
    """The observations that began when the exchange was over."""
    return tuple(row for row in rows if row.sent_at >= exchange.received_at and row.exchange > exchange.index)


def state_during(view: View, life: Lifecycle, identity: Any, exchange: Exchange) -> str | None:
    """The state that a resource was in during an exchange: seen before and after it. None when that is uncertain."""
    rows = rows_of(view, life, identity, exchange)
    earlier, later = before(rows, exchange), after(rows, exchange)
    if earlier is None or not later or earlier.state != later[0].state:
        return None
    return earlier.state


def was_allowed(life: Lifecycle, command: Command, start: str | None, end: str | None) -> bool:
    """Whether a resource that is in state `start` before a command and in `end` after it allows the command at every
    moment in between. What has ended moves no more by itself; before that, every path from one to the other counts, and
    where no end was seen every path from `start`."""
    if start is None or start not in command.from_states or is_final(life, start):
        return start in command.from_states
    between = (state for state in reachable(life, start) if end is None or may_follow(life, state, end))
    return all(state in command.from_states for state in between)


def may_be_late(view: View, life: Lifecycle, command: Command, item: Exchange) -> bool:
    """Whether a command that was refused in the documented way may have come too late: it was allowed when its resource
    was made, or read last, and nothing that was read next shows that it still was."""
    rows = rows_of(view, life, named(item, command.identity))
    earlier, later = before(rows, item), after(rows, item)
    start, end = earlier.state if earlier else life.initial, later[0].state if later else None
    refused = _is_refused(view, command, item)
    return refused and start in command.from_states and not was_allowed(life, command, start, end)


def _is_refused(view: View, command: Command, item: Exchange) -> bool:
    if item.answer is None or not 400 <= item.answer.status < 500:
        return False
    return command.otherwise == "undocumented" or command.otherwise in view.classify(item.answer)


def may_be_seen(life: Lifecycle, earlier: str, later: str, commanded: frozenset[str]) -> bool:
    """Whether a poller may see one state after another.

    Every edge of the table counts, for states in between may be missed; but out of a final state lead only the events
    of commands that this run sent.
    """
    found, frontier = {earlier}, [earlier]
    while frontier:
        state = frontier.pop()
        for event, target in life.transitions.get(state, {}).items():
            if target not in found and (not is_final(life, state) or event in commanded):
                found.add(target)
                frontier.append(target)
    return later in found


def is_absent(value: Any) -> bool:
    """Whether a member shows nothing: it is missing, or null."""
    return value is MISSING or value is None


def same(one: Any, other: Any) -> bool:
    """JSON equality: numbers by value, and true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def is_trimmed(said: Any, shown: Any) -> bool:
    """Whether a text came back without the blanks at its ends: no source forbids it, and form readers do it."""
    return isinstance(said, str) and said != shown and said.strip() == shown


def alike(one: Any, other: Any, schema: Mapping[str, Any]) -> bool:
    """Equality of what a schema documents: further members of an object count for nothing, null as left out."""
    if is_absent(one) and is_absent(other):
        return True
    documented = schema.get("properties")
    if not documented or not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return same(one, other)
    return all(alike(one.get(name), other.get(name), documented[name]) for name in documented)


def brief(value: Any) -> str:
    """A value for one line of a report."""
    text = "nothing" if value is MISSING or value is ABSENT else repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _creations(view: View, life: Lifecycle) -> Mapping[str, list[Exchange]]:
    found: dict[str, list[Exchange]] = defaultdict(list)
    names = life.created_by.operations if life.created_by else ()
    for item in (item for name in names for item in view.by_operation.get(name, ())):
        identity = created_identity(life, item)
        if identity is not None:
            found[identity].append(item)
    return found


def _belongs(row: Observation, pointer: str) -> bool:
    value = get(row.document, pointer) if pointer else MISSING
    return is_absent(value) or bool(value == row.identity)


def _changes(first: Exchange, later: Exchange) -> bool:
    return first.call is not None and later.call is not None and first.call.body != later.call.body


def _is_past(later: Exchange, first: Exchange, ended: list[Exchange]) -> bool:
    """Whether something may have ended what the first creation made before the later one was sent."""
    return any(first.sent_at <= item.sent_at and item.received_at <= later.sent_at for item in ended)


def _spans(identity: str, made: list[Exchange], rows: tuple[Observation, ...]) -> Iterator[Life]:
    ends = [item.sent_at for item in made[1:]] + [float("inf")]
    for creation, end in zip(made, ends, strict=False):  # nothing made: what was read is the life of somebody else's
        inside = (row for row in rows if creation.received_at <= row.sent_at and row.received_at <= end)
        yield Life(identity, creation, tuple(row for row in inside if row.exchange > creation.index))
