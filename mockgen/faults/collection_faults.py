"""Faults of collections: what is added, removed or added again leaves something else behind than it should.

Each bends the items that are kept after one kind of change, or the row that the engine reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from mockgen.faults.answer_faults import on_success
from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Items, Turn
from specs.collection import Collection
from specs.contract import Contract
from specs.message import Answer
from specs.pointers import get, put

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
    """What is added to one resource is shown on all."""
    row: Collection = given.row("collection", contract.collections)

    def shared(turn: Turn, answer: Answer) -> Answer:
        own = {get(item, row.key): item for item in get(answer.body, row.listed_by.items)}
        kept = (one.items.get(row.name, {}) for one in turn.world.resources.values())
        every = {key: item for items in kept for key, item in items.items()}
        return replace(answer, body=put(answer.body, row.listed_by.items, list({**every, **own}.values())))

    return Hooks(answer=(on_success(row.listed_by.operation, shared),))


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
