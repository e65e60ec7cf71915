"""The boundary tables of the four vendors: complete, proved, and lean."""

from __future__ import annotations

import json
from collections import Counter

import pytest

import specs
from conformance.judging.oracle import Oracle
from conformance.plan import Mode, Scenario
from conformance.plans.boundary import plan_boundaries, trials
from conformance.plans.samples import Naming, Samples

VENDORS = ("amazon_ml", "amazon_personalize", "datarobot", "spice")


def samples_of(vendor: str) -> Samples:
    """The samples of a vendor with the embedded servers' fixtures."""
    contract = specs.load(vendor)
    return Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))


def plan(vendor: str) -> tuple[Scenario, ...]:
    """A vendor's boundary scenarios."""
    samples = samples_of(vendor)
    return plan_boundaries(samples.contract, samples, 0, samples.contract.operations)


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_request_breaks_the_limit_that_it_stands_for(vendor: str) -> None:
    """A request outside breaks its own limit (at most with others of the same place), a request inside none."""
    contract = specs.load(vendor)
    oracle = Oracle(contract)
    for step in (step for scenario in plan(vendor) for step in scenario.steps if step.case.kind == "boundary"):
        assert step.call is not None
        found = {row.constraint.id for row in oracle.request(step.call)}
        own = contract.constraints[step.case.requirement]
        if "accepted" in step.case.expect:
            assert found == set(), step.case.label
        else:
            assert own.id in found, step.case.label
            enforced = {name for name in found if contract.constraints[name].strength != "info"}
            assert {own.pointer} >= {contract.constraints[name].pointer for name in enforced}, step.case.label


@pytest.mark.parametrize("vendor", VENDORS)
def test_nearly_every_limit_has_a_request_that_breaks_it(vendor: str) -> None:
    """At least 98 of 100 request limits are tried from outside."""
    limits = {name for name, row in specs.load(vendor).constraints.items() if row.side == "request"}
    outside = {
        step.case.requirement
        for scenario in plan(vendor)
        for step in scenario.steps
        if "accepted" not in step.case.expect
    }
    assert 0.98 * len(limits) <= len(limits & outside)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_tables_are_lean(vendor: str) -> None:
    """An operation's table needs fewer than 700 requests, a scenario few enough to run beside others."""
    steps = [step for scenario in plan(vendor) for step in scenario.steps if step.case.kind == "boundary"]
    assert 700 > max(Counter(step.call.operation for step in steps if step.call).values())
    assert 25 > max(len(scenario.steps) for scenario in plan(vendor))


def test_requests_that_change_nothing_need_no_rights() -> None:
    """Reading operations are tried in read mode, creating ones in create mode."""
    modes = {scenario.name.split(":")[1]: scenario.mode for scenario in plan("amazon_ml")}
    assert Mode.read == modes["GetBatchPrediction"]
    assert Mode.create == modes["CreateBatchPrediction"]
    assert Mode.create == modes["DeleteBatchPrediction"]


@pytest.mark.parametrize(
    ("vendor", "name", "inside", "outside"),
    [
        ("amazon_ml", "CreateBatchPrediction.request.BatchPredictionId.maxLength", [64], [65, 356]),
        ("amazon_ml", "CreateBatchPrediction.request.OutputUri.maxLength", [2048], [2049, 8292]),
        ("amazon_personalize", "CreateBatchInferenceJob.request.roleArn.maxLength", [], [257, 1124]),
    ],
)
def test_lengths_are_met_exactly(vendor: str, name: str, inside: list[int], outside: list[int]) -> None:
    """Lengths are tried at the limit, one character beyond, and far beyond."""
    samples = samples_of(vendor)
    constraint = samples.contract.constraints[f"{vendor}.{name}"]
    rows = trials(samples.contract, samples, Oracle(samples.contract), constraint)
    lengths: dict[bool, list[int]] = {True: [], False: []}
    for row in rows:
        lengths[row.probe.inside].append(len(row.probe.value))
    assert (inside, outside) == (lengths[True], lengths[False])


