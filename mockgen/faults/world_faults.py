"""Faults of state: what is shown is another resource, another time, or another moment than the one that was asked for.

They bend which resource a document is made of, which calls are refused, and which pass. Counting starts at 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Stage, Where
from mockgen.rendering import Scene
from mockgen.world import Resource
from specs.contract import Contract
from specs.lifecycle import is_final
from specs.pointers import put

Show = Callable[[Scene, Where], Resource]


def backward_state(contract: Contract, given: Arguments) -> Hooks:
    """One read shows the initial state again."""
    name, at = given.lifecycle(contract).name, given.whole("at", 3)

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        goes_back = resource.lifecycle == name and where == "observe" and resource.observed == at
        return replace(resource, history=resource.history[:1]) if goes_back else resource

    return Hooks(subject=(shown,))


def mutate_final_state(contract: Contract, given: Arguments) -> Hooks:
    """A final state changes."""
    life, target = given.lifecycle(contract), given.text("to")

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        final = resource.lifecycle == life.name and is_final(life, resource.state)
        if not final or resource.reads < 2:
            return resource
        return replace(resource, history=(*resource.history, (target, resource.updated)))

    return Hooks(subject=(shown,))


def stuck_state(contract: Contract, given: Arguments) -> Hooks:
    """A state is shown for ever."""
    life, state = given.lifecycle(contract), given.text("state")

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        names = [name for name, _ in resource.history]
        if resource.lifecycle != life.name or state not in names:
            return resource
        return replace(resource, history=resource.history[: names.index(state) + 1])

    return Hooks(subject=(shown,))


def stale_list(contract: Contract, given: Arguments) -> Hooks:
    """A list shows the initial state for ever."""
    name = given.lifecycle(contract).name

    def shown(scene: Scene, where: Where) -> Resource:
        stale = scene.resource.lifecycle == name and where == "list"
        return replace(scene.resource, history=scene.resource.history[:1]) if stale else scene.resource

    return Hooks(subject=(shown,))


def leak_identity(contract: Contract, given: Arguments) -> Hooks:
    """A resource shows what another one was created with."""
    name = given.lifecycle(contract).name

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        older = [one for one in scene.world.of_kind(name) if one.number < resource.number]
        if resource.lifecycle != name or where != "observe" or not older:
            return resource
        return replace(resource, request=older[-1].request)

    return Hooks(subject=(shown,))


def wrong_identity(contract: Contract, given: Arguments) -> Hooks:
    """A resource shows another id."""
    name = given.lifecycle(contract).name

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        bent = resource.lifecycle == name and where == "observe"
        return replace(resource, identity=_other(resource.identity)) if bent else resource

    return Hooks(subject=(shown,))


def skip_log(contract: Contract, given: Arguments) -> Hooks:
    """What was shown of the first state is forgotten."""
    name = given.lifecycle(contract).name

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        bent = resource.lifecycle == name and len(resource.history) > 1
        return replace(resource, history=resource.history[1:]) if bent else resource

    return Hooks(subject=(shown,))


def clock_runs_back(contract: Contract, given: Arguments) -> Hooks:
    """The time of the last change falls."""
    name = given.lifecycle(contract).name

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        bent = resource.lifecycle == name
        return replace(resource, updated=resource.created - resource.observed) if bent else resource

    return Hooks(subject=(shown,))


def recreated_time(contract: Contract, given: Arguments) -> Hooks:
    """The time of creation moves."""
    name = given.lifecycle(contract).name

    def shown(scene: Scene, where: Where) -> Resource:
        resource = scene.resource
        bent = resource.lifecycle == name
        return replace(resource, created=resource.created + resource.observed) if bent else resource

    return Hooks(subject=(shown,))


def no_auth_check(contract: Contract, given: Arguments) -> Hooks:
    """Credentials do not matter."""
    return _passes("authentication", given.text("operation", ""))


def accept_media_type(contract: Contract, given: Arguments) -> Hooks:
    """The content type does not matter."""
    return _passes("media_type", given.text("operation", ""))


def accept_malformed(contract: Contract, given: Arguments) -> Hooks:
    """A body that is not JSON counts as empty."""
    return _passes("syntax", given.text("operation", ""))


def accept_anything(contract: Contract, given: Arguments) -> Hooks:
    """No constraint is enforced."""
    return _passes("constraint", given.text("operation", ""))


def success_for_refusal(contract: Contract, given: Arguments) -> Hooks:
    """A refusal is a success."""
    operation, error = given.operation(contract).id, given.row("error", contract.errors).name

    def passed(called: str, stage: Stage, found: str) -> str | None:
        return None if stage == "rule" and called == operation and found == error else found

    return Hooks(refuse=(passed,))


def first_n(contract: Contract, given: Arguments) -> Hooks:
    """The first calls fail."""
    operation, calls = given.operation(contract).id, given.whole("n", 1)
    error = given.text("error", contract.refusals["throttled"])
    Arguments(given.fault, {"error": error}).row("error", contract.errors)
    return Hooks(gate=(lambda called, count: error if called == operation and count <= calls else None,))


def every_nth(contract: Contract, given: Arguments) -> Hooks:
    """Every nth call fails."""
    operation, step = given.operation(contract).id, max(1, given.whole("n", 10))
    error = given.text("error", contract.refusals["throttled"])
    Arguments(given.fault, {"error": error}).row("error", contract.errors)
    return Hooks(gate=(lambda called, count: error if called == operation and count % step == 0 else None,))


def restless_scores(contract: Contract, given: Arguments) -> Hooks:
    """The same record scores differently each time."""
    operation = given.operation(contract).id

    def bent(called: str, count: int, record: Any) -> Any:
        return put(record, "/~call", str(count)) if called == operation else record

    return Hooks(scored=(bent,))


def _passes(at: Stage, operation: str) -> Hooks:
    def passed(called: str, stage: Stage, found: str) -> str | None:
        return None if stage == at and operation in ("", called) else found

    return Hooks(refuse=(passed,))


def _other(identity: str) -> str:
    return identity[:-1] + ("0" if identity[-1:] != "0" else "1")


WORLD_FAULTS = (
    planted(backward_state, "resource", "at?"),
    planted(mutate_final_state, "resource", "to"),
    planted(stuck_state, "resource", "state"),
    planted(stale_list, "resource"),
    planted(leak_identity, "resource"),
    planted(wrong_identity, "resource"),
    planted(skip_log, "resource"),
    planted(clock_runs_back, "resource"),
    planted(recreated_time, "resource"),
    planted(no_auth_check, "operation?"),
    planted(accept_media_type, "operation?"),
    planted(accept_malformed, "operation?"),
    planted(accept_anything, "operation?"),
    planted(success_for_refusal, "operation", "error"),
    planted(first_n, "operation", "n?", "error?"),
    planted(every_nth, "operation", "n?", "error?"),
    planted(restless_scores, "operation"),
)
