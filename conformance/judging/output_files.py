"""Reading the files that jobs leave behind: CSV, gzip and JSON Lines, within bounds.

The files come from the server under test. They may be endless when unpacked, nested without end, or not what their name
says; each reader answers a value or a `Problem`, and never raises.
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

BYTES_MAX = 32 * 1024 * 1024
"""Unpacked size up to which a file is read."""
ROWS_MAX = 200_000
COLUMNS_MAX = 2_000
LINE_CHARACTERS_MAX = 1_000_000
MEMBERS_MAX = 2_000
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Problem:
    """Why a file could not be read, in one sentence."""

    reason: str


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written. `encoding` is a name that Python knows."""

    delimiter: str = ","
    quotechar: str = '"'
    encoding: str = "utf-8"


@dataclass(frozen=True)
class Table:
    """A CSV file: its header and its rows, as texts; a blank line is a row without cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> int | None:
        """The position of a column, None when there is none of that name."""
        return self.header.index(name) if name in self.header else None

    def records(self) -> tuple[Mapping[str, str] | None, ...]:
        """The rows by column name; None for a row that has not exactly one cell for each column."""
        width = len(self.header)
        return tuple(dict(zip(self.header, row, strict=True)) if len(row) == width else None for row in self.rows)


def gunzip(data: bytes) -> bytes | Problem:
    """The unpacked bytes of a gzip file of any number of members (RFC 1952)."""
    unpacked, rest = bytearray(), data
    for _ in range(MEMBERS_MAX):
        if not rest:
            return bytes(unpacked) if data else Problem("the file is empty")
        member = zlib.decompressobj(wbits=31)
        try:
            unpacked += member.decompress(rest, BYTES_MAX + 1 - len(unpacked))
        except zlib.error as problem:
            return Problem(f"the file is not gzip: {problem}")
        if len(unpacked) > BYTES_MAX:
            return Problem(f"the file unpacks to more than {BYTES_MAX} bytes")
        if not member.eof:
            return Problem("the gzip file ends too early")
        rest = member.unused_data
    return Problem(f"the file has more than {MEMBERS_MAX} gzip members")


def read_csv(data: bytes, dialect: Dialect = Dialect()) -> Table | Problem:
    """A CSV file with a header line (RFC 4180; LF or CRLF). A byte order mark in front of UTF-8 is no part of it."""
    if len(data) > BYTES_MAX:
        return Problem(f"the file has more than {BYTES_MAX} bytes")
    try:
        text = io.StringIO(data.decode(dialect.encoding).removeprefix(BYTE_ORDER_MARK), newline="")
        reader = csv.reader(text, delimiter=dialect.delimiter, quotechar=dialect.quotechar, strict=True)
        rows: list[tuple[str, ...]] = []
        for row in reader:
            if len(rows) > ROWS_MAX or len(row) > COLUMNS_MAX:
                return Problem(f"the file has more than {ROWS_MAX} rows or {COLUMNS_MAX} columns")
            rows.append(tuple(row))
    except (csv.Error, UnicodeError, LookupError, TypeError, ValueError) as problem:
        return Problem(f"the file is not readable as CSV: {problem}")
    if not rows or not rows[0]:
        return Problem("the file has no header line")
    return Table(rows[0], tuple(rows[1:]))


def write_csv(table: Table, dialect: Dialect = Dialect(), line_end: str = "\n") -> bytes:
    """A table as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=dialect.delimiter, quotechar=dialect.quotechar, lineterminator=line_end)
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return text.getvalue().encode(dialect.encoding)


def read_json(data: bytes) -> Any | Problem:
    """One JSON text (RFC 8259: no NaN, no Infinity)."""
    if len(data) > BYTES_MAX:
        return Problem(f"the file has more than {BYTES_MAX} bytes")
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        return Problem(f"the file is not JSON: {problem}"[:200])


def read_json_lines(data: bytes) -> tuple[Any, ...] | Problem:
    """JSON Lines: one JSON text on each line that is not blank."""
    if len(data) > BYTES_MAX:
        return Problem(f"the file has more than {BYTES_MAX} bytes")
    values: list[Any] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        if len(values) >= ROWS_MAX or len(line) > LINE_CHARACTERS_MAX:
            return Problem(f"the file has more than {ROWS_MAX} lines, or line {number} is too long")
        value = read_json(line)
        if isinstance(value, Problem):
            return Problem(f"line {number}: {value.reason}")
        values.append(value)
    return tuple(values)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
