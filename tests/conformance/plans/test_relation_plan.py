"""Plans of relations and outputs: what they send, for every vendor's contract."""

from __future__ import annotations

import pytest

import specs
from conformance.judging import output_checks, relation_checks, row_checks
from conformance.judging.models import models
from conformance.judging.output_files import Dialect, Table, read_csv
from conformance.plan import Mode, Scenario, Stage
from conformance.plans import output_plan, relation_plan
from conformance.plans.samples import Naming, Samples
from specs.contract import Contract
from specs.pointers import get


def samples(contract: Contract) -> Samples:
    return Samples(contract, {name: fixture.value for name, fixture in contract.fixtures.items()}, Naming("t1"))


def plans(vendor: str) -> tuple[Scenario, ...]:
    contract = specs.load(vendor)
    return (
        *relation_plan.plan_relations(contract, samples(contract), 1),
        *output_plan.plan_outputs(contract, samples(contract), 1),
    )


@pytest.mark.parametrize("vendor", specs.vendors())
def test_every_requirement_is_served(vendor: str) -> None:
    """Every requirement of relations and outputs has an exchange planned for it."""
    checks = {*relation_plan.CHECKED, *output_plan.CHECKED}
    served = {name for scenario in plans(vendor) for step in scenario.steps for name in step.case.serves}
    wanted = {item.id for item in specs.load(vendor).requirements.values() if item.check in checks}
    created_by_others = {name for name in wanted if "upload_link_follows_intake" in name}
    assert set() == wanted - served - created_by_others


@pytest.mark.parametrize("vendor", specs.vendors())
def test_plans_are_repeatable(vendor: str) -> None:
    """The same contract and names give the same plan."""
    assert plans(vendor) == plans(vendor)


def test_check_names_are_known() -> None:
    """Every check that is planned for is there."""
    assert set() == set(relation_plan.CHECKED) - {*relation_checks.CHECKS, *row_checks.CHECKS}
    assert set() == set(output_plan.CHECKED) - set(output_checks.CHECKS)


def test_models_are_made_ready_before_they_score() -> None:
    """A model that must be mounted is mounted in the set-up stage; what is mounted is taken down at the end."""
    found = plans("amazon_ml")
    needed = {name for scenario in found for name in scenario.needs if scenario.stage == Stage.main}
    made = {step.slot for scenario in found for step in scenario.steps if scenario.stage == Stage.setup}
    undone = {scenario.needs[0]: scenario.mode for scenario in found if scenario.stage == Stage.closing}
    assert {"shared:realtime_endpoint"} == needed - made
    assert dict.fromkeys(made, Mode.destroy) == undone


def test_batches_hold_models_in_every_shape() -> None:
    """Batches are repeated, permuted, mixed with bad items, of one item, and empty."""
    scenario = next(item for item in plans("spice") if item.name == "relation:post_batch_predict")
    sent = [
        [item["model_name"] for item in get(step.call.body, "/predictions")] for step in scenario.steps if step.call
    ]
    a, b, broken, unknown = "drive_stats_a", "drive_stats_b", "drive_stats_broken", "no_such_model"
    for batch in ([a, b], [b, a], [a, a, b, a], [a, unknown, b], [a, broken, b], [a], [unknown], []):
        assert batch in sent
    assert sent[0] == sent[1]


def test_a_batch_has_awkward_names_and_many_items() -> None:
    """Names in two cases, with blanks and of great length stand in one batch, and another one is long."""
    scenario = next(item for item in plans("spice") if item.name == "relation:post_batch_predict")
    sent = [
        [item["model_name"] for item in get(step.call.body, "/predictions")] for step in scenario.steps if step.call
    ]
    assert ["drive_stats_a", *relation_plan.NAMES] in sent
    assert relation_plan.MANY == max(len(batch) for batch in sent)
    assert all(name != name.lower() or name != name.strip() or len(name) > 255 for name in relation_plan.NAMES)


def test_a_row_comes_twice() -> None:
    """One job scores a table in which two rows are equal; no other does."""
    twice = [
        scenario.name
        for scenario in plans("datarobot")
        for step in scenario.steps
        if step.call is not None and step.call.operation == "uploadCsv" and isinstance(step.call.body, bytes)
        if len(set(step.call.body.splitlines())) < len(step.call.body.splitlines())
    ]
    assert ["output:scored_csv:1:regression:plain"] == twice


def test_every_job_has_its_own_folder() -> None:
    """No two jobs write to one folder of the object store."""
    found = [
        step.case.parameters for scenario in plans("amazon_ml") for step in scenario.steps if step.kind == "collect"
    ]
    assert 3 == len(found) == len({str(item["prefixes"]) for item in found})
    assert {("s3://prediction-conformance/input/batch.csv",)} == {item["uris"] for item in found}


def test_uploads_are_in_the_dialect_of_the_job() -> None:
    """The upload of a job is written with the delimiter that its request names, with texts that are easily changed."""
    found: dict[str, Table] = {}
    for scenario in plans("datarobot"):
        calls = {step.call.operation: step.call for step in scenario.steps if step.call}
        if "uploadCsv" not in calls:
            continue
        said = get(calls["createBatchPrediction"].body, "/csvSettings")
        settings = said if isinstance(said, dict) else {}
        delimiter = settings.get("delimiter", ",")
        coding = settings.get("encoding", "utf-8")
        dialect = Dialect("\t" if delimiter == "tab" else delimiter, settings.get("quotechar", '"'), coding)
        table = read_csv(calls["uploadCsv"].body, dialect)
        assert isinstance(table, Table)
        found[f"{delimiter}{dialect.quotechar}{coding}"] = table
    assert {',"utf-8', ';"utf-8', 'tab"utf-8', ",'utf-8", ',"latin-1'} == set(found)
    texts = {row[-1] for name in (',"utf-8', ';"utf-8') for row in found[name].rows}
    assert set(output_plan.VERBATIM) == texts


def test_an_input_is_also_handed_over_in_parts() -> None:
    """Each part has the header and its share of the rows, and the end is told when all are there."""
    found = next(one for one in plans("datarobot") if one.name.endswith(":parts"))
    calls = [step.call for step in found.steps if step.call]
    tables = [read_csv(call.body) for call in calls if call.operation == "uploadCsvPart"]
    assert output_plan.PARTS == len(tables)
    assert 1 == len({table.header for table in tables if isinstance(table, Table)})
    assert 8 == sum(len(table.rows) for table in tables if isinstance(table, Table))
    assert calls.index(next(call for call in calls if call.operation == "finalizeMultipart")) == len(tables) + 1


def test_models_of_a_profile_have_no_facts() -> None:
    """Of a model that a profile names the kind is known and nothing else."""
    contract = specs.load("datarobot")
    known = models(contract, {"deployment_binary": "64ffffffffffffffffffffff"}, "deployment", "/$private/kind")
    facts = {model.identity: (model.kind, bool(model.facts)) for model in known}
    assert ("binary", False) == facts["64ffffffffffffffffffffff"]
    assert ("regression", True) == facts["5f0000000000000000000001"]
