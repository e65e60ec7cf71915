"""Valid values out of a schema: the smallest one, or one with every optional member.

Samples start every case of a suite, so each value is checked by a validator before it is handed out. A place whose
value cannot be made (an exotic pattern, rules that exclude each other) gets the best guess, and the caller is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson

from specs.constraints import ANNOTATIONS
from specs.formats import EXAMPLES
from specs.importing.texts import matching
from specs.importing.words import kebab, snake

Schema = Mapping[str, Any]
ITEMS_MAX = 50
"""No list is made longer."""
OPTIONAL_DEPTH = 2
"""So deep the optional members of optional members are made in a full value: below, samples only grow."""
_LIKELY = (
    "example",
    "a",
    "1",
    "0",
    "abc123",
    "ab",
    "Example",
    "123456789012",
    "000000000000000000000001",
    "00000000-0000-4000-8000-000000000001",
    "2024-01-01T00:00:00Z",
    "us-east-1",
    "1.0",
    "s3://prediction-conformance/input/",
    "https://example.com/",
    "192.0.2.1",
    "arn:aws:iam::123456789012:role/Example",
    "arn:aws:kms:us-east-1:123456789012:key/0000-1111",
    "arn:aws:s3:::prediction-conformance",
)


def is_valid(schema: Schema, value: Any) -> bool:
    """Whether a value keeps a schema; a schema that no validator can compile is kept by nothing."""
    return _valid(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS), orjson.dumps(value))


@lru_cache(maxsize=65536)
def _valid(schema: bytes, value: bytes) -> bool:
    try:
        return bool(jsonschema_rs.is_valid(orjson.loads(schema), orjson.loads(value)))
    except (ValueError, jsonschema_rs.ValidationError):
        return False


def valid_value(schema: Schema, name: str = "", *, full: bool = False, service: str = "") -> Any:
    """A value that keeps the schema, as far as one could be made; `name` colours texts."""
    made = [_made(variant, name, full, service, 0) for variant in _variants(schema)]
    return next((value for value in made if is_valid(schema, value)), made[0])


def _variants(schema: Schema) -> Iterator[Schema]:
    """The schema with each way that its named rules leave open, the plain one first, if it says anything itself."""
    if schema.keys() - ANNOTATIONS - {"allOf"} or "allOf" not in schema:
        yield schema
    for rule in schema.get("allOf", ()):
        for keyword in ("oneOf", "anyOf"):
            for branch in rule.get(keyword, ()):
                yield _joined(schema, branch) if isinstance(branch, Mapping) else schema
        for branch in (rule.get("then"), rule.get("else")):
            if isinstance(branch, Mapping):
                yield _joined(schema, branch)
        yield _joined(schema, rule)


def _joined(schema: Schema, more: Schema) -> Schema:
    kept = {key: value for key, value in schema.items() if key != "allOf"}
    properties = {**kept.get("properties", {}), **more.get("properties", {})}
    required = list(dict.fromkeys([*kept.get("required", ()), *more.get("required", ())]))
    return {**kept, **more, **({"properties": properties} if properties else {}), "required": required}


def _made(schema: Schema, name: str, full: bool, service: str, depth: int) -> Any:
    for key in ("const", "default", "example"):
        if key in schema and is_valid(schema, schema[key]):
            return schema[key]
    for given in (*schema.get("examples", ()), *schema.get("enum", ())):
        if is_valid(schema, given):
            return given
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kind = kinds if isinstance(kinds, str) else next((one for one in kinds if one != "null"), "null")
    if kind == "object":
        return _object(schema, name, full, service, depth)
    if kind == "array":
        item = schema.get("items", {})
        count = max(int(schema.get("minItems", 0)), 1 if full or depth == 0 else 0)
        first = [valid_at(one, name, full, service, depth + 1) for one in schema.get("prefixItems", ())]
        rest = range(len(first), min(count, ITEMS_MAX))
        return [*first, *(_nth(valid_at(item, name, full, service, depth + 1), index) for index in rest)]
    if kind in ("integer", "number"):
        return _number(schema, kind)
    return {"boolean": False, "null": None}[kind] if kind in ("boolean", "null") else _text(schema, name, service)


def valid_at(schema: Schema, name: str, full: bool, service: str, depth: int) -> Any:
    """A value for an inner place, with the named rules of its schema tried in turn."""
    values = (_made(variant, name, full, service, depth) for variant in _variants(schema))
    first = next(values)
    return first if is_valid(schema, first) else next((value for value in values if is_valid(schema, value)), first)


def _nth(value: Any, index: int) -> Any:
    """Items of a list that must differ: texts get a number."""
    return f"{value}{index}" if isinstance(value, str) and index else value


def _object(schema: Schema, name: str, full: bool, service: str, depth: int) -> Any:
    members = schema.get("properties", {})
    required = [key for key in schema.get("required", ()) if members.get(key, {}) is not False]
    wanted = list(dict.fromkeys([*required, *(members if full and depth < OPTIONAL_DEPTH else ())]))
    least, most = int(schema.get("minProperties", 0)), schema.get("maxProperties")
    wanted += [key for key in members if key not in wanted][: max(0, least - len(wanted))]
    if most is not None and members:
        wanted = wanted[: max(int(most), len(required))]
    wanted = [key for key in wanted if members.get(key, {}) is not False]
    made = {key: valid_at(members.get(key, {}), key, full, service, depth + 1) for key in wanted}
    values = schema.get("additionalProperties")
    for index in range(max(0, least - len(made)) if not members else 0):
        made[_nth(_text(schema.get("propertyNames", {}), "key", service), index)] = (
            valid_at(values, name, full, service, depth + 1) if isinstance(values, Mapping) else "a"
        )
    return made


def _number(schema: Schema, kind: str) -> Any:
    candidates = [1, schema.get("minimum"), schema.get("maximum"), 0, 0.5, 10, 100]
    low = schema.get("exclusiveMinimum")
    candidates += [low + 1, low + 0.001] if low is not None else []
    candidates += [schema["multipleOf"]] if "multipleOf" in schema else []
    usable = [value for value in candidates if value is not None and is_valid(schema, value)]
    return usable[0] if usable else 1


def _text(schema: Schema, name: str, service: str) -> str:
    for candidate in _texts(schema, name, service):
        if is_valid(schema, candidate):
            return candidate
    return kebab(name) or "example"


def _texts(schema: Schema, name: str, service: str) -> Iterator[str]:
    if schema.get("format") in EXAMPLES:
        yield EXAMPLES[schema["format"]]
    stem = re.sub(r"(Arn|ARN|arn)$", "", name)
    if stem != name:
        yield f"arn:aws:{service or 'service'}:us-east-1:123456789012:{kebab(stem) or 'resource'}/example"
    if re.search(r"(uri|url|path|location)$", name, re.IGNORECASE):
        yield from ("s3://prediction-conformance/input/", "https://example.com/")
    yield from (kebab(name), snake(name), name)
    yield from _LIKELY
    yield "a" * int(min(schema.get("minLength", 1), 5000))
    if "pattern" in schema:
        yield from matching(schema["pattern"])
