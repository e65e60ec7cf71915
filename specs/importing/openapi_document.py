"""An OpenAPI document, 3.0 or 3.1, as a document in our dialect with the rows that follow from it.

Everything but schemas is put in place, schemas stay components. What we cannot express (cookies, callbacks, servers of
an operation) is left out and told; what is missing and needed (an operationId, a path parameter) is made and marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from specs.importing.draft import Draft, ImportRefused
from specs.importing.openapi_operation import Names, operation_row, parameter_rows
from specs.importing.openapi_schema import converted
from specs.importing.recursion import TooLargeError, without_recursion
from specs.pointers import split
from specs.reading.openapi import METHODS, TARGET
from specs.source_file import SourceFile, read

VERSIONS = re.compile(r"^3\.[01](\.[0-9]+)?$")
_LEFT_OUT = ("webhooks", "x-webhooks")
_HOST = re.compile(r"^(?:api\.)?([a-z0-9-]+)\.([a-z]{2}-[a-z]+-[0-9])\.")


@dataclass(frozen=True)
class Book:
    """A document being read: its data, and a way to follow its references."""

    file: SourceFile

    def resolve(self, reference: str) -> Any:
        """What a reference inside the document leads to. Raises ImportRefused for any other."""
        if not reference.startswith("#/"):
            raise ImportRefused(f"{reference[:200]!r} leads out of the document: bundle it into one file first")
        node: Any = self.file.data
        for name in split(reference.removeprefix("#")):
            if isinstance(node, list) and name.isdigit() and int(name) < len(node):
                node = node[int(name)]
            elif isinstance(node, Mapping) and name in node:
                node = node[name]
            else:
                raise ImportRefused(f"{reference[:200]!r} leads nowhere: there is no {name!r}")
        return node

    def followed(self, value: Any) -> Any:
        """A value with its own reference followed; references of what stands inside stay."""
        seen: set[str] = set()
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            if value["$ref"] in seen:
                raise ImportRefused(f"{value['$ref']} refers to itself")
            seen.add(value["$ref"])
            value = self.resolve(value["$ref"])
        return value


def draft_of_document(path: Path) -> Draft:
    """The draft of a document in a file, YAML or JSON by its name.

    Raises SpecError for a file that cannot be read, and ImportRefused for what is no OpenAPI 3.0 or 3.1 document.
    """
    file = read(path, path.name)
    book = Book(file)
    data = _checked(file)
    notes: list[str] = [f"{key}: left out" for key in _LEFT_OUT if key in data]
    info = data.get("info") or {}
    title, version = str(info.get("title") or path.stem), str(info.get("version") or "1")
    paths = dict(_paths(book, title, notes))
    if not paths:
        raise ImportRefused(f"{path.name} has no operation")
    _tell_invalid(paths)
    document = _document(book, data, {"title": title, "version": version}, paths)
    wire, options = _wire(paths)
    return Draft(
        source=f"openapi {path.name}",
        title=title,
        version=version,
        wire=wire,
        wire_options=options,
        base_path="" if wire == "aws_json" else _base_path(data),
        auth=_signed(data) if wire == "aws_json" else _auth(book, data),
        pages={"OpenAPI": f"{title}, OpenAPI description, version {version}"},
        document=document,
        notes=tuple(dict.fromkeys(notes)),
    )


def _tell_invalid(paths: Mapping[str, Any]) -> None:
    """An invalid value gets one error class everywhere: where operations document 400 or 422, both belong to it."""
    rows = [row for item in paths.values() for row in item.values()]
    if any("unprocessable" in row["x-errors"] for row in rows):
        for row in rows:
            if "bad_request" in row["x-errors"] and "unprocessable" not in row["x-errors"]:
                row["x-errors"].append("unprocessable")


def _checked(file: SourceFile) -> Mapping[str, Any]:
    data = file.data
    if not isinstance(data, Mapping):
        raise ImportRefused(f"{file.name} is no OpenAPI document: it is not an object")
    if "swagger" in data:
        raise ImportRefused(f"{file.name} is Swagger {data['swagger']}: convert it to OpenAPI 3.0 or 3.1 first")
    if not VERSIONS.match(str(data.get("openapi", ""))):
        told = f"is of OpenAPI {data['openapi']!r}" if "openapi" in data else "does not say `openapi: 3.1.0`"
        raise ImportRefused(f"{file.name} {told}: OpenAPI 3.0 and 3.1 can be imported")
    if not isinstance(data.get("paths"), Mapping):
        raise ImportRefused(f"{file.name} has no paths")
    return data


def _paths(book: Book, title: str, notes: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    names = Names()
    for path, reference in book.file.data["paths"].items():
        item = book.followed(reference)
        if not path.startswith("/") or not isinstance(item, Mapping):
            continue
        shared = parameter_rows(item.get("parameters"), book, notes)
        rows: dict[str, Any] = {}
        for method in item:
            if method in METHODS:
                rows[method] = operation_row(path, method, item[method], shared, names, title, book, notes)
            elif method == "trace":
                notes.append(f"TRACE {path}: left out")
        if rows:
            yield path, rows


def _document(book: Book, data: Mapping[str, Any], info: Mapping[str, Any], paths: Mapping[str, Any]) -> dict[str, Any]:
    parts = data.get("components") or {}
    schemas = {name: converted(schema, book.resolve) for name, schema in (parts.get("schemas") or {}).items()}
    document: dict[str, Any] = {"openapi": "3.1.0", "info": dict(info)}
    document |= {key: data[key] for key in ("servers", "security", "tags") if isinstance(data.get(key), list)}
    try:
        used = without_recursion(schemas, paths)
    except TooLargeError as problem:
        raise ImportRefused(f"{book.file.name}: {problem}") from None
    schemes = {name: book.followed(scheme) for name, scheme in (parts.get("securitySchemes") or {}).items()}
    components = {key: rows for key, rows in (("securitySchemes", schemes), ("schemas", used)) if rows}
    return {**document, "paths": dict(paths), **({"components": components} if components else {})}


def _wire(paths: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    if not all(path.startswith(TARGET) for path in paths):
        # No document says whether true is refused where a number is asked for, and common frameworks read it as 1.
        return "rest_json", {"types": "lenient"}
    prefix = next(iter(paths)).removeprefix(TARGET).rpartition(".")[0]
    kinds = [kind for item in paths.values() for kind in item.get("post", {}).get("requestBody", {}).get("content", {})]
    version = "1.0" if "application/x-amz-json-1.0" in kinds else "1.1"
    return "aws_json", {"target_prefix": prefix, "json_version": version}


def _server(data: Mapping[str, Any]) -> str:
    servers = data.get("servers") or [{}]
    server = servers[0] if isinstance(servers[0], Mapping) else {}
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    return url


def _base_path(data: Mapping[str, Any]) -> str:
    try:
        path = urlsplit(_server(data)).path.rstrip("/")
    except ValueError:
        return ""
    return path if path.startswith("/") else ""


def _signed(data: Mapping[str, Any]) -> dict[str, Any]:
    found = _HOST.match(urlsplit(_server(data)).hostname or "")
    service, region = found.groups() if found else ("service", "us-east-1")
    why = "" if found else "the document does not say which service and region signatures are for"
    row = {"scheme": "sigv4", "service": service, "region": region, "optional": True}
    return {**row, **({"assumed": True, "why": why} if why else {})}


def _auth(book: Book, data: Mapping[str, Any]) -> dict[str, Any]:
    """The scheme that the document asks for first, as one that calls can be given."""
    schemes = (data.get("components") or {}).get("securitySchemes") or {}
    asked = [name for row in data.get("security") or () if isinstance(row, Mapping) for name in row]
    name = next((name for name in (*asked, *schemes) if name in schemes), None)
    if name is None:
        return {"scheme": "none"}
    scheme = book.followed(schemes[name])
    kind = (scheme.get("type"), str(scheme.get("scheme") or scheme.get("in") or "").lower())
    if kind == ("http", "bearer"):
        return {"scheme": "bearer", "header": "Authorization", "prefixes": ["Bearer"]}
    if kind == ("apiKey", "header"):
        return {"scheme": "api_key", "header": str(scheme.get("name"))}
    if kind[0] in ("oauth2", "openIdConnect"):
        why = f"the scheme {name} is {kind[0]}: calls are given its access token"
        return {"scheme": "bearer", "header": "Authorization", "prefixes": ["Bearer"], "assumed": True, "why": why}
    why = f"the scheme {name} ({' '.join(filter(None, map(str, kind)))}) cannot be given to calls: they carry none"
    return {"scheme": "none", "assumed": True, "why": why}
