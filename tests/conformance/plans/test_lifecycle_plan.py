"""The plans for lifecycles and lists: they serve every requirement, and they do only what their mode allows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import specs
from conformance.judge import CHECKS
from conformance.judging.command_checks import CHECKS as COMMANDED
from conformance.judging.lifecycle_checks import CHECKS as TRIED
from conformance.judging.listing_checks import CHECKS as LISTED
from conformance.judging.making_checks import CHECKS as MADE
from conformance.plan import Mode, Scenario, Stage, shared
from conformance.plans.lifecycle_plan import plan_lifecycles
from conformance.plans.listing_plan import plan_listings
from conformance.plans.samples import Naming, Samples
from specs.contract import Contract

CONTRACTS = [specs.load(vendor) for vendor in specs.vendors()]
WITHOUT_A_PLAN = {
    "amazon_ml.lifecycle.realtime_endpoint.again_different",
    "datarobot.lifecycle.catalog_item.again_different",
}
"""No parameter of these creations can differ."""
OF_ALL_CREATIONS = {"distinct_identities", "page_size"}
"""Judged on whatever a run creates and lists."""


def planned(contract: Contract, seed: int = 1) -> tuple[Scenario, ...]:
    """All scenarios about lifecycles and lists, with the embedded fixtures."""
    fixtures = {name: fixture.value for name, fixture in contract.fixtures.items()}
    samples = Samples(contract, fixtures, Naming("t"))
    return plan_lifecycles(contract, samples, seed) + plan_listings(contract, samples, seed)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_every_requirement_that_needs_an_act_has_a_case(contract: Contract) -> None:
    """Whatever is judged by what was tried on purpose is tried."""
    served = {step.case.requirement for scenario in planned(contract) for step in scenario.steps}
    rows = [row for row in contract.requirements.values() if row.check in {**TRIED, **COMMANDED, **LISTED, **MADE}]
    wanted = {row.id for row in rows if row.check not in OF_ALL_CREATIONS}
    assert wanted - served == wanted & WITHOUT_A_PLAN


def test_every_check_of_a_lifecycle_has_a_function() -> None:
    """Each check that contracts name for lifecycles and collections is in the suite's table."""
    named = {row.check for one in CONTRACTS for row in one.requirements.values() if row.origin == "lifecycle"}
    assert set() == named - set(CHECKS)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_a_plan_is_the_same_for_the_same_seed(contract: Contract) -> None:
    """Nothing in a plan is left to chance."""
    assert planned(contract) == planned(contract)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_only_destroying_scenarios_send_commands_with_an_event(contract: Contract) -> None:
    """What takes a known resource away needs the highest mode, what makes one the mode below it."""
    events = {row.operation for life in contract.lifecycles.values() for row in life.commands.values() if row.event}
    for scenario in planned(contract):
        for step in scenario.steps:
            if step.call and step.call.operation in events and step.slot:
                assert Mode.destroy == scenario.mode
            if step.creates or "reference." in step.case.requirement:
                assert scenario.mode >= Mode.create


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_slots_are_filled_before_they_are_used(contract: Contract) -> None:
    """A step about a resource comes after the one that makes it, in the same scenario or an earlier stage."""
    found: dict[str, Stage] = {}
    scenarios = sorted(planned(contract), key=lambda one: one.stage)
    for scenario in scenarios:
        for step in scenario.steps:
            used = set(re.findall(r"'\$slot': '([^']+)'", repr(step.call)))
            assert all(name in found for name in used), scenario.name
            if step.creates or step.keeps:
                found.setdefault(step.slot, scenario.stage)


def test_the_shared_resource_is_made_first_and_read_last() -> None:
    """Other planners find one finished resource of each kind, and it is watched to the end of the run."""
    contract = specs.load("datarobot")
    scenarios = [one for one in planned(contract) if shared("batch_prediction") in {step.slot for step in one.steps}]
    stages = [one.stage for one in scenarios]
    assert (Stage.setup, Stage.closing) == (min(stages), max(stages))
    operations = [step.call.operation for step in scenarios[0].steps if step.call]
    assert ["createBatchPrediction", "uploadCsv", "getBatchPrediction"] == operations


def test_a_part_of_something_else_is_taken_away_alone_and_restored() -> None:
    """Scenarios that take a shared endpoint away run by themselves and end with a creation and a read."""
    contract = specs.load("amazon_ml")
    alone = [one for one in planned(contract) if one.stage == Stage.exclusive and "unmount" in one.name]
    operations = [step.call.operation for one in alone for step in one.steps if step.call]
    assert "DeleteRealtimeEndpoint" in operations
    assert ["CreateRealtimeEndpoint", "GetMLModel"] == operations[-2:]


def test_a_filter_is_asked_in_every_way_that_it_documents() -> None:
    """A prefix is asked for from the front and from the middle, times with every comparison, a list with two values."""
    asked = {step.case.label for one in CONTRACTS for scenario in planned(one) for step in scenario.steps}
    assert 2 <= len([label for label in asked if label.startswith("Name prefix ")])
    assert {"gt", "ge", "lt", "le"} == {label.split()[1] for label in asked if label.startswith("CreatedAt ")}
    assert 2 == len([label for label in asked if label.startswith("status eq [")])


def test_what_is_named_before_it_is_finished_has_all_that_it_may_be_asked_for() -> None:
    """A model is trained on a fresh data source with statistics, which are optional there and needed here."""
    plan = planned(specs.load("amazon_ml"))
    (scenario,) = (one for one in plan if one.name == "ml_model/unfinished/TrainingDataSourceId")
    source, _ = scenario.steps
    assert source.call is not None
    assert isinstance(source.call.body, dict)
    assert source.call.body["ComputeStatistics"] is True


def test_what_may_fail_later_is_waited_for() -> None:
    """A creation that names nothing is read until its end, where it may have been accepted."""
    plan = planned(specs.load("amazon_ml"))
    (scenario,) = (one for one in plan if one.name == "evaluation/missing/MLModelId")
    create, wait = scenario.steps
    assert (("invalid_input", "accepted"), "poll") == (create.case.expect, wait.kind)


def test_a_job_that_begins_by_itself_is_asked_too_early() -> None:
    """Results and commands that states refuse are tried in each state on the way, as soon as it is seen."""
    known = specs.load("datarobot")
    life = known.lifecycles["batch_prediction"]
    assert life.results is not None
    results = replace(life.results, available_in=("COMPLETED",), otherwise={"RUNNING": "conflict"})
    restart = replace(life.commands["abort"], from_states=("COMPLETED",), otherwise="conflict")
    begins = replace(life, upload=None, results=results, commands={"abort": restart})
    contract = replace(known, lifecycles={**known.lifecycles, life.name: begins})
    steps = {scenario.name: scenario.steps for scenario in planned(contract)}
    labels = [step.case.label for step in steps["batch_prediction/results"]]
    assert "download in RUNNING" in labels
    assert labels.index("download in RUNNING") < labels.index("first download")
    assert "abort in RUNNING" in [step.case.label for step in steps["batch_prediction/abort/RUNNING"]]
