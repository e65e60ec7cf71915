"""Where each requirement is written down: the file and line that a reviewer opens.

Written requirements know their line. What follows from a schema or from a table of states does not, because a contract
forgets its files; so the files are read once more, and only by whoever has to point at a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specs.contract import Constraint, Contract, Requirement
from specs.loading import VENDORS
from specs.pointers import split
from specs.reading.openapi import path_of
from specs.source_file import Node, SourceFile, SpecError, read

OPENAPI, LIFECYCLES = "openapi.yaml", "lifecycles.yaml"
JUMPS_MAX = 50
_SECTIONS: Mapping[str, str] = {"list": "listed_by", "results": "results", "upload": "upload", "again": "created_by"}
"""First word of a law -> the part of a lifecycle's row that states it."""


def places(contract: Contract) -> dict[str, str]:
    """Requirement -> `file:line`. The file is named as in the project (`specs/vendors/...`, `specs/wire/...`), or below
    the name of a folder of your own. A requirement whose file is gone since has no place."""
    files = {name: file for name in (OPENAPI, LIFECYCLES) if (file := _read(contract, name)) is not None}
    known = contract.folder == VENDORS / contract.vendor
    root = f"specs/vendors/{contract.vendor}" if known else contract.folder.name
    found: dict[str, str] = {}
    for row in contract.requirements.values():
        place = row.line or _derived(contract, files, row)
        if place:
            found[row.id] = f"{'specs/wire' if row.origin == 'wire' else root}/{place}"
    return found


def _read(contract: Contract, name: str) -> SourceFile | None:
    try:
        return read(contract.folder / name, name)
    except SpecError:
        return None


def _derived(contract: Contract, files: Mapping[str, SourceFile], row: Requirement) -> str:
    if row.origin == "lifecycle":
        name, path = LIFECYCLES, _law(row)
    elif row.operation:
        name, path = OPENAPI, _limit(contract, files.get(OPENAPI), row)
    else:
        return ""
    return f"{name}:{line_at(files[name], path)}" if name in files else ""


def line_at(file: SourceFile, path: Node) -> int:
    """The line of a node, through the references on the way; of the deepest one that there is when it has no such
    node."""
    node: Any = file.data
    at: Node = ()
    for part in path:
        for _ in range(JUMPS_MAX):
            if not (isinstance(node, Mapping) and part not in node and isinstance(node.get("$ref"), str)):
                break
            at = split(node["$ref"])
            node = _node(file.data, at)
        key = int(part) if isinstance(node, list) and str(part).isdigit() else part
        if not _has(node, key):
            break
        node, at = node[key], (*at, key)
    return file.line(*at)


def _has(node: Any, key: str | int) -> bool:
    if isinstance(node, list):
        return isinstance(key, int) and key < len(node)
    return isinstance(node, Mapping) and key in node


def _node(data: Any, path: Node) -> Any:
    for key in path:
        data = data[key] if _has(data, key) else None
    return data


def _law(row: Requirement) -> Node:
    if "collection" in row.parameters:
        name = str(row.parameters["collection"])
        law = row.id.partition(f".collection.{name}.")[2]
        return "collections", name, law.partition(".")[0]
    life = str(row.parameters.get("lifecycle", ""))
    here: Node = ("resources", life)
    law = row.id.partition(f".lifecycle.{life}.")[2]
    if "field" in row.parameters:
        return (*here, "fields", str(row.parameters["field"]), law.rpartition(".")[2])
    if "command" in row.parameters:
        return (*here, "commands", str(row.parameters["command"]))
    section = _SECTIONS.get(law.replace("_", ".").partition(".")[0])
    return (*here, section) if section else here


def _limit(contract: Contract, file: SourceFile | None, row: Requirement) -> Node:
    if file is None:
        return ()
    where = path_of(file, row.operation or "")
    limit = contract.constraints.get(row.id)
    return (*where, *_inside(file, where, limit)) if limit else where


def _inside(file: SourceFile, where: Node, limit: Constraint) -> Node:
    """The way from an operation to the keyword of a limit."""
    node = _node(file.data, where)
    if limit.side == "request" and limit.location != "body":
        name = limit.pointer.partition("/")[0]
        rows = [_resolved(file, item) for item in node.get("parameters", ())]
        index = next((index for index, row in enumerate(rows) if row.get("name") == name), None)
        keyword = () if limit.keyword == "required" else ("schema", *split(limit.schema_pointer))
        return () if index is None else ("parameters", index, *keyword)
    body: Node = ("requestBody",) if limit.side == "request" else ("responses", str(limit.status))
    content = _resolved(file, _node(node, body)).get("content", {})
    return (*body, "content", *list(content)[:1], "schema", *split(limit.schema_pointer))


def _resolved(file: SourceFile, node: Any) -> Mapping[str, Any]:
    """An object of the document, or what it refers to."""
    if isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
        node = _node(file.data, split(node["$ref"]))
    return node if isinstance(node, Mapping) else {}
