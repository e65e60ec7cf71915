"""All planners of the suite, put together to one plan.

The order of the list is the order in which scenarios of one stage are started.
"""

from __future__ import annotations

from collections.abc import Callable

from conformance.judge import selected
from conformance.plan import Plan, Scenario, Stage
from conformance.plans import (
    boundary,
    collection_plan,
    lifecycle_plan,
    listing_plan,
    operation_plan,
    output_plan,
    properties,
    relation_plan,
    wire_cases,
)
from conformance.samples import Samples
from specs.contract import Contract

Planner = Callable[[Contract, Samples, int], tuple[Scenario, ...]]

PLANNERS: tuple[Planner, ...] = (
    lifecycle_plan.plan_lifecycles,
    listing_plan.plan_listings,
    collection_plan.plan_collections,
    output_plan.plan_outputs,
    relation_plan.plan_relations,
    operation_plan.plan_operations,
    wire_cases.plan_wire,
    boundary.plan_boundaries,
    properties.plan_properties,
)


def plan_run(
    contract: Contract,
    samples: Samples,
    seed: int,
    only: tuple[str, ...] = (),
    declared: Callable[[str], bool] = lambda _feature: True,
) -> Plan:
    """The plan of a run. With `only`, the scenarios that serve those requirements, and the set-up below them.
    `declared` tells whether the target has a feature; what it does not have is left alone."""
    scenarios = tuple(scenario for planner in PLANNERS for scenario in planner(contract, samples, seed))
    wanted = (scenario for scenario in scenarios if _wanted(scenario, only))
    return Plan(tuple(scenario for scenario in wanted if _is_declared(contract, scenario, declared)))


def _is_declared(contract: Contract, scenario: Scenario, declared: Callable[[str], bool]) -> bool:
    called = {step.call.operation for step in scenario.steps if step.call is not None}
    features = {contract.operations[name].feature for name in called}
    return all(feature is None or declared(feature) for feature in features)


def _wanted(scenario: Scenario, only: tuple[str, ...]) -> bool:
    if not only or scenario.stage in (Stage.setup, Stage.closing):
        return True
    return any(selected(name, only) for step in scenario.steps for name in step.case.serves)