def test_what_only_the_target_knows_may_be_missing() -> None:
    """A well-formed id that names nothing may be refused as missing; a name of its own may not."""
    samples = samples_of("amazon_ml")
    contract, oracle = samples.contract, Oracle(samples.contract)
    get = contract.constraints["amazon_ml.GetBatchPrediction.request.BatchPredictionId.maxLength"]
    create = contract.constraints["amazon_ml.CreateBatchPrediction.request.BatchPredictionId.maxLength"]
    assert ("accepted", "not_found") == trials(contract, samples, oracle, get)[0].expect
    assert ("accepted",) == trials(contract, samples, oracle, create)[0].expect


def test_fresh_names_are_never_used_twice() -> None:
    """Two requests of a table never share the name of a new resource."""
    calls = [step.call for scenario in plan("amazon_personalize") for step in scenario.steps]
    names = [call.body.get("jobName") for call in calls if call is not None and isinstance(call.body, dict)]
    counted = Counter(name for name in names if isinstance(name, str) and name.startswith("job-t-"))
    assert 1 == max(counted.values())


def accepted_values(vendor: str, name: str) -> list[object]:
    """The values that a limit's requests expect to be accepted, at its place."""
    contract = specs.load(vendor)
    samples, row = samples_of(vendor), contract.constraints[name]
    found = trials(contract, samples, Oracle(contract), row)
    return [one.probe.value for one in found if "accepted" in one.expect]


@pytest.mark.parametrize(
    ("name", "absent", "there"),
    [
        ("amazon_ml.DescribeMLModels.request.FilterVariable.enum", "CreatedAt", "Status"),
        (
            "amazon_personalize.CreateBatchInferenceJob.request.batchInferenceJobMode.enum",
            "THEME_GENERATION",
            "BATCH_INFERENCE",
        ),
    ],
)
def test_what_depends_on_more_than_the_call_is_not_expected_to_be_accepted(name: str, absent: str, there: str) -> None:
    """How a filter writes a time is documented nowhere, and a mode may need another model."""
    values = accepted_values(name.partition(".")[0], name)
    assert absent not in values
    assert there in values


def test_nothing_below_a_needy_member_is_expected_to_be_accepted() -> None:
    """Below a member that a target may have to refuse, no limit is tried from inside."""
    rows = [name for name in specs.load("amazon_personalize").constraints if ".request.themeGenerationConfig" in name]
    assert rows
    assert [] == [name for name in rows if accepted_values("amazon_personalize", name)]


def test_a_text_of_json_reaches_its_limit_as_json() -> None:
    """A server may read what it accepts, also at once; of two places for a schema one is enough."""
    name = "amazon_ml.CreateDataSourceFromS3.request.DataSpec.DataSchema.maxLength"
    contract, samples = specs.load("amazon_ml"), samples_of("amazon_ml")
    (inside,) = (
        one for one in trials(contract, samples, Oracle(contract), contract.constraints[name]) if one.probe.inside
    )
    assert isinstance(inside.call.body, dict)
    spec = inside.call.body["DataSpec"]
    assert (131071, "1.0") == (len(spec["DataSchema"]), json.loads(spec["DataSchema"])["version"])
    assert "DataSchemaLocationS3" not in spec


def test_a_short_name_is_looked_for_before_it_is_given() -> None:
    """An earlier run may have left the name of one letter behind: a read tells; a name of nobody's needs none."""
    steps = [step for scenario in plan("amazon_ml") if ":CreateMLModel:" in scenario.name for step in scenario.steps]
    short = next(place for place, step in enumerate(steps) if step.case.label.startswith("MLModelId: length 1 "))
    before, step = steps[short - 1], steps[short]
    assert before.call is not None
    assert step.call is not None
    assert isinstance(step.call.body, dict)
    assert ("GetMLModel", {"MLModelId": step.call.body["MLModelId"]}) == (before.call.operation, before.call.body)
    (mounted,) = accepted_values("amazon_ml", "amazon_ml.CreateRealtimeEndpoint.request.MLModelId.minLength")
    assert "z" == mounted != step.call.body["MLModelId"]
