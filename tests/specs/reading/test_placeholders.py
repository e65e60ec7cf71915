"""Placeholders are a closed world, and the page that describes them and the tables that check them are the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import specs
from specs.reading.placeholders import (
    ANSWER,
    ENVELOPE,
    HEADER,
    PRIVATE,
    RESULT,
    SAMPLE,
    SEEDED,
    SHOWS,
    Form,
    placeholder_problems,
)

NAMES = {"fixture": ("a",), "resource": ("job",), "operation": ("getJob",), "state": ("DONE",)}
TABLES = (SAMPLE, SHOWS, ANSWER, SEEDED, RESULT, HEADER, *ENVELOPE.values())


def test_the_page_lists_every_placeholder() -> None:
    """specs/README.md names exactly the placeholders that the loader knows."""
    page = (Path(specs.__file__).parent / "README.md").read_text("utf-8")
    listed = set(re.findall(r"\$[a-z_]+", page)) - {"$ref"}
    assert {PRIVATE, *(name for table in TABLES for name in table)} == listed


@pytest.mark.parametrize(
    ("forms", "value"),
    [
        (SAMPLE, {"a": [{"$fixture": "a"}, {"$fresh": "x"}, {"$identity": "job"}, {"$table": "a"}]}),
        (SHOWS, {"$by_state": {"DONE": {"$rows": "total"}}, "default": {"$state": True}}),
        (SHOWS, {"$requested": {"a": 1, "b": {"$time": "started"}}}),
        (SHOWS, {"$of": "job", "by": "/a", "at": "/b"}),
        (SHOWS, "$time"),
        (SEEDED, {"id": {"$fixture": "a"}, "$private": {"rows": {"$fixture": "a"}}}),
        (RESULT, {"label": {"$score": "label"}, "version": {"$model": "/$private/version"}}),
    ],
)
def test_right_placeholders_are_left_alone(forms: dict[str, Form], value: Any) -> None:
    """Placeholders with right arguments, at any depth, raise no complaint."""
    assert [] == list(placeholder_problems(value, forms, NAMES))


@pytest.mark.parametrize(
    ("path", "forms", "value"),
    [
        (("a", 0, "$fixtur"), SAMPLE, {"a": [{"$fixtur": "a"}]}),
        (("$private", "$fixture"), SEEDED, {"$private": {"$fixture": "b"}}),
        (("$by_state", "DONE", "$row"), SHOWS, {"$by_state": {"DONE": {"$row": "total"}}}),
        (("default", "$row"), SHOWS, {"$by_state": {}, "default": {"$row": "total"}}),
        (("$requested", "b", "$when"), SHOWS, {"$requested": {"b": {"$when": 1}}}),
        (("$log",), SHOWS, {"$log": "text"}),
        (("$identity",), SHOWS, {"$identity": False}),
        (("$document",), SHOWS, {"$document": True}),
        (("b",), RESULT, {"$score": "value", "b": 1}),
    ],
)
def test_wrong_placeholders_are_found_where_they_stand(
    path: tuple[Any, ...], forms: dict[str, Form], value: Any
) -> None:
    """A wrong placeholder is one complaint, with the path to it."""
    assert [path] == [where for where, _ in placeholder_problems(value, forms, NAMES)]
