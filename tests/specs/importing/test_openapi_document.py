"""Tests of importing OpenAPI documents: 3.0 and 3.1, our own and invented ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_spec_validator import validate

import specs
from specs.__main__ import main
from specs.loading import VENDORS
from tests.specs.importing.conftest import Import

DOCUMENTS = Path(__file__).parent / "documents"


@pytest.mark.parametrize("vendor", specs.vendors())
def test_our_own_documents_come_back(vendor: str, imported: Import) -> None:
    """Our own documents are imported with the same operations and every constraint of a single keyword."""
    ours = specs.load(vendor)
    theirs = imported("openapi", VENDORS / vendor / "openapi.yaml", vendor)
    validate(theirs.document)
    assert set(ours.operations) == set(theirs.operations)
    assert ours.wire == theirs.wire
    assert set(ours.constraints) <= set(theirs.constraints)


def test_openapi_3_0_becomes_3_1(imported: Import) -> None:
    """Nullable, exclusive bounds, allOf, ranges of statuses and missing ids take the form of 3.1."""
    contract = imported("openapi", DOCUMENTS / "pet_store.yaml", "pet_store")
    validate(contract.document)
    assert {"getPets", "create_pet", "showPet", "getPetsByPetIdPhotosByPhoto"} == set(contract.operations)
    create, limits = contract.operations["create_pet"], contract.constraints
    assert "application/json" == next(iter(create.request))
    assert ["string", "null"] == limits["pet_store.create_pet.request.tag.type"].value
    assert 0 == limits["pet_store.create_pet.request.weight.exclusiveMinimum"].value
    assert limits["pet_store.create_pet.request.food.one_of"].value
    assert limits["pet_store.create_pet.response.id.required"].value
    assert {"200", "400", "500"} == set(contract.operations["getPets"].responses)
    assert ("/v1", "api_key", "X-Api-Key") == (contract.base_path, contract.auth.scheme, contract.auth.header)
    assert not contract.operations["getPetsByPetIdPhotosByPhoto"].authenticated


def test_statuses_paths_and_answers_become_a_lifecycle(imported: Import) -> None:
    """A jobs API gets a lifecycle: who creates, shows, lists and cancels, and the way from queued to its ends."""
    life = imported("openapi", DOCUMENTS / "render_jobs.yaml", "render_jobs").lifecycles["job"]
    assert "queued" == life.initial
    assert {"start": "running", "fail": "failed", "stop": "cancelled"} == dict(life.transitions["queued"])
    assert ("start", "finish") == life.course
    assert life.created_by is not None
    assert "{uuid}" == life.created_by.template
    assert "conflict" == life.commands["stop"].otherwise


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("swagger: '2.0'\n", "convert it to OpenAPI 3.0 or 3.1 first"),
        ("openapi: 4.0.0\npaths: {}\n", "3.0 and 3.1 can be imported"),
        ("openapi: 3.1.0\n", "has no paths"),
        ("openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {$ref: 'b.yaml#/x'}}}}}\n", "bundle it into one file"),
        ("openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {$ref: '#/x'}}}}}\n", "there is no 'x'"),
        ("- a\n", "it is not an object"),
        ("a: [\n", "yaml:"),
    ],
)
def test_what_cannot_be_imported_is_said(
    text: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A document that cannot be read is one line that says why, and nothing is written."""
    file = tmp_path / "api.yaml"
    file.write_text(text, "utf-8")
    assert 2 == main(["import", "openapi", str(file), "--out", str(tmp_path / "api")])
    assert says in capsys.readouterr().err
    assert not (tmp_path / "api").exists()


def test_samples_are_what_servers_read(imported: Import) -> None:
    """Whole numbers have no point, texts have their format, a form has its required fields, and a file is a table."""
    samples = imported("openapi", DOCUMENTS / "forecast_jobs.yaml", "forecast_jobs").samples
    assert ("18", "https://example.com/") == (str(samples["score"].body["age"]), samples["score"].body["site"])
    full = samples["score"].full
    assert ("PT1S", 1, [1, "point"]) == (full["within"], full["weight"], full["point"])
    assert {"user": "user", "password": "password"} == samples["login"].body
    assert {"file": {"$table": "rows"}, "kind": "tree"} == samples["uploadModel"].body
    assert all(samples[name].assumed for name in ("score", "login", "uploadModel"))


def test_limits_of_forms_are_not_listed(imported: Import) -> None:
    """In a form everything is a text or a file: what its schema calls a type is no limit on what is sent."""
    contract = imported("openapi", DOCUMENTS / "forecast_jobs.yaml", "forecast_jobs")
    limited = {row.operation for row in contract.constraints.values() if row.side == "request"}
    assert ("uploadModel" in limited, "login" in limited, "score" in limited) == (False, False, True)


def test_names_and_words_tell_filters_and_moments(imported: Import) -> None:
    """A list that takes the words of a status is filtered by it; a moment of creation stays; others may be null."""
    life = imported("openapi", DOCUMENTS / "forecast_jobs.yaml", "forecast_jobs").lifecycles["job"]
    assert life.listed_by is not None
    assert [("status", "/status")] == [(row.place.name, row.field) for row in life.listed_by.filters if row.place]
    fields = {row.pointer: row for row in life.fields}
    assert (True, False) == (fields["/created_at"].constant, fields["/started_at"].constant)
    assert {"$time": "finished"} == fields["/finished_at"].shows
    assert ({"$request": "/note", "default": "note"}, None) == (fields["/note"].shows, fields["/note"].echoes)
