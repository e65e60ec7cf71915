"""Amazon Machine Learning: batch predictions over the object store, real-time predictions, models and endpoints.

Facts that shape this file: a create returns at once and may be repeated; a deleted object stays readable; a reference
to something unknown is invalid input, while an unknown id to read is not found (API Reference of version 2014-12-12).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reference_impl.engine.dataset import COLUMNS, NUMERIC
from reference_impl.engine.models import TabularModel, features, label, predict
from reference_impl.engine.paging import BadToken, page
from reference_impl.engine.store import DELETED, DONE, FAILED, QUEUED, RUNNING, Job
from reference_impl.facades.amazon_ml_batch import BATCH, BatchScoring
from reference_impl.facades.amazon_ml_filters import matches, sort_value
from reference_impl.facades.facade import (
    HOME_BUCKET,
    LONG_BODY_BYTES_MAX,
    Engine,
    Facade,
    Handler,
    Refusal,
    Request,
    fixture,
)
from specs.contract import Contract
from specs.message import Answer, HttpRequest, header

ENDPOINT = "amazon_ml.realtime_endpoint"
OWNER = "arn:aws:iam::123456789012:user/local"
LOGS = "https://s3.amazonaws.com/prediction-conformance/logs/"
PEAK_PER_SECOND = 200
STATUS = {QUEUED: "PENDING", RUNNING: "INPROGRESS", DONE: "COMPLETED", FAILED: "FAILED", DELETED: "DELETED"}
KINDS = {"REGRESSION": "regression", "BINARY": "binary", "MULTICLASS": "multiclass"}
NO_ENDPOINT: Mapping[str, Any] = {"PeakRequestsPerSecond": 0, "EndpointStatus": "NONE"}
OMITTED_IN_LISTS = ("LogUri",)


class AmazonML:
    """The nine operations. Models and the data source are the contract's fixtures."""

    def __init__(self, engine: Engine, contract: Contract) -> None:
        self.engine = engine
        self.contract = contract
        self.kind_of = {fixture(contract, f"model_{kind.lower()}"): kind for kind in KINDS}
        self.sources = {fixture(contract, "data_source"): fixture(contract, "input_uri")}

    def facade(self) -> Facade:
        """The table that the server calls. Takes every request that no other AWS service claims."""
        handlers: dict[str, Handler] = {
            "CreateBatchPrediction": self.create_batch,
            "GetBatchPrediction": self.get_batch,
            "DescribeBatchPredictions": self.describe_batches,
            "UpdateBatchPrediction": self.update_batch,
            "DeleteBatchPrediction": self.delete_batch,
            "Predict": self.predict,
            "GetMLModel": self.get_model,
            "CreateRealtimeEndpoint": self.create_endpoint,
            "DeleteRealtimeEndpoint": self.delete_endpoint,
        }
        works = {
            BATCH: BatchScoring(self.engine, self.model, self.sources).work,
            ENDPOINT: lambda _job: iter(()),
        }
        ended = {BATCH: self.engine.clear}
        return Facade(self.contract, _claims, handlers, works, ended=ended, body_bytes_max=LONG_BODY_BYTES_MAX)

    def model(self, model_id: str) -> TabularModel | None:
        """The trained model behind an id."""
        kind = self.kind_of.get(model_id)
        return self.engine.library.tabular[KINDS[kind]] if kind else None

    def create_batch(self, request: Request) -> Answer:
        """Queue a job; the same request again is the same job."""
        body = request.call.body
        if body["MLModelId"] not in self.kind_of:
            raise Refusal("invalid_input", f"No MLModel with id {body['MLModelId']!r} exists.")
        if body["BatchPredictionDataSourceId"] not in self.sources:
            raise Refusal("invalid_input", f"No DataSource with id {body['BatchPredictionDataSourceId']!r} exists.")
        now = self.engine.settings.clock()
        details = {"name": body["BatchPredictionName"]} if "BatchPredictionName" in body else {}
        job, fresh = self.engine.store.add(Job(BATCH, body["BatchPredictionId"], QUEUED, now, now, body, details))
        if not fresh and job.request != body:
            raise Refusal("idempotent_mismatch", f"{job.id!r} was created before with other parameters.")
        if fresh:
            request.submit(job)
        return Answer(200, body={"BatchPredictionId": job.id})

    def get_batch(self, request: Request) -> Answer:
        """One job, deleted ones included."""
        return Answer(200, body=self.document(self._batch(request)))

    def describe_batches(self, request: Request) -> Answer:
        """Jobs that pass the filter, in pages."""
        body = request.call.body
        rows = [(job.sequence, self.document(job)) for job in self.engine.store.jobs(BATCH)]
        chosen = [(sequence, row) for sequence, row in rows if matches(row, body)]
        variable = body.get("FilterVariable")
        try:
            shown, token = page(
                chosen,
                lambda pair: [sort_value(pair[1], variable), pair[0]],
                body.get("Limit", 100),
                self.engine.store.secret("page tokens"),
                body.get("NextToken"),
                descending=body.get("SortOrder") == "dsc",
                scope={name: value for name, value in body.items() if name not in ("Limit", "NextToken")},
            )
        except BadToken as problem:
            raise Refusal("invalid_input", f"NextToken: {problem}.") from None
        results = [{key: row[key] for key in row if key not in OMITTED_IN_LISTS} for _, row in shown]
        return Answer(200, body={"Results": results} | ({"NextToken": token} if token else {}))

    def update_batch(self, request: Request) -> Answer:
        """Give a job another name."""
        job, now = self._batch(request), self.engine.settings.clock()
        self.engine.store.change(job, STATUS, now, details={"name": request.call.body["BatchPredictionName"]})
        return Answer(200, body={"BatchPredictionId": job.id})

    def delete_batch(self, request: Request) -> Answer:
        """Mark a job as deleted, at once and for good; a running one stops."""
        job, now = self._batch(request), self.engine.settings.clock()
        self.engine.store.change(job, [state for state in STATUS if state != DELETED], now, state=DELETED)
        return Answer(200, body={"BatchPredictionId": job.id})

    def predict(self, request: Request) -> Answer:
        """Score one record. Values that are no numbers count as missing, as an attribute that was left out does."""
        body = request.call.body
        model = self._model(body["MLModelId"])
        endpoint = self.engine.store.find(ENDPOINT, body["MLModelId"])
        if endpoint is None or endpoint.state != DONE:
            raise Refusal("not_mounted", f"No READY real-time endpoint is mounted for {body['MLModelId']!r}.")
        scores = predict(model, [features(model, body["Record"], lenient=True)])[0]
        prediction: dict[str, Any]
        if model.kind == "regression":
            prediction = {"predictedValue": float(scores[0])}
        else:
            winner = label(model, scores)
            named = {winner: float(scores[0])} if model.kind == "binary" else _named(model, scores)
            prediction = {"predictedLabel": winner, "predictedScores": named}
        details = {"PredictiveModelType": self.kind_of[body["MLModelId"]], "Algorithm": "SGD"}
        return Answer(200, body={"Prediction": prediction | {"details": details}})

    def get_model(self, request: Request) -> Answer:
        """One model with its endpoint; its recipe and schema when asked for."""
        model_id = request.call.body["MLModelId"]
        model, trained = self._model(model_id), self.engine.library.trained_at
        kind = self.kind_of[model_id]
        document: dict[str, Any] = {
            "MLModelId": model_id,
            "TrainingDataSourceId": "ds-training",
            "CreatedByIamUser": OWNER,
            "CreatedAt": trained,
            "StartedAt": trained,
            "FinishedAt": trained,
            "LastUpdatedAt": trained,
            "Name": f"{model.target} ({model.kind})",
            "Status": "COMPLETED",
            "SizeInBytes": self.engine.library.size_bytes,
            "EndpointInfo": self.endpoint(model_id, request.base_url),
            "TrainingParameters": {"sgd.maxPasses": "10", "sgd.l2RegularizationAmount": "1.0E-3"},
            "InputDataLocationS3": f"{HOME_BUCKET}training/customers.csv",
            "MLModelType": kind,
            "LogUri": f"{LOGS}{model_id}",
            "Message": "Training is complete.",
            "ComputeTime": 1,
        }
        if kind == "BINARY":
            document |= {"ScoreThreshold": model.threshold, "ScoreThresholdLastUpdatedAt": trained}
        if request.call.body.get("Verbose"):
            document |= {"Recipe": _recipe(), "Schema": _schema(model)}
        return Answer(200, body=document)

    def create_endpoint(self, request: Request) -> Answer:
        """Mount a model; an endpoint that is there already stays as it is."""
        model_id = request.call.body["MLModelId"]
        self._model(model_id)
        now = self.engine.settings.clock()
        job, fresh = self.engine.store.add(Job(ENDPOINT, model_id, QUEUED, now, now))
        if fresh:
            request.submit(job)
        info = self.endpoint(model_id, request.base_url)
        return Answer(200, body={"MLModelId": model_id, "RealtimeEndpointInfo": info})

    def delete_endpoint(self, request: Request) -> Answer:
        """Unmount a model; without an endpoint there is nothing to do."""
        model_id = request.call.body["MLModelId"]
        self._model(model_id)
        endpoint = self.engine.store.find(ENDPOINT, model_id)
        if endpoint is not None:
            self.engine.store.remove(endpoint)
        return Answer(200, body={"MLModelId": model_id, "RealtimeEndpointInfo": dict(NO_ENDPOINT)})

    def endpoint(self, model_id: str, base_url: str) -> dict[str, Any]:
        """A model's endpoint as documents show it: UPDATING until it is mounted, then READY."""
        job = self.engine.store.find(ENDPOINT, model_id)
        if job is None:
            return dict(NO_ENDPOINT)
        ready = job.state == DONE
        return {
            "PeakRequestsPerSecond": PEAK_PER_SECOND if ready else 0,
            "CreatedAt": round(job.created_at, 3),
            "EndpointUrl": base_url,
            "EndpointStatus": "READY" if ready else "UPDATING",
        }

    def document(self, job: Job) -> dict[str, Any]:
        """A job as GetBatchPrediction shows it; which times are there follows from the state."""
        body = job.request
        document = {
            "BatchPredictionId": job.id,
            "MLModelId": body["MLModelId"],
            "BatchPredictionDataSourceId": body["BatchPredictionDataSourceId"],
            "InputDataLocationS3": self.sources[body["BatchPredictionDataSourceId"]],
            "CreatedByIamUser": OWNER,
            "CreatedAt": round(job.created_at, 3),
            "LastUpdatedAt": round(job.updated_at, 3),
            "Status": STATUS[job.state],
            "OutputUri": body["OutputUri"],
            "LogUri": f"{LOGS}{job.id}",
            "TotalRecordCount": job.progress.get("total", 0),
            "InvalidRecordCount": job.progress.get("invalid", 0),
        }
        optional = {"Name": job.details.get("name"), "Message": job.details.get("message", _message(job))}
        if job.state in (RUNNING, DONE, FAILED) and job.started_at is not None:
            optional["StartedAt"] = round(job.started_at, 3)
        if job.state in (DONE, FAILED) and job.finished_at is not None:
            optional["FinishedAt"] = round(job.finished_at, 3)
        if job.state == DONE and job.finished_at is not None and job.started_at is not None:
            optional["ComputeTime"] = max(1, int(1000 * (job.finished_at - job.started_at)))
        return document | {key: value for key, value in optional.items() if value is not None}

    def _batch(self, request: Request) -> Job:
        job = self.engine.store.find(BATCH, request.call.body["BatchPredictionId"])
        if job is None:
            raise Refusal("not_found", f"No BatchPrediction with id {request.call.body['BatchPredictionId']!r} exists.")
        return job

    def _model(self, model_id: str) -> TabularModel:
        model = self.model(model_id)
        if model is None:
            raise Refusal("not_found", f"No MLModel with id {model_id!r} exists.")
        return model


