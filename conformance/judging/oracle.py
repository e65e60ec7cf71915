"""Which documented limits a message breaks, and whether a success shows anything that is documented.

JSON Schema errors become constraint ids here. A plan proves with it that a request breaks exactly one limit, a check
judges responses with it, and so both read the same schemas through the same validator (jsonschema-rs: patterns as
ECMA-262 reads them, code points as lengths). What stands for the id of a resource that the run makes (`{$slot: name}`)
breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs

from conformance.history import Exchange
from specs.contract import Constraint, Contract, Operation, ResponseSpec
from specs.message import ABSENT, Call, HttpResponse, JsonValue, media_type
from specs.pointers import MISSING, escape, split
from specs.wire import WIRES
from specs.wire.envelope import inside
from specs.wire.protocol import is_json, parse_json, without_nulls

ERRORS_MAX = 500
"""More schema errors than this are not read from one message."""
SPELLED = frozenset({"pattern", "const", "enum"})
"""Keywords that say what a text looks like; a text that obeys them shows itself whatever its media type."""
SCALARS: Mapping[type, tuple[str, ...]] = {
    str: ("string",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
}
"""Python's type of a JSON value that is no object and no list -> the types that a schema calls it."""
SLOT_TEXT = "slot"
"""What stands in a URL for an id that only the run will know."""

Key = tuple[str, str, str, str]
"""Operation, side, location, and parameter name or response status."""


@dataclass(frozen=True)
class Violation:
    """One broken constraint and where in the message it is broken (path of members and indices)."""

    constraint: Constraint
    at: tuple[str | int, ...]


@dataclass(frozen=True)
class _Site:
    validator: Any
    constraints: Mapping[str, tuple[Constraint, ...]]
    """By the schema pointer of the keyword; several for `required`."""


@dataclass(frozen=True)
class Oracle:
    """The compiled schemas of one contract."""

    contract: Contract

    def request(self, call: Call) -> tuple[Violation, ...]:
        """Every constraint on the request that a call breaks, those of strength info included."""
        operation = self.contract.operations[call.operation]
        found = list(self._parameters(operation, call))
        site = self._site((operation.id, "request", "body", ""))
        if site is None or isinstance(call.body, bytes):
            return tuple(found)
        body = {} if call.body is ABSENT else call.body
        return (*found, *_violations(site, without_nulls(body) if self._null_is_absent else body))

    def response(self, operation: str, status: int, body: JsonValue) -> tuple[Violation, ...]:
        """Every constraint that a success body breaks. A null member counts as left out where the wire says so."""
        site = self._site((operation, "response", "body", str(status)))
        if site is None:
            return ()
        return tuple(_violations(site, without_nulls(body) if self._null_is_absent else body))

    def broken(self, call: Call) -> frozenset[str]:
        """The ids of the enforced constraints that a call breaks."""
        return frozenset(row.constraint.id for row in self.request(call) if row.constraint.strength != "info")

    @property
    def _null_is_absent(self) -> bool:
        return WIRES[self.contract.wire].null_is_absent

    def _site(self, key: Key) -> _Site | None:
        """The schema at a place, compiled when it is first asked for: a part of a run needs few of them."""
        if key not in self._compiled:
            group = self._groups.get(key)
            self._compiled[key] = _site(self.contract.operations[key[0]], key, group) if group else None
        return self._compiled[key]

    @cached_property
    def _compiled(self) -> dict[Key, _Site | None]:
        return {}

    @cached_property
    def _groups(self) -> Mapping[Key, list[Constraint]]:
        groups: dict[Key, list[Constraint]] = {}
        for constraint in self.contract.constraints.values():
            groups.setdefault(_key(constraint), []).append(constraint)
        return groups

    def _parameters(self, operation: Operation, call: Call) -> Iterator[Violation]:
        seen = _as_sent(self.contract, call)
        for parameter in operation.parameters:
            site = self._site((operation.id, "request", parameter.location, parameter.name))
            if site is None:
                continue
            given = {"path": call.path, "query": call.query, "header": call.headers}[parameter.location]
            if parameter.name not in given:
                absent = site.constraints.get("", ())
                yield from (Violation(row, ()) for row in absent if row.keyword == "required")
            elif not is_slot(given[parameter.name]) and parameter.name in seen[parameter.location]:
                yield from _violations(site, seen[parameter.location][parameter.name])


