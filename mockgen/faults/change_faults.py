"""Faults of change: what a creation, a command, a retry or a refusal leaves behind is not what it should be.

They see resources before and after, and what was asked for; the answers themselves stay as they are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks
from mockgen.listing import at_place
from mockgen.world import Resource, World, with_resource
from specs.contract import Command, Contract
from specs.message import Call
from specs.pointers import MISSING, get, put, remove


def forgets_member(contract: Contract, given: Arguments) -> Hooks:
    """A resource is made without a member that was asked for."""
    operation, at = given.operation(contract).id, given.text("at")
    return Hooks(made=(lambda called, request: remove(request, at) if called == operation else request,))


def cuts_text(contract: Contract, given: Arguments) -> Hooks:
    """A text that was asked for is cut."""
    operation, at, length = given.operation(contract).id, given.text("at"), given.whole("length", 64)

    def cut(called: str, request: Any) -> Any:
        text = get(request, at)
        return put(request, at, text[:length]) if called == operation and isinstance(text, str) else request

    return Hooks(made=(cut,))


def changes_another(contract: Contract, given: Arguments) -> Hooks:
    """A command changes a member that it was not told to change."""
    command, at, value = _command(contract, given), given.text("at"), given.value("value")

    def bent(call: Call, before: Resource, after: Resource) -> Resource:
        unnamed = at not in command.sets or at_place(call, command.sets[at]) is MISSING
        applies = call.operation == command.operation and unnamed
        return replace(after, sets={**after.sets, at: value}) if applies else after

    return Hooks(changed=(bent,))


def keeps_time(contract: Contract, given: Arguments) -> Hooks:
    """A command does not move the time of the last change."""
    operation = given.operation(contract).id

    def bent(call: Call, before: Resource, after: Resource) -> Resource:
        return replace(after, updated=before.updated) if call.operation == operation else after

    return Hooks(changed=(bent,))


def retry_restarts(contract: Contract, given: Arguments) -> Hooks:
    """A resource that is created once more begins anew."""
    creation = given.lifecycle(contract).created_by
    operation = creation.operation if creation else ""

    def bent(call: Call, before: Resource, after: Resource) -> Resource:
        return replace(after, history=after.history[:1], reads=0) if call.operation == operation else after

    return Hooks(changed=(bent,))


def keeps_refused(contract: Contract, given: Arguments) -> Hooks:
    """A creation that is refused makes the resource all the same, with nothing but what it refers to."""
    life = given.lifecycle(contract)
    creation = life.created_by
    if creation is None:
        raise ValueError(f"no {life.title} can be made")
    places = [reference.place for reference in creation.references]

    def left(_: Contract, world: World, call: Call, now: float) -> World:
        chosen = at_place(call, creation.chosen_by_client) if creation.chosen_by_client else f"{world.created:024x}"
        if call.operation != creation.operation or (life.name, str(chosen)) in world.resources or chosen is MISSING:
            return world
        kept: Any = {}
        for place, value in ((place, at_place(call, place)) for place in places):
            kept = put(kept, place.name, value) if isinstance(value, str) else kept
        made = Resource(life.name, str(chosen), world.created, now, ((life.initial, now),), now, request=kept)
        return replace(with_resource(world, made), created=world.created + 1)

    return Hooks(aftermath=(left,))


def changes_though_refused(contract: Contract, given: Arguments) -> Hooks:
    """A command that is refused changes the resource all the same."""
    command, life, length = _command(contract, given), given.lifecycle(contract), given.whole("length", 64)

    def left(_: Contract, world: World, call: Call, now: float) -> World:
        named = at_place(call, command.identity) if call.operation == command.operation else MISSING
        resource = world.resources.get((life.name, str(named)))
        said = {pointer: at_place(call, place) for pointer, place in command.sets.items()}
        texts = {pointer: value[:length] for pointer, value in said.items() if isinstance(value, str)}
        return with_resource(world, replace(resource, sets={**resource.sets, **texts})) if resource else world

    return Hooks(aftermath=(left,))


def _command(contract: Contract, given: Arguments) -> Command:
    found: Command = given.row("command", given.lifecycle(contract).commands)
    return found


CHANGE_FAULTS = (
    planted(forgets_member, "operation", "at"),
    planted(cuts_text, "operation", "at", "length?"),
    planted(changes_another, "resource", "command", "at", "value"),
    planted(keeps_time, "operation"),
    planted(retry_restarts, "resource"),
    planted(keeps_refused, "resource"),
    planted(changes_though_refused, "resource", "command", "length?"),
)
