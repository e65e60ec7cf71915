"""Lists: filters, order and pages, as the contract describes them.

A token names the rest of a list that was cut, by identity. New resources therefore never shift a page, and a token
that was not given out for this very list is refused.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from mockgen.world import World, chance, with_token
from specs.contract import Filter, Listing, Paging, Place
from specs.message import Call
from specs.pointers import MISSING, get, put

Reading = Callable[[str], Any]
"""What an item shows at a pointer (`""`: its whole document), `MISSING` where it shows nothing. A list may have
hundreds of items and show ten: what no filter asks about, and no page shows, nobody works out."""
Item = tuple[str, Reading]
"""Identity and the reading of its document."""

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "prefix": lambda value, start: str(value).startswith(str(start)),
}


@dataclass(frozen=True)
class Page:
    """One page: its items, and the members that lead to the other pages (pointer -> value)."""

    items: tuple[Item, ...]
    links: Mapping[str, Any]
    world: World


def at_place(call: Call, place: Place | None) -> Any:
    """What a call says at a place, `MISSING` when it says nothing there."""
    if place is None:
        return MISSING
    if place.location == "body":
        return get(call.body, place.name)
    source = {"path": call.path, "query": call.query, "header": call.headers}[place.location]
    return source.get(place.name, MISSING)


def selected(listing: Listing, call: Call, items: list[Item]) -> list[Item]:
    """The items that pass every filter of the call, in the order that it asks for."""
    for passes in filter(None, (_test(rule, call) for rule in listing.filters)):
        items = [item for item in items if passes(item[1])]
    if listing.order is None:
        return items
    asked = at_place(call, listing.order.place)
    direction = listing.order.values.get(asked, "") if isinstance(asked, str) else ""
    field = _order_field(listing, call) if direction in ("asc", "desc", "dsc", "") else direction.lstrip("-")
    if field:
        items = sorted(items, key=lambda item: _sortable(item[1](field)))
    descending = direction.startswith("-") or direction in ("desc", "dsc")
    return items[::-1] if descending else items


def refused_token(listing: Listing, call: Call, world: World) -> str | None:
    """The error class when the call carries a token that this list never gave out."""
    paging = listing.paging
    token = at_place(call, paging.token) if paging and paging.token else MISSING
    if paging is None or paging.bad_token is None or token is MISSING:
        return None
    known = world.tokens.get(str(token))
    return None if known is not None and known[0] == _digest(paging, call) else paging.bad_token


def page(listing: Listing, call: Call, world: World, items: list[Item], base_url: str) -> Page:
    """The page that the call asks for."""
    paging = listing.paging
    if paging is None:
        return Page(tuple(items), {}, world)
    return (_token_page if paging.style == "token" else _offset_page)(paging, call, world, items, base_url)


def size(paging: Paging, call: Call) -> int:
    """How many items a page has: the limit of the call within the contract's bounds."""
    asked = at_place(call, paging.limit)
    if not isinstance(asked, int) or isinstance(asked, bool) or asked <= 0:
        return paging.default
    return min(asked, paging.maximum)


def _token_page(paging: Paging, call: Call, world: World, items: list[Item], base_url: str) -> Page:
    token = at_place(call, paging.token)
    known = world.tokens.get(str(token)) if token is not MISSING else None
    if known is not None:
        readings = dict(items)
        items = [(identity, readings[identity]) for identity in known[1] if identity in readings]
    cut = size(paging, call)
    if len(items) <= cut:
        return Page(tuple(items), {}, world)
    rest = tuple(identity for identity, _ in items[cut:])
    digest = _digest(paging, call)
    fresh = f"{chance(world.seed, 'token', digest, rest).getrandbits(128):032x}"
    return Page(tuple(items[:cut]), {paging.next: fresh}, with_token(world, fresh, digest, rest))


