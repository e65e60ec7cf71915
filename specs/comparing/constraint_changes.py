"""What became of the limits on messages: members that came or went, and constraints that tightened or loosened.

A limit is compared by what it means and not by how it is written: the schema algebra says which values only the old
contract takes, and which only the new one. Both directions are asked, and each answer carries a witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from specs.calls import replaced, sample_calls, value_at
from specs.comparing.change import BOTH, BREAKS, CLIENTS, NOBODY, SERVERS, Change, How, Parties, Witness
from specs.comparing.witness import Difference, difference
from specs.constraints import LIMITS, enforced
from specs.contract import Constraint, Contract, Operation
from specs.message import ABSENT, Absent, JsonValue
from specs.pointers import escape, unescape

Place = tuple[str, str, str | None, str]
"""Side, location, status (of a response) and pointer."""


@dataclass(frozen=True)
class _Side:
    """One contract's view of one operation."""

    contract: Contract
    operation: Operation
    constraints: Mapping[str, Constraint]
    """By id without the vendor's name, those that bind somebody."""
    places: Mapping[Place, Mapping[str, Any]]
    """Limits by place."""
    members: Mapping[Place, bool]
    """Every documented parameter and member -> whether a message may carry others beside it."""


def constraint_changes(old: Contract, new: Contract, operation: str) -> Iterator[Change]:
    """Changes of members and constraints of an operation that both contracts have."""
    before, after = _side(old, operation), _side(new, operation)
    came, went = _topmost(after.members, before.members), _topmost(before.members, after.members)
    for place in went:
        yield Change("member", "removed", _member_id(operation, place), _member_text(place), CLIENTS)
    for place in came:
        breaks = SERVERS if place[0] == "request" else NOBODY if before.members.get(_parent(place), True) else CLIENTS
        yield Change("member", "added", _member_id(operation, place), _member_text(place), breaks)
    hidden = (*came, *went)
    for identity in dict.fromkeys((*before.constraints, *after.constraints)):
        earlier, later = before.constraints.get(identity), after.constraints.get(identity)
        row = earlier or later
        assert row is not None
        if row.keyword != "required" and _is_below(_place(row), hidden):
            continue  # the member as a whole has been told
        if row.keyword == "required" and (_place(row) in went or _is_below(_parent(_place(row)), hidden)):
            continue
        if earlier is None or later is None or earlier.value != later.value:
            yield from _compared(identity, before, after, earlier, later)
        elif earlier.strength != later.strength:
            how: How = "tightened" if later.strength == "must" else "loosened"
            text = f"strength: {earlier.strength} -> {later.strength}"
            yield Change("constraint", how, identity, text, _breaks(row, how))


def _side(contract: Contract, operation: str) -> _Side:
    rows = [row for row in contract.constraints.values() if row.operation == operation]
    binding = {row.id.removeprefix(f"{contract.vendor}."): row for row in rows if row.strength != "info"}
    places: dict[Place, dict[str, Any]] = {}
    for row in binding.values():
        if row.keyword in LIMITS:
            places.setdefault(_place(row), {})[row.keyword] = row.value
    spoken = contract.operations[operation]
    return _Side(contract, spoken, binding, places, dict(_members(spoken)))


def _place(row: Constraint) -> Place:
    return row.side, row.location, row.status, row.pointer


def _parent(place: Place) -> Place:
    return (*place[:3], place[3].rpartition("/")[0])


def _members(operation: Operation) -> Iterator[tuple[Place, bool]]:
    for parameter in operation.parameters:
        yield ("request", parameter.location, None, parameter.name), True
    if operation.request_schema is not None:
        yield from _walk(("request", "body", None, ""), operation.request_schema)
    for status, response in operation.responses.items():
        for schema in list(response.content.values())[:1] if int(status) < 400 else ():
            yield from _walk(("response", "body", status, ""), schema)


def _walk(place: Place, schema: Mapping[str, Any]) -> Iterator[tuple[Place, bool]]:
    yield place, schema.get("additionalProperties") is not False
    below = {escape(name): member for name, member in schema.get("properties", {}).items()}
    below |= {"*": schema["items"]} if isinstance(schema.get("items"), Mapping) else {}
    values = schema.get("additionalProperties")
    below |= {"{value}": values} if isinstance(values, Mapping) else {}
    for name, member in below.items():
        if isinstance(member, Mapping):
            yield from _walk((*place[:3], f"{place[3]}/{name}"), member)


def _topmost(mine: Mapping[Place, bool], others: Mapping[Place, bool]) -> tuple[Place, ...]:
    """Named members that only one side has, without those below another one of them."""
    lone = [place for place in mine if place not in others]
    named = [place for place in lone if place[3].rpartition("/")[2] not in ("", "*", "{value}")]
    return tuple(place for place in named if not _is_below(_parent(place), named))


def _is_below(place: Place, tops: Sequence[Place]) -> bool:
    return any(top[:3] == place[:3] and (place[3] == top[3] or place[3].startswith(f"{top[3]}/")) for top in tops)


def _member_id(operation: str, place: Place) -> str:
    side, location, status, pointer = place
    where = f"{location}." if location != "body" else f"{status}." if status else ""
    return f"{operation}.{side}.{where}{pointer.strip('/').replace('/', '.')}"


def _member_text(place: Place) -> str:
    _, location, status, pointer = place
    kind = f"{location} parameter" if location != "body" else f"member of the {status or 'request'} body"
    return f"{kind} {pointer.strip('/')}"


