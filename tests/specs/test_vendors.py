"""Third opinions on the vendors' folders: other validators, other models, and the golden exchanges themselves.

The loader and the folders come from the same hands, so this file asks others: jsonschema about the published schemas
and the bodies, openapi-spec-validator about the documents, botocore's service models about the AWS limits.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import jsonschema
import jsonschema_rs
import orjson
import pytest
from openapi_spec_validator import validate

import specs
from specs.constraints import enforced
from specs.contract import Constraint, Contract, Example
from specs.loading import KINDS
from specs.message import ABSENT, Call, HttpRequest, HttpResponse, Malformed, media_type
from specs.reading.place_checks import answer_schema
from specs.source_file import meta_schema, read
from specs.wire import WIRES
from specs.wire.protocol import is_json

CONTRACTS = {vendor: specs.load(vendor) for vendor in specs.vendors()}
EXAMPLES = {
    f"{vendor}-{row.name}": (contract, row) for vendor, contract in CONTRACTS.items() for row in contract.examples
}
BESIDE = {"facts.yaml", "COVERAGE.md", "import.yaml", "openapi.patch.yaml"}
"""Files that are no part of a contract; the tests of `specs.authoring.coverage` and `specs.importing` read them."""
FOLDERS = {"examples": "example", "variants": "variant"}
"""Folder of a vendor's folder -> the kind of its files."""
FILES = [
    (contract, path)
    for contract in CONTRACTS.values()
    for path in sorted(contract.folder.rglob("*.*"))
    if path.name not in BESIDE
]
REFUSED_BEFORE_DECODING = {"malformed", "media_type", "not_acceptable", "unknown_operation", "method"}


@pytest.mark.parametrize(
    ("contract", "path"), FILES, ids=lambda value: getattr(value, "name", value.__class__.__name__)
)
def test_every_file_keeps_its_published_schema(contract: Contract, path: Path) -> None:
    """Every file of every vendor is valid against the published schema of its kind, for jsonschema too."""
    name = path.relative_to(contract.folder).as_posix()
    schema = meta_schema(KINDS.get(name, FOLDERS.get(name.partition("/")[0], "")))
    assert [] == [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(read(path, name).data)]


@pytest.mark.parametrize("vendor", CONTRACTS)
def test_every_document_is_openapi(vendor: str) -> None:
    """Every openapi.yaml is a valid OpenAPI 3.1 document."""
    validate(CONTRACTS[vendor].document)


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else orjson.dumps(body)


def _request(row: Example) -> HttpRequest:
    body = _bytes(row.request["body"]) if "body" in row.request else b""
    return HttpRequest(
        row.request["method"], row.request["target"], tuple(row.request.get("headers", {}).items()), body
    )


