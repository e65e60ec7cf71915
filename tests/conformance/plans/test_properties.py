"""Random bodies: drawn with the seed, valid where they should be, and never touching what only a target knows."""

from __future__ import annotations

import pytest

import specs
from conformance.judging.oracle import Oracle
from conformance.plan import Scenario
from conformance.plans.properties import plan_properties
from conformance.plans.samples import Naming, Samples

VENDORS = ("amazon_ml", "amazon_personalize", "datarobot", "spice")


def plan(vendor: str, seed: int) -> tuple[Scenario, ...]:
    """A vendor's random scenarios."""
    contract = specs.load(vendor)
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    return plan_properties(contract, samples, seed, contract.operations)


@pytest.mark.parametrize("vendor", VENDORS)
def test_bodies_are_what_they_claim(vendor: str) -> None:
    """A valid body breaks nothing, an invalid one exactly the limit that it is filed under."""
    oracle = Oracle(specs.load(vendor))
    steps = [step for scenario in plan(vendor, 3) for step in scenario.steps if step.case.kind == "property"]
    assert steps
    for step in steps:
        assert step.call is not None
        expected = set() if step.case.expect == ("accepted",) else {step.case.requirement}
        assert expected == oracle.broken(step.call)


def test_a_seed_gives_the_same_plan() -> None:
    """The same seed draws the same bodies, another seed draws others."""
    assert plan("amazon_personalize", 5) == plan("amazon_personalize", 5)
    assert plan("amazon_personalize", 5) != plan("amazon_personalize", 6)


def test_operators_stand_with_their_variable() -> None:
    """A list filter's operator is never drawn without its variable, nor the variable alone."""
    bodies = [
        step.call.body
        for scenario in plan("amazon_ml", 1)
        for step in scenario.steps
        if step.call and step.call.operation == "DescribeBatchPredictions" and step.case.expect == ("accepted",)
    ]
    assert {True} == {("EQ" in body) == ("FilterVariable" in body) for body in bodies}


def test_needed_members_are_always_drawn() -> None:
    """Every drawn body has the members of the smallest valid one."""
    calls = [step.call for scenario in plan("datarobot", 1) for step in scenario.steps if step.call]
    bodies = [call.body for call in calls if call.operation == "createBatchPrediction"]
    assert bodies
    assert all({"deploymentId", "intakeSettings"} <= set(body) for body in bodies)
