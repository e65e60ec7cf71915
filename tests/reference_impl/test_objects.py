"""The object store: addresses inside it work, addresses that lead out of it are refused.

Addresses come from requests, and a store on a folder is one careless join away from the whole disk.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from reference_impl.engine.objects import ObjectProblem, ObjectStore, join_address

HOSTILE = [
    "s3://b/../../etc/passwd",
    "s3://b/./x",
    "s3://../x",
    "s3://b//x",
    "s3:///x",
    "s3://b/x\0y",
    "s3://b\\..\\x/y",
    "s3://b/a\\b",
    "http://b/x",
    "s3://b/" + "x" * 300,
    "s3://b/\ud800",
    "s3://b/" + "x/" * 600 + "y",
]


@pytest.mark.parametrize("uri", HOSTILE)
def test_a_hostile_address_is_refused(tmp_path: Path, uri: str) -> None:
    """Nothing outside of a bucket can be named."""
    with pytest.raises(ObjectProblem):
        ObjectStore(tmp_path).path(uri)


def test_a_link_out_of_the_store_is_refused(tmp_path: Path) -> None:
    """A symbolic link does not open the rest of the disk."""
    store = ObjectStore(tmp_path / "store")
    (tmp_path / "store" / "b").mkdir()
    (tmp_path / "store" / "b" / "out").symlink_to(tmp_path)
    with pytest.raises(ObjectProblem):
        store.path("s3://b/out/x")


def test_objects_are_found_by_prefix(tmp_path: Path) -> None:
    """One object by its address, several by a folder or a prefix, in order, none elsewhere."""
    store = ObjectStore(tmp_path)
    for key in ("in/b.csv", "in/a.csv", "in/sub/c.csv", "other.csv"):
        store.write(f"s3://bucket/{key}", b"x", tmp_path / "staged")
    assert ["s3://bucket/in/a.csv"] == store.objects("s3://bucket/in/a.csv")
    assert ["a.csv", "b.csv", "sub/c.csv"] == [uri.partition("/in/")[2] for uri in store.objects("s3://bucket/in/")]
    assert ["s3://bucket/in/b.csv"] == store.objects("s3://bucket/in/b")
    assert [] == store.objects("s3://nothing/here")
    store.write("s3://another/x", b"x", tmp_path / "staged")
    assert 4 == len(store.objects("s3://bucket"))


def test_an_object_cannot_lie_below_another(tmp_path: Path) -> None:
    """A folder whose name is taken by an object is a problem of the address, not a crash."""
    store = ObjectStore(tmp_path)
    store.write("s3://bucket/a", b"x", tmp_path / "staged")
    with pytest.raises(ObjectProblem):
        store.write("s3://bucket/a/b", b"x", tmp_path / "staged")


def test_a_folder_may_lack_its_slash() -> None:
    """Names are joined with exactly one slash."""
    assert "s3://b/f/x" == join_address("s3://b/f", "x") == join_address("s3://b/f/", "x")
