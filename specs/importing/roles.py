"""Which operations make, show, list, stop and delete the same kind of resource, guessed from names and paths.

An RPC service tells it by verbs (CreateTransformJob, DescribeTransformJob), a REST service by paths (POST /jobs,
GET /jobs/{id}). Both guesses end in the same value, so that a lifecycle is drafted in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs.contract import Operation
from specs.importing.words import plurals, snake, spaced, vendor_name
from specs.reading.place_checks import answer_schema

CREATE = ("Create", "Start", "Submit", "Run", "Import", "Export", "Request", "Register", "Begin", "Launch")
OBSERVE = ("Describe", "Get")
LIST = ("List", "Describe", "Get", "Search")
STOP = ("Stop", "Cancel", "Abort", "Terminate")
DELETE = ("Delete", "Remove")
_STOP_PATHS = frozenset(("cancel", "abort", "stop", "terminate"))


@dataclass(frozen=True)
class Group:
    """Operations of one kind of resource. `noun` is as the document spells it."""

    noun: str
    name: str
    title: str
    create: Operation
    observe: Operation
    listing: Operation | None = None
    stop: Operation | None = None
    delete: Operation | None = None


def groups(operations: Mapping[str, Operation]) -> Iterator[Group]:
    """Every kind of resource that can be created and read; the operations of each stand in one group only."""
    is_rpc = any(operation.route for operation in operations.values())
    seen: set[str] = set()
    for group in _by_name(operations) if is_rpc else _by_path(operations):
        if group.name not in seen and group.observe.id not in seen:
            seen |= {group.name, group.observe.id}
            yield group


def _by_name(operations: Mapping[str, Operation]) -> Iterator[Group]:
    def first(verbs: tuple[str, ...], nouns: tuple[str, ...]) -> Operation | None:
        names = (verb + noun for verb in verbs for noun in nouns)
        return next((operations[name] for name in names if name in operations), None)

    for operation in operations.values():
        verb = next((verb for verb in CREATE if operation.id.startswith(verb)), None)
        noun = operation.id.removeprefix(verb) if verb else ""
        observe = first(OBSERVE, (noun,)) if noun else None
        if observe is not None:
            listing = first(LIST, plurals(noun))
            yield Group(
                noun=noun,
                name=snake(noun),
                title=spaced(noun),
                create=operation,
                observe=observe,
                listing=None if listing is observe else listing,
                stop=first(STOP, (noun,)),
                delete=first(DELETE, (noun,)),
            )


def _by_path(operations: Mapping[str, Operation]) -> Iterator[Group]:
    at = {(operation.method, operation.path.rstrip("/")): operation for operation in operations.values()}
    for (method, path), observe in at.items():
        collection, _, last = path.rpartition("/")
        create = at.get(("POST", collection))
        if method != "GET" or not last.startswith("{") or "{" in collection or create is None:
            continue
        noun = _singular(collection.rpartition("/")[2])
        stops = (
            row
            for (verb, where), row in at.items()
            if verb in ("POST", "PUT") and where.rpartition("/")[0] == path and where.rpartition("/")[2] in _STOP_PATHS
        )
        yield Group(
            noun=noun,
            name=vendor_name(snake(noun)) or "resource",
            title=spaced(noun) or "resource",
            create=create,
            observe=observe,
            listing=at.get(("GET", collection)),
            stop=next(stops, None),
            delete=at.get(("DELETE", path)),
        )


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


@dataclass(frozen=True)
class StateMember:
    """Where an answer shows a state: the document `at` a pointer, the member inside it, and the states."""

    at: str
    pointer: str
    states: tuple[str, ...]


def state_member(operation: Operation, noun: str) -> StateMember | None:
    """The status of the document in an answer, None without one that lists its states."""
    schema = answer_schema(operation)
    found = _state_in(schema, noun)
    if found is not None:
        return StateMember("", *found)
    for name, member in schema.get("properties", {}).items():
        found = _state_in(member, noun) if isinstance(member, Mapping) else None
        if found is not None:
            return StateMember(f"/{name}", *found)
    return None


def _state_in(schema: Mapping[str, Any], noun: str) -> tuple[str, tuple[str, ...]] | None:
    members = schema.get("properties", {})
    wanted = [f"{noun}status", f"{noun}state", "status", "state"]
    rest = [name.lower() for name in members if re.search(r"(status|state)$", name, re.IGNORECASE)]
    for low in [*(name.lower() for name in wanted), *rest]:
        for name, member in members.items():
            states = member.get("enum") if isinstance(member, Mapping) and name.lower() == low else None
            if states and all(isinstance(state, str) for state in states):
                return f"/{name}", tuple(states)
    return None


def document_schema(operation: Operation, at: str) -> Mapping[str, Any]:
    """The schema of the document that an answer shows."""
    schema = answer_schema(operation)
    found: Mapping[str, Any] = schema.get("properties", {}).get(at.removeprefix("/"), {}) if at else schema
    return found
