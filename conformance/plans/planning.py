"""All planners of the suite, put together to one plan.

The order of the list is the order in which scenarios of one stage are started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from conformance.plan import Mode, Plan, Scenario, Step, slots_of
from conformance.plans import (
    boundary,
    collection_plan,
    echo_plan,
    lifecycle_plan,
    listing_plan,
    operation_plan,
    output_plan,
    properties,
    relation_plan,
    sequences,
    threshold_plan,
    wire_cases,
)
from conformance.plans.excerpt import called, concerned_operations, excerpt
from conformance.plans.preparing import takes_what_is_named
from conformance.plans.samples import Samples
from specs.contract import Contract

Planner = Callable[[Contract, Samples, int], tuple[Scenario, ...]]
TablePlanner = Callable[[Contract, Samples, int, Iterable[str]], tuple[Scenario, ...]]

PLANNERS: tuple[Planner, ...] = (
    lifecycle_plan.plan_lifecycles,
    echo_plan.plan_echoes,
    sequences.plan_sequences,
    listing_plan.plan_listings,
    collection_plan.plan_collections,
    output_plan.plan_outputs,
    relation_plan.plan_relations,
    threshold_plan.plan_thresholds,
    operation_plan.plan_operations,
    wire_cases.plan_wire,
)
TABLE_PLANNERS: tuple[TablePlanner, ...] = (boundary.plan_boundaries, properties.plan_properties)
"""These plan one operation after the other, and most of a run's planning is theirs: they are told which ones matter."""

SPARED = "it would take away what a fixture names: say in lifecycles.yaml what it does to which resource"


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
    concerned = concerned_operations(contract, only)
    tables = [name for name in has if not only or name in concerned]
    scenarios = [scenario for planner in PLANNERS for scenario in planner(contract, samples, seed)]
    scenarios += [scenario for planner in TABLE_PLANNERS for scenario in planner(contract, samples, seed, tables)]
    scenarios = [_without_parts(contract, scenario, declared) for scenario in scenarios]
    wanted = excerpt(contract, scenarios, only) if only else scenarios
    spared = {name for name in contract.operations if takes_what_is_named(contract, name)}
    chosen = (scenario for scenario in wanted if _is_declared(contract, scenario, declared))
    chosen = (scenario for scenario in chosen if spared.isdisjoint(called(scenario)))
    left_out = {row.id: SPARED for row in contract.requirements.values() if row.operation in spared}
    return Plan(tuple(replace(scenario, mode=least_mode(contract, scenario)) for scenario in chosen), left_out)


def least_mode(contract: Contract, scenario: Scenario) -> Mode:
    """The least mode that a scenario can run in.

    Whatever refers to a resource of this run needs one to be made, and so does scoring with a model that must be
    mounted first. Of what only reads, calls that should be accepted
    belong to the mode `observe`, and calls that should be refused to `read`.
    """
    if scenario.mode > Mode.read:
        return scenario.mode
    calls = [step.call for step in scenario.steps if step.call is not None]
    mounted = {scorer.operation for scorer in contract.scorers.values() if scorer.needs}
    refers = bool(scenario.needs) or any(call.operation in mounted for call in calls)
    if refers or any(True for call in calls for _ in slots_of(call)):
        return Mode.create
    harmless = all(
        step.case.expect == ("accepted",) and step.mutation is None and step.credentials == "right"
        for step in scenario.steps
    )
    return Mode.observe if harmless else Mode.read


def judged_from(contract: Contract, plan: Plan) -> Mapping[str, Mode]:
    """Requirement -> the least mode in which a plan has something that shows it: a call that was made for it, a valid
    call of its operation, or a read of a resource of its lifecycle. What no plan can promise is missing."""
    modes: dict[tuple[str, str], Mode] = {}
    for scenario in plan.scenarios:
        for key in (key for step in scenario.steps for key in _shown_by(step)):
            modes[key] = min(modes.get(key, Mode.destroy), scenario.mode)
    found: dict[str, Mode] = {}
    for row in contract.requirements.values():
        life = str(row.parameters.get("lifecycle", ""))
        keys = (("serves", row.id), ("operation", row.operation or ""), ("lifecycle", life))
        known = next((modes[key] for key in keys if key in modes), None)
        if known is not None:
            found[row.id] = known
    return found


def _shown_by(step: Step) -> Iterator[tuple[str, str]]:
    yield from (("serves", name) for name in step.case.serves if name)
    if step.call is not None and "accepted" in step.case.expect:
        yield "operation", step.call.operation
    if step.lifecycle and (step.creates or step.kind in ("poll", "send", "follow")):
        yield "lifecycle", step.lifecycle


def within(contract: Contract, plan: Plan, mode: Mode) -> Plan:
    """The part of a plan that a mode allows; what only a higher mode would show is left out, with that mode."""
    allowed = tuple(scenario for scenario in plan.scenarios if scenario.mode <= mode)
    left_out = {
        name: f"mode {mode.name} does not allow it; --mode {least.name} does"
        for name, least in judged_from(contract, plan).items()
        if least > mode
    }
    return Plan(allowed, {**plan.left_out, **left_out})


def _without_parts(contract: Contract, scenario: Scenario, declared: Callable[[str], bool]) -> Scenario:
    """A scenario without the cases of members that belong to a feature which the target lacks."""

    def lacks(step: Step) -> bool:
        row = contract.constraints.get(step.case.requirement)
        return row is not None and row.feature is not None and not declared(row.feature)

    return replace(scenario, steps=tuple(step for step in scenario.steps if not lacks(step)))


def _is_declared(contract: Contract, scenario: Scenario, declared: Callable[[str], bool]) -> bool:
    features = {contract.operations[name].feature for name in called(scenario)}
    return all(feature is None or declared(feature) for feature in features)
