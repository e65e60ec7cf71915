"""The plan of a whole run, or of the part of it that somebody asks for."""

from __future__ import annotations

import pytest

import specs
from conformance.plan import Stage
from conformance.planning import plan_run
from conformance.samples import Naming, Samples


def called_in_main(vendor: str, *only: str) -> set[str]:
    """The operations that are called beside the set-up, when only some requirements are asked for."""
    contract = specs.load(vendor)
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    scenarios = plan_run(contract, samples, 0, only).scenarios
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
