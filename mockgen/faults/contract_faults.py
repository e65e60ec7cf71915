"""Faults that are a changed contract: the engine imitates faithfully, but it was told something wrong.

Most ways to be wrong are of this kind (another limit, another transition, another error class), which keeps the engine
free of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks
from specs.contract import Constraint, Contract, Lifecycle, Operation, Scorer
from specs.pointers import get, put, remove

OUTWARD = {"maxLength": 1, "maximum": 1, "maxItems": 1, "maxProperties": 1} | {
    "minLength": -1,
    "minimum": -1,
    "minItems": -1,
    "minProperties": -1,
}
"""Which way a limit moves when it allows one more."""


def with_lifecycle(contract: Contract, life: Lifecycle) -> Contract:
    """The contract with this lifecycle in place of the one of its name."""
    return replace(contract, lifecycles={**contract.lifecycles, life.name: life})


def with_operation(contract: Contract, operation: Operation) -> Contract:
    """The contract with this operation in place of the one of its id."""
    return replace(contract, operations={**contract.operations, operation.id: operation})


def with_scorer(contract: Contract, scorer: Scorer) -> Contract:
    """The contract with this scorer in place of the one of its name."""
    return replace(contract, scorers={**contract.scorers, scorer.name: scorer})


def changed_contract(bend: Callable[[Contract], Contract]) -> Hooks:
    """The engine is told another contract."""
    return Hooks(contract=(bend,))


def changed_life(life: Lifecycle, edit: Callable[[Lifecycle], Lifecycle]) -> Hooks:
    """The engine is told another lifecycle. It is edited as other faults have left it."""
    return changed_contract(lambda bent: with_lifecycle(bent, edit(bent.lifecycles[life.name])))


def with_field(life: Lifecycle, pointer: str, **changes: Any) -> Lifecycle:
    """The lifecycle with one field's rule changed. Raises ValueError when it has no such field."""
    if pointer not in {rule.pointer for rule in life.fields}:
        raise ValueError(
            f"{life.name} has no field {pointer!r}; it has: {', '.join(row.pointer for row in life.fields)}"
        )
    fields = tuple(replace(rule, **changes) if rule.pointer == pointer else rule for rule in life.fields)
    return replace(life, fields=fields)


def with_schema(contract: Contract, constraint: Constraint, edit: Callable[[Any], Any]) -> Contract:
    """The contract with the schema that holds a request's constraint edited. Raises ValueError for a response's."""
    if constraint.side != "request":
        raise ValueError(f"{constraint.id} limits responses; only limits of requests can be changed")
    operation = contract.operations[constraint.operation]
    if constraint.location == "body":
        schemas = {kind: edit(schema) for kind, schema in operation.request.items()}
        return with_operation(contract, replace(operation, request=schemas))
    parameters = tuple(
        replace(row, schema=edit(row.schema)) if row.name == constraint.pointer.split("/", 1)[0] else row
        for row in operation.parameters
    )
    return with_operation(contract, replace(operation, parameters=parameters))


def relax(contract: Contract, given: Arguments) -> Hooks:
    """A constraint is not enforced."""
    constraint: Constraint = given.row("constraint", contract.constraints)
    name = constraint.pointer.rsplit("/", 1)[-1]
    if constraint.keyword != "required":
        return changed_contract(
            lambda bent: with_schema(bent, constraint, lambda schema: remove(schema, constraint.schema_pointer))
        )
    if constraint.location != "body":
        return changed_contract(lambda bent: _optional(bent, constraint))

    def without(schema: Any) -> Any:
        kept = [member for member in get(schema, constraint.schema_pointer) if member != name]
        return put(schema, constraint.schema_pointer, kept)

    return changed_contract(lambda bent: with_schema(bent, constraint, without))


def change_limit(contract: Contract, given: Arguments) -> Hooks:
    """A constraint is enforced with another value."""
    constraint: Constraint = given.row("constraint", contract.constraints)
    return _limit(constraint, given.value("value"))


def tighten(contract: Contract, given: Arguments) -> Hooks:
    """A limit refuses the last value that it should allow."""
    constraint: Constraint = given.row("constraint", contract.constraints)
    return _limit(constraint, _moved(constraint, -1))


def loosen(contract: Contract, given: Arguments) -> Hooks:
    """A limit allows the first value that it should refuse."""
    constraint: Constraint = given.row("constraint", contract.constraints)
    return _limit(constraint, _moved(constraint, 1))


def recreate(contract: Contract, given: Arguments) -> Hooks:
    """A repeated create gets another outcome."""
    life = given.lifecycle(contract)
    outcome = given.text("as", "accepted")
    return _creation(life, again_different=outcome, again_same=given.text("same", outcome))


def forget_creations(contract: Contract, given: Arguments) -> Hooks:
    """A name that must be fresh may be used twice."""
    return _creation(given.lifecycle(contract), unique=None)


def dangling_reference(contract: Contract, given: Arguments) -> Hooks:
    """A create may name what does not exist."""
    return _creation(given.lifecycle(contract), references=())


