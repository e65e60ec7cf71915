"""Values for the boundary tables: exact lengths, smallest values, and places inside bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.plans.values import (
    excluded_types,
    is_valid,
    keeps_formats,
    placed,
    smallest,
    stretched,
    without_alternatives,
)
from specs.pointers import MISSING

ARN = "arn:aws:iam::123456789012:role/Batch"
ROLE = {"pattern": r"^(?:arn:([a-z\d-]+):iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+)$"}


@pytest.mark.parametrize(
    ("text", "length", "schema"),
    [("abc", 64, {}), ("abc", 2, {}), (ARN, 256, ROLE), (ARN, 33, ROLE), ("s3://b/k/", 2048, {}), ("7", 3, {})],
)
def test_a_text_gets_the_exact_length(text: str, length: int, schema: dict[str, Any]) -> None:
    """A text is stretched or cut to a length, and still matches its pattern."""
    made = stretched(text, length, schema)
    assert made is not None
    assert (length, True) == (len(made), is_valid(schema, made))


def test_the_text_of_an_object_stays_one() -> None:
    """JSON is stretched by blanks, which change nothing."""
    made = stretched('{"outputs": ["ALL_TEXT"]}', 131071, {})
    assert made is not None
    assert (131071, {"outputs": ["ALL_TEXT"]}) == (len(made), json.loads(made))


def test_an_alternative_makes_room() -> None:
    """Of two members of which one is required, the new one stands alone; what may stand beside it stays."""
    either = {"allOf": [{"anyOf": [{"required": ["text"]}, {"required": ["place"]}]}]}
    schema = {"properties": {"data": either}}
    assert {"data": {"name": "n"}} == without_alternatives(
        {"data": {"place": "p", "name": "n"}}, schema, ["data", "text"]
    )
    assert {"data": {"place": "p"}} == without_alternatives({"data": {"place": "p"}}, schema, ["data", "name"])
    assert {"other": 1} == without_alternatives({"other": 1}, schema, ["data", "text"])


@pytest.mark.parametrize(("text", "length"), [("abc", -1), ("abc", 10**9), (ARN, 3)])
def test_an_impossible_length_is_not_made(text: str, length: int) -> None:
    """No text is made that is too long, or that cannot match."""
    assert stretched(text, length, ROLE) is None


def test_a_location_is_stretched_by_folders() -> None:
    """A location that ends with a slash stays below itself and still ends with one."""
    made = stretched("s3://bucket/out/", 1000, {})
    assert made is not None
    assert made.startswith("s3://bucket/out/x")
    assert made.endswith("x/")
    assert "//" not in made.removeprefix("s3://")
    assert max(map(len, made.split("/"))) <= 100


@pytest.mark.parametrize(
    ("expected", "schema"),
    [
        ("b", {"type": "string", "enum": ["b", "c"]}),
        ({"n": 3}, {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer", "minimum": 3}}}),
        ({"type": "x"}, {"type": "object", "examples": [{"type": "x"}]}),
        ([], {"type": "array"}),
        (None, {"type": "null"}),
    ],
)
def test_the_smallest_value_is_valid(expected: Any, schema: dict[str, Any]) -> None:
    """The smallest value has required members and the lowest allowed number."""
    assert expected == smallest(schema)
    assert is_valid(schema, smallest(schema))


@pytest.mark.parametrize(
    ("expected", "schema"),
    [
        (("null", "boolean", "string", "array", "object"), {"type": "number"}),
        (("null", "boolean", "number", "string", "array", "object"), {"type": "integer"}),
        ((), {}),
    ],
)
def test_excluded_types(expected: tuple[str, ...], schema: dict[str, Any]) -> None:
    """An integer is a number; every other type excludes the rest."""
    assert expected == excluded_types(schema)


SCHEMA = {
    "type": "object",
    "properties": {
        "list": {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}


@pytest.mark.parametrize(
    ("expected", "body", "place"),
    [
        ({"list": [{"a": 1}]}, {}, ["list", "*", "a"]),
        ({"list": [{"a": 1}, 5]}, {"list": [{"a": 2}, 5]}, ["list", "*", "a"]),
        ({"map": {"k": 1}}, {"map": {"k": 2}}, ["map", "{value}"]),
        ({"map": {"1": 2}}, {"map": {"k": 2}}, ["map", "{key}"]),
        ({"map": 1}, {}, ["map"]),
        (1, {}, []),
    ],
)
def test_a_value_is_placed(expected: Any, body: Any, place: list[str]) -> None:
    """A value gets to its place, through lists and maps, and missing parents are made."""
    assert expected == placed(body, SCHEMA, place, 1)


def test_a_member_is_taken_out() -> None:
    """`MISSING` takes the member away and leaves its neighbours."""
    assert {"list": [{"b": 2}]} == placed({"list": [{"a": 1, "b": 2}]}, SCHEMA, ["list", "*", "a"], MISSING)


@pytest.mark.parametrize("form", ["uri", "uuid", "date-time", "date", "email", "ipv4", "duration"])
def test_the_smallest_text_has_its_format(form: str) -> None:
    """A text that is made for a place is what its format says, so that a target may take it."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "format": form}}}
    assert keeps_formats(schema, smallest(schema))
    assert not keeps_formats(schema, {"a": "text"})
