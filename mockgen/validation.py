"""Whether a call keeps the contract's constraints, and which refusal it gets when it does not.

The body is checked by compiled JSON Schema, one validator an operation, without the keywords that nobody has to obey
(strength `info`). A violated `type` outweighs everything else: a vendor cannot look at a value that it cannot read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from specs.constraints import enforced
from specs.contract import Contract, Operation
from specs.message import ABSENT, Call, Malformed
from specs.wire.protocol import is_json

VIOLATIONS_MAX = 20
"""So many violations of one body are looked at; a hostile body may have millions."""


@dataclass(frozen=True)
class Validators:
    """Compiled schemas of one operation: the body's, and those of its parameters by location and name."""

    body: jsonschema_rs.Validator | None
    parameters: Mapping[tuple[str, str], jsonschema_rs.Validator]


def compiled(contract: Contract) -> dict[str, Validators]:
    """The validators of every operation."""
    return {name: _of_operation(operation) for name, operation in contract.operations.items()}


def refusal(operation: Operation, validators: Validators, call: Call) -> Malformed | None:
    """The situation and the reason when the call breaks a constraint; parameters come before the body."""
    for parameter in operation.parameters:
        given = {"path": call.path, "query": call.query, "header": call.headers}[parameter.location]
        situation = "path" if parameter.location == "path" else "query"
        value = _header(call, parameter.name) if parameter.location == "header" else given.get(parameter.name)
        if value is None:
            if parameter.required:
                return Malformed(situation, f"the {parameter.location} parameter {parameter.name} is required")
            continue
        problem = next(validators.parameters[parameter.location, parameter.name].iter_errors(value), None)
        if problem is not None:
            return Malformed(situation, f"{parameter.location} parameter {parameter.name}: {problem.message[:500]}")
    if validators.body is None or call.body is ABSENT or isinstance(call.body, bytes):
        return None
    return _of_body(validators.body, call.body)


def _of_body(validator: jsonschema_rs.Validator, body: Any) -> Malformed | None:
    reason = ""
    for count, problem in enumerate(validator.iter_errors(body)):
        path = [str(part) for part in problem.schema_path]
        place = "/" + "/".join(str(part) for part in problem.instance_path)
        if path[-1] == "type" and "allOf" not in path:
            return Malformed("wrong_type", f"{place}: {problem.message[:500]}")
        reason = reason or f"{place}: {problem.message[:500]}"
        if count >= VIOLATIONS_MAX:
            break
    return Malformed("invalid", reason) if reason else None


def _header(call: Call, name: str) -> str | None:
    return next((value for key, value in call.headers.items() if key.lower() == name.lower()), None)


def _of_operation(operation: Operation) -> Validators:
    kind = next(iter(operation.request), None)
    schema = operation.request_schema
    body = jsonschema_rs.validator_for(enforced(schema)) if schema and is_json(kind) else None
    parameters: dict[tuple[str, str], jsonschema_rs.Validator] = {
        (row.location, row.name): jsonschema_rs.validator_for(enforced(row.schema)) for row in operation.parameters
    }
    return Validators(body, parameters)
