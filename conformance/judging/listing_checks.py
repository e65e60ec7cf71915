"""Checks of lists: completeness, agreement with reads, pages, filters, order.

A walk is one question with all its pages. Other people's resources in a list prove nothing; what this run made must be
there, once the consistency window is over. Only resources at rest (in a final state, with no command since they were
read last) are compared with what a list or a filter says about them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby, pairwise
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.judging.comparing import canonical
from conformance.judging.filters import others_asked, predicate, question
from conformance.judging.lives import (
    Life,
    alike,
    before,
    brief,
    cases,
    is_absent,
    lives,
    same,
)
from conformance.judging.monitors import moment
from conformance.judging.refusals import refusal
from conformance.judging.view import Observation, View
from conformance.judging.walks import (
    Walk,
    by_identity,
    circle,
    is_at_rest,
    listing_of,
    may_lag,
    resting,
    seen_earlier,
    standing,
    walks,
)
from conformance.plans.samples import read_place
from specs.contract import Lifecycle, Listing, Requirement
from specs.message import Call
from specs.pointers import MISSING, get, split


def listed(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Each resource of this run is in the list, at the latest when the consistency window is over."""
    life, listing = listing_of(view, requirement)
    for walk in walks(view, requirement, listing):
        if walk.problem or not walk.complete:
            yield inconclusive(requirement, walk.pages[-1].index, got=walk.problem or "the list has too many pages")
            continue
        shown = by_identity(walk, listing)
        for one in standing(view, life, walk.pages[0]):
            assert one.creation is not None
            if one.identity in shown:
                yield passed(requirement, one.creation.index, shown[one.identity][0].index)
            elif _total_changed(walk, listing):
                yield inconclusive(
                    requirement, one.creation.index, walk.pages[-1].index, got="the list changed meanwhile"
                )
            elif may_lag(life, one, walk.pages[0]):
                yield inconclusive(requirement, one.creation.index, walk.pages[-1].index, got="not in the list yet")
            else:
                witness = (one.creation.index, *(page.index for page in walk.pages[:3]))
                yield failed(requirement, *witness, expected=f"{one.identity} in the list", got="it is missing")


def list_equals_get(view: View, requirement: Requirement) -> Iterator[Finding]:
    """An item of a list has the members that a read shows at the same time."""
    life, listing = listing_of(view, requirement)
    lists = {row.index: row for row in view.by_operation.get(listing.operation, ())}
    for one in lives(view, life):
        rows = view.observations.get((life.name, one.identity), ())
        for item in (row for row in rows if row.source == "list"):
            exchange = lists[item.exchange]
            earlier = before(one.rows, exchange)
            later = next(
                (row for row in one.rows if row.sent_at >= item.received_at and row.exchange > item.exchange), None
            )
            if earlier is None or later is None or earlier.document != later.document or not is_at_rest(life, earlier):
                continue
            witness = (earlier.exchange, item.exchange, later.exchange)
            differing = _differing(view, life, earlier, item)
            if not differing:
                yield passed(requirement, *witness)
                continue
            pointer = differing[0]
            expected = f"{pointer} {brief(get(earlier.document, pointer))}"
            yield failed(requirement, *witness, expected=expected, got=brief(get(item.document, pointer)))


