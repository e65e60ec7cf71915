"""What a collection promises, as requirements, and what is wrong with its row.

Most laws are judged in one way, by playing a short story of adding and removing and comparing what is shown at its end;
the law names the story. The rest are refusals, and members of answers that repeat the request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specs.articles import an
from specs.collection import Collection
from specs.contract import Lifecycle, Operation, Requirement, Strength
from specs.reading.place_checks import Located, Problem, answer_schema, at_pointer, request_problem, unknown_members
from specs.resource import Place

Law = tuple[str, str, str, Mapping[str, Any], Strength, str]
"""Id below the collection's, sentence, check, parameters, strength, source (empty: the collection's)."""


def of_collection(
    vendor: str, row: Collection, lives: Mapping[str, Lifecycle], known: Mapping[str, Operation]
) -> Iterator[Requirement]:
    """Every law of a collection. A law needs what the operations need that it speaks of."""
    for name, sentence, check, parameters, strength, source in (
        *_stories(row, lives),
        *_refusals(row, lives),
        *_echoes(row),
    ):
        owners = (lives.get(str(parameters.get(role, ""))) for role in ("resource", "other"))
        called = (*row.operations, *(life.created_by.operation for life in owners if life and life.created_by))
        operation = parameters.get("operation")
        needed = (str(operation),) if operation in row.operations else called
        spoken = (known[one].feature for one in needed if one in known)
        yield Requirement(
            id=f"{vendor}.collection.{row.name}.{name}",
            sentence=sentence,
            source=source or row.source,
            strength=strength,
            check=check,
            operation=str(operation) if operation else None,
            parameters={"collection": row.name, **parameters},
            features=tuple(dict.fromkeys(feature for feature in spoken if feature)),
            origin="lifecycle",
        )


def owners_made(row: Collection, lives: Mapping[str, Lifecycle]) -> list[Lifecycle]:
    """The kinds of owners that a run can make, in the row's order."""
    found = (lives[name] for name in row.owners if name in lives)
    return [life for life in found if life.created_by is not None and life.absent is None]


def _stories(row: Collection, lives: Mapping[str, Lifecycle]) -> Iterator[Law]:
    """The laws that a story shows. Each kind of owner has one about adding; the others are told of the first kind."""
    made, one = owners_made(row, lives), row.title
    for life in made:
        sentence = f"{an(one, 'A')} that is added to {an(life.title)} is shown, beside those that were there."
        yield _story(f"shows_added.{life.name}", sentence, "added", life)
        if row.at_creation:
            yield _story(
                f"at_creation.{life.name}", f"{an(life.title, 'A')} is made with its first {one}s.", "created", life
            )
        if row.at_creation and row.at_most and life.created_by:
            name, making, most = f"at_most_at_creation.{life.name}", life.created_by.operation, row.at_most
            sentence = f"{an(life.title, 'A')} with more than {most.items} {one}s is not made: {most.refused_as}."
            yield _refusal(name, sentence, "overfull", life.name, most.refused_as, making, most.strength, most.source)
    for life in made[:1]:
        yield _story(
            "same_key_overwrites", f"{an(one, 'A')} under a key that is there takes its place.", "overwritten", life
        )
        yield _story("removed_vanishes", f"A removed {one} is no longer shown, and the others are.", "removed", life)
        yield _story("stays_with_its_owner", f"{an(one, 'A')} is shown on no other {life.title}.", "apart", life)
        if row.case_sensitive:
            yield _story("key_is_case_sensitive", "Keys that differ in case only are two keys.", "cased", life)
        if row.value_optional:
            yield _story(
                "value_is_optional", f"{an(one, 'A')} without a value is kept, and shown without one.", "bare", life
            )
        if row.removed_by.unknown_key == "accepted":
            yield _story("unknown_key_is_ignored", "A key that is not there is removed in vain.", "vain", life)


def _story(name: str, sentence: str, story: str, life: Lifecycle) -> Law:
    return name, sentence, "collection_shows", {"story": story, "resource": life.name}, "must", ""


