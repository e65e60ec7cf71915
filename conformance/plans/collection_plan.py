"""What is done with collections: for each law a short story of adding, removing and showing, on resources of its own.

The stories about one owner are told one after another, with keys that no other story uses, so that one owner is enough
and one broken law spoils no other story. An owner is finished before anything is hung on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.history import Case
from conformance.plan import Mode, Scenario, Step, shared, slot
from conformance.plans.samples import Samples, write_place
from conformance.plans.script import ACCEPTED, Script, scripts
from conformance.plans.strangers import unknown_identity
from conformance.plans.values import types
from specs.collection import Collection
from specs.contract import Contract, Place, Requirement
from specs.pointers import put
from specs.reading.place_checks import at_pointer

ITEMS_PER_CALL = 100
"""Items that are added at once where the schema sets no lower limit."""


@dataclass(frozen=True)
class Teller:
    """Who tells a story: the owner's script, the collection, the law that is told of, and the owner's slot."""

    script: Script
    row: Collection
    law: Requirement
    owner: str

    def item(self, key: str, value: str | None = "one") -> Any:
        """An item; None leaves the value out."""
        item = put({}, self.row.key, key)
        return item if value is None else put(item, self.row.value, value)

    def key(self) -> str:
        """A key that nothing has."""
        return self.script.samples.naming.fresh("key")

    def add(self, *items: Any, expect: tuple[str, ...] = ACCEPTED) -> Step:
        """Adds items."""
        return self._step("add", self.row.added_by.operation, expect, (self.row.added_by.items, list(items)))

    def remove(self, *keys: str, expect: tuple[str, ...] = ACCEPTED) -> Step:
        """Removes items by their keys."""
        return self._step("remove", self.row.removed_by.operation, expect, (self.row.removed_by.keys, list(keys)))

    def show(self, owner: str = "") -> Step:
        """Shows all items of the owner, or of another one."""
        return self._step("show", self.row.listed_by.operation, ACCEPTED, owner=owner)

    def show_as(self, kind: str) -> Step:
        """Shows the items of the owner as if it were of another kind."""
        expect = (str(self.law.parameters["refused_as"]),)
        said = tuple((Place("body", pointer), value) for pointer, value in self.row.owners[kind].items())
        return self._step("another kind with this id", self.row.listed_by.operation, expect, *said)

    def ask(self, identity: Any) -> Step:
        """Calls the law's operation about a resource by its identity."""
        expect = (str(self.law.parameters["refused_as"]),)
        step = self._step("unknown owner", str(self.law.operation), expect)
        assert step.call is not None
        return Step(step.case, write_place(step.call, self.row.owner, identity))

    def case(self, label: str, expect: tuple[str, ...]) -> Case:
        """A case for the law."""
        return Case("lifecycle", self.law.id, label, expect, self.law.id)

    def _step(
        self, label: str, operation: str, expect: tuple[str, ...], *changes: tuple[Place, Any], owner: str = ""
    ) -> Step:
        call = write_place(self.script.samples.call(operation), self.row.owner, slot(owner or self.owner))
        members = self.row.owners[self.script.life.name]
        said = tuple((Place("body", pointer), value) for pointer, value in members.items())
        for place, value in (*said, *changes):
            call = write_place(call, place, value)
        return Step(self.case(label, expect), call)