def _compared(
    identity: str, before: _Side, after: _Side, earlier: Constraint | None, later: Constraint | None
) -> Iterator[Change]:
    row = later or earlier
    assert row is not None
    left, right = _pair(before, after, earlier, later)
    seeds = _seeds(before, after, row, earlier, later)
    lost = difference(left, right, seeds, lambda value: _is_whole(before, after, row, value))
    gained = difference(right, left, seeds, lambda value: _is_whole(after, before, row, value))
    how = _how(lost, gained)
    if how is None:
        return
    found = [
        _witness(before, after, row, lost, "old") if lost.verdict == "yes" else None,
        _witness(after, before, row, gained, "new") if gained.verdict == "yes" else None,
    ]
    witnesses = tuple(witness for witness in found if witness)
    text = f"{_shown(earlier)} -> {_shown(later)}" + ("" if witnesses else " (nothing was proved)")
    yield Change("constraint", how, identity, text, _breaks(row, how), witnesses)


def _breaks(row: Constraint, how: How) -> Parties:
    return BREAKS.get((row.side, how), BOTH)


def _how(lost: Difference, gained: Difference) -> How | None:
    """What became of a limit; a direction that nothing shows counts only when the other one shows nothing either."""
    if lost.verdict == "no" and gained.verdict == "no":
        return None
    if lost.verdict == "yes":
        return "changed" if gained.verdict == "yes" else "tightened"
    return "loosened" if gained.verdict == "yes" else "changed"


def _pair(
    before: _Side, after: _Side, earlier: Constraint | None, later: Constraint | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two small schemas of one place that differ in one limit, beside the limits that both sides share."""
    row = later or earlier
    assert row is not None
    if row.keyword == "required":
        name = unescape(row.pointer.rpartition("/")[2])
        lacking: dict[str, Any] = {"type": "object"}
        demanding = {**lacking, "required": [name]}
        return demanding if earlier else lacking, demanding if later else lacking
    ours, theirs = before.places.get(_place(row), {}), after.places.get(_place(row), {})
    shared = {key: value for key, value in ours.items() if key in theirs and theirs[key] == value}
    return _with(shared, row, earlier, ours), _with(shared, row, later, theirs)


def _with(
    shared: Mapping[str, Any], row: Constraint, limit: Constraint | None, own: Mapping[str, Any]
) -> dict[str, Any]:
    base = {key: value for key, value in shared.items() if key != row.keyword}
    if "type" in own and row.keyword != "type":
        base.setdefault("type", own["type"])
    if limit is None:
        return base
    if row.keyword in LIMITS:
        return {**base, row.keyword: limit.value}
    if row.keyword == "additionalProperties":
        return {**base, "properties": {name: {} for name in limit.schema.get("properties", ())}, row.keyword: False}
    return {**base, "allOf": [limit.value]}


def _seeds(
    before: _Side, after: _Side, row: Constraint, earlier: Constraint | None, later: Constraint | None
) -> list[JsonValue]:
    """Values to start from: what both samples have at this place, and what a named rule says breaks it."""
    found: list[JsonValue | Absent] = [value for limit in (earlier, later) if limit for value in limit.violations]
    for side in (before, after):
        if row.side == "request":
            found += [_standing(call, row) for call in sample_calls(side.contract, side.operation.id)]
    return [value for value in found if value is not ABSENT]


def _standing(call: Mapping[str, JsonValue], row: Constraint) -> JsonValue | Absent:
    pointer = row.pointer.rpartition("/")[0] if row.keyword == "required" else row.pointer
    if row.location == "body":
        return value_at(call.get("body"), pointer)
    part = call.get("headers" if row.location == "header" else row.location, {})
    return part if row.keyword == "required" else value_at(part, f"/{pointer}")


def _witness(taking: _Side, refusing: _Side, row: Constraint, found: Difference, by: Any) -> Witness:
    place = f"{row.location} {row.pointer or '(the whole)'}"
    if row.keyword == "required":
        # Of an object that lacks a member, the member's absence is what there is to show.
        request = _whole(taking, refusing, row, ABSENT) if row.side == "request" else ABSENT
        return Witness(by, f"{place}, left out", request=request)
    request = _whole(taking, refusing, row, found.value) if row.side == "request" else ABSENT
    if found.value is ABSENT:
        return Witness(by, place, schema=found.schema)
    return Witness(by, place, found.value, request, found.schema)


def _whole(taking: _Side, refusing: _Side, row: Constraint, value: JsonValue | Absent) -> JsonValue | Absent:
    """A whole call that one contract takes and the other refuses, ABSENT when no sample leads to one."""
    if value is ABSENT and row.keyword != "required":
        return ABSENT
    for call in (*sample_calls(taking.contract, row.operation), *sample_calls(refusing.contract, row.operation)):
        changed = replaced(call, row, value)
        if isinstance(changed, dict) and _takes(taking, changed) and not _takes(refusing, changed):
            return changed
    return ABSENT


def _is_whole(taking: _Side, refusing: _Side, row: Constraint, value: JsonValue) -> bool:
    return row.side == "response" or _whole(taking, refusing, row, value) is not ABSENT


def _takes(side: _Side, call: Mapping[str, JsonValue]) -> bool:
    for parameter in side.operation.parameters:
        given = call.get("headers" if parameter.location == "header" else parameter.location, {})
        value = given.get(parameter.name, ABSENT)
        if parameter.required if value is ABSENT else not _allows(parameter.schema, value):
            return False
    schema = side.operation.request_schema
    if schema is None or "body" not in call:
        return schema is None or not side.operation.request_required
    return _allows(schema, call["body"])


def _allows(schema: Mapping[str, Any], value: JsonValue) -> bool:
    try:
        return bool(jsonschema_rs.Draft202012Validator(enforced(schema)).is_valid(value))
    except (ValueError, RecursionError):
        return False


def _shown(limit: Constraint | None) -> str:
    if limit is None:
        return "no limit"
    text = "required" if limit.keyword == "required" else str(limit.value)
    return text if len(text) <= 100 else f"{text[:97]}..."
