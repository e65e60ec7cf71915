"""Tests of writing folders: the same bytes each time, and nobody's edits are lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from specs.__main__ import main
from specs.importing.folder import is_untouched, write_folder
from specs.source_file import read

DOCUMENTS = Path(__file__).parent / "documents"


def _import(folder: Path, *more: str) -> int:
    return main(["import", "openapi", str(DOCUMENTS / "pet_store.yaml"), "--out", str(folder), *more])


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two imports of one document are equal, byte by byte."""
    assert 0 == _import(tmp_path / "a" / "pets")
    assert 0 == _import(tmp_path / "b" / "pets")
    assert _bytes(tmp_path / "a" / "pets") == _bytes(tmp_path / "b" / "pets")


def test_nothing_is_replaced_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second import into the same folder is refused without --force."""
    assert 0 == _import(tmp_path / "pets")
    assert 2 == _import(tmp_path / "pets")
    assert "--force" in capsys.readouterr().err


def test_force_replaces_only_what_nobody_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An edited file and a file of one's own stay; an untouched one and an unused example go."""
    folder = tmp_path / "pets"
    assert 0 == _import(folder)
    vendor = folder / "vendor.yaml"
    vendor.write_text(vendor.read_text("utf-8").replace("title: Pet Store", "title: Pets"), "utf-8")
    (folder / "requirements.yaml").write_text("[]\n", "utf-8")
    shutil.copy(folder / "examples" / "show_pet.json", folder / "examples" / "unused.json")
    assert 0 == _import(folder, "--force")
    assert "title: Pets" in vendor.read_text("utf-8")
    assert (folder / "requirements.yaml").exists()
    assert not (folder / "examples" / "unused.json").exists()
    assert "kept      vendor.yaml" in capsys.readouterr().out
    assert is_untouched(folder / "openapi.yaml")
    assert not is_untouched(vendor)


def test_every_value_comes_back(tmp_path: Path) -> None:
    """What is written reads back as it was, odd texts and numbers included."""
    texts = [
        "yes",
        "no",
        "1",
        "1e5",
        "a: b",
        "- a",
        "#",
        "",
        " ",
        "\x00\x7f\u2028\ufeff\U0001f600",
        "null",
        "~",
        "a, b",
        "/x",
    ]
    data = {
        "texts": texts,
        "numbers": [1, -1.5, 1e300, 1e-9, 0],
        "others": [None, True, {}, []],
        "200": {"$ref": "#/a"},
    }
    data["deep"] = {"list": [{"long": "x" * 200, "more": [["y" * 90, "z" * 90]]}], "a b\nc": {"k" * 99: {"v" * 99: 1}}}
    write_folder(tmp_path / "f", "x", {"vendor.yaml": data}, force=False)
    assert data == read(tmp_path / "f" / "vendor.yaml", "vendor.yaml").data
