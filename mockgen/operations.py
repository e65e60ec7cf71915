"""What each operation of a contract does to the world: one function a role, and the table that finds the role.

The contract says which operation creates, observes, lists, commands, uploads, hands out results or scores; an operation
that plays none of these parts is imitated by its golden example.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import orjson

from mockgen import hooks as bending
from mockgen.ask import Ask, Outcome, Refusal, Role, RoleName, resource_at, unknown_resource
from mockgen.collecting import overfull
from mockgen.course import advanced, fails_by_request, taken
from mockgen.hooks import Where
from mockgen.listing import Item, at_place, body_of, page, refused_token, selected
from mockgen.rendering import Scene, document, result_csv, rules_about, shown_at, url, with_answer
from mockgen.shapes import envelope, fitted, listed_as
from mockgen.tables import PLACE, filled
from mockgen.uploads import finish_upload, upload, upload_part
from mockgen.world import (
    Resource,
    World,
    chance,
    fresh_uuid,
    resolved,
    with_resource,
    with_resources,
    without_resource,
)
from specs.contract import Command, Contract, Creation, FieldRule, Lifecycle, Listing, Making, Reference, Results
from specs.message import ABSENT, Answer, Call
from specs.pointers import MISSING, get, put, remove


def roles(contract: Contract) -> dict[str, Role]:
    """The role of every operation that a lifecycle explains. An operation that observes a resource and a subresource
    of it belongs to the former: that one's document holds the other's."""
    found: dict[str, Role] = {}
    for life in contract.lifecycles.values():
        rows: list[tuple[RoleName, Any]] = [
            ("create", life.created_by),
            ("list", life.listed_by),
            ("upload", life.upload),
            ("results", life.results),
        ]
        found.update({row.operation: Role(name, life) for name, row in rows if row is not None})
        found.update({name: Role("create", life) for name in (life.created_by.also if life.created_by else ())})
        if life.upload is not None and life.upload.parts is not None:
            found[life.upload.parts.operation] = Role("part", life)
            found[life.upload.parts.finish] = Role("finish_upload", life)
        found.update({row.operation: Role("command", life, name) for name, row in life.commands.items()})
        observed = life.observed_by
        whole = observed is not None and not _is_part(contract, life)
        if observed is not None and (whole or observed.operation not in found):
            found[observed.operation] = Role("observe", life)
    return found


def answered(ask: Ask, role: Role) -> Outcome:
    """The world and the answer after a call of an operation with this role."""
    return ROLES[role.name](ask, role)


def create(ask: Ask, role: Role) -> Outcome:
    """A new resource, or what the contract says about a repeat."""
    life, creation = role.lifecycle, role.lifecycle.created_by
    assert creation is not None
    missing = overfull(ask, life) or _unfit(ask, creation) or _missing_reference(ask, creation)
    if missing is not None:
        return ask.world, missing
    before = _repeated(ask, life, creation)
    if before is not None:
        return _again(ask, life, creation, before)
    content = at_place(ask.call, creation.intake) if creation.intake else None
    if creation.intake and (content is MISSING or not content):
        return ask.world, Refusal(ask.contract.refusals["invalid"], f"{creation.intake.name} is missing or empty")
    intake = content.encode() if isinstance(content, str) else content
    world, resource = _made(ask, life, _identity(ask, creation), ask.call.body, intake)
    return world, _created(replace(ask, world=world), life, creation, resource)


def _made(ask: Ask, life: Lifecycle, identity: str, request: Any, intake: bytes | None) -> tuple[World, Resource]:
    request = bending.made_request(ask.hooks, ask.call.operation, request)
    resource = Resource(
        lifecycle=life.name,
        identity=identity,
        number=ask.world.created,
        created=ask.now,
        history=((life.initial, ask.now),),
        updated=ask.now,
        request=request,
        intake=intake,
        failing=fails_by_request(ask.contract, life, request),
    )
    return replace(with_resource(ask.world, resource), created=ask.world.created + 1), resource


def observe(ask: Ask, role: Role) -> Outcome:
    """The resource's document, its state moved on by the pace."""
    life, observed = role.lifecycle, role.lifecycle.observed_by
    assert observed is not None
    resource = resource_at(ask, life, observed.identity)
    if resource is None:
        return ask.world, unknown_resource(life, at_place(ask.call, observed.identity))
    ask, resource = _read(ask, life, resource)
    whole = _document(ask, life, resource, "observe")
    for pointer, place in observed.on_request.items():
        whole = whole if at_place(ask.call, place) is True else remove(whole, pointer)
    return ask.world, ask.success(put(envelope(ask.contract, ask.call.operation), observed.at, whole))


