"""One difference between two contracts, and whom it breaks.

A contract has two sides. A client breaks when what it sends is no longer taken, or when it gets what it was never told
of; a server breaks when it must do what it never had to, or may no longer do what it did. Every kind of difference is
sorted into this table once, here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from specs.contract import Place
from specs.message import ABSENT, Absent, JsonValue

How = Literal["added", "removed", "tightened", "loosened", "changed"]
Party = Literal["clients", "servers"]
Parties = tuple[Party, ...]

NOBODY: Parties = ()
CLIENTS: Parties = ("clients",)
SERVERS: Parties = ("servers",)
BOTH: Parties = ("clients", "servers")

BREAKS: Mapping[tuple[str, How], Parties] = {
    ("request", "tightened"): CLIENTS,
    ("request", "loosened"): SERVERS,
    ("request", "changed"): BOTH,
    ("response", "tightened"): SERVERS,
    ("response", "loosened"): CLIENTS,
    ("response", "changed"): BOTH,
}
"""Side of a message and what became of a limit on it -> whom that breaks."""


@dataclass(frozen=True)
class Witness:
    """A value that one of two contracts takes and the other refuses.

    `value` stands at `place`; `request` is a whole call with it (operation, path, query, headers, body), proved against
    both contracts, ABSENT where the value stands in a response or where other rules hide it. `schema` describes every
    such value; where a witness would be too long, it is all there is.
    """

    taken_by: Literal["old", "new"]
    place: str
    value: JsonValue | Absent = ABSENT
    request: JsonValue | Absent = ABSENT
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Change:
    """One difference. `id` is the name of what differs, without the vendor's name in front."""

    kind: Literal["contract", "operation", "member", "constraint", "error", "lifecycle", "relation", "requirement"]
    how: How
    id: str
    text: str
    breaks: Parties
    witnesses: tuple[Witness, ...] = ()


@dataclass(frozen=True)
class Kind:
    """How the rows of one table are compared: the kind of change, and whom a row more and a row less break."""

    kind: Any
    added: Parties
    removed: Parties


def rows(
    kind: Kind,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    name: Callable[[str], str],
    say: Callable[[str], str],
) -> Iterator[Change]:
    """A change for each key that only one of two tables has. `name` makes the id, `say` the text, of a key."""
    for key in old:
        if key not in new:
            yield Change(kind.kind, "removed", name(key), say(key), kind.removed)
    for key in new:
        if key not in old:
            yield Change(kind.kind, "added", name(key), say(key), kind.added)


def differing(kind: Any, breaks: Parties, identity: str, what: str, old: object, new: object) -> Iterator[Change]:
    """A change when two values differ; of two tables, the text has only the rows that do."""
    if old != new:
        if isinstance(old, dict) and isinstance(new, dict):
            same = {key for key in old if key in new and old[key] == new[key]}
            old, new = ({key: value for key, value in table.items() if key not in same} for table in (old, new))
        yield Change(kind, "changed", identity, f"{what}: {brief(old)} -> {brief(new)}", breaks)


def members(row: Any, *names: str) -> dict[str, object]:
    """What a frozen row says under these names, under all of its names where none is given; nothing without a row."""
    if row is None:
        return {}
    found = {name: getattr(row, name) for name in names or [field.name for field in fields(row)]}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in found.items()}


def brief(value: object) -> str:
    """A value as one short text."""
    if isinstance(value, dict):
        text = ", ".join(f"{key} {brief(member)}" for key, member in value.items()) or "none"
    elif isinstance(value, Place):
        text = f"{value.location} {value.name}" + (f", segment {value.segment}" if value.segment is not None else "")
    elif is_dataclass(value):
        text = brief(members(value))
    elif isinstance(value, tuple | list):
        text = ", ".join(map(brief, value)) or "none"
    else:
        text = "none" if value is None or value == "" else str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
