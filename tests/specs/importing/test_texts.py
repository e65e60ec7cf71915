"""Tests of patterns and values: what is made is valid, what cannot be said is dropped and told."""

from __future__ import annotations

from typing import Any

import pytest

from specs.importing.patterns import anchored
from specs.importing.values import is_valid, valid_value


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[a-z]+", "^(?:[a-z]+)$"),
        ("^[a-z]+$", "^(?:[a-z]+)$"),
        ("^a|b$", "^(?:^a|b$)$"),
        ("a\\$", "^(?:a\\$)$"),
        ("[[:alpha:]]++", "^(?:[a-zA-Z]+)$"),
        ("\\A[0-9]\\z", "^(?:[0-9])$"),
        ("[\\uD800\\uDC00-\\uDBFF\\uDFFF]", "^(?:[\U00010000-\U0010ffff])$"),
        ("[a-z&&[^b]]", None),
        ("(?i)abc", None),
        ("(?<a", None),
    ],
)
def test_patterns_are_anchored_translated_or_dropped(pattern: str, expected: str | None) -> None:
    """A pattern matches whole values; what JSON Schema cannot say is dropped, with a note."""
    found = anchored(pattern)
    assert expected == found.pattern
    assert found.pattern is not None or found.note


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 30, "pattern": "^(?:[a-z]+-[0-9]{4}(?:x|y)*)$"},
        {"type": "string", "pattern": "^(?:[\\p{L}\\p{N}]{3,9})$"},
        {"type": "string", "pattern": "^(?:(?!aws:)[^0-9A-Za-z]{2}\\S\\d)$"},
        {"type": "integer", "minimum": 7, "maximum": 9},
        {"type": "number", "exclusiveMinimum": 3.5, "exclusiveMaximum": 4},
        {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "string"}},
        {"type": "object", "minProperties": 1, "maxProperties": 1, "properties": {"a": {"type": "integer"}, "b": {}}},
        {"type": "object", "allOf": [{"x-name": "r", "oneOf": [{"required": ["b"]}], "not": {"required": ["a"]}}]},
        {"type": ["string", "null"], "enum": ["b", None]},
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "array", "items": {"enum": [3]}}}},
    ],
)
@pytest.mark.parametrize("full", [False, True])
def test_made_values_are_valid(schema: dict[str, Any], full: bool) -> None:
    """A value made from a schema keeps it, the smallest one and the full one."""
    assert is_valid(schema, valid_value(schema, "some_name", full=full))
