"""Plans of calls that score at once: every known model, the same call twice, batches in every shape, their singles.

Which calls stand in which relation is the judge's business; the plan only provides something to compare.
Models that must be mounted first are mounted in the set-up stage and taken down at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from conformance.history import Case
from conformance.judging.models import Model, filled, models
from conformance.plan import Mode, Scenario, Stage, Step, shared
from conformance.plans.samples import Samples, csv_text, read_place, with_value, write_place
from specs.contract import Contract, Lifecycle, Place, Requirement, Scorer
from specs.message import Call
from specs.pointers import MISSING, get
from specs.reading.place_checks import at_pointer

CHECKED = (
    *("repeatable", "members_by_kind", "unit_interval", "scores_sum_to_one", "label_is_argmax", "label_by_threshold"),
    *("batch_one_result_per_item", "batch_order", "batch_isolated", "batch_equals_single", "permutation"),
    *("status_agrees", "at_least", "one_result_per_row", "pairs_sum_to_one", "label_is_listed"),
    *("rows_alone", "row_passthrough"),
)
"""The checks that these plans serve."""
CSV = "text/csv"
MANY = 64
"""Items of a batch that shows a limit nobody documents; a documented one is kept."""
NAMES = ("Nobody-Has-THIS", " nobody has this ", "nobody-has-this" * 20)
"""Names of things that do not exist and that careless servers change: in their case, in blanks, in length."""


def plan_relations(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """Scenarios for all scorers of a contract. The seed has no part in it: relations need no random values."""
    del seed
    return tuple(
        scenario
        for scorer in contract.scorers.values()
        if _served(contract, scorer)
        for scenario in (*_mounted(contract, samples, scorer), *_calls(contract, samples, scorer))
    )


def _served(contract: Contract, scorer: Scorer) -> tuple[Requirement, ...]:
    """The requirements that calls of a scorer are evidence for."""
    names = ("operation", "batch", "single")
    return tuple(
        item
        for item in contract.requirements.values()
        if item.check in CHECKED and scorer.operation in [item.parameters.get(name) for name in names]
    )


def _models(contract: Contract, samples: Samples, scorer: Scorer) -> list[Model]:
    return list(models(contract, samples.fixtures, scorer.resource, scorer.kind_of))


def _calls(contract: Contract, samples: Samples, scorer: Scorer) -> Iterator[Scenario]:
    if scorer.items:
        steps = tuple(_batch_steps(contract, samples, scorer))
        yield Scenario(f"relation:{scorer.operation}", steps, mode=Mode.read)
        return
    for model in _models(contract, samples, scorer):
        steps = tuple(_single_steps(contract, samples, scorer, model))
        needs = (_slot(contract, samples, scorer, model),) if scorer.needs else ()
        yield Scenario(f"relation:{scorer.operation}:{model.identity}", steps, mode=Mode.read, needs=needs)
    bad = _bad_items(contract, samples, scorer.resource)
    if bad:
        steps = tuple(_unknown_steps(contract, samples, scorer, bad, _item_model(contract, scorer)))
        yield Scenario(f"relation:{scorer.operation}:unknown", steps, mode=Mode.read)


def _single_steps(contract: Contract, samples: Samples, scorer: Scorer, model: Model) -> Iterator[Step]:
    call = write_place(samples.call(scorer.operation), scorer.model, model.identity)
    expect = ("accepted",) if _is_good(contract, scorer.resource, model) else ("any",)
    for label in ("one call", "the same call again"):
        yield _step(contract, scorer, call, label, expect)
    if scorer.many and isinstance(call.body, list):
        yield from _company(contract, scorer, call, expect)
    for number, other in enumerate(with_records(samples, scorer, call)):
        if other != call:
            yield _step(contract, scorer, other, f"record {number}", expect)


def with_records(samples: Samples, scorer: Scorer, call: Call) -> Iterator[Call]:
    """A scoring call with each of the records of the fixtures; none where it has no place for a record."""
    records: list[Any] = next((value for value in samples.fixtures.values() if _are_records(value)), [])
    for record in records if scorer.record else ():
        yield write_place(call, Place("body", scorer.record), record)


def _company(contract: Contract, scorer: Scorer, call: Call, expect: tuple[str, ...]) -> Iterator[Step]:
    """The rows of a call in other company: turned round, alone, repeated, and as a table where that is documented."""
    rows: Any = call.body
    for label, chosen in (
        ("the rows turned round", rows[::-1]),
        ("the last row alone", rows[-1:]),
        ("the first row again", [*rows, *rows[:1]]),
    ):
        yield _step(contract, scorer, replace(call, body=chosen), label, expect)
    operation, header = contract.operations[scorer.operation], list(rows[0]) if _are_records(rows) else []
    if CSV in operation.request and all(list(row) == header for row in rows):
        table = {"header": header, "rows": [list(row.values()) for row in rows]}
        text = replace(call, body=csv_text(table), media_type=CSV)
        yield _step(contract, scorer, text, "the rows as a table", expect)


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _unknown_steps(
    contract: Contract, samples: Samples, scorer: Scorer, bad: Sequence[Mapping[str, Any]], member: str
) -> Iterator[Step]:
    for item in bad:
        call = write_place(samples.call(scorer.operation), scorer.model, get(item, member))
        yield _step(contract, scorer, call, "an unknown model", ("any",))


def _batch_steps(contract: Contract, samples: Samples, scorer: Scorer) -> Iterator[Step]:
    known = _models(contract, samples, scorer)
    sample = samples.call(scorer.operation)
    first = get(sample.body, f"{scorer.items}/0")
    template = first if isinstance(first, Mapping) else {}
    items = {model.identity: with_value(template, scorer.model.name, model.identity) for model in known}
    good = [items[model.identity] for model in known if _is_good(contract, scorer.resource, model)]
    failing = [items[model.identity] for model in known if not _is_good(contract, scorer.resource, model)]
    bad = _bad_items(contract, samples, scorer.resource)
    shapes: list[tuple[str, list[Any]]] = [
        ("every model", good),
        ("the same batch again", good),
        ("another order", good[::-1]),
        ("repeated items", [*good[:1], *good, *good[:1]]),
        *(("a bad item among good ones", [*good[:1], item, *good[1:]]) for item in (*bad, *failing)),
        ("bad items last", [*good, *failing, *bad]),
        ("bad items first", [*bad[::-1], *failing[::-1], *good[::-1]]),
        *(("one item", [item]) for item in (*good, *failing, *bad)),
        ("no item", []),
        ("names that change when they are read carelessly", [*good[:1], *(_named(template, scorer, NAMES))]),
        ("many items", [good[number % len(good)] for number in range(_most(contract, scorer))] if good else []),
    ]
    for label, batch in shapes:
        only_good = bool(batch) and all(item in good for item in batch)
        call = write_place(sample, Place("body", scorer.items), batch)
        yield _step(contract, scorer, call, label, ("accepted",) if only_good else ("any",))


def _named(template: Mapping[str, Any], scorer: Scorer, names: Sequence[str]) -> list[Any]:
    return [with_value(template, scorer.model.name, name) for name in names]


def _most(contract: Contract, scorer: Scorer) -> int:
    """How many items a large batch has: as many as its schema allows, and not too many."""
    array = at_pointer(contract.operations[scorer.operation].request_schema or {}, scorer.items)
    return min(MANY, int(array.get("maxItems", MANY)))


def _step(contract: Contract, scorer: Scorer, call: Call, label: str, expect: tuple[str, ...]) -> Step:
    serves = tuple(requirement.id for requirement in _served(contract, scorer))
    group = f"relation:{scorer.operation}"
    return Step(Case("relation", serves[0], label, expect, group, also=serves[1:]), call)


def _bad_items(contract: Contract, samples: Samples, resource: str) -> list[Mapping[str, Any]]:
    """The items that a requirement names as bad, for a batch over this resource."""
    batches = {scorer.operation for scorer in contract.scorers.values() if scorer.items and scorer.resource == resource}
    return [
        filled(item.parameters["bad_item"], samples.fixtures, contract)
        for item in contract.requirements.values()
        if item.check == "batch_isolated" and item.parameters["operation"] in batches
    ]


def _item_model(contract: Contract, scorer: Scorer) -> str:
    """The pointer to the model inside a batch item of the scorers of the same resource."""
    others = contract.scorers.values()
    return next((item.model.name for item in others if item.items and item.resource == scorer.resource), "")


def _is_good(contract: Contract, resource: str, model: Model) -> bool:
    """Whether scoring with a model is documented to succeed: no scorer answers its kind with an error status."""
    statuses = [
        scorer.status_of.get(model.kind, 200) for scorer in contract.scorers.values() if scorer.resource == resource
    ]
    return all(200 <= status < 300 for status in statuses)


def _slot(contract: Contract, samples: Samples, scorer: Scorer, model: Model) -> str:
    """The slot of what a model needs: the shared one where the samples make it for this very model."""
    life = contract.lifecycles[scorer.needs]
    place = life.created_by.chosen_by_client if life.created_by else None
    usual = read_place(samples.call(life.created_by.operation), place) if life.created_by and place else MISSING
    return shared(life.name) if usual == model.identity else f"{scorer.needs}:{model.identity}"


def _mounted(contract: Contract, samples: Samples, scorer: Scorer) -> Iterator[Scenario]:
    """What the models need, made in the set-up stage and undone in the closing one."""
    if not scorer.needs:
        return
    life = contract.lifecycles[scorer.needs]
    for model in _models(contract, samples, scorer):
        slot = _slot(contract, samples, scorer, model)
        if slot == shared(life.name) or not life.created_by or not life.created_by.chosen_by_client:
            continue
        yield _mount(contract, samples, scorer, life, model, slot)
        command = next((item for item in life.commands.values() if item.event), None)
        if command:
            call = write_place(samples.call(command.operation), command.identity, model.identity)
            step = Step(_case(contract, scorer, "undo", slot), call, slot=slot)
            yield Scenario(f"undo:{slot}", (step,), Stage.closing, Mode.destroy, needs=(slot,))


def _mount(contract: Contract, samples: Samples, scorer: Scorer, life: Lifecycle, model: Model, slot: str) -> Scenario:
    assert life.created_by
    assert life.created_by.chosen_by_client
    assert life.observed_by
    make = write_place(samples.call(life.created_by.operation), life.created_by.chosen_by_client, model.identity)
    read = write_place(samples.call(life.observed_by.operation), life.observed_by.identity, model.identity)
    case = _case(contract, scorer, "make ready", slot)
    steps = (
        Step(case, make, slot=slot, creates=life.name),
        Step(case, read, "poll", slot=slot, lifecycle=life.name, until=scorer.needs_states),
    )
    return Scenario(f"make:{slot}", steps, Stage.setup, Mode.create)


def _case(contract: Contract, scorer: Scorer, label: str, slot: str) -> Case:
    return Case("lifecycle", _served(contract, scorer)[0].id, f"{label} {slot}")
