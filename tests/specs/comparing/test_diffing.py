"""Tests of `specs diff`: one edit of a contract, what the comparison says of it, and whom it breaks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import specs
from specs.__main__ import main
from specs.authoring.starting import TEMPLATE
from specs.comparing.change import BOTH, CLIENTS, NOBODY, SERVERS, Change, How, Parties
from specs.comparing.diffing import diff, is_breaking, report_json, report_lines
from specs.constraints import enforced
from specs.contract import Contract, Requirement
from specs.message import ABSENT

OLD = specs.load(TEMPLATE)
Edit = tuple[str, str, str]
"""File, a text that stands there once, and what is put in its place."""
Edited = Callable[..., Contract]

NAME = "Name: {type: string, minLength: 1, maxLength: 40"
PRIORITY = "priority: {type: integer, minimum: 1, maximum: 5}"
LABELS = "labels: {type: object, maxProperties: 8, additionalProperties: {type: string, maxLength: 100}}"
REQUIRED = "required: [name, model, dataset]\n"
OPPOSITES: dict[str, How] = {
    "tightened": "loosened",
    "loosened": "tightened",
    "added": "removed",
    "removed": "added",
    "changed": "changed",
}
CASES: dict[str, tuple[Edit, str, str, Parties]] = {
    "limit tightened": (
        ("openapi.yaml", NAME, NAME.replace("40", "20")),
        "tightened",
        "createJob.request.name.maxLength",
        CLIENTS,
    ),
    "limit loosened": (
        ("openapi.yaml", NAME, NAME.replace("40", "60")),
        "loosened",
        "createJob.request.name.maxLength",
        SERVERS,
    ),
    "answers tightened": (
        ("openapi.yaml", NAME, NAME.replace("40", "20")),
        "tightened",
        "getJob.response.name.maxLength",
        SERVERS,
    ),
    "answers loosened": (
        ("openapi.yaml", NAME, NAME.replace("40", "60")),
        "loosened",
        "getJob.response.name.maxLength",
        CLIENTS,
    ),
    "limit dropped": (
        ("openapi.yaml", PRIORITY, "priority: {type: integer, minimum: 1}"),
        "loosened",
        "createJob.request.priority.maximum",
        SERVERS,
    ),
    "limit moved both ways": (
        ("openapi.yaml", '"^[a-z0-9-]+$"', '"^[A-Z0-9-]+$"'),
        "changed",
        "createJob.request.name.pattern",
        BOTH,
    ),
    "limit no longer binds": (
        ("openapi.yaml", PRIORITY, PRIORITY.replace("5}", "5, x-strength: {maximum: info}}")),
        "loosened",
        "createJob.request.priority.maximum",
        SERVERS,
    ),
    "member needed": (
        ("openapi.yaml", REQUIRED, "required: [name, model, dataset, priority]\n"),
        "tightened",
        "createJob.request.priority.required",
        CLIENTS,
    ),
    "member added": (
        ("openapi.yaml", f"        {PRIORITY}", f"        note: {{type: string}}\n        {PRIORITY}"),
        "added",
        "createJob.request.note",
        SERVERS,
    ),
    "member removed": (
        ("openapi.yaml", f"        {LABELS}\n", ""),
        "removed",
        "createJob.request.labels",
        CLIENTS,
    ),
    "rule added": (
        (
            "openapi.yaml",
            "maxLength: 100}}\n",
            "maxLength: 100}}\n      allOf:\n        - x-name: urgent_jobs_have_no_labels\n"
            "          not: {required: [priority, labels], properties: {priority: {const: 5}}}\n",
        ),
        "tightened",
        "createJob.request.urgent_jobs_have_no_labels",
        CLIENTS,
    ),
    "body opened": (
        ("openapi.yaml", "      additionalProperties: false\n", ""),
        "loosened",
        "createJob.request.additionalProperties",
        SERVERS,
    ),
    "parameter limit": (
        ("openapi.yaml", "minimum: 1, maximum: 100}", "minimum: 1, maximum: 50}"),
        "tightened",
        "listJobs.request.query.limit.maximum",
        CLIENTS,
    ),
    "refusal added": (
        ("openapi.yaml", "x-errors: [invalid]", "x-errors: [invalid, conflict]"),
        "added",
        "listJobs",
        CLIENTS,
    ),
    "status of a refusal": (
        ("vendor.yaml", "conflict: {forms: [{status: 409}]", "conflict: {forms: [{status: 409}, {status: 423}]"),
        "added",
        "errors.conflict",
        CLIENTS,
    ),
    "another refusal": (("vendor.yaml", "  query: invalid", "  query: malformed"), "changed", "refusals.query", BOTH),
    "base path": (("vendor.yaml", "base_path: /v1", "base_path: /v2"), "changed", "base_path", BOTH),
    "base path of one path": (
        ("openapi.yaml", "  /jobs/{id}:\n", "  /jobs/{id}:\n    servers: [{url: /other}]\n"),
        "changed",
        "getJob",
        BOTH,
    ),
    "member barred": (
        (
            "lifecycles.yaml",
            "      references:\n",
            "      barred: [{place: {body: /name}, values: [nobody], refused_as: invalid}]\n      references:\n",
        ),
        "changed",
        "lifecycle.job",
        BOTH,
    ),
    "member shown on request": (
        ("lifecycles.yaml", "identity: /id\n", "identity: /id\n      on_request: {/results: {query: status}}\n"),
        "changed",
        "lifecycle.job",
        BOTH,
    ),
    "an end of existence": (
        ("lifecycles.yaml", "    failure: fail\n", "    failure: fail\n    gone: [CANCELLED]\n"),
        "changed",
        "lifecycle.job",
        BOTH,
    ),
    "version": (("vendor.yaml", 'versions: ["1"]', 'versions: ["2"]'), "changed", "versions", NOBODY),
    "transition removed": (
        ("lifecycles.yaml", "WAITING: {start: RUNNING, cancel: CANCELLED, fail: FAILED}", "WAITING: {start: RUNNING}"),
        "removed",
        "lifecycle.job",
        SERVERS,
    ),
    "results served earlier": (
        ("lifecycles.yaml", "available_in: [DONE]", "available_in: [DONE, FAILED]"),
        "added",
        "lifecycle.job",
        SERVERS,
    ),
    "meaning of an end": (
        ("lifecycles.yaml", "CANCELLED: cancelled}", "CANCELLED: failure}"),
        "changed",
        "lifecycle.job",
        BOTH,
    ),
    "law of a member dropped": (
        ("lifecycles.yaml", "{$rows: scored}, never_decreases: true}", "{$rows: scored}}"),
        "removed",
        "lifecycle.job.field.scored.never_decreases",
        CLIENTS,
    ),
    "strength raised": (
        ("requirements.yaml", "strength: must", "strength: should"),
        "loosened",
        "createJob.null_is_no_priority",
        CLIENTS,
    ),
    "sentence": (
        ("requirements.yaml", "A priority that is null is refused", "Null as a priority is refused"),
        "changed",
        "createJob.null_is_no_priority",
        NOBODY,
    ),
}


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """A function that answers the template's contract after edits."""

    def copy(*edits: Edit) -> Contract:
        folder = tmp_path / TEMPLATE.name
        shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
        for file, find, put in edits:
            text = (folder / file).read_text("utf-8")
            assert 1 == text.count(find), find
            (folder / file).write_text(text.replace(find, put), "utf-8")
        return specs.load(folder)

    return copy


