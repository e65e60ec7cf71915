"""A CSV upload: decoded while it arrives, kept on disk as UTF-8, looked at, and only then given to the job.

The body may be any size: memory holds one piece of it. An upload that fails leaves the job waiting, so that the same
body can be sent again (the official client does that after a 503), and leaves its reason in the job's log.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

from reference_impl.engine.store import QUEUED, WAITING, Job
from reference_impl.engine.tables import TableProblem, dialect, header, read_chunk, transcoder
from reference_impl.facades.facade import Engine, Refusal
from specs.message import Answer

NOTES_MAX = 20


class Desk:
    """Who is uploading right now: one upload a job at a time. Lives in memory, because uploads do not outlive it."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def take(self, job_id: str) -> bool:
        """Whether the job was free, and is now taken."""
        with self._lock:
            free = job_id not in self._busy
            self._busy.add(job_id)
            return free

    def release(self, job_id: str) -> None:
        """The job may be uploaded to again."""
        with self._lock:
            self._busy.discard(job_id)


class CsvUpload:
    """One upload. Raises Refusal `invalid` for what is not a CSV file in the dialect of the job."""

    def __init__(self, engine: Engine, job: Job, desk: Desk, target: Path, submit: Callable[[Job], None]) -> None:
        csv_settings = job.request["csvSettings"]
        self._engine, self._job, self._desk, self._submit = engine, job, desk, submit
        self._target, self._staged = target, target.with_suffix(".part")
        self._bytes = 0
        try:
            self._style = dialect(csv_settings["delimiter"], csv_settings["quotechar"], csv_settings["encoding"])
        except TableProblem as problem:
            raise self._refusal(str(problem)) from None
        self._decoder = transcoder(self._style.encoding)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._staged.open("wb")

    def feed(self, data: bytes) -> None:
        """Decode and store one piece."""
        self._bytes += len(data)
        if self._bytes > self._engine.settings.upload_bytes_max:
            raise self._refusal(f"the file is larger than {self._engine.settings.upload_bytes_max} bytes")
        self._store(data, final=False)

    def finish(self) -> Answer:
        """Check the header and queue the job."""
        self._store(b"", final=True)
        self._file.close()
        if not self._bytes:
            raise self._refusal("the file is empty")
        self._check()
        os.replace(self._staged, self._target)
        now = self._engine.settings.clock()
        details = {"intake_bytes": self._bytes}
        queued = self._engine.store.change(self._job, (WAITING,), now, state=QUEUED, details=details)
        self._desk.release(self._job.id)
        if queued is None:
            self._target.unlink(missing_ok=True)
            raise Refusal("aborted", f"Job {self._job.id} was aborted.")
        self._submit(queued)
        return Answer(202)

    def abandon(self) -> None:
        """Drop what has arrived; the job waits again."""
        self._file.close()
        self._staged.unlink(missing_ok=True)
        self._desk.release(self._job.id)

    def _store(self, data: bytes, final: bool) -> None:
        try:
            self._file.write(self._decoder.decode(data, final).encode())
        except UnicodeError:
            raise self._refusal(f"the file is not {self._style.encoding}; name its csvSettings.encoding") from None

    def _check(self) -> None:
        limit = self._engine.settings.record_bytes_max
        try:
            with self._staged.open("rb") as stream:
                first = read_chunk(stream, self._style, 1, limit)
            columns = header(first.records[0], self._style) if first else []
        except TableProblem as problem:
            raise self._refusal(f"the file is not CSV in the configured format: {problem}") from None
        if len(columns) < 2:
            raise self._refusal(f"the file is not CSV with the delimiter {self._style.delimiter!r}: it has one column")

    def _refusal(self, reason: str) -> Refusal:
        now = self._engine.settings.clock()
        job = self._engine.store.find(self._job.kind, self._job.id)
        notes = [*(job.details.get("notes", []) if job else []), f"Upload refused: {reason}"][:NOTES_MAX]
        self._engine.store.change(self._job, (WAITING,), now, details={"notes": notes})
        return Refusal("invalid", f"The upload was refused: {reason}.")
