"""What a request's value stands for: a name of its own, an existing resource, a fixture of the target, or plain data.

A limit allows many values, but a target knows only some: 64 letters are a valid id and still the id of nothing. What a
target may answer to an allowed value depends on what the value stands for, and the contract's own tables say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.judging.oracle import values_at
from conformance.plans.samples import Samples, read_place
from conformance.plans.values import types
from specs.calls import rooted
from specs.contract import Constraint, Contract, Lifecycle, Place
from specs.message import JsonValue
from specs.pointers import MISSING

HEX24 = "0123456789abcdef01234567"
FRESH_LENGTH = 16
"""A name that is shorter may be taken: an earlier run on the same target has used it."""


def stand_in(contract: Contract, samples: Samples, resource: str) -> str:
    """A well-formed id of a resource that does not exist."""
    life = contract.lifecycles[resource]
    creation = life.created_by
    if creation is not None and creation.chosen_by_client is not None:
        chosen = read_place(samples.call(creation.operation), creation.chosen_by_client)
        return chosen if isinstance(chosen, str) else HEX24
    if creation is not None and creation.template:
        return re.sub(r"\{[^}]*\}", HEX24, rooted(contract, creation, samples.fixtures))
    return HEX24


def inside_expectation(
    contract: Contract, samples: Samples, constraint: Constraint, value: JsonValue
) -> tuple[str, ...]:
    """What may answer a value that a constraint allows; empty when that depends on what only the target knows."""
    if constraint.strength == "info" or _is_token(contract, constraint) or _is_of_a_time(contract, constraint, value):
        return ()
    if _needs_more(contract, constraint, value):
        return ()
    if constraint.feature and _raw(contract, constraint) is MISSING:
        return ()  # what must stand beside an optional part that no sample has, only the target knows
    kind = placeholder(contract, constraint)
    if kind == "$fresh" and isinstance(value, str) and len(value) < FRESH_LENGTH:
        return ("accepted", *_taken(contract, constraint))
    if kind in ("", "$fresh"):
        return ("accepted",)
    missing = missing_class(contract, constraint)
    if missing and not overlap(contract, missing, contract.refusals.get("invalid", "")):
        return ("accepted", missing)
    held = _fixture_text(contract, samples, constraint)
    inside_folder = held.endswith("/") and isinstance(value, str) and value.startswith(held)
    return ("accepted",) if inside_folder else ()


def placeholder(contract: Contract, constraint: Constraint) -> str:
    """The placeholder that the sample has at a constraint's place (`$fixture`, ...); empty for plain data."""
    raw = _raw(contract, constraint)
    return next(iter(raw)) if isinstance(raw, Mapping) and len(raw) == 1 and next(iter(raw)).startswith("$") else ""


def missing_class(contract: Contract, constraint: Constraint) -> str:
    """The error class for a value that names nothing, when the constraint's place names a resource; else empty."""
    place = Place(constraint.location, constraint.pointer)
    for life in contract.lifecycles.values():
        if any(operation == constraint.operation and where == place for operation, where in _identities(life)):
            return life.not_found
        if life.created_by and life.created_by.operation == constraint.operation:
            named = (reference.missing for reference in life.created_by.references if reference.place == place)
            found = next(named, "")
            if found:
                return found
    for row in contract.collections.values():
        if constraint.operation in row.operations and row.owner == place:
            return row.not_found
    scorers = (row for row in contract.scorers.values() if row.operation == constraint.operation and row.model == place)
    return next((row.unknown for row in scorers), "")


def overlap(contract: Contract, one: str, other: str) -> bool:
    """Whether two error classes have a form in common, so that an answer cannot tell them apart."""
    if one not in contract.errors or other not in contract.errors:
        return False
    return bool(set(contract.errors[one].forms) & set(contract.errors[other].forms))


def _taken(contract: Contract, constraint: Constraint) -> tuple[str, ...]:
    """The error classes for a name that is taken, when the constraint's place names a new resource."""
    place = Place(constraint.location, constraint.pointer)
    creations = (life.created_by for life in contract.lifecycles.values() if life.created_by)
    rows = [row for row in creations if constraint.operation in row.operations]
    names = [name for row in rows for name in (row.again_same, row.again_different) if name in contract.errors]
    return tuple(dict.fromkeys(names)) if any(place in (row.chosen_by_client, row.unique) for row in rows) else ()


def _identities(life: Lifecycle) -> Iterator[tuple[str, Place]]:
    for row in (life.observed_by, life.upload, life.results, *life.commands.values()):
        if row is not None:
            yield row.operation, row.identity


def _is_token(contract: Contract, constraint: Constraint) -> bool:
    """Whether the place takes a page token: only the target can make one."""
    place = Place(constraint.location, constraint.pointer)
    listings = (life.listed_by for life in contract.lifecycles.values() if life.listed_by)
    return any(
        row.operation == constraint.operation and row.paging is not None and row.paging.token == place
        for row in listings
    )


def _needs_more(contract: Contract, constraint: Constraint, value: JsonValue) -> bool:
    """Whether a target may refuse what the schema allows, for want of something that the call does not show."""
    schema = contract.operations[constraint.operation].request_schema or {}
    parts = constraint.pointer.split("/")[1:] if constraint.location == "body" else []
    for part in parts:
        schema = schema.get("properties", {}).get(part, {})
        needs = schema.get("x-needs", {})
        if isinstance(needs, str):
            return True
    return bool(parts) and isinstance(value, str) and value in schema.get("x-needs", {})


def _is_of_a_time(contract: Contract, constraint: Constraint, value: JsonValue) -> bool:
    """Whether a list is to be filtered by a member that is no text: how its values are written in an operator, which
    takes texts, is documented nowhere, so that a target may refuse the sample's."""
    place = Place(constraint.location, constraint.pointer)
    for life in contract.lifecycles.values():
        listing = life.listed_by
        for rule in listing.filters if listing is not None and listing.operation == constraint.operation else ():
            if rule.variable == place and listing is not None and isinstance(value, str) and value in rule.names:
                shown = (listing.operation, "response", f"{listing.items}/*{rule.names[value]}", "type")
                rows = contract.constraints.values()
                kinds = [row for row in rows if (row.operation, row.side, row.pointer, row.keyword) == shown]
                return bool(kinds) and all("string" not in types(row.schema) for row in kinds)
    return False


def _raw(contract: Contract, constraint: Constraint) -> Any:
    """What the sample has at the place, or above it when a placeholder stands for the whole."""
    sample = contract.samples[constraint.operation]
    if constraint.location != "body":
        given = {"path": sample.path, "query": sample.query}.get(constraint.location, sample.headers)
        return given.get(constraint.pointer.split("/", 1)[0], MISSING)
    parts = constraint.pointer.split("/")[1:] if constraint.pointer else []
    above = [(length, "".join(f"/{part}" for part in parts[:length])) for length in range(len(parts), 0, -1)]
    found = (
        value
        for body in (sample.body, sample.full)
        for length, pointer in above
        for value in values_at(body, pointer)
        if length == len(parts) or _is_placeholder(value)
    )
    return next(found, MISSING)


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)).startswith("$")


def _fixture_text(contract: Contract, samples: Samples, constraint: Constraint) -> str:
    raw = _raw(contract, constraint)
    value = samples.fixtures.get(raw["$fixture"]) if isinstance(raw, Mapping) and "$fixture" in raw else None
    return value if isinstance(value, str) else ""
