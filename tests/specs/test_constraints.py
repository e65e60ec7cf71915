"""A schema's constraints: one row for each keyword at each place, and a schema without what nobody must obey."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

import specs
from specs.constraints import LIMITS, UnknownKeyword, enforced, of_operation
from specs.contract import Operation, Parameter, ResponseSpec
from specs.pointers import escape, split

CONTRACTS = [specs.load(vendor) for vendor in specs.vendors()]


def _operation(schema: dict[str, Any], *parameters: Parameter) -> Operation:
    answer = ResponseSpec("200", {"application/json": {"type": "object"}}, {})
    request = {"application/json": schema}
    return Operation("op", "POST", "/", "", "", parameters, request, True, {"200": answer}, (), True, "Manual")


def _ids(schema: dict[str, Any], *parameters: Parameter) -> list[str]:
    rows = of_operation("v", _operation(schema, *parameters))
    return [row.id.removeprefix("v.op.request.") for row in rows if row.side == "request"]


def test_every_keyword_has_its_place_in_its_id() -> None:
    """Items, map keys and map values are named in ids; a required member stands under the member's name."""
    schema = {
        "type": "object",
        "required": ["a"],
        "additionalProperties": False,
        "properties": {
            "a": {"type": "array", "minItems": 1, "items": {"enum": [1]}},
            "b": {"propertyNames": {"maxLength": 3}, "additionalProperties": {"type": "string"}},
            "c/d~": {"const": 1},
        },
    }
    assert [
        "type",
        *("a.required", "a.type", "a.minItems", "a.items.enum"),
        *("b.value.type", "b.key.maxLength", "c/d~.const", "additionalProperties"),
    ] == _ids(schema)


def test_parameters_travel_as_texts() -> None:
    """A parameter of type string has no type constraint, because nothing that travels can break it."""
    limits = {"type": "string", "maxLength": 3}
    rows = (Parameter("q", "query", True, limits), Parameter("n", "query", False, {"type": "integer"}))
    assert ["query.q.required", "query.q.maxLength", "query.n.type"] == _ids({}, *rows)


def test_a_named_rule_is_one_constraint(parcels: specs.Contract) -> None:
    """A rule of several keywords is one constraint with its own name, and its violations break its schema."""
    rule = parcels.constraints["parcel_jobs.createJob.request.urgent_jobs_have_no_steps"]
    assert ("must", "/allOf/0") == (rule.strength, rule.schema_pointer)
    assert [False] == [jsonschema_rs.is_valid(dict(rule.schema), value) for value in rule.violations]


def test_strength_and_source_belong_to_single_keywords(parcels: specs.Contract) -> None:
    """A keyword has its own strength, and the source of its schema before that of its operation."""
    rows = [parcels.constraints[f"parcel_jobs.createJob.request.priority.{word}"] for word in ("minimum", "maximum")]
    assert [("must", "Manual, Queues"), ("should", "Manual, Queues")] == [(row.strength, row.source) for row in rows]
    assert "Manual, Creating a job" == parcels.constraints["parcel_jobs.createJob.request.name.required"].source


@pytest.mark.parametrize("schema", [{"oneOf": []}, {"minLenght": 1}, {"x-strength": {"required:a": "info"}}])
def test_what_no_constraint_can_be_made_of_is_an_error(schema: dict[str, Any]) -> None:
    """A keyword that would be skipped, and a strength of a keyword that is not there, are errors."""
    with pytest.raises(UnknownKeyword):
        _ids({"properties": {"a": schema}})


def test_nobody_has_to_obey_info() -> None:
    """The enforced schema lacks keywords of strength info, at every depth, and keeps everything else."""
    soft = {"maxLength": 3, "minLength": 1, "x-strength": {"maxLength": "info"}}
    schema = {"properties": {"a": soft, "b": {"items": soft}}, "allOf": [{"x-name": "r", "x-strength": {"r": "info"}}]}
    valid = jsonschema_rs.validator_for(enforced(schema))
    assert valid.is_valid({"a": "long text", "b": ["long text"]})
    assert not valid.is_valid({"a": ""})
    assert "allOf" not in enforced(schema)


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_every_constraint_points_to_its_keyword(contract: specs.Contract) -> None:
    """The schema pointer of a body constraint leads to its keyword in the operation's own schema."""
    for row in contract.constraints.values():
        operation = contract.operations[row.operation]
        if row.location == "body" and row.keyword in LIMITS:
            contents = operation.request if row.side == "request" else operation.responses[str(row.status)].content
            node: Any = next(iter(contents.values()))
            for name in split(row.schema_pointer):
                node = node[int(name)] if isinstance(node, list) else node[name]
            assert row.value == node, row.id


def test_member_names_are_escaped_in_pointers() -> None:
    """`~` and `/` of a member name are written as RFC 6901 asks."""
    assert "a~1b~0c" == escape("a/b~c")
    assert ("a/b~c", "~1") == split(f"/{escape('a/b~c')}/{escape('~1')}")


def test_a_part_of_a_schema_may_belong_to_a_feature() -> None:
    """The feature of a member holds for all that is below it, and for nothing beside it."""
    part = {"type": "object", "x-feature": "forecasts", "properties": {"days": {"minimum": 1}}}
    rows = of_operation("v", _operation({"properties": {"a": part, "b": {"maxLength": 3}}}))
    found = {row.id.removeprefix("v.op.request."): row.feature for row in rows if row.side == "request"}
    assert {"a.type": "forecasts", "a.days.minimum": "forecasts", "b.maxLength": None} == found
