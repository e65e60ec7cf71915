"""Monitors: laws over everything that a history saw of a resource's life, whoever sent the requests.

A poller sees samples of a life, so a path is judged on what may be reached, and only observations that do not overlap
in time are compared. A law passes on positive evidence: the state, the field or the pair that it speaks of was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.lives import (
    Life,
    brief,
    cases,
    commands_on,
    identity_pointer,
    is_absent,
    is_trimmed,
    lifecycle_of,
    lives,
    may_be_seen,
    ordered_pairs,
    rule_at,
    same,
)
from conformance.judging.view import Observation, View
from conformance.plans.samples import read_place
from specs.contract import FieldRule, Lifecycle, Place, Requirement
from specs.lifecycle import is_final, may_follow
from specs.pointers import MISSING, get
from specs.wire import WIRES


def known_state(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every state is spelled as documented; the finding names the variant where sources disagree."""
    life = lifecycle_of(view, requirement)
    for row in (row for one in lives(view, life) for row in one.rows):
        if row.state is None:
            expected = f"one of {', '.join(life.states)}"
            yield failed(requirement, row.exchange, expected=expected, got=brief(row.spelled))
        else:
            yield passed(requirement, row.exchange, variant=_spelling(life, row))


def legal_path(view: View, requirement: Requirement) -> Iterator[Finding]:
    """From creation on, each state seen can be reached from the one before; leaving a final state is another law."""
    life = lifecycle_of(view, requirement)
    for one, earlier, row, commanded in _moves(view, life):
        state = earlier.state if earlier else life.initial
        if state is None or row.state is None or (earlier is not None and is_final(life, state)):
            continue
        start = earlier.exchange if earlier else one.creation.index if one.creation else row.exchange
        if may_be_seen(life, state, row.state, commanded):
            yield passed(requirement, start, row.exchange)
        else:
            expected = f"a state that can follow {state}"
            yield failed(requirement, start, row.exchange, expected=expected, got=row.state)


