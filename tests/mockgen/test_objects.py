"""An object store of files takes any name that a client sends, and never fails for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockgen.objects import Store


def test_an_object_is_read_as_it_was_written(tmp_path: Path) -> None:
    """What is written under a name is found under it."""
    store = Store(tmp_path)
    store.write("s3://bucket/folder/key", b"data")
    assert b"data" == store.read("s3://bucket/folder/key")


@pytest.mark.parametrize(
    "name", ["s3://bucket/" + "x" * 300, "s3://bucket/../../key", "s3://b/\ud800", "s3://b/", "key"]
)
def test_a_name_that_no_file_can_have_holds_nothing(tmp_path: Path, name: str) -> None:
    """An object that the folder cannot hold is neither written nor found."""
    store = Store(tmp_path)
    store.write(name, b"data")
    assert store.read(name) is None


def test_an_object_below_another_object_is_not_written(tmp_path: Path) -> None:
    """Objects may lie below objects, files may not; the first one stays."""
    store = Store(tmp_path)
    store.write("s3://bucket/key", b"data")
    store.write("s3://bucket/key/below", b"more")
    assert (b"data", None) == (store.read("s3://bucket/key"), store.read("s3://bucket/key/below"))
