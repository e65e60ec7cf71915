"""AWS JSON 1.0 and 1.1: every operation is `POST /`, told apart by the X-Amz-Target header.

Source: the Smithy specifications of awsJson1_0 and awsJson1_1, which differ in the media type only (`wire_options` of a
vendor: `json_version`, 1.1 without one). Errors are named by the body member `__type`, by the header
`x-amzn-ErrorType` or by a string member `code`; whatever follows `:` or precedes `#` does not count. Front ends answer
what is no request of any service with a page of XML, whose root element is the name. Some services also have an
*integer* member `code` in their errors: it is data and never the name.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from specs.contract import Contract, ErrorClass, ErrorForm
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse, Malformed, header, media_type
from specs.wire.protocol import Wire, is_json, parse_json, split_target

VERSIONS = ("1.1", "1.0")
"""The versions of the protocol, the default first."""
ROOT = re.compile(r"\s*(?:<\?[^>]{0,200}\?>\s*)?<([A-Za-z]{1,80})[\s/>]")


def protocol_media_type(contract: Contract) -> str:
    """The media type of every request and answer of a vendor."""
    return f"application/x-amz-json-{contract.wire_options.get('json_version', VERSIONS[0])}"


def encode_request(contract: Contract, call: Call) -> HttpRequest:
    """The call as bytes; a call without a body sends `{}`, as AWS clients do."""
    operation = contract.operations[call.operation]
    body = b"{}" if call.body is ABSENT else orjson.dumps(call.body)
    headers = (
        ("Content-Type", call.media_type or protocol_media_type(contract)),
        ("X-Amz-Target", operation.route),
        *((name, str(value)) for name, value in call.headers.items()),
    )
    return HttpRequest("POST", contract.base_path + "/", headers, body)


def route(contract: Contract, request: HttpRequest) -> str | Malformed:
    """The operation that X-Amz-Target names, compared with case."""
    if request.method != "POST":
        reason = f"method {request.method} is not supported: every operation is POST"
        return Malformed("method", reason, (("Allow", "POST"),))
    if split_target(request.target)[0] not in (contract.base_path + "/", contract.base_path):
        return Malformed("unknown_operation", f"no such path: {request.target[:200]!r}; every operation is POST /")
    target = header(request.headers, "x-amz-target")
    for operation in contract.operations.values():
        if operation.route == target:
            return operation.id
    return Malformed("unknown_operation", f"X-Amz-Target {target!r} names no operation")


def decode_request(contract: Contract, request: HttpRequest) -> Call | Malformed:
    """The call that a request makes; an empty body counts as `{}` (awsJson1_1, "Protocol behaviors")."""
    operation = route(contract, request)
    if isinstance(operation, Malformed):
        return operation
    kind = media_type(request.headers)
    expected = protocol_media_type(contract)
    if kind != expected and kind != "application/json":
        return Malformed("media_type", f"Content-Type must be {expected}, not {kind!r}")
    if not request.body:
        return Call(operation, body={}, media_type=kind)
    value, problem = parse_json(request.body)
    if problem is not None:
        return Malformed("malformed", problem)
    if not isinstance(value, dict):
        return Malformed("malformed", "the body must be a JSON object")
    return Call(operation, body=value, media_type=kind)


def encode_answer(contract: Contract, answer: Answer, request_id: str) -> HttpResponse:
    """The answer as bytes, with the request id that AWS clients log."""
    body = b"{}" if answer.body is ABSENT else _bytes(answer.body)
    named = () if header(answer.headers, "content-type") else (("Content-Type", protocol_media_type(contract)),)
    return HttpResponse(answer.status, (*named, ("x-amzn-RequestId", request_id), *answer.headers), body)


def decode_answer(contract: Contract, response: HttpResponse) -> Answer:
    """The answer in a response; `problem` is set when the bytes are not what their media type says."""
    kind = media_type(response.headers)
    if not response.body:
        return Answer(response.status, response.headers, ABSENT, _code(None, response))
    if not is_json(kind):
        text = response.body.decode("utf-8", "replace")
        return Answer(response.status, response.headers, text, _code(None, response) or _root(kind, text))
    value, problem = parse_json(response.body)
    return Answer(response.status, response.headers, value, _code(value, response), problem)


def error_answer(contract: Contract, error: ErrorClass, form: ErrorForm, message: str) -> Answer:
    """An error that every AWS client can read: the name stands in the body and in the header."""
    name = form.code or error.name
    return Answer(form.status, (("x-amzn-ErrorType", name),), {"__type": name, "message": message}, name)


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else orjson.dumps(body)


def _code(body: Any, response: HttpResponse) -> str | None:
    members = body if isinstance(body, dict) else {}
    candidates = (members.get("__type"), header(response.headers, "x-amzn-errortype"), members.get("code"))
    name = next((value for value in candidates if isinstance(value, str) and value), None)
    return name.split(":", 1)[0].rsplit("#", 1)[-1] if name else None


def _root(kind: str | None, text: str) -> str | None:
    """The name of an XML page's root element: so the front ends of AWS name what refuses a request of no service."""
    found = ROOT.match(text) if kind in ("application/xml", "text/xml") else None
    return found[1] if found else None


WIRE = Wire(
    name="aws_json",
    null_is_absent=True,
    options={"target_prefix": (), "json_version": VERSIONS},
    encode_request=encode_request,
    route=route,
    decode_request=decode_request,
    encode_answer=encode_answer,
    decode_answer=decode_answer,
    error_answer=error_answer,
)
