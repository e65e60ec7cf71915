"""Tests of what an import is for: the mock serves the folder, and the suite judges the mock."""

from __future__ import annotations

from pathlib import Path

import pytest

import mockgen
import specs
from conformance.findings import Verdict
from conformance.plan import Mode
from conformance.plans.excerpt import called
from conformance.plans.planning import SPARED, plan_run
from conformance.plans.preparing import mode_of
from conformance.plans.samples import Naming, Samples
from conformance.profile import profile_for
from conformance.reports.report import Report
from conformance.run import Options, run
from conformance.traffic.schemathesis_layer import withheld
from tests.specs.importing.conftest import Import

DOCUMENTS = Path(__file__).parent / "documents"
TRANSFORM = "CreateTransformJob,DescribeTransformJob,ListTransformJobs,StopTransformJob"
TABLES = "CreateTable,DescribeTable,DeleteTable,GetItem"


def _judged(contract: specs.Contract) -> Report:
    with mockgen.running(contract, pace="reads:1") as mock:
        return run(contract, profile_for(contract, mock.url, None, {}, None), Options(seed=3, tag="0a1b2c3d"))


@pytest.mark.parametrize(
    ("kind", "subject", "name", "more"),
    [
        ("botocore", "sagemaker", "transform", ("--operations", TRANSFORM)),
        ("openapi", DOCUMENTS / "render_jobs.yaml", "render_jobs", ()),
        ("openapi", DOCUMENTS / "forecast_jobs.yaml", "forecast_jobs", ()),
    ],
)
def test_the_mock_of_an_import_passes_the_suite(
    kind: str, subject: str | Path, name: str, more: tuple[str, ...], imported: Import
) -> None:
    """A job is made, shown and listed, reaches its end, and nothing of it fails or errs."""
    contract = imported(kind, subject, name, *more)
    report = _judged(contract)
    bad = [row.requirement.id for row in report.rows if row.finding.verdict in (Verdict.failed, Verdict.errored)]
    assert [] == bad
    life = next(iter(contract.lifecycles.values()))
    found = {row.requirement.id: row.finding.verdict for row in report.rows}
    for rule in ("reaches_final_state", "legal_path", "list.shows_created", "command.stop.unknown_is_refused"):
        assert Verdict.passed == found[f"{name}.lifecycle.{life.name}.{rule}"]


def test_the_suite_runs_on_json_1_0(imported: Import) -> None:
    """The suite judges a JSON 1.0 service without an error, its content type included."""
    report = _judged(imported("botocore", "dynamodb", "tables", "--operations", TABLES))
    found = {row.requirement.id: row.finding.verdict for row in report.rows}
    assert Verdict.errored not in found.values()
    assert Verdict.passed == found["aws_json.content_type"]
    assert Verdict.passed == found["tables.lifecycle.table.reaches_final_state"]


def _samples(contract: specs.Contract) -> Samples:
    return Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))


def test_a_delete_of_what_a_fixture_names_is_never_sent(imported: Import) -> None:
    """A profile names what belongs to somebody: no run takes it away, and says what to write instead."""
    contract = imported("openapi", DOCUMENTS / "forecast_jobs.yaml", "forecast_jobs")
    plan = plan_run(contract, _samples(contract), 0)
    assert "deleteJob" not in {name for scenario in plan.scenarios for name in called(scenario)}
    assert SPARED == plan.left_out["forecast_jobs.deleteJob.valid_request_is_accepted"]
    assert ("deleteJob",) == withheld(contract)


@pytest.mark.parametrize(
    ("mode", "operation"),
    [(Mode.destroy, "deleteJob"), (Mode.create, "uploadModel"), (Mode.read, "score"), (Mode.read, "getJob")],
)
def test_methods_and_statuses_tell_what_a_call_does(mode: Mode, operation: str, imported: Import) -> None:
    """Where no lifecycle explains a call, DELETE takes away and a 201 or 202 makes; any other call may only read."""
    assert mode == mode_of(imported("openapi", DOCUMENTS / "forecast_jobs.yaml", "forecast_jobs"), operation)
