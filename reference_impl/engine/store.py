"""Jobs and other records in one SQLite file, in WAL mode: what survives when the process does not.

Every change is one transaction that also checks the state it starts from, so a final state is written once and a
cancelled job cannot finish. Readers of a killed server's file see the last committed progress and nothing half done.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

WAITING, QUEUED, RUNNING, DONE, FAILED, CANCELLED, DELETED = (
    "waiting", "queued", "running", "done", "failed", "cancelled", "deleted",
)  # fmt: skip
OPEN = frozenset((WAITING, QUEUED, RUNNING))

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL,
    body TEXT NOT NULL, UNIQUE (kind, id));
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""


@dataclass(frozen=True)
class Job:
    """One record. Times are seconds since the epoch; `progress` is the last committed checkpoint and its counters."""

    kind: str
    id: str
    state: str
    created_at: float
    updated_at: float
    request: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    progress: Mapping[str, Any] = field(default_factory=dict)
    started_at: float | None = None
    finished_at: float | None = None
    sequence: int = 0


class StoreProblem(RuntimeError):
    """The file cannot be opened: another process has it, or it is no file of this kind. The text is for people."""


class Store:
    """The file. Safe to use from several threads, and closed to every other process for as long as this one lives:
    two servers on one folder would both do every job. Raises StoreProblem."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._file = sqlite3.connect(path, timeout=0, check_same_thread=False, isolation_level=None)
        try:
            self._file.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode=WAL")
            self._file.execute("PRAGMA synchronous=NORMAL")
            self._file.executescript(_SCHEMA)
        except sqlite3.DatabaseError as problem:
            self._file.close()
            busy = isinstance(problem, sqlite3.OperationalError) and "locked" in str(problem)
            why = "another server is using this folder" if busy else str(problem)
            raise StoreProblem(f"{path} cannot be opened: {why}") from None

    def close(self) -> None:
        """Close the file; the store is not used afterwards."""
        with self._lock:
            self._file.close()

    def add(self, job: Job) -> tuple[Job, bool]:
        """The stored job and True, or the one that already has this kind and id and False."""
        with self._lock:
            row = (job.kind, job.id, job.state, _dump(job))
            done = self._file.execute("INSERT OR IGNORE INTO jobs (kind, id, state, body) VALUES (?, ?, ?, ?)", row)
            found = self.find(job.kind, job.id)
        if found is None:
            raise RuntimeError(f"job {job.id} vanished while it was added")
        return found, done.rowcount == 1

    def find(self, kind: str, id: str) -> Job | None:
        """The job with this id, or None."""
        with self._lock:
            row = self._file.execute(
                "SELECT sequence, kind, id, state, body FROM jobs WHERE kind = ? AND id = ?", (kind, id)
            ).fetchone()
        return _load(row) if row else None

    def jobs(self, kind: str | None = None, states: Collection[str] = ()) -> list[Job]:
        """All jobs of a kind, or of all kinds, in the order of their creation."""
        wanted = ",".join("?" * len(states))
        query = "SELECT sequence, kind, id, state, body FROM jobs WHERE (? IS NULL OR kind = ?)"
        query += f" AND state IN ({wanted})" if states else ""
        with self._lock:
            rows = self._file.execute(query + " ORDER BY sequence", (kind, kind, *states)).fetchall()
        return [_load(row) for row in rows]

    def change(self, job: Job, allowed: Collection[str], at: float, **changes: Any) -> Job | None:
        """The job after `changes` to its fields; None, and nothing written, when its state is not in `allowed`.

        `details` and `progress` are merged into what is stored, everything else is replaced.
        """
        with self._lock:
            found = self.find(job.kind, job.id)
            if found is None or found.state not in allowed:
                return None
            for name in ("details", "progress"):
                if name in changes:
                    changes[name] = {**getattr(found, name), **changes[name]}
            new = replace(found, updated_at=max(at, found.updated_at), **changes)
            row = (new.state, _dump(new), new.kind, new.id)
            self._file.execute("UPDATE jobs SET state = ?, body = ? WHERE kind = ? AND id = ?", row)
            return new

    def remove(self, job: Job) -> None:
        """Forget a record."""
        with self._lock:
            self._file.execute("DELETE FROM jobs WHERE kind = ? AND id = ?", (job.kind, job.id))

    def secret(self, name: str) -> bytes:
        """A random key that stays the same for as long as the file does."""
        with self._lock:
            fresh = (name, secrets.token_bytes(32))
            self._file.execute("INSERT OR IGNORE INTO secrets (name, value) VALUES (?, ?)", fresh)
            row = self._file.execute("SELECT value FROM secrets WHERE name = ?", (name,)).fetchone()
            return bytes(row[0])


def _dump(job: Job) -> str:
    names = ("created_at", "updated_at", "request", "details", "progress", "started_at", "finished_at")
    return json.dumps({name: getattr(job, name) for name in names})


def _load(row: tuple[int, str, str, str, str]) -> Job:
    sequence, kind, id, state, body = row
    return Job(kind=kind, id=id, state=state, sequence=sequence, **json.loads(body))
