"""Checks of collections: what is shown after a story of adding and removing, and what is refused.

One check serves every story. It follows what the accepted calls should have left behind, owner by owner, and compares
that with each list; keys of other stories, and what was there before, are nobody's business here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.lives import brief, is_absent, named, same
from conformance.judging.refusals import describe, refusal, undecided
from conformance.judging.view import View, created_identity
from conformance.plans.samples import read_place
from specs.collection import Collection
from specs.contract import Requirement
from specs.pointers import MISSING, get


@dataclass
class _Story:
    """What the accepted calls should have left, by owner and key, and every key that was spoken of."""

    row: Collection
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def add(self, owner: Any, items: Any) -> None:
        for item in items if isinstance(items, list) else ():
            key = str(get(item, self.row.key))
            self.keys.add(key)
            self.kept.setdefault(str(owner), {})[key] = item

    def remove(self, owner: Any, keys: Any) -> None:
        for key in keys if isinstance(keys, list) else ():
            self.keys.add(str(key))
            self.kept.get(str(owner), {}).pop(str(key), None)

    def difference(self, owner: Any, shown: Any) -> tuple[str, str] | None:
        """What should be shown and what is, for the first key where they differ."""
        if not isinstance(shown, list):
            return "a list", brief(shown)
        for key in sorted(self.keys):
            found = [item for item in shown if get(item, self.row.key) == key]
            wanted = self.kept.get(str(owner), {}).get(key, MISSING)
            if len(found) != (0 if wanted is MISSING else 1):
                return ("nothing" if wanted is MISSING else "one item") + f" under {key}", f"{len(found)}"
            if found and not _alike(get(wanted, self.row.value), get(found[0], self.row.value)):
                return brief(wanted), brief(found[0])
        return None


def collection_shows(view: View, requirement: Requirement) -> Iterator[Finding]:
    """After each call of a story, the collection shows what the calls before it leave. `with`: collection."""
    row = view.contract.collections[str(requirement.parameters["collection"])]
    story, told, is_shown = _Story(row), list[int](), False
    for item in view.by_requirement.get(requirement.id, ()):
        if item.answer is None or item.answer.problem is not None or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
            return
        told.append(item.index)
        if not item.accepted:
            yield failed(requirement, *told, expected="accepted", got=describe(view, item))
            return
        if item.operation == row.listed_by.operation:
            found = story.difference(named(item, row.owner), get(item.answer.body, row.listed_by.items))
            if found is not None:
                yield failed(requirement, *told, expected=found[0], got=found[1])
                return
            is_shown = is_shown or any(story.kept.values())
        else:
            _follow(view, story, item)
    if is_shown:
        yield passed(requirement, *told)


def collection_refuses(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The call is refused as the error class `refused_as`; what leads up to it is accepted."""
    for item in view.by_requirement.get(requirement.id, ()):
        if item.case is None or item.case.kind != "lifecycle":
            continue
        if item.case.expect != ("accepted",):
            yield refusal(view, requirement, item, str(requirement.parameters["refused_as"]))
        elif item.answer is not None and not item.accepted and not undecided(view, item.answer):
            yield failed(requirement, item.index, expected="accepted", got=describe(view, item))


def _follow(view: View, story: _Story, item: Exchange) -> None:
    row, call = story.row, item.call
    if call is None:
        return
    if item.operation == row.added_by.operation:
        story.add(named(item, row.owner), read_place(call, row.added_by.items))
    elif item.operation == row.removed_by.operation:
        story.remove(named(item, row.owner), read_place(call, row.removed_by.keys))
    elif row.at_creation is not None:
        lives = (view.contract.lifecycles[name] for name in row.owners)
        made = next((life for life in lives if life.created_by and item.operation in life.created_by.operations), None)
        if made is not None:
            story.add(created_identity(made, item), read_place(call, row.at_creation))


def _alike(one: Any, other: Any) -> bool:
    return (is_absent(one) and is_absent(other)) or same(one, other)


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "collection_shows": collection_shows,
    "collection_refuses": collection_refuses,
}
