"""The functions of `operations.py` in a generated server: one for each operation, as its owner would write it.

Which part an operation plays (it creates, observes, lists, commands, uploads, hands out, scores) is found as the
imitation itself finds it; what is written here are the steps of that part, with the contract's values filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mockgen.ask import Role
from mockgen.operations import example, roles
from mockgen.shapes import success_schema
from mockgen.world import resolved
from mockgen.writing.documents import path_of
from mockgen.writing.listings import listed
from mockgen.writing.literals import Code, Invoke, assigned, flat, statement
from mockgen.writing.phrases import answer_body, answered, body_template, said, said_text, signature, snake
from mockgen.writing.scorers import scored
from specs.contract import Contract, Creation, Lifecycle, Operation
from specs.message import ABSENT, header
from specs.wire.protocol import is_json

DOCUMENT = Code("documents.document(world, call, resource)")


@dataclass(frozen=True)
class Part:
    """An operation and the part that it plays."""

    contract: Contract
    operation: Operation
    role: Role

    @property
    def life(self) -> Lifecycle:
        return self.role.lifecycle


def handlers(contract: Contract) -> str:
    """The source of all operations' functions."""
    known = roles(contract)
    scorers = {row.operation: row for row in contract.scorers.values()}
    blocks = []
    for operation in contract.operations.values():
        scorer, role = scorers.get(operation.id), known.get(operation.id)
        if scorer is not None:
            blocks.append(scored(contract, scorer))
        elif role is not None:
            lines = WRITERS[role.name](Part(contract, operation, role))
            blocks.append("\n".join((signature(operation), *lines)))
        else:
            blocks.append(f"{signature(operation)}\n{_golden(contract, operation)}")
    return "\n\n\n".join(blocks)


def table(contract: Contract) -> str:
    """`OPERATIONS`: how each operation is addressed."""
    rows = {operation.id: _row(contract, operation) for operation in contract.operations.values()}
    return assigned("OPERATIONS", rows)


def _row(contract: Contract, operation: Operation) -> Invoke:
    answer = Code(snake(operation.id))
    is_open = contract.auth.scheme != "none" and not operation.authenticated
    named: dict[str, object] = {"is_open": True} if is_open else {}
    if contract.wire == "aws_json":
        return Invoke("Operation", (operation.route, answer), named)
    kinds = {"takes": tuple(operation.request), "gives": tuple(operation.success.content)}
    named = {**{name: value for name, value in kinds.items() if value}, **named}
    return Invoke("Operation", (operation.method, contract.base_path + operation.path, answer), named)


def _golden(contract: Contract, operation: Operation) -> str:
    """An operation that nothing explains answers what its golden example shows."""
    answer = example(contract, operation.id)
    kind = header(answer.headers, "content-type")
    named = {} if kind is None or is_json(kind) else {"headers": {"Content-Type": kind}}
    body = () if answer.body is ABSENT else (answer.body,)
    return statement("return", Invoke("Answer", (answer.status, *body), named))


def _create(part: Part) -> Iterator[str]:
    life, creation = part.life, part.life.created_by
    assert creation is not None
    for barred in creation.barred:
        values = tuple(resolved(part.contract, value) for value in barred.values)
        refused = {"otherwise": barred.refused_as}
        yield statement("", Invoke("actions.bar", (Code(said(barred.place)), *values), refused))
    for rule in creation.apart:
        members = tuple(Code(said(place)) for place in rule.places)
        yield statement("", Invoke("actions.differ", members, {"otherwise": rule.refused_as}))
    for row in creation.references:
        named = {"missing": row.missing, **({"unusable": tuple(row.unusable)} if row.unusable else {})}
        yield statement("", Invoke("actions.refer", (Code("world"), Code(said(row.place)), row.resource), named))
    before = _before(life, creation)
    chosen = creation.chosen_by_client is not None
    if chosen:
        yield f"    identity = {_identity(creation)}"
    if before:
        rules = {"same": creation.again_same, "different": creation.again_different}
        named = {name: rule for name, rule in rules.items() if rule not in ("accepted", "undocumented")}
        yield statement("resource =", Invoke("actions.repeated", (Code("call"), Code(before)), named))
        yield "    if resource is None:"
    inner = "        " if before else "    "
    if not chosen:
        yield f"{inner}identity = {_identity(creation)}"
    yield f"{inner}resource = actions.create(world, call, {flat(life.name)}, identity)"
    headers = {}
    if creation.identity.location == "header" and life.observed_by is not None:
        path = path_of(part.contract, life.observed_by.operation)
        head, _, tail = path.partition("{id}")
        headers[creation.identity.name] = Code(f'f"{{call.origin}}{head}{{quote(resource.id)}}{tail}"')
    whole = creation.answer is None and _shows_document(part)
    body = DOCUMENT if whole else answer_body(creation.answer, creation.identity)
    yield answered(part.contract, part.operation.id, body, headers)


