"""What lists are asked beside the usual questions."""

from __future__ import annotations

import specs
from conformance.plan import Scenario
from conformance.plans.listing_plan import FAR, plan_listings
from conformance.plans.samples import Naming, Samples


def plan(vendor: str) -> dict[str, Scenario]:
    """A vendor's scenarios by name."""
    contract = specs.load(vendor)
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    return {scenario.name: scenario for scenario in plan_listings(contract, samples, 7)}


def test_a_list_is_asked_for_a_page_behind_its_end() -> None:
    """Where pages are counted, one begins behind the last item that a run can make; tokens lead nowhere else."""
    (step,) = plan("datarobot")["batch_prediction/list/beyond"].steps
    assert step.call
    assert FAR == step.call.query["offset"]
    assert not [name for name in plan("amazon_ml") if name.endswith("/list/beyond")]


def test_filters_are_asked_for_together() -> None:
    """Of two filters one fits and the other does not, and each of the two stands first once."""
    known = [name for name in plan("datarobot") if name.startswith("batch_prediction/list/") and " and " in name]
    pairs = [tuple(part.split()[0] for part in name.rpartition("/")[2].split(" and ")) for name in known]
    assert {("status", "deploymentId")} < set(pairs)
    assert len(pairs) == 2 * len({frozenset(pair) for pair in pairs})
    for name in known:
        (walk,) = plan("datarobot")[name].steps
        assert walk.call
        assert 2 == len([key for key in walk.call.query if key not in ("limit", "offset")])


def test_a_list_gets_the_token_of_another_one() -> None:
    """A page of one item is asked of another list, and its token sent to this one; of several lists one that every
    target has gives it."""
    first, second = plan("amazon_ml")["ml_model/list/token of another"].steps
    assert first.call
    assert second.call
    assert ("DescribeBatchPredictions", {"Limit": 1}) == (first.call.operation, first.call.body)
    assert ("DescribeMLModels", {"NextToken": {"$slot": first.slot}}) == (second.call.operation, second.call.body)
    assert "/NextToken" == first.keeps
