"""Variants that every vendor's documents allow, in the same form as faults.

They are the other half of the proof that a suite can be trusted: one that fails any of them is wrong itself.
"""

from __future__ import annotations

import codecs
from dataclasses import replace
from typing import Any

import orjson

from mockgen.faults.answer_faults import extra_member, reverse_items
from mockgen.faults.contract_faults import changed_contract, changed_life, with_schema
from mockgen.faults.fault import Arguments, Fault, planted
from mockgen.faults.world_faults import every_nth, failing, first_n, showing
from mockgen.hooks import Hooks, Turn, merged
from mockgen.rendering import Scene
from mockgen.world import Resource
from specs.contract import Constraint, Contract
from specs.lifecycle import course, step
from specs.message import Answer, HttpResponse
from specs.pointers import MISSING, get, put, remove
from specs.resource import Reference
from specs.wire import WIRES


def skip_states(contract: Contract, given: Arguments) -> Hooks:
    """A job goes to its end in one step."""
    life = given.lifecycle(contract)
    path = list(course(life))
    end = path[-1][1]
    first = {**life.transitions[life.initial], path[0][0]: end}
    transitions = {**life.transitions, life.initial: first}
    return changed_life(life, lambda bent: replace(bent, transitions=transitions))


def late_visibility(contract: Contract, given: Arguments) -> Hooks:
    """A fresh resource is not found at first."""
    life, reads = given.lifecycle(contract), given.whole("n", 1)
    if life.observed_by is None or life.consistency.get_after_create_s <= 0:
        raise ValueError(f"{life.name} has no window in which a read may find nothing")
    return failing(life.observed_by.operation, life.not_found, lambda count: count <= reads)


def other_spelling(contract: Contract, given: Arguments) -> Hooks:
    """States are spelled the other documented way."""
    life = given.lifecycle(contract)
    turned = {state: spelled[::-1] for state, spelled in life.spellings.items()}
    return changed_life(life, lambda bent: replace(bent, spellings=turned))


def other_error_forms(contract: Contract, given: Arguments) -> Hooks:
    """Errors take another documented form."""
    turned = {name: replace(error, forms=error.forms[::-1]) for name, error in contract.errors.items()}
    return changed_contract(lambda bent: replace(bent, errors=turned))


def extra_headers(contract: Contract, given: Arguments) -> Hooks:
    """Responses have further headers."""
    added = (("X-Cache", "MISS"), ("Vary", "Accept-Encoding"))
    return Hooks(response=(lambda turn, sent: replace(sent, headers=(*sent.headers, *added)),))


def error_with_more(contract: Contract, given: Arguments) -> Hooks:
    """Errors have a further member."""

    def bent(turn: Turn, answer: Answer) -> Answer:
        more = turn.refusal is not None and isinstance(answer.body, dict)
        return replace(answer, body={**answer.body, "requestId": "r-1"}) if more else answer

    return Hooks(answer=(bent,))


def shuffled_members(contract: Contract, given: Arguments) -> Hooks:
    """JSON members stand in another order."""

    def bent(turn: Turn, sent: HttpResponse) -> HttpResponse:
        try:
            value = orjson.loads(sent.body)
        except orjson.JSONDecodeError:
            return sent
        return replace(sent, body=orjson.dumps(_reversed(value)))

    return Hooks(response=(bent,))


def absent_for_null(contract: Contract, given: Arguments) -> Hooks:
    """A null member is left out."""
    operation, at = given.operation(contract).id, given.text("at")

    def bent(turn: Turn, answer: Answer) -> Answer:
        applies = turn.operation == operation and get(answer.body, at) is None
        return replace(answer, body=remove(answer.body, at)) if applies else answer

    return Hooks(answer=(bent,))


def charset(contract: Contract, given: Arguments) -> Hooks:
    """Media types name their encoding."""

    def bent(turn: Turn, sent: HttpResponse) -> HttpResponse:
        headers = tuple(
            (name, f"{value}; charset=utf-8" if _is_bare(name, value) else value) for name, value in sent.headers
        )
        return replace(sent, headers=headers)

    return Hooks(response=(bent,))


def slow_jobs(contract: Contract, given: Arguments) -> Hooks:
    """A job stays in its first state for some reads."""
    life, reads = given.lifecycle(contract), given.whole("reads", 3)

    def slow(scene: Scene, one: Resource) -> Resource:
        begun = one.history[1:] and step(life, life.initial, life.course[0]) == one.history[1][0]
        early = begun and one.observed <= reads
        return replace(one, history=one.history[:1], updated=one.created) if early else one

    return showing(life, slow)


def _is_useless(scene: Scene, one: Resource, row: Reference) -> bool:
    """Whether what a resource names did not exist, or had ended in a state of no use, when it was made."""
    found = scene.world.resources.get((row.resource, get(one.request, row.place.name)))
    return found is None or (found.state in row.unusable and found.history[-1][1] <= one.created)


