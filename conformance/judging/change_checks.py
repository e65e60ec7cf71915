"""Checks of what changes a resource, and what must not: commands that set members, refusals, copies.

Whatever happens is read before and after. A member that differs between two reads with nothing in between is restless;
that is judged where its law stands, and never blamed on what came later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.command_checks import changed_members, restless
from conformance.judging.comparing import is_number
from conformance.judging.lives import (
    after,
    before,
    brief,
    cases,
    commands_on,
    is_absent,
    lifecycle_of,
    lives,
    named,
    ordered_pairs,
    rows_of,
    rule_at,
    same,
)
from conformance.judging.monitors import moment
from conformance.judging.refusals import describe, undecided
from conformance.judging.view import Observation, View, identity_at
from conformance.judging.walks import may_lag, seen_earlier
from specs.contract import Command, FieldRule, Lifecycle, Listing, Requirement
from specs.lifecycle import is_final
from specs.pointers import MISSING, get

FINE_S, COARSE_S = 0.15, 1.5
"""So long ago a time must have been seen that a later one is greater: for times with fractions of a second (the
clocks of a target's machines differ by some of them, and a tenth may be its finest step), and for those without."""
STRANGERS = 3
"""So many items that nobody made, after as many refused creations, are not there by chance."""


def command_stamps(view: View, requirement: Requirement) -> Iterator[Finding]:
    """After the command the time of the last change is a later one, if the one before was seen long enough ago."""
    life, command = _command(view, requirement)
    pointer = str(requirement.parameters.get("pointer"))
    for item in cases(view, requirement):
        if item.operation != command.operation:
            continue
        rows = rows_of(view, life, named(item, command.identity), item)
        earlier, later = before(rows, item), after(rows, item)
        old = get(earlier.document, pointer) if earlier else MISSING
        new = get(later[0].document, pointer) if later else MISSING
        was, now = moment(old), moment(new)
        if not item.accepted or earlier is None or was is None or now is None:
            yield inconclusive(requirement, item.index, got=f"{describe(view, item)}; no times before and after")
            continue
        witness = (earlier.exchange, item.index, later[0].exchange)
        since = min(row.received_at for row in rows if same(get(row.document, pointer), old))
        if now > was:
            yield passed(requirement, *witness)
        elif item.sent_at - since < (COARSE_S if was == int(was) else FINE_S):
            yield inconclusive(requirement, *witness, got="the last change was too short a time ago")
        else:
            yield failed(requirement, *witness, expected=f"{pointer} after {brief(old)}", got=brief(new))


def refused_changes_nothing(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A command that was refused leaves every member as it was."""
    life, command = _command(view, requirement)
    laws = {rule.pointer for rule in life.fields if rule.never_decreases or rule.only_grows}
    for item in cases(view, requirement):
        rows = rows_of(view, life, named(item, command.identity), item)
        earlier, later = before(rows, item), after(rows, item)
        if item.accepted or _unclear(view, item) or earlier is None or not later or earlier.state != later[0].state:
            yield inconclusive(requirement, item.index, got=f"{describe(view, item)}; no refusal between two reads")
            continue
        witness = (earlier.exchange, item.index, later[0].exchange)
        changed = changed_members(earlier, later[0], (laws - set(command.sets)) | restless(rows, earlier))
        if changed:
            expected = f"{changed[0]} {brief(get(earlier.document, changed[0]))}, as the command was refused"
            yield failed(requirement, *witness, expected=expected, got=brief(get(later[0].document, changed[0])))
        else:
            yield passed(requirement, *witness)


def refused_leaves_nothing(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A creation that was refused makes nothing: its id is not found and is free, and no list has something new."""
    life = lifecycle_of(view, requirement)
    groups: dict[str, list[Exchange]] = {}
    for item in cases(view, requirement):
        groups.setdefault(item.case.group if item.case else "", []).append(item)
    for rows in groups.values():
        known = [life.created_by.operation] if life.created_by else []
        refused = [row for row in rows if row.operation in known and not row.accepted and not _unclear(view, row)]
        if life.listed_by is not None and rows[0].operation == life.listed_by.operation:
            yield from _nothing_new(view, requirement, life, rows, refused)
        elif not refused or rows[0] is not refused[0]:
            yield inconclusive(requirement, rows[0].index, got="the creation was not refused")
        else:
            yield from _free_again(view, requirement, life, rows)


def _free_again(view: View, requirement: Requirement, life: Lifecycle, rows: list[Exchange]) -> Iterator[Finding]:
    first, *others = rows
    for row in others:
        witness = (first.index, row.index)
        if row.answer is None or undecided(view, row.answer):
            yield inconclusive(requirement, *witness, got=describe(view, row))
        elif row.operation == first.operation and row.accepted:
            yield passed(requirement, *witness)
        elif row.operation == first.operation and view.control_passed(str(row.operation)):
            yield failed(requirement, *witness, expected="accepted, as the id is free", got=describe(view, row))
        elif row.operation != first.operation and row.accepted:
            yield failed(requirement, *witness, expected=life.not_found, got=describe(view, row))


def _nothing_new(
    view: View, requirement: Requirement, life: Lifecycle, rows: list[Exchange], refused: list[Exchange]
) -> Iterator[Finding]:
    """Items of a list that were not there before the refusals, and that this run did not make."""
    assert life.listed_by is not None
    own = {one.identity for one in lives(view, life)}
    shown: dict[bool, set[str]] = {True: set(), False: set()}
    for row in (row for row in rows if row.operation == life.listed_by.operation and row.accepted and row.answer):
        items = get(row.answer.body, life.listed_by.items) if row.answer else ()
        found = {str(get(item, life.listed_by.identity)) for item in items} if isinstance(items, list) else set()
        shown[not refused or row.index < refused[0].index] |= found
    new = shown[False] - shown[True] - own
    first = refused[0] if refused else rows[0]
    known = seen_earlier(view, life, life.listed_by, first)
    late = sum(may_lag(life, one, first) and one.identity not in known for one in lives(view, life))
    more = _growth(life.listed_by, rows) - late
    witness = (rows[0].index, *(row.index for row in refused[:1]), rows[-1].index)
    if len(refused) < STRANGERS or not view.history.alone:
        yield inconclusive(requirement, rows[0].index, got="too few creations were refused, or others make some too")
    elif not own & (shown[True] | shown[False]):
        yield inconclusive(requirement, rows[0].index, got="no list showed what this run made either")
    elif len(new) >= STRANGERS:
        got = f"{len(new)} items that nobody made, {brief(sorted(new)[0])} among them"
        yield failed(requirement, *witness, expected="nothing new in the list", got=got)
    elif more >= STRANGERS:
        yield failed(requirement, *witness, expected="nothing new in the list", got=f"{more} items more than before")
    else:
        yield passed(requirement, *witness)


def _growth(listing: Listing, rows: list[Exchange]) -> int:
    """How many items more the last look at a list counts than the first one: it may show them on a later page."""
    pointer = listing.paging.total if listing.paging else ""
    looks = [row for row in rows if row.operation == listing.operation and row.accepted and row.answer]
    totals = [get(row.answer.body, pointer) for row in looks if row.answer and pointer]
    known = [total for total in totals if isinstance(total, int) and not isinstance(total, bool)]
    return known[-1] - known[0] if known else 0


def field_rests(view: View, requirement: Requirement) -> Iterator[Finding]:
    """What was measured of a resource does not change once it has ended, unless a command came in between.

    A number that falls although it never may breaks that law and not this one.
    """
    life = lifecycle_of(view, requirement)
    rule = rule_at(life, str(requirement.parameters["field"]))
    commands = commands_on(view, life)
    for one in lives(view, life):
        sent = [item.sent_at for _, item in commands.get(one.identity, ())]
        rows = tuple(row for row in one.rows if row.source == "get" and _has_ended(life, row))
        for earlier, row in ordered_pairs(rows):
            values = [get(found.document, rule.pointer) for found in (earlier, row)]
            touched = any(at <= row.received_at for at in sent)
            if earlier.state != row.state or touched or any(map(is_absent, values)) or _falls(rule, *values):
                continue
            if same(*values):
                yield passed(requirement, earlier.exchange, row.exchange)
            else:
                expected = f"still {brief(values[0])}, as it had ended"
                yield failed(requirement, earlier.exchange, row.exchange, expected=expected, got=brief(values[1]))


def elapsed_fits(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A resource has not been at work for longer than it has been there: seconds are seconds."""
    life, pointer = lifecycle_of(view, requirement), str(requirement.parameters["field"])
    for one in lives(view, life):
        created = one.creation
        for row in one.rows if created is not None else ():
            shown = get(row.document, pointer)
            if created is None or row.received_at <= created.received_at or not is_number(shown):
                continue
            since, witness = row.received_at - created.sent_at, (created.index, row.exchange)
            if shown <= since + COARSE_S:
                yield passed(requirement, *witness)
            else:
                expected = f"at most the {since:.1f} s that it has been there"
                yield failed(requirement, *witness, expected=f"{pointer} {expected}", got=brief(shown))


def _falls(rule: FieldRule, old: Any, new: Any) -> bool:
    was, now = moment(old), moment(new)
    return rule.never_decreases and was is not None and now is not None and now < was


def _has_ended(life: Lifecycle, row: Observation) -> bool:
    return row.state is not None and row.state != life.initial and is_final(life, row.state)


def command_copies(view: View, requirement: Requirement) -> Iterator[Finding]:
    """What a command makes from a resource was asked for as that one says."""
    life, command = _command(view, requirement)
    making = command.makes
    if making is None:
        return
    target, pointer = view.contract.lifecycles[making.resource], str(requirement.parameters["pointer"])
    for item in (item for item in cases(view, requirement) if item.operation == command.operation):
        source = before(rows_of(view, life, named(item, command.identity), item), item)
        made = after(rows_of(view, target, identity_at(making.identity, item)), item)
        asked = get(source.document, making.request) if source else MISSING
        shown = get(made[0].document, pointer) if made else MISSING
        if source is None or not isinstance(asked, Mapping) or not isinstance(shown, Mapping):
            yield inconclusive(requirement, item.index, got="the resource and what was made of it were not both read")
            continue
        witness = (source.exchange, item.index, made[0].exchange)
        wrong = [name for name in asked if name in shown and not same(asked[name], shown[name])]
        if wrong:
            expected = f"{pointer}/{wrong[0]} {brief(asked[wrong[0]])}"
            yield failed(requirement, *witness, expected=expected, got=brief(shown[wrong[0]]))
        elif asked:
            yield passed(requirement, *witness)


def _command(view: View, requirement: Requirement) -> tuple[Lifecycle, Command]:
    life = lifecycle_of(view, requirement)
    return life, life.commands[str(requirement.parameters["command"])]


def _unclear(view: View, item: Exchange) -> bool:
    """Whether an answer is no clean refusal: throttled, broken, or a failure of the target itself."""
    return item.answer is None or undecided(view, item.answer) or not 400 <= item.answer.status < 500


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "command_stamps": command_stamps,
    "command_copies": command_copies,
    "refused_changes_nothing": refused_changes_nothing,
    "refused_leaves_nothing": refused_leaves_nothing,
    "field_rests": field_rests,
    "elapsed_fits": elapsed_fits,
}
