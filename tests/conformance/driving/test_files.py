"""Files of an object store: read as they are, and bounded, whatever the target has put there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.driving.files import FILES_MAX, collect


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one bucket, beside a file that is none of its own."""
    (tmp_path / "store" / "bucket" / "out").mkdir(parents=True)
    (tmp_path / "outside.csv").write_bytes(b"secret")
    return tmp_path / "store"


def problem(store: Path, uri: str) -> str | None:
    """What is wrong with one file; it has no content then."""
    (found,) = collect(store, (), (uri,), "job", 10)
    assert (uri, "job", b"") == (found.uri, found.slot, found.data)
    return found.problem


def test_files_below_a_prefix_are_read(store: Path) -> None:
    """A prefix need not end at a slash; what stands beside it is left alone."""
    for name in ("out/a.csv", "out/ab.csv", "out/b.csv", "a.csv"):
        (store / "bucket" / name).write_bytes(name.encode())
    found = collect(store, ("s3://bucket/out/a",), ("s3://bucket/a.csv",), "job", 10)
    expected = [(f"s3://bucket/{name}", name.encode()) for name in ("a.csv", "out/a.csv", "out/ab.csv")]
    assert expected == [(file.uri, file.data) for file in found]


@pytest.mark.parametrize("uri", ["s3://../outside.csv", "s3://bucket/link.csv", "/etc/passwd"])
def test_nothing_outside_is_read(store: Path, uri: str) -> None:
    """Neither a path nor a link leads out of the store."""
    (store / "bucket" / "link.csv").symlink_to(store.parent / "outside.csv")
    assert "the address leads out of the object store" == problem(store, uri)


def test_a_link_below_a_prefix_is_not_followed(store: Path) -> None:
    """A link that leads out is told among the files of its folder, and not read."""
    (store / "bucket" / "out" / "link.csv").symlink_to(store.parent / "outside.csv")
    (found,) = collect(store, ("s3://bucket/out/",), (), "job", 10)
    assert (b"", "the address leads out of the object store") == (found.data, found.problem)


def test_what_cannot_be_read_is_said(store: Path) -> None:
    """A file that is missing, too large, a folder or a pipe has a problem, and nobody waits for it."""
    (store / "bucket" / "large").write_bytes(bytes(11))
    os.mkfifo(store / "bucket" / "pipe")
    assert "the file is larger than 10 bytes" == problem(store, "s3://bucket/large")
    assert "the file cannot be read: No such file or directory" == problem(store, "s3://bucket/none")
    assert ["the address is no file"] * 2 == [problem(store, f"s3://bucket/{name}") for name in ("out", "pipe")]


def test_the_number_of_files_is_bounded(store: Path) -> None:
    """A job that writes files without end has only its first ones read."""
    for number in range(FILES_MAX + 1):
        (store / "bucket" / "out" / f"{number:03}").touch()
    found = collect(store, ("s3://bucket/out/",), (), "job", 10)
    assert (FILES_MAX, "s3://bucket/out/000") == (len(found), found[0].uri)