def missing_fails_later(contract: Contract, given: Arguments) -> Hooks:
    """A creation that names nothing, or what is as good as nothing, is accepted, and its job fails in time."""
    life = given.lifecycle(contract)
    creation = life.created_by
    rows = creation.references if creation else ()
    late = tuple(row for row in rows if row.may_fail_later)
    if creation is None or not late:
        raise ValueError(f"{life.name} names nothing that may be missing at first")
    failure = next(state for state, kind in life.final.items() if kind == "failure")
    kept = replace(creation, references=tuple(row for row in rows if row not in late))

    def ended(scene: Scene, one: Resource) -> Resource:
        lacks = one.request is not None and any(_is_useless(scene, one, row) for row in late)
        fails = lacks and life.final.get(one.state) == "success"
        return replace(one, history=(*one.history[:-1], (failure, one.history[-1][1]))) if fails else one

    return merged((changed_life(life, lambda bent: replace(bent, created_by=kept)), showing(life, ended)))


def only_json(contract: Contract, given: Arguments) -> Hooks:
    """A text that has to be JSON is refused when it is no object."""
    constraint: Constraint = given.row("constraint", contract.constraints)
    place = constraint.schema_pointer.rpartition("/")[0] + "/pattern"
    whole = r"^\s*\{[\s\S]*\}\s*$"
    return changed_contract(lambda bent: with_schema(bent, constraint, lambda schema: put(schema, place, whole)))


def signed_links(contract: Contract, given: Arguments) -> Hooks:
    """A link is signed anew for each reader."""
    operation, at = given.operation(contract).id, given.text("at")

    def bent(turn: Turn, answer: Answer) -> Answer:
        link = get(answer.body, at) if turn.operation == operation and turn.refusal is None else None
        return replace(answer, body=put(answer.body, at, f"{link}?Signature={turn.count}")) if link else answer

    return Hooks(answer=(bent,))


def front_end_page(contract: Contract, given: Arguments) -> Hooks:
    """What is no request of the API is answered with a page of XML that has the error's name."""
    early = {contract.refusals[name] for name in ("media_type", "method") if name in contract.refusals}

    def bent(turn: Turn, sent: HttpResponse) -> HttpResponse:
        error = contract.errors[turn.refusal] if turn.refusal in early else None
        if error is None or error.forms[0].code is None:
            return sent
        kept = [row for row in sent.headers if row[0].lower() not in ("content-type", "x-amzn-errortype")]
        headers = (*kept, ("Content-Type", "application/xml"))
        return replace(sent, headers=headers, body=f"<{error.forms[0].code}/>".encode())

    return Hooks(response=(bent,))


def comparable_times(contract: Contract, given: Arguments) -> Hooks:
    """A list is filtered by a time only with what this server reads as one."""
    operation = given.operation(contract).id
    listings = [life.listed_by for life in contract.lifecycles.values() if life.listed_by]
    rules = [row for one in listings if one.operation == operation for row in one.filters if row.variable]
    invalid = contract.errors[contract.refusals["invalid"]]

    def bent(turn: Turn, answer: Answer) -> Answer:
        if turn.operation != operation or turn.refusal is not None or turn.call is None:
            return answer
        body: Any = turn.call.body
        for rule in rules:
            timed = str(get(body, rule.variable.name if rule.variable else "")).endswith("At")
            texts = [get(body, f"/{name}") for name in rule.operators]
            if timed and not all(text is MISSING or str(text).replace(".", "", 1).isdigit() for text in texts):
                return WIRES[contract.wire].error_answer(contract, invalid, invalid.forms[0], "this is no time")
        return answer

    return Hooks(answer=(bent,))


def byte_order_mark(contract: Contract, given: Arguments) -> Hooks:
    """A file begins with a byte order mark, as some writers of UTF-8 begin each."""
    operation = given.operation(contract).id

    def bent(turn: Turn, answer: Answer) -> Answer:
        is_file = turn.operation == operation and turn.refusal is None and isinstance(answer.body, bytes)
        return replace(answer, body=codecs.BOM_UTF8 + answer.body) if is_file else answer

    return Hooks(answer=(bent,))


def _is_bare(name: str, value: str) -> bool:
    return name.lower() == "content-type" and "json" in value and "charset" not in value


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


VARIANTS = (
    planted(skip_states, "resource"),
    planted(late_visibility, "resource", "n?"),
    planted(other_spelling, "resource"),
    planted(other_error_forms),
    planted(extra_member, "operation", "at", "value"),
    planted(extra_headers),
    planted(error_with_more),
    planted(shuffled_members),
    planted(absent_for_null, "operation", "at"),
    Fault("reordered_list", "A list without a promised order has another one.", ("operation", "at"), reverse_items),
    planted(charset),
    planted(slow_jobs, "resource", "reads?"),
    planted(missing_fails_later, "resource"),
    planted(only_json, "constraint"),
    planted(signed_links, "operation", "at"),
    planted(front_end_page),
    planted(comparable_times, "operation"),
    planted(byte_order_mark, "operation"),
    Fault("throttled_at_first", "The first calls are told to come again.", ("operation", "n?", "error?"), first_n),
    Fault("throttled_at_times", "Some calls are told to come again.", ("operation", "n?", "error?"), every_nth),
)
