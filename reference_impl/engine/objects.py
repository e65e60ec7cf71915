"""An object store on a folder: `s3://bucket/key` is `<root>/bucket/key`.

Keys come from strangers. A key that could leave its bucket (`..`, an absolute path, NUL, a backslash) is refused before
any file is touched, and a symbolic link that leads out of the store is refused as well.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
SEGMENT_BYTES_MAX = 240
KEY_BYTES_MAX = 1024
"""The longest key of the service whose addresses these are (its user guide, on naming objects)."""


class ObjectProblem(ValueError):
    """An address that this store cannot serve; the text says why."""


def split_address(uri: str) -> tuple[str, str]:
    """Bucket and key of an `s3://` address. Raises ObjectProblem for any other scheme and for unsafe keys."""
    if not uri.startswith("s3://"):
        raise ObjectProblem(f"{uri[:80]!r} is not an s3:// address: this store has no other")
    bucket, _, key = uri[5:].partition("/")
    if not BUCKET.fullmatch(bucket) or ".." in bucket:
        raise ObjectProblem(f"{bucket[:80]!r} is not a bucket name (letters, digits, dot, hyphen, underscore)")
    if len(key.encode("utf-8", "surrogatepass")) > KEY_BYTES_MAX:
        raise ObjectProblem(f"key {key[:80]!r}... has more than {KEY_BYTES_MAX} bytes")
    parts = key.split("/")
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part in (".", "..") or "\0" in part or "\\" in part or (not part and not last):
            raise ObjectProblem(f"key {key[:80]!r} has a part that this store refuses: {part[:40]!r}")
        if len(part.encode("utf-8", "surrogatepass")) > SEGMENT_BYTES_MAX:
            raise ObjectProblem(f"key {key[:80]!r} has a part of more than {SEGMENT_BYTES_MAX} bytes")
    return bucket, key


def join_address(folder: str, name: str) -> str:
    """An object's address below a folder's address, which may lack its last slash."""
    return folder + ("" if folder.endswith("/") else "/") + name


class ObjectStore:
    """The store below one root folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.root.mkdir(parents=True, exist_ok=True)

    def path(self, uri: str) -> Path:
        """Where an object lives. Raises ObjectProblem when the address is unsafe or leads out of the store."""
        bucket, key = split_address(uri)
        try:
            path = (self.root / bucket / key).resolve()
        except (OSError, ValueError, RuntimeError) as problem:  # RuntimeError: symbolic links in a circle.
            raise ObjectProblem(f"{uri[:80]!r} cannot be stored: {problem}") from None
        if not path.is_relative_to(self.root / bucket):
            raise ObjectProblem(f"{uri[:80]!r} leads out of its bucket")
        return path

    def objects(self, uri: str) -> list[str]:
        """The addresses of the object at `uri`, or of all objects whose key starts with it when there is none."""
        path = self.path(uri)
        if path.is_file() and not uri.endswith("/"):
            return [uri]
        bucket, key = split_address(uri)
        top = self.root / bucket
        start = path if uri.endswith("/") or not key else path.parent
        found = sorted(str(item.relative_to(top)) for item in start.rglob("*") if item.is_file())
        return [f"s3://{bucket}/{name}" for name in found if name.startswith(key)]

    def publish(self, staged: Path, uri: str) -> None:
        """Move a finished file to its address in one step: readers see the whole object or none."""
        path = self.path(uri)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, path)
        except OSError as problem:
            raise ObjectProblem(f"{uri[:80]!r} cannot be written: {problem.strerror}") from None

    def write(self, uri: str, data: bytes, staging: Path) -> None:
        """Store a small object. `staging` is a path on the same disk that nobody else uses."""
        staging.write_bytes(data)
        self.publish(staging, uri)
