"""Faults that show on rare questions only: long batches, awkward names, equal rows, far pages, several filters at once.

A server with one of them looks right for as long as nobody asks for anything unusual; that is what makes them hard to
see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from mockgen.faults.answer_faults import on_success
from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Turn
from mockgen.listing import at_place
from mockgen.world import Resource
from specs.collection import Collection
from specs.contract import Contract, Listing
from specs.message import Answer, Call, HttpRequest
from specs.pointers import MISSING, every, get, put
from specs.wire import WIRES

FAR = 1000
"""An offset from here on is a far one."""


def keeps_first(contract: Contract, given: Arguments) -> Hooks:
    """An array has no more than so many items."""
    at, most = given.text("at"), given.whole("most", 10)

    def cut(turn: Turn, answer: Answer) -> Answer:
        items = get(answer.body, at)
        return replace(answer, body=put(answer.body, at, items[:most])) if isinstance(items, list) else answer

    return Hooks(answer=(on_success(given.operation(contract).id, cut),))


def changes_text(contract: Contract, given: Arguments) -> Hooks:
    """A text comes back in another way (lower, strip, cut) than it was sent."""
    at, change = given.text("at"), given.row("way", CHANGES)

    def changed(turn: Turn, answer: Answer) -> Answer:
        body = answer.body
        for place in every(body, at):
            text = get(body, place)
            body = put(body, place, change(text)) if isinstance(text, str) else body
        return replace(answer, body=body)

    return Hooks(answer=(on_success(given.operation(contract).id, changed),))


def merges_rows(contract: Contract, given: Arguments) -> Hooks:
    """Equal rows of a table are one row."""

    def merged(turn: Turn, answer: Answer) -> Answer:
        if not isinstance(answer.body, bytes):
            return answer
        return replace(answer, body=b"".join(dict.fromkeys(answer.body.splitlines(keepends=True))))

    return Hooks(answer=(on_success(given.operation(contract).id, merged),))


def fixed_threshold(contract: Contract, given: Arguments) -> Hooks:
    """A threshold that was set decides nothing."""
    name = given.row("scorer", contract.scorers).name

    def bent(value: Contract) -> Contract:
        return replace(value, scorers={**value.scorers, name: replace(value.scorers[name], threshold="")})

    return Hooks(contract=(bent,))


def forgets_unnamed(contract: Contract, given: Arguments) -> Hooks:
    """A command forgets what it set before and does not name again."""
    command = given.row("command", given.lifecycle(contract).commands)

    def bent(call: Call, before: Resource, after: Resource) -> Resource:
        if call.operation != command.operation:
            return after
        named = {pointer for pointer, place in command.sets.items() if at_place(call, place) is not MISSING}
        kept = {pointer: value for pointer, value in after.sets.items() if pointer in named}
        return replace(after, sets=kept)

    return Hooks(changed=(bent,))


def one_filter(contract: Contract, given: Arguments) -> Hooks:
    """Of several filters in one question only the first counts."""
    listing = _listing(contract, given)
    names = [row.place.name for row in listing.filters if row.place is not None]

    def kept(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        first = next((name for name, _ in pairs if name in names), "")
        return [pair for pair in pairs if pair[0] not in names or pair[0] == first]

    return _asked(contract, listing, kept)


def far_is_first(contract: Contract, given: Arguments) -> Hooks:
    """An offset far behind the end shows the first page."""
    listing = _listing(contract, given)
    name = listing.paging.offset.name if listing.paging and listing.paging.offset else ""

    def kept(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(key, "0" if key == name and value.isdigit() and int(value) >= FAR else value) for key, value in pairs]

    return _asked(contract, listing, kept)


def foreign_token(contract: Contract, given: Arguments) -> Hooks:
    """A page token of another list is taken for the end of this one."""
    listing = _listing(contract, given)
    paging = listing.paging

    def taken(turn: Turn, answer: Answer) -> Answer:
        place = paging.token if paging else None
        token = at_place(turn.call, place) if turn.call is not None and place is not None else MISSING
        if turn.operation != listing.operation or turn.refusal is None or str(token) not in turn.world.tokens:
            return answer
        return Answer(200, (), put({}, listing.items, []))

    return Hooks(answer=(taken,))


def one_kind_of_id(contract: Contract, given: Arguments) -> Hooks:
    """What hangs on a resource is found by its id, of whatever kind it is said to be."""
    name = given.row("collection", contract.collections).name

    def bent(value: Contract) -> Contract:
        row: Collection = value.collections[name]
        anything: Mapping[str, Mapping[str, Any]] = {kind: {} for kind in row.owners}
        return replace(value, collections={**value.collections, name: replace(row, owners=anything)})

    return Hooks(contract=(bent,))


def takes_useless(contract: Contract, given: Arguments) -> Hooks:
    """A creation may name what has failed, or is deleted."""
    life = given.lifecycle(contract)

    def bent(value: Contract) -> Contract:
        kept = value.lifecycles[life.name]
        if kept.created_by is None:
            return value
        rows = tuple(replace(row, unusable=()) for row in kept.created_by.references)
        changed = replace(kept, created_by=replace(kept.created_by, references=rows))
        return replace(value, lifecycles={**value.lifecycles, life.name: changed})

    return Hooks(contract=(bent,))


def repeats_item(contract: Contract, given: Arguments) -> Hooks:
    """In a file of JSON lines an array has its first item again at the end."""
    at, ending = given.text("at"), given.text("ending", "")

    def repeated(line: bytes) -> bytes:
        row = orjson.loads(line)
        items = get(row, at)
        return orjson.dumps(put(row, at, [*items[:-1], items[0]]) if isinstance(items, list) and items else row)

    def bent(uri: str, data: bytes) -> bytes:
        lines = data.splitlines() if uri.endswith(ending) else None
        return data if lines is None else b"".join(repeated(line) + b"\n" for line in lines)

    return Hooks(files=(bent,))


def _listing(contract: Contract, given: Arguments) -> Listing:
    """The list of a resource. Raises ValueError where there is none."""
    listing = given.lifecycle(contract).listed_by
    if listing is None:
        raise ValueError(f"{given.text('resource')} is in no list")
    return listing


def _asked(
    contract: Contract, listing: Listing, kept: Callable[[list[tuple[str, str]]], list[tuple[str, str]]]
) -> Hooks:
    """The list is asked with other query parameters than those that came."""
    path = WIRES[contract.wire].encode_request(contract, Call(listing.operation)).target

    def read(request: HttpRequest, now: float) -> HttpRequest:
        parts = urlsplit(request.target)
        if request.method != contract.operations[listing.operation].method or parts.path != path:
            return request
        query = urlencode(kept(parse_qsl(parts.query, keep_blank_values=True)))
        return replace(request, target=parts._replace(query=query).geturl())

    return Hooks(request=(read,))


CHANGES: Mapping[str, Callable[[str], str]] = {
    "lower": str.lower,
    "strip": str.strip,
    "cut": lambda text: text[:64],
}

RARE_FAULTS = (
    planted(keeps_first, "operation", "at", "most?"),
    planted(changes_text, "operation", "at", "way"),
    planted(merges_rows, "operation"),
    planted(fixed_threshold, "scorer"),
    planted(forgets_unnamed, "resource", "command"),
    planted(one_filter, "resource"),
    planted(far_is_first, "resource"),
    planted(foreign_token, "resource"),
    planted(one_kind_of_id, "collection"),
    planted(takes_useless, "resource"),
    planted(repeats_item, "at", "ending?"),
)
