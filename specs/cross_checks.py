"""References between the files of one folder: every name that is used must be defined, every table must be walkable.

A misspelt operation or error class would otherwise surface much later, as a check that silently never runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specs.contract import Contract, Lifecycle, Place
from specs.lifecycle import problems, states
from specs.source_file import Complaint, SourceFile, nearest

SITUATIONS = (
    "invalid",
    "wrong_type",
    "malformed",
    "media_type",
    "not_acceptable",
    "path",
    "query",
    "unknown_operation",
    "method",
    "unauthenticated",
    "bad_credentials",
    "throttled",
    "internal",
)
"""Why a request can be refused before any business rule is asked; the keys of `refusals`."""

Path = tuple[str | int, ...]
Use = tuple[str, Path, str, str, Iterable[str]]
"""File, path of the node, what it is, its value, and the names that there are."""


def cross_complaints(contract: Contract, files: Mapping[str, SourceFile]) -> Iterator[Complaint]:
    """Everything that does not fit together, in file order."""
    vendor = files["vendor.yaml"]
    if contract.vendor != contract.folder.name:
        yield vendor.complaint("vendor", f"the folder is {contract.folder.name!r}", "vendor")
    for file, path, what, value, known in _uses(contract):
        if value not in set(known):
            yield files[file].complaint("dangling", f"there is no {what} {value!r}{nearest(value, known)}", *path)
    for situation in ("invalid", "wrong_type", "malformed", "unknown_operation"):
        if situation not in contract.refusals:
            yield vendor.complaint("refusals", f"no error class for the situation {situation!r}", "refusals")
    for operation in contract.operations:
        if operation not in contract.samples:
            yield vendor.complaint("samples", f"{operation} has no sample", "samples")
    for life in contract.lifecycles.values():
        lives = files["lifecycles.yaml"]
        for rule, text in problems(life):
            yield lives.complaint(rule, text, "resources", life.name)
        for pointer in _unknown_fields(contract, life):
            text = f"the schema of {life.observed_by.operation if life.observed_by else ''} has no member {pointer}"
            yield lives.complaint("field", text, "resources", life.name, "fields", pointer)


def _uses(contract: Contract) -> Iterator[Use]:
    operations, classes = contract.operations, contract.errors
    for situation, name in contract.refusals.items():
        yield "vendor.yaml", ("refusals", situation), "situation", situation, SITUATIONS
        yield "vendor.yaml", ("refusals", situation), "error class", name, classes
    for name, sample in contract.samples.items():
        yield "vendor.yaml", ("samples", name), "operation", name, operations
        for key, value in _placeholders((sample.path, sample.query, sample.headers, sample.body, sample.full)):
            known = {"$fixture": contract.fixtures, "$identity": contract.lifecycles, "$table": contract.fixtures}
            if key in known:
                yield "vendor.yaml", ("samples", name), key.removeprefix("$"), str(value), known[key]
            elif key != "$fresh":
                yield "vendor.yaml", ("samples", name), "placeholder", key, (*known, "$fresh")
    for operation in operations.values():
        for name in operation.errors:
            yield "openapi.yaml", ("paths",), f"error class (x-errors of {operation.id})", name, classes
    for life in contract.lifecycles.values():
        yield from _lifecycle_uses(contract, life)
    for scorer in contract.scorers.values():
        path = ("scorers", scorer.name)
        yield "relations.yaml", path, "operation", scorer.operation, operations
        yield "relations.yaml", path, "resource", scorer.resource, contract.lifecycles
        for name in filter(None, (scorer.unknown, scorer.not_ready)):
            yield "relations.yaml", path, "error class", name, classes
    for requirement in contract.requirements.values():
        if requirement.origin == "written" and requirement.operation:
            file = requirement.line.split(":", 1)[0]
            yield file, (), f"operation (in {requirement.id})", requirement.operation, operations
        for feature in requirement.features:
            yield "vendor.yaml", ("features",), "feature", feature, (*contract.features, "authentication")


def _lifecycle_uses(contract: Contract, life: Lifecycle) -> Iterator[Use]:
    base: Path = ("resources", life.name)
    roles: dict[str, Any] = {
        "created_by": life.created_by,
        "observed_by": life.observed_by,
        "listed_by": life.listed_by,
    }
    roles |= {"upload": life.upload, "results": life.results}
    for role, row in roles.items():
        if row is not None:
            yield "lifecycles.yaml", (*base, role), "operation", row.operation, contract.operations
    for command in life.commands.values():
        path = (*base, "commands", command.name)
        yield "lifecycles.yaml", path, "operation", command.operation, contract.operations
        for state in command.from_states:
            yield "lifecycles.yaml", path, "state", state, states(life)
    for name in _error_names(life):
        yield "lifecycles.yaml", base, "error class", name, contract.errors
    for state in (*life.spellings, *(life.results.available_in if life.results else ())):
        yield "lifecycles.yaml", base, "state", state, states(life)
    for rule in life.fields:
        for state in (*rule.present_in, *rule.absent_in, *filter(None, (rule.null_until,))):
            yield "lifecycles.yaml", (*base, "fields", rule.pointer), "state", state, states(life)
    for reference in life.created_by.references if life.created_by else ():
        yield "lifecycles.yaml", (*base, "created_by"), "resource", reference.resource, contract.lifecycles


def _error_names(life: Lifecycle) -> Iterator[str]:
    creation, upload, results = life.created_by, life.upload, life.results
    if creation:
        yield from (name for name in (creation.again_same, creation.again_different) if name not in FREE)
        yield from (reference.missing for reference in creation.references)
    if life.observed_by:
        yield life.not_found
    yield from (command.otherwise for command in life.commands.values() if command.otherwise not in FREE)
    if upload:
        yield from (upload.again, upload.empty, upload.not_needed)
    if results:
        yield from results.otherwise.values()
    if life.listed_by and life.listed_by.paging and life.listed_by.paging.bad_token:
        yield life.listed_by.paging.bad_token


FREE = ("accepted", "undocumented")
"""Outcomes that are not error classes."""


def _placeholders(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            if str(key).startswith("$"):
                yield key, member
            else:
                yield from _placeholders(member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _placeholders(item)


def _unknown_fields(contract: Contract, life: Lifecycle) -> Iterator[str]:
    if life.observed_by is None or life.observed_by.operation not in contract.operations:
        return
    schema: Any = next(iter(contract.operations[life.observed_by.operation].success.content.values()), {})
    for rule in life.fields:
        if not _has(schema, life.observed_by.at + rule.pointer):
            yield rule.pointer


def _has(schema: Mapping[str, Any], pointer: str) -> bool:
    for name in pointer.split("/")[1:]:
        members = schema.get("properties", {})
        if name not in members:
            return isinstance(schema.get("additionalProperties"), Mapping) or not members
        schema = members[name]
    return True


def place_exists(contract: Contract, operation: str, place: Place) -> bool:
    """Whether a request of an operation has this place: a documented parameter, or a member of the body's schema."""
    known = contract.operations[operation]
    if place.location == "body":
        return known.request_schema is not None and _has(known.request_schema, place.name)
    return any(item.name == place.name and item.location == place.location for item in known.parameters)
