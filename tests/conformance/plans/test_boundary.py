"""The boundary tables of the four vendors: complete, proved, and lean."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

import specs
from conformance.judging.oracle import Oracle
from conformance.plan import Mode, Scenario
from conformance.plans.boundary import STEPS_MAX, plan_boundaries, trials
from conformance.plans.probes import ITEMS_MAX, LEAN
from conformance.plans.samples import Naming, Samples
from conformance.plans.values import LENGTH_MAX
from specs.contract import Constraint

VENDORS = ("amazon_ml", "amazon_personalize", "datarobot", "spice")
FILE = 16_777_216
"""The longest text that a contract allows: queries of 16 MiB, which no table holds."""
MOST = {
    "type": 6,
    "required": 2,
    "minLength": 2,
    "maxLength": 3,
    "pattern": 4,
    "minimum": 3,
    "maximum": 3,
    "minItems": 1,
    "maxItems": 2,
    "maxProperties": 2,
    "additionalProperties": 1,
}
"""Keyword -> the requests that one limit may cost."""


def most(limit: Constraint) -> int:
    """What a limit may cost: its keyword's requests; its members and four near misses; what its rule names."""
    if limit.keyword == "enum":
        return len(limit.value) + LEAN["enum"]
    return MOST.get(limit.keyword, len(limit.violations))


def samples_of(vendor: str) -> Samples:
    """The samples of a vendor with the embedded servers' fixtures."""
    contract = specs.load(vendor)
    return Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))


@cache
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
    """No limit gets more requests than its keyword needs, no request that breaks one is sent twice, and a scenario is
    short enough to run beside others."""
    scenarios = plan(vendor)
    limits = specs.load(vendor).constraints
    steps = [step for scenario in scenarios for step in scenario.steps if step.case.kind == "boundary"]
    sizes = Counter(step.case.requirement for step in steps)
    assert {} == {name: size for name, size in sizes.items() if size > most(limits[name])}
    assert 1 == max(Counter(repr(step.call) for step in steps if "accepted" not in step.case.expect).values())
    assert STEPS_MAX + 2 >= max(len(scenario.steps) for scenario in scenarios)


def test_no_table_could_be_leaner() -> None:
    """Some limit of each keyword needs as many requests as are allowed for it."""
    found: dict[str, int] = {}
    for vendor in VENDORS:
        limits = specs.load(vendor).constraints
        sizes = Counter(step.case.requirement for scenario in plan(vendor) for step in scenario.steps)
        for name in limits.keys() & sizes:
            keyword = limits[name].keyword
            found[keyword] = max(found.get(keyword, 0), sizes[name])
    assert MOST == {keyword: found[keyword] for keyword in found.keys() & MOST}


def test_what_no_request_can_hold_is_left_out() -> None:
    """The longest texts and lists that are tried lie one beyond a documented limit; only whole files are longer."""
    rows = [row for vendor in VENDORS for row in specs.load(vendor).constraints.values() if row.side == "request"]
    longest = {row.value for row in rows if row.keyword == "maxLength"}
    assert LENGTH_MAX == 1 + max(value for value in longest if value < FILE)
    assert {FILE} == {value for value in longest if value >= LENGTH_MAX}
    assert ITEMS_MAX > max(row.value for row in rows if row.keyword in ("maxItems", "maxProperties"))


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
