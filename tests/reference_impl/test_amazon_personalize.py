"""Amazon Personalize: batch inference jobs over JSON Lines, their lists and refusals.

The output files are read, not only the statuses: a job that says ACTIVE and wrote nothing would pass otherwise.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.reference_impl.conftest import Reference, until

VERSION = "arn:aws:personalize:us-east-1:123456789012:solution/movies/0a1b2c3d"
FILTER = "arn:aws:personalize:us-east-1:123456789012:filter/watched"
JOB = "arn:aws:personalize:us-east-1:123456789012:batch-inference-job/"


def wanted(name: str = "job-1", **changes: Any) -> dict[str, Any]:
    """A create request."""
    return {
        "jobName": name,
        "solutionVersionArn": VERSION,
        "jobInput": {"s3DataSource": {"path": "s3://prediction-conformance/users/users.json"}},
        "jobOutput": {"s3DataDestination": {"path": "s3://prediction-conformance/recommendations/"}},
        "roleArn": "arn:aws:iam::123456789012:role/PersonalizeBatch",
        **changes,
    }


async def call(reference: Reference, operation: str, **body: Any) -> tuple[int, Any]:
    """One call of the service."""
    return await reference.aws(f"AmazonPersonalize.{operation}", body)


async def finished(reference: Reference, name: str = "job-1") -> Any:
    """The job once it is final."""

    async def read() -> Any:
        return (await call(reference, "DescribeBatchInferenceJob", batchInferenceJobArn=JOB + name))[1]

    answer = await until(read, lambda body: body["batchInferenceJob"]["status"] in ("ACTIVE", "CREATE FAILED"))
    return answer["batchInferenceJob"]


def answers(reference: Reference) -> list[dict[str, Any]]:
    """The lines of the output object."""
    path = reference.data / "objects/prediction-conformance/recommendations/users.json.out"
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_every_user_gets_the_best_items_first(reference: Reference) -> None:
    """As many items as asked for, scores between 0 and 1 that never rise, one line a user."""
    status, body = await call(reference, "CreateBatchInferenceJob", **wanted(numResults=7))
    job = await finished(reference)
    assert (200, JOB + "job-1", "ACTIVE") == (status, body["batchInferenceJobArn"], job["status"])
    lines = answers(reference)
    assert {str(number) for number in range(1, 21)} == {line["input"]["userId"] for line in lines}
    for line in lines:
        items, scores = line["output"]["recommendedItems"], line["output"]["scores"]
        assert (7, 7) == (len(set(items)), len(scores))
        assert scores == sorted(scores, reverse=True)
        assert 0 <= scores[-1] <= scores[0] <= 1


async def test_a_filter_leaves_out_what_a_user_has_seen(reference: Reference) -> None:
    """With the filter, fewer items are left than without, and 25 is the default number."""
    await call(reference, "CreateBatchInferenceJob", **wanted())
    await finished(reference)
    plain = answers(reference)
    await call(reference, "CreateBatchInferenceJob", **wanted("job-2", filterArn=FILTER))
    await finished(reference, "job-2")
    filtered = answers(reference)
    assert {25} == {len(line["output"]["recommendedItems"]) for line in plain}
    assert [line["output"] for line in plain] != [line["output"] for line in filtered]


async def test_a_bad_line_becomes_a_line_with_an_error(reference: Reference) -> None:
    """The output has a line for each input line; unknown users are answered with what is popular."""
    path = reference.data / "objects/prediction-conformance/users/users.json"
    path.write_text('{"userId": "1"}\nnot json\n{"userId": 5}\n{"userId": "nobody"}\n')
    await call(reference, "CreateBatchInferenceJob", **wanted())
    await finished(reference)
    lines = answers(reference)
    assert [False, True, True, False] == [line["error"] is not None for line in lines]
    assert [True, False, False, True] == [line["output"] is not None for line in lines]


async def test_a_missing_input_fails_the_job(reference: Reference) -> None:
    """CREATE FAILED carries a reason, a job without one does not."""
    source = {"s3DataSource": {"path": "s3://prediction-conformance/none.json"}}
    await call(reference, "CreateBatchInferenceJob", **wanted(jobInput=source))
    job = await finished(reference)
    assert "CREATE FAILED" == job["status"]
    assert "none.json" in job["failureReason"]


async def test_pages_show_every_job_once(reference: Reference) -> None:
    """Pages of two make up the list; an unknown solution version has no jobs."""
    for number in range(3):
        await call(reference, "CreateBatchInferenceJob", **wanted(f"job-{number}"))
    _, first = await call(reference, "ListBatchInferenceJobs", maxResults=2, solutionVersionArn=VERSION)
    _, second = await call(reference, "ListBatchInferenceJobs", maxResults=2, nextToken=first["nextToken"])
    _, none = await call(reference, "ListBatchInferenceJobs", solutionVersionArn=VERSION + "0")
    shown = [row["jobName"] for row in first["batchInferenceJobs"] + second["batchInferenceJobs"]]
    assert ["job-0", "job-1", "job-2"] == shown
    assert [] == none["batchInferenceJobs"]


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("CreateBatchInferenceJob", wanted(solutionVersionArn=VERSION + "0"), "ResourceNotFoundException"),
        ("CreateBatchInferenceJob", wanted(filterArn=FILTER + "0"), "ResourceNotFoundException"),
        ("CreateBatchInferenceJob", wanted("-bad"), "InvalidInputException"),
        ("CreateBatchInferenceJob", wanted(batchInferenceJobMode="THEME_GENERATION"), "InvalidInputException"),
        ("CreateBatchInferenceJob", wanted(numResults="5"), "SerializationException"),
        ("DescribeBatchInferenceJob", {"batchInferenceJobArn": JOB + "none"}, "ResourceNotFoundException"),
        ("DescribeBatchInferenceJob", {"batchInferenceJobArn": "none"}, "InvalidInputException"),
        ("ListBatchInferenceJobs", {"nextToken": "none"}, "InvalidNextTokenException"),
        ("ListBatchInferenceJobs", {"maxResults": 0}, "InvalidInputException"),
    ],
)
async def test_a_refusal_has_its_documented_name(
    reference: Reference, operation: str, body: dict[str, Any], code: str
) -> None:
    """Broken values, wrong types and unknown resources are told apart."""
    status, answer = await call(reference, operation, **body)
    assert (400, code) == (status, answer["__type"])


async def test_a_job_name_can_be_used_once(reference: Reference) -> None:
    """There is no idempotency: an equal repeat is refused too."""
    await call(reference, "CreateBatchInferenceJob", **wanted())
    status, body = await call(reference, "CreateBatchInferenceJob", **wanted())
    assert (400, "ResourceAlreadyExistsException") == (status, body["__type"])


async def test_a_line_that_nests_too_deep_is_a_line_with_an_error(reference: Reference) -> None:
    """One hostile line costs its own answer, not the job."""
    path = reference.data / "objects/prediction-conformance/users/users.json"
    path.write_text('{"userId": "1"}\n{"userId": "2", "x": ' + "[" * 300 + "]" * 300 + "}\n")
    await call(reference, "CreateBatchInferenceJob", **wanted())
    assert "ACTIVE" == (await finished(reference))["status"]
    assert [False, True] == [line["error"] is not None for line in answers(reference)]


async def test_every_input_object_has_an_output_of_its_own(reference: Reference) -> None:
    """Objects of one name in two folders keep their folders, also where the output lies among the inputs."""
    place = "s3://prediction-conformance/many/"
    folder = reference.data / "objects/prediction-conformance/many"
    for user in ("1", "2"):
        (folder / user).mkdir(parents=True)
        (folder / user / "u.json").write_text(f'{{"userId": "{user}"}}\n')
    places: dict[str, Any] = {
        "jobInput": {"s3DataSource": {"path": place}},
        "jobOutput": {"s3DataDestination": {"path": place}},
    }
    await call(reference, "CreateBatchInferenceJob", **wanted(**places))
    await finished(reference)
    shown = {path.relative_to(folder).as_posix(): json.loads(path.read_text()) for path in folder.rglob("*.out")}
    assert {"1/u.json.out": "1", "2/u.json.out": "2"} == {name: row["input"]["userId"] for name, row in shown.items()}