def paging(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Following the pages shows each own resource exactly once; one page that claims to be all must show them too."""
    life, listing = listing_of(view, requirement)
    for walk in walks(view, requirement, listing):
        last = walk.pages[-1].index
        if walk.problem or _total_changed(walk, listing):
            yield inconclusive(requirement, last, got=walk.problem or "the list changed meanwhile")
            continue
        again = circle(walk, listing)
        if again:
            yield failed(requirement, *again, expected="an end, or other items", got="a page that leads to itself")
        seen: dict[str, list[int]] = {}
        for page, item in walk.items:
            seen.setdefault(str(get(item, listing.identity)), []).append(page.index)
        known = seen_earlier(view, life, listing, walk.pages[0])
        for one in standing(view, life, walk.pages[0]):
            pages = seen.get(one.identity, [])
            if len(pages) > 1:
                yield failed(requirement, *pages, expected=f"{one.identity} once", got=f"{len(pages)} times")
            elif pages and len(walk.pages) < 2:
                yield inconclusive(requirement, last, got="there is one page only")
            elif pages:
                yield passed(requirement, *pages)
            elif not walk.complete or (may_lag(life, one, walk.pages[0]) and one.identity not in known):
                yield inconclusive(requirement, last, got="an own item was not reached")
            else:
                witness = [page.index for page in (walk.pages[0], walk.pages[-1])]
                yield failed(requirement, *witness, expected=f"{one.identity} once", got="it is missing")


def bad_token(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A page token that the list did not give out is refused."""
    _, listing = listing_of(view, requirement)
    paging = listing.paging
    if paging is None or paging.token is None or not paging.bad_token:
        return
    pages = [row for row in view.by_operation.get(listing.operation, ()) if row.accepted and row.answer]
    given = {canonical(get(row.answer.body, paging.next)) for row in pages if row.answer}
    for item in (item for item in cases(view, requirement) if item.operation == listing.operation):
        sent = read_place(item.call, paging.token) if item.call else MISSING
        if sent is not MISSING and canonical(sent) in given:
            yield inconclusive(requirement, item.index, got="the list itself gave this token out as well")
        else:
            yield refusal(view, requirement, item, paging.bad_token)


def list_filter(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A filter shows nothing else than what it describes, and every own resource that it describes.

    It passes when an own resource was rightly shown and another time rightly left out. Asked together with another
    filter, it still shows nothing else; what is left out is then judged only where the other one describes it.
    """
    life, listing = listing_of(view, requirement)
    name = str(requirement.parameters.get("name"))
    shown: list[int] = []
    hidden: list[int] = []
    for walk in walks(view, requirement, listing):
        call = walk.pages[0].call
        row = next(
            (row for row in listing.filters if name in row.names or (row.place and row.place.name == name)), None
        )
        if walk.problem or row is None or call is None:
            yield inconclusive(requirement, walk.pages[-1].index, got=walk.problem or "no such filter")
            continue
        field, describes = row.names.get(name, row.field), predicate(row, call)
        beside = others_asked(listing, row, call)
        for page, item in walk.items:
            value = get(item, field)
            if not is_absent(value) and describes(value) is False:
                expected = f"only items that {question(row, call)} describes"
                yield failed(requirement, page.index, expected=expected, got=f"{field} {brief(value)}")
        found = by_identity(walk, listing)
        known = seen_earlier(view, life, listing, walk.pages[0])
        for one, row_before in resting(view, life, walk.pages[0]):
            value = listing.adds.get(field, get(row_before.document, field))
            fits = all(other.holds(row_before.document) for other in beside)
            wanted = describes(value) if fits and _agree(view, life, one, field, value) else None
            page_index = walk.pages[-1].index
            if one.identity in found:
                (shown if wanted else []).append(found[one.identity][0].index)
            elif wanted is False:
                hidden.append(page_index)
            elif wanted and _total_changed(walk, listing):
                yield inconclusive(requirement, page_index, got="the list changed meanwhile")
            elif wanted and walk.complete and (not may_lag(life, one, walk.pages[0]) or one.identity in known):
                witness = (row_before.exchange, page_index)
                expected = f"{one.identity} for {question(row, call)}"
                yield failed(requirement, *witness, expected=expected, got="it is missing")
    if shown and hidden:
        yield passed(requirement, shown[0], hidden[0])
    elif shown or hidden:
        yield inconclusive(
            requirement, *(shown + hidden)[:1], got="the filter was not seen to show one and hide another"
        )


def list_order(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A walk is sorted by numbers and times as asked; equal states stand together. Texts have no documented order.

    From page to page only own items are compared, each where it is shown first: what others make or take away while
    the pages are turned shifts a page, and an item that comes again, or too late, is no disorder.
    """
    life, listing = listing_of(view, requirement)
    own = {one.identity for one in lives(view, life)}
    for walk in walks(view, requirement, listing):
        call = walk.pages[0].call
        if walk.problem or call is None or listing.order is None:
            yield inconclusive(requirement, walk.pages[-1].index, got=walk.problem or "no order was asked for")
            continue
        field, falling = _sort_key(listing, call)
        for rows in _stretches(walk, listing, field, own):
            if field == listing.state and _total_changed(walk, listing):
                yield inconclusive(requirement, walk.pages[-1].index, got="the list changed meanwhile")
            elif field == listing.state:
                yield from _grouped(requirement, rows)
            else:
                yield from _sorted(requirement, rows, falling)


def _stretches(walk: Walk, listing: Listing, field: str, own: set[str]) -> Iterator[list[tuple[int, Any]]]:
    """What must be in order: the items of each page, and the own items of all pages, each once."""
    for _, group in groupby(walk.items, key=lambda pair: pair[0].index):
        yield [(page.index, get(item, field)) for page, item in group]
    first: dict[str, tuple[int, Any]] = {}
    for page, item in walk.items:
        identity = get(item, listing.identity)
        if isinstance(identity, str) and identity in own:
            first.setdefault(identity, (page.index, get(item, field)))
    if len(walk.pages) > 1:
        yield list(first.values())


def _agree(view: View, life: Lifecycle, one: Life, field: str, value: Any) -> bool:
    """Whether the last list that showed a resource had the value that a read had: if not, that is to blame."""
    rows = [row for row in view.observations.get((life.name, one.identity), ()) if row.source == "list"]
    return not rows or get(rows[-1].document, field) is MISSING or same(get(rows[-1].document, field), value)


def _documented(view: View, life: Lifecycle) -> Mapping[str, Any]:
    """The members of a document that a read may show, with their schemas; others may be added at any time."""
    assert life.observed_by is not None
    content = view.contract.operations[life.observed_by.operation].success.content
    schema = next(iter(content.values()), {})
    for part in split(life.observed_by.at):
        schema = schema.get("properties", {}).get(part, {})
    members: Mapping[str, Any] = schema.get("properties", {})
    return members


def _differing(view: View, life: Lifecycle, read: Observation, item: Observation) -> list[str]:
    assert life.listed_by is not None
    listing, known = life.listed_by, _documented(view, life)
    shown = [key for key in {**read.document, **item.document} if key in known and f"/{key}" not in listing.omits]
    kept = [key for key in shown if not listing.only or f"/{key}" in listing.only]
    pairs = {key: (read.document.get(key), item.document.get(key)) for key in kept}
    return [f"/{key}" for key, (old, new) in pairs.items() if not alike(old, new, known[key])]


def _total_changed(walk: Walk, listing: Listing) -> bool:
    pointer = listing.paging.total if listing.paging else ""
    totals = [get(page.answer.body, pointer) for page in walk.pages if pointer and page.answer]
    return any(one != other for one, other in pairwise(totals))


def _sort_key(listing: Listing, call: Call) -> tuple[str, bool]:
    """The pointer that a call sorts by, and whether the greatest comes first."""
    order = listing.order
    asked = str(read_place(call, order.place)) if order else ""
    value = order.values.get(asked, "") if order else ""
    if "/" in value:
        return value.lstrip("-"), value.startswith("-")
    row = next((row for row in listing.filters if row.variable), None)
    named = read_place(call, row.variable) if row and row.variable else ""
    return (row.names.get(str(named), "") if row else ""), value == "desc"


def _sorted(requirement: Requirement, rows: list[tuple[int, Any]], falling: bool) -> Iterator[Finding]:
    keys = [(index, moment(value)) for index, value in rows]
    steps = [(a, one, b, other) for (a, one), (b, other) in pairwise(keys) if one is not None and other is not None]
    wrong = next((step for step in steps if (step[1] < step[3] if falling else step[1] > step[3])), None)
    rising = next((step for step in steps if step[1] != step[3]), None)
    if wrong is not None:
        expected = "falling values" if falling else "rising values"
        yield failed(requirement, *sorted({wrong[0], wrong[2]}), expected=expected, got=f"{wrong[1]}, then {wrong[3]}")
    elif rising is not None:
        yield passed(requirement, *sorted({rising[0], rising[2]}))
    elif rows:
        yield inconclusive(requirement, rows[0][0], got="no two items differ in what they are sorted by")


def _grouped(requirement: Requirement, rows: list[tuple[int, Any]]) -> Iterator[Finding]:
    runs = [key for key, _ in groupby(value for _, value in rows if isinstance(value, str))]
    twice = next((value for place, value in enumerate(runs) if value in runs[:place]), None)
    if twice is not None:
        yield failed(requirement, rows[0][0], expected="equal states side by side", got=f"{twice} stands apart")
    elif len(runs) > 1:
        yield passed(requirement, rows[0][0])


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "listed": listed,
    "list_equals_get": list_equals_get,
    "paging": paging,
    "bad_token": bad_token,
    "list_filter": list_filter,
    "list_order": list_order,
}
