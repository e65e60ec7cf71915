"""Lifecycles, drafted: who makes and shows a resource, how it is named, which states it has, what its document shows.

Every row is a guess and says so (`assumed: true`, with the reason). A kind of resource of which too little can be known
(no status with listed states, no text that names it) gets no row, but a note to people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs.contract import Operation
from specs.importing.draft import Draft, Hints
from specs.importing.paging_draft import paging
from specs.importing.roles import Group, StateMember, document_schema, groups, state_member
from specs.importing.state_table import Table, guessed_table
from specs.importing.values import is_valid, valid_value
from specs.importing.words import kebab, words
from specs.reading.place_checks import answer_schema, at_pointer

WHY = "the states come from the document; their order, their ends, and what the members show are guesses from names"
_EXISTS = re.compile(r"already|in_?use|conflict|duplicate", re.IGNORECASE)
_MISSING = re.compile(r"not_?found|no_?such|nonexist|not_?exist|unknown_?resource", re.IGNORECASE)
_BAD_TOKEN = re.compile(r"token", re.IGNORECASE)
_REASON = re.compile(r"(failure|status|error).?(reason|message|details?)$", re.IGNORECASE)
Row = dict[str, Any]


@dataclass(frozen=True)
class Identity:
    """How a resource is named: place in reading calls, place in the create's answer (empty: it does not repeat what the
    client chose), place in the create call when the client chooses, and a template when the server does."""

    reads: Mapping[str, Any]
    answers: Mapping[str, Any]
    chosen: Mapping[str, Any] | None
    template: str
    member: str
    """Name of the id in the resource's document."""


def lifecycles(draft: Draft, operations: Mapping[str, Operation]) -> tuple[dict[str, Row], tuple[str, ...]]:
    """The rows of lifecycles.yaml by name, and notes about what was left out."""
    rows: dict[str, Row] = {}
    notes: list[str] = []
    service = str(draft.auth.get("service", ""))
    for group in groups(operations):
        shown = state_member(group.observe, group.noun)
        if shown is None:
            notes.append(f"{group.title}: {group.observe.id} lists no states, so no lifecycle was drafted")
            continue
        identity = _identity(group, shown, service)
        if identity is None:
            notes.append(f"{group.title}: no text names it in {group.observe.id} and {group.create.id} alike")
            continue
        ends = draft.hints.ends.get(group.observe.id, {})
        stops, deletes = group.stop is not None, group.delete is not None
        table = guessed_table(list(shown.states), ends, stops=stops, deletes=deletes)
        if table is None:
            notes.append(f"{group.title}: its states ({', '.join(shown.states)}) tell no beginning or no good end")
            continue
        rows[group.name] = _row(group, shown, identity, table, draft.hints, service)
    return rows, tuple(notes)


def _row(group: Group, shown: StateMember, identity: Identity, table: Table, hints: Hints, service: str) -> Row:
    row: Row = {
        "title": group.title,
        "source": group.observe.source,
        "assumed": True,
        "why": WHY,
        "created_by": _created_by(group, identity),
        "observed_by": {
            "operation": group.observe.id,
            "identity": dict(identity.reads),
            "at": shown.at,
            "state": shown.pointer,
        },
    }
    listing = _listed_by(group, shown, identity, hints)
    if listing:
        row["listed_by"] = listing
    row |= table.rows
    missing = _error(group.observe, _MISSING)
    row["not_found"] = missing or ("invalid_input" if group.observe.route else "not_found")
    commands = dict(_commands(group, identity, table))
    if commands:
        row["commands"] = commands
    row["fields"] = dict(_fields(group, shown, identity, table, service))
    return row


def _error(operation: Operation, pattern: re.Pattern[str]) -> str | None:
    return next((name for name in operation.errors if pattern.search(name)), None)


def _created_by(group: Group, identity: Identity) -> Row:
    row: Row = {"operation": group.create.id, **({"identity": dict(identity.answers)} if identity.answers else {})}
    if identity.chosen is not None:
        row["chosen_by_client"] = dict(identity.chosen)
        again = _error(group.create, _EXISTS)
        if again:
            row |= {"again_same": again, "again_different": again}
    if identity.template:
        row["template"] = identity.template
    return row


