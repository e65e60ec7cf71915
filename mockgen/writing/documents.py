"""The table of `documents.py` in a generated server: every member of every resource, and how it is filled.

The placeholders of a contract (`specs/README.md`, `shows`) become calls of the functions in `filling`, one row of
`FILLS` a placeholder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockgen.shapes import may_be_null, success_schema
from mockgen.writing.literals import Code, Invoke, assigned
from mockgen.writing.tables import result_tables
from specs.contract import Contract, FieldRule, Lifecycle
from specs.pointers import get
from specs.reading.place_checks import at_pointer


@dataclass(frozen=True)
class Member:
    """One member that is to be filled."""

    contract: Contract
    life: Lifecycle
    rule: FieldRule

    def fill(self, name: str, *arguments: Any, **named: Any) -> Invoke:
        """The call that makes the filling function."""
        return Invoke(f"filling.{name}", arguments, named)


def logs(contract: Contract) -> str:
    """`LOGS`: the lines that jobs write into their logs."""
    rows = {
        life.name: dict(rule.shows["$log"])
        for life in contract.lifecycles.values()
        for rule in life.fields
        if isinstance(rule.shows, Mapping) and "$log" in rule.shows
    }
    return assigned("LOGS", rows)


def absent(contract: Contract) -> str:
    """`ABSENT`: what is shown in place of a part that does not exist."""
    lives = [life for life in contract.lifecycles.values() if life.absent is not None]
    rows = {life.name: dict(life.absent or {}) for life in lives}
    return assigned("ABSENT: dict[str, dict[str, Any]]", rows)


def documents(contract: Contract) -> str:
    """`DOCUMENTS`: kind -> pointer -> how the member is filled."""
    rows = {life.name: _fields(contract, life) for life in contract.lifecycles.values() if _fields(contract, life)}
    return assigned("DOCUMENTS: dict[str, dict[str, Field]]", rows)


def _fields(contract: Contract, life: Lifecycle) -> dict[str, Invoke]:
    rows = {rule.pointer: _field(Member(contract, life, rule)) for rule in life.fields}
    if life.transitions and life.observed_by is not None:
        rows[life.observed_by.state] = Invoke("Field", (Code("filling.state"),))
    return {pointer: row for pointer, row in rows.items() if row is not None}


def _field(member: Member) -> Invoke | None:
    fill = _fill(member)
    if fill is None:
        return None
    named: dict[str, Any] = {}
    if member.rule.absent_in:
        named["absent_in"] = tuple(member.rule.absent_in)
    if member.rule.null_until:
        named["null_until"] = member.rule.null_until
    if must_show_null(member.contract, member.life, member.rule):
        named["or_null"] = True
    return Invoke("Field", (fill,), named)


def must_show_null(contract: Contract, life: Lifecycle, rule: FieldRule) -> bool:
    """Whether a member is null as long as it has no value: it must be there, may be null, and follows from time."""
    if life.observed_by is None or not isinstance(rule.shows, Mapping) or "$time" not in rule.shows:
        return False
    outer, _, name = f"{life.observed_by.at}{rule.pointer}".rpartition("/")
    schema = at_pointer(success_schema(contract.operations[life.observed_by.operation]), outer)
    return name in schema.get("required", ()) and may_be_null(schema.get("properties", {}).get(name, {}))


def _fill(member: Member) -> Any:
    shows, echoes = member.rule.shows, member.rule.echoes
    if shows is None:
        return member.fill("requested", echoes.name) if echoes and echoes.location == "body" else None
    if isinstance(shows, Mapping):
        for key, fill in FILLS.items():
            if key in shows:
                return fill(member, shows)
    return member.fill("constant", shows)


def _request(member: Member, shows: Mapping[str, Any]) -> Any:
    named = {"default": shows["default"]} if "default" in shows else {}
    return member.fill("requested", shows["$request"], **named)


def _time(member: Member, shows: Mapping[str, Any]) -> Any:
    return member.fill("iso_time" if "string" in _kinds(member) else "epoch_time", shows["$time"])


def _rows(member: Member, shows: Mapping[str, Any]) -> Any:
    if result_tables(member.contract) is None or shows["$rows"] not in ("total", "scored"):
        return member.fill("constant", 0)
    return Code("filling.rows" if shows["$rows"] == "total" else "filling.scored_rows")


def _size(member: Member, shows: Mapping[str, Any]) -> Any:
    is_intake = shows["$size"] == "intake"
    there = member.life.upload if is_intake else result_tables(member.contract)
    return Code(f"filling.{shows['$size']}_size") if there else member.fill("constant", 0)


def _url(member: Member, shows: Mapping[str, Any]) -> Any:
    upload = member.life.upload
    name = "upload_url" if upload and upload.operation == shows["$url"] else "url"
    return member.fill(name, path_of(member.contract, shows["$url"]))


def _by_state(member: Member, shows: Mapping[str, Any]) -> Any:
    named = {"default": shows["default"]} if "default" in shows else {}
    return member.fill("by_state", dict(shows["$by_state"]), **named)


FILLS: Mapping[str, Callable[[Member, Mapping[str, Any]], Any]] = {
    "$identity": lambda member, shows: Code("filling.identity"),
    "$state": lambda member, shows: Code("filling.state"),
    "$request": _request,
    "$requested": lambda member, shows: member.fill("requested_over", shows["$requested"]),
    "$time": _time,
    "$elapsed": lambda member, shows: member.fill("elapsed", 1000 if shows["$elapsed"] == "ms" else 1),
    "$rows": _rows,
    "$percent": lambda member, shows: Code("filling.percent"),
    "$size": _size,
    "$url": _url,
    "$log": lambda member, shows: member.fill("log", Code(f'LOGS["{member.life.name}"]')),
    "$last_log": lambda member, shows: member.fill("last_log", Code(f'LOGS["{member.life.name}"]')),
    "$by_state": _by_state,
    "$of": lambda member, shows: Invoke("member_of", (shows["$of"],), {"by": shows["by"], "member": shows["at"]}),
    "$embeds": lambda member, shows: Invoke("embedded", (shows["$embeds"],)),
}


def path_of(contract: Contract, operation: str) -> str:
    """An operation's whole path, `{id}` in place of its parameter."""
    head, brace, tail = contract.operations[operation].path.partition("{")
    return contract.base_path + head + ("{id}" + tail.partition("}")[2] if brace else "")


def _kinds(member: Member) -> tuple[str, ...]:
    """The types of the member in the schema of the observing operation's success."""
    observed = member.life.observed_by
    if observed is None:
        return ()
    content = member.contract.operations[observed.operation].success.content
    schema: Any = next(iter(content.values()), {})
    for part in (observed.at + member.rule.pointer).split("/")[1:]:
        schema = get(schema, f"/properties/{part}")
        schema = schema if isinstance(schema, Mapping) else {}
    kinds = schema.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)
