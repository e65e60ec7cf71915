"""Creations that choose otherwise: a member with few values is asked for with each value that the samples do not have.

A server that ignores such a member shows the sample's value for ever, and with one sample that looks right. So each
other value is asked for once and read once. A target may have its own reasons to refuse a choice (another kind of
model, a feature that an account lacks): what is refused shows nothing, and nothing is held against it.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.plan import Mode, Scenario
from conformance.plans.changing import awkward
from conformance.plans.samples import Samples, read_place, write_place
from conformance.plans.script import Script, scripts
from conformance.plans.values import smallest, types
from specs.contract import Contract, FieldRule
from specs.message import Call, JsonValue
from specs.reading.place_checks import at_pointer


def plan_echoes(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """One scenario, a creation and two reads, for each choice; what breaks a limit of the request is left out."""
    known = scripts(contract, samples, seed).values()
    rows = (script for script in known if script.life.created_by is not None and script.life.absent is None)
    return tuple(found for script in rows for rule in script.life.fields for found in _plan(script, rule))


def _plan(script: Script, rule: FieldRule) -> Iterator[Scenario]:
    if rule.echoes is None or rule.strength == "info":
        return
    name = rule.pointer.strip("/").replace("/", ".")
    for number, call in enumerate(_calls(script, rule)):
        group = f"{script.life.name}/echo/{name}/{number + 1}"
        asked = script.case("field_echoes", f"{name}: another value", group, field=rule.pointer)
        reads = script.read(group, group), script.read(group, group)
        yield Scenario(group, (script.create(group, group, call, asked), *reads), mode=Mode.create)


def _calls(script: Script, rule: FieldRule) -> Iterator[Call]:
    assert rule.echoes is not None
    for value in _choices(script, rule):
        made = (write_place(script.creation(full=full), rule.echoes, value) for full in (True, False))
        right = next((call for call in made if not any(script.samples.oracle.request(call))), None)
        if right is not None:
            yield right


def _choices(script: Script, rule: FieldRule) -> Iterator[JsonValue]:
    """The values of an enum or of a boolean that no sample has, a value of a member that no sample may have, and an
    awkward text where any will do."""
    creation = script.life.created_by
    assert creation is not None
    assert rule.echoes is not None
    schema = at_pointer(script.contract.operations[creation.operation].request_schema or {}, rule.echoes.name)
    known = schema.get("enum") or ([True, False] if types(schema) == ("boolean",) else [])
    if isinstance(schema.get("x-needs"), str):  # no sample may have it, for a target that lacks what it needs
        known = [smallest(schema)]
    held = [read_place(script.creation(full=full), rule.echoes) for full in (False, True)]
    yield from (value for value in known if value not in held)
    named = [place for place in (creation.chosen_by_client, creation.unique) if place is not None]
    if rule.echoes not in (*named, *(reference.place for reference in creation.references)):
        calls = (script.creation(full=full) for full in (True, False))
        texts = (awkward(script.samples, creation.operation, rule.echoes, call) for call in calls)
        yield from [text for text in texts if text is not None][:1]
