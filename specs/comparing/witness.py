"""A value that one JSON Schema allows and another refuses: the proof that two schemas differ.

The schema algebra of jsonschema-rs says exactly what is left when one schema is taken from another; this module makes
one concrete value of it. Long texts and arrays are reached by pumping up values that are known to be right, not by
luck, and every value is shown to the validator before it is called a witness.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, Literal

import jsonschema_rs

from specs.message import ABSENT, Absent, JsonValue

Schema = Mapping[str, Any]
LENGTH_MAX = 100_000
"""Characters and items of a witness. What needs more is told by its schema alone."""
TRIES_MAX = 2_000
"""Values that are tried for one witness."""
CHOICE_MAX = 40
"""Fitting values from which the preferred one is taken."""
DEPTH_MAX = 4
_TEXTS = ("a", "A", "0", "a0", "-", "s3://a/b", "https://example.com/a", "2026-01-01T00:00:00Z", "é", " ", "")
_MARKS = ("-", "_", ".", "/", ":", " ", "A", "0", "é", "\n", "\x00")
_TYPES = ("string", "integer", "number", "object", "array", "boolean", "null")


@dataclass(frozen=True)
class Difference:
    """What one schema allows and another refuses.

    `verdict` says whether there is such a value: `no` is proved; `yes` comes with a `value`, or is proved by `schema`
    alone where a value would be too long; `unknown` means that nothing was proved and no value was found.
    """

    verdict: Literal["yes", "no", "unknown"]
    schema: Schema | None = None
    value: JsonValue | Absent = ABSENT


def difference(
    allowing: Schema,
    refusing: Schema,
    seeds: Sequence[JsonValue] = (),
    prefer: Callable[[JsonValue], bool] = lambda _: True,
) -> Difference:
    """The values that `allowing` takes and `refusing` does not.

    `seeds` are values to start pumping from. Of several values one that `prefer` likes is taken, else the first.
    """
    verdict, left = _algebra(allowing, refusing)
    if verdict == "no":
        return Difference("no", left)
    accepts, refuses = _validator(allowing), _validator(refusing)
    if accepts is not None and refuses is not None:
        sources = (left,) if left is not None else (allowing, refusing)
        tried = (value for source in sources for value in candidates(source, seeds))
        fitting = (
            value
            for value in islice(tried, TRIES_MAX)
            if _says(accepts, value) is True and _says(refuses, value) is False
        )
        found = list(islice(fitting, CHOICE_MAX))
        if found:
            return Difference("yes", left, next(filter(prefer, found), found[0]))
    return Difference(verdict, left)


def _algebra(allowing: Schema, refusing: Schema) -> tuple[Literal["yes", "no", "unknown"], Schema | None]:
    # `subtract` is asked and not `covers`, which calls a text with a pattern covered by one with another pattern.
    try:
        left = jsonschema_rs.canonicalize(dict(allowing)).subtract(jsonschema_rs.canonicalize(dict(refusing)))
        whole = _without_decimals(left.to_json_schema())
        shown = {key: value for key, value in whole.items() if key != "$schema"} if isinstance(whole, dict) else {}
        words: Mapping[str, Literal["yes", "no"]] = {"yes": "yes", "no": "no"}
        return words.get(str(left.satisfiability()), "unknown"), shown
    except (ValueError, RecursionError):  # what the algebra cannot do, values may still show
        return "unknown", None


def _without_decimals(value: Any) -> Any:
    # The algebra answers numbers that binary fractions cannot hold as decimals; JSON texts have neither kind.
    if isinstance(value, Mapping):
        return {name: _without_decimals(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_decimals(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value


def _validator(schema: Schema) -> jsonschema_rs.Draft202012Validator | None:
    try:
        return jsonschema_rs.Draft202012Validator(dict(schema))
    except (ValueError, RecursionError):
        return None


def _says(validator: jsonschema_rs.Draft202012Validator, value: JsonValue) -> bool | None:
    try:
        return bool(validator.is_valid(value))
    except (ValueError, RecursionError):  # infinite, or nested too deep: no JSON value that could be sent
        return None


def candidates(schema: Any, seeds: Sequence[JsonValue] = (), depth: int = 0) -> Iterator[JsonValue]:
    """Values that a schema may allow, the likeliest first. None of them is promised to fit."""
    if not isinstance(schema, Mapping):
        yield from (value for value in ("a", 0) if schema is True)
        return
    if "const" in schema:
        yield schema["const"]
    yield from schema.get("enum", ())
    for key in ("anyOf", "oneOf", "allOf"):
        rest = {name: value for name, value in schema.items() if name != key}
        for member in schema.get(key, ()) if depth < DEPTH_MAX else ():
            if isinstance(member, Mapping):
                yield from candidates({**rest, **member}, seeds, depth + 1)
    kinds = schema.get("type", _TYPES)
    for kind in (kinds,) if isinstance(kinds, str) else kinds:
        yield from _of_type(kind, schema, seeds, depth)


def _of_type(kind: str, schema: Schema, seeds: Sequence[JsonValue], depth: int) -> Iterator[JsonValue]:
    if kind == "string":
        yield from _texts(schema, [seed for seed in seeds if isinstance(seed, str)])
    elif kind in ("integer", "number"):
        yield from _numbers(schema, kind)
    elif kind == "array":
        yield from _arrays(schema, [seed for seed in seeds if isinstance(seed, list)], depth)
    elif kind == "object":
        yield from _objects(schema, [seed for seed in seeds if isinstance(seed, Mapping)], depth)
    else:
        yield from (True, False) if kind == "boolean" else (None,)


def _texts(schema: Schema, seeds: Sequence[str]) -> Iterator[str]:
    starts = tuple(dict.fromkeys((*seeds, *_TEXTS)))
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    lengths = [length for length in (least, most, least + 1) if length is not None and length <= LENGTH_MAX]
    for length in dict.fromkeys(lengths):
        yield from (pumped(start, int(length)) for start in starts)
    yield from starts
    for start in starts:
        for mark in _MARKS:
            yield from (start + mark, mark + start, start[:1] + mark + start[1:])


def pumped(text: str, length: int) -> str:
    """The text cut, or its last letter or digit repeated, to have a length in characters."""
    if len(text) >= length:
        return text[:length]
    place = next((index for index in range(len(text) - 1, -1, -1) if text[index].isalnum()), len(text) - 1)
    return text[: place + 1] + (text[place] if text else "a") * (length - len(text)) + text[place + 1 :]


def _numbers(schema: Schema, kind: str) -> Iterator[JsonValue]:
    step = schema.get("multipleOf", 1)
    bounds = [schema[key] for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if key in schema]
    for bound in (*(bound for bound in bounds if abs(bound) <= sys.float_info.max), 0):
        yield bound
        yield from (bound + times * step for times in (1, -1, 2, -2, 3, -3))
        aligned = bound // step * step if step and math.isfinite(bound / step) else bound
        yield from (aligned + times * step for times in (0, 1, -1, 2))
        if kind == "number":
            yield from (bound + 0.5, bound - 0.5, bound + 0.001, bound - 0.001)


def _arrays(schema: Schema, seeds: Sequence[list[JsonValue]], depth: int) -> Iterator[list[JsonValue]]:
    yield from seeds
    if depth >= DEPTH_MAX:
        return
    inner = [item for seed in seeds for item in seed]
    kinds = [schema[key] for key in ("contains", "items") if key in schema] or [True]
    items = [value for kind in kinds for value in islice(candidates(kind, inner, depth + 1), 12)]
    lengths = (schema.get("minItems", 0), schema.get("maxItems", 1), 1, 2)
    for length in dict.fromkeys(length for length in lengths if length <= LENGTH_MAX):
        different = [*dict.fromkeys(item for item in items if isinstance(item, str | int)), *map(str, range(length))]
        yield different[:length]
        yield from ([item] * length for item in items)


def _objects(schema: Schema, seeds: Sequence[Mapping[str, JsonValue]], depth: int) -> Iterator[dict[str, JsonValue]]:
    properties = schema.get("properties", {})
    for seed in (*seeds, {}):
        start = {name: value for name, value in seed.items() if properties.get(name) is not False}
        filled = {name: _member(properties.get(name, True), start.get(name, ABSENT), depth) for name in properties}
        wanted = {name: filled.get(name, start.get(name, "a")) for name in schema.get("required", ())}
        known = {**start, **{name: value for name, value in wanted.items() if value is not ABSENT}}
        yield known
        yield {**known, "unknown_member": "a"}
        yield {**known, **{name: value for name, value in filled.items() if value is not ABSENT}}
        least, most = int(schema.get("minProperties", 0)), int(schema.get("maxProperties", 0))
        for count in (least, most, len(known) + 1):
            if len(known) < count <= LENGTH_MAX:
                yield {**known, **{f"member{number}": "a" for number in range(count - len(known))}}


def _member(schema: Any, seed: JsonValue | Absent, depth: int) -> JsonValue | Absent:
    if schema is False or depth >= DEPTH_MAX:
        return ABSENT
    validator = _validator(schema) if isinstance(schema, Mapping) else None
    seeds = () if seed is ABSENT else (seed,)
    for value in islice((*seeds, *islice(candidates(schema, seeds, depth + 1), 60)), 60):
        if validator is None or validator.is_valid(value):
            return value
    return ABSENT
