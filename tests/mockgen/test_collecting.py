"""Collections of an imitated vendor: items that a resource is made with, and whose they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import specs
from mockgen.engine import first_world, prepare, respond
from mockgen.faults.table import from_texts
from mockgen.pace import from_text
from specs.contract import Contract
from specs.message import Answer, Call
from specs.resource import Place
from specs.wire import WIRES
from tests.mockgen.rpc_scripts import batch_prediction

WHO = {"ResourceId": "bp-1", "ResourceType": "BatchPrediction"}
FIRST = {"Key": "team", "Value": "risk"}
JOB = batch_prediction("bp-1", Tags=[FIRST])


@pytest.fixture
def contract() -> Contract:
    """Amazon ML, as if batch predictions could be made with their first tags."""
    known = specs.load("amazon_ml")
    row = replace(known.collections["tags"], at_creation=Place("body", "/Tags"))
    return replace(known, collections={"tags": row})


def _answers(contract: Contract, *calls: tuple[str, Any], faults: tuple[str, ...] = ()) -> list[Answer]:
    engine = prepare(contract, from_texts(contract, faults), credentials=None)
    world, wire, found = first_world(engine, 7, from_text("immediate")), WIRES[contract.wire], []
    for operation, body in calls:
        request = wire.encode_request(contract, Call(operation, body=body))
        response, world = respond(engine, world, request, 1_790_000_000.0)
        found.append(wire.decode_answer(contract, response))
    return found


def test_a_resource_is_made_with_its_first_items(contract: Contract) -> None:
    """What the create request carries is shown, and later items stand beside it."""
    more = {"Key": "region", "Value": "north"}
    rows = _answers(
        contract,
        ("CreateBatchPrediction", JOB),
        ("DescribeTags", WHO),
        ("AddTags", {**WHO, "Tags": [more]}),
        ("DescribeTags", WHO),
    )
    assert [[FIRST], [FIRST, more]] == [rows[index].body["Tags"] for index in (1, 3)]


def test_an_item_of_the_same_id_and_another_kind_is_nobody_s(contract: Contract) -> None:
    """The owner is of the kind that the request says."""
    rows = _answers(contract, ("CreateBatchPrediction", JOB), ("DescribeTags", {**WHO, "ResourceType": "MLModel"}))
    assert "ResourceNotFoundException" == rows[1].code


@pytest.mark.parametrize(
    ("operation", "member"),
    [("AddTags", {}), ("AddTags", {"Tags": 7}), ("DeleteTags", {}), ("DeleteTags", {"TagKeys": None})],
)
def test_a_server_without_constraints_takes_what_is_no_list_for_nothing(
    operation: str, member: dict[str, Any], contract: Contract
) -> None:
    """A change without items is accepted and changes nothing, where no constraint refuses it."""
    calls = (("CreateBatchPrediction", JOB), (operation, {**WHO, **member}), ("DescribeTags", WHO))
    assert [FIRST] == _answers(contract, *calls, faults=("accept_anything",))[-1].body["Tags"]
