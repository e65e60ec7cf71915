"""Faults of collections: what is added, removed or added again leaves something else behind than it should.

Each bends the items that are kept after one kind of change, or the row that the engine reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Items
from specs.collection import Collection
from specs.contract import Contract

Change = Callable[[Items, Items], Items]
"""The items before and after, and those that are kept instead."""


def loses_items(contract: Contract, given: Arguments) -> Hooks:
    """What is added takes the place of everything that was there."""
    return _on("add", lambda before, after: {key: item for key, item in after.items() if item is not before.get(key)})


def keeps_first_item(contract: Contract, given: Arguments) -> Hooks:
    """An item under a key that is there is ignored."""
    return _on("add", lambda before, after: {**after, **before})


def folds_keys(contract: Contract, given: Arguments) -> Hooks:
    """Keys that differ in case only are taken for one."""
    return _on(
        "add", lambda before, after: {key: after[key] for key in {name.lower(): name for name in after}.values()}
    )


def drops_bare_items(contract: Contract, given: Arguments) -> Hooks:
    """An item without a value is not kept."""
    return _on("add", lambda before, after: {key: item for key, item in after.items() if len(item) > 1})


def keeps_removed_items(contract: Contract, given: Arguments) -> Hooks:
    """A removal changes nothing."""
    return _on("remove", lambda before, after: before)


def removes_all_items(contract: Contract, given: Arguments) -> Hooks:
    """A removal takes everything, whatever keys it names."""
    return _on("remove", lambda before, after: {})


def shares_items(contract: Contract, given: Arguments) -> Hooks:
    """What is added to one resource is shown on all of its kind."""
    row = given.row("collection", contract.collections)

    def shown(turn: Any, answer: Any) -> Any:
        if turn.operation != row.listed_by.operation or turn.refusal is not None:
            return answer
        every = [one.items.get(row.name, {}) for one in turn.world.resources.values()]
        found = {key: item for items in every for key, item in items.items()}
        own = answer.body[row.listed_by.items.strip("/")]
        both = {**found, **{item[row.key.strip("/")]: item for item in own}}
        return replace(answer, body={**answer.body, row.listed_by.items.strip("/"): list(both.values())})

    return Hooks(answer=(shown,))


def no_item_limit(contract: Contract, given: Arguments) -> Hooks:
    """A resource takes any number of items."""
    return _row(contract, given, lambda row: replace(row, at_most=None))


def no_reserved_keys(contract: Contract, given: Arguments) -> Hooks:
    """Reserved keys are taken."""
    return _row(contract, given, lambda row: replace(row, reserved=None))


def refuses_unknown_keys(contract: Contract, given: Arguments) -> Hooks:
    """Removing a key that is not there is refused."""
    error = given.row("as", contract.errors).name
    return _row(contract, given, lambda row: replace(row, removed_by=replace(row.removed_by, unknown_key=error)))


def _on(change: str, bend: Change) -> Hooks:
    return Hooks(items=(lambda before, after, kind: bend(before, after) if kind == change else after,))


def _row(contract: Contract, given: Arguments, bend: Callable[[Collection], Collection]) -> Hooks:
    name = given.row("collection", contract.collections).name

    def bent(value: Contract) -> Contract:
        rows: Mapping[str, Collection] = {**value.collections, name: bend(value.collections[name])}
        return replace(value, collections=rows)

    return Hooks(contract=(bent,))


COLLECTION_FAULTS = (
    planted(loses_items),
    planted(keeps_first_item),
    planted(folds_keys),
    planted(drops_bare_items),
    planted(keeps_removed_items),
    planted(removes_all_items),
    planted(shares_items, "collection"),
    planted(no_item_limit, "collection"),
    planted(no_reserved_keys, "collection"),
    planted(refuses_unknown_keys, "collection", "as"),
)
