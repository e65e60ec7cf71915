"""REST with JSON bodies: operations are told apart by method and path; other media types travel as bytes or text.

Parameters travel as text, so decoding reads them back by the type that their schema names; a text that does not fit
stays a text and is left for a validator to refuse. `wire_options` of a vendor: `trailing_slash: either` accepts a path
with and without its last slash; `types: lenient` says that a target may read a value of another type as the one asked
for where nothing is lost, as many frameworks do: true as a number, 7 as a text, a text without the blanks at its ends,
any script's digits as digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode

import orjson

from specs.contract import Contract, ErrorClass, ErrorForm, Operation, Parameter
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse, Malformed, header, media_type
from specs.wire import form_data
from specs.wire.protocol import Wire, is_json, parse_json, split_target

QUERY_FIELDS_MAX = 200
"""More query fields than this are not read: a target or a client is hostile until shown otherwise."""


def encode_request(contract: Contract, call: Call) -> HttpRequest:
    """The call as bytes. Raises KeyError when a path parameter has no value."""
    operation = contract.operations[call.operation]
    template = contract.path_of(call.operation)
    path = re.sub(r"\{([^}]+)\}", lambda name: quote(str(call.path[name[1]]), safe=""), template)
    query = urlencode({name: _text(value) for name, value in call.query.items()}, doseq=True)
    target = path + (f"?{query}" if query else "")
    kind = call.media_type or next(iter(operation.request), None)
    headers = tuple((name, str(value)) for name, value in call.headers.items())
    if call.body is ABSENT or kind is None:
        return HttpRequest(operation.method, target, headers)
    if kind in form_data.KINDS and isinstance(call.body, Mapping):
        kind, body = form_data.written(kind, call.body)
    else:
        body = call.body if isinstance(call.body, bytes) else orjson.dumps(call.body)
    return HttpRequest(operation.method, target, (("Content-Type", kind), *headers), body)


def route(contract: Contract, request: HttpRequest) -> str | Malformed:
    """The operation at this method and path."""
    path, _ = split_target(request.target)
    rows = [row for row in contract.operations.values() if row.method == request.method]
    candidates = [operation for operation in rows if _match(contract, operation, path)]
    if candidates:
        # A path without parameters goes before one that has them (OpenAPI 3.1, Paths Object).
        return min(candidates, key=lambda operation: operation.path.count("{")).id
    candidates = [operation for operation in contract.operations.values() if _match(contract, operation, path)]
    if not candidates:
        return Malformed("unknown_operation", f"no such path: {path[:200]!r}")
    allowed = ", ".join(dict.fromkeys(operation.method for operation in candidates))
    reason = f"method {request.method} is not allowed here; allowed: {allowed}"
    return Malformed("method", reason, (("Allow", allowed),))


def decode_request(contract: Contract, request: HttpRequest) -> Call | Malformed:
    """The call that a request makes, its parameters read by the types of their schemas."""
    found = route(contract, request)
    if isinstance(found, Malformed):
        return found
    operation = contract.operations[found]
    if not _acceptable(operation, header(request.headers, "accept")):
        offered = ", ".join(operation.success.content)
        return Malformed("not_acceptable", f"Accept must allow {offered}")
    kind = media_type(request.headers)
    if operation.request and (request.body or operation.request_required) and not _expected(operation, kind):
        return Malformed("media_type", f"Content-Type must be {', '.join(operation.request)}, not {kind!r}")
    body: Any = ABSENT
    if operation.request and is_json(kind) and (request.body or operation.request_required):
        body, problem = parse_json(request.body)
        if problem is not None:
            return Malformed("malformed", problem)
    elif operation.request and kind in form_data.KINDS:
        body, problem = form_data.read(header(request.headers, "content-type"), request.body)
        if problem is not None:
            return Malformed("malformed", problem)
    elif operation.request and kind is not None:
        body = request.body
    target, query = split_target(request.target)
    matched = _match(contract, operation, target)
    values = matched.groups() if matched else ()
    path = dict(zip(_names(operation.path), map(unquote, values), strict=True))
    return Call(
        found,
        path=_typed(operation, "path", {name: [value] for name, value in path.items()}),
        query=_typed(operation, "query", _fields(query)),
        headers=_headers(operation, request),
        body=body,
        media_type=kind,
    )


def encode_answer(contract: Contract, answer: Answer, request_id: str) -> HttpResponse:
    """The answer as bytes; JSON values are JSON, text is text/plain unless the answer's own headers say otherwise."""
    body = answer.body
    if body is ABSENT:
        return HttpResponse(answer.status, answer.headers)
    kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else orjson.dumps(body)
    named = () if header(answer.headers, "content-type") else (("Content-Type", kind),)
    return HttpResponse(answer.status, (*named, *answer.headers), data)


