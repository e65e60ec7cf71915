"""Models of a run whose threshold is moved."""

from __future__ import annotations

import specs
from conformance.plan import Scenario
from conformance.plans.samples import Naming, Samples
from conformance.plans.threshold_plan import plan_thresholds


def plan(vendor: str) -> dict[str, Scenario]:
    """A vendor's scenarios by name."""
    contract = specs.load(vendor)
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    return {scenario.name: scenario for scenario in plan_thresholds(contract, samples, 7)}


def test_a_threshold_is_moved_before_anything_is_scored() -> None:
    """A model of this run is made, its threshold set alone and read, and only then it scores, once for each record."""
    row = plan("amazon_ml")["threshold:Predict:1"]
    calls = [step.call for step in row.steps if step.call]
    names = [call.operation for call in calls]
    (told,) = (call for call in calls if call.operation == "UpdateMLModel")
    assert {"MLModelId": {"$slot": row.name}, "ScoreThreshold": 1.0} == told.body
    order = [names.index(name) for name in ("CreateMLModel", "UpdateMLModel", "CreateRealtimeEndpoint", "Predict")]
    assert sorted(order) == order
    assert len(specs.load("amazon_ml").fixtures["records"].value) == names.count("Predict")


def test_a_batch_is_scored_with_the_model_of_this_run() -> None:
    """A batch job names the model whose threshold was moved, at both ends."""
    for end in ("0", "1"):
        row = plan("amazon_ml")[f"threshold:batch_result:{end}"]
        (made,) = (step for step in row.steps if step.creates == "batch_prediction")
        assert made.call
        assert {"$slot": row.name} == made.call.body["MLModelId"]
        assert "collect" == row.steps[-1].kind


def test_where_no_command_sets_a_threshold_nothing_is_moved() -> None:
    """Vendors whose models have no threshold of their own get no such scenario."""
    assert {} == {**plan("spice"), **plan("datarobot"), **plan("amazon_personalize")}
