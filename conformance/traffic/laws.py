"""Which laws of a lifecycle a recorded call is evidence for.

In a run the plan says so. In a recording it follows from what was seen of the same resource before, and from the
answer: a call counts for a law only where the law's own check can decide on what the recording holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.history import Case, Exchange
from conformance.judging.evidence import OTHERS_BUSINESS
from conformance.judging.lives import before, rows_of
from conformance.judging.view import Observation, View, created_identity, matches
from conformance.plans.samples import read_place
from specs.contract import Lifecycle, Place
from specs.lifecycle import is_final
from specs.message import ABSENT
from specs.pointers import MISSING

SURE_S = 60.0
"""A created resource that is not found for so long after its window was hardly taken away by somebody else."""
ASIDE = ("wire", "boundary", "outside", "credentials")
"""Kinds of cases that are evidence for other things than lifecycles."""


def laws_of(view: View, exchange: Exchange) -> Exchange:
    """The exchange with the laws that it is evidence for in its case; unchanged when there is none."""
    if exchange.case is None or exchange.case.kind in ASIDE or exchange.answer is None:
        return exchange
    found: dict[str, str] = {}
    group, counts = "", False
    for life in view.contract.lifecycles.values():
        for name in _laws(view, life, exchange):
            requirement = f"{view.contract.vendor}.lifecycle.{life.name}.{name}"
            found.update({requirement: ""} if requirement in view.contract.requirements else {})
        group = group or _creation_group(life, exchange)
        counts = counts or _is_read(view, life, exchange)
    if not found and not group and not counts:
        return exchange
    own = (exchange.case.requirement,) if exchange.case.requirement else ()
    first, *others = (*own, *found) or ("",)
    case = Case("lifecycle", first, exchange.case.label, exchange.case.expect, group, also=tuple(others))
    return replace(exchange, case=case, slot=_slot(view, exchange))


def _laws(view: View, life: Lifecycle, item: Exchange) -> Iterator[str]:
    yield from _read_laws(view, life, item)
    yield from _command_laws(view, life, item)
    yield from _result_laws(view, life, item)
    yield from _creation_laws(view, life, item)
    yield from _listing_laws(view, life, item)


def _read_laws(view: View, life: Lifecycle, item: Exchange) -> Iterator[str]:
    """A read of what this recording never saw created, refused as not found, is how it should be."""
    identity = _named(item, life.observed_by.operation, life.observed_by.identity) if life.observed_by else None
    if identity is not None and (life.name, identity) not in view.creations and _is_not_found(view, life, item):
        yield "unknown_is_refused"


def _command_laws(view: View, life: Lifecycle, item: Exchange) -> Iterator[str]:
    for command in life.commands.values():
        identity = _named(item, command.operation, command.identity)
        earlier = before(rows_of(view, life, identity), item) if identity is not None else None
        if earlier is None or earlier.state is None or _moved_since(view, life, identity, earlier, item):
            continue
        allowed = not command.from_states or earlier.state in command.from_states
        ended = is_final(life, earlier.state) and view.history.alone
        if not allowed and ended and not _is_others_business(view, item):
            yield f"command.{command.name}.refused"
        elif allowed and item.accepted and view.history.alone:
            yield f"command.{command.name}.takes_effect"
            yield from (f"command.{command.name}.sets.{name.strip('/').replace('/', '.')}" for name in command.sets)


def _moved_since(view: View, life: Lifecycle, identity: str | None, earlier: Observation, item: Exchange) -> bool:
    """Whether another command may have taken a resource out of the state that it last showed."""
    return any(
        earlier.sent_at <= row.received_at
        and row.sent_at <= item.received_at
        and row.index != item.index
        and (row.accepted or row.answer is None)
        and _named(row, command.operation, command.identity) == identity
        for command in life.commands.values()
        if command.event
        for row in view.by_operation.get(command.operation, ())
    )


def _result_laws(view: View, life: Lifecycle, item: Exchange) -> Iterator[str]:
    results = life.results
    identity = _named(item, results.operation, results.identity) if results else None
    if results is None or identity is None:
        return
    earlier = before(rows_of(view, life, identity), item)
    telling = item.accepted or (view.history.alone and not _is_others_business(view, item))
    if earlier is not None and earlier.state is not None and telling:
        if earlier.state in results.available_in:
            yield "results.available"
        if item.accepted and is_final(life, earlier.state):
            yield "results.repeatable"


def _creation_laws(view: View, life: Lifecycle, item: Exchange) -> Iterator[str]:
    """A creation of what stands already, under an identity that the client chose."""
    chosen = _chosen(life, item)
    first = view.creations.get((life.name, chosen)) if chosen is not None else None
    if first is None or not view.history.alone or first.received_at > item.sent_at or first.call is None:
        return
    acted = (row for command in life.commands.values() for row in view.by_operation.get(command.operation, ()))
    if _is_others_business(view, item):
        return
    if item.call is not None and not any(first.sent_at < row.sent_at <= item.received_at for row in acted):
        yield "again_same" if first.call.body == item.call.body else "again_different"


def _listing_laws(view: View, life: Lifecycle, item: Exchange) -> Iterator[str]:
    """Single pages only: what a list leaves out may stand on pages that nobody asked for."""
    listing = life.listed_by
    if listing is None or item.operation != listing.operation or not item.accepted or item.call is None:
        return
    for row in listing.filters:
        if row.place is not None and read_place(item.call, row.place) is not MISSING:
            yield f"list.filter.{row.place.name.strip('/').replace('/', '.')}"
        if row.variable is not None and item.call.body is not ABSENT:
            asked = read_place(item.call, row.variable)
            yield from (f"list.filter.{name.strip('/')}" for name in row.names if name == asked)
    if listing.order is not None and read_place(item.call, listing.order.place) is not MISSING:
        yield "list.order"


def _creation_group(life: Lifecycle, item: Exchange) -> str:
    """One group for all creations under one chosen identity, one for every page of a list."""
    chosen = _chosen(life, item)
    if chosen is not None:
        return f"recorded/again/{life.name}/{chosen}"
    is_page = life.listed_by is not None and item.operation == life.listed_by.operation
    return f"recorded/page/{item.index}" if is_page else ""


def _is_read(view: View, life: Lifecycle, item: Exchange) -> bool:
    """Whether a read tells about a resource: it shows it, or it does not find it soon after its creation."""
    identity = _named(item, life.observed_by.operation, life.observed_by.identity) if life.observed_by else None
    if identity is None or item.accepted or not _is_not_found(view, life, item):
        return identity is not None and item.accepted
    made = view.creations.get((life.name, identity))
    window = life.consistency.get_after_create_s + SURE_S
    return made is not None and (view.history.alone or item.sent_at - made.received_at <= window)


def _slot(view: View, item: Exchange) -> str:
    """Downloads of a finished job share a slot: two of them must be equal."""
    for life in view.contract.lifecycles.values():
        identity = _named(item, life.results.operation, life.results.identity) if life.results else None
        earlier = before(rows_of(view, life, identity), item) if identity is not None else None
        if earlier is not None and earlier.state is not None and is_final(life, earlier.state):
            return f"recorded:{life.name}:{identity}"
    return ""


def _chosen(life: Lifecycle, item: Exchange) -> str | None:
    creation = life.created_by
    if creation is None or creation.chosen_by_client is None or item.operation not in creation.operations:
        return None
    if item.accepted and created_identity(life, item) is None:
        return None
    return _named(item, item.operation or "", creation.chosen_by_client)


def _named(item: Exchange, operation: str, place: Place | None) -> str | None:
    if item.operation != operation or item.call is None or place is None:
        return None
    value = read_place(item.call, place)
    return value if isinstance(value, str) else None


def _is_others_business(view: View, item: Exchange) -> bool:
    """Whether a refusal is about credentials or about the pace, and so about no resource."""
    names = {view.contract.refusals.get(situation) for situation in OTHERS_BUSINESS}
    answer = item.answer
    return answer is None or answer.status in (401, 403, 429, 503) or bool(names & set(view.classify(answer)))


def _is_not_found(view: View, life: Lifecycle, item: Exchange) -> bool:
    return item.answer is not None and matches(view.contract.errors[life.not_found], item.answer)
