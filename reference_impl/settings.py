"""What a reference server can be told from outside.

One frozen value that every part reads, so that a test can shrink a limit or replace the clock without patching
anything. All limits bound something that a stranger controls.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from specs.auth import LOCAL, Credentials

Clock = Callable[[], float]
"""Seconds since the epoch. Only the edges own one; everything else is handed it."""


@dataclass(frozen=True)
class Settings:
    """How one server runs. Sizes in bytes, times in seconds."""

    data: Path
    """Folder that holds models, objects, jobs and results; made when missing."""
    host: str = "127.0.0.1"
    port: int = 8080
    seed: int = 7
    authenticate: bool = True
    credentials: Credentials = LOCAL
    step_delay_s: float = 0.05
    """Pause before a job starts and again before its first row, so that pollers can see the states in between."""
    workers: int = 4
    chunk_bytes: int = 1 << 20
    """How much of an input file is in memory at a time, per worker."""
    record_bytes_max: int = 1 << 20
    body_bytes_max: int = 17 << 20
    """Of a call that is not an upload; a facade may set less. Documented members have up to 16,777,216 characters."""
    body_marks_max: int = 100_000
    """So many brackets and commas of a JSON body are read: each may cost twenty times its size in memory."""
    body_wait_s: float = 60.0
    """How long a body, or the next piece of an upload, may take to arrive."""
    threads: int = 32
    """Calls that are worked on at the same time; jobs have threads of their own."""
    upload_bytes_max: int = 64 << 30
    failed_rows_max: int = 100
    """More failed rows than this are "too many" for a job that aborts on errors."""
    clock: Clock = time.time
