"""Creations that are asked for twice, and creations that are refused: what is there before and after is read.

An answer alone shows little. A retry may be accepted and start the work anew, a mismatch may be refused after the old
resource was overwritten, a refused creation may leave its id taken. So each attempt stands between reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.plan import Mode, Scenario, Stage, Step
from conformance.plans.listing_plan import everything
from conformance.plans.samples import read_place, write_place
from conformance.plans.script import ACCEPTED, OTHERWISE, Script
from conformance.plans.strangers import unknown_like
from conformance.plans.values import is_valid
from specs.contract import Creation, Place, Reference
from specs.message import Call
from specs.pointers import MISSING, get

OTHERS_MAX = 4
"""So many members are changed in turn when a creation is repeated with other parameters."""
AGAIN = "create again"
REFUSED = 3
"""So many refused creations stand between two looks at a list that counts its items."""


def repeats(script: Script) -> Iterator[Scenario]:
    """The same creation twice: with the same parameters, and each time with one other member."""
    creation = script.life.created_by
    assert creation is not None
    first = script.creation()
    yield _repeat(script, "same", "same", first, first)
    if creation.chosen_by_client is None and creation.unique is None:
        offered = list(_others(script, creation))[:1]
    else:
        offered = [*list(_others(script, creation))[:OTHERS_MAX], *_other_references(script, creation)]
    for number, (place, value) in enumerate(offered):
        name = place.name.strip("/").replace("/", ".")
        other = write_place(first, place, value)
        yield _repeat(
            script, "different", f"different/{name}", script.creation(), other, OTHERWISE if number else AGAIN
        )


def _repeat(script: Script, kind: str, name: str, first: Call, second: Call, label: str = AGAIN) -> Scenario:
    creation, life = script.life.created_by, script.life
    assert creation is not None
    outcome = {"same": creation.again_same, "different": creation.again_different}[kind]
    for place in (creation.chosen_by_client, creation.unique):
        second = write_place(second, place, read_place(first, place)) if place is not None else second
    group = f"{life.name}/again/{name}"
    case = script.case("recreate", label, group, (outcome,), kind=kind)
    again = Step(case, second, lifecycle=life.name)
    if outcome == "undocumented":
        return Scenario(group, (script.create(group, group, first), again))
    return Scenario(
        group, (*script.finish(group, group, first), script.read(group, group), again, script.read(group, group))
    )


def _others(script: Script, creation: Creation) -> Iterator[tuple[Place, Any]]:
    """Members of the request with another valid value: that of the full sample, or one that goes on where it ends."""
    call, full = script.creation(), script.creation(full=True)
    kept = {place.name for place in (creation.chosen_by_client, creation.unique) if place is not None}
    kept |= {reference.place.name for reference in creation.references}
    known = call.body if isinstance(call.body, dict) else {}
    offered = full.body if isinstance(full.body, dict) else {}
    schema = script.contract.operations[creation.operation].request_schema or {}
    for key in {**offered, **known}:
        place = Place("body", f"/{key}")
        values = [offered[key]] if key in offered and offered[key] != known.get(key, MISSING) else []
        if not values and isinstance(known.get(key), str):
            values = [f"{known[key]}other/" if known[key].endswith("/") else f"{known[key]}x"]
        for value in values if place.name not in kept else ():
            if is_valid(schema, {**known, key: value}):
                yield place, value


def _other_references(script: Script, creation: Creation) -> Iterator[tuple[Place, Any]]:
    """References with another resource that a target has from the start."""
    call = script.creation()
    for reference in creation.references:
        known = read_place(call, reference.place)
        other = next((value for value in _seeded(script, reference) if value != known), None)
        if isinstance(known, str) and other is not None:
            yield reference.place, other


def _seeded(script: Script, reference: Reference) -> Iterator[str]:
    """The identities of the resources that a reference may name and that a target has from the start."""
    life = script.contract.lifecycles[reference.resource]
    identity = next((rule.pointer for rule in life.fields if rule.shows == {"$identity": True}), "")
    for row in (script.samples.filled(dict(seeded)) for seeded in life.seeded):
        value = get(row, identity) if identity else MISSING
        if isinstance(value, str) and all(get(row, at) in values for at, values in reference.only.items()):
            yield value


def refusals(script: Script) -> Iterator[Scenario]:
    """Creations that are refused, and what there is afterwards: no resource, and an id or a name that is free."""
    creation, life = script.life.created_by, script.life
    assert creation is not None
    if not script.requirement("refused_leaves_nothing"):
        return
    name = creation.chosen_by_client or creation.unique
    if name is None or read_place(script.creation(), name) is MISSING:
        if life.listed_by is not None:
            yield _counted(script, creation)
        return
    for label, bad in _refused(script, creation):
        group = f"{life.name}/refused/{label}"
        fresh = script.creation()
        refused, free = (
            script.case("refused_leaves_nothing", text, group) for text in (f"refused: {label}", "it is free")
        )
        attempt = Step(refused, write_place(bad, name, read_place(fresh, name)), lifecycle=life.name)
        reads = _reads(script, creation, group, fresh)
        yield Scenario(group, (attempt, *reads, script.create(group, group, fresh, free)))


def _reads(script: Script, creation: Creation, group: str, call: Call) -> Iterator[Step]:
    """A read of what a refused call would have made, where the call chooses the id."""
    observed, chosen = script.life.observed_by, creation.chosen_by_client
    if observed is not None and chosen is not None:
        case = script.case("refused_leaves_nothing", "read of what was refused", group)
        there = write_place(script.samples.call(observed.operation), observed.identity, read_place(call, chosen))
        yield Step(case, there, lifecycle=script.life.name)


def _refused(script: Script, creation: Creation) -> Iterator[tuple[str, Call]]:
    """A creation that lacks a member, and one that names what does not exist."""
    operation = script.contract.operations[creation.operation]
    own = {place.name for place in (creation.chosen_by_client, creation.unique) if place is not None}
    lacking = [name for name in (operation.request_schema or {}).get("required", ()) if f"/{name}" not in own]
    for name in lacking[-1:]:
        yield f"without {name}", write_place(script.creation(), Place("body", f"/{name}"), MISSING)
    call = script.creation()
    for reference in creation.references[:1]:
        known = read_place(call, reference.place)
        if isinstance(known, str):
            stranger = unknown_like(known, script.samples, script.draw)
            yield f"unknown {reference.resource}", write_place(call, reference.place, stranger)


def _counted(script: Script, creation: Creation) -> Scenario:
    """Refused creations between two walks through a list."""
    life = script.life
    assert life.listed_by is not None
    group = f"{life.name}/refused"
    case = script.case("refused_leaves_nothing", "what there is", group, ACCEPTED)
    look = Step(case, everything(script, life.listed_by), "follow", lifecycle=life.name)
    bad = next((call for _, call in _refused(script, creation)), script.creation())
    refused = Step(script.case("refused_leaves_nothing", "refused", group), bad, lifecycle=life.name)
    return Scenario(group, (look, *(refused for _ in range(REFUSED)), look), Stage.exclusive, Mode.create)