def list_resources(ask: Ask, role: Role) -> Outcome:
    """One page of the list."""
    life, listing = role.lifecycle, role.lifecycle.listed_by
    assert listing is not None
    bad = refused_token(listing, ask.call, ask.world)
    if bad is not None:
        return ask.world, Refusal(bad, "the token was not given out for this list")
    embedded = _embedded(life)
    read = [moved for resource in ask.world.of_kind(life.name) for moved in _moved(ask, life, embedded, resource)]
    ask = replace(ask, world=with_resources(ask.world, read))
    reading = _reading(ask, life, listing)
    items: list[Item] = [(one.identity, partial(reading, one)) for one in ask.world.of_kind(life.name)]
    address = ask.origin + ask.contract.path_of(ask.call.operation)
    shown = page(listing, ask.call, ask.world, selected(listing, ask.call, items), address)
    body = body_of(shown, listing, envelope(ask.contract, ask.call.operation))
    kind, text = listed_as(ask.contract.operations[ask.call.operation], ask.call, get(body, listing.items))
    return shown.world, ask.success(body) if text is None else ask.success(text, (("Content-Type", kind),))


def _reading(ask: Ask, life: Lifecycle, listing: Listing) -> Callable[[Resource, str], Any]:
    """How a list looks at a place of one of its items."""
    rules = cache(partial(rules_about, life))

    def read(resource: Resource, pointer: str) -> Any:
        shown = _in_list(life, listing, ask.call, _document(ask, life, resource, "list", rules(pointer)))
        return get(shown, pointer)

    return read


def _in_list(life: Lifecycle, listing: Listing, call: Call, document: Any) -> Any:
    """The item with what only lists show, and without what is only shown to callers who ask for it."""
    for pointer in life.observed_by.on_request if life.observed_by else ():
        document = remove(document, pointer)
    for pointer, value in listing.adds.items():
        document = put(document, pointer, value)
    for pointer, place in listing.on_request.items():
        document = document if at_place(call, place) is True else put(document, pointer, None)
    return document


