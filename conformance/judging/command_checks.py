"""Checks of commands: accepted where they are allowed, refused elsewhere, and what is seen of their effect.

Each check looks at the commands that were planned for its requirement, and needs to know the state of the resource
while they happened. Where the history leaves that open, or a resource may have moved on meanwhile, it is inconclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.lives import (
    after,
    before,
    brief,
    cases,
    commands_on,
    is_absent,
    is_trimmed,
    lifecycle_of,
    may_be_late,
    may_be_seen,
    named,
    reads_of,
    rows_of,
    same,
    state_during,
    was_allowed,
)
from conformance.judging.refusals import describe, refusal, remark, undecided
from conformance.judging.view import Observation, View
from conformance.plans.samples import read_place
from specs.contract import Command, Lifecycle, Requirement
from specs.lifecycle import is_final, step
from specs.pointers import MISSING, escape, get


def command_effect(view: View, requirement: Requirement) -> Iterator[Finding]:
    """An allowed command is accepted, and the state that it leads to is seen afterwards."""
    life, command = _command(view, requirement)
    for item in (item for item in cases(view, requirement) if item.operation == command.operation):
        identity = named(item, command.identity)
        rows = rows_of(view, life, identity, item)
        earlier, later = before(rows, item), after(rows, item)
        if earlier is None and (item.accepted or (life.name, identity) in view.creations):
            yield _caught(view, requirement, (life, command), item, later)
            continue
        target = step(life, earlier.state, command.event) if earlier and earlier.state else None
        misplaced = earlier is None or (command.from_states and earlier.state not in command.from_states)
        if misplaced or earlier is None or target is None or item.answer is None or undecided(view, item.answer):
            text = "the resource was not certainly in a state that allows the command, or no answer came"
            yield inconclusive(requirement, item.index, got=text)
        elif not item.accepted and may_be_late(view, life, command, item):
            yield inconclusive(requirement, item.index, got=f"it may have come too late: {describe(view, item)}")
        elif not item.accepted:
            expected = f"accepted in {earlier.state}"
            yield failed(requirement, earlier.exchange, item.index, expected=expected, got=describe(view, item))
        else:
            yield _reached(view, requirement, life, (earlier, item), later, target)


def command_refused(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A command outside of its states is refused as documented; where no source says how, the answer is reported."""
    life, command = _command(view, requirement)
    for item in cases(view, requirement):
        state = state_during(view, life, named(item, command.identity), item)
        if state is None and command.otherwise != "undocumented":
            state = _state_kept_by_refusal(view, life, command, item)
        if state is None or state in command.from_states:
            yield inconclusive(requirement, item.index, got="the state during the command is not certain")
        elif command.otherwise == "undocumented":
            yield remark(view, requirement, item, item)
        else:
            yield refusal(view, requirement, item, command.otherwise)


def command_sets(view: View, requirement: Requirement) -> Iterator[Finding]:
    """After the command the member shows what it said; documented members that it does not name, and
    without a law of their own, are as before."""
    life, command = _command(view, requirement)
    pointer = str(requirement.parameters.get("pointer"))
    place = command.sets[pointer]
    judged = {
        rule.pointer for rule in life.fields if rule.constant or rule.never_decreases or rule.only_grows or rule.varies
    }
    documented = _documented(view, life)
    for item in cases(view, requirement):
        rows = rows_of(view, life, named(item, command.identity), item)
        earlier, later = before(rows, item), after(rows, item)
        if not item.accepted or earlier is None or not later or item.call is None:
            yield inconclusive(requirement, item.index, got=f"{describe(view, item)}; no reads before and after")
            continue
        said, shown = read_place(item.call, place), get(later[0].document, pointer)
        witness = (earlier.exchange, item.index, later[0].exchange)
        told = {at for at, source in command.sets.items() if read_place(item.call, source) is not MISSING}
        left_out = judged | told | set(command.stamps) | restless(rows, earlier)
        changed = changed_members(earlier, later[0], left_out)
        changed = [name for name in changed if documented is None or name in documented]
        if is_trimmed(said, shown):
            yield inconclusive(requirement, *witness, got="the text came back without the blanks at its ends")
        elif not same(shown, said):
            yield failed(requirement, *witness, expected=f"{pointer} {brief(said)}", got=brief(shown))
        elif changed and earlier.state == later[0].state:
            yield failed(requirement, *witness, expected="nothing else changes", got=f"{changed[0]} changed too")
        else:
            yield passed(requirement, *witness)


def _command(view: View, requirement: Requirement) -> tuple[Lifecycle, Command]:
    life = lifecycle_of(view, requirement)
    return life, life.commands[str(requirement.parameters["command"])]


