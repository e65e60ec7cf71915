"""One request in, one response and the next world out: the imitation of a vendor as a pure function.

Checks come in the order in which services make them: method and route, media type, credentials, JSON syntax,
constraints, then what depends on the world. Time comes in as an argument and randomness follows from the seed, so that
a recorded run can be repeated to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from mockgen import authentication, validation
from mockgen import hooks as bending
from mockgen.ask import Ask, Keeping, Outcome, Refusal, Role
from mockgen.collecting import keepings, kept
from mockgen.hooks import NO_HOOKS, Hooks, Stage, Turn
from mockgen.operations import answered, example, roles
from mockgen.pace import Pace
from mockgen.realtime import scored
from mockgen.shapes import Nulls, asked_nulls, success_schema, with_nulls
from mockgen.validation import Validators
from mockgen.world import World, fresh_uuid, seeded, with_call
from specs.auth import LOCAL, Credentials
from specs.contract import Contract, Scorer
from specs.message import Answer, Call, HttpRequest, HttpResponse, Malformed, header
from specs.wire import WIRES
from specs.wire.protocol import without_nulls

STAGES: Mapping[str, Stage] = {
    "unknown_operation": "route",
    "method": "route",
    "media_type": "media_type",
    "not_acceptable": "media_type",
    "malformed": "syntax",
}
"""The stage at which a request that cannot be decoded is refused, by situation."""
RETRY_AFTER_S = 1
REASON_MAX = 1000
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")


@dataclass(frozen=True)
class Engine:
    """A contract made ready to be imitated: compiled validators, roles, and the hooks of the faults that are on."""

    contract: Contract
    hooks: Hooks
    credentials: Credentials | None
    """None: nobody has to authenticate."""
    validators: Mapping[str, Validators]
    roles: Mapping[str, Role]
    keepings: Mapping[str, Keeping]
    scorers: Mapping[str, Scorer]
    nulls: Mapping[str, Nulls]
    """The members of answers that must be there and may be null, by operation; without those that have none."""


def prepare(contract: Contract, hooks: Hooks = NO_HOOKS, credentials: Credentials | None = LOCAL) -> Engine:
    """The engine of a contract. The hooks' contract functions are applied here, once."""
    bent = bending.bent_contract(hooks, contract)
    nulls = {operation.id: asked_nulls(success_schema(operation)) for operation in bent.operations.values()}
    return Engine(
        contract=bent,
        hooks=hooks,
        credentials=credentials,
        validators=validation.compiled(bent),
        roles=roles(bent),
        keepings=keepings(bent),
        scorers={scorer.operation: scorer for scorer in bent.scorers.values()},
        nulls={name: asked for name, asked in nulls.items() if asked is not None},
    )


def first_world(engine: Engine, seed: int, pace: Pace) -> World:
    """The world before the first request."""
    return seeded(engine.contract, seed, pace)


def respond(engine: Engine, world: World, request: HttpRequest, now: float) -> tuple[HttpResponse, World]:
    """The response to a request at a time (seconds since the epoch), and the world afterwards."""
    wire = WIRES[engine.contract.wire]
    request = bending.bent_request(engine.hooks, request, now)
    read = wire.decode_request(engine.contract, request)
    # Finding the operation is a search; whoever could read the request has found it already.
    routed = wire.route(engine.contract, request) if isinstance(read, Malformed) else read.operation
    operation = routed if isinstance(routed, str) else ""
    world = replace(with_call(world, operation) if operation else world, answered=world.answered + 1)
    count = world.calls.get(operation, 0)
    call, outcome = _decided(engine, world, operation, request, read, now)
    world, result = outcome
    if isinstance(result, Refusal) and call is not None:
        world = bending.world_after_refusal(engine.hooks, engine.contract, world, call, now)
    refusal = result.error_class if isinstance(result, Refusal) else None
    answer = _refused(engine, result) if isinstance(result, Refusal) else result
    turn = Turn(engine.contract, world, operation, call, count, refusal)
    answer = bending.bent_answer(engine.hooks, turn, answer)
    response = wire.encode_answer(engine.contract, answer, fresh_uuid(world.seed, "request", world.answered))
    return bending.bent_response(engine.hooks, turn, response), world


