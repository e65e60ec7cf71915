"""Values that break unions, and unions that tell none."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from specs.importing.union_draft import UNKNOWN_TAG, union_violations

CARD = {"type": "object", "required": ["kind", "digits"], "properties": {"kind": {"const": "card"}}}
CASH = {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": ["cash", "coin"]}}}
NAMED = {"Card": CARD, "Cash": CASH, "Loop": {"$ref": "Loop"}}
TAGGED = [{"kind": UNKNOWN_TAG}, {"kind": "card"}]


@pytest.mark.parametrize(
    ("expected", "schema"),
    [
        (TAGGED, {"oneOf": [CARD, CASH], "discriminator": {"propertyName": "kind"}}),
        (TAGGED, {"oneOf": [{"$ref": "Card"}, {"$ref": "Cash"}]}),
        ([{"kind": UNKNOWN_TAG}], {"anyOf": [CASH, CARD]}),
        ([{}], {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}),
        ([[]], {"anyOf": [{"type": "string"}, {"type": ["object", "null"]}]}),
        ([], {"anyOf": [{"type": "array"}, {"type": "object"}]}),
        ([], {"anyOf": [{"type": "string"}, {}]}),
        ([], {"anyOf": [{"$ref": "Loop"}, {"type": "string"}]}),
        ([], {"oneOf": [True, {"type": "string"}]}),
        ([], {"oneOf": []}),
        ([], {"not": {"type": "string"}}),
    ],
)
def test_branches_tell_what_breaks_a_union(expected: list[Any], schema: dict[str, Any]) -> None:
    """A tag that no branch has, one without what belongs to it, or a type that no branch is."""
    assert expected == union_violations(schema, NAMED.__getitem__)
    plain: dict[str, Any] = {
        word: [NAMED.get(row["$ref"], {}) if "$ref" in row else row for row in schema[word]]
        for word in ("oneOf", "anyOf")
        if expected and word in schema
    }
    assert not any(jsonschema_rs.is_valid(plain, value) for value in expected)