def _reached(
    view: View,
    requirement: Requirement,
    life: Lifecycle,
    start: tuple[Observation, Exchange],
    later: tuple[Observation, ...],
    target: str,
) -> Finding:
    earlier, item = start
    if target in life.gone:
        return _ceased(view, requirement, life, start)
    hit = next((row for row in later if row.state == target), None)
    if hit is not None:
        return passed(requirement, earlier.exchange, item.index, hit.exchange)
    events = frozenset(command.event for command in life.commands.values())
    if later:
        last, witness = later[-1], (earlier.exchange, item.index, later[-1].exchange)
        if not may_be_seen(life, earlier.state or "", last.state or "", events):
            return inconclusive(requirement, *witness, got=f"state {brief(last.spelled)}, which no path leads to")
        return failed(requirement, *witness, expected=f"state {target}", got=f"state {brief(later[-1].spelled)}")
    gone = [row for row in reads_of(view, life, earlier.identity) if row.sent_at >= item.received_at and row.answer]
    refused = [row for row in gone if row.answer and life.not_found in view.classify(row.answer)]
    if not refused:
        return inconclusive(requirement, item.index, got="the resource was not read after the command")
    witness = (earlier.exchange, item.index, refused[0].index)
    others = [row for _, row in commands_on(view, life).get(earlier.identity, ()) if row.index != item.index]
    if any(item.sent_at <= row.received_at and row.sent_at <= refused[0].received_at for row in others):
        return inconclusive(requirement, *witness, got="another command came before the next read")
    return failed(requirement, *witness, expected=f"state {target}", got=describe(view, refused[0]))


def _caught(
    view: View,
    requirement: Requirement,
    asked: tuple[Lifecycle, Command],
    item: Exchange,
    later: tuple[Observation, ...],
) -> Finding:
    """A command before anybody read the state: accepted, it leads where it leads from one of its states; refused, it
    must have had time to come too late."""
    life, command = asked
    if not item.accepted:
        seen = later[0].state if later else None
        if item.answer is None or undecided(view, item.answer) or not was_allowed(life, command, life.initial, seen):
            return inconclusive(requirement, item.index, got=f"it may have come too late: {describe(view, item)}")
        witness = (item.index, *(row.exchange for row in later[:1]))
        return failed(requirement, *witness, expected=f"accepted in {seen}", got=describe(view, item))
    targets = {step(life, state, command.event) for state in command.from_states or life.transitions}
    hit = next((row for row in later if row.state in targets), None)
    if hit is not None:
        return passed(requirement, item.index, hit.exchange)
    ended = next((row for row in later if row.state and life.final.get(row.state) == "success"), None)
    if ended is None:
        return inconclusive(requirement, item.index, got="the resource was not seen at its end")
    expected = f"state {' or '.join(sorted(state for state in targets if state))}"
    return failed(requirement, item.index, ended.exchange, expected=expected, got=f"state {brief(ended.spelled)}")


def _ceased(view: View, requirement: Requirement, life: Lifecycle, start: tuple[Observation, Exchange]) -> Finding:
    """A resource that has ceased to exist is not found, however often it is asked for: one that is shown has not, and
    one that is shown again has come back."""
    earlier, item = start
    reads = [row for row in reads_of(view, life, earlier.identity) if row.sent_at >= item.received_at and row.answer]
    gone = next((row for row in reads if row.answer and life.not_found in view.classify(row.answer)), None)
    told = [row for row in reads if gone is None or (row.case is not None and row.case.requirement == requirement.id)]
    back = next((row for row in told if row.accepted), None)
    if back is not None:
        witness = sorted({earlier.exchange, item.index, gone.index if gone else back.index, back.index})
        return failed(requirement, *witness, expected=life.not_found, got=describe(view, back))
    if gone is not None:
        return passed(requirement, earlier.exchange, item.index, gone.index)
    return inconclusive(requirement, item.index, got="the resource was not asked for after the command")


def _state_kept_by_refusal(view: View, life: Lifecycle, command: Command, item: Exchange) -> str | None:
    """A final state before a command that takes no edge out of it: what happens to it later cannot hide that."""
    earlier = before(rows_of(view, life, named(item, command.identity), item), item)
    state = earlier.state if earlier else None
    return state if state is not None and is_final(life, state) else None


def _documented(view: View, life: Lifecycle) -> set[str] | None:
    """The members that the answer to a read may have by its schema; None where that names none.

    What a server adds on its own account (a version number, say) may do as it likes.
    """
    observed = life.observed_by
    if observed is None:
        return None
    schema: Any = next(iter(view.contract.operations[observed.operation].success.content.values()), {})
    for part in observed.at.split("/")[1:]:
        schema = schema.get("properties", {}).get(part, {})
    return {f"/{escape(name)}" for name in schema.get("properties", {})} or None


def restless(rows: tuple[Observation, ...], last: Observation) -> set[str]:
    """The members that differ between the last observation and one before it in the same state: nothing that came
    later is to blame for them."""
    earlier = [row for row in rows if row.exchange < last.exchange and row.state == last.state and row.source == "get"]
    return set(changed_members(earlier[-1], last, set())) if earlier else set()


def changed_members(earlier: Observation, later: Observation, left_out: set[str]) -> list[str]:
    """The members that differ between two observations, without those in which something that is left out stands."""
    members = [f"/{key}" for key in {**earlier.document, **later.document}]
    pairs = {pointer: (get(earlier.document, pointer), get(later.document, pointer)) for pointer in members}
    return [
        pointer
        for pointer, (old, new) in pairs.items()
        if not any(rule == pointer or rule.startswith(pointer + "/") for rule in left_out)
        and not (is_absent(old) and is_absent(new))
        and not same(_unsigned(old), _unsigned(new))
    ]


def _unsigned(value: Any) -> Any:
    """A link without its query: a signed link is made anew for each reader, and leads to the same place."""
    is_link = isinstance(value, str) and value.startswith(("https://", "http://"))
    return value.partition("?")[0] if is_link else value


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "command_effect": command_effect,
    "command_refused": command_refused,
    "command_sets": command_sets,
}
