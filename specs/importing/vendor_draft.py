"""vendor.yaml, drafted: error classes, what refuses which fault, and how calls are authenticated.

What a document says about errors becomes classes with its names and statuses. Refusals that documents rarely speak of
(no credentials, another content type, an unknown path) get the usual answer of the wire, marked as assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from specs.contract import Operation
from specs.importing.draft import Draft

Row = dict[str, Any]
_INVALID = re.compile(
    r"^(validation|invalid_?(input|parameter|parameter_value|request|argument|arguments)|bad_request)$"
)
_THROTTLED = re.compile(r"throttl|too_many_requests|rate_exceeded")
_INTERNAL = re.compile(r"^internal")
WHY_CLASS = "the document does not say how this is refused; this is usual for the protocol"
WHY_MESSAGE = "the document names the error and not its text"

_AWS: Mapping[str, tuple[tuple[tuple[int, str | None], ...], str]] = {
    "invalid_input": (((400, "ValidationException"),), "A value in the request is not valid."),
    "serialization": (
        ((400, "SerializationException"), (400, "ValidationException")),
        "The request body cannot be read as the input of this operation.",
    ),
    "unknown_operation": (
        ((400, "UnknownOperationException"), (404, "UnknownOperationException")),
        "There is no such operation.",
    ),
    "bad_media_type": (
        (
            (404, "UnknownOperationException"),
            (400, "UnknownOperationException"),
            (400, "SerializationException"),
            (403, "AccessDeniedException"),
            (415, "UnsupportedMediaTypeException"),
        ),
        "The content type is not that of the protocol.",
    ),
    "bad_method": (
        ((403, "AccessDeniedException"), (400, "UnknownOperationException"), (404, "UnknownOperationException")),
        "Every operation is called with POST.",
    ),
    "missing_token": (
        ((403, "MissingAuthenticationTokenException"), (400, "MissingAuthenticationTokenException")),
        "The request is not signed.",
    ),
    "bad_signature": (
        (
            (403, "InvalidSignatureException"),
            (400, "InvalidSignatureException"),
            (403, "UnrecognizedClientException"),
            (400, "UnrecognizedClientException"),
            (400, "IncompleteSignatureException"),
            (403, "IncompleteSignatureException"),
        ),
        "The signature does not belong to this request.",
    ),
    "throttling": (((400, "ThrottlingException"), (429, "ThrottlingException")), "There are too many requests."),
    "internal": (((500, "InternalFailure"), (500, "InternalServerException")), "The service failed."),
}
_AWS_REFUSALS = {
    "invalid": "invalid_input",
    "wrong_type": "serialization",
    "malformed": "serialization",
    "media_type": "bad_media_type",
    "unknown_operation": "unknown_operation",
    "method": "bad_method",
    "unauthenticated": "missing_token",
    "bad_credentials": "bad_signature",
    "throttled": "throttling",
    "internal": "internal",
}
REST_CLASSES: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "The request is not valid."),
    401: ("unauthorized", "The credentials are missing or wrong."),
    402: ("payment_required", "The account cannot pay for this."),
    403: ("forbidden", "The credentials do not allow this."),
    404: ("not_found", "There is no such resource."),
    405: ("method_not_allowed", "This path has no such method."),
    406: ("not_acceptable", "No accepted media type is offered."),
    409: ("conflict", "The resource is in another state."),
    410: ("gone", "The resource is no longer there."),
    412: ("precondition_failed", "A precondition does not hold."),
    413: ("too_large", "The body is too large."),
    415: ("unsupported_media_type", "The content type is not supported."),
    422: ("unprocessable", "A value in the request is not valid."),
    429: ("too_many_requests", "There are too many requests."),
    500: ("internal", "The service failed."),
    503: ("unavailable", "The service cannot answer now."),
}
_REST_NEEDED = (400, 401, 404, 405, 406, 415, 429, 500)


def rest_class(status: int) -> str:
    """The name of the error class of a status."""
    return REST_CLASSES[status][0] if status in REST_CLASSES else f"status_{status}"


def vendor_rows(
    draft: Draft, vendor: str, operations: Mapping[str, Operation], samples: Mapping[str, Row], fixtures: Row
) -> Row:
    """The whole of vendor.yaml."""
    if draft.wire == "aws_json":
        errors, refusals = dict(_aws_errors(draft)), dict(_AWS_REFUSALS)
        refusals["throttled"] = next((name for name in errors if _THROTTLED.search(name)), "throttling")
    else:
        errors, refusals = _rest_errors(operations)
    return {
        "vendor": vendor,
        "title": draft.title,
        "wire": draft.wire,
        "wire_options": dict(draft.wire_options),
        "base_path": draft.base_path,
        "versions": [draft.version],
        "pages": dict(draft.pages),
        "auth": dict(draft.auth),
        **({"features": {"authentication": "asks for credentials"}} if draft.auth.get("optional") else {}),
        "fixtures": fixtures,
        "errors": errors,
        "refusals": refusals,
        "samples": dict(samples),
    }


def _forms(forms: Iterable[tuple[int, str | None]]) -> list[Row]:
    return [{"status": status, **({"code": code} if code else {})} for status, code in dict.fromkeys(forms)]


def _aws_errors(draft: Draft) -> Iterator[tuple[str, Row]]:
    named = draft.hints.errors
    own: dict[str, list[tuple[int, str | None]]] = {"invalid_input": [], "internal": []}
    own["invalid_input"] += [form for name, form in named.items() if _INVALID.search(name)]
    own["internal"] += [form for name, form in named.items() if _INTERNAL.search(name)]
    for name, (usual, message) in _AWS.items():
        forms = _forms([*own.get(name, ()), *usual])
        yield name, {"forms": forms, "message": message, "assumed": True, "why": WHY_CLASS}
    for name, form in named.items():
        if name not in _AWS:
            message = f"The request is refused as {name.replace('_', ' ')}."
            yield name, {"forms": _forms([form]), "message": message, "assumed": True, "why": WHY_MESSAGE}


def _rest_errors(operations: Mapping[str, Operation]) -> tuple[Row, Row]:
    documented = {int(status) for row in operations.values() for status in row.responses if status >= "4"}
    errors: Row = {}
    for status in sorted(documented | set(_REST_NEEDED)):
        message = REST_CLASSES.get(status, ("", f"The answer has the status {status}."))[1]
        row: Row = {"forms": [{"status": status}], "message": message}
        why = WHY_MESSAGE if status in documented else WHY_CLASS
        errors[rest_class(status)] = {**row, "assumed": True, "why": why}
    invalid = rest_class(422 if 422 in documented else 400)
    both = sorted({400, 422} & documented, key=lambda status: rest_class(status) != invalid) or [400]
    errors[invalid]["forms"] = [{"status": status} for status in both]
    errors["not_found"]["forms"] = [{"status": 404}]
    errors["path_value"] = {
        "forms": [{"status": 404}, *errors[invalid]["forms"]],
        "message": "The path holds a value that names nothing.",
        "assumed": True,
        "why": WHY_CLASS,
    }
    refused = "forbidden" if 403 in documented and 401 not in documented else "unauthorized"
    refusals = {
        "invalid": invalid,
        "wrong_type": invalid,
        "malformed": "bad_request",
        "media_type": "unsupported_media_type",
        "not_acceptable": "not_acceptable",
        "path": "path_value",
        "query": invalid,
        "unknown_operation": "not_found",
        "method": "method_not_allowed",
        "unauthenticated": refused,
        "bad_credentials": refused,
        "throttled": "too_many_requests",
        "internal": "internal",
    }
    return errors, refusals