def is_slot(value: Any) -> bool:
    """Whether a value is the placeholder for the id of a resource that the run makes."""
    return isinstance(value, Mapping) and len(value) == 1 and "$slot" in value


def values_at(value: JsonValue, pointer: str) -> Iterator[Any]:
    """Every value at a constraint's pointer: `*` is any item, `{value}` any member's value, `{key}` its name."""
    yield from _values(value, list(split(pointer)))


def success_body(contract: Contract, exchange: Exchange) -> JsonValue:
    """The JSON value (or text) of a success; `MISSING` without one. JSON is read whatever its Content-Type says.

    Header and status are other requirements' business: one wrong header must not hide what the body shows.
    """
    response, documented = exchange.response, _documented(contract, exchange)
    if response is None or documented is None or not documented.content:
        return MISSING
    if _is_json(tuple(documented.content), response):
        value, problem = _parsed(contract, exchange, response)
        value, other = inside(contract, value)
        return MISSING if problem or other else value
    first = next(iter(documented.content))
    is_text = first.startswith("text/") and first == media_type(response.headers)
    return response.body.decode("utf-8", "replace") if is_text else MISSING


def _parsed(contract: Contract, exchange: Exchange, response: HttpResponse) -> tuple[JsonValue, str | None]:
    """The JSON value of a body, and what is wrong with it. An answer that was decoded as JSON is not read twice."""
    answer = exchange.answer
    if answer is not None and response.body and contract.envelope is None and is_json(media_type(response.headers)):
        return answer.body, answer.problem
    return parse_json(response.body)


def genuine(contract: Contract, exchange: Exchange, body: JsonValue) -> bool:
    """Whether an answer is a success that shows something documented, so that it is no accident. `body` is what
    `success_body` reads out of it. A success that has nothing to show is `silent`.

    A JSON object must have a documented member, a list an item, any other value the documented type; text must be what
    its schema spells out, or have a documented media type where the schema allows any.
    """
    response, documented = exchange.response, _documented(contract, exchange)
    if response is None or documented is None:
        return False
    if not documented.content:
        return False  # `silent`
    schema = next(iter(documented.content.values()))
    if not _is_json(tuple(documented.content), response):
        if SPELLED & set(schema):
            return _fits(schema, response)
        return bool(response.body) and media_type(response.headers) in documented.content
    if isinstance(body, Mapping):
        members = schema.get("properties", {})
        return any(name in members for name in body) if members else bool(body) and "additionalProperties" in schema
    if isinstance(body, list):
        return bool(body) and schema.get("type") == "array"
    return schema.get("type") in SCALARS.get(type(body), ())


def silent(contract: Contract, exchange: Exchange) -> bool:
    """Whether an answer is a success that has nothing to show: its operation documents no content, or no members."""
    documented = _documented(contract, exchange)
    if documented is None:
        return False
    schema = next(iter(documented.content.values()), {"type": "object"})
    return schema.get("type") == "object" and not schema.get("properties") and "additionalProperties" not in schema


def _fits(schema: Mapping[str, Any], response: HttpResponse) -> bool:
    """Whether a text is what a schema with a pattern or a fixed value asks for."""
    return bool(jsonschema_rs.Draft202012Validator(dict(schema)).is_valid(response.body.decode("utf-8", "replace")))


def _documented(contract: Contract, exchange: Exchange) -> ResponseSpec | None:
    """The documented success that a 2xx answer is; one with another status counts as the one that has content."""
    if exchange.response is None or exchange.operation is None or not 200 <= exchange.response.status < 300:
        return None
    operation = contract.operations[exchange.operation]
    found = operation.responses.get(str(exchange.response.status))
    return found or (operation.success if operation.success.content else None)