def _identity(group: Group, shown: StateMember, service: str) -> Identity | None:
    reads, name, schema = _reading_place(group)
    if not name:
        return None
    document = document_schema(group.observe, shown.at).get("properties", {})
    request = (group.create.request_schema or {}).get("properties", {})
    answer = answer_schema(group.create)
    for candidate in dict.fromkeys((name, "id", "Id", f"{group.noun}Id", "jobId", "uuid", "name")):
        pointer = _answer_pointer(answer, candidate)
        member = candidate if candidate in document else ""
        if candidate == name and name in request and request[name].get("type", "string") == "string":
            place = {"body": f"/{name}"}
            return Identity(reads, {"body": pointer} if pointer else {}, place, "", member)
        if pointer:
            template = _template(schema, group, service)
            return Identity(reads, {"body": pointer}, None, template, member) if template else None
    location = next((key for key in group.create.success.headers if key.lower() == "location"), None)
    template = _template(schema, group, service)
    if location is None or not template:
        return None
    segment = -2 if group.observe.path.endswith("/") else -1
    member = next((key for key in ("id", name) if key in document), "")
    return Identity(reads, {"header": location, "segment": segment}, None, template, member)


def _reading_place(group: Group) -> tuple[Mapping[str, Any], str, Mapping[str, Any]]:
    """Where a reading call names the resource, the name of that place, and its schema; an empty name for nowhere."""
    operation = group.observe
    if not operation.route:
        item = next((item for item in operation.parameters if item.location == "path"), None)
        is_text = item is not None and item.schema.get("type", "string") == "string"
        return ({"path": item.name}, item.name, item.schema) if item and is_text else ({}, "", {})
    schema = operation.request_schema or {}
    members = {
        name: member
        for name, member in schema.get("properties", {}).items()
        if member.get("type") == "string" and "enum" not in member
    }
    required = [name for name in schema.get("required", ()) if name in members]
    likely = [group.noun + part for part in ("Name", "Id", "Arn", "Identifier")] + ["Name", "Id", "Arn", "Identifier"]
    by_low = {name.lower(): name for name in required or members}
    found = next((by_low[name.lower()] for name in likely if name.lower() in by_low), None)
    name = found or (required[0] if len(required) == 1 else "")
    return ({"body": f"/{name}"}, name, members[name]) if name else ({}, "", {})


def _answer_pointer(answer: Mapping[str, Any], name: str) -> str:
    """Pointer of a text member of an answer, at its top or one object below; empty when there is none."""
    members = answer.get("properties", {})
    if members.get(name, {}).get("type") == "string":
        return f"/{name}"
    for outer, member in members.items():
        if member.get("properties", {}).get(name, {}).get("type") == "string":
            return f"/{outer}/{name}"
    return ""


