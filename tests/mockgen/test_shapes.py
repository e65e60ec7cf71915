"""How documents fit into answers."""

from __future__ import annotations

from typing import Any

import pytest

from mockgen.shapes import Nulls, asked_nulls, with_nulls

TEXT = {"type": "string"}
MAYBE = {"type": ["string", "null"]}
ITEM = {"type": "object", "required": ["id", "end"], "properties": {"id": TEXT, "end": MAYBE, "note": MAYBE}}
PAGE = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": ITEM}}}


@pytest.mark.parametrize(
    ("expected", "schema", "body"),
    [
        ({"id": "1", "end": None}, ITEM, {"id": "1"}),
        ({"end": None}, ITEM, {}),
        ({"id": "1", "end": "now"}, ITEM, {"id": "1", "end": "now"}),
        ({"items": [{"id": "1", "end": None}]}, PAGE, {"items": [{"id": "1"}]}),
        ("text", ITEM, "text"),
    ],
)
def test_what_has_no_value_yet_is_null(expected: Any, schema: dict[str, Any], body: Any) -> None:
    """A member that must be there and may be null is there, at any depth; a missing text stays missing."""
    assert expected == with_nulls(asked_nulls(schema) or Nulls(), body)


@pytest.mark.parametrize(("expected", "schema"), [(True, ITEM), (True, PAGE), (False, {"properties": {"end": MAYBE}})])
def test_only_some_answers_ask_for_nulls(expected: bool, schema: dict[str, Any]) -> None:
    """Where nothing that must be there may be null, answers are left as they are."""
    assert expected == (asked_nulls(schema) is not None)
