"""OpenAPI documents as operations: references in place, parameters of path and operation together."""

from __future__ import annotations

import pytest

import specs
from specs.reading.openapi import operations, path_of
from specs.reading.place_checks import missing_member
from specs.source_file import read


def test_references_are_in_place(parcels: specs.Contract) -> None:
    """No schema of an operation has a reference left, and what stands beside a reference is kept."""
    assert "$ref" not in repr(parcels.operations)
    job = parcels.operations["getJob"].success.content["application/json"]
    assert 20 == job["properties"]["name"]["maxLength"]


def test_parameters_of_a_path_belong_to_its_operations(parcels: specs.Contract) -> None:
    """A parameter of a path item is one of every operation below it."""
    names = [[item.name for item in parcels.operations[name].parameters] for name in ("getJob", "renameJob", "weigh")]
    assert [["id"], ["id"], []] == names


def test_operations_know_method_source_and_feature(parcels: specs.Contract) -> None:
    """Method, source (the document's title without one), feature and authentication are read."""
    create, weigh = parcels.operations["createJob"], parcels.operations["weigh"]
    assert ("POST", "Manual, Creating a job", None, True) == (
        create.method,
        create.source,
        create.feature,
        create.authenticated,
    )
    assert ("Parcel jobs", "weighing") == (weigh.source, weigh.feature)
    assert ["202"] == list(create.responses)
    assert ["Location"] == list(create.success.headers)


@pytest.mark.parametrize("vendor", specs.vendors())
def test_every_operation_is_found_in_its_document(vendor: str) -> None:
    """Each operation has a place in its document, in the document's order; an unknown one has none."""
    file = read(specs.load(vendor).folder / "openapi.yaml", "openapi.yaml")
    places = [file.line(*path_of(file, name)) for name in operations(file)]
    assert places == sorted(places)
    assert 0 not in places
    assert () == path_of(file, "noSuchOperation")


@pytest.mark.parametrize(
    ("expected", "pointer"),
    [
        (None, ""),
        (None, "/a"),
        (None, "/open/anything/below"),
        (None, "/list/*/x"),
        (None, "/map/any"),
        (None, "/ruled"),
        ("; did you mean 'list'?", "/lst"),
        ("; there is x", "/list/*/why"),
    ],
)
def test_members_are_looked_up_in_schemas(expected: str | None, pointer: str) -> None:
    """A pointer leads through members, items and maps, into open schemas and into members that only rules name."""
    schema = {
        "properties": {
            "a": {},
            "open": {"type": "object"},
            "list": {"items": {"properties": {"x": {}}}},
            "map": {"additionalProperties": {}},
        },
        "allOf": [{"if": {}, "then": {"properties": {"ruled": True}}}],
    }
    assert expected == missing_member(schema, pointer)