def _template(schema: Mapping[str, Any], group: Group, service: str) -> str:
    """A template whose texts keep the schema of the id, empty when none of the usual ones does."""
    arn = f"arn:aws:{service}:us-east-1:123456789012:{kebab(group.noun)}/{{hex24}}"
    made = valid_value(schema, "", service=service)
    stem = made[: made.rfind("/") + 1] if isinstance(made, str) and "/" in made else ""
    longer = made[:-24] + "{hex24}" if isinstance(made, str) and len(made) > 24 else ""
    forms = ("{uuid}", "{hex24}", arn, f"{stem}{{hex24}}", "j-{hex24}", f"{kebab(group.noun)}-{{hex24}}", longer)
    specimen = {"{uuid}": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d", "{hex24}": "0a1b2c3d4e5f60718293a4b5"}
    for form in forms:
        text = form
        for mark, value in specimen.items():
            text = text.replace(mark, value)
        if form and is_valid(schema, text):
            return form
    return ""


def _listed_by(group: Group, shown: StateMember, identity: Identity, hints: Hints) -> Row | None:
    listing = group.listing
    if listing is None or not identity.member:
        return None
    pages = hints.pages.get(listing.id)
    answer = answer_schema(listing)
    pointer = pages.items if pages else _array_pointer(answer)
    item = at_pointer(answer, f"{pointer}/*") if pointer is not None else {}
    members = item.get("properties", {})
    if pointer is None or identity.member not in members:
        return None
    document = document_schema(group.observe, shown.at).get("properties", {})
    row: Row = {"operation": listing.id, "items": pointer, "identity": f"/{identity.member}"}
    if shown.pointer.removeprefix("/") in members:
        row["state"] = shown.pointer
    row["only"] = [f"/{name}" for name in members if name in document]
    cut = paging(listing, pages)
    bad = _error(listing, _BAD_TOKEN)
    if cut:
        row["paging"] = {**cut, **({"bad_token": bad} if bad else {})}
    filters = [{"place": {"query": name}, "field": f"/{name}"} for name in members if _selects(listing, name, members)]
    return {**row, **({"filters": filters} if filters else {})}


def _selects(listing: Operation, name: str, members: Row) -> bool:
    """Whether a list takes the words of a member of its items under the member's name."""
    asked = next((item.schema for item in listing.parameters if (item.location, item.name) == ("query", name)), {})
    words_of = [{word for word in schema.get("enum", ()) if word is not None} for schema in (asked, members[name])]
    return bool(words_of[0]) and words_of[0] == words_of[1]


def _array_pointer(answer: Mapping[str, Any]) -> str | None:
    """Pointer to the list in an answer, None without one."""
    if answer.get("type") == "array":
        return ""
    lists = (
        f"/{name}"
        for name, member in answer.get("properties", {}).items()
        if member.get("type") == "array" and member.get("items", {}).get("properties")
    )
    return next(lists, None)


def _commands(group: Group, identity: Identity, table: Table) -> Iterator[tuple[str, Row]]:
    name = next(iter(identity.reads.values())).removeprefix("/")
    rows = (("stop", group.stop, table.stop_from), ("delete", group.delete, table.delete_from))
    for event, operation, starts in rows:
        if operation is None or not starts:
            continue
        members = (operation.request_schema or {}).get("properties", {})
        parameters = [item.name for item in operation.parameters if item.location == "path"]
        if name in members or name in parameters:
            row: Row = {"operation": operation.id, "identity": dict(identity.reads), "event": event}
            refused = _error(operation, _EXISTS)
            yield event, {**row, "from": list(starts), **({"otherwise": refused} if refused else {})}


def _fields(
    group: Group, shown: StateMember, identity: Identity, table: Table, service: str
) -> Iterator[tuple[str, Row]]:
    """What an imitator shows in each member: what is needed for a valid document, and what a name gives away."""
    schema = document_schema(group.observe, shown.at)
    request = (group.create.request_schema or {}).get("properties", {})
    required = set(schema.get("required", ()))
    failures = [name for name, end in table.rows["final"].items() if end == "failure"]
    for name, member in schema.get("properties", {}).items():
        pointer = f"/{name}"
        when = _moment(name, member)
        if pointer == shown.pointer or not isinstance(member, Mapping):
            continue
        if name == identity.member:
            yield pointer, {"shows": {"$identity": True}, "constant": True}
        elif name in request and _types_of(request[name]) and _types_of(request[name]) <= _types_of(member):
            default = {} if name not in required else {"default": valid_value(member, name, service=service)}
            law: Row = {"echoes": {"body": pointer}} if request[name] == member else {}
            yield pointer, {"shows": {"$request": pointer, **default}, **law}
        elif when and (name in required or when != "finished"):
            is_open = when == "finished" and "null" not in _types_of(member)
            law = {"constant": True} if any(word.startswith("creat") for word in words(name)) else {}
            yield pointer, {"shows": {"$time": "created" if is_open else when}, **law}
        elif failures and _REASON.search(name) and member.get("type") == "string" and name not in required:
            yield pointer, {"shows": {"$by_state": dict.fromkeys(failures, "The work failed.")}}
        elif name in required:
            yield pointer, {"shows": valid_value(member, name, service=service)}


def _types_of(member: Any) -> frozenset[str]:
    """The JSON types that a member names."""
    kinds = member.get("type", ()) if isinstance(member, Mapping) else ()
    return frozenset((kinds,) if isinstance(kinds, str) else kinds)


def _moment(name: str, member: Mapping[str, Any]) -> str:
    """Which moment a member shows by its name: created, updated, started, finished; empty for none."""
    is_time = member.get("title") == "EpochSeconds" or member.get("format") == "date-time"
    stems = {"creat": "created", "modif": "updated", "updat": "updated", "start": "started"}
    stems |= {"end": "finished", "finish": "finished", "complet": "finished"}
    found = (moment for word in words(name) for stem, moment in stems.items() if word.startswith(stem))
    return next(found, "created") if is_time else ""
