"""Members with few values are asked for with the values that the samples do not have."""

from __future__ import annotations

import pytest

import specs
from conformance.judging.oracle import Oracle
from conformance.plan import Mode, Scenario
from conformance.plans.echo_plan import plan_echoes
from conformance.plans.samples import Naming, Samples, read_place
from specs.contract import Contract, Place

CONTRACTS = [specs.load(vendor) for vendor in specs.vendors()]


def planned(contract: Contract) -> tuple[Scenario, ...]:
    """The scenarios with the embedded fixtures."""
    fixtures = {name: fixture.value for name, fixture in contract.fixtures.items()}
    return plan_echoes(contract, Samples(contract, fixtures, Naming("t")), 1)


def test_a_mode_that_no_sample_has_is_asked_for_and_read() -> None:
    """The other value of an enum is in a create call, and what it made is read."""
    (scenario,) = (one for one in planned(specs.load("amazon_personalize")) if "JobMode" in one.name)
    create, read, _ = scenario.steps
    assert create.call is not None
    assert "THEME_GENERATION" == read_place(create.call, Place("body", "/batchInferenceJobMode"))
    assert (create.slot, "DescribeBatchInferenceJob") == (read.slot, read.call.operation if read.call else "")


def test_a_member_that_no_sample_may_have_is_asked_for_alone() -> None:
    """What needs more than a call can show is tried once, held against nobody, and read twice where it is accepted."""
    (scenario,) = (one for one in planned(specs.load("amazon_personalize")) if "theme" in one.name)
    create, *reads = scenario.steps
    assert create.call is not None
    assert isinstance(read_place(create.call, Place("body", "/themeGenerationConfig/fieldsForThemeGeneration")), dict)
    assert (("any",), 2) == (create.case.expect, len(reads))


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_a_choice_breaks_no_limit_and_is_held_against_nobody(contract: Contract) -> None:
    """Each creation is valid by its schema; a target may refuse it all the same, and it makes something."""
    oracle = Oracle(contract)
    for scenario in planned(contract):
        create = scenario.steps[0]
        assert create.call is not None
        assert [] == list(oracle.request(create.call))
        assert (("any",), Mode.create) == (create.case.expect, scenario.mode)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_each_scenario_serves_a_requirement_and_has_a_name_of_its_own(contract: Contract) -> None:
    """Nothing is sent that no requirement needs."""
    rows = planned(contract)
    assert all(step.case.requirement in contract.requirements for row in rows for step in row.steps)
    assert len(rows) == len({row.name for row in rows})
