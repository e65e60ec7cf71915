"""Scripts for services with a path for each resource: everything that such a vendor does, wrong calls included.

A script is the same list of calls every time, so that two runs of it can be compared answer by answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from specs.auth import LOCAL
from tests.mockgen.bench import HOST, Bench


def upload_job(**changes: Any) -> dict[str, Any]:
    """A valid create request of the REST vendor for a job that waits for an upload."""
    body = {
        "deploymentId": "5f0000000000000000000002",
        "intakeSettings": {"type": "localFile"},
        "outputSettings": {"type": "localFile"},
        "passthroughColumns": ["row_id"],
    }
    return {**body, **changes}


ROWS = b"row_id,age,income\nr1,41,52000\nr2,29,31000\nr3,63,78000\n"


def datarobot(bench: Bench) -> None:
    """A job with an upload, one without, their results in every state, commands, lists, and bad requests."""
    made = bench.call("createBatchPrediction", upload_job())
    job = {"path": {"predictionJobId": str(made.body.get("id"))}}
    bench.call("createBatchPrediction", upload_job(chunkSize=41_943_041))
    bench.call("createBatchPrediction", upload_job(deploymentId="5f00000000000000000000ff"))
    bench.call("getBatchPrediction", **job)
    bench.call("downloadBatchPrediction", **job)
    for data in (b"", ROWS, ROWS):
        bench.call("uploadCsv", data, media_type="text/csv", **job)
    bench.call("uploadCsv", {}, media_type="application/json", **job)
    for _ in range(4):
        bench.call("getBatchPrediction", **job)
        bench.call("downloadBatchPrediction", **job)
    bench.call("abortBatchPrediction", **job)
    _second_job(bench)
    for query in ({}, {"limit": 1}, {"status": ["COMPLETED"]}, {"orderBy": "-created"}):
        bench.call("listBatchPredictions", query=query)
    create = bench.plain("createBatchPrediction", upload_job())
    bench.send(create, "createBatchPrediction")
    bench.send(bench.signed(replace(create, body=b"{")), "createBatchPrediction")
    bench.call("getVersion")
    _in_other_words(bench)


def in_parts(bench: Bench) -> None:
    """A job whose rows arrive in two parts, is hidden at the end, and is made once more."""
    made = bench.call("createBatchPrediction", upload_job(intakeSettings={"type": "localFile", "multipart": True}))
    job = {"path": {"predictionJobId": str(made.body.get("id"))}}
    bench.call("finalizeMultipart", **job)
    for number in (1, 0):
        path = {**job["path"], "partNumber": number}
        bench.call("uploadCsvPart", ROWS, media_type="text/csv", path=path)
    bench.call("finalizeMultipart", **job)
    for _ in range(4):
        bench.call("getBatchPrediction", **job)
    bench.call("downloadBatchPrediction", **job)
    bench.call("updateBatchPrediction", {"hidden": True}, **job)
    bench.call("createFromExisting", {"predictionJobId": job["path"]["predictionJobId"]})


def definitions(bench: Bench) -> None:
    """Definitions of both kinds: made, taken names, changed, run, listed, deleted, gone."""
    always = {"minute": [0], "hour": [1], "month": ["*"], "dayOfWeek": ["*"], "dayOfMonth": ["*"]}
    intake = {"intakeSettings": {"type": "dataset", "datasetId": "5f00000000000000000000d1"}}
    columns = {"intakeSettings": {"type": "s3", "url": "s3://bucket/input.csv"}}
    columns = {**columns, "monitoringColumns": {"predictionsColumns": "prediction"}}
    for kind, run, more in (
        ("JobDefinition", "createFromJobDefinition", intake),
        ("MonitoringJobDefinition", "createBatchJobFromJobDefinition", columns),
    ):
        body = {"name": "nightly", "deploymentId": "5f0000000000000000000002", **more}
        made = bench.call(f"create{kind}", body)
        bench.call(f"create{kind}", body)
        one = {"path": {"jobDefinitionId": str(made.body.get("id"))}}
        bench.call(f"update{kind}", {"enabled": True, "schedule": always}, **one)
        bench.call(f"get{kind}", **one)
        bench.call(f"list{kind}s")
        if kind == "JobDefinition":
            bench.call("exportJobDefinition", **one)
        bench.call(run, {"jobDefinitionId": one["path"]["jobDefinitionId"]})
        bench.call(f"delete{kind}", **one)
        bench.call(f"get{kind}", **one)


def around_jobs(bench: Bench) -> None:
    """Batch jobs of either kind, datasets, deployments, and rows that are scored at once."""
    body = {
        "deploymentId": "5f0000000000000000000002",
        "intakeSettings": {"type": "s3", "url": "s3://bucket/input.csv"},
        "monitoringColumns": {"predictionsColumns": "prediction"},
    }
    for name in ("createBatchJob", "createBatchMonitoring"):
        made = bench.call(name, body)
        job = {"path": {"batchJobId": str(made.body.get("id"))}}
        bench.call("getBatchJob", **job)
    bench.call("abortBatchJob", **job)
    bench.call("listBatchJobs")
    made = bench.call("createDatasetFromFile", {"file": ROWS})
    for _ in range(3):
        bench.call("getDataset", path={"datasetId": str(made.body.get("catalogId"))})
    bench.call("listDeployments")
    bench.call("getDeployment", path={"deploymentId": "5f0000000000000000000001"})
    bench.call("ping")
    for last in (1, 2, 3):
        path = {"deploymentId": f"5f000000000000000000000{last}"}
        bench.call("predict", [{"age": "41"}, {"age": "29"}], path=path)
    bench.call("predict", ROWS, media_type="text/csv", path={"deploymentId": "5f0000000000000000000002"})


def _second_job(bench: Bench) -> None:
    other = upload_job(
        intakeSettings={"type": "dataset", "datasetId": "5f00000000000000000000d1"}, passthroughColumns=["row_id"]
    )
    made = bench.call("createBatchPrediction", other)
    job = {"path": {"predictionJobId": str(made.body.get("id"))}}
    bench.call("getBatchPrediction", **job)
    bench.call("uploadCsv", ROWS, media_type="text/csv", **job)
    bench.call("abortBatchPrediction", **job)
    bench.call("getBatchPrediction", **job)
    bench.call("downloadBatchPrediction", **job)


def _in_other_words(bench: Bench) -> None:
    """Calls spelled in the other documented way, and requests whose members do not fit together."""
    version = bench.plain("getVersion")
    token = (("Host", HOST), ("Authorization", f"Token {LOCAL.token}"))
    bench.send(replace(version, headers=token), "getVersion")
    bench.send(bench.signed(replace(version, target=version.target.rstrip("/"))), "getVersion")
    path = {"deploymentId": "5f0000000000000000000002"}
    bench.call("predict", ROWS, media_type="text/csv", path=path)
    both = {"passthroughColumns": ["age"], "passthroughColumnsSet": "all"}
    bench.call("predict", [{"age": "41"}], path=path, query=both)
    cloud = {"type": "s3", "url": "s3://bucket/rows.csv"}
    bench.call("createBatchPrediction", upload_job(intakeSettings=cloud, outputSettings=cloud))
    unknown = {**cloud, "credentialId": "5fffffffffffffffffffffff"}
    bench.call("createBatchPrediction", upload_job(intakeSettings=unknown))


def spice(bench: Bench) -> None:
    """Predictions of good, failing and unknown models, alone and together; the list of models and health."""
    items = [{"model_name": name} for name in ("drive_stats_a", "no_such_model", "drive_stats_b", "drive_stats_broken")]
    for _ in range(2):
        bench.call("post_batch_predict", {"predictions": items})
    for name in ("drive_stats_a", "drive_stats_broken", "no_such_model"):
        bench.call("get_model_predict", path={"name": name})
    bench.call("get_models")
    bench.call("get_models", query={"format": "csv"})
    bench.call("get_models", query={"status": True})
    bench.call("get_status")
    bench.call("get_status", query={"format": "csv"})
    bench.call("get_health")
    bench.call("get_ready")