def _refusals(row: Collection, lives: Mapping[str, Lifecycle]) -> Iterator[Law]:
    first, most, taken, adding = next(iter(row.owners)), row.at_most, row.reserved, row.added_by.operation
    if most:
        sentence = f"More than {most.items} {row.title}s on one resource are refused as {most.refused_as}."
        yield _refusal("at_most", sentence, "full", first, most.refused_as, adding, most.strength, most.source)
    if taken:
        sentence = f"A key that begins with {taken.prefix} is refused as {taken.refused_as}."
        yield _refusal("reserved", sentence, "reserved", first, taken.refused_as, adding, taken.strength, taken.source)
    unknown = row.removed_by.unknown_key
    if unknown not in ("accepted", "undocumented"):
        sentence = f"Removing a key that is not there is refused as {unknown}."
        yield _refusal("unknown_key", sentence, "vain", first, unknown, row.removed_by.operation)
    for life, other in _kinds_apart(row, lives):
        sentence = f"A {other.title} with the id of a {life.title} does not exist: {row.not_found}."
        parameters = {"story": "other_kind", "resource": life.name, "other": other.name, "refused_as": row.not_found}
        yield "ids_are_of_a_kind", sentence, "collection_refuses", parameters, "must", ""
    for operation in row.operations:
        sentence = f"{operation} on a resource that does not exist is refused as {row.not_found}."
        yield _refusal(f"{operation}.unknown_is_refused", sentence, "unknown", first, row.not_found, operation)


def _kinds_apart(row: Collection, lives: Mapping[str, Lifecycle]) -> Iterator[tuple[Lifecycle, Lifecycle]]:
    """A kind of owner whose ids clients choose, and another one that requests tell apart by more than the id."""
    chosen = [life for life in owners_made(row, lives) if life.created_by and life.created_by.chosen_by_client]
    pairs = ((chosen[0], other) for other in chosen[1:] if row.owners[other.name] != row.owners[chosen[0].name])
    yield from list(pairs)[:1]


def _refusal(
    name: str,
    sentence: str,
    story: str,
    resource: str,
    refused_as: str,
    operation: str,
    strength: Strength = "must",
    source: str = "",
) -> Law:
    parameters = {"story": story, "resource": resource, "refused_as": refused_as, "operation": operation}
    return name, sentence, "collection_refuses", parameters, strength, source


def _echoes(row: Collection) -> Iterator[Law]:
    for operation in row.operations:
        for pointer, place in row.echoes.items():
            member = pointer.strip("/").replace("/", ".")
            sentence = f"{member} of {an(operation)} answer is what the request said."
            parameters = {"operation": operation, "request": {place.location: place.name}, "response": pointer}
            yield f"{operation}.echoes.{member}", sentence, "echo", parameters, "must", ""


def place_problems(
    row: Collection, lives: Mapping[str, Lifecycle], known: Mapping[str, Operation]
) -> Iterator[Problem]:
    """Every place of a collection that its operations do not have. Unknown names are somebody else's complaint."""
    for path, operation, place in _request_places(row, lives):
        text = request_problem(known[operation], place) if operation in known else None
        if text:
            yield path, text
    for operation in (name for name in row.operations if name in known):
        echoed = ((("echoes", pointer), pointer) for pointer in row.echoes)
        yield from unknown_members(answer_schema(known[operation]), echoed, f"the answer of {operation}")
    shown = row.listed_by
    if shown.operation in known:
        page = answer_schema(known[shown.operation])
        listed = [(("listed_by", "items"), shown.items)]
        yield from unknown_members(page, listed, f"the answer of {shown.operation}")
        members = [(("key",), row.key), (("value",), row.value)]
        yield from unknown_members(at_pointer(page, f"{shown.items}/*"), members, f"an item of {shown.operation}")


def _request_places(row: Collection, lives: Mapping[str, Lifecycle]) -> Iterator[Located]:
    yield ("added_by", "items"), row.added_by.operation, row.added_by.items
    yield ("removed_by", "keys"), row.removed_by.operation, row.removed_by.keys
    for operation in row.operations:
        yield ("owner",), operation, row.owner
        yield from ((("echoes", pointer), operation, place) for pointer, place in row.echoes.items())
        for name, members in row.owners.items():
            yield from ((("owners", name, pointer), operation, Place("body", pointer)) for pointer in members)
    for name in row.owners if row.at_creation else ():
        creation = lives[name].created_by if name in lives else None
        if creation and row.at_creation:
            yield ("at_creation",), creation.operation, row.at_creation