def terminal_is_final(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A resource in a final state is seen there again, unless a command of this run moved it."""
    life = lifecycle_of(view, requirement)
    for _, earlier, row, commanded in _moves(view, life):
        if earlier is None or earlier.state is None or row.state is None or not is_final(life, earlier.state):
            continue
        if row.state == earlier.state:
            yield passed(requirement, earlier.exchange, row.exchange)
        elif not may_be_seen(life, earlier.state, row.state, commanded):
            expected = f"still {earlier.state}"
            yield failed(requirement, earlier.exchange, row.exchange, expected=expected, got=row.state)


def reaches_final(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A resource that was waited for comes to a final state; patience that ends decides nothing."""
    life = lifecycle_of(view, requirement)
    for one in lives(view, life):
        final = next((row for row in one.rows if row.state is not None and is_final(life, row.state)), None)
        if final is not None and one.creation is not None:
            yield passed(requirement, one.creation.index, final.exchange)
    for item in cases(view, requirement)[-1:]:
        yield inconclusive(requirement, item.index, got="no final state within the run's patience")


def field_echoes(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member shows what the create request said, until a command sets it; a server may add members to an object.

    Where a request tries another documented way to say a thing, a server may show it in the usual one.
    """
    life, rule = _rule(view, requirement)
    if rule.echoes is None:
        return
    commands = commands_on(view, life)
    for one in lives(view, life):
        if one.creation is not None and _tries(view, one.creation, rule.echoes):
            continue
        said = read_place(one.creation.call, rule.echoes) if one.creation and one.creation.call else MISSING
        sets = [item.sent_at for command, item in commands.get(one.identity, ()) if rule.pointer in command.sets]
        kept = [row for row in one.rows if row.received_at <= min(sets, default=row.received_at)]
        for row in kept if one.creation is not None and not is_absent(said) else ():
            shown = get(row.document, rule.pointer)
            witness = (one.creation.index if one.creation else row.exchange, row.exchange)
            if shown is MISSING and (_is_required(view, life, rule.pointer) or row.source == "create"):
                continue
            if _contains(shown, said):
                yield passed(requirement, *witness)
            elif is_trimmed(said, shown):
                yield inconclusive(requirement, *witness, got="the text came back without the blanks at its ends")
            else:
                yield failed(requirement, *witness, expected=brief(said), got=brief(shown))


def _tries(view: View, creation: Exchange, place: Place) -> bool:
    """Whether a creation was sent because a source says that a value of this form is taken at a place."""
    row = view.contract.requirements.get(creation.case.requirement) if creation.case else None
    changed = row.parameters.get("change") if row is not None and row.check == "call_gets" else None
    at = f"/{place.location}{place.name}"
    return isinstance(changed, Mapping) and any(f"{name}/".startswith(f"{at}/") for name in changed)


def field_default(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member shows its documented default when the create request said nothing about it."""
    life, rule = _rule(view, requirement)
    for one in lives(view, life):
        made = one.creation
        if made is None or made.call is None or rule.echoes is None:
            continue
        if not is_absent(read_place(made.call, rule.echoes)):
            continue
        for row in one.rows:
            shown, witness = get(row.document, rule.pointer), (made.index, row.exchange)
            if shown is MISSING and (_is_required(view, life, rule.pointer) or row.source == "create"):
                continue
            if same(shown, rule.default):
                yield passed(requirement, *witness)
            else:
                yield failed(requirement, *witness, expected=brief(rule.default), got=brief(shown))


def field_constant(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member shows the same value each time that it is shown; for the identity that is the identity asked for,
    unless a written requirement judges just that."""
    life, rule = _rule(view, requirement)
    absent_when_null = WIRES[view.contract.wire].null_is_absent
    is_identity = rule.pointer == identity_pointer(life)
    asked = is_identity and not _echo_is_written(view, life, rule.pointer)
    for one in lives(view, life, strangers=is_identity):
        shown = [(row, get(row.document, rule.pointer)) for row in one.rows if row.state is not None]
        shown = [(row, value) for row, value in shown if not (value is MISSING or (value is None and absent_when_null))]
        yield from _unchanged(requirement, shown, (one.identity,) if asked else ())


def field_set_once(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member that has a value keeps it."""
    life, rule = _rule(view, requirement)
    for one in lives(view, life):
        shown = [(row, get(row.document, rule.pointer)) for row in one.rows if row.state is not None]
        yield from _unchanged(requirement, [(row, value) for row, value in shown if not is_absent(value)], ())


def field_never_decreases(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A number, or a time, is never less than before."""
    yield from _compared(view, requirement, _not_less, "at least {}")


def field_only_grows(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A list, or a text, begins with all that it had before."""
    yield from _compared(view, requirement, _begins_with, "to begin with {}")


def field_null_until(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member is null or missing in every state that comes before the named one."""
    life, rule = _rule(view, requirement)
    until = rule.null_until or ""
    early = {state for state in life.states if state != until and may_follow(life, state, until)}
    yield from _by_state(view, requirement, early, absent=True)


def field_present(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member has a value in the named states."""
    yield from _by_state(view, requirement, set(_rule(view, requirement)[1].present_in), absent=False)


def field_absent(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member is null or missing in the named states."""
    yield from _by_state(view, requirement, set(_rule(view, requirement)[1].absent_in), absent=True)


def field_at_most(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A member never exceeds another one of the same document."""
    life, rule = _rule(view, requirement)
    for row in (row for one in lives(view, life) for row in one.rows):
        value, limit = get(row.document, rule.pointer), get(row.document, rule.at_most or "")
        fits = _not_less(value, limit)
        if fits:
            yield passed(requirement, row.exchange)
        elif fits is False:
            yield failed(requirement, row.exchange, expected=f"at most {brief(limit)}", got=brief(value))


Move = tuple[Life, Observation | None, Observation, frozenset[str]]


def _moves(view: View, life: Lifecycle) -> Iterator[Move]:
    """Each observation with the one before it (None: the creation) and the events that commands may have caused."""
    commands = commands_on(view, life)
    for one in lives(view, life):
        if one.creation is None:
            continue
        known = tuple(row for row in one.rows if row.state is not None)
        earlier = {row.exchange: before for before, row in ordered_pairs(known)}
        for row in known:
            sent = commands.get(one.identity, ())
            events = frozenset(command.event for command, item in sent if item.sent_at <= row.received_at)
            if not view.history.alone:  # anybody may have sent any command
                events = frozenset(command.event for command in life.commands.values())
            yield one, earlier.get(row.exchange), row, events - {""}


def _spelling(life: Lifecycle, row: Observation) -> str:
    spelled = life.spellings.get(row.state or "", ())
    dispute = life.spelling_dispute
    if dispute is None or row.spelled not in spelled or len(spelled) != len(dispute.variants):
        return ""
    return dispute.variants[spelled.index(row.spelled)].name


def _rule(view: View, requirement: Requirement) -> tuple[Lifecycle, FieldRule]:
    life = lifecycle_of(view, requirement)
    return life, rule_at(life, str(requirement.parameters["field"]))


def _is_required(view: View, life: Lifecycle, pointer: str) -> bool:
    """Whether the response schema already requires a member: its absence is then that requirement's business."""
    if life.observed_by is None:
        return False
    place = (life.observed_by.operation, "response", life.observed_by.at + pointer, "required")
    rows = view.contract.constraints.values()
    return any((row.operation, row.side, row.pointer, row.keyword) == place for row in rows)


def _echo_is_written(view: View, life: Lifecycle, pointer: str) -> bool:
    if life.observed_by is None:
        return False
    wanted = {"operation": life.observed_by.operation, "response": life.observed_by.at + pointer}
    rows = (row for row in view.contract.requirements.values() if row.check == "echo")
    return any(all(row.parameters.get(key) == value for key, value in wanted.items()) for row in rows)


def _contains(shown: Any, said: Any) -> bool:
    if isinstance(said, Mapping) and isinstance(shown, Mapping):
        return all(value is None or _contains(shown.get(key, MISSING), value) for key, value in said.items())
    if isinstance(said, list) and isinstance(shown, list):
        return len(said) == len(shown) and all(map(_contains, shown, said))
    return same(shown, said)


def _unchanged(
    requirement: Requirement, shown: list[tuple[Observation, Any]], asked: tuple[str, ...]
) -> Iterator[Finding]:
    if not shown:
        return
    first, value = (shown[0][0], asked[0]) if asked else shown[0]
    compared = shown if asked else shown[1:]
    if not compared:
        yield inconclusive(requirement, first.exchange, got="shown only once")
    for row, later in compared:
        witness = sorted({first.exchange, row.exchange})
        if same(later, value):
            yield passed(requirement, *witness)
        else:
            yield failed(requirement, *witness, expected=f"still {brief(value)}", got=brief(later))


def _compared(
    view: View, requirement: Requirement, law: Callable[[Any, Any], bool | None], phrase: str
) -> Iterator[Finding]:
    """`law` answers None for values that it does not speak of. Where a state went back, the path is to blame."""
    life, rule = _rule(view, requirement)
    for one in lives(view, life):
        shown = tuple(row for row in one.rows if not is_absent(get(row.document, rule.pointer)))
        for earlier, row in ordered_pairs(shown):
            old, new = get(earlier.document, rule.pointer), get(row.document, rule.pointer)
            known = earlier.state is not None and row.state is not None
            if known and not may_follow(life, str(earlier.state), str(row.state)):
                continue
            kept = law(old, new)
            if kept:
                yield passed(requirement, earlier.exchange, row.exchange)
            elif kept is False:
                expected = phrase.format(brief(old))
                yield failed(requirement, earlier.exchange, row.exchange, expected=expected, got=brief(new))


def _not_less(old: Any, new: Any) -> bool | None:
    one, other = moment(old), moment(new)
    return None if one is None or other is None else one <= other


def moment(value: Any) -> float | None:
    """A number, or a time (RFC 3339) as seconds; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 else None
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        return datetime.fromisoformat(
            value if "+" in value[10:] or value.endswith("Z") else value + "+00:00"
        ).timestamp()
    except (ValueError, OverflowError):
        return None


def _begins_with(old: Any, new: Any) -> bool | None:
    if isinstance(old, list) and isinstance(new, list):
        return new[: len(old)] == old
    if isinstance(old, str) and isinstance(new, str):
        return new.startswith(old)
    return None


def _by_state(view: View, requirement: Requirement, wanted: set[str], *, absent: bool) -> Iterator[Finding]:
    life, rule = _rule(view, requirement)
    required = not absent and _is_required(view, life, rule.pointer)
    for row in (row for one in lives(view, life) for row in one.rows if row.state in wanted):
        value = get(row.document, rule.pointer)
        if is_absent(value) == absent:
            yield passed(requirement, row.exchange)
        elif required:
            yield inconclusive(requirement, row.exchange, got="the answer lacks a member that its schema requires")
        else:
            expected = f"no value in {row.state}" if absent else f"a value in {row.state}"
            yield failed(requirement, row.exchange, expected=expected, got=brief(value))


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "known_state": known_state,
    "legal_path": legal_path,
    "terminal_is_final": terminal_is_final,
    "reaches_final": reaches_final,
    "field_echoes": field_echoes,
    "field_default": field_default,
    "field_constant": field_constant,
    "field_never_decreases": field_never_decreases,
    "field_only_grows": field_only_grows,
    "field_set_once": field_set_once,
    "field_null_until": field_null_until,
    "field_present": field_present,
    "field_absent": field_absent,
    "field_at_most": field_at_most,
}
