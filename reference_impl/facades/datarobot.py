"""DataRobot's Batch Prediction API: jobs that wait for a CSV upload, score it, and offer the result for download.

Facts that shape this file: the id stands in `Location`, which ends with a slash; `links.download` is null until
scoring has begun; a request that is well formed but cannot work (an adapter that nobody can reach, a column that is
not there) is accepted, and its job is aborted with the reason in its log.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from reference_impl.engine.models import TabularModel
from reference_impl.engine.store import CANCELLED, DONE, OPEN, QUEUED, RUNNING, WAITING, Job
from reference_impl.engine.tables import write_rows
from reference_impl.facades.datarobot_batch import BATCH, DEFAULTS, STYLE, BatchScoring
from reference_impl.facades.datarobot_documents import address, document
from reference_impl.facades.datarobot_tables import relabelled
from reference_impl.facades.datarobot_upload import CsvUpload, Desk
from reference_impl.facades.facade import Download, Engine, Facade, Refusal, Request, Upload, fixture
from specs.contract import Contract
from specs.message import Answer, HttpRequest

KINDS = ("regression", "binary", "multiclass")
PAGE_MAX = 1000
VERSION = {"major": 2, "minor": 49, "versionString": "2.49.0", "releasedVersion": "2.49.0"}
FILTERS = {
    "status": "/status",
    "deploymentId": "/jobSpec/deploymentId",
    "jobId": "/id",
    "batchJobType": "/jobSpec/batchJobType",
    "intakeType": "/jobSpec/intakeSettings/type",
    "outputType": "/jobSpec/outputSettings/type",
}


class DataRobot:
    """The seven operations. Deployments and the catalog item are the contract's fixtures."""

    def __init__(self, engine: Engine, contract: Contract) -> None:
        self.engine = engine
        self.contract = contract
        self.deployments: Mapping[str, TabularModel] = {
            fixture(contract, f"deployment_{kind}"): relabelled(engine.library.tabular[kind]) for kind in KINDS
        }
        self.dataset = fixture(contract, "dataset")
        self.no_credential = fixture(contract, "credential_unknown")
        self.desk = Desk()
        self.batch = BatchScoring(engine, self.deployments)
        self._write_dataset()
        self.batch.sweep()

    def facade(self) -> Facade:
        """The table that the server calls."""
        handlers = {
            "getVersion": lambda _request: Answer(200, body=VERSION),
            "createBatchPrediction": self.create,
            "listBatchPredictions": self.list,
            "getBatchPrediction": self.get,
            "abortBatchPrediction": self.abort,
        }
        uploads, downloads = {"uploadCsv": self.upload}, {"downloadBatchPrediction": self.download}
        works, ended = {BATCH: self.batch.work}, {BATCH: self.batch.forget}
        return Facade(self.contract, self._claims, handlers, works, uploads, downloads, ended)

    def _claims(self, request: HttpRequest) -> bool:
        path = request.target.partition("?")[0]
        return path == self.contract.base_path or path.startswith(self.contract.base_path + "/")

    def create(self, request: Request) -> Answer:
        """Make a job. One that reads a local file waits for it, every other one is queued."""
        body = request.call.body
        if body.get("deploymentId") is not None and body["deploymentId"] not in self.deployments:
            raise Refusal("unknown_deployment", f"Deployment {body['deploymentId']!r} does not exist.")
        intake, output = body.get("intakeSettings", {}), body.get("outputSettings", {})
        if intake.get("type") == "dataset" and intake["datasetId"] != self.dataset:
            raise Refusal("invalid", f"Dataset {intake['datasetId']!r} is not an ingested snapshot.")
        if self.no_credential in (intake.get("credentialId"), output.get("credentialId")):
            raise Refusal("invalid", f"The credential {self.no_credential!r} does not exist.")
        if intake.get("url") is not None and intake["url"] == output.get("url"):
            raise Refusal("invalid", "Intake and output have the same url: the job would overwrite its input.")
        spec = {**DEFAULTS, **body}
        spec["csvSettings"] = {**DEFAULTS["csvSettings"], **spec["csvSettings"]}
        state = WAITING if spec["intakeSettings"].get("type", "localFile") == "localFile" else QUEUED
        now = self.engine.settings.clock()
        job, _ = self.engine.store.add(
            Job(BATCH, secrets.token_hex(12), state, now, now, spec, {"client": request.client})
        )
        if state == QUEUED:
            request.submit(job)
        headers = (("Location", address(request.base_url, self.contract.base_path, job)),)
        return Answer(202, headers, self._document(request, job))

    def get(self, request: Request) -> Answer:
        """One job."""
        return Answer(200, body=self._document(request, self._job(request)))

    def list(self, request: Request) -> Answer:
        """Jobs that pass every filter, in pages of `limit` from `offset` on."""
        query = request.call.query
        rows = [self._document(request, job) for job in self.engine.store.jobs(BATCH)]
        chosen = [row for row in rows if all(_passes(row, query.get(name), path) for name, path in FILTERS.items())]
        order = query.get("orderBy", "created")
        chosen.sort(key=lambda row: row[order.removeprefix("-")], reverse=order.startswith("-"))
        limit = min(max(query.get("limit", 100), 0), PAGE_MAX)
        offset = max(query.get("offset", 0), 0)
        shown = chosen[offset : offset + limit]
        after = offset + limit if limit and offset + limit < len(chosen) else None
        before = max(0, offset - limit) if offset and limit else None
        return Answer(200, body={
            "count": len(shown),
            "totalCount": len(chosen),
            "next": self._page(request, limit, after),
            "previous": self._page(request, limit, before),
            "data": shown,
        })  # fmt: skip

    def abort(self, request: Request) -> Answer:
        """End a job that is not final, and remove its data."""
        job, now = self._job(request), self.engine.settings.clock()
        aborted = self.engine.store.change(job, OPEN, now, state=CANCELLED, finished_at=now)
        if aborted is None:
            raise Refusal("conflict", f"Job {job.id} has ended already and cannot be aborted.")
        self.batch.forget(aborted)
        return Answer(202)

    def upload(self, request: Request) -> Upload:
        """Begin to take the rows of a waiting job."""
        job = self._job(request)
        if job.request["intakeSettings"].get("type", "localFile") != "localFile":
            raise Refusal("needs_no_data", f"Job {job.id} reads its rows elsewhere and takes no upload.")
        if job.state == CANCELLED:
            raise Refusal("aborted", f"Job {job.id} was aborted.")
        if job.state != WAITING or not self.desk.take(job.id):
            raise Refusal("already_uploaded", f"An upload to job {job.id} has begun already.")
        try:
            return CsvUpload(self.engine, job, self.desk, self.batch.upload_path(job), request.submit)
        except Refusal:
            self.desk.release(job.id)
            raise

    def download(self, request: Request) -> Download:
        """The scored rows of a job that runs or is done."""
        job = self._job(request)
        if job.request["outputSettings"].get("type", "localFile") != "localFile":
            raise Refusal("not_found", f"The results of job {job.id} are written elsewhere.")
        if job.state in (WAITING, QUEUED):
            raise Refusal("not_started", f"Job {job.id} has not started scoring yet.")
        if job.state not in (RUNNING, DONE):
            raise Refusal("aborted", f"Job {job.id} was aborted and has no results.")
        headers = (
            ("Content-Type", "text/csv"),
            ("Content-Disposition", f'attachment; filename="result-{job.id}.csv"'),
        )

        def progress() -> tuple[int, bool]:
            now = self.engine.store.find(BATCH, job.id) or job
            return now.progress.get("position", {}).get("written", 0), now.state == RUNNING

        return Download(self.batch.result_path(job), headers, progress)

    def _page(self, request: Request, limit: int, offset: int | None) -> str | None:
        if offset is None:
            return None
        query = {**request.call.query, "limit": limit, "offset": offset}
        return f"{request.base_url}{self.contract.base_path}/batchPredictions/?{urlencode(query, doseq=True)}"

    def _job(self, request: Request) -> Job:
        wanted = request.call.path["predictionJobId"]
        job = self.engine.store.find(BATCH, wanted)
        if job is None:
            raise Refusal("not_found", f"Job {wanted[:60]!r} does not exist.")
        return job

    def _document(self, request: Request, job: Job) -> dict[str, Any]:
        now = self.engine.settings.clock()
        return document(job, address(request.base_url, self.contract.base_path, job), now)

    def _write_dataset(self) -> None:
        rows = self.contract.fixtures["rows"].value
        path = self.batch.dataset_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(".part")
        staged.write_bytes(write_rows([rows["header"], *rows["rows"]], STYLE, first=True))
        shutil.move(staged, path)


def _passes(row: Mapping[str, Any], wanted: str | Sequence[str] | None, pointer: str) -> bool:
    if wanted is None:
        return True
    value: Any = row
    for name in pointer.strip("/").split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value in ([wanted] if isinstance(wanted, str) else wanted)
