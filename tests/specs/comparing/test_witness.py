"""Tests of witnesses: a value for each way in which two schemas differ."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.comparing.witness import LENGTH_MAX, difference, pumped
from specs.message import ABSENT

TEXT: dict[str, Any] = {"type": "string"}
OBJECT: dict[str, Any] = {"type": "object"}
NARROWED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, TEXT),
    ({**TEXT, "maxLength": 65}, {**TEXT, "maxLength": 64}),
    ({**TEXT, "maxLength": 9}, {**TEXT, "minLength": 2, "maxLength": 9}),
    ({**TEXT, "pattern": "^[a-z0-9-]+$"}, {**TEXT, "pattern": "^[a-z]+$"}),
    ({**TEXT, "pattern": "^[a-z]+$", "maxLength": 2_000}, {**TEXT, "pattern": "^[a-z]+$", "maxLength": 1_999}),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}),
    ({"type": "number"}, {"type": "integer"}),
    ({"type": "integer", "maximum": 20}, {"type": "integer", "maximum": 10}),
    ({"type": "number", "minimum": 0}, {"type": "number", "exclusiveMinimum": 0}),
    ({"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 4}),
    ({"type": "number", "maximum": 1e308, "multipleOf": 1e-300}, {"type": "number", "maximum": 1e307}),
    ({"type": "number", "maximum": 0.3}, {"type": "number", "maximum": 0.1}),
    ({"type": "array", "maxItems": 20}, {"type": "array", "maxItems": 10}),
    ({"type": "array"}, {"type": "array", "minItems": 1}),
    ({"type": "array"}, {"type": "array", "uniqueItems": True}),
    ({"type": "array", "items": {"enum": [1, 2]}}, {"type": "array", "items": {"enum": [1]}}),
    (OBJECT, {**OBJECT, "required": ["a"]}),
    (OBJECT, {**OBJECT, "maxProperties": 3}),
    (OBJECT, {**OBJECT, "minProperties": 1}),
    (OBJECT, {**OBJECT, "properties": {"a": {}}, "additionalProperties": False}),
    (OBJECT, {**OBJECT, "allOf": [{"not": {"required": ["a", "b"]}}]}),
    (OBJECT, {**OBJECT, "allOf": [{"if": {"properties": {"t": {"const": 1}}, "required": ["t"]}, "then": False}]}),
]


@pytest.mark.parametrize(("wide", "narrow"), NARROWED, ids=lambda schema: str(schema)[:60])
def test_a_narrower_schema_has_a_witness(wide: dict[str, Any], narrow: dict[str, Any]) -> None:
    """There is a value that the wider schema takes and the narrower refuses, and never the reverse."""
    found = difference(wide, narrow)
    assert "yes" == found.verdict
    assert jsonschema_rs.is_valid(wide, found.value)
    assert not jsonschema_rs.is_valid(narrow, found.value)
    assert ("yes", ABSENT) != (difference(narrow, wide).verdict, difference(narrow, wide).value)
    assert "yes" != difference(narrow, wide).verdict


def test_equal_schemas_have_none() -> None:
    """Two ways to write the same limits are proved equal."""
    assert "no" == difference({"enum": ["a"]}, {"const": "a"}).verdict
    assert "no" == difference({**TEXT, "maxLength": 5}, {"maxLength": 5, **TEXT}).verdict


def test_a_witness_that_would_be_too_long_is_told_by_its_schema() -> None:
    """Beyond the bound the proof stands without a value."""
    found = difference(TEXT, {**TEXT, "maxLength": 100 * LENGTH_MAX})
    assert ("yes", ABSENT) == (found.verdict, found.value)
    assert found.schema
    assert 100 * LENGTH_MAX + 1 == found.schema["minLength"]


def test_what_cannot_be_decided_is_unknown() -> None:
    """A pattern that nothing understands proves nothing."""
    assert "unknown" == difference(TEXT, {**TEXT, "pattern": "(?<x>"}).verdict


@given(st.text(max_size=20), st.integers(0, 200))
def test_pumping_reaches_every_length(text: str, length: int) -> None:
    """A pumped text has exactly the length that was asked for."""
    assert length == len(pumped(text, length))


def test_a_preferred_value_is_taken() -> None:
    """Of the values that show a difference, one that the caller likes is taken; without one, the first."""
    assert "A-" == difference(TEXT, {**TEXT, "maxLength": 1}, ["A-"], lambda value: value == "A-").value
    assert ABSENT is not difference(TEXT, {**TEXT, "maxLength": 1}, [], lambda value: False).value
