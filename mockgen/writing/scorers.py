"""The functions of scoring operations in a generated server, and what their results look like.

A result's template becomes one function for each kind of model, so that its owner changes plain code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockgen.shapes import envelope
from mockgen.writing.literals import Code, Invoke, assigned, flat, statement
from mockgen.writing.phrases import answered, nested, said_text, signature, snake
from specs.contract import Contract, Scorer

UNKNOWN = "unknown"
SCORES = {
    "value": "given.prediction.value",
    "label": "given.prediction.label",
    "scores": "dict(given.prediction.scores)",
    "vector": "list(given.prediction.vector)",
}
PRIVATE = "/$private"


def scored(contract: Contract, scorer: Scorer) -> str:
    """The function of a scoring operation; a batch has one more for a single item."""
    head = signature(contract.operations[scorer.operation])
    if not scorer.items:
        return "\n".join((head, *_single(contract, scorer)))
    item = f"{snake(scorer.operation)}_item"
    body = nested(
        {scorer.result_at: Code("rows")},
        envelope(contract, scorer.operation),
    )
    lines = (
        f"    rows = [{item}(world, call, item) for item in call.get({flat(scorer.items)}) or []]",
        answered(contract, scorer.operation, body),
    )
    return "\n".join((*_item(scorer, item), "", "", head, *lines))


def _item(scorer: Scorer, name: str) -> Iterator[str]:
    yield f"def {name}(world: World, call: Call, item: Any) -> dict[str, Any]:"
    yield '    """The result of one item, which succeeds or fails alone."""'
    yield f"    model = world.find({flat(scorer.resource)}, str(at(item, {flat(scorer.model.name)})))"
    yield f"    kind = {_kind(scorer)}"
    record = f"at(item, {flat(scorer.record)})" if scorer.record else "{}"
    yield f"    return results.{_table(scorer)}[kind](results.given(world, call, model, {record}, item))"


def _single(contract: Contract, scorer: Scorer) -> Iterator[str]:
    identity = said_text(scorer.model)
    if scorer.unknown:
        arguments = (Code("world"), Code(identity), scorer.resource)
        yield statement("model =", Invoke("actions.model", arguments, {"missing": scorer.unknown}))
    else:
        yield f"    model = world.find({flat(scorer.resource)}, {identity})"
    if scorer.needs:
        place = (Code("world"), Code("call"), scorer.needs, Code(identity))
        named = {"states": tuple(scorer.needs_states), "otherwise": scorer.not_ready}
        yield statement("", Invoke("actions.ready", place, named))
    yield f"    kind = {_kind(scorer)}"
    operation = contract.operations[scorer.operation]
    record = f"call.get({flat(scorer.record)})" if scorer.record else "{}"
    item = "call.body" if operation.request else "call.path"
    given = Invoke("results.given", tuple(Code(text) for text in ("world", "call", "model", record, item)))
    yield statement("result =", Invoke(f"results.{_table(scorer)}[kind]", (given,)))
    members = envelope(contract, scorer.operation)
    known = {name for template in scorer.results.values() for name in template}
    members = {name: value for name, value in members.items() if name not in known}
    body = Code(f"{{**{flat(members)}, **result}}" if members else "result")
    if not scorer.status_of:
        yield answered(contract, scorer.operation, body)
        return
    yield statement("statuses =", dict(scorer.status_of))
    yield f"    return Answer(statuses[kind], {body.text})"


def _kind(scorer: Scorer) -> str:
    if scorer.kind_of.startswith(PRIVATE + "/"):
        kind = f"str(at(model.private, {flat(scorer.kind_of.removeprefix(PRIVATE))}))"
    else:
        kind = f"str(at(documents.document(world, call, model), {flat(scorer.kind_of)}))"
    return kind if scorer.unknown else f'"{UNKNOWN}" if model is None else {kind}'


def _table(scorer: Scorer) -> str:
    return snake(scorer.name).upper()


def result_functions(contract: Contract) -> str:
    """The functions that make results, and a table of them for each scorer."""
    blocks = []
    for scorer in contract.scorers.values():
        names = {kind: f"{snake(scorer.name)}_{snake(kind)}" for kind in scorer.results}
        for kind, template in scorer.results.items():
            lines = (
                f"def {names[kind]}(given: Given) -> dict[str, Any]:",
                f'    """The result of a model of the kind {kind}."""' if kind != UNKNOWN else _UNKNOWN_TEXT,
                statement("return", _template(template)),
            )
            blocks.append("\n".join(lines))
        rows = {kind: Code(name) for kind, name in names.items()}
        blocks.append(assigned(f"{_table(scorer)}: dict[str, Result]", rows))
    return "\n\n\n".join(blocks)


_UNKNOWN_TEXT = '    """The result for a model that does not exist."""'


def _template(template: Any) -> Any:
    if isinstance(template, list):
        return [_template(member) for member in template]
    if not isinstance(template, Mapping):
        return template
    key = next(iter(template), "")
    if len(template) == 1 and key.startswith("$"):
        return _placeholder(key, template[key])
    return {name: _template(member) for name, member in template.items()}


def _placeholder(key: str, value: Any) -> Any:
    if key == "$score" and value == "label_score":
        prediction = "given.prediction"
        return {Code(f"{prediction}.label"): Code(f"{prediction}.scores[{prediction}.positive]")}
    if key == "$score":
        return Code(SCORES[value])
    if key == "$duration_ms":
        return Code("given.duration_ms")
    if key == "$item":
        return Code(f"at(given.item, {flat(value)})")
    if value.startswith(PRIVATE + "/"):
        return Code(f"at(given.private, {flat(value.removeprefix(PRIVATE))})")
    return Code(f"at(given.document, {flat(value)})")
