"""Walks through lists: one question with all its pages, and the own resources that it should find.

Checks of completeness, pages, filters and order ask the same first questions: which pages belong together, whether they
can be judged, which of the run's resources were there, and how late a list may be. The answers are made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.history import Exchange
from conformance.judging.lives import Life, before, cases, commands_on, lifecycle_of, lives, rows_of
from conformance.judging.refusals import describe
from conformance.judging.view import Observation, View
from specs.contract import Lifecycle, Listing, Requirement
from specs.lifecycle import is_final
from specs.pointers import MISSING, get


@dataclass(frozen=True)
class Walk:
    """One question to a list with all its pages, in order. `complete`: the last page says that there is no other."""

    pages: tuple[Exchange, ...]
    items: tuple[tuple[Exchange, Any], ...]
    complete: bool
    problem: str
    """Why the walk cannot be judged; empty when it can."""


def listing_of(view: View, requirement: Requirement) -> tuple[Lifecycle, Listing]:
    """The lifecycle that a requirement is about, and its list."""
    life = lifecycle_of(view, requirement)
    assert life.listed_by is not None
    return life, life.listed_by


def walks(view: View, requirement: Requirement, listing: Listing) -> Iterator[Walk]:
    """The walks that were planned for a requirement: one for each group of cases."""
    groups: dict[str, list[Exchange]] = {}
    for item in cases(view, requirement):
        if item.case is not None and item.operation == listing.operation and not _settles(item):
            groups.setdefault(item.case.group, []).append(item)
    for group in groups.values():
        pages = tuple(sorted(group, key=lambda item: item.index))
        bodies = [(page, get(page.answer.body, listing.items)) for page in pages if page.accepted and page.answer]
        unfit = next((page for page in pages if not page.accepted), None)
        problem = describe(view, unfit) if unfit else ""
        if not problem and not all(isinstance(items, list) for _, items in bodies):
            problem = "an answer has no list of items"
        items = tuple((page, item) for page, rows in bodies if isinstance(rows, list) for item in rows)
        if items and all(get(item, listing.identity) is MISSING for _, item in items):
            problem = f"no item shows {listing.identity}"  # its schema says whether that is wrong
        yield Walk(pages, items, not problem and _ends(listing, pages[-1]), problem)


def circle(walk: Walk, listing: Listing) -> tuple[int, int] | None:
    """Two pages of a walk without end that were asked for alike and show the same items: whoever follows them comes to
    no others. A token may keep its name while it moves on, so the items count too. None where there are no such two."""
    shown: dict[int, list[str]] = {}
    for page, item in walk.items:
        shown.setdefault(page.index, []).append(str(get(item, listing.identity)))
    seen: dict[tuple[str, tuple[str, ...]], int] = {}
    for page in () if walk.complete else walk.pages:
        key = (repr(page.call), tuple(shown.get(page.index, ())))
        if page.index in shown and key in seen:
            return seen[key], page.index
        seen[key] = page.index
    return None


def by_identity(walk: Walk, listing: Listing) -> dict[str, tuple[Exchange, Any]]:
    """The last item of a walk for each identity, with its page."""
    pairs = [(get(item, listing.identity), (page, item)) for page, item in walk.items]
    return {identity: pair for identity, pair in pairs if isinstance(identity, str)}


def standing(view: View, life: Lifecycle, start: Exchange) -> Iterator[Life]:
    """Own resources that were made before an exchange, and that no command has taken away, or off the lists; none where
    others may."""
    commands = commands_on(view, life)
    for one in lives(view, life) if view.history.alone else ():
        ended = any(command.event or command.unlists for command, _ in commands.get(one.identity, ()))
        if one.creation is not None and one.creation.received_at <= start.sent_at and not ended:
            yield one


def resting(view: View, life: Lifecycle, start: Exchange) -> Iterator[tuple[Life, Observation]]:
    """Own resources whose document cannot change any more, with their last observation before an exchange."""
    commands = commands_on(view, life)
    for one in standing(view, life, start):
        row = before(rows_of(view, life, one.identity), start)
        if row is None or row.source != "get" or not is_at_rest(life, row):
            continue
        if all(item.received_at <= row.sent_at for _, item in commands.get(one.identity, ())):
            yield one, row


def is_at_rest(life: Lifecycle, row: Observation) -> bool:
    """Whether an observation shows a final state, or the resource has no states at all."""
    return not life.transitions or (row.state is not None and is_final(life, row.state))


def may_lag(life: Lifecycle, one: Life, start: Exchange) -> bool:
    """Whether a resource is so young that a list need not show it yet."""
    made = one.creation.received_at if one.creation else 0.0
    return start.sent_at - made < life.consistency.list_after_create_s


def seen_earlier(view: View, life: Lifecycle, listing: Listing, start: Exchange) -> frozenset[str]:
    """Identities that some list showed before an exchange: for them the consistency window is over."""
    key = ("first shown", listing.operation)
    if key not in view.remembered:
        view.remembered[key] = _first_shown(view, listing)
    return frozenset(identity for identity, index in view.remembered[key].items() if index < start.index)


def _first_shown(view: View, listing: Listing) -> Mapping[str, int]:
    """Identity -> the first exchange in which a list showed it."""
    pages = [page for page in view.by_operation.get(listing.operation, ()) if page.accepted and page.answer]
    bodies = ((page.index, get(page.answer.body, listing.items)) for page in pages if page.answer)
    shown: dict[str, int] = {}
    for index, identity in (
        (at, get(item, listing.identity)) for at, rows in bodies if isinstance(rows, list) for item in rows
    ):
        if isinstance(identity, str):
            shown.setdefault(identity, index)
    return shown


def _settles(item: Exchange) -> bool:
    """A list that was asked again and again until it showed something is no walk."""
    return item.case is not None and item.case.group.endswith("/settle")


def _ends(listing: Listing, page: Exchange) -> bool:
    following = get(page.answer.body, listing.paging.next) if listing.paging and page.answer else MISSING
    return not isinstance(following, str) or not following
