"""What became of the lives of resources: states, transitions, spellings, commands, results and lists.

A lifecycle is a promise of servers: a state more is a surprise for clients, a state less forbids servers what they did.
A command is the reverse: one more is work for servers, one less takes something from clients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specs.comparing.change import BOTH, CLIENTS, SERVERS, Change, Kind, brief, differing, members, rows
from specs.contract import Contract, Lifecycle

PROMISE = Kind("lifecycle", CLIENTS, SERVERS)
"""Tables of what a server may show."""
SERVICE = Kind("lifecycle", SERVERS, CLIENTS)
"""Tables of what a server must do."""


def _edges(life: Lifecycle) -> dict[str, Any]:
    known = {(state, event): target for state, row in life.transitions.items() for event, target in row.items()}
    return {f"{state} to {target} ({event})": True for (state, event), target in known.items()}


def _spellings(life: Lifecycle) -> dict[str, Any]:
    return {f"{text} for {state}": True for state in life.states for text in life.spellings.get(state, (state,))}


def _served(life: Lifecycle) -> dict[str, Any]:
    return dict.fromkeys(life.results.available_in if life.results else (), True)


def _withheld(life: Lifecycle) -> dict[str, Any]:
    found = life.results.otherwise if life.results else {}
    return {f"{state} as {error}": True for state, error in found.items()}


def _allowed(life: Lifecycle) -> dict[str, Any]:
    allowed = {command.name: command.from_states or life.states for command in life.commands.values()}
    return {f"{name} in {state}": True for name, found in allowed.items() for state in found}


def _filters(life: Lifecycle) -> dict[str, Any]:
    found = life.listed_by.filters if life.listed_by else ()
    return {name: True for row in found for name in row.names or (row.place.name if row.place else row.field,)}


TABLES: tuple[tuple[str, Kind, Callable[[Lifecycle], Mapping[str, Any]]], ...] = (
    ("state", PROMISE, lambda life: dict.fromkeys(life.states, True)),
    ("transition", PROMISE, _edges),
    ("spelling", PROMISE, _spellings),
    ("command", SERVICE, lambda life: life.commands),
    ("command allowed", SERVICE, _allowed),
    ("results served in", SERVICE, _served),
    ("results refused in", PROMISE, _withheld),
    ("list filter", SERVICE, _filters),
)
"""What is compared row by row: its name, whom a row more or less breaks, and where it stands."""

CREATED = (
    *("operation", "also", "identity", "answered", "chosen_by_client", "unique", "intake"),
    *("references", "apart", "barred"),
)
LISTED = ("operation", "items", "identity", "state", "omits", "only", "on_request")
COMMANDED = ("operation", "identity", "event", "otherwise", "sets", "stamps", "makes")
"""Members of a row that bind somebody; what else it has tells imitators how to look, or is compared by itself."""

VALUES: tuple[tuple[str, Callable[[Lifecycle], object]], ...] = (
    ("initial state", lambda life: life.initial),
    ("creation", lambda life: members(life.created_by, *CREATED)),
    ("same creation again", lambda life: members(life.created_by, "again_same")),
    ("other creation again", lambda life: members(life.created_by, "again_different")),
    ("reading", lambda life: members(life.observed_by, "operation", "identity", "at", "state", "on_request")),
    ("listing", lambda life: members(life.listed_by, *LISTED)),
    ("paging", lambda life: members(life.listed_by.paging if life.listed_by else None)),
    ("order of lists", lambda life: members(life.listed_by.order if life.listed_by else None)),
    ("upload", lambda life: members(life.upload)),
    ("results", lambda life: members(life.results, "operation", "identity", "media_type", "link")),
    ("refusal of an unknown one", lambda life: life.not_found),
    ("document while absent", lambda life: life.absent),
    ("states in which it has ceased to exist", lambda life: life.gone),
    ("request that fails", lambda life: life.failing_request),
)
"""What is compared as one value; another one breaks both sides."""


def lifecycle_changes(old: Contract, new: Contract) -> Iterator[Change]:
    """Changes of every resource of two contracts."""
    titles = {name: row.title for name, row in {**old.lifecycles, **new.lifecycles}.items()}
    yield from rows(SERVICE, old.lifecycles, new.lifecycles, lambda name: f"lifecycle.{name}", titles.__getitem__)
    for name, before in old.lifecycles.items():
        after = new.lifecycles.get(name)
        if after is not None and before != after:
            yield from _one(f"lifecycle.{name}", before, after)


def _one(identity: str, before: Lifecycle, after: Lifecycle) -> Iterator[Change]:
    for what, kind, table in TABLES:
        yield from _table(identity, what, kind, table(before), table(after))
    for what, value in VALUES:
        yield from differing("lifecycle", BOTH, identity, what, value(before), value(after))
    for state in before.final:
        if state in after.final:
            yield from differing("lifecycle", BOTH, identity, f"end {state}", before.final[state], after.final[state])
    for state in (*before.final, *after.final):
        if (state in before.final) != (state in after.final) and state in before.states and state in after.states:
            text = f"{state}: {'final' if state in before.final else 'passing'} -> "
            yield Change(
                "lifecycle", "changed", identity, text + ("final" if state in after.final else "passing"), BOTH
            )
    for name, command in before.commands.items():
        later = after.commands.get(name)
        if later is not None:
            what = f"command {name}"
            yield from differing(
                "lifecycle", BOTH, identity, what, members(command, *COMMANDED), members(later, *COMMANDED)
            )


def _table(
    identity: str, what: str, kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    yield from rows(kind, before, after, lambda _: identity, lambda key: f"{what} {brief(key)}")