def _offset_page(paging: Paging, call: Call, world: World, items: list[Item], base_url: str) -> Page:
    asked = at_place(call, paging.offset)
    start = asked if isinstance(asked, int) and not isinstance(asked, bool) and asked > 0 else 0
    cut = size(paging, call)
    shown = tuple(items[start : start + cut])
    later = start + cut if start + cut < len(items) else None
    earlier = max(0, start - cut) if start > 0 else None
    links: dict[str, Any] = {
        paging.next: _url(paging, call, base_url, later, cut),
        paging.previous: _url(paging, call, base_url, earlier, cut),
        paging.count: len(shown),
        paging.total: len(items),
    }
    return Page(shown, {pointer: value for pointer, value in links.items() if pointer}, world)


def body_of(page_shown: Page, listing: Listing, envelope: Any) -> Any:
    """The list's body: items cut to the members that items have, and the links, put into the envelope."""
    shown = [_item(listing, read("")) for _, read in page_shown.items]
    body = put(envelope, listing.items, shown)
    for pointer, value in page_shown.links.items():
        body = put(body, pointer, value)
    return body


def _item(listing: Listing, document: Any) -> Any:
    if listing.only:
        kept: Any = {}
        for pointer in listing.only:
            value = get(document, pointer)
            kept = kept if value is MISSING else put(kept, pointer, value)
        return kept
    omitted = {pointer.removeprefix("/") for pointer in listing.omits}
    return {name: member for name, member in document.items() if name not in omitted}


def _test(rule: Filter, call: Call) -> Callable[[Reading], bool] | None:
    """Whether an item passes a filter of this call; None when the call does not use it."""
    if rule.place is not None:
        asked = at_place(call, rule.place)
        wanted = asked if isinstance(asked, list) else [asked]
        return None if asked is MISSING else lambda read: read(rule.field) in wanted
    variable = at_place(call, rule.variable)
    field = rule.names.get(variable) if isinstance(variable, str) else None
    given = [(OPERATORS[kind], get(call.body, f"/{name}")) for name, kind in rule.operators.items()]
    bounds = [(holds, bound) for holds, bound in given if bound is not MISSING]
    return None if field is None or not bounds else lambda read: _within(read(field), bounds)


def _within(value: Any, bounds: list[tuple[Callable[[Any, Any], bool], Any]]) -> bool:
    return value is not MISSING and all(holds(*_comparable(value, bound)) for holds, bound in bounds)


def _order_field(listing: Listing, call: Call) -> str:
    for rule in listing.filters:
        variable = at_place(call, rule.variable)
        if isinstance(variable, str) and variable in rule.names:
            return rule.names[variable]
    return ""


def _comparable(value: Any, wanted: Any) -> tuple[Any, Any]:
    """Both sides as numbers where the value is one (a wanted text is a number or a time), else both as texts."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = _number(wanted)
        if number is not None:
            return float(value), number
    return str(value), str(wanted)


def _number(wanted: Any) -> float | None:
    try:
        return float(wanted)
    except (TypeError, ValueError):
        pass
    try:
        return datetime.fromisoformat(str(wanted)).timestamp()
    except ValueError:
        return None


def _sortable(value: Any) -> tuple[str, float, str]:
    if value is MISSING or value is None:
        return ("", 0.0, "")
    if isinstance(value, int | float):
        return ("number", float(value), "")
    return ("text", 0.0, str(value))


def _digest(paging: Paging, call: Call) -> str:
    """What a list is: operation and query without the token and the page size."""
    own = {place.name.removeprefix("/") for place in (paging.token, paging.limit) if place is not None}
    body = {name: value for name, value in call.body.items() if name not in own} if isinstance(call.body, dict) else {}
    text = orjson.dumps([call.operation, body, dict(call.query)], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


def _url(paging: Paging, call: Call, base_url: str, start: int | None, cut: int) -> str | None:
    if start is None:
        return None
    query = dict(call.query)
    query[paging.limit.name] = cut
    if paging.offset is not None:
        query[paging.offset.name] = start
    return f"{base_url}?{urlencode(query, doseq=True)}"
