"""The few points at which a fault may bend the engine.

A fault never reaches into the engine's code: it changes the contract that the engine imitates, or it bends one of the
values that pass these points. Without faults every tuple here is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any, Literal

from mockgen.rendering import Scene
from mockgen.world import Resource, World
from specs.contract import Contract
from specs.message import Answer, Call, HttpRequest, HttpResponse

Stage = Literal["route", "media_type", "authentication", "syntax", "constraint", "rule"]
Where = Literal["observe", "list", "other"]
Items = Mapping[str, Any]
"""The items of a collection by key, in the order of their adding."""


@dataclass(frozen=True)
class Turn:
    """One request as a fault sees it. `count` is 1 for the first call of the operation; `refusal` is the error class
    that is being answered, None for a success."""

    contract: Contract
    world: World
    operation: str
    call: Call | None
    count: int
    refusal: str | None


@dataclass(frozen=True)
class Hooks:
    """Functions by point. All of them are pure."""

    contract: tuple[Callable[[Contract], Contract], ...] = ()
    request: tuple[Callable[[HttpRequest, float], HttpRequest], ...] = ()
    """The request that is read in place of the one that came; the second argument is the time, in seconds."""
    gate: tuple[Callable[[str, int], str | None], ...] = ()
    """Operation and number of the call -> the error class that answers it instead."""
    refuse: tuple[Callable[[str, Stage, str], str | None], ...] = ()
    """Operation, stage and error class -> the class that is answered, None to let the call pass."""
    subject: tuple[Callable[[Scene, Where], Resource], ...] = ()
    """The resource whose document is shown."""
    scored: tuple[Callable[[str, int, Any], Any], ...] = ()
    """Operation, number of the call and the record -> the record that is scored."""
    items: tuple[Callable[[Items, Items, str], Items], ...] = ()
    """The items of a collection before and after a change, and its kind (`add`, `remove`) -> those that are kept."""
    made: tuple[Callable[[str, Any], Any], ...] = ()
    """The operation that makes a resource and what it was asked for with -> the create request that is kept."""
    changed: tuple[Callable[[Call, Resource, Resource], Resource], ...] = ()
    """A call, and the resource before and after its command or its repeated creation -> the one that is kept."""
    aftermath: tuple[Callable[[Contract, World, Call, float], World], ...] = ()
    """The world in which a call was refused, the call and the time -> the world that is left."""
    answer: tuple[Callable[[Turn, Answer], Answer], ...] = ()
    response: tuple[Callable[[Turn, HttpResponse], HttpResponse], ...] = ()
    files: tuple[Callable[[str, bytes], bytes | None], ...] = ()
    """Name and content of an object that a job leaves -> the content that is written, None to leave it out."""


NO_HOOKS = Hooks()
"""A server without faults."""


def merged(hooks: tuple[Hooks, ...]) -> Hooks:
    """All functions of several hooks, in their order."""
    return Hooks(**{row.name: sum((getattr(one, row.name) for one in hooks), ()) for row in fields(Hooks)})


def bent_contract(hooks: Hooks, contract: Contract) -> Contract:
    """The contract as the faults want it read."""
    return reduce(lambda value, bend: bend(value), hooks.contract, contract)


def bent_request(hooks: Hooks, request: HttpRequest, now: float) -> HttpRequest:
    """The request as the faults want it read."""
    return reduce(lambda value, bend: bend(value, now), hooks.request, request)


def gated(hooks: Hooks, operation: str, count: int) -> str | None:
    """The error class that answers this call before anything looks at it."""
    return next((found for gate in hooks.gate if (found := gate(operation, count)) is not None), None)


def refused(hooks: Hooks, operation: str, stage: Stage, error_class: str) -> str | None:
    """The error class that is answered for a refusal, None when the call may pass."""
    found: str | None = error_class
    for bend in hooks.refuse:
        if found is not None:
            found = bend(operation, stage, found)
    return found


def subject(hooks: Hooks, scene: Scene, where: Where) -> Resource:
    """The resource that is shown in place of the scene's."""
    return reduce(lambda one, bend: bend(replace(scene, resource=one), where), hooks.subject, scene.resource)


def scored_record(hooks: Hooks, operation: str, count: int, record: Any) -> Any:
    """The record that is scored in place of the one that was sent."""
    return reduce(lambda value, bend: bend(operation, count, value), hooks.scored, record)


def bent_items(hooks: Hooks, before: Items, after: Items, change: str) -> Items:
    """The items that are kept after a change."""
    return reduce(lambda value, bend: bend(before, value, change), hooks.items, after)


def made_request(hooks: Hooks, operation: str, request: Any) -> Any:
    """The create request that a new resource is kept with."""
    return reduce(lambda value, bend: bend(operation, value), hooks.made, request)


def changed_resource(hooks: Hooks, call: Call, before: Resource, after: Resource) -> Resource:
    """The resource that is kept after a command, or after it was created once more."""
    return reduce(lambda value, bend: bend(call, before, value), hooks.changed, after)


def world_after_refusal(hooks: Hooks, contract: Contract, world: World, call: Call, now: float) -> World:
    """The world that a refusal leaves."""
    return reduce(lambda value, bend: bend(contract, value, call, now), hooks.aftermath, world)


def bent_answer(hooks: Hooks, turn: Turn, answer: Answer) -> Answer:
    """The answer as the faults want it."""
    return reduce(lambda value, bend: bend(turn, value), hooks.answer, answer)


def bent_response(hooks: Hooks, turn: Turn, response: HttpResponse) -> HttpResponse:
    """The response as the faults want it."""
    return reduce(lambda value, bend: bend(turn, value), hooks.response, response)


def bent_file(hooks: Hooks, uri: str, data: bytes) -> bytes | None:
    """The object as the faults want it; None when it is not written."""
    found: bytes | None = data
    for bend in hooks.files:
        found = None if found is None else bend(uri, found)
    return found
