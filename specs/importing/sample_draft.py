"""Samples, fixtures and examples, drafted: one valid call of every operation, and an answer where nothing else has one.

Values come from the schemas. What names a resource that a lifecycle knows becomes `$identity`, the name of something
new `$fresh`, and what names something that only a target has a fixture with a value that at least keeps the schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from specs.contract import Operation
from specs.importing.roles import CREATE
from specs.importing.values import is_valid, valid_value
from specs.importing.words import kebab, snake
from specs.reading.place_checks import answer_schema
from specs.wire import form_data
from specs.wire.protocol import is_json

Row = dict[str, Any]
SPECIMEN = "0a1b2c3d-1234"
"""The longest end that a suite gives a fresh name."""
TABLE = {"header": ["id", "value"], "rows": [["1", "10"], ["2", "20"]]}
"""A table to send where text/csv is taken."""
WHY_SAMPLE = "made from the schema"
WHY_UNMADE = "made from the schema, which it does not keep: write a valid one"
WHY_FIXTURE = "made from the schema: name something that your target has"
WHY_EXAMPLE = "made from the schema: put a recorded exchange here"
_TOKEN = re.compile(r"(next|pagination|continuation|starting|page)_?token$|^(marker|token|cursor)$", re.IGNORECASE)
"""Members that continue a list: nobody can make one up."""
_REFERENCE = re.compile(r"(Arn|ARN|Id|ID|Identifier|Name|Uri|URI|Url|URL|Key|_id|_name|_uri)$|^(id|name|arn|uri)$")


@dataclass
class Fixtures:
    """The fixtures so far. One name stands for one value; a second value gets a number."""

    service: str
    rows: dict[str, Row] = field(default_factory=dict)

    def named(self, member: str, value: Any, operation: str) -> Row:
        """The placeholder of a value."""
        stem = snake(member) or "value"
        number = 1
        name = stem
        while name in self.rows and self.rows[name]["value"] != value:
            number += 1
            name = f"{stem}_{number}"
        meaning = f"a {stem.replace('_', ' ')} that {operation} takes"
        self.rows.setdefault(name, {"value": value, "meaning": meaning, "assumed": True, "why": WHY_FIXTURE})
        return {"$fixture": name}


Identities = Mapping[tuple[str, str, str], str]
"""Operation, location and name of a place -> the resource that the place names."""


def identities(lifecycles: Mapping[str, Row]) -> Identities:
    """Where calls name resources of the drafted lifecycles."""
    found: dict[tuple[str, str, str], str] = {}
    for resource, row in lifecycles.items():
        for reading in (row["observed_by"], *row.get("commands", {}).values()):
            ((location, name),) = reading["identity"].items()
            found[reading["operation"], location, name] = resource
    return found


def samples(
    operations: Mapping[str, Operation], lifecycles: Mapping[str, Row], service: str
) -> tuple[dict[str, Row], dict[str, Row]]:
    """The samples by operation, and the fixtures that they use."""
    fixtures = Fixtures(service)
    named = identities(lifecycles)
    fresh = {row["created_by"]["operation"]: row["created_by"].get("chosen_by_client") for row in lifecycles.values()}
    found = {
        operation.id: _sample(operation, named, fresh.get(operation.id), fixtures) for operation in operations.values()
    }
    return found, fixtures.rows


def _sample(operation: Operation, named: Identities, chosen: Mapping[str, str] | None, fixtures: Fixtures) -> Row:
    row: Row = {}
    valid = True
    for item in operation.parameters:
        if not item.required:
            continue
        key = {"header": "headers"}.get(item.location, item.location)
        resource = named.get((operation.id, item.location, item.name))
        value = valid_value(item.schema, item.name, service=fixtures.service)
        valid = valid and is_valid(item.schema, value)
        is_reference = item.location == "path" and isinstance(value, str | int) and "enum" not in item.schema
        shown = fixtures.named(item.name, value, operation.id) if is_reference and resource is None else value
        row.setdefault(key, {})[item.name] = {"$identity": resource} if resource else shown
    schema = operation.request_schema
    if schema is not None and is_json(next(iter(operation.request))):
        plain, full = (valid_value(schema, full=full, service=fixtures.service) for full in (False, True))
        full = {name: value for name, value in full.items() if not _TOKEN.search(name)} if is_object(full) else full
        valid = valid and is_valid(schema, plain)
        body = _marked(plain, schema, operation, named, chosen, fixtures)
        row["body"] = body
        if full != plain and is_valid(schema, full):
            row["full"] = _marked(full, schema, operation, named, chosen, fixtures)
    elif schema is not None and next(iter(operation.request)) in form_data.KINDS:
        form = valid_value(schema, service=fixtures.service)
        fields = form if is_object(form) else {}
        row["body"] = {name: _field(value, schema, name, operation, fixtures) for name, value in fields.items()}
    elif schema is not None and "text/csv" in operation.request:
        row["body"] = {"$table": next(iter(fixtures.named("rows", dict(TABLE), operation.id).values()))}
    return {**row, "assumed": True, "why": WHY_SAMPLE if valid else WHY_UNMADE} if row else row


def _field(value: Any, schema: Mapping[str, Any], name: str, operation: Operation, fixtures: Fixtures) -> Any:
    """A field of a form: a file is a table."""
    is_file = schema.get("properties", {}).get(name, {}).get("format") == "binary"
    return {"$table": next(iter(fixtures.named("rows", dict(TABLE), operation.id).values()))} if is_file else value


def _marked(
    body: Any,
    schema: Mapping[str, Any],
    operation: Operation,
    named: Identities,
    chosen: Mapping[str, str] | None,
    fixtures: Fixtures,
) -> Any:
    """A body with its placeholders: at the top, where names and references stand."""
    if not isinstance(body, dict):
        return body
    members = schema.get("properties", {})
    own = (chosen or {}).get("body", "").removeprefix("/")
    made = dict(body)
    for name, member in members.items():
        resource = named.get((operation.id, "body", f"/{name}"))
        if resource is not None:
            made[name] = {"$identity": resource}
        elif name == own or (name in body and _is_own_name(operation, name)):
            made[name] = fresh_name(member, name, body.get(name))
        elif name in body and isinstance(body[name], str) and "enum" not in member and _REFERENCE.search(name):
            made[name] = fixtures.named(name, body[name], operation.id)
    return {name: made[name] for name in dict.fromkeys([*body, *made])}


def _is_own_name(operation: Operation, name: str) -> bool:
    verb = next((verb for verb in CREATE if operation.id.lower().startswith(verb.lower())), None)
    noun = operation.id[len(verb) :] if verb else None
    return noun is not None and name.lower() in ("name", f"{noun}name".lower(), f"{noun}id".lower())


def is_object(value: Any) -> bool:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def fresh_name(schema: Mapping[str, Any], name: str, otherwise: Any) -> Any:
    """A placeholder for a new name, or a fixed value where the schema takes no fresh names."""
    for prefix in (kebab(name).removesuffix("-name").split("-")[-1] or "new", "n", "a"):
        if is_valid(schema, f"{prefix}-{SPECIMEN}"):
            return {"$fresh": prefix}
    return valid_value(schema, name) if otherwise is None else otherwise


def examples(
    operations: Mapping[str, Operation], lifecycles: Mapping[str, Row], media_type: str
) -> Iterator[tuple[str, Row]]:
    """An exchange for every operation whose answer has required members and that no lifecycle explains."""
    explained = {
        row["operation"]
        for life in lifecycles.values()
        for row in (
            life["created_by"],
            life["observed_by"],
            life.get("listed_by", {}),
            *life.get("commands", {}).values(),
        )
        if row
    }
    for operation in operations.values():
        schema = answer_schema(operation)
        kind = next(iter(operation.success.content), "")
        if operation.id in explained or not is_json(kind) or not _says_something(schema):
            continue
        answer = valid_value(schema)
        if not is_valid(schema, answer):
            continue
        status = next(int(status) for status in operation.responses if status.startswith("2"))
        request: Row = {"method": operation.method, "target": operation.path}
        if operation.route:
            body = valid_value(operation.request_schema or {})
            headers = {"Content-Type": media_type, "X-Amz-Target": operation.route}
            request |= {"headers": headers, "body": body}
        yield (
            f"examples/{snake(operation.id)}.json",
            {
                "operation": operation.id,
                "source": operation.source,
                "assumed": True,
                "why": WHY_EXAMPLE,
                "request": request,
                "response": {"status": status, "headers": {"Content-Type": kind}, "body": answer},
            },
        )


def _says_something(schema: Mapping[str, Any]) -> bool:
    return not is_valid(schema, {}) and bool(orjson.dumps(schema) != b"{}")
