"""Tests of merge patches: the table of RFC 7396, appendix A, and what a patch says in vain."""

from __future__ import annotations

from typing import Any

import pytest

from specs.reading.patch import patched, without_effect

TABLE: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("value", "patch", "result"), TABLE)
def test_patches_merge_as_the_standard_says(value: Any, patch: Any, result: Any) -> None:
    """Each case of the standard's table gives its result."""
    assert result == patched(value, patch)


def test_what_is_patched_stays_as_it_was() -> None:
    """Neither the value nor the patch is changed."""
    value, patch = {"a": {"b": 1}}, {"a": {"b": None, "c": 2}}
    patched(value, patch)
    assert ({"a": {"b": 1}}, {"a": {"b": None, "c": 2}}) == (value, patch)


def test_a_patch_in_vain_is_found() -> None:
    """A member that is so already and the removal of one that is not there are named; what changes something is not."""
    value = {"same": 1, "other": 1, "deep": {"same": [1]}}
    patch = {"same": 1, "other": 2, "gone": None, "new": 1, "deep": {"same": [1], "gone": None}}
    assert [("same",), ("gone",), ("deep", "same"), ("deep", "gone")] == list(without_effect(value, patch))
