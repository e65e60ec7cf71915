"""The functions of list operations in a generated server: filters, order, page, shape, step by step.

A list is the operation that vendors vary most. Written out as steps, its owner can take one out or put one in; a table
of options would hide the order in which they act.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockgen.shapes import envelope, may_be_null, success_schema
from mockgen.writing.literals import Code, Invoke, flat, statement
from mockgen.writing.phrases import answered, nested, said, top_names
from mockgen.writing.tables import parts
from specs.contract import Contract, Filter, Lifecycle, Listing, Operation, Order, Paging

ITEMS = Code("items")
FIELD = "field"


def listed(contract: Contract, operation: Operation, life: Lifecycle) -> Iterator[str]:
    """The lines of a list operation's function."""
    listing = life.listed_by
    assert listing is not None
    stands_still = not life.transitions and life.name not in parts(contract)
    read = f"world.of_kind({flat(life.name)})" if stands_still else f"actions.read_all(world, call, {flat(life.name)})"
    yield f"    items = documents.each(world, call, {read})"
    hidden = tuple(life.observed_by.on_request) if life.observed_by else ()
    if hidden:
        yield statement("items =", Invoke("documents.each_without", (ITEMS, hidden)))
    if listing.adds:
        yield statement("items =", Invoke("documents.each_with", (ITEMS, dict(listing.adds))))
    for rule in listing.filters:
        yield from _filtered(rule)
    if listing.order is not None:
        yield from _ordered(listing, listing.order)
    links: dict[str, Any] = {}
    if listing.paging is not None:
        yield from (_token_page if listing.paging.style == "token" else _offset_page)(
            contract, operation, listing, listing.paging
        )
        links = _links(listing.paging)
    yield from _shaped(listing)
    yield from _as_text(operation)
    body = nested({listing.items: ITEMS, **links}, envelope(contract, operation.id))
    if listing.paging is None or listing.paging.style == "offset":
        yield answered(contract, operation.id, body)
        return
    yield statement("body: dict[str, Any] =", body)
    following = listing.paging.next.removeprefix("/")
    schema = success_schema(operation)
    shows_null = following in schema.get("required", ()) and may_be_null(schema["properties"].get(following, {}))
    if not shows_null:
        yield "    if page.token is not None:"
    yield f"    {'' if shows_null else '    '}body[{flat(following)}] = page.token"
    yield answered(contract, operation.id, Code("body"))


def _filtered(rule: Filter) -> Iterator[str]:
    if rule.place is not None:
        yield statement("items =", Invoke("listing.equal", (ITEMS, rule.field, Code(said(rule.place)))))
        return
    assert rule.variable is not None
    yield statement("fields =", dict(rule.names))
    yield f"    {FIELD} = fields.get({said(rule.variable)})"
    wanted = {operator: Code(f"call.get({flat('/' + member)})") for member, operator in rule.operators.items()}
    yield statement("items =", Invoke("listing.compared", (ITEMS, Code(FIELD), wanted)))


def _ordered(listing: Listing, order: Order) -> Iterator[str]:
    asked = said(order.place)
    directions = [value for value, meaning in order.values.items() if meaning in ("desc", "dsc")]
    if set(order.values.values()) <= {"asc", "desc", "dsc"}:
        named: dict[str, Any] = {"descending": Code(f"{asked} in {flat(tuple(directions))}")}
        if len(directions) == 1:
            named = {"descending": Code(f"{asked} == {flat(directions[0])}")}
        by = FIELD if any(rule.variable for rule in listing.filters) else "None"
        yield statement("items =", Invoke("listing.ordered", (ITEMS, Code(by)), named))
        return
    yield statement("orders =", dict(order.values))
    yield f'    order = orders.get(str({asked}), "")'
    named = {"descending": Code('order.startswith("-")')}
    yield statement("items =", Invoke("listing.ordered", (ITEMS, Code('order.lstrip("-")')), named))


def _size(paging: Paging) -> str:
    arguments = (Code(said(paging.limit)), paging.default, paging.maximum)
    return statement("size =", Invoke("listing.page_size", arguments))


def _token_page(contract: Contract, operation: Operation, listing: Listing, paging: Paging) -> Iterator[str]:
    assert paging.token is not None
    yield _size(paging)
    named = {
        "identity": listing.identity,
        "token": Code(said(paging.token)),
        "size": Code("size"),
        "own": tuple(place.name.removeprefix("/") for place in (paging.token, paging.limit)),
        "bad": paging.bad_token or "",
    }
    yield statement("page =", Invoke("listing.page_by_token", (Code("world"), Code("call"), ITEMS), named))


def _offset_page(contract: Contract, operation: Operation, listing: Listing, paging: Paging) -> Iterator[str]:
    assert paging.offset is not None
    yield _size(paging)
    named = {"size": Code("size"), "limit": paging.limit.name, "offset": paging.offset.name}
    base = contract.base_path + operation.path
    yield statement("page =", Invoke("listing.page_by_offset", (Code("call"), ITEMS, base), named))


def _links(paging: Paging) -> dict[str, Any]:
    if paging.style == "token":
        return {}
    links = {
        paging.next: "page.next",
        paging.previous: "page.previous",
        paging.count: "len(items)",
        paging.total: "total",
    }
    return {pointer: Code(text) for pointer, text in links.items() if pointer}


def _shaped(listing: Listing) -> Iterator[str]:
    """The items of the page with the members that lists show."""
    shown = Code("page.items") if listing.paging is not None else ITEMS
    if listing.paging is not None and listing.paging.total:
        yield "    total = len(items)"
    if listing.only:
        yield statement("items =", Invoke("listing.only", (shown, top_names(listing.only))))
    elif listing.omits:
        yield statement("items =", Invoke("listing.without", (shown, top_names(listing.omits))))
    elif listing.paging is not None:
        yield "    items = page.items"


def _as_text(operation: Operation) -> Iterator[str]:
    """The same list as CSV, where a query parameter asks for it."""
    for row in operation.parameters:
        if row.location == "query" and "csv" in row.schema.get("enum", ()) and "text/csv" in operation.success.content:
            yield f'    if call.query.get({flat(row.name)}) == "csv":'
            status = int(operation.success.status)
            yield f'        return Answer({status}, listing.as_csv(items), headers={{"Content-Type": "text/csv"}})'
