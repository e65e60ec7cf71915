"""The reference's reading of the contracts against the judge's: openapi-core and jsonschema-rs agree, case by case.

Two libraries read one contract; where they differ, one of them, or the rewriting of patterns, is wrong.
"""

from __future__ import annotations

import copy
import random
import re
from typing import Any

import jsonschema_rs
import pytest

import specs
from reference_impl.patterns import python_pattern
from reference_impl.validation import Validator
from specs.contract import Contract
from specs.message import Call

VALUES: list[Any] = [
    None, True, 0, -1, 1.5, 10**9, 19, 20, 101, 41943041, "", " ", "a", "a" * 65, "a" * 1100, "abc\n", "\u0663", "\0",
    "\u00e9", "s3://a/b:c", "s3://a//b", "s3://a", "tab", ",,", "all", "fixed", [], ["x"], {}, {"type": "s3"},
]  # fmt: skip
CASES = 60


def filled(contract: Contract, value: Any) -> Any:
    """A sample with its placeholders filled in by fixtures or by a plain word."""
    if isinstance(value, list):
        return [filled(contract, item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$fixture" in value:
        return contract.fixtures[value["$fixture"]].value
    if "$fresh" in value or "$identity" in value:
        return "fresh"
    return {name: filled(contract, member) for name, member in value.items()}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for name, member in members for found in [(*path, name), *places(member, (*path, name))]]


def pointer(path: list[str | int]) -> str:
    """The JSON pointer of a path, as constraints have it."""
    return "".join(f"/{name}" for name in path)


def changed(body: Any, draw: random.Random, names: list[str]) -> Any:
    """The body with one place replaced, removed or added."""
    body = copy.deepcopy(body)
    if draw.random() < 0.4 and names:
        return body | {draw.choice(names): draw.choice(VALUES)}
    *path, last = draw.choice(places(body))
    holder = body
    for name in path:
        holder = holder[name]
    holder[last] = draw.choice(VALUES)
    return body


@pytest.mark.parametrize("vendor", specs.vendors())
def test_two_validators_agree(vendor: str) -> None:
    """On samples and on hundreds of changed ones both accept or both refuse, except for keywords of strength info."""
    contract, draw = specs.load(vendor), random.Random(7)
    validator = Validator(contract)
    rules = [rule for rule in contract.constraints.values() if rule.strength == "info"]
    for operation in contract.operations.values():
        sample = contract.samples.get(operation.id)
        if sample is None or not isinstance(sample.body, dict) or "$table" in str(sample.body):
            continue
        if any(item.required for item in operation.parameters):
            continue  # only bodies are compared here
        schema = operation.request_schema
        assert schema is not None
        soft = {(rule.pointer, rule.keyword) for rule in rules if rule.operation == operation.id}
        judge = jsonschema_rs.Draft202012Validator(dict(schema))
        base = filled(contract, sample.full or sample.body)
        for _ in range(CASES):
            call = validator.normal(Call(operation.id, body=changed(base, draw, list(schema.get("properties", {})))))
            problem = validator.problem(call)
            broken = {
                (pointer(error.instance_path), str(error.schema_path[-1])) for error in judge.iter_errors(call.body)
            }
            assert (not broken - soft) == (problem is None), call.body


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("^[a-z]+$", "abc", "abc\n"),
        (r"^\d{2}$", "12", "\u0661\u0662"),
        (r"^[\p{L}\p{N}_.\-]*$", "\u00e9\u0663_", "a!"),
        (r"^\w+$", "a_1", "\u00e9"),
        (r"^[\w$]+$", "a$", "\u00e9"),
        (r"^[^\s/]+\/$", "a/", "a b/"),
    ],
)
def test_a_pattern_keeps_its_meaning(pattern: str, good: str, bad: str) -> None:
    """ECMA's `$`, classes and categories, in Python's terms."""
    compiled = re.compile(python_pattern(pattern))
    assert (True, False) == (compiled.search(good) is not None, compiled.search(bad) is not None)


def test_a_wrong_type_comes_before_other_problems() -> None:
    """A decoder stops at a wrong type, whatever else is broken."""
    validator = Validator(specs.load("amazon_ml"))
    problem = validator.problem(Call("DescribeBatchPredictions", body={"Limit": "x", "SortOrder": "up"}))
    assert problem is not None
    assert "wrong_type" == problem.situation


def test_query_parameters_are_judged_by_name() -> None:
    """A value outside of its enum is a query problem that names the parameter."""
    validator = Validator(specs.load("spice"))
    assert validator.problem(Call("get_models", query={"format": "csv", "status": True})) is None
    problem = validator.problem(Call("get_models", query={"format": "xml"}))
    assert problem is not None
    assert ("query", True) == (problem.situation, "format" in problem.reason)


def test_a_form_is_no_json() -> None:
    """A form has no schema; the bytes of its files are no reason to break down."""
    validator = Validator(specs.load("datarobot"))
    assert validator.problem(Call("createDatasetFromFile", body={"file": b"a,b\n\xff,1\n"})) is None
