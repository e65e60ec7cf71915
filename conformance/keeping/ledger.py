"""What a run has made on its target, written down before it is made, so that any later process can remove it.

A run may be killed at any moment, and what it has made would then stay on somebody's account for ever. So a row is on
the disk before the request that makes something leaves this machine, and another one tells what became of it. Rows are
only appended. A row holds names and times, never a request's content: nothing secret can get into it.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import Any

from specs.source_file import Complaint, SpecError

if sys.platform != "win32":
    import fcntl

FILE_BYTES_MAX = 256 * 1024 * 1024
LINE_BYTES_MAX = 64 * 1024
ID_MAX = 4096
"""Characters of an identity; what a target calls one and is longer is not written down."""


@dataclass(frozen=True)
class Entry:
    """One creation. `identity` is None as long as only the target knows it, `existed` tells whether a sub-resource had
    been there before (None: nobody looked), `fate` what is known of it."""

    number: int
    at: str
    operation: str
    resource: str
    identity: str | None
    existed: bool | None = None
    fate: str = "intent"
    """intent (sent, or about to be), made, refused, or gone."""

    @property
    def is_open(self) -> bool:
        """Whether something of it may stand on the target."""
        return self.fate in ("intent", "made")


@dataclass
class Ledger:
    """The entries of one run, and the file that they are appended to (None: they are only remembered)."""

    stream: FileIO | None = None
    tag: str = ""
    entries: dict[int, Entry] = field(default_factory=dict)
    under_way: set[int] = field(default_factory=set)
    """Numbers of creations that have been sent and not answered yet."""
    standing: dict[str, set[int]] = field(default_factory=dict)
    """Resource -> numbers of the entries of which something may stand on the target."""

    def intend(self, at: str, operation: str, resource: str, identity: str | None, existed: bool | None) -> int:
        """Writes down what the next request is going to make; its number."""
        number = len(self.entries) + 1
        known = identity if identity is None or len(identity) <= ID_MAX else None
        entry = Entry(number, at, operation, resource, known, existed)
        self.entries[number] = entry
        self.under_way.add(number)
        self.standing.setdefault(resource, set()).add(number)
        self._append(
            {"row": "intent", "number": number, "at": at, "operation": operation, "resource": resource}
            | {"identity": known, "existed": existed}
        )
        return number

    def settle(self, number: int, fate: str, identity: str | None = None) -> None:
        """Writes down what became of an entry, and its identity when that is known by now."""
        self.under_way.discard(number)
        entry = self.entries[number]
        known = identity if identity is not None and len(identity) <= ID_MAX else entry.identity
        if (fate, known) != (entry.fate, entry.identity):
            self.entries[number] = settled = replace(entry, fate=fate, identity=known)
            standing = self.standing.setdefault(entry.resource, set())
            (standing.add if settled.is_open else standing.discard)(number)
            self._append({"row": fate, "number": number, "identity": known})

    def answered(self, number: int) -> None:
        """Notes that the request has come back, whatever it said."""
        self.under_way.discard(number)

    def close(self) -> None:
        """Closes the file; what comes after is only remembered."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None

    @property
    def open_entries(self) -> tuple[Entry, ...]:
        """What may stand on the target, in the order of its making."""
        return tuple(self.entries[number] for number in sorted(set().union(*self.standing.values())))

    def _append(self, row: Mapping[str, Any]) -> None:
        if self.stream is not None:
            append_row(self.stream, {**row, "tag": self.tag})


@dataclass(frozen=True)
class Recorded:
    """A run as its ledger tells it. `vendor` is a name or a folder, `tag` stands in every name that the run made."""

    vendor: str
    target: str
    tag: str
    entries: Mapping[int, Entry]
    variant: str = ""
    """The named variant of the contract; empty for the documented API itself."""


@dataclass(frozen=True)
class Leftover:
    """What is still on a target, and why."""

    resource: str
    identity: str
    operation: str
    at: str
    reason: str


@dataclass(frozen=True)
class Cleaned:
    """What a clean-up did: how many resources are gone, how many have only ended because nothing deletes them, how many
    of each kind nothing can end at all, and what is left although something could."""

    removed: int
    ended: int
    kept: Mapping[str, int]
    leftovers: tuple[Leftover, ...]


def append_row(stream: FileIO, row: Mapping[str, Any]) -> None:
    """Appends one JSON line and waits until it is on the disk. Raises OSError with the file's name."""
    written(stream, json.dumps(row).encode() + b"\n")
    os.fsync(stream.fileno())


def written(stream: FileIO, data: bytes) -> None:
    """Writes all of these bytes. Raises OSError with the file's name, also when a disk takes only some of them."""
    try:
        count = stream.write(data)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(stream.name)) from None
    if count != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(stream.name))