def _claims(request: HttpRequest) -> bool:
    path = request.target.partition("?")[0]
    return path in ("/", "") or header(request.headers, "x-amz-target") is not None


def _named(model: TabularModel, scores: Any) -> dict[str, float]:
    return {name: float(score) for name, score in zip(model.classes, scores, strict=True)}


def _message(job: Job) -> str:
    texts = {QUEUED: "The job waits to be started.", RUNNING: "The job is scoring its input.", DONE: "The job is done."}
    return texts.get(job.state, "The batch prediction was deleted.")


def _recipe() -> str:
    return json.dumps({"groups": {}, "assignments": {}, "outputs": ["ALL_NUMERIC", "ALL_CATEGORICAL"]})


def _schema(model: TabularModel) -> str:
    kinds = {"regression": "NUMERIC", "binary": "BINARY", "multiclass": "CATEGORICAL"}
    attributes = [(name, "NUMERIC" if name in NUMERIC else "CATEGORICAL") for name in COLUMNS]
    attributes.append((model.target, kinds[model.kind]))
    schema = {
        "version": "1.0",
        "dataFormat": "CSV",
        "dataFileContainsHeader": True,
        "targetAttributeName": model.target,
        "attributes": [{"attributeName": name, "attributeType": kind} for name, kind in attributes],
    }
    return json.dumps(schema)