def plan_collections(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """The scenarios for all collections of a contract. `seed` decides the owners that do not exist."""
    known = scripts(contract, samples, seed)
    return tuple(
        scenario
        for row in contract.collections.values()
        for name in row.owners
        if name in known and known[name].life.created_by is not None and known[name].life.absent is None
        for scenario in _plan(known[name], row)
    )


def _plan(script: Script, row: Collection) -> Iterator[Scenario]:
    base = f"{row.name}/{script.life.name}"
    laws = [law for law in script.contract.requirements.values() if _is_about(law, script, row)]
    told = [Teller(script, row, law, base) for law in laws if law.parameters["story"] in STORIES]
    if told:
        steps = [step for teller in told for step in STORIES[str(teller.law.parameters["story"])](teller)]
        needs = (shared(script.life.name),) if any(one.law.parameters["story"] == "apart" for one in told) else ()
        yield Scenario(base, (*script.finish(base, base), *steps), mode=Mode.create, needs=needs)
    for law in laws:
        story = str(law.parameters["story"])
        if story in ALONE:
            teller = Teller(script, row, law, law.id)
            yield Scenario(law.id, tuple(ALONE[story](teller)), mode=Mode.create)


def _is_about(law: Requirement, script: Script, row: Collection) -> bool:
    parameters = law.parameters
    return parameters.get("collection") == row.name and parameters.get("resource") == script.life.name


def _added(teller: Teller) -> Iterator[Step]:
    yield from (teller.add(teller.item(teller.key())), teller.add(teller.item(teller.key())), teller.show())


def _overwritten(teller: Teller) -> Iterator[Step]:
    key = teller.key()
    yield from (teller.add(teller.item(key)), teller.add(teller.item(key, " two ")), teller.show())


def _removed(teller: Teller) -> Iterator[Step]:
    """Two of three items go with one call: a server may see the first key only, or the last."""
    gone, stays, too = teller.key(), teller.key(), teller.key()
    items = [teller.item(key) for key in (gone, stays, too)]
    yield from (teller.add(*items), teller.show(), teller.remove(gone, too), teller.show())


def _apart(teller: Teller) -> Iterator[Step]:
    other = shared(teller.script.life.name)
    yield from (teller.add(teller.item(teller.key())), teller.show(other), teller.show())


def _cased(teller: Teller) -> Iterator[Step]:
    key = teller.key()
    yield from (teller.add(teller.item(key), teller.item(key.upper(), "two")), teller.show())
    yield from (teller.remove(key), teller.show())


def _bare(teller: Teller) -> Iterator[Step]:
    yield from (teller.add(teller.item(teller.key(), None)), teller.show())


def _vain(teller: Teller) -> Iterator[Step]:
    refused_as = teller.law.parameters.get("refused_as")
    expect = (str(refused_as),) if refused_as else ACCEPTED
    known, too, strange = teller.key(), teller.key(), teller.key()
    yield from (teller.add(teller.item(known), teller.item(too)), teller.remove(strange, expect=expect), teller.show())
    if expect == ACCEPTED:  # what is there goes, whatever else the call names
        yield from (teller.remove(strange, known), teller.show())


def _other_kind(teller: Teller) -> Iterator[Step]:
    """Items are hung on one kind, and looked for on what has the same id and is of another kind."""
    yield teller.add(teller.item(teller.key()))
    yield teller.show_as(str(teller.law.parameters["other"]))


def _reserved(teller: Teller) -> Iterator[Step]:
    prefix = teller.row.reserved.prefix if teller.row.reserved else ""
    yield teller.add(teller.item(prefix + teller.key()), expect=(str(teller.law.parameters["refused_as"]),))


def _unknown(teller: Teller) -> Iterator[Step]:
    yield teller.ask(unknown_identity(teller.script.life, teller.script.samples, teller.script.draw))


def _created(teller: Teller) -> Iterator[Step]:
    """The owner is made with an item in its create request."""
    place, script = teller.row.at_creation, teller.script
    if place is not None:
        call = write_place(script.creation(), place, [teller.item(teller.key())])
        yield script.create(teller.owner, teller.owner, call, teller.case("create", ACCEPTED))
        yield teller.show()


def _full(teller: Teller) -> Iterator[Step]:
    """An owner gets all that it may have, and one more."""
    most, script = teller.row.at_most, teller.script
    if most is None:
        return
    yield from script.finish(teller.owner, teller.owner)
    schema = script.contract.operations[teller.row.added_by.operation].request_schema or {}
    array = at_pointer(schema, teller.row.added_by.items.name)
    at_once = array.get("maxItems", ITEMS_PER_CALL) if "array" in types(array) else ITEMS_PER_CALL
    items = [teller.item(teller.key()) for _ in range(most.items)]
    yield from (teller.add(*items[start : start + at_once]) for start in range(0, most.items, at_once))
    yield teller.add(teller.item(teller.key()), expect=(most.refused_as,))


def _overfull(teller: Teller) -> Iterator[Step]:
    """An owner would be made with one item more than it may have."""
    most, place, script = teller.row.at_most, teller.row.at_creation, teller.script
    if most is not None and place is not None:
        items = [teller.item(teller.key()) for _ in range(most.items + 1)]
        yield Step(teller.case("create", (most.refused_as,)), write_place(script.creation(), place, items))


Story = Callable[[Teller], Iterator[Step]]

STORIES: Mapping[str, Story] = {
    "added": _added,
    "overwritten": _overwritten,
    "removed": _removed,
    "apart": _apart,
    "cased": _cased,
    "bare": _bare,
    "vain": _vain,
    "reserved": _reserved,
    "other_kind": _other_kind,
}
"""Stories that share an owner, by the name that a law gives."""
ALONE: Mapping[str, Story] = {"unknown": _unknown, "created": _created, "full": _full, "overfull": _overfull}
"""Stories that need an owner of their own, or none."""
