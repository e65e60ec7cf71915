"""Plans of whole operations: controls, credentials, and the calls of written requirements."""

from __future__ import annotations

import pytest

import specs
from conformance.plan import Mode, Scenario, Stage
from conformance.plans.operation_plan import plan_operations
from conformance.plans.samples import Naming, Samples

VENDORS = ("amazon_ml", "amazon_personalize", "datarobot", "spice")


def plan(vendor: str) -> dict[str, Scenario]:
    """A vendor's scenarios by name."""
    contract = specs.load(vendor)
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    return {scenario.name: scenario for scenario in plan_operations(contract, samples, 0)}


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_requirement_of_operations_is_served(vendor: str) -> None:
    """Every operation has a valid call, every credentials requirement and every written call its own."""
    checks = ("accepts_valid", "credentials", "call_gets", "report_variant")
    wanted = {row.id for row in specs.load(vendor).requirements.values() if row.check in checks}
    assert wanted == {step.case.requirement for scenario in plan(vendor).values() for step in scenario.steps} & wanted


def test_a_command_gets_a_resource_of_its_own() -> None:
    """A delete first makes what it deletes, waits until it may, and says that it destroys."""
    scenario = plan("amazon_ml")["control:DeleteBatchPrediction:plain"]
    assert ["send", "poll", "send"] == [step.kind for step in scenario.steps]
    assert {scenario.name} == {step.slot for step in scenario.steps[:2]}
    assert Mode.destroy == scenario.mode
    call = scenario.steps[2].call
    assert call is not None
    assert {"BatchPredictionId": {"$slot": scenario.name}} == call.body


def test_a_sub_resource_is_taken_and_put_back_alone() -> None:
    """What exists at most once is taken away and made again while nothing else runs."""
    scenario = plan("amazon_ml")["control:realtime_endpoint"]
    assert Stage.exclusive == scenario.stage
    assert ["DeleteRealtimeEndpoint", "GetMLModel", "Predict", "CreateRealtimeEndpoint", "GetMLModel"] == [
        step.call.operation for step in scenario.steps if step.call
    ]
    assert [("NONE",), ("READY",)] == [step.until for step in scenario.steps if step.kind == "poll"]


def test_another_model_is_mounted_before_it_scores() -> None:
    """A written call that names another model makes what the scorer needs for it first."""
    steps = plan("amazon_ml")["amazon_ml.Predict.multiclass_model_is_scored"].steps
    assert ["CreateRealtimeEndpoint", "GetMLModel", "Predict"] == [step.call.operation for step in steps if step.call]
    assert {"ml-multiclass"} == {step.call.body["MLModelId"] for step in steps if step.call}


def test_changes_and_removals_are_made() -> None:
    """A written call has the changes and lacks the members that its requirement names."""
    call = plan("datarobot")["datarobot.listBatchPredictions.status_may_repeat"].steps[0].call
    assert call is not None
    assert {"status": ["COMPLETED", "RUNNING"]} == call.query
    call = plan("spice")["spice.post_batch_predict.missing_list_is_accepted"].steps[0].call
    assert call is not None
    assert {} == call.body
