"""Faults of state: what is shown is another resource, another time, or another moment than the one that was asked for.

They bend which resource a document is made of, which calls are refused, and which pass. Counting starts at 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Stage, Turn, Where
from mockgen.listing import at_place
from mockgen.rendering import Scene
from mockgen.world import Resource
from specs.contract import Contract, Lifecycle
from specs.lifecycle import is_final
from specs.message import Answer
from specs.pointers import MISSING, put
from specs.resource import Reference
from specs.wire import WIRES

Show = Callable[[Scene, Resource], Resource]
"""The scene and the resource that it is about -> the resource that is shown instead."""


def backward_state(contract: Contract, given: Arguments) -> Hooks:
    """One read shows the initial state again."""
    at = given.whole("at", 3)
    return showing(
        given.lifecycle(contract),
        lambda scene, one: replace(one, history=one.history[:1]) if one.observed == at else one,
        only="observe",
    )


def mutate_final_state(contract: Contract, given: Arguments) -> Hooks:
    """A final state changes."""
    life, target = given.lifecycle(contract), given.text("to")

    def changed(scene: Scene, one: Resource) -> Resource:
        late = is_final(life, one.state) and one.reads >= 2
        return replace(one, history=(*one.history, (target, one.updated))) if late else one

    return showing(life, changed)


def stuck_state(contract: Contract, given: Arguments) -> Hooks:
    """A state is shown for ever."""
    state = given.text("state")

    def stuck(scene: Scene, one: Resource) -> Resource:
        names = [name for name, _ in one.history]
        return replace(one, history=one.history[: names.index(state) + 1]) if state in names else one

    return showing(given.lifecycle(contract), stuck)


def stale_list(contract: Contract, given: Arguments) -> Hooks:
    """A list shows the initial state for ever."""
    return showing(given.lifecycle(contract), lambda scene, one: replace(one, history=one.history[:1]), only="list")


def leak_identity(contract: Contract, given: Arguments) -> Hooks:
    """A resource shows what another one was created with."""

    def leaked(scene: Scene, one: Resource) -> Resource:
        older = [other for other in scene.world.of_kind(one.lifecycle) if other.number < one.number]
        return replace(one, request=older[-1].request) if older else one

    return showing(given.lifecycle(contract), leaked, only="observe")


def wrong_identity(contract: Contract, given: Arguments) -> Hooks:
    """A resource shows another id."""
    return showing(
        given.lifecycle(contract), lambda scene, one: replace(one, identity=_other(one.identity)), only="observe"
    )


def same_identity(contract: Contract, given: Arguments) -> Hooks:
    """One creation is answered with the id of the first one."""
    life, at = given.lifecycle(contract), given.whole("at", 2)
    operation = life.created_by.operation if life.created_by else ""

    def repeated(turn: Turn, answer: Answer) -> Answer:
        made = [one.identity for one in turn.world.of_kind(life.name)]
        if turn.operation != operation or turn.refusal or len(made) != at:
            return answer
        headers = tuple((name, value.replace(made[-1], made[0])) for name, value in answer.headers)
        return replace(answer, headers=headers, body=_renamed(answer.body, made[-1], made[0]))

    return Hooks(answer=(repeated,))


def awaits_references(contract: Contract, given: Arguments) -> Hooks:
    """A creation that names something unfinished is refused."""
    creation, error = given.lifecycle(contract).created_by, given.row("error", contract.errors)
    operation, references = (creation.operation, creation.references) if creation else ("", ())

    def is_unfinished(turn: Turn, reference: Reference) -> bool:
        name = at_place(turn.call, reference.place) if turn.call else MISSING
        named = turn.world.resources.get((reference.resource, str(name)))
        return named is not None and not is_final(contract.lifecycles[reference.resource], named.state)

    def refused(turn: Turn, answer: Answer) -> Answer:
        applies = turn.operation == operation and turn.refusal is None
        if not applies or not any(is_unfinished(turn, row) for row in references):
            return answer
        return WIRES[contract.wire].error_answer(contract, error, error.forms[0], error.message)

    return Hooks(answer=(refused,))


def skip_log(contract: Contract, given: Arguments) -> Hooks:
    """What was shown of the first state is forgotten."""
    return showing(given.lifecycle(contract), lambda scene, one: replace(one, history=one.history[1:] or one.history))


def clock_runs_back(contract: Contract, given: Arguments) -> Hooks:
    """The time of the last change falls."""
    return showing(given.lifecycle(contract), lambda scene, one: replace(one, updated=one.created - one.observed))


def recreated_time(contract: Contract, given: Arguments) -> Hooks:
    """The time of creation moves."""
    return showing(given.lifecycle(contract), lambda scene, one: replace(one, created=one.created + one.observed))


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
    calls = given.whole("n", 1)
    return _fails(contract, given, lambda count: count <= calls)


def every_nth(contract: Contract, given: Arguments) -> Hooks:
    """Every nth call fails."""
    step = max(1, given.whole("n", 10))
    return _fails(contract, given, lambda count: count % step == 0)


def restless_scores(contract: Contract, given: Arguments) -> Hooks:
    """The same record scores differently each time."""
    operation = given.operation(contract).id

    def bent(called: str, count: int, record: Any) -> Any:
        return put(record, "/~call", str(count)) if called == operation else record

    return Hooks(scored=(bent,))


def showing(life: Lifecycle, bend: Show, *, only: Where | None = None) -> Hooks:
    """Bends what is shown of the resources of one kind (in one place only)."""

    def shown(scene: Scene, where: Where) -> Resource:
        applies = scene.resource.lifecycle == life.name and only in (None, where)
        return bend(scene, scene.resource) if applies else scene.resource

    return Hooks(subject=(shown,))


def failing(operation: str, error: str, is_hit: Callable[[int], bool]) -> Hooks:
    """Answers some calls of an operation, by their number, with an error."""
    return Hooks(gate=(lambda called, count: error if called == operation and is_hit(count) else None,))


def _fails(contract: Contract, given: Arguments, is_hit: Callable[[int], bool]) -> Hooks:
    error = given.row("error", contract.errors, contract.refusals["throttled"]).name
    return failing(given.operation(contract).id, error, is_hit)


def _passes(at: Stage, operation: str) -> Hooks:
    def passed(called: str, stage: Stage, found: str) -> str | None:
        return None if stage == at and operation in ("", called) else found

    return Hooks(refuse=(passed,))


def _renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _renamed(member, old, new) for name, member in value.items()}
    return value.replace(old, new) if isinstance(value, str) else value


def _other(identity: str) -> str:
    return identity[:-1] + ("0" if identity[-1:] != "0" else "1")


WORLD_FAULTS = (
    planted(backward_state, "resource", "at?"),
    planted(mutate_final_state, "resource", "to"),
    planted(stuck_state, "resource", "state"),
    planted(stale_list, "resource"),
    planted(leak_identity, "resource"),
    planted(wrong_identity, "resource"),
    planted(same_identity, "resource", "at?"),
    planted(awaits_references, "resource", "error"),
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
