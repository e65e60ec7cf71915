"""Amazon Personalize: batch inference jobs, JSON Lines in and out.

Facts that shape this file: a job name can be used once; statuses are spelled as the live service spells them (`CREATE
PENDING`, `CREATE IN_PROGRESS`); a line that cannot be answered becomes a line with an error, so the output has one
line for each input line (Developer Guide, "Batch inference input and output").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

import orjson

from reference_impl.engine.jobs import JobFailure, Progress
from reference_impl.engine.models import recommend
from reference_impl.engine.objects import ObjectProblem, join_address
from reference_impl.engine.paging import BadToken, page
from reference_impl.engine.scoring import Position, transcribe
from reference_impl.engine.store import DONE, FAILED, QUEUED, RUNNING, Job
from reference_impl.engine.tables import Chunk, lines
from reference_impl.facades.facade import LONG_BODY_BYTES_MAX, Engine, Facade, Refusal, Request, fixture
from specs.contract import Contract
from specs.message import Answer, HttpRequest, header
from specs.wire.protocol import parse_json

INFERENCE = "amazon_personalize.batch_inference_job"
PREFIX = "arn:aws:personalize:us-east-1:123456789012:batch-inference-job/"
STATUS = {QUEUED: "CREATE PENDING", RUNNING: "CREATE IN_PROGRESS", DONE: "ACTIVE", FAILED: "CREATE FAILED"}
RESULTS_DEFAULT = 25
LINES_PER_CHUNK = 500
ECHOED = (
    "jobName", "filterArn", "solutionVersionArn", "numResults", "jobInput", "jobOutput", "batchInferenceJobConfig",
    "roleArn", "themeGenerationConfig",
)  # fmt: skip
SUMMARY = (
    "batchInferenceJobArn", "jobName", "status", "creationDateTime", "lastUpdatedDateTime", "failureReason",
    "solutionVersionArn", "batchInferenceJobMode",
)  # fmt: skip


class AmazonPersonalize:
    """The three operations. The solution version and the filter are the contract's fixtures."""

    def __init__(self, engine: Engine, contract: Contract) -> None:
        self.engine = engine
        self.contract = contract
        self.version = fixture(contract, "solution_version_arn")
        self.filter = fixture(contract, "filter_arn")

    def facade(self) -> Facade:
        """The table that the server calls."""
        handlers = {
            "CreateBatchInferenceJob": self.create,
            "DescribeBatchInferenceJob": self.describe,
            "ListBatchInferenceJobs": self.list,
        }
        works, ended = {INFERENCE: self.work}, {INFERENCE: self.engine.clear}
        return Facade(self.contract, self._claims, handlers, works, ended=ended, body_bytes_max=LONG_BODY_BYTES_MAX)

    def _claims(self, request: HttpRequest) -> bool:
        prefix = str(self.contract.wire_options["target_prefix"])
        return (header(request.headers, "x-amz-target") or "").startswith(prefix + ".")

    def create(self, request: Request) -> Answer:
        """Queue a job under a name that is still free."""
        body = request.call.body
        if body["solutionVersionArn"] != self.version:
            raise Refusal("not_found", f"No solution version {body['solutionVersionArn']!r} exists.")
        if body.get("filterArn", self.filter) != self.filter:
            raise Refusal("not_found", f"No filter {body['filterArn']!r} exists.")
        now = self.engine.settings.clock()
        job, fresh = self.engine.store.add(Job(INFERENCE, PREFIX + body["jobName"], QUEUED, now, now, body))
        if not fresh:
            raise Refusal("already_exists", f"A batch inference job named {body['jobName']!r} exists already.")
        request.submit(job)
        return Answer(200, body={"batchInferenceJobArn": job.id})

    def describe(self, request: Request) -> Answer:
        """One job."""
        arn = request.call.body["batchInferenceJobArn"]
        job = self.engine.store.find(INFERENCE, arn)
        if job is None:
            raise Refusal("not_found", f"No batch inference job {arn!r} exists.")
        return Answer(200, body={"batchInferenceJob": document(job)})

    def list(self, request: Request) -> Answer:
        """Summaries of all jobs, or of one solution version's, in pages."""
        body = request.call.body
        wanted = body.get("solutionVersionArn")
        jobs = self.engine.store.jobs(INFERENCE)
        chosen = [job for job in jobs if wanted is None or job.request["solutionVersionArn"] == wanted]
        key = self.engine.store.secret("page tokens")
        try:
            shown, token = page(
                chosen, lambda job: [job.sequence], body.get("maxResults", 100), key, body.get("nextToken")
            )
        except BadToken as problem:
            raise Refusal("invalid_next_token", f"nextToken: {problem}.") from None
        rows = [document(job) for job in shown]
        summaries = [{name: row[name] for name in SUMMARY if name in row} for row in rows]
        return Answer(200, body={"batchInferenceJobs": summaries} | ({"nextToken": token} if token else {}))

    def work(self, job: Job) -> Iterator[Progress]:
        """Answer every line of every input object. Raises JobFailure."""
        try:
            yield from self._answer_all(job)
        except ObjectProblem as problem:
            raise JobFailure(f"The input or output location cannot be used: {problem}.") from None

    def _answer_all(self, job: Job) -> Iterator[Progress]:
        if job.request.get("batchInferenceJobMode") == "THEME_GENERATION":
            raise JobFailure("Theme generation needs a solution version of a Similar-Items recipe.")
        path = job.request["jobInput"]["s3DataSource"]["path"]
        folder = job.request["jobOutput"]["s3DataDestination"]["path"]
        # Listed once: a restarted job must not find its own output, or what came later, among its inputs.
        inputs = job.progress.get("inputs") or self.engine.objects.objects(path)
        self.engine.objects.path(join_address(folder, "x"))
        if not inputs:
            raise JobFailure(f"No object was found at {path}.")
        yield {"inputs": inputs}
        position = Position.from_progress(job.progress)
        for index in range(position.file, len(inputs)):
            source, target = self.engine.objects.path(inputs[index]), self.engine.staging(job, index)
            start = replace(position, file=index)
            for position in transcribe(source, target, start, self._cut, lambda chunk, _at: self._render(job, chunk)):
                yield position.as_progress()
            position = replace(position, file=index + 1, read=0, written=0)
            yield position.as_progress()
        for index, uri in enumerate(inputs):
            staged = self.engine.staging(job, index)
            if staged.exists():
                # With its subfolder: two inputs of one name are two outputs.
                name = uri.removeprefix(path.rpartition("/")[0] + "/")
                self.engine.objects.publish(staged, join_address(folder, name + ".out"))

    def _cut(self, stream: BinaryIO) -> Chunk | None:
        settings = self.engine.settings
        read = lines(stream, settings.record_bytes_max, LINES_PER_CHUNK, settings.chunk_bytes)
        found = [line.decode("utf-8", "replace").rstrip("\r\n") for line in read]
        return Chunk(tuple(found), stream.tell()) if found else None

    def _render(self, job: Job, chunk: Chunk) -> tuple[bytes, Mapping[str, int]]:
        answers = [self._answer(job, line) for line in chunk.records]
        failed = sum(answer["error"] is not None for answer in answers)
        text = b"".join(orjson.dumps(answer) + b"\n" for answer in answers)
        return text, {"lines": len(answers), "failed": failed}

    def _answer(self, job: Job, line: str) -> dict[str, Any]:
        if len(line) >= self.engine.settings.record_bytes_max:
            return {"input": line[:200], "output": None, "error": "The line is too long."}
        question, problem = parse_json(line.encode())
        if problem is not None:
            return {"input": line, "output": None, "error": f"The line cannot be read: {problem}."}
        user = question.get("userId") if isinstance(question, dict) else None
        if not isinstance(user, str) or not user:
            return {"input": question, "output": None, "error": "The line needs a userId that is a string."}
        count = job.request.get("numResults", RESULTS_DEFAULT)
        items, scores = recommend(self.engine.library.recommender, user, count, "filterArn" in job.request)
        return {"input": question, "output": {"recommendedItems": items, "scores": scores}, "error": None}


def document(job: Job) -> dict[str, Any]:
    """A job as DescribeBatchInferenceJob shows it."""
    shown: dict[str, Any] = {name: job.request[name] for name in ECHOED if name in job.request}
    shown |= {
        "batchInferenceJobArn": job.id,
        "numResults": job.request.get("numResults", RESULTS_DEFAULT),
        "batchInferenceJobMode": job.request.get("batchInferenceJobMode", "BATCH_INFERENCE"),
        "status": STATUS[job.state],
        "creationDateTime": round(job.created_at, 3),
        "lastUpdatedDateTime": round(job.updated_at, 3),
    }
    return shown | ({"failureReason": job.details["message"]} if job.state == FAILED else {})