def _shows_document(part: Part) -> bool:
    """Whether the documented success of an operation shows the state where the resource's own document has it."""
    observed = part.life.observed_by
    shown = success_schema(part.operation).get("properties", {})
    return observed is not None and not observed.at and bool(observed.state) and observed.state.split("/")[1] in shown


def _before(life: Lifecycle, creation: Creation) -> str:
    """The expression for a resource that this call would make for the second time; empty where there can be none."""
    if creation.chosen_by_client is not None:
        return f"world.find({flat(life.name)}, identity)"
    if creation.unique is not None:
        return f"actions.same_request(world, call, {flat(life.name)}, {flat(creation.unique.name)})"
    return ""


def _identity(creation: Creation) -> str:
    if creation.chosen_by_client is not None:
        return said_text(creation.chosen_by_client)
    whole = {"{hex24}": "hex_id(world)", "{hex8}": "hex_id(world, 8)", "{uuid}": "new_uuid(world)"}
    if creation.template in whole:
        return whole[creation.template]
    text = creation.template
    for word, call in whole.items():
        text = text.replace(word, "{" + call + "}")
    while "{/" in text:
        head, _, rest = text.partition("{/")
        pointer, _, tail = rest.partition("}")
        text = f"{head}{{call.get('/{pointer}')}}{tail}"
    return f'f"{text}"'


def _observe(part: Part) -> Iterator[str]:
    observed = part.life.observed_by
    assert observed is not None
    yield _found("actions.read", part, said_text(observed.identity))
    shown = DOCUMENT
    if observed.on_request:
        yield "    shown = documents.document(world, call, resource)"
        shown = Code("shown")
    for place in dict.fromkeys(observed.on_request.values()):
        hidden = tuple(pointer for pointer, asked in observed.on_request.items() if asked == place)
        yield f"    if {said(place)} is not True:"
        yield "    " + statement("", Invoke("documents.hide", (shown, hidden)))
    body = {observed.at.removeprefix("/"): shown} if observed.at else shown
    yield answered(part.contract, part.operation.id, body)


def _command(part: Part) -> Iterator[str]:
    row = part.life.commands[part.role.command]
    yield _found("actions.found", part, said_text(row.identity))
    if row.event:
        named: dict[str, object] = {}
        if row.from_states and row.otherwise != "undocumented":
            named = {"only_in": tuple(row.from_states), "otherwise": row.otherwise}
        yield statement("", Invoke("actions.command", (Code("resource"), Code("call"), row.event), named))
    if part.life.absent is not None:
        yield "    actions.forget_cancelled(world, resource)"
    if row.sets:
        values = {pointer: Code(said(place)) for pointer, place in row.sets.items()}
        yield statement("", Invoke("actions.change", (Code("resource"), Code("call"), values)))
    whole = DOCUMENT if _shows_document(part) else None
    yield answered(part.contract, part.operation.id, whole if row.answer is None else body_template(row.answer))


def _upload(part: Part) -> Iterator[str]:
    row = part.life.upload
    assert row is not None
    yield _found("actions.found", part, said_text(row.identity))
    named = {"not_needed": row.not_needed, "again": row.again, "empty": row.empty}
    yield statement("", Invoke("actions.upload", (Code("resource"), Code("call")), named))
    yield answered(part.contract, part.operation.id)


def _results(part: Part) -> Iterator[str]:
    row = part.life.results
    assert row is not None
    yield _found("actions.found", part, said_text(row.identity))
    named = {
        "available_in": tuple(row.available_in),
        "otherwise": dict(row.otherwise),
        "missing": part.life.not_found,
    }
    yield statement("", Invoke("actions.has_results", (Code("resource"),), named))
    body = Code("tables.result_csv(world, resource)")
    yield answered(part.contract, part.operation.id, body, {"Content-Type": row.media_type})


def _found(action: str, part: Part, identity: str) -> str:
    arguments = (Code("world"), Code("call"), part.life.name, Code(identity))
    return statement("resource =", Invoke(action, arguments))


def _list(part: Part) -> Iterator[str]:
    return listed(part.contract, part.operation, part.life)


WRITERS: Mapping[str, Callable[[Part], Iterator[str]]] = {
    "create": _create,
    "observe": _observe,
    "list": _list,
    "command": _command,
    "upload": _upload,
    "results": _results,
}
