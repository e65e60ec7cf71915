"""What was tried on resources on purpose, on histories made by hand: each check kept once and broken once."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.plans.samples import write_place
from specs.contract import Place
from specs.message import Call

AML = ("amazon_ml", "batch_prediction")
JOBS = ("datarobot", "batch_prediction")
PERSONALIZE = ("amazon_personalize", "batch_inference_job")
NOT_FOUND = {"status": 400, "code": "ResourceNotFoundException"}
REFUSALS = [
    ("passed", 400, "ResourceNotFoundException"),
    ("failed", 400, "InvalidInputException"),
    ("failed", 500, "InternalServerException"),
    ("failed", 200, None),
    ("inconclusive", 429, None),
    ("inconclusive", 400, "ThrottlingException"),
]


def job(operation: str, identity: str = "a", **more: Any) -> Call:
    """A call about one job."""
    return write_place(Call(operation, **more), Place("path", "predictionJobId"), identity)


@pytest.mark.parametrize(("expected", "status", "code"), REFUSALS)
def test_an_unknown_identity_is_refused_as_not_found(story: Any, expected: str, status: int, code: str | None) -> None:
    """Acceptance, a server error and another refusal fail; throttling decides nothing."""
    one = story(*AML)
    one.create("a")
    one.get("a", {"Status": "PENDING"})
    one.get("b", status=status, body={}, code=code, requirement="unknown_is_refused", expect="not_found")
    assert expected == one.verdict("unknown_is_refused")


def test_a_refusal_proves_nothing_where_everything_is_refused(story: Any) -> None:
    """Without an accepted valid call a refusal is no evidence."""
    one = story(*AML)
    one.get("b", body={}, requirement="unknown_is_refused", expect="not_found", **NOT_FOUND)
    assert "inconclusive" == one.verdict("unknown_is_refused")


@pytest.mark.parametrize(
    ("expected", "status", "end"),
    [("passed", 400, None), ("passed", 200, "FAILED"), ("failed", 200, "COMPLETED"), ("inconclusive", 200, "PENDING")],
)
def test_a_reference_to_nothing_is_refused(story: Any, expected: str, status: int, end: str | None) -> None:
    """A creation that names an unknown model is refused as the contract says for that member, or it fails in time."""
    one = story(*AML)
    one.create("a")
    code = "InvalidInputException" if status == 400 else None
    one.create("b", status=status, code=code, requirement="reference.MLModelId", expect="invalid_input")
    if end is not None:
        one.get("b", {"Status": end})
    assert expected == one.verdict("reference.MLModelId")


@pytest.mark.parametrize(
    ("expected", "which", "gap"), [("failed", AML, 1.0), ("inconclusive", JOBS, 1.0), ("failed", JOBS, 40.0)]
)
def test_a_created_resource_can_be_read(story: Any, expected: str, which: tuple[str, str], gap: float) -> None:
    """Not found after a creation fails, unless the consistency window is still open."""
    one = story(*which, gap)
    one.create("a")
    one.get("a", status=404, code="ResourceNotFoundException")
    assert expected == one.verdict("readable_after_create")


def test_a_late_read_that_finds_it_is_enough(story: Any) -> None:
    """A miss inside the window and a hit after it pass."""
    one = story(*JOBS)
    one.create("a")
    one.get("a", status=404)
    one.get("a", {"status": "INITIALIZING"})
    assert "passed" == one.verdict("readable_after_create")


@pytest.mark.parametrize(
    ("expected", "second", "name"), [("passed", "b", "k"), ("failed", "a", "k"), ("not_run", "a", "j")]
)
def test_two_creations_get_two_identities(story: Any, expected: str, second: str, name: str) -> None:
    """Only creations that ask for the same unique name may share an identity."""
    one = story(*PERSONALIZE)
    one.create("a", {"jobName": "j"})
    one.create(second, {"jobName": name})
    assert expected == one.verdict("identities_are_distinct")


@pytest.mark.parametrize(
    ("which", "kind", "expected", "status", "code", "identity"),
    [
        (AML, "same", "passed", 200, None, "a"),
        (AML, "same", "failed", 200, None, "b"),
        (AML, "same", "failed", 400, "InvalidInputException", "a"),
        (AML, "different", "passed", 400, "IdempotentParameterMismatchException", "a"),
        (AML, "different", "failed", 200, None, "a"),
        (PERSONALIZE, "same", "passed", 400, "ResourceAlreadyExistsException", "a"),
        (PERSONALIZE, "different", "failed", 200, None, "a"),
        (JOBS, "same", "passed", 202, None, "b"),
        (JOBS, "same", "passed", 409, None, ""),
    ],
)
def test_a_repeated_creation_gets_what_is_documented(
    story: Any, which: tuple[str, str], kind: str, expected: str, status: int, code: str | None, identity: str
) -> None:
    """Accepted with the same identity, refused as a named error, or only reported."""
    one = story(*which)
    one.create("a", group="again")
    one.create(identity, status=status, code=code, requirement=f"again_{kind}", expect="x", group="again")
    assert expected == one.verdict(f"again_{kind}")


def test_an_undocumented_repeat_needs_a_first_creation(story: Any) -> None:
    """What a server that names no identity does with a repeat is worth no remark."""
    one = story(*JOBS)
    for requirement in ("", "again_same"):
        one.create("", requirement=requirement, location="nowhere", group="again")
    assert "inconclusive" == one.verdict("again_same")


@pytest.mark.parametrize(
    ("expected", "first", "second"),
    [
        ("passed", 202, 409),
        ("passed", 202, 422),
        ("failed", 202, 202),
        ("failed", 202, 404),
        ("inconclusive", 500, 409),
    ],
)
def test_a_second_upload_is_refused(story: Any, expected: str, first: int, second: int) -> None:
    """A job takes its input once; both documented answers count."""
    one = story(*JOBS)
    one.create("a")
    one.get("a", {"status": "INITIALIZING"})
    one.tell(job("uploadCsv", body=b"x"), first, requirement="upload.again", group="up")
    one.tell(job("uploadCsv", body=b"x"), second, requirement="upload.again", expect="already_uploaded", group="up")
    found = one.finding("upload.again")
    assert expected == found.verdict.name
    assert (str(second) if expected == "passed" else "") == found.variant


@pytest.mark.parametrize(("expected", "status"), [("passed", 422), ("failed", 202)])
def test_an_empty_upload_is_refused(story: Any, expected: str, status: int) -> None:
    """An upload without a byte is invalid, on a server that takes uploads."""
    one = story(*JOBS)
    one.get("b", {"status": "INITIALIZING"})
    one.tell(job("uploadCsv", "b", body=b"x"), 202)
    one.tell(job("uploadCsv", body=b""), status, requirement="upload.empty", expect="invalid")
    assert expected == one.verdict("upload.empty")


@pytest.mark.parametrize(
    ("expected", "state", "status", "gap"),
    [
        ("passed", "COMPLETED", 200, 1.0),
        ("inconclusive", "COMPLETED", 404, 1.0),
        ("failed", "COMPLETED", 404, 40.0),
        ("failed", "COMPLETED", 422, 1.0),
        ("inconclusive", "ABORTED", 422, 40.0),
        ("inconclusive", "RUNNING", 404, 40.0),
    ],
)
def test_a_finished_job_serves_its_results(story: Any, expected: str, state: str, status: int, gap: float) -> None:
    """Results of a completed job are there when the window is over; other states are other requirements' business."""
    one = story(*JOBS, gap)
    one.create("a")
    one.get("a", {"status": state})
    one.tell(job("downloadBatchPrediction"), status, requirement="results.available")
    assert expected == one.verdict("results.available")


