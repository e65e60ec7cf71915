"""Malformed requests, as the wires' tables describe them."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

import specs
from conformance.plans.samples import Naming, Samples
from conformance.plans.wire_cases import mutated, operations, plan_wire
from specs.message import Call


def samples_of(vendor: str) -> Samples:
    """The samples of a vendor with the embedded servers' fixtures."""
    contract = specs.load(vendor)
    return Samples(contract, {name: row.value for name, row in contract.fixtures.items()}, Naming("t"))


def made(row: dict[str, Any], vendor: str = "amazon_ml", operation: str = "GetMLModel") -> Any:
    """What a case makes of the operation's sample."""
    samples = samples_of(vendor)
    call = samples.call(operation)
    return mutated(samples.contract, samples.contract.operations[operation], call, row)


def test_bytes_are_repeated() -> None:
    """A body can be given by prefix, repeated brackets and suffix."""
    row = {"body_open": "[", "body_close": "]", "body_repeat": 3, "body_prefix": '{"a":', "body_suffix": "}"}
    assert b'{"a":[[[]]]}' == made(row)[1].body


def test_headers_are_filled_in_and_removed() -> None:
    """A header's placeholders are filled in; null removes the header."""
    row = {"headers": {"X-Amz-Target": "{prefix}.None", "Content-Type": None}}
    assert {"X-Amz-Target": "AmazonML_20141212.None", "Content-Type": None} == made(row)[1].headers


def test_members_are_added_to_a_valid_body() -> None:
    """A member is added and nothing else changes."""
    call, mutation = made({"add": {"Extra": 1}})
    assert ({"MLModelId": "ml-binary", "Extra": 1}, None) == (call.body, mutation)


def test_the_first_key_comes_twice() -> None:
    """The first member is written twice, and only where no id is missing."""
    assert b'{"MLModelId":"ml-binary","MLModelId":"ml-binary"}' == made({"duplicate_first_key": True})[1].body
    assert made({"duplicate_first_key": True}, operation="GetBatchPrediction") is None


@pytest.mark.parametrize(
    ("expected", "row"),
    [
        (b'{"MLModelId":"ml-binary","a": 1e400}', {"member": '"a": 1e400'}),
        (b'{"MLModelId":"ml-binary","\xff":1}', {"member_hex": "22ff223a31"}),
        (b'\xef\xbb\xbf{"MLModelId":"ml-binary"}', {"body_before": "\ufeff"}),
    ],
)
def test_a_valid_body_is_written_in_another_way(expected: bytes, row: dict[str, Any]) -> None:
    """One more member or a text in front: the rest of the body stays what it was."""
    assert expected == made(row)[1].body


def test_a_body_is_compressed() -> None:
    """The valid body, compressed."""
    assert b'{"MLModelId":"ml-binary"}' == gzip.decompress(made({"gzip": True})[1].body)


@pytest.mark.parametrize(("expected", "method"), [(True, "PATCH"), (False, "GET")])
def test_a_documented_method_is_no_case(expected: bool, method: str) -> None:
    """A method that the path documents is not tried as an undocumented one."""
    row = {"method": method, "undocumented_method": True}
    assert expected == (made(row, "datarobot", "getVersion") is not None)


@pytest.mark.parametrize(
    ("expected", "vendor", "to"),
    [
        (["CreateBatchPrediction", "DescribeBatchPredictions"], "amazon_ml", ""),
        (["post_batch_predict"], "spice", "json_body"),
        (["post_batch_predict"], "spice", "body"),
        (["getVersion"], "datarobot", "one"),
    ],
)
def test_a_requirement_is_tried_on_its_operations(expected: list[str], vendor: str, to: str) -> None:
    """The table says which operations a case is tried on; without a word a creating and a reading one."""
    samples = samples_of(vendor)
    assert expected == [row.id for row in operations(samples.contract, samples, to)]


@pytest.mark.parametrize("vendor", ["amazon_ml", "amazon_personalize", "datarobot", "spice"])
def test_each_wire_requirement_is_planned(vendor: str) -> None:
    """No wire requirement is left without a request."""
    samples = samples_of(vendor)
    wanted = {row.id for row in samples.contract.requirements.values() if row.check.startswith("wire_")}
    steps = [step for scenario in plan_wire(samples.contract, samples, 0) for step in scenario.steps]
    assert wanted == {step.case.requirement for step in steps if step.case.kind == "wire"}
    assert all(isinstance(step.call, Call) for step in steps)


def test_a_vendor_s_own_case_is_tried_on_the_operation_that_it_names() -> None:
    """A row of a vendor that names an operation is tried there and nowhere else."""
    samples = samples_of("datarobot")
    name = "datarobot.uploadCsv.chunks_are_read"
    steps = [step for scenario in plan_wire(samples.contract, samples, 0) for step in scenario.steps]
    found = [step for step in steps if step.case.requirement == name]
    assert ["uploadCsv"] == [step.call.operation for step in found if step.call]
    assert found[0].mutation is not None
    assert {"Transfer-Encoding": "chunked"} == found[0].mutation.headers
