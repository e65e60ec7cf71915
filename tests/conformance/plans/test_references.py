"""Creations that name what has ended in a state of no use."""

from __future__ import annotations

import specs
from conformance.plan import Scenario
from conformance.plans.lifecycle_plan import plan_lifecycles
from conformance.plans.samples import Naming, Samples


def plan() -> dict[str, Scenario]:
    """Scenarios by name."""
    contract = specs.load("amazon_ml")
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    found = plan_lifecycles(contract, samples, 7)
    return {row.name: row for row in found if row.name.startswith("batch_prediction/unusable/")}


def operations(scenario: Scenario) -> list[str]:
    return [step.call.operation for step in scenario.steps if step.call]


def test_each_end_that_can_be_brought_about_is_tried() -> None:
    """A source that fails or is deleted, and a model that is deleted: nothing makes a model fail on purpose."""
    source = "BatchPredictionDataSourceId"
    ends = {f"{source}/FAILED", f"{source}/DELETED", "MLModelId/DELETED"}
    names = {name.removeprefix("batch_prediction/unusable/") for name in plan()}
    assert ends == {name for name in names if not name.endswith("/last")}


def test_what_is_named_has_ended_before() -> None:
    """What is deleted is read once more before it is named."""
    found = operations(plan()["batch_prediction/unusable/BatchPredictionDataSourceId/DELETED"])
    expected = ["CreateDataSourceFromS3", "GetDataSource", "DeleteDataSource", "GetDataSource"]
    assert [*expected, "CreateBatchPrediction", "GetBatchPrediction"] == found


def test_a_job_waits_in_vain_for_what_will_fail() -> None:
    """A job that names a source before it has failed is watched to its end, too."""
    found = operations(plan()["batch_prediction/unusable/BatchPredictionDataSourceId/FAILED"])
    assert ["CreateDataSourceFromS3", "CreateBatchPrediction", "GetDataSource", "GetBatchPrediction"] == found[:4]
    assert ["CreateBatchPrediction", "GetBatchPrediction"] == found[4:]
