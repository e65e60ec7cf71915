"""Requests against the contract's OpenAPI document, with openapi-core.

The judge reads the same document with another library, so neither hides its own bugs. What differs from the file as
it stands: every operation has a virtual path of its own (AWS has one path for all), keywords of strength `info` are
dropped (they are never enforced), and patterns are rewritten for Python. openapi-core takes two seconds to import, so
it is loaded with the first request that needs it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from reference_impl.patterns import python_pattern
from specs.contract import Contract
from specs.message import ABSENT, Call
from specs.wire import WIRES
from specs.wire.protocol import is_json, without_nulls

_HOST = "http://reference"
_METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Problem:
    """A broken constraint: which refusal situation it is (`invalid`, `wrong_type`, `path`, `query`), and a sentence."""

    situation: str
    reason: str


@dataclass(frozen=True)
class _Request:
    """A request in the form that openapi-core reads."""

    path: str
    parameters: Any
    body: bytes | None
    content_type: str
    host_url: str = _HOST
    method: str = "post"


class Validator:
    """One contract's document, ready to judge calls. Safe to use from several threads."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._lock = threading.Lock()
        self._core: Any = None

    def normal(self, call: Call) -> Call:
        """The call as the server should see it: null members are gone where the wire counts them as absent."""
        if not WIRES[self._contract.wire].null_is_absent or call.body is ABSENT:
            return call
        return Call(call.operation, call.path, call.query, call.headers, without_nulls(call.body), call.media_type)

    def problem(self, call: Call) -> Problem | None:
        """What is wrong with a normal call, None when nothing is. Wrong types come first: they stop a real decoder."""
        operation = self._contract.operations[call.operation]
        if not operation.parameters and not operation.request:
            return None  # Nothing to judge: a health check does not queue behind somebody's long body.
        with self._lock:
            if self._core is None:
                self._core = _load(self._contract)
            problems = [problem for error in self._errors(call) for problem in _explain(call, error)]
        ranked = sorted(problems, key=lambda problem: problem.situation != "wrong_type")
        return ranked[0] if ranked else None

    def _errors(self, call: Call) -> Iterator[Exception]:
        # With the rest of openapi-core: only who validates pays for it.
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import ImmutableMultiDict

        fields = [
            (name, _text(item)) for name, value in (*call.path.items(), *call.query.items()) for item in _all(value)
        ]
        operation = self._contract.operations[call.operation]
        # Only JSON has a schema; a form or a file is for the one who takes it.
        kind = next((kind for kind in operation.request if is_json(kind)), None)
        takes = kind is not None and call.body is not ABSENT and not isinstance(call.body, bytes)
        body = orjson.dumps(call.body) if takes else None
        query = RequestParameters(query=ImmutableMultiDict(fields))
        request = _Request(f"/{call.operation}", query, body, kind or "application/json")
        found: Iterator[Exception] = self._core.iter_errors(request)
        return found


def virtual_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with one POST path an operation, path parameters as query fields, and enforceable schemas."""
    paths: dict[str, Any] = {}
    for item in document["paths"].values():
        for method in _METHODS:
            if method not in item:
                continue
            operation = item[method]
            parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
            virtual: dict[str, Any] = {
                "operationId": operation["operationId"],
                "parameters": [_as_query(document, parameter) for parameter in parameters],
                "responses": {"default": {"description": "any"}},
            }
            content = operation.get("requestBody", {}).get("content", {})
            if any(is_json(kind) for kind in content):
                virtual["requestBody"] = operation["requestBody"]
            paths[f"/{operation['operationId']}"] = {"post": virtual}
    components = {"schemas": document.get("components", {}).get("schemas", {})}
    info = {"openapi": "3.1.0", "info": {"title": "virtual", "version": "1"}, "servers": [{"url": _HOST}]}
    enforced: dict[str, Any] = _enforceable({"paths": paths, "components": components})
    return info | enforced


def _as_query(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in parameter:
        parameter = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[-1]]
    return {**parameter, "in": "query"}


def _enforceable(node: Any) -> Any:
    """The same node without `info` keywords and `x-` members, its patterns as Python reads them."""
    if isinstance(node, list):
        return [_enforceable(item) for item in node if not _is_information(item)]
    if not isinstance(node, dict):
        return node
    strength = node.get("x-strength", {})
    soft = {name for name, value in strength.items() if value == "info"} if isinstance(strength, dict) else set()
    kept: dict[str, Any] = {}
    for name, value in node.items():
        if name in soft or name.startswith("x-"):
            continue
        is_pattern = name == "pattern" and isinstance(value, str)
        kept[name] = python_pattern(value) if is_pattern else _enforceable(value)
    return kept


def _is_information(rule: Any) -> bool:
    if not isinstance(rule, dict) or "x-name" not in rule:
        return False
    strength = rule.get("x-strength", {})
    return isinstance(strength, dict) and strength.get(rule["x-name"]) == "info"


def _load(contract: Contract) -> Any:
    # openapi-core takes about two seconds to import.
    from jsonschema_path import SchemaPath
    from openapi_core import V31RequestValidator

    readers: dict[str, Any] = {
        kind: orjson.loads for operation in contract.operations.values() for kind in operation.request
    }
    spec = SchemaPath.from_dict(virtual_document(contract.document))
    return V31RequestValidator(spec, base_url=_HOST, extra_media_type_deserializers=readers)


def _explain(call: Call, error: Exception) -> Iterator[Problem]:
    name = getattr(error, "name", None)
    if name is not None:
        reason = f"{name}: {_cause(error)}"
        yield Problem("path" if name in call.path else "query", reason)
        return
    details = list(getattr(error.__cause__, "schema_errors", ()))
    for detail in details:
        situation = "wrong_type" if detail.validator == "type" else "invalid"
        place = "/".join(str(part) for part in detail.absolute_path) or "the body"
        yield Problem(situation, f"{place}: {_short(detail.message)}")
    if not details:
        yield Problem("invalid", _short(str(error)))


def _cause(error: Exception) -> str:
    details = getattr(error.__cause__, "schema_errors", ())
    return _short(details[0].message if details else str(error.__cause__ or error))


def _short(text: str) -> str:
    return text if len(text) <= 300 else text[:140] + " ... " + text[-140:]


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
