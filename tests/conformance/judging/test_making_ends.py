"""Resources that are made of unfinished ones, or cannot succeed, on histories made by hand."""

from __future__ import annotations

from typing import Any

import pytest

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
