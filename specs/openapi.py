"""An OpenAPI 3.1 document, read as operations with self-contained schemas.

References are put in place once, here, so that nobody behind this module resolves anything: a schema pointer then means
one place and a compiled validator needs no registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from specs.contract import Operation, Parameter, ResponseSpec
from specs.source_file import Complaint, SourceFile, SpecError, nearest

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
TARGET = "/#X-Amz-Target="
"""Path keys of an RPC service: all operations share the path `/`, and a fragment is never sent."""
_OPERATION_KEYS = frozenset(
    [
        "operationId",
        "summary",
        "description",
        "tags",
        "parameters",
        "requestBody",
        "responses",
        "security",
        "deprecated",
        "externalDocs",
        "x-errors",
        "x-source",
        "x-feature",
        "servers",
        "callbacks",
    ]
)


def operations(file: SourceFile) -> dict[str, Operation]:
    """Every operation by its id, in the document's order. Raises SpecError for what cannot be read as operations."""
    complaints = list(_document_complaints(file))
    if complaints:
        raise SpecError(complaints)
    document = _resolved(file)
    found: dict[str, Operation] = {}
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method in METHODS:
            if method in item:
                operation = _operation(file, path, method, item[method], shared)
                if operation.id in found:
                    text = f"the operationId {operation.id!r} stands twice"
                    raise SpecError([file.complaint("repeated", text, "paths", path, method)])
                found[operation.id] = operation
    return found


def _document_complaints(file: SourceFile) -> Iterator[Complaint]:
    if not isinstance(file.data, dict) or not str(file.data.get("openapi", "")).startswith("3.1"):
        yield file.complaint("openapi", "the document must be OpenAPI 3.1", "openapi")
        return
    for path, item in file.data.get("paths", {}).items():
        for method in METHODS:
            operation = item.get(method)
            if operation is None:
                continue
            for key in operation:
                if key not in _OPERATION_KEYS:
                    text = f"unknown key {key!r}{nearest(key, _OPERATION_KEYS)}"
                    yield file.complaint("unknown", text, "paths", path, method, key)
            if "operationId" not in operation:
                yield file.complaint("operation", "the operation has no operationId", "paths", path, method)
            statuses = operation.get("responses", {})
            if not any(str(status).startswith("2") for status in statuses):
                yield file.complaint("operation", "the operation documents no success (2xx)", "paths", path, method)


def _resolved(file: SourceFile) -> dict[str, Any]:
    def resolve(value: Any, trail: tuple[str, ...], path: tuple[str | int, ...]) -> Any:
        if isinstance(value, list):
            return [resolve(item, trail, (*path, index)) for index, item in enumerate(value)]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return {key: resolve(member, trail, (*path, key)) for key, member in value.items()}
        if reference in trail:
            raise SpecError([file.complaint("reference", f"{reference} refers to itself", *path)])
        aside = {key: member for key, member in value.items() if key != "$ref"}
        target = resolve(_target(file, reference, path), (*trail, reference), path)
        return {**target, **{key: resolve(member, trail, (*path, key)) for key, member in aside.items()}}

    return cast(dict[str, Any], {**file.data, "paths": resolve(file.data.get("paths", {}), (), ("paths",))})


def _target(file: SourceFile, reference: str, path: tuple[str | int, ...]) -> Any:
    if not reference.startswith("#/"):
        raise SpecError([file.complaint("reference", f"{reference!r} leads out of the document", *path)])
    node: Any = file.data
    for part in reference.removeprefix("#/").split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or name not in node:
            known = node if isinstance(node, Mapping) else ()
            text = f"{reference!r} leads nowhere: no {name!r}{nearest(name, known)}"
            raise SpecError([file.complaint("reference", text, *path)])
        node = node[name]
    return node


def _operation(
    file: SourceFile, path: str, method: str, data: Mapping[str, Any], shared: list[Mapping[str, Any]]
) -> Operation:
    body = data.get("requestBody", {})
    route = path.removeprefix(TARGET) if path.startswith(TARGET) else ""
    return Operation(
        id=data["operationId"],
        method=method.upper(),
        path="/" if route else path,
        route=route,
        summary=data.get("summary", ""),
        parameters=tuple(_parameter(item) for item in (*shared, *data.get("parameters", []))),
        request={kind: media.get("schema", {}) for kind, media in body.get("content", {}).items()},
        request_required=bool(body.get("required", False)),
        responses={str(status): _response(str(status), spec) for status, spec in data["responses"].items()},
        errors=tuple(data.get("x-errors", ())),
        authenticated=bool(data.get("security", file.data.get("security", []))),
        source=data.get("x-source", file.data.get("info", {}).get("title", file.name)),
        feature=data.get("x-feature"),
    )


def _parameter(data: Mapping[str, Any]) -> Parameter:
    return Parameter(data["name"], data["in"], bool(data.get("required", False)), data.get("schema", {}))


def _response(status: str, data: Mapping[str, Any]) -> ResponseSpec:
    content = {kind: media.get("schema", {}) for kind, media in data.get("content", {}).items()}
    headers = {name: value.get("schema", {}) for name, value in data.get("headers", {}).items()}
    return ResponseSpec(status, content, headers)
