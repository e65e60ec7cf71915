"""Places of a lifecycle and of a scorer, looked up in the schemas of the operations that they speak of.

A pointer with a typing error finds nothing, and a judge that finds nothing judges nothing: every place must be a
documented parameter, header or member. A schema that names no members is open, and any pointer into it is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specs.contract import Command, Contract, Lifecycle, Listing, Operation, Place, Scorer
from specs.pointers import split
from specs.source_file import Node, nearest

Problem = tuple[Node, str]
"""Node of the node inside the resource's row, and what is wrong with it."""


def missing_member(schema: Mapping[str, Any], pointer: str) -> str | None:
    """None when a schema has the member at a JSON pointer, else the nearest right name as a piece of a sentence."""
    for name in split(pointer):
        members = _members(schema)
        if members.get(name, False) is not False:
            schema = members[name] if isinstance(members[name], Mapping) else {}
        elif isinstance(schema.get("items"), Mapping) and (name == "*" or name.lstrip("-").isdigit()):
            schema = schema["items"]
        elif isinstance(schema.get("additionalProperties"), Mapping):
            schema = schema["additionalProperties"]
        else:
            return nearest(name, members) if members else None
    return None


def _members(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Members that a schema names, also those that it only names in rules over several members."""
    found: dict[str, Any] = {}
    inner = [schema[key] for key in ("then", "else") if isinstance(schema.get(key), Mapping)]
    inner += [member for key in ("allOf", "anyOf", "oneOf") for member in schema.get(key, ())]
    for member in inner:
        found |= _members(member)
    return {**found, **schema.get("properties", {})}


def at_pointer(schema: Mapping[str, Any], pointer: str) -> Mapping[str, Any]:
    """The subschema at a JSON pointer; empty, which allows everything, where the schema has no such place."""
    for part in split(pointer):
        following = schema.get("properties", {}).get(part, schema.get("items", {}) if part == "*" else {})
        schema = following if isinstance(following, Mapping) else {}
    return schema


def request_problem(operation: Operation, place: Place) -> str | None:
    """None when the requests of an operation have a place, else a sentence with the nearest right name."""
    if place.location == "body":
        if operation.request_schema is None:
            return f"{operation.id} takes no body, so it has no {place.name}"
        hint = missing_member(operation.request_schema, place.name)
        return None if hint is None else f"the request of {operation.id} has no member {place.name}{hint}"
    known = [item.name for item in operation.parameters if item.location == place.location]
    if place.name in known:
        return None
    return f"{operation.id} has no {place.location} parameter {place.name!r}{nearest(place.name, known)}"


def answer_problem(operation: Operation, place: Place) -> str | None:
    """None when the successful answers of an operation have a place, else a sentence with the nearest right name."""
    if place.location == "body":
        hint = missing_member(answer_schema(operation), place.name)
        return None if hint is None else f"the answer of {operation.id} has no member {place.name}{hint}"
    known = {name.lower(): name for name in operation.success.headers}
    if place.location == "header" and place.name.lower() in known:
        return None
    return f"{operation.id} documents no answer header {place.name!r}{nearest(place.name, known.values())}"


def answer_schema(operation: Operation) -> Mapping[str, Any]:
    """The schema of an operation's first documented success; empty without one."""
    return next(iter(operation.success.content.values()), {})


def lifecycle_problems(contract: Contract, life: Lifecycle) -> Iterator[Problem]:
    """Every place of a resource that its operations do not have. Unknown operations are somebody else's complaint."""
    for path, operation, place in _request_places(life):
        known = contract.operations.get(operation)
        text = request_problem(known, place) if known else None
        if text:
            yield path, text
    creation = life.created_by
    if creation and creation.operation in contract.operations:
        text = answer_problem(contract.operations[creation.operation], creation.identity)
        if text and creation.answered:
            yield ("created_by", "identity"), text
    if life.observed_by and life.observed_by.operation in contract.operations:
        whole = answer_schema(contract.operations[life.observed_by.operation])
        text = answer_problem(contract.operations[life.observed_by.operation], Place("body", life.observed_by.at))
        if text:
            yield ("observed_by", "at"), text
        document = at_pointer(whole, life.observed_by.at)
        yield from unknown_members(document, _document_pointers(life), f"the schema of {life.observed_by.operation}")
    if life.listed_by and life.listed_by.operation in contract.operations:
        page = answer_schema(contract.operations[life.listed_by.operation])
        yield from unknown_members(page, _page_pointers(life.listed_by), f"the schema of {life.listed_by.operation}")
        item = at_pointer(page, f"{life.listed_by.items}/*")
        yield from unknown_members(item, _item_pointers(life.listed_by), f"an item of {life.listed_by.operation}")


def scorer_problems(contract: Contract, scorer: Scorer) -> Iterator[Problem]:
    """Every place of a scorer that its operation does not have."""
    operation = contract.operations.get(scorer.operation)
    if operation is None:
        return
    inside = f"{scorer.items}/*" if scorer.items and scorer.model.location == "body" else ""
    asked: list[tuple[Node, Place]] = [(("model",), Place(scorer.model.location, inside + scorer.model.name))]
    asked += [((key,), Place("body", getattr(scorer, key))) for key in ("items", "record") if getattr(scorer, key)]
    shown: list[tuple[Node, str]] = [(("result_at",), scorer.result_at)]
    if scorer.passthrough:
        asked += [(("passthrough", key), getattr(scorer.passthrough, key)) for key in ("columns", "every")]
        result = scorer.result_at + ("/*" if scorer.many or scorer.items else "")
        shown.append((("passthrough", "at"), result + scorer.passthrough.at))
    for path, place in asked:
        text = request_problem(operation, place)
        if text:
            yield path, text
    yield from unknown_members(answer_schema(operation), shown, f"the answer of {operation.id}")


def unknown_members(schema: Mapping[str, Any], pointers: Iterable[tuple[Node, str]], where: str) -> Iterator[Problem]:
    """A problem for each pointer, at its path, that a schema has no member at; `where` says whose schema it is."""
    for path, pointer in pointers:
        hint = missing_member(schema, pointer)
        if hint is not None:
            yield path, f"{where} has no member {pointer}{hint}"


def _document_pointers(life: Lifecycle) -> Iterator[tuple[Node, str]]:
    assert life.observed_by is not None
    yield ("observed_by", "state"), life.observed_by.state
    yield from ((("observed_by", "on_request", pointer), pointer) for pointer in life.observed_by.on_request)
    for rule in life.fields:
        yield ("fields", rule.pointer), rule.pointer
        if rule.at_most:
            yield ("fields", rule.pointer, "at_most"), rule.at_most
    for command in life.commands.values():
        yield from ((("commands", command.name, "sets", pointer), pointer) for pointer in command.sets)
        yield from ((("commands", command.name, "stamps", pointer), pointer) for pointer in command.stamps)
        if command.makes:
            yield ("commands", command.name, "makes", "request"), command.makes.request
    if life.results and life.results.link:
        yield ("results", "link"), life.results.link
    if life.listed_by:
        yield from ((("listed_by", "omits", index), name) for index, name in enumerate(life.listed_by.omits))


def _page_pointers(listing: Listing) -> Iterator[tuple[Node, str]]:
    yield ("listed_by", "items"), listing.items
    paging = listing.paging
    if paging:
        named = {"next": paging.next, "previous": paging.previous, "count": paging.count, "total": paging.total}
        yield from ((("listed_by", "paging", key), pointer) for key, pointer in named.items() if pointer)


def _item_pointers(listing: Listing) -> Iterator[tuple[Node, str]]:
    yield ("listed_by", "identity"), listing.identity
    yield ("listed_by", "state"), listing.state
    yield from ((("listed_by", "only", index), pointer) for index, pointer in enumerate(listing.only))
    yield from ((("listed_by", "adds", pointer), pointer) for pointer in listing.adds)
    yield from ((("listed_by", "on_request", pointer), pointer) for pointer in listing.on_request)
    for index, filter_ in enumerate(listing.filters):
        path: Node = ("listed_by", "filters", index)
        yield (*path, "field"), filter_.field
        yield from (((*path, "names", name), pointer) for name, pointer in filter_.names.items())
    for value, pointer in listing.order.values.items() if listing.order else ():
        if pointer not in ("asc", "desc"):
            yield ("listed_by", "order", "values", value), pointer.removeprefix("-")


Located = tuple[Node, str, Place]
"""Node of the node inside a row, an operation, and a place in its requests."""


def _request_places(life: Lifecycle) -> Iterator[Located]:
    creation = life.created_by
    if creation:
        path: Node = ("created_by",)
        named = {key: getattr(creation, key) for key in ("chosen_by_client", "unique", "intake")}
        yield from (((*path, key), creation.operation, place) for key, place in named.items() if place)
        own = creation.chosen_by_client
        yield from (((*path, "also", index), name, own) for index, name in enumerate(creation.also) if own)
        for index, barred in enumerate(creation.barred):
            yield (*path, "barred", index, "place"), creation.operation, barred.place
        for index, apart in enumerate(creation.apart):
            for number, member in enumerate(apart.places):
                yield (*path, "apart", index, "places", number), creation.operation, member
        for index, reference in enumerate(creation.references):
            yield (*path, "references", index, "place"), creation.operation, reference.place
        for rule in life.fields:
            if rule.echoes:
                yield ("fields", rule.pointer, "echoes"), creation.operation, rule.echoes
    for key in ("observed_by", "upload", "results"):
        row = getattr(life, key)
        if row:
            yield (key, "identity"), row.operation, row.identity
    for pointer, asked in life.observed_by.on_request.items() if life.observed_by else ():
        assert life.observed_by is not None
        yield ("observed_by", "on_request", pointer), life.observed_by.operation, asked
    parts = life.upload.parts if life.upload else None
    if parts:
        rows = {"identity": parts.operation, "number": parts.operation, "finish_identity": parts.finish}
        yield from ((("upload", "parts", key), operation, getattr(parts, key)) for key, operation in rows.items())
    for command in life.commands.values():
        yield from _command_places(command)
    if life.listed_by:
        yield from _listing_places(life.listed_by)


def _command_places(command: Command) -> Iterator[Located]:
    path: Node = ("commands", command.name)
    yield (*path, "identity"), command.operation, command.identity
    yield from (((*path, "sets", pointer), command.operation, place) for pointer, place in command.sets.items())
    yield from (((*path, "stamps", pointer), command.operation, place) for pointer, place in command.stamps.items())


def _listing_places(listing: Listing) -> Iterator[Located]:
    for pointer, asked in listing.on_request.items():
        yield ("listed_by", "on_request", pointer), listing.operation, asked
    paging = listing.paging
    if paging:
        named = {"limit": paging.limit, "token": paging.token, "offset": paging.offset}
        for key, place in named.items():
            if place:
                yield ("listed_by", "paging", key), listing.operation, place
    for index, filter_ in enumerate(listing.filters):
        path: Node = ("listed_by", "filters", index)
        for key, place in {"place": filter_.place, "variable": filter_.variable}.items():
            if place:
                yield (*path, key), listing.operation, place
        for member in filter_.operators:
            location = filter_.variable.location if filter_.variable else "query"
            name = f"/{member}" if location == "body" else member
            yield (*path, "operators", member), listing.operation, Place(location, name)
    if listing.order:
        yield ("listed_by", "order", "place"), listing.operation, listing.order.place
