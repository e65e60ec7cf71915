"""The part of a plan that some requirements need."""

from __future__ import annotations

from functools import cache

import pytest

import specs
from conformance.plan import Plan, Scenario, slots_of
from conformance.plans.excerpt import concerned_operations
from conformance.plans.planning import plan_run
from conformance.plans.samples import Naming, Samples

LIMIT = "datarobot.createBatchPrediction.request.chunkSize.maximum"
PAGES = "lifecycle.batch_prediction.list.pages"


@cache
def plan(vendor: str, *only: str) -> Plan:
    """What a run would send for some requirements."""
    contract = specs.load(vendor)
    fixtures = {name: row.value for name, row in contract.fixtures.items()}
    return plan_run(contract, Samples(contract, fixtures, Naming("t")), 0, only)


def made(scenarios: tuple[Scenario, ...]) -> set[str]:
    """The slots that scenarios fill."""
    return {step.slot for row in scenarios for step in row.steps if step.creates}


def test_one_limit_takes_a_handful_of_requests() -> None:
    """Of a table only the rows of the chosen limit are kept, and beside them valid calls of the same operation."""
    steps = [step for row in plan("datarobot", LIMIT).scenarios for step in row.steps]
    assert 2 <= len(steps) <= 6
    assert {"createBatchPrediction"} == {step.call.operation for step in steps if step.call}
    assert {"control", "boundary"} == {step.case.kind for step in steps}
    assert {LIMIT} == {step.case.requirement for step in steps if step.case.kind == "boundary"}


def test_a_refused_command_brings_its_valid_call_along() -> None:
    """A refusal proves something only beside a valid call, also where the resource is read right after that call."""
    names = [row.name for row in plan("datarobot", "datarobot.lifecycle.batch_job.command.abort.refused").scenarios]
    assert "control:abortBatchJob:plain" in names


def test_the_items_of_a_list_come_along() -> None:
    """A list is walked with everything in it that the whole run would have put there for it."""
    assert {f"batch_prediction/list/{number}" for number in range(3)} <= made(
        plan("amazon_ml", f"amazon_ml.{PAGES}").scenarios
    )


@pytest.mark.parametrize("vendor", specs.vendors())
def test_whatever_is_referred_to_is_made(vendor: str) -> None:
    """No scenario of a part refers to a resource that the whole plan makes and the part does not."""
    whole = made(plan(vendor).scenarios)
    for life in specs.load(vendor).lifecycles:
        part = plan(vendor, f"{vendor}.lifecycle.{life}").scenarios
        calls = [step.call for row in part for step in row.steps if step.call is not None]
        named = {name for call in calls for name in slots_of(call)} | {name for row in part for name in row.needs}
        assert set() == (named & whole) - made(part)


def test_a_law_that_no_scenario_serves_gets_answers_to_look_at() -> None:
    """A limit on answers is judged by whatever was answered: valid calls of its operation are planned."""
    contract = specs.load("datarobot")
    limit = next(
        row for row in contract.constraints.values() if row.side == "response" and row.operation == "getVersion"
    )
    assert {"getVersion"} == concerned_operations(contract, (limit.id,))
    calls = [step.call for row in plan("datarobot", limit.id).scenarios for step in row.steps]
    assert {"getVersion"} == {call.operation for call in calls if call}


def test_the_part_keeps_the_order_of_the_whole() -> None:
    """Scenarios come in the same order as in the whole plan."""
    names = [row.name for row in plan("amazon_ml").scenarios]
    part = [row.name for row in plan("amazon_ml", f"amazon_ml.{PAGES}").scenarios]
    assert part == [name for name in names if name in part]