def decode_answer(contract: Contract, response: HttpResponse) -> Answer:
    """The answer in a response; `problem` is set when the bytes are not what their media type says."""
    kind = media_type(response.headers)
    if not response.body:
        return Answer(response.status, response.headers, ABSENT)
    if is_json(kind):
        value, problem = parse_json(response.body)
        return Answer(response.status, response.headers, value, None, problem)
    if kind is None or kind.startswith("text/"):
        try:
            return Answer(response.status, response.headers, response.body.decode())
        except UnicodeDecodeError as problem:
            return Answer(response.status, response.headers, response.body, None, f"the text is not UTF-8: {problem}")
    return Answer(response.status, response.headers, response.body)


def error_answer(contract: Contract, error: ErrorClass, form: ErrorForm, message: str) -> Answer:
    """An error as `{"message": ...}`, or as bare text where the vendor's errors are text."""
    if error.media_type is not None and not is_json(error.media_type):
        return Answer(form.status, (("Content-Type", error.media_type),), message)
    return Answer(form.status, (), {"message": message})


@lru_cache(maxsize=1024)
def _pattern(path: str, slash_optional: bool) -> re.Pattern[str]:
    expression = "([^/]+)".join(map(re.escape, re.split(r"\{[^}]+\}", path)))
    return re.compile(expression.removesuffix("/") + "/?" if slash_optional else expression)


def _names(path: str) -> list[str]:
    return re.findall(r"\{([^}]+)\}", path)


def _match(contract: Contract, operation: Operation, path: str) -> re.Match[str] | None:
    either = contract.wire_options.get("trailing_slash") == "either"
    return _pattern(contract.path_of(operation.id), either).fullmatch(path)


def _acceptable(operation: Operation, accept: str | None) -> bool:
    offered = tuple(operation.success.content)
    if accept is None or not offered:
        return True
    parts = [part.lower().replace(" ", "").split(";") for part in accept.split(",")]
    # A weight of zero excludes (RFC 9110, section 12.4.2).
    ranges = [kind for kind, *rest in parts if not any(re.fullmatch(r"q=0(\.0*)?", item) for item in rest)]
    return any(
        wanted in ("*/*", kind, kind.split("/", 1)[0] + "/*") or (wanted == "application/json" and is_json(kind))
        for wanted in ranges
        for kind in offered
    )


def _expected(operation: Operation, kind: str | None) -> bool:
    return kind in operation.request or (is_json(kind) and any(is_json(known) for known in operation.request))


def _headers(operation: Operation, request: HttpRequest) -> dict[str, str]:
    names = [item.name for item in operation.parameters if item.location == "header"]
    found = {name: header(request.headers, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _fields(query: str) -> dict[str, list[str]]:
    try:
        return parse_qs(query, keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX)
    except ValueError:
        return {}


def _typed(operation: Operation, location: str, values: Mapping[str, list[str]]) -> dict[str, Any]:
    known = {item.name: item for item in operation.parameters if item.location == location}
    return {name: _value(known.get(name), texts) for name, texts in values.items()}


def _value(parameter: Parameter | None, texts: list[str]) -> Any:
    schema = parameter.schema if parameter else {}
    if schema.get("type") == "array":
        return [_scalar(schema.get("items", {}), text) for text in texts]
    return _scalar(schema, texts[-1])


def _scalar(schema: Mapping[str, Any], text: str) -> Any:
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "integer" in kinds and re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        return int(text)
    if "number" in kinds and re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", text):
        number = float(text)
        return number if math.isfinite(number) else text
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    return text


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return [_text(item) for item in value] if isinstance(value, list) else value


WIRE = Wire(
    name="rest_json",
    null_is_absent=False,
    options={"trailing_slash": ("either", "exact"), "types": ("strict", "lenient")},
    encode_request=encode_request,
    route=route,
    decode_request=decode_request,
    encode_answer=encode_answer,
    decode_answer=decode_answer,
    error_answer=error_answer,
)
