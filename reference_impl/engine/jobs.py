"""Running jobs: in threads, off the event loop, one committed chunk after the other.

A job's work is a generator that yields its progress after each chunk it has written; the runner commits that before it
asks for the next. After a kill, unfinished jobs start again from their last commit: the work cuts its output back to
the committed length and reads on from the committed offset, so no row is lost and none is written twice.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from reference_impl.engine.store import CANCELLED, DONE, FAILED, OPEN, QUEUED, RUNNING, Job, Store

LOG = logging.getLogger("reference_impl.jobs")

Progress = Mapping[str, Any]
Work = Callable[[Job], Iterator[Progress]]
"""Does a job from its `progress` on. Raises JobFailure when it cannot; closing the generator must release its files."""


class JobFailure(Exception):
    """The job cannot be done; the text is for its owner. `cancelled`: the job gave up by its own rules."""

    def __init__(self, message: str, cancelled: bool = False) -> None:
        super().__init__(message)
        self.cancelled = cancelled


def _nothing(_job: Job) -> None:
    """The ending of a job that leaves nothing behind."""


class Runner:
    """A pool of threads that moves jobs from queued to a final state.

    `endings`, by kind, are called off the event loop for each job that it sees in a final state or no longer finds.
    """

    def __init__(
        self,
        store: Store,
        works: Mapping[str, Work],
        endings: Mapping[str, Callable[[Job], None]],
        clock: Callable[[], float],
        workers: int = 4,
        step_delay_s: float = 0.0,
    ) -> None:
        self.store = store
        self._works = works
        self._clock = clock
        self._delay = step_delay_s
        self._endings = endings
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="job")

    def submit(self, job: Job) -> None:
        """Queue a job. Work that a closed runner is given waits for the next start."""
        if not self._stopping.is_set():
            self._pool.submit(self._run, job)

    def resume(self) -> int:
        """Queue everything that an earlier process left unfinished, oldest first; says how many."""
        unfinished = self.store.jobs(states=(QUEUED, RUNNING))
        for job in unfinished:
            self.submit(job)
        return len(unfinished)

    def close(self) -> None:
        """Stop after the chunks that are being written now; unfinished jobs keep their state for the next start."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job) -> None:
        try:
            self._advance(job)
        except Exception:
            LOG.exception("job %s %s broke", job.kind, job.id)
            self._finish(job, FAILED, "An internal error ended this job.")
        found = self.store.find(job.kind, job.id)
        if found is None or found.state not in OPEN:
            self._endings.get(job.kind, _nothing)(found or job)

    def _advance(self, job: Job) -> None:
        if self._stopping.wait(self._delay):
            return
        now = self._clock()
        begun = self.store.change(job, (QUEUED, RUNNING), now, state=RUNNING, started_at=job.started_at or now)
        if begun is None or self._stopping.wait(self._delay):
            return
        work = self._works[job.kind](begun)
        try:
            for progress in iter(work):
                if not self._commit(begun, progress) or self._stopping.is_set():
                    return
        except JobFailure as failure:
            self._finish(begun, CANCELLED if failure.cancelled else FAILED, str(failure))
            return
        finally:
            closing = getattr(work, "close", None)
            if closing is not None:
                closing()
        self._finish(begun, DONE, None)

    def _commit(self, job: Job, progress: Progress) -> bool:
        return self.store.change(job, (RUNNING,), self._clock(), progress=progress) is not None

    def _finish(self, job: Job, state: str, message: str | None) -> None:
        now = self._clock()
        details = {} if message is None else {"message": message}
        self.store.change(job, (QUEUED, RUNNING), now, state=state, finished_at=now, details=details)
