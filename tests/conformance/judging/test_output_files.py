"""Reading CSV, gzip and JSON Lines from a hostile target."""

from __future__ import annotations

import gzip

import pytest

from conformance.judging import output_files
from conformance.judging.output_files import (
    Dialect,
    Problem,
    Table,
    gunzip,
    read_csv,
    read_json,
    read_json_lines,
    write_csv,
)


def test_csv() -> None:
    """A CSV file is a header and rows; a blank line is a row without cells."""
    expected = Table(("a", "b"), (("1", 'x, "y"'), (), ("", "2")))
    assert expected == read_csv(b'a,b\r\n1,"x, ""y"""\r\n\r\n,2\r\n')


def test_a_byte_order_mark_is_no_part_of_a_column() -> None:
    """What some writers put in front of UTF-8 does not change the first column's name."""
    assert Table(("a", "b"), (("1", "2"),)) == read_csv(b"\xef\xbb\xbfa,b\n1,2\n")


def test_csv_comes_back() -> None:
    """What was written in a dialect is read back in it, text by text."""
    table = Table(("id", "note"), (("1", "a;b"), ("2", " ünï\t"), ("3", 'q"q')))
    dialect = Dialect(";", '"', "utf-16")
    assert table == read_csv(write_csv(table, dialect), dialect)


@pytest.mark.parametrize(
    ("data", "dialect"),
    [
        (b"", Dialect()),
        (b"\n\n", Dialect()),
        (b"\xff\xfe\xff", Dialect()),
        (b'a,b\n"1', Dialect()),
        (b"a,b", Dialect(delimiter="")),
        (b"a,b", Dialect(encoding="no-such")),
        (b"a" * 200_000, Dialect()),
    ],
)
def test_unreadable_csv(data: bytes, dialect: Dialect) -> None:
    """A file that is no CSV is a problem with a reason, never an error."""
    assert isinstance(read_csv(data, dialect), Problem)


def test_gzip() -> None:
    """A gzip file may have several members."""
    assert b"one two" == gunzip(gzip.compress(b"one ") + gzip.compress(b"two"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"plain",
        gzip.compress(b"cut off", mtime=0)[:-4],
        gzip.compress(bytes(output_files.BYTES_MAX + 1), mtime=0),
        gzip.compress(b"", mtime=0) * (output_files.MEMBERS_MAX + 1),
    ],
    ids=["empty", "plain", "cut", "bomb", "members"],
)
def test_unreadable_gzip(data: bytes) -> None:
    """A file that is not gzip, is cut off or unpacks without end is a problem."""
    assert isinstance(gunzip(data), Problem)


def test_json_lines() -> None:
    """JSON Lines are the values of the lines that are not blank."""
    assert ({"a": 1}, [2]) == read_json_lines(b'{"a": 1}\n\n[2]\r\n')


@pytest.mark.parametrize("data", [b"{", b"[NaN]", b"\xff", b"[" * 100_000, b"9" * 5000])
def test_unreadable_json(data: bytes) -> None:
    """What is no JSON, or too deep, is a problem."""
    assert isinstance(read_json(data), Problem)
    assert isinstance(read_json_lines(data), Problem)
