"""Files of an object store that is mapped to a folder: `s3://bucket/key` is FOLDER/bucket/key.

The store belongs to a target, so it is hostile: links that lead out are not followed, and number and size are bounded.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from conformance.history import Artefact

FILES_MAX = 200
SEEN_MAX = 100_000
"""So many names are looked at for one prefix."""


def collect(
    store: Path, prefixes: tuple[str, ...], uris: tuple[str, ...], slot: str, bytes_max: int
) -> tuple[Artefact, ...]:
    """Every file below the prefixes (a prefix need not end at a slash) and the single files; missing ones have a
    `problem`."""
    paths = [(uri, _path(store, uri)) for uri in uris]
    for prefix in prefixes:
        paths.extend(_below(store, prefix))
    return tuple(_artefact(uri, path, slot, bytes_max) for uri, path in paths[:FILES_MAX])


def _path(store: Path, uri: str) -> Path | None:
    inside = (store / uri.removeprefix("s3://")).resolve()
    return inside if uri.startswith("s3://") and inside.is_relative_to(store.resolve()) else None


def _below(store: Path, prefix: str) -> Iterator[tuple[str, Path | None]]:
    folder = _path(store, prefix.rsplit("/", 1)[0])
    if folder is None or not folder.is_dir():
        return
    for path in sorted(islice(folder.rglob("*"), SEEN_MAX)):
        uri = f"s3://{path.relative_to(store.resolve()).as_posix()}"
        if path.is_file() and uri.startswith(prefix):
            yield uri, _path(store, uri)


def _artefact(uri: str, path: Path | None, slot: str, bytes_max: int) -> Artefact:
    if path is None:
        return Artefact(uri, slot, b"", "the address leads out of the object store")
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return Artefact(uri, slot, b"", "the address is no file")  # reading a pipe would never end
        if found.st_size > bytes_max:
            return Artefact(uri, slot, b"", f"the file is larger than {bytes_max} bytes")
        return Artefact(uri, slot, path.read_bytes())
    except OSError as problem:
        return Artefact(uri, slot, b"", f"the file cannot be read: {problem.strerror}")