def named(changes: tuple[Change, ...], identity: str) -> list[Change]:
    """The changes of one id."""
    return [change for change in changes if change.id == identity]


def told(old: Contract, new: Contract, identity: str) -> list[tuple[How, Parties]]:
    """What became of an id, and whom that breaks."""
    return [(change.how, change.breaks) for change in named(diff(old, new), identity)]


@pytest.mark.parametrize("case", CASES)
def test_an_edit_is_told_with_whom_it_breaks(case: str, edited: Edited) -> None:
    """Each kind of edit is told under its id, with what became of it and whom that breaks."""
    edit, how, identity, breaks = CASES[case]
    assert (how, breaks) in told(OLD, edited(edit), identity)


@pytest.mark.parametrize("case", CASES)
def test_the_way_back_is_the_opposite(case: str, edited: Edited) -> None:
    """Read backwards, tightened is loosened, added is removed, and the other side breaks."""
    edit, how, identity, breaks = CASES[case]
    other = {CLIENTS: SERVERS, SERVERS: CLIENTS}.get(breaks, breaks)
    assert (OPPOSITES[how], other) in told(edited(edit), OLD, identity)


LIMITS = [
    case for case, (_, how, identity, _) in CASES.items() if ".request." in identity and how not in ("added", "removed")
]


@pytest.mark.parametrize("case", LIMITS)
def test_a_changed_request_limit_has_a_whole_request(case: str, edited: Edited) -> None:
    """The request of a witness is valid by one contract and invalid by the other."""
    edit, _, identity, _ = CASES[case]
    new = edited(edit)
    (change,) = named(diff(OLD, new), identity)
    assert change.witnesses
    for witness in change.witnesses:
        assert witness.request is not ABSENT
        taking, refusing = (OLD, new) if witness.taken_by == "old" else (new, OLD)
        assert (True, False) == (takes(taking, witness.request), takes(refusing, witness.request))


