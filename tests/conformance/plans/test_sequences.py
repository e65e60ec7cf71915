"""Sequences of commands follow the lifecycle's table, and are drawn by the seed alone."""

from __future__ import annotations

import pytest

import specs
from conformance.plan import Scenario
from conformance.plans.samples import Naming, Samples
from conformance.plans.sequences import LENGTHS, plan_sequences
from specs.contract import Contract

CONTRACTS = tuple(specs.load(name) for name in specs.vendors())


def plan(contract: Contract, seed: int = 0) -> tuple[Scenario, ...]:
    """The scenarios, with fixtures as the embedded servers have them."""
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t1"))
    return plan_sequences(contract, samples, seed)


def orders(contract: Contract, seed: int) -> list[list[str]]:
    """The operations of each drawn sequence."""
    rows = [row for row in plan(contract, seed) if "/sequence/" in row.name]
    return [[step.call.operation for step in row.steps if step.call] for row in rows]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_every_command_serves_a_requirement(contract: Contract) -> None:
    """What a command proves is a requirement of the contract."""
    commands = {row.operation for life in contract.lifecycles.values() for row in life.commands.values()}
    steps = [step for row in plan(contract) for step in row.steps if step.call and step.call.operation in commands]
    assert set() == {step.case.requirement for step in steps} - set(contract.requirements)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda one: str(one.vendor))
def test_races_and_bursts_are_planned(contract: Contract) -> None:
    """Each requirement on what happens at the same moment has an exchange planned for it."""
    checks = ("recreate_at_once", "command_race")
    wanted = {row.id for row in contract.requirements.values() if row.check in checks}
    assert wanted <= {step.case.requirement for row in plan(contract) for step in row.steps}


def test_the_seed_draws_the_orders() -> None:
    """One seed gives one order, and some other seed another; there is a sequence of each length."""
    contract = specs.load("amazon_ml")
    drawn = {str(orders(contract, seed)) for seed in range(5)}
    assert orders(contract, 0) == orders(contract, 0)
    assert len(drawn) > 1
    assert len(LENGTHS) == len([row for row in plan(contract) if row.name.startswith("batch_prediction/sequence/")])


def test_nothing_is_done_to_what_is_gone() -> None:
    """A sequence ends with the read that finds the resource gone."""
    found = [row for seed in range(5) for row in orders(specs.load("datarobot"), seed) if "deleteJobDefinition" in row]
    assert found
    assert {-2} == {row.index("deleteJobDefinition") - len(row) for row in found}
