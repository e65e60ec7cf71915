"""What is tried on members that commands set, and on creations that are repeated or refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import specs
from conformance.plan import Scenario, Stage, Step
from conformance.plans.changing import awkward
from conformance.plans.lifecycle_plan import plan_lifecycles
from conformance.plans.samples import Naming, Samples
from specs.contract import Place
from specs.message import Call


def samples(vendor: str) -> Samples:
    contract = specs.load(vendor)
    return Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))


def scenarios(vendor: str, begins: str) -> dict[str, Scenario]:
    """The scenarios of a vendor whose names begin so."""
    plan = plan_lifecycles(specs.load(vendor), samples(vendor), 7)
    return {row.name: row for row in plan if row.name.startswith(begins)}


def calls(rows: tuple[Step, ...], operation: str) -> Iterator[Call]:
    return (row.call for row in rows if row.call is not None and row.call.operation == operation)


def test_a_member_is_also_set_alone() -> None:
    """A command that may name several members is sent with each one alone, on a resource with every optional member."""
    row = scenarios("datarobot", "job_definition/change/sets/name/alone")["job_definition/change/sets/name/alone"]
    (made,) = calls(row.steps, "createJobDefinition")
    whole, alone = calls(row.steps, "updateJobDefinition")
    assert True is made.body["enabled"]
    assert {"name", "enabled"} <= set(whole.body)  # what was never set cannot be lost
    assert ["name"] == list(alone.body)


def test_a_command_comes_late_too() -> None:
    """A resource that rests is changed at the very end of the run, between two reads."""
    late = scenarios("amazon_ml", "batch_prediction/rename/late")["batch_prediction/rename/late/at the end"]
    assert Stage.closing == late.stage
    operations = [row.call.operation for row in late.steps if row.call]
    assert ["GetBatchPrediction", "UpdateBatchPrediction", "GetBatchPrediction"] == operations


@pytest.mark.parametrize(
    ("expected", "operation", "pointer", "length"),
    [
        (True, "CreateBatchPrediction", "/BatchPredictionName", 1024),
        (False, "CreateBatchPrediction", "/OutputUri", 0),
        (False, "CreateMLModel", "/MLModelType", 0),
    ],
)
def test_an_awkward_text_is_a_valid_one(expected: bool, operation: str, pointer: str, length: int) -> None:
    """A text that is easily changed is as long as allowed; where a pattern or an enum bars it there is none."""
    known = samples("amazon_ml")
    text = awkward(known, operation, Place("body", pointer), known.call(operation, full=True))
    assert expected == isinstance(text, str)
    assert length == len(text or "")


def test_a_creation_is_repeated_with_each_other_member() -> None:
    """Each member that may be another one is changed in turn; those that the samples forbid together are left alone."""
    names = scenarios("amazon_ml", "batch_prediction/again/different/")
    changed = {name.removeprefix("batch_prediction/again/different/") for name in names if not name.endswith("/last")}
    assert {"BatchPredictionName", "OutputUri", "MLModelId", "BatchPredictionDataSourceId"} == changed
    barred = scenarios("amazon_personalize", "dataset_group/again/different/roleArn")
    assert {} == barred


def test_a_refused_creation_is_followed_by_a_right_one() -> None:
    """The id of a refused creation is read, and asked for again with a right request."""
    for row in scenarios("amazon_ml", "batch_prediction/refused/").values():
        first, *_, last = [step.call for step in row.steps if step.call]
        assert first.body != last.body
        assert first.body["BatchPredictionId"] == last.body["BatchPredictionId"]
