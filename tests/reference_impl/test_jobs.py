"""Jobs: one commit after the other, final states written once, and nothing lost or repeated over a kill.

A kill is played by stopping between two commits and leaving half a chunk behind, which is all that a real one can do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from reference_impl.engine.jobs import JobFailure, Progress, Runner, Work
from reference_impl.engine.scoring import Position, transcribe
from reference_impl.engine.store import CANCELLED, DELETED, DONE, FAILED, QUEUED, RUNNING, Job, Store, StoreProblem
from reference_impl.engine.tables import Chunk, Dialect, read_chunk

ROWS = 400


def clock() -> float:
    """A clock that stands still."""
    return 100.0


class Copy:
    """Work that copies a file line by line in small chunks, and can be stopped after any of them, as a kill would."""

    def __init__(self, folder: Path, dies_after: int | None = None) -> None:
        self.source, self.target = folder / "in", folder / "out"
        self.dies_after = dies_after
        self.source.write_text("".join(f"row {number}\n" for number in range(ROWS)))

    def work(self, job: Job) -> Iterator[Progress]:
        steps = transcribe(self.source, self.target, Position.from_progress(job.progress), self.cut, self.render)
        for step, position in enumerate(steps):
            if step == self.dies_after:
                with self.target.open("ab") as half_written:
                    half_written.write(b"half a chunk that nobody commit")
                return
            yield position.as_progress()

    def cut(self, stream: BinaryIO) -> Chunk | None:
        return read_chunk(stream, Dialect(), 100, 1000)

    def render(self, chunk: Chunk, _position: Position) -> tuple[bytes, dict[str, int]]:
        return "".join(f"{record}!\n" for record in chunk.records).encode(), {"rows": len(chunk.records)}


def run(store: Store, work: Work) -> None:
    """Resume everything in a runner, and wait for its end."""
    runner = Runner(store, {"copy": work}, {}, clock)
    runner.resume()
    runner._pool.shutdown(wait=True)


@pytest.mark.parametrize("dies_after", [0, 1, 7])
def test_a_killed_job_goes_on_without_losing_or_repeating_a_row(tmp_path: Path, dies_after: int) -> None:
    """The output after a kill and a restart is, byte for byte, the one of a run without a kill."""
    path = tmp_path / "jobs.sqlite"
    killed = Store(path)
    job, _ = killed.add(Job("copy", "1", QUEUED, 1.0, 1.0))
    begun = killed.change(job, (QUEUED,), 2.0, state=RUNNING, started_at=2.0)
    assert begun is not None
    for progress in Copy(tmp_path, dies_after).work(begun):
        killed.change(begun, (RUNNING,), 3.0, progress=progress)
    killed.close()

    store = Store(path)
    run(store, Copy(tmp_path).work)
    done = store.find("copy", "1")
    store.close()
    assert done is not None
    assert (DONE, ROWS, 2.0) == (done.state, done.progress["rows"], done.started_at)
    assert [f"row {number}!" for number in range(ROWS)] == (tmp_path / "out").read_text().splitlines()


def test_a_job_that_is_cancelled_while_it_runs_stays_cancelled(tmp_path: Path) -> None:
    """The first commit after the change is refused, and the work is stopped."""
    store = Store(tmp_path / "jobs.sqlite")
    job, _ = store.add(Job("copy", "1", QUEUED, 1.0, 1.0))
    steps: list[int] = []

    def work(running: Job) -> Iterator[Progress]:
        for step in itertools.count():
            steps.append(step)
            if step == 3:
                store.change(running, (RUNNING,), 5.0, state=CANCELLED, finished_at=5.0)
            yield {"step": step}

    run(store, work)
    found = store.find("copy", "1")
    store.close()
    assert found is not None
    assert (CANCELLED, 2, [0, 1, 2, 3]) == (found.state, found.progress["step"], steps)
    assert job.id == found.id


@pytest.mark.parametrize("problem", [None, JobFailure("no input"), ZeroDivisionError("secret")])
def test_what_an_ended_job_leaves_is_removed(tmp_path: Path, problem: Exception | None) -> None:
    """The ending of a kind sees every job in its final state, however it ended."""
    store = Store(tmp_path / "jobs.sqlite")
    store.add(Job("copy", "1", QUEUED, 1.0, 1.0))
    ended: list[str] = []

    def work(_job: Job) -> Iterator[Progress]:
        yield {"step": 0}
        if problem is not None:
            raise problem

    runner = Runner(store, {"copy": work}, {"copy": lambda job: ended.append(job.state)}, clock)
    runner.resume()
    runner._pool.shutdown(wait=True)
    store.close()
    assert [FAILED if problem else DONE] == ended


def test_one_process_has_the_file(tmp_path: Path) -> None:
    """A second server on the same folder is told so; a file that is no database is one, too."""
    store = Store(tmp_path / "jobs.sqlite")
    with pytest.raises(StoreProblem, match="another server"):
        Store(tmp_path / "jobs.sqlite")
    store.close()
    Store(tmp_path / "jobs.sqlite").close()
    (tmp_path / "other.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StoreProblem):
        Store(tmp_path / "other.sqlite")


@pytest.mark.parametrize(
    ("problem", "state", "message"),
    [
        (JobFailure("no input"), FAILED, "no input"),
        (JobFailure("gave up", cancelled=True), CANCELLED, "gave up"),
        (ZeroDivisionError("secret"), FAILED, "An internal error ended this job."),
    ],
)
def test_a_failure_is_a_final_state_with_its_reason(
    tmp_path: Path, problem: Exception, state: str, message: str
) -> None:
    """What the owner may know is told, what is our fault is not."""
    store = Store(tmp_path / "jobs.sqlite")
    store.add(Job("copy", "1", QUEUED, 1.0, 1.0))

    def work(_job: Job) -> Iterator[Progress]:
        yield {"step": 0}
        raise problem

    run(store, work)
    found = store.find("copy", "1")
    store.close()
    assert found is not None
    assert (state, message, 100.0) == (found.state, found.details["message"], found.finished_at)


def test_a_final_state_is_written_once(tmp_path: Path) -> None:
    """A change names the states that it starts from; from any other it does nothing."""
    store = Store(tmp_path / "jobs.sqlite")
    job, fresh = store.add(Job("copy", "1", DONE, 1.0, 1.0))
    again, other = store.add(Job("copy", "1", QUEUED, 9.0, 9.0))
    assert (True, False, job) == (fresh, other, again)
    assert store.change(job, (QUEUED, RUNNING), 2.0, state=FAILED) is None
    deleted = store.change(job, (DONE,), 0.5, state=DELETED)
    assert deleted is not None
    assert (DELETED, 1.0) == (deleted.state, deleted.updated_at)
    store.close()
