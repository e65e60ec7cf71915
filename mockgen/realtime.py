"""Operations that score at once: one record, or a batch of items in which each one succeeds or fails alone.

A scorer is data in `relations.yaml`: where the request names the model, what one result looks like for each kind of
model. The scores themselves come from `scoring`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mockgen import hooks as bending
from mockgen.ask import Ask, Outcome, Refusal
from mockgen.course import advanced
from mockgen.listing import at_place
from mockgen.rendering import facts, shown_at, with_private
from mockgen.scoring import predict, shown
from mockgen.shapes import envelope
from mockgen.tables import read_table
from mockgen.world import Resource, chance, fresh_uuid, with_resource
from specs.contract import Scorer
from specs.message import ABSENT
from specs.pointers import MISSING, get, put

UNKNOWN = "unknown"
"""The row of `Scorer.results` for an item whose model does not exist."""


def scored(ask: Ask, scorer: Scorer) -> Outcome:
    """The predictions that a call asks for, or the documented refusal."""
    return _batch(ask, scorer) if scorer.items else _single(ask, scorer)


def _single(ask: Ask, scorer: Scorer) -> Outcome:
    identity = at_place(ask.call, scorer.model)
    model = ask.world.resources.get((scorer.resource, str(identity)))
    if model is None and scorer.unknown:
        return ask.world, Refusal(scorer.unknown, f"there is no model {str(identity)[:200]!r}")
    asked = _wanted_back(ask, scorer)
    if isinstance(asked, Refusal):
        return ask.world, asked
    ask, ready = _needed(ask, scorer, str(identity))
    if not ready:
        return ask.world, Refusal(scorer.not_ready, f"{scorer.needs} of {str(identity)[:200]!r} is not ready")
    kind = _kind(ask, scorer, model)
    shell = envelope(ask.contract, ask.call.operation)
    if scorer.many:
        body = put(shell, scorer.result_at, list(_of_records(ask, scorer, model, asked)))
        return ask.world, ask.success(body, _headers(ask, scorer, model))
    record = get(ask.call.body, scorer.record) if scorer.record else {}
    result = _result(ask, scorer, model, record, {**_parameters(ask)})
    answer = ask.success({**shell, **result})
    status = scorer.status_of.get(kind, answer.status)
    return ask.world, replace(answer, status=status, headers=_headers(ask, scorer, model))


def _headers(ask: Ask, scorer: Scorer, model: Resource | None) -> tuple[tuple[str, str], ...]:
    """The headers of a success. The id of a request is the only thing in them that no result has."""
    request = fresh_uuid(ask.world.seed, "request", ask.world.answered)
    document = with_private(ask.scene(ask.contract.lifecycles[scorer.resource], model)) if model else {}
    nothing = predict(ask.world.seed, model.identity if model else "", {}, {})
    return tuple(
        (name, request if template == {"$request_id": True} else str(shown(template, nothing, document, {}, 1)))
        for name, template in scorer.headers.items()
    )


def _wanted_back(ask: Ask, scorer: Scorer) -> tuple[str, ...] | Refusal | None:
    """The members of each record that the caller wants repeated; None for all of them."""
    rule = scorer.passthrough
    named = at_place(ask.call, rule.columns) if rule else MISSING
    every = at_place(ask.call, rule.every) if rule else MISSING
    if rule is not None and rule.both and MISSING not in (named, every):
        return Refusal(rule.both, f"{rule.columns.name} and {rule.every.name} exclude one another")
    if every is not MISSING:
        return None
    return tuple(map(str, named)) if isinstance(named, list | tuple) else ()


def _repeated(scorer: Scorer, result: Any, record: Any, wanted: tuple[str, ...] | None) -> Any:
    """The result with what of its record is wanted back."""
    if scorer.passthrough is None or wanted == () or not isinstance(record, Mapping):
        return result
    return put(result, scorer.passthrough.at, {name: record[name] for name in wanted or record if name in record})


def _of_records(ask: Ask, scorer: Scorer, model: Resource | None, wanted: tuple[str, ...] | None) -> Iterator[Any]:
    """A result for each record of one request, which may also be a CSV text with a header."""
    body = ask.call.body
    if isinstance(body, bytes):
        table = read_table(body, None, None)
        records: Any = [dict(zip(table.header, row, strict=False)) for row in table.rows] if table else []
    else:
        records = get(body, scorer.record)
    for row, record in enumerate(records if isinstance(records, list) else ()):
        result = _result(ask, scorer, model, record, {"row": row, "record": record})
        yield _repeated(scorer, result, record, wanted)


def _batch(ask: Ask, scorer: Scorer) -> Outcome:
    found = get(ask.call.body, scorer.items)
    items = found if isinstance(found, list) else []
    rows = []
    for item in items:
        identity = get(item, scorer.model.name)
        model = ask.world.resources.get((scorer.resource, str(identity)))
        record = get(item, scorer.record) if scorer.record else {}
        rows.append(_result(ask, scorer, model, record, item))
    body = put(envelope(ask.contract, ask.call.operation), scorer.result_at, rows)
    return ask.world, ask.success(body)


def _result(ask: Ask, scorer: Scorer, model: Resource | None, record: Any, item: Any) -> Any:
    kind = _kind(ask, scorer, model)
    template = scorer.results[kind]
    count = ask.world.calls.get(ask.call.operation, 0)
    record = bending.scored_record(ask.hooks, ask.call.operation, count, record)
    record = record if isinstance(record, Mapping) else {}
    identity = model.identity if model else ""
    scene = ask.scene(ask.contract.lifecycles[scorer.resource], model) if model else None
    private = facts(scene, scorer.kind_of) if scene else {}
    document = with_private(scene) if scene else {}
    prediction = predict(ask.world.seed, identity, private, record)
    duration = chance(ask.world.seed, "duration", identity).randint(1, 50) if model else 0
    return shown(template, prediction, document, item, duration)


def _kind(ask: Ask, scorer: Scorer, model: Resource | None) -> str:
    if model is None:
        return UNKNOWN
    return str(shown_at(ask.scene(ask.contract.lifecycles[scorer.resource], model), scorer.kind_of))


def _needed(ask: Ask, scorer: Scorer, identity: str) -> tuple[Ask, bool]:
    """Whether the resource that scoring needs is in one of its states; looking moves it on, as reading does."""
    if not scorer.needs:
        return ask, True
    resource = ask.world.resources.get((scorer.needs, identity))
    if resource is None:
        return ask, False
    life = ask.contract.lifecycles[scorer.needs]
    resource = advanced(life, resource, ask.world.pace, ask.now, read=True)
    return replace(ask, world=with_resource(ask.world, resource)), resource.state in scorer.needs_states


def _parameters(ask: Ask) -> Mapping[str, Any]:
    body = ask.call.body
    members = body if body is not ABSENT and isinstance(body, Mapping) else {}
    return {**members, **{name: value for name, value in ask.call.path.items() if value is not MISSING}}
