"""An OpenAPI 3.1 document, read as operations with self-contained schemas.

References are put in place once, here, so that nobody behind this module resolves anything: a schema pointer then means
one place and a compiled validator needs no registry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlsplit

from specs.contract import Operation, Parameter, ResponseSpec
from specs.pointers import split
from specs.source_file import Complaint, SourceFile, SpecError, nearest, refuse, shape_complaints

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
TARGET = "/#X-Amz-Target="
"""Path keys of an RPC service: all operations share the path `/`, and a fragment is never sent."""
REFERENCES_MAX = 50
"""References that may lead through each other."""
NODES_MAX = 500_000
"""Values of a document once its references are in place: a few nested references can stand for billions."""
_BRANCHES = frozenset((dict, list))
Placed = tuple[tuple[str, str, str], Operation]
"""An operation behind the keys that lead to it in its document."""


def operations(file: SourceFile) -> dict[str, Operation]:
    """Every operation by its id, in the document's order. Raises SpecError for what cannot be read as operations."""
    refuse(shape_complaints(file, "openapi"))
    whole = SourceFile(file.name, _resolved(file), file.lines)
    # Once more: a reference may lead to a thing of another kind.
    refuse(shape_complaints(whole, "openapi"))
    found = list(_all(whole))
    refuse(_operation_complaints(whole, found))
    return {operation.id: operation for _, operation in found}


def path_of(file: SourceFile, operation_id: str) -> tuple[str, ...]:
    """Where an operation stands in its document; empty when it does not."""
    for path, item in file.data["paths"].items():
        for method in METHODS:
            if item.get(method, {}).get("operationId") == operation_id:
                return ("paths", path, method)
    return ()


def _all(file: SourceFile) -> Iterator[Placed]:
    for path, item in file.data["paths"].items():
        for method in item:
            if method in METHODS:
                shared = item.get("parameters", [])
                found = _operation(file, path, method, item[method], shared)
                yield ("paths", path, method), replace(found, base_path=_base_path(item))


def _base_path(item: Mapping[str, Any]) -> str | None:
    """The path of a path item's own server (OpenAPI 3.1, Path Item Object, servers), None without one."""
    servers = item.get("servers", ())
    return urlsplit(str(servers[0].get("url", ""))).path.rstrip("/") if servers else None


def _operation_complaints(file: SourceFile, found: Iterable[Placed]) -> Iterator[Complaint]:
    seen: set[str] = set()
    for where, operation in found:
        if operation.id in seen:
            yield file.complaint("repeated", f"the operationId {operation.id!r} stands twice", *where)
        seen.add(operation.id)
        if not any(status.startswith("2") for status in operation.responses):
            yield file.complaint("operation", f"{operation.id} documents no success (2xx)", *where)
        named = re.findall(r"\{([^}]*)\}", operation.path)
        declared = [item.name for item in operation.parameters if item.location == "path"]
        for name in declared:
            if name not in named:
                text = f"the path of {operation.id} has no {{{name}}}{nearest(name, named)}"
                yield file.complaint("parameter", text, *where)
        for name in named:
            if name not in declared:
                text = f"{operation.id} declares no path parameter {name!r}{nearest(name, declared)}"
                yield file.complaint("parameter", text, *where)
        if len(set(named)) != len(named):
            yield file.complaint("parameter", f"the path of {operation.id} names a parameter twice", *where)


def _resolved(file: SourceFile) -> dict[str, Any]:
    visited = 0

    def resolve(value: Any, trail: tuple[str, ...], path: tuple[str | int, ...]) -> Any:
        # Most values are texts and numbers: they are looked at by their types, for nothing is cheaper.
        if type(value) not in _BRANCHES:
            return value
        nonlocal visited
        visited += len(value)
        if visited > NODES_MAX:
            text = f"with its references in place the document has more than {NODES_MAX} values"
            raise SpecError([file.complaint("size", text, *path)])
        if isinstance(value, list):
            return [resolve(item, trail, (*path, index)) for index, item in enumerate(value)]
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return {
                key: resolve(member, trail, (*path, key)) if type(member) in _BRANCHES else member
                for key, member in value.items()
            }
        if reference in trail:
            raise SpecError([file.complaint("reference", f"{reference} refers to itself", *path)])
        if len(trail) >= REFERENCES_MAX:
            text = f"{reference} is the end of more than {REFERENCES_MAX} references in a row"
            raise SpecError([file.complaint("reference", text, *path)])
        aside = {key: member for key, member in value.items() if key != "$ref"}
        target = resolve(_target(file, reference, path), (*trail, reference), path)
        if not isinstance(target, dict):
            raise SpecError([file.complaint("reference", f"{reference} is no object", *path)])
        return {**target, **{key: resolve(member, trail, (*path, key)) for key, member in aside.items()}}

    return cast(dict[str, Any], {**file.data, "paths": resolve(file.data["paths"], (), ("paths",))})


def _target(file: SourceFile, reference: str, path: tuple[str | int, ...]) -> Any:
    if not reference.startswith("#/"):
        raise SpecError([file.complaint("reference", f"{reference!r} leads out of the document", *path)])
    node: Any = file.data
    for name in split(reference.removeprefix("#")):
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
        invalid=tuple(data.get("x-invalid", ())),
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
