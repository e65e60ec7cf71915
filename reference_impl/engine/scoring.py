"""From an input file to an output file, chunk by chunk: the loop that every batch job runs.

`transcribe` owns offsets and files, and nothing else; what a chunk becomes is the caller's `render`. `score` turns the
records of a CSV chunk into outcomes, one each, in order: a record that cannot be scored is an outcome too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from reference_impl.engine.dataset import Array
from reference_impl.engine.models import BadNumber, TabularModel, features, predict
from reference_impl.engine.tables import Chunk, Dialect, TableProblem, cells, header, read_chunk


@dataclass(frozen=True)
class Position:
    """How far a job has come: which input file, bytes read of it, bytes written of its output, and its counters."""

    file: int = 0
    read: int = 0
    written: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def from_progress(progress: Mapping[str, object]) -> Position:
        """The position that a checkpoint holds; the beginning when it holds none."""
        stored = progress.get("position")
        return Position(**stored) if isinstance(stored, dict) else Position()

    def as_progress(self) -> dict[str, object]:
        """The checkpoint: counters at the top, where facades look for them."""
        position = {"file": self.file, "read": self.read, "written": self.written, "counts": dict(self.counts)}
        return {"position": position, **self.counts}


@dataclass(frozen=True)
class Outcome:
    """One input record: its cells by column name and its scores, or the problem that kept it from being scored."""

    cells: Mapping[str, str]
    features: Sequence[float]
    scores: Array | None
    problem: str = ""


def begin(
    source: Path,
    target: Path,
    position: Position,
    style: Dialect,
    record_bytes_max: int,
    head: Callable[[list[str]], bytes],
) -> tuple[list[str], Position]:
    """The columns of a CSV input, and the position behind both headers: the input's is read, the output's written.

    A job that goes on keeps its position; one whose output has vanished starts again. Raises TableProblem for a file
    that does not begin with a header.
    """
    with source.open("rb") as reader:
        first = read_chunk(reader, style, 1, record_bytes_max)
    if first is None:
        raise TableProblem("the file is empty: not even a header")
    columns = header(first.records[0], style)
    if position.written and target.exists() and target.stat().st_size >= position.written:
        return columns, position
    target.parent.mkdir(parents=True, exist_ok=True)
    data = head(columns)
    target.write_bytes(data)
    return columns, replace(position, read=first.end, written=len(data))


def transcribe(
    source: Path,
    target: Path,
    position: Position,
    cut: Callable[[BinaryIO], Chunk | None],
    render: Callable[[Chunk, Position], tuple[bytes, Mapping[str, int]]],
) -> Iterator[Position]:
    """Write `target` from `source`, on from `position`; yields the position after each chunk is in the file.

    `render` answers bytes and what to add to each counter. Whatever a killed process wrote past `position` is cut off.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.touch()
    with source.open("rb") as reader, target.open("r+b") as writer:
        reader.seek(position.read)
        writer.truncate(position.written)
        writer.seek(position.written)
        while (chunk := cut(reader)) is not None:
            data, added = render(chunk, position)
            writer.write(data)
            writer.flush()
            counts = {name: position.counts.get(name, 0) + more for name, more in added.items()}
            position = replace(
                position, read=chunk.end, written=position.written + len(data), counts={**position.counts, **counts}
            )
            yield position


def score(
    model: TabularModel, columns: Sequence[str], records: Sequence[str], style: Dialect, record_bytes_max: int
) -> list[Outcome]:
    """One outcome a record, in order; all good rows of the chunk are scored in one numpy call."""
    outcomes = [_read(model, columns, record, style, record_bytes_max) for record in records]
    good = [outcome.features for outcome in outcomes if not outcome.problem]
    if not good:
        return outcomes
    scores = iter(predict(model, good))
    return [outcome if outcome.problem else replace(outcome, scores=next(scores)) for outcome in outcomes]


def _read(model: TabularModel, columns: Sequence[str], record: str, style: Dialect, record_bytes_max: int) -> Outcome:
    try:
        values = cells(record, style)
    except TableProblem as problem:
        return Outcome({}, (), None, str(problem))
    named = dict(zip(columns, values, strict=False))
    if len(values) != len(columns):
        return Outcome(named, (), None, f"the row has {len(values)} fields, the header has {len(columns)}")
    if len(record) > record_bytes_max:
        return Outcome(named, (), None, f"the row is longer than {record_bytes_max} bytes")
    try:
        return Outcome(named, features(model, named), None)
    except BadNumber as problem:
        return Outcome(named, (), None, str(problem))
