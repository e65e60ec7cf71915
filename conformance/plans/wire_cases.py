"""Malformed and unusual requests, made from the wire's own table of cases.

A case changes one thing of a valid call: its bytes, a header, the method or the target. The tables stand beside the
wires in `specs`; this module only carries them out.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from conformance.history import Case
from conformance.judging.oracle import is_slot
from conformance.plan import Mode, Mutation, Scenario, Step
from conformance.plans.preparing import created_by, mode_of, own_resource, refused_mode_of, sub_resource
from conformance.plans.samples import Samples
from specs.contract import Contract, Operation, Requirement
from specs.message import Call
from specs.wire.protocol import is_json

_OF_THE_BODY = frozenset(("duplicate_first_key", "body_before", "gzip", "member", "member_hex"))
"""Words of a case that write the valid call's own body in another way."""
REPEAT_MAX = 100_000
"""A case repeats a text no more often than this."""


def plan_wire(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """One scenario for each wire requirement and operation that it applies to. Nothing is drawn from the seed."""
    return tuple(
        _scenario(contract, samples, requirement, operation)
        for requirement in contract.requirements.values()
        if requirement.check in ("wire_case", "wire_variant")
        for operation in _tried_on(contract, samples, requirement)
    )


def _tried_on(contract: Contract, samples: Samples, requirement: Requirement) -> tuple[Operation, ...]:
    """The operations of a requirement: the one that a vendor's own row names, or those that `to` stands for."""
    if requirement.operation is not None:
        return (contract.operations[requirement.operation],)
    return operations(contract, samples, str(requirement.parameters.get("to", "")))


def operations(contract: Contract, samples: Samples, to: str) -> tuple[Operation, ...]:
    """The operations that a requirement is tried on; sub-resources are left alone.

    `json_body`, `body`, `all`, `one` and `one_json` say it; without a word it is the first operation that creates
    something and one that only reads: one router serves all of them. The latter takes an empty body where there is such
    an operation, so that a body which was not read at all shows.
    """
    usable = [row for row in contract.operations.values() if sub_resource(contract, row.id) is None]
    if to == "json_body":
        return tuple(row for row in usable if any(map(is_json, row.request)))
    if to == "body":
        return tuple(row for row in usable if row.request)
    if to == "all":
        return tuple(usable)
    if to == "one":
        return tuple(sorted(usable, key=lambda row: _acts(contract, samples, row))[:1])
    if to == "one_json":
        takes = [row for row in usable if any(map(is_json, row.request)) and _own_body(samples.call(row.id))]
        return tuple(sorted(takes, key=lambda row: _acts(contract, samples, row))[:1])
    creating = [row for row in usable if created_by(contract, row.id) is not None]
    reading = [row for row in usable if mode_of(contract, row.id) <= Mode.read]
    reading.sort(key=lambda row: bool(samples.oracle.broken(Call(row.id, body={}))))
    return (*creating[:1], *reading[:1]) or tuple(usable[:1])


def _acts(contract: Contract, samples: Samples, operation: Operation) -> tuple[int, bool]:
    """What speaks against an operation as the one to try: it changes things, or it needs a resource."""
    return mode_of(contract, operation.id), _has_slot(samples.call(operation.id))


def _has_slot(value: Any) -> bool:
    if isinstance(value, Call):
        return any(_has_slot(part) for part in (value.path, value.query, value.body))
    if isinstance(value, Mapping):
        return is_slot(value) or any(_has_slot(member) for member in value.values())
    return isinstance(value, list) and any(_has_slot(item) for item in value)


def _scenario(contract: Contract, samples: Samples, requirement: Requirement, operation: Operation) -> Scenario:
    name = f"wire:{requirement.id}:{operation.id}"
    prepared = own_resource(contract, samples, operation.id, name)
    expect = tuple(dict.fromkeys(_expected(contract, requirement)))
    mode = prepared.mode if {"accepted", "any"} & set(expect) else refused_mode_of(contract, operation.id)
    steps = list(prepared.before)
    for row in requirement.parameters["cases"]:
        call = samples.call(operation.id, prepared.slots)
        made = mutated(contract, operation, call, row)
        if made is not None:
            label = f"{row['name']} on {operation.id}"
            keys = row.get("credentials", "right")
            case = Case("wire", requirement.id, label, expect, parameters={"name": row["name"]})
            steps.append(Step(case, made[0], mutation=made[1], credentials=keys))
    return Scenario(name, tuple(steps), mode=mode)


def _expected(contract: Contract, requirement: Requirement) -> Iterator[str]:
    for situation in requirement.parameters.get("expect", ("any",)):
        name = situation if situation in ("accepted", "any") else contract.refusals.get(situation)
        if name is not None:
            yield name


def mutated(
    contract: Contract, operation: Operation, call: Call, row: Mapping[str, Any]
) -> tuple[Call, Mutation | None] | None:
    """The call and the change of its bytes that a case describes; None when the case does not fit the operation."""
    if "add" in row:
        return (replace(call, body={**call.body, **row["add"]}), None) if isinstance(call.body, Mapping) else None
    if row.get("undocumented_method") and _is_documented(contract, operation, str(row["method"])):
        return None
    if row.get("headers", {}).get("Content-Type") in operation.request:
        return None  # documented here, so it is not the other media type that the case stands for
    body: bytes | None = None
    if _OF_THE_BODY & set(row):
        written = _own_body(call)
        if written is None:
            return None
        body = _written_anew(written, row)
    elif "body_repeat" in row:
        count = min(int(row["body_repeat"]), REPEAT_MAX)
        middle = str(row.get("body_open", "")) * count + str(row.get("body_close", "")) * count
        body = f"{row.get('body_prefix', '')}{middle}{row.get('body_suffix', '')}".encode()
    elif "body" in row:
        body = str(row["body"]).encode()
    words = _words(contract, operation)
    headers = {
        name: None if text is None else _with_words(text, words) for name, text in row.get("headers", {}).items()
    }
    target = _with_words(row["target"], words) if "target" in row else None
    return call, Mutation(row.get("method"), target, headers, body, bool(row.get("other_slash")))


def _own_body(call: Call) -> Mapping[str, Any] | None:
    """The body of a call whose bytes are known before it is sent; None when it has none, or names what is yet to be."""
    return call.body if isinstance(call.body, Mapping) and call.body and not _has_slot(call.body) else None


def _written_anew(body: Mapping[str, Any], row: Mapping[str, Any]) -> bytes:
    """The bytes of a valid body, written in another way: a key twice, a member more, a text in front,
    or compressed."""
    data = orjson.dumps(body)
    if row.get("duplicate_first_key"):
        name, value = next(iter(body.items()))
        data = b"{" + orjson.dumps(name) + b":" + orjson.dumps(value) + b"," + data[1:]
    member = bytes.fromhex(str(row.get("member_hex", ""))) or str(row.get("member", "")).encode()
    if member:
        data = data[:-1] + b"," + member + b"}"
    data = str(row.get("body_before", "")).encode() + data
    return gzip.compress(data, mtime=0) if row.get("gzip") else data


def _is_documented(contract: Contract, operation: Operation, method: str) -> bool:
    return any(row.path == operation.path and row.method == method for row in contract.operations.values())


def _words(contract: Contract, operation: Operation) -> Mapping[str, str]:
    return {
        "prefix": str(contract.wire_options.get("target_prefix", "")),
        "operation": operation.id,
        "route": operation.route,
        "lower_route": operation.route.lower(),
        "base_path": contract.base_path,
    }


def _with_words(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text