def _is_json(documented: tuple[str, ...], response: HttpResponse) -> bool:
    kind = media_type(response.headers)
    return is_json(kind if kind in documented else documented[0])


def _values(value: JsonValue, parts: list[str]) -> Iterator[Any]:
    if not parts:
        yield value
        return
    head, rest = parts[0], parts[1:]
    if head == "*":
        found: Iterable[Any] = value if isinstance(value, list) else ()
    elif head == "{value}":
        found = value.values() if isinstance(value, Mapping) else ()
    elif head == "{key}":
        found = tuple(value) if isinstance(value, Mapping) else ()
    else:
        found = (value[head],) if isinstance(value, Mapping) and head in value else ()
    for item in found:
        yield from _values(item, rest)


def _key(constraint: Constraint) -> Key:
    if constraint.side == "response":
        name = constraint.status or ""
    else:
        name = "" if constraint.location == "body" else constraint.pointer.split("/", 1)[0]
    return constraint.operation, constraint.side, constraint.location, name


def _site(operation: Operation, key: Key, constraints: Iterable[Constraint]) -> _Site:
    _, side, location, name = key
    if side == "response":
        schema: Mapping[str, Any] = next(iter(operation.responses[name].content.values()))
    elif location == "body":
        schema = operation.request_schema or {}
    else:
        schema = next(row.schema for row in operation.parameters if (row.location, row.name) == (location, name))
    table: dict[str, tuple[Constraint, ...]] = {}
    for constraint in constraints:
        table[constraint.schema_pointer] = (*table.get(constraint.schema_pointer, ()), constraint)
    return _Site(jsonschema_rs.Draft202012Validator(dict(schema)), table)


def _violations(site: _Site, instance: JsonValue) -> Iterator[Violation]:
    try:
        for error in islice(site.validator.iter_errors(instance), ERRORS_MAX):
            path = tuple(error.instance_path)
            constraint = _broken(site, error)
            if constraint is not None and not _inside_slot(instance, path):
                yield Violation(constraint, path)
    except (ValueError, RecursionError):  # nested deeper than the validator goes: nothing can be said
        return


def _broken(site: _Site, error: Any) -> Constraint | None:
    parts = [escape(str(part)) for part in error.schema_path]
    for length in range(len(parts), -1, -1):
        rows = site.constraints.get("".join(f"/{part}" for part in parts[:length]), ())
        if len(rows) == 1 and rows[0].keyword != "required":
            return rows[0]
        for row in rows:
            if row.keyword == "required" and row.pointer.rsplit("/", 1)[-1] == escape(str(_property(error))):
                return row
    return None


def _property(error: Any) -> Any:
    return getattr(error.kind, "property", None)


def at_part(value: JsonValue, part: str | int) -> Any:
    """The member or item of a value, None when there is none."""
    if isinstance(value, Mapping):
        return value.get(str(part))
    return value[part] if isinstance(value, list) and isinstance(part, int) and part < len(value) else None


def _inside_slot(instance: JsonValue, path: tuple[str | int, ...]) -> bool:
    value: Any = instance
    for part in path:
        if is_slot(value):
            return True
        value = at_part(value, part)
    return is_slot(value)


def _as_sent(contract: Contract, call: Call) -> Mapping[str, Mapping[str, Any]]:
    """A call's parameters by location, as a server reads them back from the URL."""
    path = {name: SLOT_TEXT if is_slot(value) else value for name, value in call.path.items()}
    query = {name: SLOT_TEXT if is_slot(value) else value for name, value in call.query.items()}
    wire = WIRES[contract.wire]
    read = wire.decode_request(contract, wire.encode_request(contract, Call(call.operation, path, query, call.headers)))
    if isinstance(read, Call):
        return {"path": read.path, "query": read.query, "header": read.headers}
    return {"path": path, "query": query, "header": call.headers}
