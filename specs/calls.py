"""A sample call with its placeholders filled, and one value of it replaced: a request that a person can send.

`specs diff` and `specs docs` show calls. Both need only an honest look of a value, so every placeholder is filled with
what the embedded servers have, and nothing here is fresh or random.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from specs.contract import Constraint, Contract, Creation, Sample
from specs.message import ABSENT, Absent, JsonValue
from specs.pointers import get, split, unescape

FRESH = "1a2b3c"
IDENTITIES: Mapping[str, str] = {
    "{hex24}": "65f0c1d2e3f4a5b6c7d8e9f0",
    "{hex8}": "65f0c1d2",
    "{uuid}": "11111111-2222-4333-8444-555555555555",
}


def filled(contract: Contract, value: Any) -> JsonValue:
    """A value of a sample with every placeholder filled."""
    if isinstance(value, list):
        return [filled(contract, item) for item in value]
    if not isinstance(value, Mapping):
        return value
    if "$fixture" in value:
        return contract.fixtures[value["$fixture"]].value
    if "$fresh" in value:
        return f"{value['$fresh']}-{FRESH}"
    if "$identity" in value:
        return _identity(contract, str(value["$identity"]))
    if "$table" in value:
        return _csv(contract.fixtures[value["$table"]].value)
    return {name: filled(contract, member) for name, member in value.items()}


def _identity(contract: Contract, resource: str) -> str:
    creation = contract.lifecycles[resource].created_by
    fixtures = {name: fixture.value for name, fixture in contract.fixtures.items()}
    template = rooted(contract, creation, fixtures) if creation else ""
    for word, value in IDENTITIES.items():
        template = template.replace(word, value)
    if not template or "{" in template:
        prefix = template.split("{", 1)[0]
        return f"{prefix or resource.replace('_', '-') + '-'}{FRESH}"
    return template


def rooted(contract: Contract, creation: Creation, fixtures: Mapping[str, JsonValue]) -> str:
    """A creation's template of identities, in which the request members that its sample takes from a target's fixtures
    are filled in: the id of a part begins with the id of what it is part of."""
    text = creation.template
    sample = contract.samples.get(creation.operation, Sample(creation.operation))
    for pointer in re.findall(r"\{(/[^{}]*)\}", text):
        held = get(sample.body, pointer)
        if isinstance(held, Mapping) and "$fixture" in held:
            text = text.replace("{" + pointer + "}", str(fixtures[held["$fixture"]]))
    return text


def _csv(table: Mapping[str, Any]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([table["header"], *table["rows"]])
    return text.getvalue()


def sample_calls(contract: Contract, operation: str) -> list[dict[str, JsonValue]]:
    """The sample of an operation, then the one with every optional member, as `{operation, path, query, ...}`."""
    sample = contract.samples.get(operation, Sample(operation))
    parts = {"path": sample.path, "query": sample.query, "headers": sample.headers}
    shared = {name: filled(contract, value) for name, value in parts.items() if value}
    bodies = [body for body in (sample.body, sample.full) if body is not None] or [None]
    calls = [{"operation": operation, **shared, "body": filled(contract, body)} for body in bodies]
    return [{name: value for name, value in call.items() if value is not None} for call in calls]


def value_at(document: JsonValue, pointer: str) -> JsonValue | Absent:
    """What stands at the pointer of a constraint: `*` is the first item, `{value}` the first value, `{key}` its key."""
    for part in split(pointer):
        if part == "*":
            document = document[0] if isinstance(document, list) and document else ABSENT
        elif part in ("{value}", "{key}"):
            first = next(iter(document.items()), None) if isinstance(document, Mapping) else None
            document = ABSENT if first is None else first[part == "{value}"]
        else:
            document = document.get(part, ABSENT) if isinstance(document, Mapping) else ABSENT
        if document is ABSENT:
            return ABSENT
    return document


def with_value(document: JsonValue, pointer: str, value: JsonValue | Absent) -> JsonValue | Absent:
    """The document with another value at a constraint's pointer (ABSENT takes it away); ABSENT where it has no such
    place."""
    if not pointer:
        return value
    part, _, rest = pointer[1:].partition("/")
    below = f"/{rest}" if rest else ""
    if part == "*":
        inner = with_value(document[0] if isinstance(document, list) and document else None, below, value)
        return ABSENT if inner is ABSENT else [inner, *(document[1:] if isinstance(document, list) else [])]
    known = dict(document) if isinstance(document, Mapping) else {}
    if part == "{key}":
        return {**known, value: next(iter(known.values()), "a")} if isinstance(value, str) else ABSENT
    name = next(iter(known), "a") if part == "{value}" else unescape(part)
    inner = with_value(known.get(name, {}), below, value)
    if inner is not ABSENT:
        return {**known, name: inner}
    if below:
        return ABSENT
    return {key: member for key, member in known.items() if key != name}


def replaced(call: Mapping[str, JsonValue], constraint: Constraint, value: JsonValue | Absent) -> JsonValue | Absent:
    """The call with another value where a request constraint applies; ABSENT where it has no such place."""
    if constraint.location == "body":
        body = with_value(call.get("body"), constraint.pointer, value)
        return ABSENT if body is ABSENT else {**call, "body": body}
    part = "headers" if constraint.location == "header" else constraint.location
    changed = with_value(call.get(part, {}), f"/{constraint.pointer}", value)
    return ABSENT if changed is ABSENT else {**call, part: changed}
