"""Making values: the smallest one for a schema, a text of an exact length, a near miss, and putting them into a body.

Random generation does not reach limits: a pattern with a maximum of 256 characters is met by stretching a value that is
known to be right, and proved afterwards. Nothing here is random.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson

from specs.formats import EXAMPLES as FORMATS
from specs.message import JsonValue
from specs.pointers import MISSING

LENGTH_MAX = 131_072
"""No text that is longer than this is made: one character more than the longest limit of a text that is no file."""
SEGMENT = 100
"""Length of the folder names that a stretched location gets: file systems and stores bound each name."""
EXAMPLES: Mapping[str, JsonValue] = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 1.5,
    "string": "text",
    "array": [],
    "object": {},
}
"""One value of each JSON type; 1.5 is a number that is no integer."""


def types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The JSON types that a schema names; none means all."""
    named = schema.get("type", ())
    return (named,) if isinstance(named, str) else tuple(named)


def excluded_types(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The JSON types that a schema does not allow; an integer is a number, so `number` excludes none of the two."""
    allowed = set(types(schema)) or set(EXAMPLES)
    if "number" in allowed:
        allowed.add("integer")
    return tuple(name for name in EXAMPLES if name not in allowed)


def is_valid(schema: Mapping[str, Any], value: JsonValue) -> bool:
    """Whether a value is valid; a value that is too deep for the validator is not."""
    try:
        return bool(jsonschema_rs.Draft202012Validator(dict(schema)).is_valid(value))
    except (ValueError, RecursionError):
        return False


def keeps_formats(schema: Mapping[str, Any], value: JsonValue) -> bool:
    """Whether every text in a value has the format that its schema names, as far as the format is known. What cannot be
    read at all breaks none."""
    try:
        problems = _with_formats(orjson.dumps(dict(schema))).iter_errors(value)
        return not any(problem.kind.name == "format" for problem in problems)
    except (ValueError, RecursionError):
        return True


@lru_cache(maxsize=512)
def _with_formats(schema: bytes) -> Any:
    return jsonschema_rs.Draft202012Validator(orjson.loads(schema), validate_formats=True)


def smallest(schema: Mapping[str, Any]) -> JsonValue:
    """A small value for a schema: its first example, enum member or bound, and required members only."""
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    if "const" in schema:
        return schema["const"]
    kind = (types(schema) or ("object",))[0]
    if kind == "object":
        members = schema.get("properties", {})
        return {name: smallest(members.get(name, {})) for name in schema.get("required", ())}
    if kind == "array":
        return items(schema, {}, schema.get("minItems", 0))
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("maximum", 1))
    if kind == "string":
        formed = FORMATS.get(str(schema.get("format")))
        if formed is not None and is_valid(schema, formed):
            return formed
        return stretched("text", max(schema.get("minLength", 0), 1), {}) or "text"
    return EXAMPLES[kind]


def items(schema: Mapping[str, Any], like: JsonValue, count: int) -> list[JsonValue]:
    """So many items for an array, none like another: `like` (or the smallest one) with its index in each text."""
    inner = schema.get("items", {})
    first = like or (smallest(inner) if isinstance(inner, Mapping) else "text") if count else None
    return [_numbered(first, index) for index in range(count)]


def _numbered(value: JsonValue, index: int) -> JsonValue:
    if isinstance(value, str):
        return f"{value}{index}"
    if isinstance(value, Mapping):
        return {name: _numbered(member, index) for name, member in value.items()}
    return value


def stretched(text: str, length: int, schema: Mapping[str, Any]) -> str | None:
    """A text of exactly `length` characters that the schema's pattern allows, made from a valid one, or None.

    A location that ends with a slash gets more folders, the text of a JSON object blanks; any other text gets one
    character repeated, or loses a part.
    """
    if not 0 <= length <= LENGTH_MAX:
        return None
    pattern = {"pattern": schema["pattern"]} if "pattern" in schema else {}
    validator = jsonschema_rs.Draft202012Validator(pattern)
    return next((value for value in _lengths(text, length) if len(value) == length and validator.is_valid(value)), None)


def _lengths(text: str, length: int) -> Iterator[str]:
    more = length - len(text)
    if more > 0 and text.startswith("{") and text.endswith("}"):
        yield text[:-1] + " " * more + "}"  # a JSON text stays one
    if more < 0:
        yield text[:length]
        for cut in range(length, -1, -1):
            yield text[:cut] + text[cut - length :] if cut < length else text[-length:]
        return
    if text.endswith("/") and more:
        folders = ("x" * SEGMENT + "/") * (more // (SEGMENT + 1) + 1)
        tail = folders[: more - 1].removesuffix("/")
        yield text + tail + "x" * (more - 1 - len(tail)) + "/"
    yield text + "x" * more
    for place in range(len(text) - 1, -1, -1):
        yield text[:place] + text[place] * more + text[place:]


def near_misses(member: str) -> Iterator[str]:
    """Texts that a careless server takes for a member of an enum."""
    yield from (member.swapcase(), f"{member} ", "", member[:-1], f"{member}x")


def broken_texts(text: str) -> Iterator[tuple[str, str]]:
    """Changes to a text that patterns tend to let slip, each with its name."""
    yield "trailing newline", f"{text}\n"
    yield "non-ASCII digit", f"{text}\u0663"
    yield "non-ASCII letter", f"{text}\u00e9"
    yield "NUL", f"{text}\x00"
    yield "first character missing", text[1:]
    yield "other case", text.swapcase()
    yield "inner space", f"{text[:1]} {text[1:]}"
    yield "leading space", f" {text}"
    yield "blank", " "
    yield "newline only", "\n"
    yield "empty", ""
    yield "forbidden character", f"{text}!"
    yield "forbidden slash", f"{text}/"
    yield "emoji", f"{text}\U0001f600"


def placed(body: JsonValue, schema: Mapping[str, Any], parts: Sequence[str], value: JsonValue) -> JsonValue:
    """A copy of a body with a value at a constraint's place; parents that are missing are made from the schema.

    In `parts`, `*` is the first item, `{value}` the first member's value and `{key}` the first member's name. `MISSING`
    removes the member.
    """
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if head == "*":
        items = list(body) if isinstance(body, list) else []
        inner = schema.get("items", {})
        first = items[0] if items else smallest(inner)
        return [placed(first, inner, rest, value), *items[1:]]
    members = dict(body) if isinstance(body, Mapping) else dict(_made(schema))
    if head in ("{key}", "{value}"):
        return _placed_in_map(members, schema, head, rest, value)
    inner = schema.get("properties", {}).get(head, {})
    if not rest:
        members.pop(head, None)
        return members if value is MISSING else {**members, head: value}
    return {**members, head: placed(members.get(head, smallest(inner)), inner, rest, value)}


def without_alternatives(body: JsonValue, schema: Mapping[str, Any], parts: Sequence[str]) -> JsonValue:
    """A copy of a body without the members that a new one stands in for: of two members of which one is required, a
    target may refuse both together."""
    if not parts or not isinstance(body, Mapping):
        return body
    head, rest = parts[0], parts[1:]
    if rest:
        inner = schema.get("properties", {}).get(head, {})
        return {**body, head: without_alternatives(body[head], inner, rest)} if head in body else body
    rules = [schema, *(rule for rule in schema.get("allOf", ()) if isinstance(rule, Mapping))]
    choices = [[set(row.get("required", ())) for row in rule.get("anyOf", ())] for rule in rules]
    others = {name for choice in choices if {head} in choice for row in choice for name in row} - {head}
    return {name: member for name, member in body.items() if name not in others}


def _made(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    made = smallest(schema)
    return made if isinstance(made, Mapping) else {}


def _placed_in_map(
    members: dict[str, Any], schema: Mapping[str, Any], head: str, rest: Sequence[str], value: JsonValue
) -> JsonValue:
    inner = schema.get("additionalProperties", {})
    inner = inner if isinstance(inner, Mapping) else {}
    known = schema.get("propertyNames", {})
    name = next(iter(members), None) or (smallest(known) if known.get("enum") else "name")
    held = members.get(name, smallest(inner))
    if head == "{key}":
        others = {other: member for other, member in members.items() if other != name}
        return {**others, str(value): held}
    return {**members, name: placed(held, inner, rest, value)}
