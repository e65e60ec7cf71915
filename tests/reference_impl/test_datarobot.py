"""DataRobot's batch predictions: create, upload, score, download, abort, list, and what is refused.

Every documented setting changes the bytes of a file, so the tests read the file that the client would download.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.reference_impl.conftest import Reference, until

JOBS = "/api/v2/batchPredictions/"
REGRESSION, BINARY, MULTICLASS = (f"5f000000000000000000000{number}" for number in (1, 2, 3))
ROWS = "row_id,age,income,balance,region\nr1,41,52000,1200.5,north\nr2,29,31000,310.25,south\nr3,63,78000,,east\n"
FINAL = ("COMPLETED", "ABORTED", "FAILED")


async def created(reference: Reference, **body: Any) -> dict[str, Any]:
    """A new job."""
    status, job = await reference.json("POST", JOBS, {"deploymentId": BINARY} | body)
    assert (202, "INITIALIZING") == (status, job["status"])
    assert isinstance(job, dict)
    return job


async def put(reference: Reference, job: dict[str, Any], data: bytes, kind: str = "text/csv") -> int:
    """The status of an upload."""
    url = f"{JOBS}{job['id']}/csvUpload/"
    async with reference.http.put(url, data=data, headers={"Content-Type": kind}) as response:
        return response.status


async def finished(reference: Reference, job: dict[str, Any]) -> dict[str, Any]:
    """The job once it is final."""

    async def read() -> Any:
        return (await reference.json("GET", f"{JOBS}{job['id']}/"))[1]

    done = await until(read, lambda document: document["status"] in FINAL)
    assert isinstance(done, dict)
    return done


async def scored(reference: Reference, data: bytes, **body: Any) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """A finished job, and the rows of its result."""
    job = await created(reference, **body)
    assert 202 == await put(reference, job, data)
    done = await finished(reference, job)
    async with reference.http.get(f"{JOBS}{job['id']}/download/") as response:
        raw = await response.read()
    settings = {"delimiter": ",", "quotechar": '"', "encoding": "utf-8"} | body.get("csvSettings", {})
    delimiter = "\t" if settings["delimiter"] == "tab" else settings["delimiter"]
    text = io.StringIO(raw.decode(settings["encoding"]), newline="")
    return done, list(csv.DictReader(text, delimiter=delimiter, quotechar=settings["quotechar"]))


async def test_a_binary_job_has_probabilities_that_add_up(reference: Reference) -> None:
    """Two probabilities, the label by the threshold, and as many rows as were scored."""
    done, rows = await scored(reference, ROWS.encode(), passthroughColumns=["row_id"])
    assert ("COMPLETED", 3, 0, 100.0) == tuple(
        done[name] for name in ("status", "scoredRows", "failedRows", "percentageCompleted")
    )
    assert ["r1", "r2", "r3"] == [row["row_id"] for row in rows]
    for row in rows:
        yes, no = float(row["default_yes_PREDICTION"]), float(row["default_no_PREDICTION"])
        assert pytest.approx(1.0) == yes + no
        assert ("yes" if yes >= 0.5 else "no", "0.5", "yes") == (
            row["default_PREDICTION"], row["THRESHOLD"], row["POSITIVE_CLASS"],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "columns"),
    [
        ({"deploymentId": REGRESSION}, ["amount_PREDICTION"]),
        ({"includeProbabilities": False}, ["default_PREDICTION"]),
        (
            {"deploymentId": MULTICLASS, "includeProbabilitiesClasses": ["B"]},
            ["grade_B_PREDICTION", "grade_PREDICTION"],
        ),
        ({"deploymentId": REGRESSION, "includePredictionStatus": True}, ["amount_PREDICTION", "prediction_status"]),
        ({"deploymentId": REGRESSION, "columnNamesRemapping": {"amount_PREDICTION": "y"}}, ["y"]),
        (
            {
                "passthroughColumns": ["row_id"],
                "includeProbabilities": False,
                "columnNamesRemapping": [{"inputName": "default_PREDICTION", "outputName": None}],
            },
            ["row_id"],
        ),
        (
            {"deploymentId": REGRESSION, "maxExplanations": 1},
            ["amount_PREDICTION"]
            + [
                f"EXPLANATION_1_{part}" for part in ("FEATURE_NAME", "STRENGTH", "ACTUAL_VALUE", "QUALITATIVE_STRENGTH")
            ],
        ),
    ],
)
async def test_the_columns_follow_the_request(reference: Reference, body: dict[str, Any], columns: list[str]) -> None:
    """Kind, probabilities, classes, status, remapping and explanations decide the header."""
    _, rows = await scored(reference, ROWS.encode(), **body)
    assert columns == list(rows[0])


@pytest.mark.parametrize(
    "csv_settings",
    [{"delimiter": "tab"}, {"delimiter": ";", "quotechar": "'"}, {"encoding": "utf-16"}, {"encoding": "latin-1"}],
)
async def test_the_dialect_holds_for_both_files(reference: Reference, csv_settings: dict[str, str]) -> None:
    """Delimiter, quote character and encoding apply to the input and to the output, and cells pass through verbatim."""
    delimiter = {"tab": "\t"}.get(csv_settings.get("delimiter", ","), csv_settings.get("delimiter", ","))
    quote = csv_settings.get("quotechar", '"')
    name = f"{quote}é{delimiter}{quote * 2} x{quote}"
    text = ROWS.replace(",", delimiter).replace("r1", name)
    done, rows = await scored(
        reference,
        text.encode(csv_settings.get("encoding", "utf-8")),
        csvSettings=csv_settings,
        passthroughColumnsSet="all",
    )
    assert ("COMPLETED", f"é{delimiter}{quote} x") == (done["status"], rows[0]["row_id"])
    assert ["row_id", "age", "income", "balance", "region"] == list(rows[0])[:5]


async def test_a_bad_row_fails_alone(reference: Reference) -> None:
    """A row with a bad number counts as failed, and its status says why; the job completes."""
    data = ROWS + "r4,old,1,1,east\nr5,41\n"
    done, rows = await scored(
        reference, data.encode(), includePredictionStatus=True, passthroughColumns=["row_id"], abortOnError=True
    )
    assert ("COMPLETED", 3, 2) == (done["status"], done["scoredRows"], done["failedRows"])
    assert ["OK"] * 3 == [row["prediction_status"] for row in rows[:3]]
    assert ["r4", "r5"] == [row["row_id"] for row in rows[3:]]
    assert "'old' is not a number" in rows[3]["prediction_status"]


@pytest.mark.parametrize(("abort", "status"), [(True, "ABORTED"), (False, "COMPLETED")])
async def test_too_many_bad_rows_abort_a_job_that_says_so(reference: Reference, abort: bool, status: str) -> None:
    """abortOnError decides; the log of an aborted job names the reason, and its download is gone."""
    job = await created(reference, abortOnError=abort)
    await put(reference, job, (ROWS + "r,x,1,1,east\n" * 200).encode())
    done = await finished(reference, job)
    assert status == done["status"]
    assert ("rows failed" in done["statusDetails"]) is abort
    assert (422 if abort else 200) == (await reference.json("GET", f"{JOBS}{job['id']}/download/"))[0]


async def test_a_catalog_item_needs_no_upload(reference: Reference) -> None:
    """The job runs at once, offers no upload link, and refuses an upload."""
    settings = {"type": "dataset", "datasetId": "5f00000000000000000000d1"}
    job = await created(reference, intakeSettings=settings)
    done = await finished(reference, job)
    assert ("COMPLETED", 8) == (done["status"], done["scoredRows"])
    assert "csvUpload" not in done["links"]
    assert 404 == await put(reference, job, b"a,b\n")


@pytest.mark.parametrize(
    "body",
    [
        {"intakeSettings": {"type": "http", "url": "http://127.0.0.1:9/x.csv"}},
        {"intakeSettings": {"type": "s3", "url": "s3://prediction-conformance/none.csv"}},
        {"intakeSettings": {"type": "s3", "url": "s3://../../etc/passwd"}},
        {"intakeSettings": {"type": "dataset", "datasetId": "5f00000000000000000000d1"}, "passthroughColumns": ["no"]},
    ],
)
async def test_a_job_that_cannot_work_is_aborted(reference: Reference, body: dict[str, Any]) -> None:
    """A misconfiguration shows in the log of the job, not in the answer to the create."""
    done = await finished(reference, await created(reference, **body))
    assert "ABORTED" == done["status"]
    assert done["statusDetails"] == done["logs"][-1]


async def test_objects_of_the_store_can_be_read_and_written(reference: Reference) -> None:
    """An s3 intake and output are objects of the local store."""
    (reference.data / "objects/prediction-conformance/in.csv").write_text(ROWS)
    intake, output = ({"type": "s3", "url": f"s3://prediction-conformance/{name}.csv"} for name in ("in", "out"))
    done = await finished(reference, await created(reference, intakeSettings=intake, outputSettings=output))
    assert ("COMPLETED", None) == (done["status"], done["links"]["download"])
    assert 4 == len((reference.data / "objects/prediction-conformance/out.csv").read_text().splitlines())


async def test_a_job_waits_for_its_rows_and_can_be_aborted(reference: Reference) -> None:
    """Nothing to download before the start; an abort is final, and shows in the log."""
    job = await created(reference)
    assert 404 == (await reference.json("GET", f"{JOBS}{job['id']}/download/"))[0]
    assert [202, 409] == [(await reference.json("DELETE", f"{JOBS}{job['id']}/"))[0] for _ in range(2)]
    done = await finished(reference, job)
    assert ("ABORTED", 2) == (done["status"], len(done["logs"]))
    assert 422 == (await reference.json("GET", f"{JOBS}{job['id']}/download/"))[0]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (ROWS.encode(), "application/json", 406),
        (b"", "text/csv", 422),
        (b"\xff\xfe\x00", "text/csv", 422),
        (b'a,"b\n1,2\n', "text/csv", 422),
        (b"a;b\n1;2\n", "text/csv", 422),
    ],
)
async def test_an_upload_that_is_no_csv_is_refused(reference: Reference, data: bytes, kind: str, status: int) -> None:
    """The job waits on, and takes the right file afterwards; a second one is a conflict."""
    job = await created(reference)
    assert [status, 202, 409] == [
        await put(reference, job, data, kind),
        await put(reference, job, ROWS.encode()),
        await put(reference, job, ROWS.encode()),
    ]
    assert "COMPLETED" == (await finished(reference, job))["status"]


async def test_only_a_csv_reader_may_download(reference: Reference) -> None:
    """An Accept header that excludes text/csv is refused with 406."""
    job = await created(reference)
    await put(reference, job, ROWS.encode())
    await finished(reference, job)
    async with reference.http.get(f"{JOBS}{job['id']}/download/", headers={"Accept": "application/json"}) as response:
        assert 406 == response.status


async def test_the_location_is_the_jobs_own_link(reference: Reference) -> None:
    """It ends with a slash, and the id is its last segment but one."""
    async with reference.http.post(JOBS, json={"deploymentId": BINARY}) as response:
        location, job = response.headers["Location"], await response.json()
    assert job["links"]["self"] == location
    assert (job["id"], "") == tuple(location.split("/")[-2:])


async def test_pages_show_every_job_once(reference: Reference) -> None:
    """Following `next` to null gives every match in order; counts agree; the filters repeat."""
    jobs = [await created(reference) for _ in range(3)]
    await reference.json("DELETE", f"{JOBS}{jobs[1]['id']}/")
    seen: list[str] = []
    path: str | None = f"{JOBS}?limit=2&orderBy=-created&status=INITIALIZING&status=ABORTED"
    while path:
        _, body = await reference.json("GET", path)
        assert (3, len(body["data"])) == (body["totalCount"], body["count"])
        seen += [row["id"] for row in body["data"]]
        path = body["next"] and body["next"][body["next"].index("/api/v2") :]
    assert [job["id"] for job in reversed(jobs)] == seen
    _, aborted = await reference.json("GET", f"{JOBS}?status=ABORTED")
    assert [jobs[1]["id"]] == [row["id"] for row in aborted["data"]]


@pytest.mark.parametrize(
    "body",
    [
        {"unknown": 1},
        {"chunkSize": 19},
        {"maxExplanations": 101},
        {"csvSettings": {"delimiter": "ab"}},
        {"passthroughColumns": ["a"], "passthroughColumnsSet": "all"},
        {"deploymentId": "5fffffffffffffffffffffff"},
        {"intakeSettings": {"type": "dataset", "datasetId": "5fffffffffffffffffffffff"}},
        {
            "intakeSettings": {"type": "s3", "url": "s3://b/same.csv"},
            "outputSettings": {"type": "s3", "url": "s3://b/same.csv"},
        },
    ],
)
async def test_a_wrong_create_request_is_refused(reference: Reference, body: dict[str, Any]) -> None:
    """422 with a message, and no job is made."""
    status, answer = await reference.json("POST", JOBS, {"deploymentId": BINARY} | body)
    assert (422, True) == (status, bool(answer["message"]))
    assert 0 == (await reference.json("GET", JOBS))[1]["totalCount"]


async def test_an_unknown_job_is_not_found(reference: Reference) -> None:
    """404 from every route of a job."""
    url = f"{JOBS}{'0' * 24}/"
    routes = (("GET", url), ("DELETE", url), ("GET", url + "download/"))
    assert [404] * 3 == [(await reference.json(*route))[0] for route in routes]
    assert 404 == await put(reference, {"id": "0" * 24}, b"a,b\n")
