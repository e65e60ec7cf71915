"""Faults of files change the files that they are about, packed or not, and no others."""

from __future__ import annotations

import gzip

import pytest

import specs
from mockgen.faults.file_faults import FILE_FAULTS
from mockgen.faults.table import from_texts
from mockgen.hooks import bent_file

FILE = b"head\none\ntwo\n"
BENT = {
    "drop_line": ("", b"head\none\n"),
    "duplicate_line": ("", b"head\none\ntwo\ntwo\n"),
    "reverse_lines": ("", b"head\ntwo\none\n"),
    "replace_text": ("old=one,new=1,", b"head\n1\ntwo\n"),
    "drop_file": ("", None),
}


def test_every_fault_of_files_has_a_case() -> None:
    """No fault goes untested."""
    assert {row.name for row in FILE_FAULTS} == set(BENT)


@pytest.mark.parametrize("name", list(BENT))
def test_a_fault_bends_the_files_that_it_names(name: str) -> None:
    """An object whose name ends as asked is bent; any other is written as it is."""
    parameters, expected = BENT[name]
    hooks = from_texts(specs.load("amazon_ml"), (f"{name}:{parameters}ending=.out",))
    assert expected == bent_file(hooks, "s3://bucket/a.out", FILE)
    assert FILE == bent_file(hooks, "s3://bucket/a.manifest", FILE)


def test_a_packed_file_is_bent_inside() -> None:
    """A compressed object stays compressed, with other lines in it."""
    hooks = from_texts(specs.load("amazon_ml"), ("drop_line:",))
    bent = bent_file(hooks, "s3://bucket/a.gz", gzip.compress(FILE))
    assert bent is not None
    assert b"head\none\n" == gzip.decompress(bent)
