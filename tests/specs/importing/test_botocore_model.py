"""Tests of importing service models: limits as the hand-written folders have them, and services nobody prepared."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

import specs
from specs.__main__ import main
from specs.constraints import LIMITS
from specs.contract import Contract
from tests.specs.importing.conftest import Import

OURS = {
    specs.load(name).auth.service: specs.load(name) for name in specs.vendors() if specs.load(name).wire == "aws_json"
}
TRANSFORM = "CreateTransformJob,DescribeTransformJob,ListTransformJobs,StopTransformJob"
TEXTS = (*(chr(point) for point in range(0x250)), "", "ab", "a" * 1500, "a" * 1501)


def _request_limits(contract: Contract, operation: str) -> dict[tuple[str, str], Any]:
    return {
        (row.pointer, row.keyword): sorted(row.value) if row.keyword == "enum" else row.value
        for row in contract.constraints.values()
        if row.operation == operation
        and row.side == "request"
        and row.keyword in (*LIMITS, "required")
        and row.keyword != "type"
    }


def _same(keyword: str, one: Any, other: Any) -> bool:
    """Whether two limits say the same; patterns may be written otherwise, and then take the same characters."""
    if keyword != "pattern" or one == other:
        return bool(one == other)
    readers = [jsonschema_rs.validator_for({"pattern": pattern}) for pattern in (one, other)]
    return all(readers[0].is_valid(text) == readers[1].is_valid(text) for text in TEXTS)


@pytest.mark.parametrize("service", OURS)
def test_limits_equal_those_of_the_folders_written_by_hand(service: str, imported: Import) -> None:
    """Required members, lengths, bounds, patterns and enums of requests are those of our own folders."""
    names = sorted(OURS[service].operations)
    contract = imported("botocore", service, service, "--operations", ",".join(names))
    for name in names:
        theirs, ours = _request_limits(contract, name), _request_limits(OURS[service], name)
        assert set(ours) == set(theirs)
        assert [] == [key for key in ours if not _same(key[1], ours[key], theirs[key])]


def test_a_whole_large_service_loads(imported: Import) -> None:
    """All 425 operations of a large service become a folder that loads and lints without a fault."""
    contract = imported("botocore", "sagemaker", "sagemaker")
    assert 425 <= len(contract.operations)
    assert set(contract.operations) == set(contract.samples)
    assert 30 < len(contract.lifecycles)


def test_another_family_is_imported_as_well(imported: Import) -> None:
    """Of Bedrock's services, the one that speaks AWS JSON becomes a folder with nothing wrong in it."""
    contract = imported("botocore", "bedrock-data-automation-runtime", "automation")
    assert {"InvokeDataAutomationAsync", "GetDataAutomationStatus"} <= set(contract.operations)


def test_names_statuses_and_pages_become_a_lifecycle(imported: Import) -> None:
    """A lifecycle has its states from the enum, its ends from words and waiters, its pages from the paginator."""
    life = imported("botocore", "sagemaker", "transform", "--operations", TRANSFORM).lifecycles["transform_job"]
    assert "InProgress" == life.initial
    assert {"Completed": "success", "Failed": "failure", "Stopped": "cancelled"} == dict(life.final)
    assert "Stopping" == life.transitions["InProgress"]["stop"]
    assert life.created_by is not None
    assert not life.created_by.answered
    assert life.listed_by is not None
    assert life.listed_by.paging is not None
    assert "/NextToken" == life.listed_by.paging.next


def test_json_1_0_and_recursion(imported: Import) -> None:
    """A service of JSON 1.0 gets its media type; its recursive values are cut and marked."""
    contract = imported("botocore", "dynamodb", "tables")
    assert "1.0" == contract.wire_options["json_version"]
    assert ["application/x-amz-json-1.0"] == list(contract.operations["PutItem"].request)
    assert "AttributeValue.level2" in contract.document["components"]["schemas"]
    assert {"table", "global_table"} == set(contract.lifecycles)


@pytest.mark.parametrize(
    ("service", "more", "says"),
    [
        ("bedrock", (), "speaks rest-json, and only AWS JSON"),
        ("sagemakr", (), "did you mean sagemaker"),
        ("sagemaker", ("--operations", "CreateTransformJbo"), "did you mean 'CreateTransformJob'"),
        ("kinesis", ("--out", "/tmp/Not A Name"), "try 'not_a_name'"),
    ],
)
def test_what_cannot_be_imported_is_said(
    service: str, more: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another protocol, an unknown service or operation and a bad name are one line, with what there is instead."""
    assert 2 == main(["import", "botocore", service, *more])
    assert says in capsys.readouterr().err
