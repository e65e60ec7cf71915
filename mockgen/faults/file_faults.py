"""Faults of the files that jobs leave in an object store.

They see an object's lines, unpacked where it is compressed. `ending` picks the objects by how their names end; without
it every object is bent.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks
from specs.contract import Contract

GZIP = b"\x1f\x8b"

Bend = Callable[[list[str]], list[str]]


def drop_line(contract: Contract, given: Arguments) -> Hooks:
    """A file lacks its last line."""
    return _lines(given, lambda lines: lines[:-1])


def duplicate_line(contract: Contract, given: Arguments) -> Hooks:
    """A file has its last line twice."""
    return _lines(given, lambda lines: [*lines, *lines[-1:]])


def reverse_lines(contract: Contract, given: Arguments) -> Hooks:
    """The lines of a file are in the reverse order, its first line excepted."""
    return _lines(given, lambda lines: [*lines[:1], *lines[:0:-1]])


def replace_text(contract: Contract, given: Arguments) -> Hooks:
    """A text in a file is another one."""
    old, new = given.text("old"), given.text("new")
    return _lines(given, lambda lines: [line.replace(old, new) for line in lines])


def drop_file(contract: Contract, given: Arguments) -> Hooks:
    """A file is not written."""
    ending = given.text("ending")
    return Hooks(files=(lambda uri, data: None if uri.endswith(ending) else data,))


def _lines(given: Arguments, bend: Bend) -> Hooks:
    ending = given.text("ending", "")

    def bent(uri: str, data: bytes) -> bytes:
        if not uri.endswith(ending):
            return data
        packed = data.startswith(GZIP)
        lines = (gzip.decompress(data) if packed else data).decode().splitlines(keepends=True)
        result = "".join(bend(lines)).encode()
        return gzip.compress(result, mtime=0) if packed else result

    return Hooks(files=(bent,))


FILE_FAULTS = (
    planted(drop_line, "ending?"),
    planted(duplicate_line, "ending?"),
    planted(reverse_lines, "ending?"),
    planted(replace_text, "old", "new", "ending?"),
    planted(drop_file, "ending"),
)
