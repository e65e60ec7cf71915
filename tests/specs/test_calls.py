"""Sample calls as people can send them: every placeholder filled, and the same each time."""

from __future__ import annotations

import json

import pytest

import specs
from specs.calls import filled, rooted, sample_calls, value_at, with_value
from specs.message import ABSENT

CONTRACTS = [specs.load(vendor) for vendor in specs.vendors()]


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.vendor)
def test_no_placeholder_is_left(contract: specs.Contract) -> None:
    """Samples of every operation are filled, ids that clients never choose included."""
    shown = json.dumps([sample_calls(contract, name) for name in contract.operations])
    assert '"$' not in shown
    assert shown == json.dumps([sample_calls(contract, name) for name in contract.operations])


def test_the_id_of_a_part_begins_with_the_id_of_its_whole() -> None:
    """A template that takes another resource's id from the request takes the one that the sample names."""
    contract = specs.load("amazon_personalize")
    creation = contract.lifecycles["solution_version"].created_by
    assert creation
    assert "{/solutionArn}/{hex8}" == creation.template
    whole = contract.fixtures["solution_arn"].value
    assert f"{whole}/{{hex8}}" == rooted(contract, creation, {"solution_arn": whole})
    assert str(filled(contract, {"$identity": "solution_version"})).startswith(f"{whole}/")


def test_places_of_a_constraint_are_read_and_written() -> None:
    """`*` is the first item, `{value}` the first value, `{key}` its name, and member names are unescaped."""
    body = {"a/b": [{"c": 1}, {"c": 2}], "map": {"x": 3}}
    assert [1, 3, "x", ABSENT] == [value_at(body, place) for place in ("/a~1b/*/c", "/map/{value}", "/map/{key}", "/d")]
    assert {**body, "a/b": [{"c": 9}, {"c": 2}]} == with_value(body, "/a~1b/*/c", 9)
    assert {"map": {"x": 3}} == with_value(body, "/a~1b", ABSENT)