@pytest.mark.parametrize(
    ("expected", "after", "status"),
    [
        ("passed", "INITIALIZING", 404),
        ("failed", "INITIALIZING", 200),
        ("failed", "INITIALIZING", 422),
        ("inconclusive", "RUNNING", 404),
    ],
)
def test_results_are_refused_before_there_are_any(story: Any, expected: str, after: str, status: int) -> None:
    """A download is refused while the job certainly waits for its input."""
    one = story(*JOBS)
    one.tell(job("downloadBatchPrediction", "b"), 200, raw=b"a,b\n")
    one.create("a")
    one.get("a", {"status": "INITIALIZING"})
    one.tell(job("downloadBatchPrediction"), status, requirement="results.refused.INITIALIZING", expect="not_started")
    one.get("a", {"status": after})
    assert expected == one.verdict("results.refused.INITIALIZING")
    assert "None" not in one.finding("results.refused.INITIALIZING").got


@pytest.mark.parametrize(
    ("expected", "second", "status"), [("passed", b"a,b\n", 200), ("failed", b"a\n", 200), ("inconclusive", b"", 500)]
)
def test_results_are_the_same_each_time(story: Any, expected: str, second: bytes, status: int) -> None:
    """Two downloads of one job are compared byte for byte."""
    one = story(*JOBS)
    one.tell(job("downloadBatchPrediction"), 200, slot="a", raw=b"a,b\n")
    one.tell(job("downloadBatchPrediction"), status, slot="a", raw=second, requirement="results.repeatable")
    assert expected == one.verdict("results.repeatable")