def any_reference(contract: Contract, given: Arguments) -> Hooks:
    """A create may name a resource that is not for it."""
    life = given.lifecycle(contract)
    named = life.created_by.references if life.created_by else ()
    return _creation(life, references=tuple(replace(row, only={}) for row in named))


def any_members(contract: Contract, given: Arguments) -> Hooks:
    """A create request may have equal members that must differ."""
    return _creation(given.lifecycle(contract), apart=())


def any_value(contract: Contract, given: Arguments) -> Hooks:
    """A create request may name what stands for nothing."""
    return _creation(given.lifecycle(contract), barred=())


def early_results(contract: Contract, given: Arguments) -> Hooks:
    """Results are handed out in every state."""
    life = given.lifecycle(contract)
    return _results(life, given, available_in=life.states)


def late_results(contract: Contract, given: Arguments) -> Hooks:
    """Results are withheld in some states that have them."""
    life = given.lifecycle(contract)
    last = tuple(state for state, meaning in life.final.items() if meaning == "success")
    return _results(life, given, available_in=tuple(given.text("in", ",".join(last)).split(",")))


def no_results(contract: Contract, given: Arguments) -> Hooks:
    """Results are never handed out."""
    return _results(given.lifecycle(contract), given, available_in=())


def results_error(contract: Contract, given: Arguments) -> Hooks:
    """Missing results are refused with another error."""
    life = given.lifecycle(contract)
    wrong = given.text("as")
    otherwise = dict.fromkeys(life.states, wrong)
    return _results(life, given, otherwise=otherwise)


def command_anywhere(contract: Contract, given: Arguments) -> Hooks:
    """A command is allowed in every state."""
    return _command(contract, given, from_states=(), otherwise="undocumented")


def command_nowhere(contract: Contract, given: Arguments) -> Hooks:
    """A command is refused in every state."""
    return _command(contract, given, from_states=("",), otherwise=given.text("as"))


def command_without_effect(contract: Contract, given: Arguments) -> Hooks:
    """A command succeeds and does nothing."""
    return _command(contract, given, event="", sets={})


def wrong_transition(contract: Contract, given: Arguments) -> Hooks:
    """An event leads to another state."""
    life = given.lifecycle(contract)
    edges: Mapping[str, str] = given.row("state", life.transitions)
    row = {given.text("state"): {**edges, given.text("event"): given.text("to")}}
    return changed_life(life, lambda bent: replace(bent, transitions={**bent.transitions, **row}))


def fails_for(contract: Contract, given: Arguments) -> Hooks:
    """A job that is created with one value fails."""
    asked = {given.text("at"): given.value("value")}
    return changed_life(given.lifecycle(contract), lambda bent: replace(bent, failing_request=asked))


def wrong_spelling(contract: Contract, given: Arguments) -> Hooks:
    """A state is spelled in another way."""
    life = given.lifecycle(contract)
    row = {given.text("state"): (given.text("value"),)}
    return changed_life(life, lambda bent: replace(bent, spellings={**bent.spellings, **row}))


def field_shows(contract: Contract, given: Arguments) -> Hooks:
    """A member always shows one value."""
    return _field(contract, given, shows=given.value("value"), echoes=None)


def field_missing(contract: Contract, given: Arguments) -> Hooks:
    """A member is left out (in one state)."""
    life = given.lifecycle(contract)
    only = given.text("state", "")
    return _field(contract, given, absent_in=(only,) if only else life.states)


def field_always(contract: Contract, given: Arguments) -> Hooks:
    """A member shows before and where it should not."""
    return _field(contract, given, absent_in=(), null_until=None)


def ignore_filter(contract: Contract, given: Arguments) -> Hooks:
    """A list ignores its filters."""
    return _listing(given.lifecycle(contract), filters=())


def ignore_order(contract: Contract, given: Arguments) -> Hooks:
    """A list ignores the order that was asked for."""
    return _listing(given.lifecycle(contract), order=None)


def accept_any_token(contract: Contract, given: Arguments) -> Hooks:
    """A list takes a token that it never gave out."""
    return _listing(given.lifecycle(contract), bad_token=None)


def second_upload(contract: Contract, given: Arguments) -> Hooks:
    """A second upload is refused with another error."""
    return _upload(given.lifecycle(contract), again=given.text("as"))


def unneeded_upload(contract: Contract, given: Arguments) -> Hooks:
    """An unneeded upload is refused with another error."""
    return _upload(given.lifecycle(contract), not_needed=given.text("as"))


def waits_for_nothing(contract: Contract, given: Arguments) -> Hooks:
    """A job starts without the input that it needs."""
    return _upload(given.lifecycle(contract), when={"/never": True})


def wrong_refusal(contract: Contract, given: Arguments) -> Hooks:
    """A kind of bad request gets another error."""
    given.row("situation", contract.refusals)
    given.row("as", contract.errors)
    row = {given.text("situation"): given.text("as")}
    return changed_contract(lambda bent: replace(bent, refusals={**bent.refusals, **row}))


