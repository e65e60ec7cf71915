"""boto3's `personalize` client against the mock and the reference server.

The service has no waiters in boto3, so the tests read until the job is final, as users of it have to.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

VENDOR = "amazon_personalize"
SOLUTION_VERSION = "arn:aws:personalize:us-east-1:123456789012:solution/movies/0a1b2c3d"
ROLE = "arn:aws:iam::123456789012:role/PersonalizeBatch"
INPUT = "s3://prediction-conformance/users/users.json"
OUTPUT = "s3://prediction-conformance/recommendations/"
READS = 2_000
SERIAL = count(1)


@pytest.fixture
def client(url: str, aws_client: Callable[..., Any]) -> Any:
    """A fresh client: its retry quota belongs to one test."""
    return aws_client("personalize", url)


def request(name: str, **changes: Any) -> dict[str, Any]:
    """The parameters of a batch inference job."""
    return {
        "jobName": name,
        "solutionVersionArn": SOLUTION_VERSION,
        "roleArn": ROLE,
        "jobInput": {"s3DataSource": {"path": INPUT}},
        "jobOutput": {"s3DataDestination": {"path": OUTPUT}},
    } | changes


def create(client: Any, **changes: Any) -> str:
    """Start a job under a name of its own, and give its ARN."""
    answer = client.create_batch_inference_job(**request(f"boto3-{next(SERIAL)}", **changes))
    return str(answer["batchInferenceJobArn"])


def test_a_batch_inference_job_becomes_active(client: Any) -> None:
    """A job is created, read until it is ACTIVE, and shows what it was created with."""
    arn = create(client, numResults=5)
    states = []
    for _ in range(READS):
        job = client.describe_batch_inference_job(batchInferenceJobArn=arn)["batchInferenceJob"]
        states.append(job["status"])
        if job["status"] in ("ACTIVE", "CREATE FAILED"):
            break
    assert "ACTIVE" == states[-1]
    assert (arn, SOLUTION_VERSION, 5) == (job["batchInferenceJobArn"], job["solutionVersionArn"], job["numResults"])
    assert INPUT == job["jobInput"]["s3DataSource"]["path"]
    assert job["creationDateTime"] <= job["lastUpdatedDateTime"]


def test_lists_page(client: Any) -> None:
    """The paginator finds every job of a solution version once, in pages that are not larger than asked for."""
    created = {create(client) for _ in range(3)}
    paginator = client.get_paginator("list_batch_inference_jobs")
    pages = list(paginator.paginate(solutionVersionArn=SOLUTION_VERSION, PaginationConfig={"PageSize": 2}))
    listed = [job["batchInferenceJobArn"] for page in pages for job in page["batchInferenceJobs"]]
    assert all(len(page["batchInferenceJobs"]) <= 2 for page in pages)
    assert len(listed) == len(set(listed))
    assert created <= set(listed)


def test_errors_are_typed(client: Any) -> None:
    """A taken name, a missing resource, a broken pattern and a foreign token raise the service model's exceptions."""
    client.create_batch_inference_job(**request("boto3-taken"))
    with pytest.raises(client.exceptions.ResourceAlreadyExistsException):
        client.create_batch_inference_job(**request("boto3-taken"))
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        create(client, solutionVersionArn=SOLUTION_VERSION + "-missing")
    with pytest.raises(client.exceptions.InvalidInputException):
        client.create_batch_inference_job(**request("-starts-with-a-hyphen"))
    with pytest.raises(client.exceptions.InvalidNextTokenException):
        client.list_batch_inference_jobs(nextToken="never-given-out")
