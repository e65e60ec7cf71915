"""CSV in and out, in chunks of whole records with exact byte offsets.

Files are UTF-8 inside the engine (uploads are transcoded on arrival), so an offset between two records is all that a
restarted job needs. A record ends at a line end outside quotes. Nothing here ever holds more than one chunk.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

_NOT_FOR_FILES = frozenset(("idna", "punycode", "unicode_escape", "raw_unicode_escape", "unicode-escape", "utf-7"))
"""Codecs for other things than files; some take quadratic time on hostile input."""


RECORDS_MAX = 10_000
"""So many records are in one chunk at most: empty ones take no bytes, but what is made of them does."""
ENCODING = re.compile(r"[A-Za-z0-9._ -]{1,40}")


class TableProblem(ValueError):
    """A file that is not the table it should be; the text says what is wrong."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written. `encoding` is a Python codec name; `multiline` allows line ends inside quotes."""

    delimiter: str = ","
    quotechar: str = '"'
    encoding: str = "utf-8"
    multiline: bool = True


@dataclass(frozen=True)
class Chunk:
    """Whole records of a file, as text without their line ends, and the offset at which the next chunk starts."""

    records: tuple[str, ...]
    end: int


def dialect(delimiter: str, quotechar: str, encoding: str) -> Dialect:
    """A dialect from its documented settings (`tab` is a delimiter). Raises TableProblem for what cannot work."""
    try:
        if not ENCODING.fullmatch(encoding):
            raise LookupError(encoding)
        codec = codecs.lookup(encoding)
        "".encode(codec.name)
        if codec.name in _NOT_FOR_FILES:
            raise LookupError(codec.name)
    except (LookupError, ValueError, UnicodeError):
        raise TableProblem(f"encoding {encoding[:40]!r} is not a known text encoding, such as utf-8") from None
    delimiter = "\t" if delimiter == "tab" else delimiter
    for name, value in (("delimiter", delimiter), ("quotechar", quotechar)):
        if len(value) != 1 or value in "\r\n\0":
            raise TableProblem(f"{name} {value[:40]!r} is not one character")
    if delimiter == quotechar:
        raise TableProblem(f"delimiter and quotechar are both {delimiter!r}")
    return Dialect(delimiter, quotechar, codec.name)


def read_chunk(stream: BinaryIO, style: Dialect, chunk_bytes: int, record_bytes_max: int) -> Chunk | None:
    """The next whole records, about `chunk_bytes` of them; None at the end of the file.

    Raises TableProblem for a record longer than `record_bytes_max` (an unclosed quote, or no CSV at all) and for bytes
    that are not UTF-8.
    """
    records: list[str] = []
    start = stream.tell()
    while stream.tell() - start < chunk_bytes and len(records) < RECORDS_MAX:
        raw = _record(stream, style, record_bytes_max)
        if raw is None:
            break
        try:
            records.append(raw.decode("utf-8").rstrip("\r\n"))
        except UnicodeDecodeError as problem:
            raise TableProblem(f"byte {stream.tell() - len(raw) + problem.start} is not UTF-8") from None
    return Chunk(tuple(records), stream.tell()) if stream.tell() > start else None


def _record(stream: BinaryIO, style: Dialect, limit: int) -> bytes | None:
    start = stream.tell()
    line = stream.readline(limit + 1)
    parts, size = [line], len(line)
    is_open = style.multiline and _is_open_after(line, style, is_open=False)
    while is_open and line.endswith(b"\n") and size <= limit:
        line = stream.readline(limit + 1 - size)
        if not line:
            raise TableProblem(f"the quote that opens after byte {start} is never closed")
        parts.append(line)
        size += len(line)
        is_open = _is_open_after(line, style, is_open=True)
    if size > limit:
        raise TableProblem(f"the record at byte {start} is longer than {limit} bytes")
    return b"".join(parts) or None


def _is_open_after(line: bytes, style: Dialect, is_open: bool) -> bool:
    """Whether a quoted field goes on after this line, given whether one was open before it.

    Only a quote at the beginning of a field opens one (RFC 4180, section 2; Python's reader): 5" is two characters.
    """
    quote, delimiter = style.quotechar.encode(), style.delimiter.encode()
    if quote not in line:
        return is_open
    at = 0
    while at >= 0:
        if not is_open and line.startswith(quote, at):
            is_open, at = True, at + len(quote)
        if is_open:
            at = line.find(quote, at)
            if at < 0:
                return True
            at += len(quote)
            if line.startswith(quote, at):  # Doubled: a quote inside the field.
                at += len(quote)
                continue
            is_open = False
        at = line.find(delimiter, at)
        at = at + len(delimiter) if at >= 0 else -1
    return False


def cells(record: str, style: Dialect) -> list[str]:
    """The fields of one record. Raises TableProblem when its quotes do not add up."""
    try:
        # As one item, not as a file: a bare carriage return would begin a second row, which nobody would read.
        rows = list(csv.reader([record], delimiter=style.delimiter, quotechar=style.quotechar, strict=True))
    except csv.Error as problem:
        raise TableProblem(f"{record[:60]!r} is not a CSV record: {problem}") from None
    return rows[0] if rows else []


def header(record: str, style: Dialect) -> list[str]:
    """The column names of a header record. Raises TableProblem when it cannot be one."""
    names = cells(record.removeprefix("\ufeff"), style)
    if "\0" in record or not names or not all(name.strip() for name in names):
        raise TableProblem(f"{record[:60]!r} is not a header: every column needs a name")
    if len(set(names)) < len(names):
        [(repeated, _)] = Counter(names).most_common(1)
        raise TableProblem(f"column {repeated[:60]!r} stands in the header twice")
    return names


def write_rows(rows: Iterable[Iterable[str]], style: Dialect, first: bool) -> bytes:
    """Rows as bytes in the dialect; only the first part of a file carries its codec's byte order mark."""
    text = io.StringIO(newline="")
    plain, quoting = (
        csv.writer(text, delimiter=style.delimiter, quotechar=style.quotechar, lineterminator="\n", quoting=rule)
        for rule in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    )
    for row in rows:
        cells = list(row)
        # Python's writer does not quote a bare carriage return, which readers take for the end of a row.
        (quoting if any("\r" in cell for cell in cells) else plain).writerow(cells)
    data = text.getvalue().encode(style.encoding, "replace")
    return data if first else data.removeprefix("".encode(style.encoding))


def transcoder(encoding: str) -> codecs.IncrementalDecoder:
    """A decoder that a stream of bytes can be fed to; it raises UnicodeDecodeError where the bytes are wrong."""
    return codecs.getincrementaldecoder("utf-8-sig" if encoding in ("utf-8", "utf_8") else encoding)("strict")


def lines(stream: BinaryIO, record_bytes_max: int, count: int, chunk_bytes: int) -> Iterator[bytes]:
    """Up to `count` lines, about `chunk_bytes`; one that is too long comes cut and is for the caller to refuse."""
    start = stream.tell()
    for _ in range(count):
        if stream.tell() - start >= chunk_bytes:
            return
        line = stream.readline(record_bytes_max + 1)
        if not line:
            return
        rest = line
        while len(line) > record_bytes_max and rest and not rest.endswith(b"\n"):
            rest = stream.readline(1 << 16)
        yield line
