"""All planners of the suite, put together to one plan.

The order of the list is the order in which scenarios of one stage are started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from conformance.judge import selected
from conformance.plan import Plan, Scenario, Stage
from conformance.plans import (
    boundary,
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
TablePlanner = Callable[[Contract, Samples, int, Iterable[str]], tuple[Scenario, ...]]

PLANNERS: tuple[Planner, ...] = (
    lifecycle_plan.plan_lifecycles,
    listing_plan.plan_listings,
    output_plan.plan_outputs,
    relation_plan.plan_relations,
    operation_plan.plan_operations,
    wire_cases.plan_wire,
)
TABLE_PLANNERS: tuple[TablePlanner, ...] = (boundary.plan_boundaries, properties.plan_properties)
"""These plan one operation after the other, and most of a run's planning is theirs: they are told which ones matter."""


def plan_run(
    contract: Contract,
    samples: Samples,
    seed: int,
    only: tuple[str, ...] = (),
    declared: Callable[[str], bool] = lambda _feature: True,
) -> Plan:
    """The plan of a run. With `only`, the scenarios that serve those requirements, and the set-up below them.
    `declared` tells whether the target has a feature; what it does not have is left alone."""
    has = [row.id for row in contract.operations.values() if row.feature is None or declared(row.feature)]
    scenarios = [scenario for planner in PLANNERS for scenario in planner(contract, samples, seed)]
    scenarios += [scenario for planner in TABLE_PLANNERS for scenario in planner(contract, samples, seed, has)]
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