def _decided(
    engine: Engine, world: World, operation: str, request: HttpRequest, call: Call | Malformed, now: float
) -> tuple[Call | None, Outcome]:
    gate = bending.gated(engine.hooks, operation, world.calls.get(operation, 0))
    if gate is not None:
        return None, (world, Refusal(gate, ""))
    refusal = _unreadable(engine, operation, request, call, now)
    if refusal is not None:
        return None, (world, refusal)
    if isinstance(call, Malformed):
        call = Call(operation, body={})
    if WIRES[engine.contract.wire].null_is_absent:
        call = replace(call, body=without_nulls(call.body))
    broken = validation.refusal(engine.contract.operations[call.operation], engine.validators[call.operation], call)
    refusal = _asked(engine, call.operation, "constraint", broken) if broken else None
    if refusal is not None:
        return call, (world, refusal)
    after, result = _dispatched(engine, Ask(engine.contract, engine.hooks, world, call, now, _origin(request)))
    if isinstance(result, Refusal):
        bent = bending.refused(engine.hooks, call.operation, "rule", result.error_class)
        result = example(engine.contract, call.operation) if bent is None else replace(result, error_class=bent)
    if isinstance(result, Answer) and call.operation in engine.nulls:
        result = replace(result, body=with_nulls(engine.nulls[call.operation], result.body))
    return call, (after, result)


def _unreadable(
    engine: Engine, operation: str, request: HttpRequest, call: Call | Malformed, now: float
) -> Refusal | None:
    """The refusal of a request before its content counts; credentials come between media type and syntax."""
    stage = STAGES[call.situation] if isinstance(call, Malformed) else None
    if isinstance(call, Malformed) and stage in ("route", "media_type"):
        found = _asked(engine, operation, stage, call)
        if found is not None or not operation:
            return found or _situation(engine, call)
    situation = _credentials_problem(engine, operation, request, now)
    if situation is not None:
        found = _asked(engine, operation, "authentication", Malformed(situation, ""))
        if found is not None:
            return found
    if isinstance(call, Malformed) and stage == "syntax":
        return _asked(engine, operation, stage, call)
    return None


def _credentials_problem(engine: Engine, operation: str, request: HttpRequest, now: float) -> str | None:
    if engine.credentials is None or not operation or not engine.contract.operations[operation].authenticated:
        return None
    return authentication.problem(engine.contract.auth, engine.credentials, request, now)


def _dispatched(engine: Engine, ask: Ask) -> Outcome:
    operation = ask.call.operation
    if operation in engine.scorers:
        return scored(ask, engine.scorers[operation])
    if operation in engine.roles:
        return answered(ask, engine.roles[operation])
    if operation in engine.keepings:
        return kept(ask, engine.keepings[operation])
    return ask.world, example(engine.contract, operation)


def _asked(engine: Engine, operation: str, stage: Stage, problem: Malformed) -> Refusal | None:
    """The refusal that a situation gets, after the hooks; None when they let the call pass."""
    refusal = _situation(engine, problem)
    found = bending.refused(engine.hooks, operation, stage, refusal.error_class)
    return None if found is None else replace(refusal, error_class=found)


def _situation(engine: Engine, problem: Malformed) -> Refusal:
    table = engine.contract.refusals
    return Refusal(table.get(problem.situation, table["invalid"]), problem.reason, problem.headers)


def _refused(engine: Engine, refusal: Refusal) -> Answer:
    error = engine.contract.errors[refusal.error_class]
    message = f"{error.message.rstrip('.')}: {refusal.reason}" if refusal.reason else error.message
    answer = WIRES[engine.contract.wire].error_answer(engine.contract, error, error.forms[0], message[:REASON_MAX])
    throttled = refusal.error_class == engine.contract.refusals.get("throttled")
    waits = (("Retry-After", str(RETRY_AFTER_S)),) if throttled else ()
    return replace(answer, headers=(*answer.headers, *refusal.headers, *waits))


def _origin(request: HttpRequest) -> str:
    """How the client reached the server; a Host that is none is not repeated in links."""
    host = header(request.headers, "host") or ""
    return f"http://{host if HOST.fullmatch(host) else '127.0.0.1'}"
