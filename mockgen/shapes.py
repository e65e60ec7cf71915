"""How a document fits into an answer: the documented shape of a success body decides what of it is shown, and where.

Vendors answer a create or a command with the whole document, a part of it, the document under a member, or the
identity alone. The response schema tells which, so no vendor needs a rule of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specs.contract import Contract, Operation, Place
from specs.message import Call
from specs.pointers import MISSING, get, put
from specs.wire.protocol import is_json


def success_schema(operation: Operation) -> Mapping[str, Any]:
    """The schema of the documented success body; empty without one."""
    return next((schema for kind, schema in operation.success.content.items() if is_json(kind)), {})


def envelope(contract: Contract, operation: str) -> dict[str, Any]:
    """The members that a success must have and that no resource explains: constants, else what the example shows."""
    schema = success_schema(contract.operations[operation])
    golden: Any = next((row.response.get("body") for row in contract.examples if _is_golden(row, operation)), {})
    members: dict[str, Any] = {}
    for name in schema.get("required", ()):
        rule = schema.get("properties", {}).get(name, {})
        value = rule["const"] if "const" in rule else get(golden, f"/{name}")
        if value is not MISSING and not isinstance(value, list | dict):
            members[name] = value
    return members


@dataclass(frozen=True)
class Nulls:
    """The members of a body that must be there and may be null: names here, and what its members and items ask for."""

    names: tuple[str, ...] = ()
    members: Mapping[str, Nulls] = field(default_factory=dict)
    items: Nulls | None = None


def asked_nulls(schema: Any) -> Nulls | None:
    """What a schema asks for; None when no member of such a body must be there and may be null."""
    if not isinstance(schema, Mapping):
        return None
    members = schema.get("properties", {})
    names = tuple(name for name in schema.get("required", ()) if may_be_null(members.get(name, {})))
    inner = {name: found for name, rule in members.items() if (found := asked_nulls(rule)) is not None}
    items = asked_nulls(schema.get("items"))
    return Nulls(names, inner, items) if names or inner or items else None


def with_nulls(asked: Nulls, body: Any) -> Any:
    """A body in which each member that must be there, and may be null, is: what has no value yet is shown as null."""
    if isinstance(body, list):
        return body if asked.items is None else [with_nulls(asked.items, item) for item in body]
    if not isinstance(body, Mapping):
        return body
    inner = {name: with_nulls(asks, body[name]) for name, asks in asked.members.items() if name in body}
    return {**body, **inner, **{name: None for name in asked.names if name not in body}}


def may_be_null(schema: Any) -> bool:
    """Whether a schema names null among its types."""
    return isinstance(schema, Mapping) and "null" in (schema.get("type") or ()) and isinstance(schema["type"], list)


def fitted(contract: Contract, operation: str, document: Mapping[str, Any], place: Place, identity: str) -> Any:
    """The body that shows a resource: its document at the root or under the member made for it, and its identity."""
    properties = success_schema(contract.operations[operation]).get("properties", {})
    body: Any = {name: value for name, value in document.items() if name in properties}
    for name, rule in properties.items():
        inner = rule.get("properties", {})
        shared = [member for member in document if member in inner]
        if len(shared) > len(body):
            body = {name: {member: document[member] for member in shared}}
    if place.location == "body" and get({"": properties}, "/" + place.name) is not MISSING:
        body = put(body, place.name, identity)
    return body


def listed_as(operation: Operation, call: Call, items: Any) -> tuple[str, str | None]:
    """The media type that a call asks for by a query parameter (`format=csv`), and the items as such a text; None for
    the text when the list goes out as JSON."""
    asked = {str(value) for value in call.query.values()}
    kind = next((kind for kind in operation.success.content if kind.partition("/")[2] in asked), "")
    if kind != "text/csv":
        return kind, None
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    rows = [item for item in items if isinstance(item, Mapping)]
    header = list(dict.fromkeys(name for row in rows for name in row))
    writer.writerow(header)
    writer.writerows([[_text(row.get(name)) for name in header] for row in rows])
    return kind, target.getvalue()


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(str(item) for item in value)
    return "" if value is None else str(value)


def _is_golden(row: Any, operation: str) -> bool:
    return row.operation == operation and 200 <= int(row.response["status"]) < 300
