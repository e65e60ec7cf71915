"""Collections, imitated: items that are added to a resource, replaced under the same key, removed, and shown.

A collection's row in the contract says everything that differs between vendors: where the owner is named, what one item
looks like, what is refused. The items are kept with their resource, so that snapshots and resets take them along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from mockgen import hooks as bending
from mockgen.ask import Ask, Keeping, Outcome, Refusal
from mockgen.hooks import Items
from mockgen.listing import at_place
from mockgen.world import Resource, with_resource
from specs.collection import Collection
from specs.contract import Contract, Lifecycle
from specs.message import ABSENT
from specs.pointers import MISSING, get, put


def keepings(contract: Contract) -> dict[str, Keeping]:
    """The part of every operation that some collection explains."""
    found: dict[str, Keeping] = {}
    for row in contract.collections.values():
        found[row.added_by.operation] = Keeping("add", row)
        found[row.removed_by.operation] = Keeping("remove", row)
        found[row.listed_by.operation] = Keeping("show", row)
    return found


def kept(ask: Ask, part: Keeping) -> Outcome:
    """The world and the answer after a call that adds, removes or shows items."""
    row = part.collection
    owner = _owner(ask, row)
    if owner is None:
        name = str(at_place(ask.call, row.owner))[:200]
        return ask.world, Refusal(row.not_found, f"there is nothing {name!r} that could have a {row.title}")
    items = _items(row, owner)
    if part.name == "show":
        return ask.world, ask.success(put(_repeated(ask, row), row.listed_by.items, list(items.values())))
    refusal = next(_refusals(ask, part, items), None)
    if refusal is not None:
        return ask.world, refusal
    after = bending.bent_items(ask.hooks, items, _after(ask, part, items), part.name)
    owner = replace(owner, items={**owner.items, row.name: after})
    return with_resource(ask.world, owner), ask.success(_repeated(ask, row))


def overfull(ask: Ask, life: Lifecycle) -> Refusal | None:
    """Why a resource is not made: it would have more items than it may."""
    for row in ask.contract.collections.values():
        if life.name in row.owners and row.at_creation is not None and row.at_most is not None:
            given = _by_key(row, at_place(ask.call, row.at_creation))
            if len(given) > row.at_most.items:
                return Refusal(row.at_most.refused_as, f"there would be more than {row.at_most.items}")
    return None


def _owner(ask: Ask, row: Collection) -> Resource | None:
    """The resource that a call names, of a kind that the call says it is."""
    body = {} if ask.call.body is ABSENT else ask.call.body
    for kind, members in row.owners.items():
        found = ask.world.resources.get((kind, str(at_place(ask.call, row.owner))))
        if found is not None and all(get(body, pointer) == value for pointer, value in members.items()):
            return found
    return None


def _items(row: Collection, owner: Resource) -> Items:
    """What hangs on a resource: what was kept last, else what it was made with."""
    if row.name in owner.items or row.at_creation is None or row.at_creation.location != "body":
        return owner.items.get(row.name, {})
    return _by_key(row, get(owner.request, row.at_creation.name))


def _by_key(row: Collection, given: Any) -> Items:
    """Those of what was sent that are items."""
    return {str(get(item, row.key)): item for item in _listed(given) if get(item, row.key) is not MISSING}


def _listed(given: Any) -> list[Any]:
    """What was sent; nothing where it is no list, which a server that enforces no constraint may meet."""
    return given if isinstance(given, list) else []


def _after(ask: Ask, part: Keeping, items: Items) -> Items:
    row = part.collection
    if part.name == "add":
        return {**items, **_by_key(row, at_place(ask.call, row.added_by.items))}
    gone = _listed(at_place(ask.call, row.removed_by.keys))
    return {key: item for key, item in items.items() if key not in gone}


def _refusals(ask: Ask, part: Keeping, items: Items) -> Iterator[Refusal]:
    """Why a change is refused."""
    row, after = part.collection, _after(ask, part, items)
    if part.name == "add":
        prefix = row.reserved.prefix if row.reserved else ""
        taken = [key for key in after if key not in items and prefix and key.startswith(prefix)]
        if taken and row.reserved:
            yield Refusal(row.reserved.refused_as, f"keys that begin with {prefix} are reserved: {taken[0][:200]!r}")
        if row.at_most and len(after) > row.at_most.items:
            yield Refusal(row.at_most.refused_as, f"there would be more than {row.at_most.items}")
        return
    lost = [key for key in _listed(at_place(ask.call, row.removed_by.keys)) if key not in items]
    if lost and row.removed_by.unknown_key not in ("accepted", "undocumented"):
        yield Refusal(row.removed_by.unknown_key, f"there is no {row.title} {str(lost[0])[:200]!r}")


def _repeated(ask: Ask, row: Collection) -> Any:
    """The members of the answer that repeat the request."""
    body: Any = {}
    for pointer, place in row.echoes.items():
        body = put(body, pointer, at_place(ask.call, place))
    return body