def command(ask: Ask, role: Role) -> Outcome:
    """A command's event and the members that it sets."""
    life, row = role.lifecycle, role.lifecycle.commands[role.command]
    resource = resource_at(ask, life, row.identity)
    if resource is None or (life.absent is not None and life.final.get(resource.state) == "cancelled"):
        return ask.world, unknown_resource(life, at_place(ask.call, row.identity))
    resource = advanced(life, resource, ask.world.pace, ask.now, read=False)
    allowed = not row.from_states or resource.state in row.from_states
    if not allowed and row.otherwise != "undocumented":
        return ask.world, Refusal(row.otherwise, f"{role.command} is not possible while the state is {resource.state}")
    other = _holder(ask, life, row, resource)
    if other is not None:
        return ask.world, other
    unchanged, after = resource, taken(life, resource, row.event, ask.now) if row.event else None
    resource = after or resource
    values = {pointer: at_place(ask.call, place) for pointer, place in row.sets.items()}
    given = {pointer: value for pointer, value in values.items() if value is not MISSING}
    flags = {pointer: at_place(ask.call, place) for pointer, place in row.stamps.items()}
    stamp = datetime.fromtimestamp(ask.now, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    given |= {pointer: stamp if on else None for pointer, on in flags.items() if on is not MISSING}
    if given:
        resource = replace(resource, sets={**resource.sets, **given}, updated=ask.now)
    resource = bending.changed_resource(ask.hooks, ask.call, unchanged, resource)
    if row.makes is not None:
        return _made_from(ask, life, resource, row.makes)
    ask = replace(ask, world=with_resource(ask.world, resource))
    if resource.state in life.gone:
        return without_resource(ask.world, resource), ask.success(ABSENT)
    shown = _document(ask, life, resource, "other")
    return ask.world, ask.success(fitted(ask.contract, ask.call.operation, shown, row.identity, resource.identity))


def _holder(ask: Ask, life: Lifecycle, row: Command, resource: Resource) -> Refusal | None:
    """The refusal of a command that would give a resource what only one may have, and another one has."""
    creation = life.created_by
    pointer = creation.unique.name if creation is not None and creation.unique is not None else ""
    wanted = at_place(ask.call, row.sets[pointer]) if pointer in row.sets else MISSING
    if creation is None or wanted is MISSING or creation.again_different in ("accepted", "undocumented"):
        return None
    others = (one for one in ask.world.of_kind(life.name) if one.identity != resource.identity)
    taken_by = next((one for one in others if _held(one, pointer) == wanted), None)
    reason = f"{pointer.strip('/')} {str(wanted)[:200]!r} belongs to another {life.title}"
    return Refusal(creation.again_different, reason) if taken_by is not None else None


def _held(resource: Resource, pointer: str) -> Any:
    """What a resource has at a pointer of its create request, or has been given there since."""
    return resource.sets.get(pointer, get(resource.request, pointer))


def _made_from(ask: Ask, life: Lifecycle, resource: Resource, making: Making) -> Outcome:
    """A new resource whose create request stands in this one's document."""
    target = ask.contract.lifecycles[making.resource]
    creation = target.created_by
    assert creation is not None
    request = get(_document(ask, life, resource, "other"), making.request)
    world, made = _made(ask, target, _identity(ask, creation), request, None)
    return world, _created(replace(ask, world=world), target, creation, made)


def results(ask: Ask, role: Role) -> Outcome:
    """The job's output, in the states that have one."""
    life, row = role.lifecycle, role.lifecycle.results
    assert row is not None
    resource = resource_at(ask, life, row.identity)
    if resource is None:
        return ask.world, unknown_resource(life, at_place(ask.call, row.identity))
    resource = advanced(life, resource, ask.world.pace, ask.now, read=False)
    world = with_resource(ask.world, resource)
    if resource.state not in row.available_in:
        return world, _no_results(life, row, resource)
    return world, ask.success(result_csv(ask.scene(life, resource)), (("Content-Type", row.media_type),))


def example(contract: Contract, operation: str) -> Answer:
    """The golden answer of an operation: its first documented success."""
    for row in contract.examples:
        status = int(row.response["status"])
        if row.operation == operation and 200 <= status < 300:
            headers = tuple((str(name), str(value)) for name, value in row.response.get("headers", {}).items())
            return Answer(status, headers, row.response.get("body", ABSENT))
    return Answer(int(contract.operations[operation].success.status), (), envelope(contract, operation))


ROLES: Mapping[RoleName, Callable[[Ask, Role], Outcome]] = {
    "create": create,
    "observe": observe,
    "list": list_resources,
    "command": command,
    "upload": upload,
    "part": upload_part,
    "finish_upload": finish_upload,
    "results": results,
}


def _is_part(contract: Contract, life: Lifecycle) -> bool:
    """Whether some other lifecycle embeds this one's documents in its own."""
    return any(life.name in _embedded(other) for other in contract.lifecycles.values())


def _no_results(life: Lifecycle, row: Results, resource: Resource) -> Refusal:
    reason = f"there are no results while the state is {resource.state}"
    return Refusal(row.otherwise.get(resource.state, life.not_found), reason)


def _read(ask: Ask, life: Lifecycle, resource: Resource) -> tuple[Ask, Resource]:
    """The resource after one more read, and the call in a world that has it."""
    moved = list(_moved(ask, life, _embedded(life), resource))
    return replace(ask, world=with_resources(ask.world, moved)), moved[0]


def _embedded(life: Lifecycle) -> tuple[str, ...]:
    """The lifecycles of the subresources that a document has inside."""
    shows = (rule.shows for rule in life.fields)
    return tuple(one["$embeds"] for one in shows if isinstance(one, Mapping) and "$embeds" in one)


def _moved(ask: Ask, life: Lifecycle, embedded: Sequence[str], resource: Resource) -> Iterator[Resource]:
    """The resource, and every subresource that its document embeds, after one more read."""
    yield advanced(life, resource, ask.world.pace, ask.now, read=True)
    for name in embedded:
        part = ask.world.resources.get((name, resource.identity))
        if part is not None:
            yield advanced(ask.contract.lifecycles[part.lifecycle], part, ask.world.pace, ask.now, read=True)


def _document(
    ask: Ask, life: Lifecycle, resource: Resource, where: Where, rules: Sequence[FieldRule] | None = None
) -> Any:
    scene = ask.scene(life, resource)
    subject = bending.subject(ask.hooks, scene, where)
    return document(scene if subject is resource else replace(scene, resource=subject), rules)


def _unfit(ask: Ask, creation: Creation) -> Refusal | None:
    """The refusal of a request with a value that stands for nothing, or with equal members that must differ."""
    for barred in creation.barred:
        if at_place(ask.call, barred.place) in [resolved(ask.contract, value) for value in barred.values]:
            return Refusal(barred.refused_as, f"{barred.place.name} names nothing that exists")
    for row in creation.apart:
        values = [at_place(ask.call, place) for place in row.places]
        if MISSING not in values and all(value == values[0] for value in values):
            return Refusal(row.refused_as, f"{' and '.join(place.name for place in row.places)} must differ")
    return None


def _missing_reference(ask: Ask, creation: Creation) -> Refusal | None:
    for reference in creation.references:
        value = at_place(ask.call, reference.place)
        named = ask.world.resources.get((reference.resource, value)) if isinstance(value, str) else None
        life = ask.contract.lifecycles[reference.resource]
        if value is not MISSING and named is None:
            return Refusal(reference.missing, f"{reference.place.name}: there is no {life.title} {str(value)[:200]!r}")
        if named is not None and advanced(life, named, ask.world.pace, ask.now, read=False).state in reference.unusable:
            return Refusal(reference.missing, f"{reference.place.name}: the {life.title} is of no use any more")
        if named is not None and not _will_do(reference, ask.scene(life, named)):
            return Refusal(reference.otherwise, f"{reference.place.name}: this {life.title} is not for such a request")
    return None


def _will_do(reference: Reference, scene: Scene) -> bool:
    """Whether a resource is one of those that a request may name."""
    return all(shown_at(scene, pointer) in values for pointer, values in reference.only.items())


def _repeated(ask: Ask, life: Lifecycle, creation: Creation) -> Resource | None:
    """The resource that this call would create a second time."""
    if creation.chosen_by_client is not None:
        found = resource_at(ask, life, creation.chosen_by_client)
        gone = found is not None and life.absent is not None and life.final.get(found.state) == "cancelled"
        return None if gone else found
    if creation.unique is None:
        return None
    name = at_place(ask.call, creation.unique)
    if name is MISSING:
        return None
    return next((one for one in ask.world.of_kind(life.name) if _held(one, creation.unique.name) == name), None)


def _again(ask: Ask, life: Lifecycle, creation: Creation, before: Resource) -> Outcome:
    same = _canonical(before.request) == _canonical(ask.call.body)
    rule = creation.again_same if same else creation.again_different
    if rule not in ("accepted", "undocumented"):
        reason = f"{life.title} {before.identity!r} exists already" + ("" if same else ", with other parameters")
        return ask.world, Refusal(rule, reason)
    kept = bending.changed_resource(ask.hooks, ask.call, before, before)
    return with_resource(ask.world, kept), _created(ask, life, creation, kept)


def _created(ask: Ask, life: Lifecycle, creation: Creation, resource: Resource) -> Answer:
    shown = with_answer(ask.scene(life, resource), _document(ask, life, resource, "other"), creation.answer)
    body = fitted(ask.contract, ask.call.operation, shown, creation.identity, resource.identity)
    if creation.identity.location != "header" or life.observed_by is None:
        return ask.success(body)
    location = url(ask.scene(life, resource), life.observed_by.operation)
    return ask.success(body, ((creation.identity.name, location),))


def _identity(ask: Ask, creation: Creation) -> str:
    if creation.chosen_by_client is not None:
        return str(at_place(ask.call, creation.chosen_by_client))
    number = ask.world.created
    words = {
        "hex24": f"{chance(ask.world.seed, 'hex24', number).getrandbits(96):024x}",
        "hex8": f"{chance(ask.world.seed, 'hex8', number).getrandbits(32):08x}",
        "uuid": fresh_uuid(ask.world.seed, "identity", number),
    }
    members = {place: get(ask.call.body, place) for place in PLACE.findall(creation.template) if place not in words}
    return filled(creation.template, {**words, **members})


def _canonical(value: Any) -> bytes:
    return orjson.dumps(None if value is ABSENT else value, option=orjson.OPT_SORT_KEYS)
