"""An invented vendor that is complete and loads, and ways to change a copy of its folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import specs

GOOD = Path(__file__).parent / "folders" / "parcel_jobs"
Change = Mapping[str, Any]
"""`file` with `find` and `put` (replace a text that stands there once), `write` (the whole file) or `remove`."""


def apply(folder: Path, change: Change) -> None:
    """Change one file of a folder."""
    path = folder / change["file"]
    if change.get("remove"):
        path.unlink()
        return
    if "write" in change:
        path.parent.mkdir(exist_ok=True)
        path.write_text(change["write"], "utf-8")
        return
    text = path.read_text("utf-8")
    assert text.count(change["find"]) == 1, change
    path.write_text(text.replace(change["find"], change["put"]), "utf-8")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """A function that answers a fresh copy of the good folder, with changes."""

    def copy(*changes: Change) -> Path:
        folder = tmp_path / "parcel_jobs"
        shutil.copytree(GOOD, folder, dirs_exist_ok=True)
        for change in changes:
            apply(folder, change)
        return folder

    return copy


@pytest.fixture(scope="session")
def parcels() -> specs.Contract:
    """The contract of the invented vendor."""
    return specs.load(GOOD)
