"""One operation of an OpenAPI document in our dialect: parameters, body, answers, and the errors that it documents.

The reader of contracts wants an operationId, each path parameter, statuses as numbers and JSON first; this module
brings an operation into that form and notes what it had to leave out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from specs.importing.openapi_schema import converted
from specs.importing.vendor_draft import rest_class
from specs.importing.words import words
from specs.reading.openapi import TARGET
from specs.wire.protocol import is_json

Row = dict[str, Any]
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
"""Headers that are no parameters (OpenAPI, Parameter Object)."""
_OWN = ("x-source",)


class Following(Protocol):
    """What follows the references of a document."""

    def resolve(self, reference: str) -> Any:
        """What a reference leads to."""

    def followed(self, value: Any) -> Any:
        """A value with its own reference followed."""


@dataclass
class Names:
    """The operation ids so far: each is given once."""

    given: set[str] = field(default_factory=set)

    def fresh(self, wanted: str) -> str:
        """The wanted id, or the nearest that is free and may be one."""
        stem = re.sub(r"^[^A-Za-z]+", "", re.sub(r"[^A-Za-z0-9_]+", "_", wanted)).strip("_") or "operation"
        number, name = 1, stem
        while name in self.given:
            number += 1
            name = f"{stem}_{number}"
        self.given.add(name)
        return name


def made_id(method: str, path: str) -> str:
    """`get /pets/{petId}` as `getPetsByPetId`."""
    parts = []
    for segment in path.split("/"):
        joined = "".join(word.capitalize() for word in words(segment))
        parts.append(f"By{joined}" if segment.startswith("{") else joined)
    return method + "".join(parts)


def operation_row(
    path: str,
    method: str,
    data: Mapping[str, Any],
    shared: list[Row],
    names: Names,
    title: str,
    book: Following,
    notes: list[str],
) -> Row:
    """The operation as it stands in our document."""
    given = data.get("operationId")
    row: Row = {"operationId": names.fresh(str(given or made_id(method, path)))}
    row |= {key: data[key] for key in ("summary", "description", "tags", "deprecated") if key in data}
    row["x-source"] = str(data.get("x-source") or f"{title}, {method.upper()} {path}")
    if not given:
        row["x-assumed"] = "the operationId is made from method and path"
    own = parameter_rows(data.get("parameters"), book, notes)
    parameters = list(_parameters(path, [*shared, *own]))
    if parameters:
        row["parameters"] = parameters
    body = book.followed(data.get("requestBody"))
    if isinstance(body, Mapping) and body.get("content"):
        row["requestBody"] = {"required": bool(body.get("required")), "content": _content(body["content"], book)}
    answers = dict(_responses(data.get("responses") or {}, book))
    if not any(status.startswith("2") for status in answers):
        notes.append(f"{row['operationId']}: documents no success, 200 is assumed")
        answers = {"200": {"description": "Success."}, **answers}
    row["responses"] = answers
    row["x-errors"] = _errors(path, answers)
    if isinstance(data.get("security"), list):
        row["security"] = [] if {} in data["security"] else data["security"]
    for key in ("callbacks", "servers"):
        if key in data:
            notes.append(f"{row['operationId']}: its {key} are left out")
    return row


def parameter_rows(values: Any, book: Following, notes: list[str]) -> list[Row]:
    """Parameters that a call can be given: those of path, query and header."""
    rows: list[Row] = []
    for value in values or ():
        item = book.followed(value)
        if not isinstance(item, Mapping) or "name" not in item:
            continue
        if item.get("in") not in ("path", "query", "header"):
            notes.append(f"the {item.get('in')} parameter {item['name']!r} is left out")
            continue
        if item["in"] == "header" and str(item["name"]).lower() in _IGNORED_HEADERS:
            continue
        content: Any = next(iter((item.get("content") or {}).values()), {})
        schema = converted(item.get("schema", content.get("schema", {})), book.resolve)
        row = {"name": str(item["name"]), "in": item["in"], "required": bool(item.get("required"))}
        row |= {key: item[key] for key in ("description", "explode", "deprecated") if key in item}
        rows.append({**row, "schema": schema})
    return rows


def _parameters(path: str, rows: list[Row]) -> Iterator[Row]:
    """The parameters of an operation: its own go before those of its path, and every name of the path has one."""
    last = {(row["in"], row["name"]): row for row in rows}
    named = [] if path.startswith(TARGET) else re.findall(r"\{([^}]*)\}", path)
    for name in named:
        missing = {
            "name": name,
            "in": "path",
            "schema": {"type": "string"},
            "x-assumed": "the document has no row for it",
        }
        yield {**last.get(("path", name), missing), "required": True}
    yield from (row for (location, _), row in last.items() if location != "path")


def _content(content: Mapping[str, Any], book: Following) -> Row:
    rows = {
        str(kind).split(";", 1)[0].strip().lower(): {"schema": converted((media or {}).get("schema", {}), book.resolve)}
        for kind, media in content.items()
    }
    return dict(sorted(rows.items(), key=lambda row: not is_json(row[0])))


def _responses(values: Mapping[str, Any], book: Following) -> Iterator[tuple[str, Row]]:
    statuses = [str(status) for status in values]
    for status, value in values.items():
        answer = book.followed(value)
        if not isinstance(answer, Mapping):
            continue
        row: Row = {"description": str(answer.get("description", ""))}
        if answer.get("content"):
            row["content"] = _content(answer["content"], book)
        headers = {name: _header(book.followed(header), book) for name, header in (answer.get("headers") or {}).items()}
        row |= {"headers": headers} if headers else {}
        yield from ((each, row) for each in _statuses(str(status), statuses))


def _header(header: Any, book: Following) -> Row:
    known = header if isinstance(header, Mapping) else {}
    row = {key: known[key] for key in ("description", "required") if key in known}
    return {**row, "schema": converted(known.get("schema", {}), book.resolve)}


def _statuses(status: str, all_statuses: list[str]) -> Iterator[str]:
    """`4XX` is read as 400 and `default` as 500, where these have no rows of their own."""
    if re.fullmatch(r"[1-5][0-9][0-9]", status):
        yield status
    plain = {"default": "500"}.get(status, status.upper().replace("XX", "00"))
    if plain != status and re.fullmatch(r"[1-5]00", plain) and plain not in all_statuses:
        yield plain


def _errors(path: str, answers: Mapping[str, Any]) -> list[str]:
    if path.startswith(TARGET):
        return ["invalid_input"]
    return list(dict.fromkeys(rest_class(int(status)) for status in answers if status >= "4"))
