"""CSV chunks: whole records, exact offsets, and precise complaints.

A restarted job trusts these offsets: one that is wrong by a byte would lose or repeat a row in silence.
"""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference_impl.engine.tables import (
    RECORDS_MAX,
    Dialect,
    TableProblem,
    cells,
    dialect,
    header,
    lines,
    read_chunk,
    transcoder,
    write_rows,
)

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
TABLE = st.lists(st.lists(CELL, min_size=2, max_size=3), max_size=8)


@given(TABLE, st.integers(1, 60), st.sampled_from([Dialect(), Dialect("\t", "'"), Dialect(";")]))
def test_what_is_written_is_read_again_in_chunks_of_any_size(rows: list[list[str]], size: int, style: Dialect) -> None:
    """Every cell survives, line ends inside quotes included, wherever the chunks are cut."""
    stream = io.BytesIO(write_rows(rows, style, first=True))
    found: list[list[str]] = []
    while (chunk := read_chunk(stream, style, size, 10_000)) is not None:
        found += [cells(record, style) for record in chunk.records]
        assert chunk.end == stream.tell()
    assert rows == found


def test_reading_goes_on_at_an_offset() -> None:
    """The end of a chunk is where a restarted reader starts."""
    data = b'a,b\n1,"x\ny"\n2,z\n'
    first = read_chunk(io.BytesIO(data), Dialect(), 5, 100)
    stream = io.BytesIO(data)
    assert first is not None
    stream.seek(first.end)
    rest = read_chunk(stream, Dialect(), 100, 100)
    assert rest is not None
    assert ("a,b", '1,"x\ny"', "2,z") == first.records + rest.records


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (b'5" pipe,1\nx,2\n', ('5" pipe,1', "x,2")),
        (b'"a""\nb",1\nx,"y"\n', ('"a""\nb",1', 'x,"y"')),
        (b'a,"b\r\nc",""\r\nx,y,z', ('a,"b\r\nc",""', "x,y,z")),
        (b'a,"b\n', None),
    ],
)
def test_a_quote_opens_a_field_at_its_beginning_only(data: bytes, records: tuple[str, ...] | None) -> None:
    """A quote inside an unquoted field is a character: the rows after it stay rows."""
    if records is None:
        with pytest.raises(TableProblem):
            read_chunk(io.BytesIO(data), Dialect(), 1000, 1000)
        return
    chunk = read_chunk(io.BytesIO(data), Dialect(), 1000, 1000)
    assert chunk is not None
    assert records == chunk.records


def test_a_bare_carriage_return_does_not_hide_a_row() -> None:
    """A file with the line ends of long ago is refused at its header, not taken for a header without rows."""
    with pytest.raises(TableProblem):
        header("a,b\r1,2\r3,4", Dialect())


def test_a_chunk_has_a_bounded_number_of_records() -> None:
    """A megabyte of empty lines does not become a million objects at once."""
    chunk = read_chunk(io.BytesIO(b"\n" * (RECORDS_MAX + 5)), Dialect(), 1 << 20, 100)
    assert chunk is not None
    assert (RECORDS_MAX, RECORDS_MAX) == (len(chunk.records), chunk.end)


def test_a_wide_header_is_read() -> None:
    """A hundred thousand columns are a header like any other; one that is there twice is named."""
    names = [f"c{number}" for number in range(100_000)]
    assert names == header(",".join(names), Dialect())
    with pytest.raises(TableProblem, match="'c7'"):
        header(",".join([*names, "c7"]), Dialect())


@pytest.mark.parametrize(
    ("data", "limit"), [(b'a,"b\n1,2\n', 100), (b"a" * 50, 20), (b"\xff,\xfe\n", 100), (b'"' + b"x\n" * 30, 20)]
)
def test_a_file_that_is_no_table_is_refused(data: bytes, limit: int) -> None:
    """An open quote, an endless record and foreign bytes end the reading, with bounded memory."""
    with pytest.raises(TableProblem):
        read_chunk(io.BytesIO(data), Dialect(), 1000, limit)


@pytest.mark.parametrize("record", ["", "a,,b", "a,a", "a,\0", 'a,"b"c'])
def test_a_header_names_every_column_once(record: str) -> None:
    """Empty, repeated and broken names are refused."""
    with pytest.raises(TableProblem):
        header(record, Dialect())


@pytest.mark.parametrize(
    ("delimiter", "quotechar", "encoding"),
    [
        ("ab", '"', "utf-8"),
        (",", "", "utf-8"),
        (",", ",", "utf-8"),
        (",", '"', "rot13"),
        (",", '"', "idna"),
        ("\n", '"', "x"),
    ],
)
def test_a_dialect_that_cannot_work_is_refused(delimiter: str, quotechar: str, encoding: str) -> None:
    """One character each, not the same, and a text encoding."""
    with pytest.raises(TableProblem):
        dialect(delimiter, quotechar, encoding)


def test_a_byte_order_mark_stands_once() -> None:
    """Parts of a file in UTF-16 join to one file."""
    style = dialect("tab", '"', "utf-16")
    joined = write_rows([["a", "b"]], style, first=True) + write_rows([["1", "2"]], style, first=False)
    assert "a\tb\n1\t2\n" == joined.decode("utf-16")
    assert "a" == transcoder("utf-8").decode("\ufeffa".encode(), final=True)


def test_a_line_that_is_too_long_comes_cut() -> None:
    """The rest of it is skipped, and the next line is whole."""
    stream = io.BytesIO(b"x" * 50 + b"\nnext\n")
    assert [b"x" * 11, b"next\n"] == list(lines(stream, 10, 5, 1000))
