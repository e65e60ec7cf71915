"""The boundary tables of the four vendors: complete, proved, and lean."""

from __future__ import annotations

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


def of(limit: str) -> list[tuple[bool, object]]:
    """The requests of one limit of DataRobot: whether each is inside, and the body's member that the limit is about."""
    samples = samples_of("datarobot")
    row = samples.contract.constraints[limit]
    found = trials(samples.contract, samples, Oracle(samples.contract), row)
    return [(trial.probe.inside, trial.probe.value) for trial in found]


def test_what_rules_without_a_name_forbid_is_not_expected_to_be_accepted() -> None:
    """A kind of intake beside members of another kind, or a kind of job without its columns, may well be refused."""
    intake = [value for inside, value in of("datarobot.createJobDefinition.request.intakeSettings.type.enum") if inside]
    assert "localFile" not in intake  # the sample names a dataset
    kinds = [value for inside, value in of("datarobot.createBatchPrediction.request.batchJobType.enum") if inside]
    assert ["prediction"] == kinds


def test_an_optional_part_that_no_sample_has_is_only_tried_from_outside() -> None:
    """What must stand beside a member of an optional part, only the target knows."""
    found = of("datarobot.createBatchPrediction.request.timeseriesSettings.type.enum")
    assert found
    assert {False} == {inside for inside, _ in found}