def wrong_error_form(contract: Contract, given: Arguments) -> Hooks:
    """An error has another status or name."""
    error = given.row("error", contract.errors)
    first = error.forms[0]
    form = replace(first, status=given.whole("status", first.status), code=given.text("code", first.code or "") or None)
    row = {error.name: replace(error, forms=(form,))}
    return changed_contract(lambda bent: replace(bent, errors={**bent.errors, **row}))


def score_without(contract: Contract, given: Arguments) -> Hooks:
    """A prediction lacks a member."""
    scorer = given.row("scorer", contract.scorers)
    results = {kind: remove(row, given.text("at")) for kind, row in scorer.results.items()}
    return changed_contract(lambda bent: with_scorer(bent, replace(scorer, results=results)))


def _limit(constraint: Constraint, value: Any) -> Hooks:
    return changed_contract(
        lambda bent: with_schema(bent, constraint, lambda schema: put(schema, constraint.schema_pointer, value))
    )


def _moved(constraint: Constraint, outward: int) -> Any:
    if constraint.keyword == "enum" and isinstance(constraint.value, list | tuple) and outward < 0:
        return list(constraint.value)[:-1]
    if constraint.keyword not in OUTWARD or not isinstance(constraint.value, int | float):
        raise ValueError(f"{constraint.id} is no number to move; change_limit takes any value")
    return constraint.value + outward * OUTWARD[constraint.keyword]


def _optional(contract: Contract, constraint: Constraint) -> Contract:
    operation = contract.operations[constraint.operation]
    parameters = tuple(
        replace(row, required=False) if row.name == constraint.pointer else row for row in operation.parameters
    )
    return with_operation(contract, replace(operation, parameters=parameters))


def _creation(life: Lifecycle, **changes: Any) -> Hooks:
    if life.created_by is None:
        raise ValueError(f"nothing creates a {life.name}")
    created = replace(life.created_by, **changes)
    return changed_life(life, lambda bent: replace(bent, created_by=created))


def _results(life: Lifecycle, given: Arguments, **changes: Any) -> Hooks:
    if life.results is None:
        raise ValueError(f"{life.name} has no results operation")
    found = replace(life.results, **changes)
    return changed_life(life, lambda bent: replace(bent, results=found))


def _command(contract: Contract, given: Arguments, **changes: Any) -> Hooks:
    life = given.lifecycle(contract)
    changed = replace(given.row("command", life.commands), **changes)
    return changed_life(life, lambda bent: replace(bent, commands={**bent.commands, changed.name: changed}))


def _field(contract: Contract, given: Arguments, **changes: Any) -> Hooks:
    life = given.lifecycle(contract)
    pointer = given.text("field")
    with_field(life, pointer)
    return changed_life(life, lambda bent: with_field(bent, pointer, **changes))


def _listing(life: Lifecycle, **changes: Any) -> Hooks:
    listing = life.listed_by
    if listing is None:
        raise ValueError(f"nothing lists {life.name}")
    if "bad_token" in changes and listing.paging is not None:
        changes = {"paging": replace(listing.paging, **changes)}
    changed = replace(listing, **changes)
    return changed_life(life, lambda bent: replace(bent, listed_by=changed))


def _upload(life: Lifecycle, **changes: Any) -> Hooks:
    if life.upload is None:
        raise ValueError(f"{life.name} takes no upload")
    changed = replace(life.upload, **changes)
    return changed_life(life, lambda bent: replace(bent, upload=changed))


CONTRACT_FAULTS = (
    planted(relax, "constraint"),
    planted(change_limit, "constraint", "value"),
    planted(tighten, "constraint"),
    planted(loosen, "constraint"),
    planted(recreate, "resource", "as?", "same?"),
    planted(forget_creations, "resource"),
    planted(dangling_reference, "resource"),
    planted(any_reference, "resource"),
    planted(any_members, "resource"),
    planted(any_value, "resource"),
    planted(early_results, "resource"),
    planted(late_results, "resource", "in?"),
    planted(no_results, "resource"),
    planted(results_error, "resource", "as"),
    planted(command_anywhere, "resource", "command"),
    planted(command_nowhere, "resource", "command", "as"),
    planted(command_without_effect, "resource", "command"),
    planted(wrong_transition, "resource", "state", "event", "to"),
    planted(fails_for, "resource", "at", "value"),
    planted(wrong_spelling, "resource", "state", "value"),
    planted(field_shows, "resource", "field", "value"),
    planted(field_missing, "resource", "field", "state?"),
    planted(field_always, "resource", "field"),
    planted(ignore_filter, "resource"),
    planted(ignore_order, "resource"),
    planted(accept_any_token, "resource"),
    planted(second_upload, "resource", "as"),
    planted(unneeded_upload, "resource", "as"),
    planted(waits_for_nothing, "resource"),
    planted(wrong_refusal, "situation", "as"),
    planted(wrong_error_form, "error", "status?", "code?"),
    planted(score_without, "scorer", "at"),
)
