"""The work of a batch prediction: CSV objects in, gzip CSV objects and a manifest out.

Layout (Developer Guide, "Reading the Batch Prediction Output Files"): `<OutputUri>batch-prediction/<id>.manifest` maps
each input to `<OutputUri>batch-prediction/result/<id>-<file>.gz`; one line an observation, in order, and a blank line
for one that cannot be scored. Each chunk is a gzip member of its own, so a restarted job goes on between two members.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reference_impl.engine.jobs import JobFailure, Progress
from reference_impl.engine.models import TabularModel, label
from reference_impl.engine.objects import ObjectProblem, join_address
from reference_impl.engine.scoring import Outcome, Position, begin, score, transcribe
from reference_impl.engine.store import Job
from reference_impl.engine.tables import Chunk, Dialect, TableProblem, read_chunk
from reference_impl.facades.facade import Engine

BATCH = "amazon_ml.batch_prediction"
OBSERVATION_BYTES_MAX = 100_000
INVALID_MAX = 10_000
"""More rejected observations than this reject the whole input (Developer Guide, "Understanding the Data Format")."""
STYLE = Dialect(multiline=False)


class BatchScoring:
    """Scores the inputs of one job after the other."""

    def __init__(self, engine: Engine, model: Callable[[str], TabularModel | None], sources: Mapping[str, str]) -> None:
        self.engine = engine
        self.model = model
        self.sources = sources

    def work(self, job: Job) -> Iterator[Progress]:
        """Write the results of all inputs, then publish them and the manifest. Raises JobFailure."""
        try:
            yield from self._score_all(job)
        except (ObjectProblem, TableProblem) as problem:
            raise JobFailure(f"The input cannot be scored: {problem}") from None

    def _score_all(self, job: Job) -> Iterator[Progress]:
        model = self.model(job.request["MLModelId"])
        source = self.sources[job.request["BatchPredictionDataSourceId"]]
        inputs = job.progress.get("inputs") or self.engine.objects.objects(source)
        if model is None or not inputs:
            raise JobFailure("The data source holds no object, or its model is gone.")
        self.engine.objects.path(join_address(job.request["OutputUri"], "batch-prediction/result/x"))
        yield {"inputs": inputs}  # Listed once: a restarted job goes on with the same ones.
        position = Position.from_progress(job.progress)
        for index in range(position.file, len(inputs)):
            start = replace(position, file=index)
            for position in self._score_file(job, model, inputs[index], start):
                yield position.as_progress()
                if position.counts.get("invalid", 0) > INVALID_MAX:
                    raise JobFailure(f"More than {INVALID_MAX} records could not be scored.")
            position = replace(position, file=index + 1, read=0, written=0)
            yield position.as_progress()
        self._publish(job, inputs)

    def _score_file(self, job: Job, model: TabularModel, uri: str, position: Position) -> Iterator[Position]:
        settings = self.engine.settings
        source, target = self.engine.objects.path(uri), self.engine.staging(job, position.file)
        head = gzip.compress((",".join(_columns(model)) + "\n").encode(), mtime=0)
        columns, position = begin(source, target, position, STYLE, settings.record_bytes_max, lambda _names: head)
        yield position

        def render(chunk: Chunk, _position: Position) -> tuple[bytes, Mapping[str, int]]:
            outcomes = score(model, columns, chunk.records, STYLE, OBSERVATION_BYTES_MAX)
            text = "".join(_line(model, outcome) + "\n" for outcome in outcomes)
            invalid = sum(outcome.scores is None for outcome in outcomes)
            return gzip.compress(text.encode(), mtime=0), {"total": len(outcomes), "invalid": invalid}

        yield from transcribe(
            source,
            target,
            position,
            lambda stream: read_chunk(stream, STYLE, settings.chunk_bytes, settings.record_bytes_max),
            render,
        )

    def _publish(self, job: Job, inputs: list[str]) -> None:
        folder = join_address(job.request["OutputUri"], "batch-prediction/")
        manifest: dict[str, str] = {}
        for index, uri in enumerate(inputs):
            manifest[uri] = f"{folder}result/{job.id}-{uri.rsplit('/', 1)[-1]}.gz"
            staged: Path = self.engine.staging(job, index)
            if staged.exists():
                self.engine.objects.publish(staged, manifest[uri])
        data = json.dumps(manifest).encode()
        self.engine.objects.write(f"{folder}{job.id}.manifest", data, self.engine.staging(job, "manifest"))


def _columns(model: TabularModel) -> tuple[str, ...]:
    layouts: dict[str, tuple[str, ...]] = {"regression": ("score",), "binary": ("bestAnswer", "score")}
    return layouts.get(model.kind, model.classes)


def _line(model: TabularModel, outcome: Outcome) -> str:
    if outcome.scores is None:
        return ""
    values: list[Any] = [f"{value:.15E}" for value in outcome.scores]
    return ",".join([label(model, outcome.scores), *values] if model.kind == "binary" else values)