def takes(contract: Contract, call: Any) -> bool:
    """Whether a contract allows a call: its body and its query."""
    operation = contract.operations[call["operation"]]
    body = operation.request_schema
    if body is not None and not jsonschema_rs.is_valid(enforced(body), call["body"]):
        return False
    schemas = {item.name: item.schema for item in operation.parameters if item.location == "query"}
    return all(jsonschema_rs.is_valid(dict(schemas[name]), value) for name, value in call.get("query", {}).items())


def test_collections_and_envelopes_are_compared() -> None:
    """A collection that goes breaks clients, another one and another envelope both sides."""
    old = specs.load("amazon_ml")
    tags = old.collections["tags"]
    assert tags.at_most
    fewer = replace(tags, at_most=replace(tags.at_most, items=10))
    (change,) = named(diff(old, replace(old, collections={"tags": fewer})), "collections.tags")
    assert ("changed", BOTH) == (change.how, change.breaks)
    assert "collection tags: at_most items 50, " in change.text
    assert [("removed", CLIENTS)] == told(old, replace(old, collections={}), "collections.tags")
    assert [("changed", BOTH)] == told(old, specs.load("amazon_ml", "enveloped"), "envelope")


def test_a_collection_may_have_any_name() -> None:
    """A law of a collection called `field` is no law of a resource's member."""
    name = "job_api.collection.field.at_most"
    row = Requirement(name, "At most 3.", "Manual", "must", "check", parameters={}, origin="lifecycle")
    assert () == diff(OLD, replace(OLD, requirements={**OLD.requirements, name: row}))


def test_a_response_limit_has_a_value(edited: Edited) -> None:
    """A witness of an answer is a value at its place."""
    edit = CASES["answers loosened"][0]
    (change,) = named(diff(OLD, edited(edit)), "getJob.response.name.maxLength")
    (witness,) = change.witnesses
    assert ("new", 41, ABSENT) == (witness.taken_by, len(str(witness.value)), witness.request)


@pytest.mark.parametrize("vendor", specs.vendors())
def test_a_contract_does_not_differ_from_itself(vendor: str) -> None:
    """Compared with itself, a contract has no change."""
    assert () == diff(specs.load(vendor), specs.load(vendor))


def test_the_same_limit_written_otherwise_is_no_change(edited: Edited) -> None:
    """What counts is which values a limit takes, not how it is written."""
    status = "enum: [WAITING, RUNNING, DONE, FAILED, CANCELLED]"
    new = edited(("openapi.yaml", status, "enum: [CANCELLED, FAILED, DONE, RUNNING, WAITING]"))
    assert () == diff(OLD, new)


def test_a_copy_under_another_name_is_no_change(tmp_path: Path) -> None:
    """The vendor's name is no part of what is compared."""
    assert 0 == main(["new", "lantern_jobs", str(tmp_path)])
    assert 0 == main(["diff", str(TEMPLATE), str(tmp_path / "lantern_jobs")])


def test_an_operation_that_goes_breaks_clients() -> None:
    """Between two vendors, each operation that only one has is told as a whole."""
    changes = diff(specs.load("spice"), OLD)
    gone = {change.id: change.breaks for change in changes if change.kind == "operation" and change.how == "removed"}
    assert dict.fromkeys(specs.load("spice").operations, CLIENTS) == gone


def test_the_report_names_everything(edited: Edited) -> None:
    """The text has id, limits, whom it breaks, the witness and a request; the JSON has the same."""
    new = edited(CASES["limit tightened"][0])
    changes = diff(OLD, new)
    text = "\n".join(report_lines(changes))
    assert "createJob.request.name.maxLength: 40 -> 20 [breaks clients]" in text
    assert "(only the old contract takes it)" in text
    assert 'request   {"operation": "createJob"' in text
    document = json.loads(report_json(OLD, new, changes))
    assert ("job_api", True) == (document["new"], document["breaking"])
    assert [change.id for change in changes] == [row["id"] for row in document["changes"]]


def test_the_exit_status_says_whether_anything_breaks(
    edited: Edited, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0: nobody is broken; 1: somebody is; 2: there is no such contract."""
    harmless = edited(CASES["version"][0])
    assert not is_breaking(diff(OLD, harmless))
    assert 0 == main(["diff", str(TEMPLATE), str(harmless.folder)])
    breaking = edited(CASES["base path"][0])
    assert 1 == main(["diff", str(TEMPLATE), str(breaking.folder), "--json"])
    assert capsys.readouterr().out.endswith("}\n")
    assert 2 == main(["diff", "spicy", "spice"])
    assert "did you mean 'spice'" in capsys.readouterr().err
