"""The work of a batch prediction job: find its rows, score them, write its table.

Local files, the catalog item and objects of the local store can be reached; a job that needs anything else is
aborted, as a misconfigured one is. A row that cannot be scored is a failed row. Too many of them abort the job unless
it was told to go on (Batch Prediction API, "abortOnError").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reference_impl.engine.jobs import JobFailure, Progress
from reference_impl.engine.models import TabularModel
from reference_impl.engine.objects import ObjectProblem
from reference_impl.engine.scoring import Position, begin, score, transcribe
from reference_impl.engine.store import DONE, OPEN, Job
from reference_impl.engine.tables import Chunk, Dialect, TableProblem, dialect, read_chunk, transcoder, write_rows
from reference_impl.facades.datarobot_tables import Layout, layout, row
from reference_impl.facades.facade import Engine

BATCH = "datarobot.batch_prediction"
STYLE = Dialect()
DEFAULTS: Mapping[str, Any] = {
    "abortOnError": True,
    "batchJobType": "prediction",
    "chunkSize": "auto",
    "columnNamesRemapping": {},
    "csvSettings": {"delimiter": ",", "quotechar": '"', "encoding": "utf-8"},
    "disableRowLevelErrorHandling": False,
    "includePredictionStatus": False,
    "includeProbabilities": True,
    "includeProbabilitiesClasses": [],
    "intakeSettings": {"type": "localFile"},
    "maxExplanations": 0,
    "numConcurrent": 4,
    "outputSettings": {"type": "localFile"},
    "passthroughColumns": None,
    "passthroughColumnsSet": None,
    "predictionWarningEnabled": None,
    "skipDriftTracking": False,
    "thresholdHigh": None,
    "thresholdLow": None,
}
INTAKES = ("localFile", "dataset", "s3")
OUTPUTS = ("localFile", "s3")
PIECE_BYTES = 1 << 20
UNSUPPORTED = ("timeseriesSettings", "modelId", "modelPackageId", "pinnedModelId", "secondaryDatasetsConfigId")


class BatchScoring:
    """Scores one job's rows into one file."""

    def __init__(self, engine: Engine, deployments: Mapping[str, TabularModel]) -> None:
        self.engine = engine
        self.deployments = deployments

    def upload_path(self, job: Job) -> Path:
        """Where a job's uploaded rows are."""
        return self.engine.settings.data / "uploads" / f"{job.id}.csv"

    def result_path(self, job: Job) -> Path:
        """Where a job's scored rows are, finished or not."""
        return self.engine.settings.data / "results" / f"{job.id}.csv"

    def dataset_path(self) -> Path:
        """Where the catalog item is."""
        return self.engine.settings.data / "datasets" / "rows.csv"

    def forget(self, job: Job) -> None:
        """Remove the files of a job that has ended, but not the results of one that is done."""
        self.upload_path(job).unlink(missing_ok=True)
        self.engine.clear(job)
        if job.state != DONE:
            self.result_path(job).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove uploads that a killed process was receiving, or could not remove when their jobs had ended."""
        waiting = {f"{job.id}.csv" for job in self.engine.store.jobs(BATCH, OPEN)}
        for path in (self.engine.settings.data / "uploads").glob("*"):
            if path.name not in waiting:
                path.unlink(missing_ok=True)

    def work(self, job: Job) -> Iterator[Progress]:
        """Score all rows. Raises JobFailure, mostly as an abort."""
        try:
            yield from self._score(job)
        except KeyError as problem:
            raise JobFailure(f"the input has no column {problem.args[0]!r}", cancelled=True) from None
        except (TableProblem, ObjectProblem, FileNotFoundError, IsADirectoryError, UnicodeError) as problem:
            raise JobFailure(f"the input cannot be read: {problem}", cancelled=True) from None

    def _score(self, job: Job) -> Iterator[Progress]:
        spec, settings = job.request, self.engine.settings
        model, (source, style, target) = self._model(spec), self._files(job)
        out = _style(spec)
        read_bytes = (settings.chunk_bytes, settings.record_bytes_max)

        def head(columns: list[str]) -> bytes:
            return write_rows([_layout(model, spec, columns).names], out, first=True)

        start = Position.from_progress(job.progress)
        columns, begun = begin(source, target, start, style, settings.record_bytes_max, head)
        shape = _layout(model, spec, columns)
        yield begun.as_progress()

        def render(chunk: Chunk, _position: Position) -> tuple[bytes, Mapping[str, int]]:
            records = [record for record in chunk.records if record]
            outcomes = score(model, columns, records, style, settings.record_bytes_max)
            shown = [item for item in outcomes if item.scores is not None or shape.with_status]
            failed = sum(item.scores is None for item in outcomes)
            data = write_rows((row(shape, item) for item in shown), out, first=False)
            return data, {"scored": len(outcomes) - failed, "failed": failed}

        limit = 0 if spec["disableRowLevelErrorHandling"] else settings.failed_rows_max
        for position in transcribe(source, target, begun, lambda file: read_chunk(file, style, *read_bytes), render):
            yield position.as_progress()
            if spec["abortOnError"] and position.counts.get("failed", 0) > limit:
                raise JobFailure(f"more than {limit} rows failed", cancelled=True)
        if spec["outputSettings"].get("type") == "s3":
            self.engine.objects.publish(target, spec["outputSettings"]["url"])

    def _model(self, spec: Mapping[str, Any]) -> TabularModel:
        model = self.deployments.get(spec.get("deploymentId", ""))
        unusable = next((name for name in UNSUPPORTED if spec.get(name) is not None), None)
        if model is None:
            raise JobFailure("the job names no deployment", cancelled=True)
        if unusable is not None:
            raise JobFailure(f"{unusable} does not fit this deployment", cancelled=True)
        if spec["batchJobType"] != "prediction":
            raise JobFailure("this server scores; it does not monitor", cancelled=True)
        if spec["predictionWarningEnabled"]:
            raise JobFailure("prediction warnings need boundaries, and the deployment has none", cancelled=True)
        cut_off = spec.get("predictionThreshold")
        return model if cut_off is None else replace(model, threshold=float(cut_off))

    def _files(self, job: Job) -> tuple[Path, Dialect, Path]:
        """Input, its dialect, and output. Inputs that are not UTF-8 yet are transcoded first, in bounded pieces."""
        spec = job.request
        intake, output = spec["intakeSettings"], spec["outputSettings"]
        for name, settings, known in (("intake", intake, INTAKES), ("output", output, OUTPUTS)):
            kind = settings.get("type", "localFile")
            if kind not in known or settings.get("format", "csv") != "csv":
                text = f"the {name} adapter {kind!r} cannot be reached from here; reachable: {', '.join(known)} (CSV)"
                raise JobFailure(text, cancelled=True)
        target = self.result_path(job)
        if output.get("type") == "s3":
            self.engine.objects.path(output["url"])
            target = self.engine.staging(job, "out")
        if intake.get("type") == "dataset":
            return self.dataset_path(), STYLE, target
        if intake.get("type") == "s3":
            source = self.engine.staging(job, "in")
            _transcode(self.engine.objects.path(intake["url"]), source, _style(spec).encoding)
            return source, _style(spec), target
        return self.upload_path(job), _style(spec), target


def _style(spec: Mapping[str, Any]) -> Dialect:
    settings = spec["csvSettings"]
    return dialect(settings["delimiter"], settings["quotechar"], settings["encoding"])


def _layout(model: TabularModel, spec: Mapping[str, Any], columns: list[str]) -> Layout:
    for name in model.columns:
        if name not in columns:
            raise KeyError(name)
    shape = layout(model, spec, columns)
    clash = next((name for name in shape.passed if name in shape.generated), None)
    if clash is not None:
        raise JobFailure(f"passthrough column {clash!r} has the name of a prediction column", cancelled=True)
    return shape


def _transcode(source: Path, target: Path, encoding: str) -> None:
    decoder = transcoder(encoding)
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as reader, target.open("wb") as writer:
        while data := reader.read(PIECE_BYTES):
            writer.write(decoder.decode(data).encode())
        writer.write(decoder.decode(b"", True).encode())
