"""Tests of contracts by the readers of others: a vendor's own SDK, its service models, and the tools of OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from datarobot.models import BatchPredictionJob
from datarobot.utils import from_api
from openapi_core import OpenAPI

import specs
from specs.constraints import UnknownKeyword, of_operation
from specs.contract import Operation
from specs.reading.place_checks import answer_schema

CONTRACTS = {vendor: specs.load(vendor) for vendor in specs.vendors()}
DATAROBOT = CONTRACTS["datarobot"]
READ = DATAROBOT.lifecycles["batch_prediction"]
SDK: Any = BatchPredictionJob
"""Its converters say what the SDK reads in an answer, and are no part of what its users see."""
UNDOCUMENTED = {"project_id", "is_blocked", "explanation_class_names", "explanation_num_top_classes"}
"""Optional members that the SDK would take and the public reference does not have."""
UNHANDLED = (
    "not if then else oneOf anyOf contains minContains maxContains prefixItems patternProperties dependentRequired "
    "dependentSchemas unevaluatedItems unevaluatedProperties contentEncoding contentMediaType contentSchema $defs $id"
)
"""Keywords of JSON Schema 2020-12 that no constraint is made of."""


def _keys(converter: Any, optional: bool) -> set[str]:
    return {str(key.name) for key in converter.keys if key.optional is optional}


def _members(schema: Any) -> dict[str, Any]:
    """The members of an object schema by the names that the SDK gives them."""
    return dict(from_api({"members": schema["properties"]}, keep_null_keys=True)["members"])


JOB = answer_schema(DATAROBOT.operations["getBatchPrediction"])
ASKED = _members(DATAROBOT.operations["createBatchPrediction"].request_schema)
PARTS = [
    (SDK._converter_common, JOB),
    (SDK._converter_extra, JOB),
    (SDK._links, JOB["properties"]["links"]),
    (SDK._job_spec, JOB["properties"]["jobSpec"]),
]


@pytest.mark.parametrize(("converter", "schema"), PARTS, ids=["common", "extra", "links", "job_spec"])
def test_the_sdk_reads_the_members_of_a_job(converter: Any, schema: Any) -> None:
    """What the SDK reads in a job is documented, or asked for and echoed, and what it cannot do without is required."""
    assert set() == _keys(converter, True) - {*_members(schema), *ASKED} - UNDOCUMENTED
    needed = {str(key) for key in from_api(dict.fromkeys(schema.get("required", ()), 0))}
    assert set() == _keys(converter, False) - needed


def test_the_sdk_knows_the_states_of_a_job() -> None:
    """The states of a job are exactly those that the SDK takes."""
    known = next(key for key in SDK._converter_common.keys if key.name == "status").trafaret.variants
    states = {*READ.transitions, *READ.final}
    assert sorted(known) == sorted({spelled for state in states for spelled in READ.spellings.get(state, (state,))})


def _jobs() -> Iterator[tuple[str, Any]]:
    for row in DATAROBOT.examples:
        body = row.response.get("body")
        if row.response["status"] < 300 and isinstance(body, dict) and {"jobSpec", "status"} <= set(body):
            yield row.name, body


@pytest.mark.parametrize("body", dict(_jobs()).values(), ids=dict(_jobs()))
def test_the_sdk_reads_every_golden_job(body: Any) -> None:
    """The SDK's converters take every golden job."""
    data = from_api(body)
    common = _keys(SDK._converter_common, True)
    SDK._converter_common.check({key: value for key, value in data.items() if key in common})
    SDK._converter_extra.check({key: value for key, value in data.items() if key not in common})


@pytest.mark.parametrize("vendor", CONTRACTS)
def test_openapi_core_and_schemathesis_load_every_document(vendor: str) -> None:
    """Both read every document, and schemathesis makes an operation of each of ours."""
    document = dict(CONTRACTS[vendor].document)
    assert OpenAPI.from_dict(document).spec is not None
    found: list[Any] = list(schemathesis.openapi.from_dict(document).get_all_operations())
    names = [str(result.ok().definition.raw["operationId"]) for result in found]
    assert sorted(CONTRACTS[vendor].operations) == sorted(names)


@pytest.mark.parametrize("keyword", UNHANDLED.split())
def test_a_keyword_that_nobody_handles_is_an_error(keyword: str) -> None:
    """A schema with a keyword that no constraint is made of is refused wherever the keyword stands, not passed over."""
    here: dict[str, Any] = {keyword: {}}
    nested: list[dict[str, Any]] = [here, {"properties": {"a": {"items": here}}}, {"additionalProperties": here}]
    for schema in nested:
        operation = Operation("op", "POST", "/", "", "", (), {"application/json": schema}, True, {}, (), True, "Manual")
        with pytest.raises(UnknownKeyword, match=re.escape(keyword)):
            list(of_operation("v", operation))
