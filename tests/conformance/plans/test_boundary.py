"""The boundary tables of the four vendors: complete, proved, and lean."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

import specs
from conformance.judging.oracle import Oracle
from conformance.plan import Mode, Scenario
from conformance.plans.boundary import STEPS_MAX, agrees, plan_boundaries, trials
from conformance.plans.probes import ITEMS_MAX, LEAN
from conformance.plans.samples import Naming, Samples
from conformance.plans.values import LENGTH_MAX
from specs.contract import Constraint
from specs.message import Call

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
    rows = trials(samples.contract, samples, constraint)
    lengths: dict[bool, list[int]] = {True: [], False: []}
    for row in rows:
        lengths[row.probe.inside].append(len(row.probe.value))
    assert (inside, outside) == (lengths[True], lengths[False])


def test_what_only_the_target_knows_may_be_missing() -> None:
    """A well-formed id that names nothing may be refused as missing; a name of its own may not."""
    samples = samples_of("amazon_ml")
    contract = samples.contract
    get = contract.constraints["amazon_ml.GetBatchPrediction.request.BatchPredictionId.maxLength"]
    create = contract.constraints["amazon_ml.CreateBatchPrediction.request.BatchPredictionId.maxLength"]
    assert ("accepted", "not_found") == trials(contract, samples, get)[0].expect
    assert ("accepted",) == trials(contract, samples, create)[0].expect


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
    found = trials(samples.contract, samples, row)
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


def accepted_values(vendor: str, name: str) -> list[object]:
    """The values that a limit's requests expect to be accepted, at its place."""
    contract = specs.load(vendor)
    samples, row = samples_of(vendor), contract.constraints[name]
    found = trials(contract, samples, row)
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
    (inside,) = (one for one in trials(contract, samples, contract.constraints[name]) if one.probe.inside)
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


@pytest.mark.parametrize(("types", "labels"), [("strict", {"boolean"}), ("lenient", set[str]())])
def test_what_lenient_servers_read_is_not_sent_to_them(types: str, labels: set[str]) -> None:
    """True is 1 to many a server: where a contract says so, it is no wrong value of a number. A list always is."""
    known = specs.load("datarobot")
    contract = replace(known, wire_options={**known.wire_options, "types": types})
    samples = Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))
    limit = contract.constraints["datarobot.createBatchPrediction.request.chunkSize.type"]
    sent = {trial.probe.label for trial in trials(contract, samples, limit)}
    assert labels == sent & {"boolean"}
    assert "array" in sent


def test_what_must_be_accepted_keeps_its_format() -> None:
    """A text of the right length that is no address may be refused: it is not sent as one that may not."""
    schema = {"type": "object", "properties": {"url": {"type": "string", "format": "uri"}, "n": {"type": "string"}}}
    known = specs.load("datarobot")
    operation = replace(known.operations["createBatchPrediction"], request={"application/json": schema})
    contract = replace(known, operations={**known.operations, operation.id: operation})
    bodies = ({"url": "t", "n": "t"}, {"url": "http://x/", "n": "t"})
    assert [False, True] == [agrees(contract, Call(operation.id, body=body)) for body in bodies]


@pytest.mark.parametrize(("types", "sent"), [("strict", True), ("lenient", False)])
def test_what_lenient_servers_trim_is_not_sent_to_them(types: str, sent: bool) -> None:
    """A line feed at the end of a text is gone where a server trims its texts, and a digit of another script is one to
    many patterns; other slips of a pattern are tried."""
    known = specs.load("amazon_ml")
    name = "amazon_ml.GetMLModel.request.MLModelId.pattern"
    contract = replace(known, wire_options={**known.wire_options, "types": types})
    samples = Samples(contract, {key: row.value for key, row in contract.fixtures.items()}, Naming("t"))
    found = {trial.probe.label for trial in trials(contract, samples, contract.constraints[name])}
    assert sent == bool({"trailing newline", "non-ASCII digit"} & found)
    assert found - {"trailing newline", "leading space", "non-ASCII digit", "non-ASCII letter"}
