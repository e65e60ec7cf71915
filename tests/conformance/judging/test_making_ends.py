"""Resources that are made of unfinished ones, or cannot succeed, on histories made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from specs.message import Call

SOURCE = ("amazon_ml", "data_source")
JOB = ("amazon_ml", "batch_prediction")


@pytest.mark.parametrize(
    ("expected", "state"), [("passed", "FAILED"), ("failed", "COMPLETED"), ("inconclusive", "INPROGRESS")]
)
def test_a_request_that_cannot_succeed_fails(story: Any, expected: str, state: str) -> None:
    """A source that cannot be read is made and ends in a failure; patience that ends decides nothing."""
    one = story(*SOURCE)
    one.create("ds-1", {"DataSourceId": "ds-1"}, requirement="fails_as_documented")
    one.get("ds-1", {"DataSourceId": "ds-1", "Status": state})
    assert expected == one.verdict("fails_as_documented")


def test_a_request_that_cannot_succeed_is_not_refused(story: Any) -> None:
    """The failure is the job's, not the call's."""
    one = story(*SOURCE)
    one.create("ds-1", {}, requirement="fails_as_documented", status=400, body={}, code="InvalidInputException")
    assert "failed" == one.verdict("fails_as_documented")


@pytest.mark.parametrize(
    ("expected", "status", "code"),
    [("passed", 200, None), ("failed", 400, "InvalidInputException"), ("inconclusive", 400, "ThrottlingException")],
)
def test_what_is_only_just_made_may_be_named(story: Any, expected: str, status: int, code: str | None) -> None:
    """A job on a model that is not finished is accepted."""
    one = story(*JOB)
    law = "reference.MLModelId.unfinished"
    more: dict[str, Any] = {"body": {}} if code else {}
    one.create("bp-1", {"MLModelId": "ml-1"}, requirement=law, status=status, code=code, **more)
    assert expected == one.verdict(law)


@pytest.mark.parametrize(
    ("expected", "named", "status", "end"),
    [
        ("passed", "FAILED", 400, None),
        ("passed", "DELETED", 400, None),
        ("passed", "DELETED", 200, "FAILED"),
        ("failed", "DELETED", 200, "COMPLETED"),
        ("failed", "FAILED", 200, "COMPLETED"),
        ("inconclusive", "FAILED", 200, "INPROGRESS"),
        ("inconclusive", "COMPLETED", 200, "COMPLETED"),
    ],
)
def test_what_is_useless_may_not_be_named(story: Any, expected: str, named: str, status: int, end: str | None) -> None:
    """A job on a source that has failed or is deleted is refused, or made and fails; on any other nothing is said."""
    one = story(*JOB)
    law = "reference.BatchPredictionDataSourceId.unusable"
    one.create("bp-0", {"BatchPredictionDataSourceId": "ds-0"})
    one.get("bp-0", {"BatchPredictionId": "bp-0", "Status": "COMPLETED"})
    one.tell(Call("GetDataSource", body={"DataSourceId": "ds-1"}), body={"DataSourceId": "ds-1", "Status": named})
    refused: dict[str, Any] = {"body": {}, "code": "InvalidInputException"} if status == 400 else {}
    one.create("bp-1", {"BatchPredictionDataSourceId": "ds-1"}, requirement=law, status=status, **refused)
    if end is not None:
        one.get("bp-1", {"BatchPredictionId": "bp-1", "Status": end})
    assert expected == one.verdict(law)
