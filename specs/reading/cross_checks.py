"""References between the files of one folder: every name that is used must be defined, every table must be walkable.

A misspelt operation or error class would otherwise surface much later, as a check that silently never runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specs.collection import Collection
from specs.contract import Contract, Lifecycle, Requirement
from specs.lifecycle import problems
from specs.reading.collection_laws import place_problems
from specs.reading.openapi import path_of
from specs.reading.place_checks import lifecycle_problems, scorer_problems
from specs.reading.placeholders import ANSWER, HEADER, RESULT, SAMPLE, SEEDED, SHOWS, Form, placeholder_problems
from specs.source_file import Complaint, Node, SourceFile, nearest
from specs.wire import WIRES

SITUATIONS = (
    "invalid",
    "wrong_type",
    "malformed",
    "media_type",
    "unsupported",
    "not_acceptable",
    "path",
    "query",
    "unknown_operation",
    "method",
    "unauthenticated",
    "bad_credentials",
    "throttled",
    "crowded",
    "internal",
)
"""Why a request can be refused before any business rule is asked; the keys of `refusals`."""

FREE = ("accepted", "undocumented")
"""Outcomes that are not error classes."""
NEEDED = ("invalid", "wrong_type", "malformed", "unknown_operation")
"""Situations that every vendor has an error class for."""
WITH_TABLES: Mapping[str, str] = {
    "operation": "operation",
    "batch": "operation",
    "single": "operation",
    "resource": "resource",
    "lifecycle": "resource",
    "output": "output",
}
"""Parameters of written requirements that name something -> the table that must have it."""

Use = tuple[str, Node, str, str, Iterable[str]]
"""File, path of the node, what it is, its value, and the names that there are."""


def cross_complaints(contract: Contract, files: Mapping[str, SourceFile]) -> Iterator[Complaint]:
    """Everything that does not fit together, in file order."""
    order = list(files)
    found = list(_complaints(contract, files))
    yield from sorted(found, key=lambda complaint: (order.index(complaint.file), complaint.line))


def _complaints(contract: Contract, files: Mapping[str, SourceFile]) -> Iterator[Complaint]:
    yield from _vendor_complaints(contract, files["vendor.yaml"])
    for file, path, what, value, known in _uses(contract, files):
        if value not in (there := tuple(known)):
            yield files[file].complaint("dangling", f"there is no {what} {value!r}{nearest(value, there)}", *path)
    lives = files["lifecycles.yaml"]
    for life in contract.lifecycles.values():
        for rule, path, text in problems(life):
            yield lives.complaint(rule, text, "resources", life.name, *path)
        for path, text in lifecycle_problems(contract, life):
            yield lives.complaint("field", text, "resources", life.name, *path)
    for row in contract.collections.values():
        for path, text in place_problems(row, contract.lifecycles, contract.operations):
            yield lives.complaint("field", text, "collections", row.name, *path)
    for scorer in contract.scorers.values():
        for path, text in scorer_problems(contract, scorer):
            yield files["relations.yaml"].complaint("field", text, "scorers", scorer.name, *path)
    for file, path, value, forms, names in _templates(contract, files):
        for below, text in placeholder_problems(value, forms, names):
            yield files[file].complaint("placeholder", text, *path, *below)


def _vendor_complaints(contract: Contract, vendor: SourceFile) -> Iterator[Complaint]:
    if contract.vendor != contract.folder.name:
        yield vendor.complaint("vendor", f"the folder is {contract.folder.name!r}", "vendor")
    options = WIRES[contract.wire].options
    for name, value in contract.wire_options.items():
        if name not in options:
            text = f"{contract.wire} has no option {name!r}{nearest(name, options)}"
            yield vendor.complaint("dangling", text, "wire_options", name)
        elif options[name] and value not in options[name]:
            text = f"{name} does not take {value!r}{nearest(str(value), options[name])}"
            yield vendor.complaint("dangling", text, "wire_options", name)
    for situation in NEEDED:
        if situation not in contract.refusals:
            yield vendor.complaint("refusals", f"no error class for the situation {situation!r}", "refusals")
    for operation in contract.operations.values():
        sample = contract.samples.get(operation.id)
        if sample is None:
            yield vendor.complaint("samples", f"{operation.id} has no sample", "samples")
            continue
        given = {"path": sample.path, "query": sample.query, "header": sample.headers}
        for item in operation.parameters:
            if item.required and item.name not in given[item.location]:
                text = f"the sample of {operation.id} lacks the {item.location} parameter {item.name!r}"
                yield vendor.complaint("samples", text, "samples", operation.id)
        if sample.body is not None and operation.request_schema is None:
            yield vendor.complaint("samples", f"{operation.id} takes no body", "samples", operation.id, "body")


def _uses(contract: Contract, files: Mapping[str, SourceFile]) -> Iterator[Use]:
    operations, classes = contract.operations, contract.errors
    for situation, name in contract.refusals.items():
        yield "vendor.yaml", ("refusals", situation), "situation", situation, SITUATIONS
        yield "vendor.yaml", ("refusals", situation), "error class", name, classes
    for name, sample in contract.samples.items():
        yield "vendor.yaml", ("samples", name), "operation", name, operations
        for key, location in (("path", "path"), ("query", "query"), ("headers", "header")):
            items = operations[name].parameters if name in operations else ()
            known = [item.name for item in items if item.location == location]
            for given in getattr(sample, key) if name in operations else ():
                yield "vendor.yaml", ("samples", name, key, given), f"{location} parameter", given, known
    needed: dict[str, dict[str, None]] = {}
    for row in contract.constraints.values():
        if row.feature:
            needed.setdefault(row.operation, {})[row.feature] = None
    for operation in operations.values():
        where = path_of(files["openapi.yaml"], operation.id)
        for name in operation.errors:
            yield "openapi.yaml", (*where, "x-errors"), f"error class (of {operation.id})", name, classes
        for name in operation.invalid:
            yield "openapi.yaml", (*where, "x-invalid"), f"error class (of {operation.id})", name, classes
        if operation.feature:
            yield "openapi.yaml", (*where, "x-feature"), "feature", operation.feature, contract.features
        for feature in needed.get(operation.id, ()):
            yield "openapi.yaml", where, f"feature (of a schema of {operation.id})", feature, contract.features
    for life in contract.lifecycles.values():
        yield from _lifecycle_uses(contract, life)
    for collection in contract.collections.values():
        yield from _collection_uses(contract, collection)
    yield from _relation_uses(contract)
    for requirement in contract.requirements.values():
        if requirement.origin == "written" and requirement.line:
            yield from _requirement_uses(contract, files, requirement)
    for example in contract.examples:
        yield f"examples/{example.name}.json", ("operation",), "operation", example.operation, operations


def _requirement_uses(contract: Contract, files: Mapping[str, SourceFile], row: Requirement) -> Iterator[Use]:
    file, _, number = row.line.partition(":")
    path = files[file].nodes.get(int(number), ())
    tables: dict[str, Iterable[str]] = {
        "operation": contract.operations,
        "resource": contract.lifecycles,
        "output": contract.outputs,
    }
    yield file, (*path, "id"), "vendor (in front of an id)", row.id.split(".", 1)[0], (contract.vendor,)
    for key, table in WITH_TABLES.items():
        if isinstance(row.parameters.get(key), str):
            yield file, (*path, "with", key), f"{table} (in {row.id})", row.parameters[key], tables[table]
    inherited = {operation.feature for operation in contract.operations.values()}
    for feature in (name for name in row.features if name not in inherited):
        yield file, (*path, "feature"), "feature", feature, contract.features


def _lifecycle_uses(contract: Contract, life: Lifecycle) -> Iterator[Use]:
    base: Node = ("resources", life.name)
    known = life.states
    for role in ("created_by", "observed_by", "listed_by", "upload", "results"):
        row = getattr(life, role)
        if row is not None:
            yield "lifecycles.yaml", (*base, role, "operation"), "operation", row.operation, contract.operations
    for path, event in _events(life):
        events = dict.fromkeys(name for edges in life.transitions.values() for name in edges)
        yield "lifecycles.yaml", (*base, *path), "event", event, events
    for path, name in _error_names(life):
        yield "lifecycles.yaml", (*base, *path), "error class", name, contract.errors
    for path, state in _state_names(life):
        yield "lifecycles.yaml", (*base, *path), "state", state, known
    for command in life.commands.values():
        path = (*base, "commands", command.name, "operation")
        yield "lifecycles.yaml", path, "operation", command.operation, contract.operations
        if command.makes:
            path = (*base, "commands", command.name, "makes", "resource")
            yield "lifecycles.yaml", path, "resource", command.makes.resource, contract.lifecycles
    for index, name in enumerate(life.created_by.also if life.created_by else ()):
        yield "lifecycles.yaml", (*base, "created_by", "also", index), "operation", name, contract.operations
    if life.upload and life.upload.parts:
        for key in ("operation", "finish"):
            name = getattr(life.upload.parts, key)
            yield "lifecycles.yaml", (*base, "upload", "parts", key), "operation", name, contract.operations
    for index, reference in enumerate(life.created_by.references if life.created_by else ()):
        path = (*base, "created_by", "references", index)
        yield "lifecycles.yaml", (*path, "resource"), "resource", reference.resource, contract.lifecycles
        ends = contract.lifecycles[reference.resource].final if reference.resource in contract.lifecycles else ()
        for place, state in enumerate(reference.unusable if ends else ()):
            yield "lifecycles.yaml", (*path, "unusable", place), "final state", state, ends
    if life.results and life.results.output:
        yield "lifecycles.yaml", (*base, "results", "output"), "output", life.results.output, contract.outputs


def _collection_uses(contract: Contract, row: Collection) -> Iterator[Use]:
    file, base = "lifecycles.yaml", ("collections", row.name)
    for key, name in zip(("added_by", "removed_by", "listed_by"), row.operations, strict=True):
        yield file, (*base, key, "operation"), "operation", name, contract.operations
    for name in row.owners:
        yield file, (*base, "owners", name), "resource", name, contract.lifecycles
    yield file, (*base, "not_found"), "error class", row.not_found, contract.errors
    if row.removed_by.unknown_key not in FREE:
        path: Node = (*base, "removed_by", "unknown_key")
        yield file, path, "error class", row.removed_by.unknown_key, contract.errors
    for key in ("at_most", "reserved"):
        rule = getattr(row, key)
        if rule is not None:
            yield file, (*base, key, "refused_as"), "error class", rule.refused_as, contract.errors


def _events(life: Lifecycle) -> Iterator[tuple[Node, str]]:
    yield from ((("commands", row.name, "event"), row.event) for row in life.commands.values() if row.event)
    if life.failure:
        yield ("failure",), life.failure
    if life.upload:
        yield ("upload", "event"), life.upload.event


def _state_names(life: Lifecycle) -> Iterator[tuple[Node, str]]:
    for command in life.commands.values():
        yield from ((("commands", command.name, "from"), state) for state in command.from_states)
    yield from ((("spellings", state), state) for state in life.spellings)
    yield from ((("gone", index), state) for index, state in enumerate(life.gone))
    if life.results:
        yield from ((("results", "available_in"), state) for state in life.results.available_in)
        yield from ((("results", "otherwise", state), state) for state in life.results.otherwise)
    for rule in life.fields:
        for key in ("present_in", "absent_in"):
            yield from ((("fields", rule.pointer, key), state) for state in getattr(rule, key))
        if rule.null_until:
            yield ("fields", rule.pointer, "null_until"), rule.null_until


def _error_names(life: Lifecycle) -> Iterator[tuple[Node, str]]:
    creation, upload, results = life.created_by, life.upload, life.results
    for key in ("again_same", "again_different"):
        if creation and getattr(creation, key) not in FREE:
            yield ("created_by", key), getattr(creation, key)
    for index, reference in enumerate(creation.references if creation else ()):
        yield ("created_by", "references", index, "missing"), reference.missing
        if reference.only:
            yield ("created_by", "references", index, "otherwise"), reference.otherwise
    for index, barred in enumerate(creation.barred if creation else ()):
        yield ("created_by", "barred", index, "refused_as"), barred.refused_as
    for index, apart in enumerate(creation.apart if creation else ()):
        yield ("created_by", "apart", index, "refused_as"), apart.refused_as
    if life.observed_by:
        yield ("not_found",), life.not_found
    for command in life.commands.values():
        if command.otherwise not in FREE:
            yield ("commands", command.name, "otherwise"), command.otherwise
    if upload:
        named = ((("upload", key), getattr(upload, key)) for key in ("again", "empty", "not_needed", "unreadable"))
        yield from ((at, name) for at, name in named if name)
        parts = upload.parts
        yield from ((("upload", "parts", key), getattr(parts, key)) for key in ("wrong", "empty") if parts)
    if results:
        yield from ((("results", "otherwise", state), name) for state, name in results.otherwise.items())
    if life.listed_by and life.listed_by.paging and life.listed_by.paging.bad_token:
        yield ("listed_by", "paging", "bad_token"), life.listed_by.paging.bad_token


def _relation_uses(contract: Contract) -> Iterator[Use]:
    file = "relations.yaml"
    for scorer in contract.scorers.values():
        path: Node = ("scorers", scorer.name)
        yield file, (*path, "operation"), "operation", scorer.operation, contract.operations
        yield file, (*path, "resource"), "resource", scorer.resource, contract.lifecycles
        for key in ("unknown", "not_ready"):
            if getattr(scorer, key):
                yield file, (*path, key), "error class", getattr(scorer, key), contract.errors
        if scorer.passthrough and scorer.passthrough.both:
            yield file, (*path, "passthrough", "both"), "error class", scorer.passthrough.both, contract.errors
        if scorer.needs:
            yield file, (*path, "needs"), "resource", scorer.needs, contract.lifecycles
            known = contract.lifecycles[scorer.needs].states if scorer.needs in contract.lifecycles else ()
            yield from ((file, (*path, "needs_states"), "state", state, known) for state in scorer.needs_states)
        yield from ((file, (*path, "status_of"), "result kind", kind, scorer.results) for kind in scorer.status_of)
    for output in contract.outputs.values():
        if "resource" in output.parameters:
            name = str(output.parameters["resource"])
            yield file, ("outputs", output.name, "parameters", "resource"), "resource", name, contract.lifecycles


Template = tuple[str, Node, Any, Mapping[str, Form], Mapping[str, Iterable[str]]]
"""File, path, the value with its placeholders, the forms that it may use, and the names that there are."""


def _templates(contract: Contract, files: Mapping[str, SourceFile]) -> Iterator[Template]:
    names: dict[str, Iterable[str]] = {
        "fixture": contract.fixtures,
        "resource": contract.lifecycles,
        "operation": contract.operations,
    }
    yield "vendor.yaml", ("samples",), files["vendor.yaml"].data["samples"], SAMPLE, names
    for name, row in files["lifecycles.yaml"].data["resources"].items():
        here = {**names, "state": contract.lifecycles[name].states}
        yield from (("lifecycles.yaml", *template, here) for template in _resource_templates(("resources", name), row))
    relations = files["relations.yaml"].data
    for name, row in relations.get("scorers", {}).items():
        yield "relations.yaml", ("scorers", name, "results"), row["results"], RESULT, names
        yield "relations.yaml", ("scorers", name, "headers"), row.get("headers", {}), HEADER, names
    for file, path, rows in (
        ("requirements.yaml", (), files["requirements.yaml"].data),
        ("relations.yaml", ("requirements",), relations.get("requirements", [])),
    ):
        for index, row in enumerate(rows):
            yield file, (*path, index, "with"), row.get("with", {}), SAMPLE, names


def _resource_templates(base: Node, row: Mapping[str, Any]) -> Iterator[tuple[Node, Any, Mapping[str, Form]]]:
    yield (*base, "seeded"), row.get("seeded", []), SEEDED
    yield (*base, "absent"), row.get("absent", {}), SHOWS
    yield (*base, "failing_request"), row.get("failing_request", {}), SAMPLE
    yield (*base, "created_by", "answer"), row.get("created_by", {}).get("answer", {}), ANSWER
    yield (*base, "created_by", "barred"), row.get("created_by", {}).get("barred", []), SAMPLE
    for name, command in row.get("commands", {}).items():
        yield (*base, "commands", name, "answer"), command.get("answer", {}), ANSWER
    for pointer, rule in row.get("fields", {}).items():
        yield (*base, "fields", pointer, "shows"), rule.get("shows"), SHOWS
