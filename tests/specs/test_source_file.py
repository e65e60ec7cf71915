"""Files with lines: values as JSON has them, a line for every node, and no surprise from a hostile file."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specs.source_file import DEPTH_MAX, FILE_BYTES_MAX, SpecError, meta_schema, nearest, read

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
KINDS = ("vendor", "openapi", "lifecycles", "relations", "requirements", "example", "profile", "variant", "import")


def _read(folder: Path, text: str, name: str = "file.yaml") -> object:
    (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    return read(folder / name, name).data


@settings(max_examples=60, deadline=None)
@example(value={"\N{GRINNING FACE}": 1, "\N{CRYING FACE}": 2})
@given(value=VALUES)
def test_a_json_file_means_what_json_means(value: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A JSON file has the values that a JSON reader gives, whatever its texts and numbers are."""
    assert value == _read(tmp_path_factory.mktemp("json"), json.dumps(value), "file.json")


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=60) | st.text("[]{}:,-&*!|>'\"# \n?%@ab1", max_size=60))
def test_any_text_is_data_or_a_complaint(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever stands in a file, reading it gives JSON data or a SpecError."""
    with contextlib.suppress(SpecError):
        json.dumps(_read(tmp_path_factory.mktemp("any"), text), allow_nan=False)


def test_every_node_knows_its_line(tmp_path: Path) -> None:
    """A node's line is that of its key; a place that does not exist has the line of its nearest ancestor."""
    (tmp_path / "a.yaml").write_text("a:\n  b: 1\n  c:\n    - x\n    - y: 2\n", "utf-8")
    file = read(tmp_path / "a.yaml", "a.yaml")
    assert [1, 2, 4, 5, 3] == [
        file.line(*path) for path in (("a",), ("a", "b"), ("a", "c", 0), ("a", "c", 1), ("a", "c", 9))
    ]


def test_every_node_of_a_json_file_knows_its_line(tmp_path: Path) -> None:
    """Lines of a JSON file are those of a YAML file with the same text, few brackets in it or many."""
    for more in ("", ", []" * 200):
        text = f'{{"a":\n  {{"b": 1,\n "c": [\n"x",\n {{"y": 2}}{more}]}}}}'
        (tmp_path / "a.json").write_text(text, "utf-8")
        (tmp_path / "a.yaml").write_text(text, "utf-8")
        assert read(tmp_path / "a.yaml", "a.yaml").lines == read(tmp_path / "a.json", "a.json").lines
        assert 5 == read(tmp_path / "a.json", "a.json").line("a", "c", 1, "y")


def test_dates_and_keys_stay_texts(tmp_path: Path) -> None:
    """A date is a text, and so is every key, a status code or a word such as yes included."""
    assert {"200": "2015-01-01", "yes": None} == _read(tmp_path, "200: 2015-01-01\nyes: ~\n")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """A file above the limit is refused before it is read."""
    with (tmp_path / "big.yaml").open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)
    with pytest.raises(SpecError, match="larger than"):
        read(tmp_path / "big.yaml", "big.yaml")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    """A file in another encoding is refused as such."""
    (tmp_path / "a.yaml").write_bytes(b"a: \xff")
    with pytest.raises(SpecError, match="encoding"):
        read(tmp_path / "a.yaml", "a.yaml")


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5_000, "- " * 5_000])
@pytest.mark.parametrize("name", ["file.yaml", "file.json"])
def test_deep_files_are_refused(text: str, name: str, tmp_path: Path) -> None:
    """A deeply nested file is refused; it neither crashes the reader nor exhausts the stack."""
    with pytest.raises(SpecError, match=r"depth|json"):
        _read(tmp_path, text, name)


@pytest.mark.parametrize("name", ["file.yaml", "file.json"])
def test_the_depth_of_a_file_has_a_limit(name: str, tmp_path: Path) -> None:
    """A hundred levels are read, one more is refused, in YAML as in JSON."""
    assert isinstance(_read(tmp_path, "[" * DEPTH_MAX + "]" * DEPTH_MAX, name), list)
    with pytest.raises(SpecError, match="depth"):
        _read(tmp_path, "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1), name)


NAMES = [f"{letter}{digit}" for letter in "ab" for digit in range(10)][:13]


@pytest.mark.parametrize(
    ("expected", "name", "known"),
    [
        ("; did you mean 'status'?", "sttus", ["status", "state"]),
        ("; did you mean 'spice.get_health.type'?", "get_health", ["spice.get_health.type", "spice.get_ready.type"]),
        ("; there is a, b", "zzz", ["b", "a"]),
        ("; there is a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1 and 1 more", "zzz", NAMES),
        ("", "zzz", []),
    ],
)
def test_the_nearest_name_is_offered(expected: str, name: str, known: list[str]) -> None:
    """A misspelt name is answered with the nearest one, or with what there is."""
    assert expected == nearest(name, known)


@pytest.mark.parametrize("kind", KINDS)
def test_published_schemas_are_schemas(kind: str) -> None:
    """Every published schema is itself valid JSON Schema 2020-12 and closed at its top."""
    schema = meta_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema.get("type") == "array" or schema.get("additionalProperties") is False
