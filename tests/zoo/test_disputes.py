"""Where sources disagree, each documented variant is accepted, and the report says which one the target shows."""

from __future__ import annotations

import pytest

import mockgen
import specs
from conformance.findings import Verdict
from conformance.profile import profile_for
from conformance.run import Options, run

ML = "amazon_ml"
DR = "datarobot"
PZ_STATE = "amazon_personalize.lifecycle.batch_inference_job.known_state"
OTHER = "other_error_forms"


@pytest.mark.parametrize(
    ("vendor", "requirement", "fault", "variant"),
    [
        (ML, f"{ML}.lifecycle.batch_prediction.unknown_is_refused", "", "400"),
        (ML, f"{ML}.lifecycle.batch_prediction.unknown_is_refused", OTHER, "404"),
        (ML, "aws_json.unknown_target_is_refused", "", "400"),
        (ML, "aws_json.unknown_target_is_refused", OTHER, "404"),
        (ML, "sigv4.expired_signatures_are_refused", "", "403"),
        (ML, "sigv4.expired_signatures_are_refused", "wrong_error_form:error=bad_signature,status=400", "400"),
        ("amazon_personalize", "aws_json.unknown_target_is_refused", OTHER, "404"),
        ("amazon_personalize", PZ_STATE, "", "CREATE PENDING and CREATE IN_PROGRESS"),
        ("amazon_personalize", PZ_STATE, "other_spelling:resource=batch_inference_job", "PENDING and IN PROGRESS"),
        (DR, f"{DR}.lifecycle.batch_prediction.upload.again", "", "409"),
        (DR, f"{DR}.lifecycle.batch_prediction.upload.again", OTHER, "422"),
        (DR, f"{DR}.getBatchPrediction.percentage_of_a_finished_job", "", "100"),
        (
            DR,
            f"{DR}.getBatchPrediction.percentage_of_a_finished_job",
            "field_shows:resource=batch_prediction,field=/percentageCompleted,value=0",
            "0",
        ),
    ],
)
def test_the_variant_is_reported(vendor: str, requirement: str, fault: str, variant: str) -> None:
    """Whatever a source allows passes, under the name of that variant."""
    contract = specs.load(vendor)
    with mockgen.running(vendor, pace="reads:1", faults=(fault,) if fault else ()) as mock:
        report = run(contract, profile_for(contract, mock.url, None, {}), Options(seed=3, only=(requirement,)))
    (row,) = [row for row in report.rows if row.requirement.id == requirement]
    assert (Verdict.passed, variant) == (row.finding.verdict, row.finding.variant)