def _response(row: Example) -> HttpResponse:
    body = _bytes(row.response["body"]) if "body" in row.response else b""
    return HttpResponse(row.response["status"], tuple(row.response.get("headers", {}).items()), body)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_golden_request_travels(name: str) -> None:
    """A golden request is a call of its operation and encodes to the same request; one that its wire cannot read
    has an answer that refuses it."""
    contract, row = EXAMPLES[name]
    wire = WIRES[contract.wire]
    call = wire.decode_request(contract, _request(row))
    if isinstance(call, Malformed):
        assert call.situation in REFUSED_BEFORE_DECODING
        forms = contract.errors[contract.refusals[call.situation]].forms
        assert row.response["status"] in {form.status for form in forms}
        return
    assert row.operation == call.operation
    again = wire.encode_request(contract, call)
    assert call == wire.decode_request(contract, again)
    assert _request(row).method == again.method
    if "body" in row.request:
        assert _bytes(row.request["body"]) == again.body


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_golden_response_travels(name: str) -> None:
    """A golden response decodes without a problem, to its own body and a documented error."""
    contract, row = EXAMPLES[name]
    wire = WIRES[contract.wire]
    answer = wire.decode_answer(contract, _response(row))
    assert (row.response["status"], None) == (answer.status, answer.problem)
    assert row.response.get("body", ABSENT) == answer.body
    assert answer.body == wire.decode_answer(contract, wire.encode_answer(contract, answer, "request-1")).body
    if answer.status >= 400:
        known = {(form.status, form.code) for error in contract.errors.values() for form in error.forms}
        assert (answer.status, answer.code) in known | {(row.response["status"], None)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_golden_body_keeps_the_schema(name: str) -> None:
    """A successful exchange keeps its operation's schemas, and two validators agree that it does."""
    contract, row = EXAMPLES[name]
    if row.response["status"] >= 300:
        return
    operation = contract.operations[row.operation]
    call = WIRES[contract.wire].decode_request(contract, _request(row))
    assert isinstance(call, Call)
    content = operation.responses[str(row.response["status"])].content
    answered = media_type(_response(row).headers) or ""
    pairs = [(answered, content.get(answered, {}), row.response.get("body", ABSENT))]
    pairs += [(kind, schema, call.body) for kind, schema in list(operation.request.items())[:1]]
    for kind, schema, body in pairs:
        if body is not ABSENT and is_json(kind):
            assert [] == [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(body)]
            assert jsonschema_rs.is_valid(dict(schema), body)
            assert jsonschema_rs.is_valid(enforced(schema), body)


@pytest.mark.parametrize("vendor", CONTRACTS)
def test_every_operation_has_golden_exchanges(vendor: str) -> None:
    """Every operation of every vendor has at least one golden exchange that succeeds."""
    contract = CONTRACTS[vendor]
    assert set(contract.operations) == {row.operation for row in contract.examples if row.response["status"] < 300}


VIOLATED = [
    (vendor, constraint, value)
    for vendor, contract in CONTRACTS.items()
    for constraint in contract.constraints.values()
    for value in constraint.violations
]


@pytest.mark.parametrize(("vendor", "constraint", "value"), VIOLATED, ids=lambda value: getattr(value, "id", ""))
def test_every_listed_violation_breaks_its_rule(vendor: str, constraint: Constraint, value: Any) -> None:
    """A value that a named rule lists as a violation breaks that rule, for both validators."""
    assert not jsonschema_rs.is_valid(dict(constraint.schema), value)
    assert not jsonschema.Draft202012Validator(constraint.schema).is_valid(value)


# AWS: limits as botocore's service models have them.

SERVICES = {contract.auth.service: contract for contract in CONTRACTS.values() if contract.auth.scheme == "sigv4"}
KEYWORDS = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum"), "list": ("minItems", "maxItems")}


def _models() -> Iterator[tuple[str, str, Any]]:
    session = botocore.session.Session()
    for service, contract in SERVICES.items():
        model = session.get_service_model(service)
        for name in contract.operations:
            yield service, name, model.operation_model(name)


MODELS = list(_models())


def _limits(shape: Any, pointer: str = "") -> Iterator[tuple[str, str, Any]]:
    """Pointer, keyword and value of every limit that a shape and the shapes below it state."""
    kind = "integer" if shape.type_name in ("integer", "long", "float", "double") else shape.type_name
    low, high = KEYWORDS.get(kind, ("", ""))
    given: Mapping[str, Any] = shape.metadata
    if low and "min" in given and (given["min"] > 0 or kind == "integer"):  # a length of at least zero says nothing
        yield pointer, low, given["min"]
    if high and "max" in given:
        yield pointer, high, given["max"]
    if "pattern" in given:
        yield pointer, "pattern", given["pattern"]
    if getattr(shape, "enum", None):
        yield pointer, "enum", sorted(shape.enum)
    for name in given.get("required", ()):
        yield f"{pointer}/{name}", "required", True
    for name, member in getattr(shape, "members", {}).items():
        yield from _limits(member, f"{pointer}/{name}")
    if shape.type_name == "list":
        yield from _limits(shape.member, f"{pointer}/*")
    if shape.type_name == "map":
        yield from _limits(shape.key, f"{pointer}/{{key}}")
        yield from _limits(shape.value, f"{pointer}/{{value}}")


ASSIGNED = [chr(point) for point in range(0x10000) if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co")]


def _same(keyword: str, theirs: Any, ours: Any) -> bool:
    """Whether two limits say the same. Patterns of the service model match whole values (ours say so with anchors),
    and those that are written otherwise must take the same characters."""
    if keyword == "enum":
        return bool(theirs == sorted(ours))
    if keyword != "pattern" or ours == f"^(?:{theirs.removeprefix('^').removesuffix('$')})$":
        return bool(keyword == "pattern" or theirs == ours)
    one = jsonschema_rs.validator_for({"pattern": f"^(?:{theirs})$"})
    other = jsonschema_rs.validator_for({"pattern": ours})
    texts = (*ASSIGNED, "", "aa", "a" * 1500, "a" * 1501)
    return all(one.is_valid(text) == other.is_valid(text) for text in texts)


@pytest.mark.parametrize(("service", "name", "model"), MODELS, ids=[f"{row[0]}-{row[1]}" for row in MODELS])
def test_request_limits_equal_the_service_model(service: str, name: str, model: Any) -> None:
    """Required members, lengths, bounds, patterns and enums of a request are those of the service model."""
    known = {keyword for keywords in KEYWORDS.values() for keyword in keywords} | {"pattern", "enum", "required"}
    ours = {
        (row.pointer, row.keyword): row.value
        for row in SERVICES[service].constraints.values()
        if row.operation == name and row.side == "request" and row.keyword in known
    }
    theirs = {(pointer, keyword): value for pointer, keyword, value in _limits(model.input_shape)}
    assert set(theirs) == set(ours)
    assert [] == [key for key in theirs if not _same(key[1], theirs[key], ours[key])]


OURS_ALONE = ("minimum", "maximum")
"""Limits on answers that we add: times and counts are not negative, and no time is in milliseconds. The pages also
tell which keys a map has, where the model takes any."""


@pytest.mark.parametrize(("service", "name", "model"), MODELS, ids=[f"{row[0]}-{row[1]}" for row in MODELS])
def test_answer_limits_equal_the_service_model(service: str, name: str, model: Any) -> None:
    """Lengths, patterns and enums of an answer are those of the service model, at every depth. What an answer always
    has is told by the pages and not by the model."""
    known = {keyword for keywords in KEYWORDS.values() for keyword in keywords} | {"pattern", "enum"}
    ours = {
        (row.pointer, row.keyword): row.value
        for row in SERVICES[service].constraints.values()
        if row.operation == name and row.side == "response" and row.keyword in known
    }
    limits = _limits(model.output_shape) if model.output_shape else ()
    theirs = {(pointer, keyword): value for pointer, keyword, value in limits if keyword != "required"}
    assert set() == set(theirs) - set(ours)
    added = {(pointer, keyword) for pointer, keyword in set(ours) - set(theirs) if not pointer.endswith("/{key}")}
    assert set() == {(pointer, keyword) for pointer, keyword in added if keyword not in OURS_ALONE}
    assert [] == [key for key in theirs if not _same(key[1], theirs[key], ours[key])]


@pytest.mark.parametrize(("service", "name", "model"), MODELS, ids=[f"{row[0]}-{row[1]}" for row in MODELS])
def test_answers_have_the_members_of_the_service_model(service: str, name: str, model: Any) -> None:
    """The top members of an answer are those of the service model, and so are the documented errors' names."""
    contract = SERVICES[service]
    operation = contract.operations[name]
    members = model.output_shape.members if model.output_shape else {}
    assert set(members) == set(answer_schema(operation).get("properties", {}))
    documented = {form.code for error in operation.errors for form in contract.errors[error].forms}
    assert {shape.name for shape in model.error_shapes} <= documented
