"""Plans: what a run sends, by the mode and by the part of it that somebody asks for."""

from __future__ import annotations

import pytest

import specs
from conformance.history import Case
from conformance.plan import Mode, Scenario, Stage, Step, slot, slots_of
from conformance.plans.planning import judged_from, least_mode, plan_run, within
from conformance.plans.preparing import mode_of
from conformance.plans.samples import Naming, Samples
from specs.message import Call

VENDORS = specs.vendors()


def scenario(vendor: str, operation: str, *expect: str, mode: Mode = Mode.read) -> Mode:
    """The least mode of one call."""
    contract = specs.load(vendor)
    return least_mode(contract, Scenario("one", (Step(Case("t", "r", "", expect), Call(operation)),), mode=mode))


@pytest.mark.parametrize(
    ("least", "vendor", "operation", "expect"),
    [
        (Mode.observe, "datarobot", "listDeployments", "accepted"),
        (Mode.read, "datarobot", "listDeployments", "invalid"),
        (Mode.read, "datarobot", "listDeployments", "any"),
        (Mode.create, "amazon_ml", "Predict", "accepted"),  # the model has to be mounted first
    ],
)
def test_valid_reads_are_observed_and_refusals_are_asked_for_by_read(
    least: Mode, vendor: str, operation: str, expect: str
) -> None:
    """A call that is valid and makes nothing belongs to `observe`, one that should be refused to `read`."""
    assert least == scenario(vendor, operation, expect)


def test_what_refers_to_an_own_resource_needs_it_to_be_made() -> None:
    """A read of something that only this run can make is of no use in a mode that makes nothing."""
    contract = specs.load("datarobot")
    call = Call("getBatchPrediction", path={"predictionJobId": slot("job")})
    assert ["job"] == list(slots_of(call))
    assert Mode.create == least_mode(
        contract, Scenario("one", (Step(Case("t", "r", "", ("accepted",)), call),), mode=Mode.read)
    )


@pytest.mark.parametrize("vendor", VENDORS)
def test_low_modes_call_nothing_that_makes_anything(vendor: str) -> None:
    """In observe and read every call is one of a reading operation, and in observe each should be accepted."""
    contract = specs.load(vendor)
    plan = plan_run(contract, Samples(contract, fixtures(vendor), Naming("ab12")), 0)
    for mode in (Mode.observe, Mode.read):
        steps = [step for row in within(contract, plan, mode).scenarios for step in row.steps if step.call]
        assert steps
        assert {Mode.read} == {mode_of(contract, step.call.operation) for step in steps if step.call}
        assert mode == Mode.read or {("accepted",)} == {step.case.expect for step in steps}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_higher_mode_shows_whatever_a_lower_one_does(vendor: str) -> None:
    """What a mode leaves out is told with the least mode that shows it; in `destroy` nothing is left out for that."""
    contract = specs.load(vendor)
    plan = plan_run(contract, Samples(contract, fixtures(vendor), Naming("ab12")), 0)
    first = judged_from(contract, plan)
    left_out = [set(within(contract, plan, mode).left_out) for mode in Mode]
    assert left_out[0] >= left_out[1] >= left_out[2] >= left_out[3] == set()
    assert left_out[1] == {name for name, least in first.items() if least > Mode.read}
    told = within(contract, plan, Mode.read).left_out
    assert all(told[name].endswith(f"--mode {first[name].name} does") for name in left_out[1])


def fixtures(vendor: str) -> dict[str, object]:
    """A vendor's own fixtures."""
    return {name: row.value for name, row in specs.load(vendor).fixtures.items()}


def called_in_main(vendor: str, *only: str) -> set[str]:
    """The operations that are called beside the set-up, when only some requirements are asked for."""
    contract = specs.load(vendor)
    scenarios = plan_run(contract, Samples(contract, fixtures(vendor), Naming("t")), 0, only).scenarios
    own = [scenario for scenario in scenarios if scenario.stage == Stage.main]
    return {step.call.operation for scenario in own for step in scenario.steps if step.call}


@pytest.mark.parametrize(
    ("expected", "only"),
    [
        ({"DescribeBatchPredictions"}, "sigv4"),
        ({"DescribeBatchPredictions"}, "amazon_ml.DescribeBatchPredictions.request.Limit.maximum"),
    ],
)
def test_a_part_of_a_run_brings_its_controls(expected: set[str], only: str) -> None:
    """Whoever asks for one requirement gets its requests and a valid call of the same operation, and no other's."""
    assert expected == called_in_main("amazon_ml", only)


def test_a_whole_run_calls_everything() -> None:
    """Without a choice, every operation is called."""
    assert set(specs.load("spice").operations) == called_in_main("spice")


def test_a_part_of_a_body_is_left_alone_without_its_feature() -> None:
    """Members of a feature that the target lacks are in no request that was made for them."""
    contract = specs.load("datarobot")
    samples = Samples(contract, fixtures("datarobot"), Naming("ab12"))
    parts = {name for name, row in contract.constraints.items() if row.feature == "time_series"}
    for has, lacking in ((True, ""), (False, "time_series")):
        plan = plan_run(contract, samples, 0, declared=lacking.__ne__)
        served = {step.case.requirement for scenario in plan.scenarios for step in scenario.steps}
        assert has == bool(parts & served)