def claimed(file: Path) -> FileIO:
    """A file for the only one who writes into it, at its beginning: two runs would write over each other's rows, and a
    clean-up would take away what a run still works with. The claim ends with the process at the latest. Raises
    SpecError while somebody else writes there, and OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    stream = file.open("r+b", buffering=0)
    try:
        if sys.platform != "win32":
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        text = "a run is writing into it: wait until it has ended, or give another run a folder of its own"
        raise SpecError([Complaint(str(file), 0, "in_use", text)]) from None
    return stream


def at_whole_line(file: Path) -> FileIO:
    """A claimed file at its end, for appending, without the half line of a process that was stopped. Raises as
    `claimed` does."""
    stream = claimed(file)
    end = stream.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - LINE_BYTES_MAX)
        stream.seek(start)
        found = stream.read(end - start).rfind(b"\n")
        end = start + found + 1 if found >= 0 else start
        if found >= 0:
            break
    stream.truncate(end)
    stream.seek(end)
    return stream


def opened(
    file: Path, vendor: str, target: str, tag: str, entries: Mapping[int, Entry] | None = None, variant: str = ""
) -> Ledger:
    """A ledger at the end of a file, which may hold other runs. `entries` is what the run has in it so far. Raises
    SpecError while another run writes into it, and OSError."""
    stream = at_whole_line(file)
    append_row(stream, {"row": "run", "vendor": vendor, "variant": variant, "target": target, "tag": tag})
    known = dict(entries or {})
    standing: dict[str, set[int]] = {}
    for number, entry in known.items():
        if entry.is_open:
            standing.setdefault(entry.resource, set()).add(number)
    return Ledger(stream, tag, known, standing=standing)


def read_ledger(file: Path) -> Mapping[str, Recorded]:
    """The runs of a ledger by tag, in order. A last line that was cut off by the end of its process is left aside.
    Raises SpecError for a file that cannot be read or is none."""
    runs: dict[str, tuple[Recorded, dict[int, Entry]]] = {}
    for number, row in rows_of(file, FILE_BYTES_MAX, LINE_BYTES_MAX):
        tag = _text(file, number, row, "tag")
        if row.get("row") == "run":
            entries = runs[tag][1] if tag in runs else {}
            vendor, target = _text(file, number, row, "vendor"), _text(file, number, row, "target")
            runs[tag] = (Recorded(vendor, target, tag, entries, str(row.get("variant", ""))), entries)
        elif tag not in runs:
            raise wrong(file, number, f"a row of the run {tag!r} stands before the row of kind 'run' that begins it")
        else:
            entry = _entry(file, number, row, runs[tag][1])
            runs[tag][1][entry.number] = entry
    if not runs:
        raise wrong(file, 0, "the ledger is empty")
    return {tag: recorded for tag, (recorded, _) in runs.items()}


def rows_of(file: Path, bytes_max: int, line_max: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a JSON Lines file with their line numbers. A last line without its end is left aside: its
    writer was stopped. Raises SpecError for everything else that is wrong."""
    for number, line in _lines(file, bytes_max, line_max):
        if len(line) > line_max:
            raise wrong(file, number, f"the line is longer than {line_max} bytes")
        if line.endswith(b"\n"):
            yield number, _parsed(file, number, line)


def _lines(file: Path, bytes_max: int, line_max: int) -> Iterator[tuple[int, bytes]]:
    try:
        if file.stat().st_size > bytes_max:
            raise wrong(file, 0, f"the file is larger than {bytes_max} bytes")
        with file.open("rb") as stream:
            yield from enumerate(iter(lambda: stream.readline(line_max + 1), b""), 1)
    except OSError as problem:
        raise wrong(file, 0, f"cannot read the file: {problem.strerror}") from None


def wrong(file: Path, line: int, text: str) -> SpecError:
    """The complaint about a line of a file that a run wrote."""
    return SpecError([Complaint(str(file), line, "row", text)])


def _parsed(file: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise wrong(file, number, f"the line is not JSON: {problem}") from None
    if not isinstance(row, dict):
        raise wrong(file, number, "a row is a JSON object")
    return row


def _entry(file: Path, line: int, row: Mapping[str, Any], entries: Mapping[int, Entry]) -> Entry:
    kind, number, identity = row.get("row"), row.get("number"), row.get("identity")
    if type(number) is not int or not (identity is None or (isinstance(identity, str) and len(identity) <= ID_MAX)):
        raise wrong(file, line, "a row has a whole number, and an identity that is a text or null")
    if kind == "intent":
        existed = row.get("existed")
        at, operation, resource = (_text(file, line, row, key) for key in ("at", "operation", "resource"))
        return Entry(number, at, operation, resource, identity, existed if isinstance(existed, bool) else None)
    if kind not in ("made", "refused", "gone") or number not in entries:
        raise wrong(file, line, f"a row of kind {kind!r} about {number!r}, which no intent came before")
    return replace(entries[number], fate=kind, identity=identity or entries[number].identity)


def _text(file: Path, line: int, row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise wrong(file, line, f"the member {key!r} must be a text")
    return value
