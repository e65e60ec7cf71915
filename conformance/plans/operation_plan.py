"""Plans for whole operations: valid calls, calls without rights, and single calls that written requirements describe.

The valid calls are the controls of everything else: as long as none of them is accepted, no refusal proves anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from conformance.history import Case, Keys
from conformance.plan import Mode, Scenario, Stage, Step, shared, slot
from conformance.plans.preparing import (
    accepts_valid,
    command_of,
    is_race,
    mode_of,
    mounting,
    own_resource,
    polling,
    reading,
    refused_mode_of,
    restoration,
    sub_resource,
)
from conformance.plans.samples import Samples, csv_text, with_value, write_place
from specs.articles import an
from specs.contract import Contract, Lifecycle, Place, Requirement
from specs.lifecycle import spell
from specs.message import ABSENT, Call
from specs.pointers import MISSING

CREDENTIALS: Mapping[str, Keys] = {
    "unauthenticated": "missing",
    "bad_credentials": "wrong",
    "other_word": "other_word",
}
"""Situation -> what the step's credentials are."""
NEAR: tuple[Keys, ...] = ("longer", "other_case")
"""Tokens that a careless comparison takes for the right one. One operation shows how a target compares."""


def plan_operations(contract: Contract, samples: Samples, seed: int) -> tuple[Scenario, ...]:
    """Controls, credentials, and the calls of `call_gets` and `report_variant`. Nothing here is drawn from the seed."""
    return (
        *_controls(contract, samples),
        *_sub_resource_controls(contract, samples),
        *_credentials(contract, samples),
        *_written(contract, samples),
        *_once_more(contract, samples),
        *_as_texts(contract, samples),
    )


def _as_texts(contract: Contract, samples: Samples) -> Iterator[Scenario]:
    """A list as a text, between two of the same list as JSON."""
    for requirement in contract.requirements.values():
        if requirement.check != "text_agrees":
            continue
        rules = requirement.parameters
        (location, name), *_ = rules["asked"].items()
        plain = samples.call(str(rules["operation"]))
        as_text = write_place(plain, Place(location, name), rules["value"])
        case = Case("relation", requirement.id, "as JSON and as a text", ("accepted",), requirement.id)
        steps = tuple(Step(case, call) for call in (plain, as_text, plain))
        yield Scenario(requirement.id, steps, mode=Mode.observe)


def _once_more(contract: Contract, samples: Samples) -> Iterator[Scenario]:
    """What stays accepted is called again at the very end, when much has happened since the first time."""
    for requirement in contract.requirements.values():
        if requirement.check == "stays_accepted" and requirement.operation:
            case = Case("relation", requirement.id, "once more at the end", ("any",))
            step = Step(case, samples.call(requirement.operation))
            yield Scenario(f"{requirement.id}:end", (step,), Stage.closing, Mode.read)


def _controls(contract: Contract, samples: Samples) -> Iterator[Scenario]:
    for operation in contract.operations:
        if sub_resource(contract, operation) is not None:
            continue
        for full in (False, True)[: 2 if contract.samples[operation].full is not None else 1]:
            label = "the sample with every optional member" if full else "the sample"
            name = f"control:{operation}:{'full' if full else 'plain'}"
            prepared = own_resource(contract, samples, operation, name)
            call = samples.call(operation, prepared.slots, full=full)
            steps = [*prepared.before, *_told_and_read(contract, samples, _control(contract, call, label), name)]
            races = is_race(contract, samples, operation)
            if races:  # what is read at once tells a command that came too late from one that is never accepted
                steps += [reading(contract, samples, contract.lifecycles[life], name) for life in prepared.slots]
            yield Scenario(name, tuple(steps), Stage.exclusive if races else Stage.main, prepared.mode)


def _told_and_read(contract: Contract, samples: Samples, control: Step, name: str) -> Iterator[Step]:
    """A control; what it makes out of a secret is read afterwards, since a leak shows in what is read."""
    rows = (row for row in contract.requirements.values() if row.check == "never_shown")
    secretive = control.call is not None and control.call.operation in {row.parameters["operation"] for row in rows}
    for life in contract.lifecycles.values() if secretive else ():
        makes = life.created_by is not None and control.call and control.call.operation in life.created_by.operations
        if makes and life.observed_by is not None:
            yield replace(control, slot=name, creates=life.name)
            yield reading(contract, samples, life, name)
            return
    yield control


def _control(contract: Contract, call: Call, label: str) -> Step:
    return Step(Case("control", accepts_valid(contract, call.operation), label, ("accepted",)), call)


def _sub_resource_controls(contract: Contract, samples: Samples) -> Iterator[Scenario]:
    """A sub-resource exists at most once: take it away, wait, make it again, wait, while nobody else needs it."""
    for life in contract.lifecycles.values():
        taking = [row for row in life.commands.values() if row.event]
        if life.absent is None or life.created_by is None or life.observed_by is None or not taking:
            continue
        take = _control(contract, samples.call(taking[0].operation), "the sample")
        make = _control(contract, samples.call(life.created_by.operation), "the sample")
        gone = tuple(state for state in life.final if spell(life, state) in life.absent.values())
        name = shared(life.name)
        back = restoration(contract, samples, life)[1:]
        without = _calls_without(contract, samples, life)
        steps = (take, polling(contract, samples, life, name, gone), *without, make, *back)
        yield Scenario(f"control:{life.name}", steps, Stage.exclusive, Mode.destroy, needs=(name,))


def _calls_without(contract: Contract, samples: Samples, life: Lifecycle) -> Iterator[Step]:
    """The calls of `call_without`, for the moment in which a sub-resource is not there."""
    for requirement in contract.requirements.values():
        rules = requirement.parameters
        if requirement.check == "call_without" and rules["resource"] == life.name:
            label = f"without {an(life.title)}"
            case = Case("relation", requirement.id, label, (str(rules["expect"]),))
            yield Step(case, samples.call(str(rules["operation"])))


def _credentials(contract: Contract, samples: Samples) -> Iterator[Scenario]:
    reading = [row for row in contract.operations.values() if row.authenticated and row.method == "GET"]
    compared = min(reading, key=lambda row: row.feature is not None).id if reading else ""
    for requirement in contract.requirements.values():
        if requirement.check != "credentials" or requirement.operation is None:
            continue
        operation, situation = requirement.operation, str(requirement.parameters["situation"])
        expect = requirement.parameters.get("expect") or contract.refusals.get(situation)
        if expect is None:
            continue
        prepared = own_resource(contract, samples, operation, requirement.id)
        call = samples.call(operation, prepared.slots)
        case = Case("credentials", requirement.id, f"{CREDENTIALS[situation]} credentials", (str(expect),))
        step = Step(case, call, credentials=CREDENTIALS[situation])
        taken = _taken(contract, operation)
        if taken is None:
            near = _near(contract, step) if situation == "bad_credentials" and operation == compared else ()
            yield Scenario(requirement.id, (*prepared.before, step, *near), mode=refused_mode_of(contract, operation))
            continue
        steps = (step, *restoration(contract, samples, taken))  # a target without rights takes it away
        yield Scenario(requirement.id, steps, Stage.exclusive, Mode.destroy, needs=(shared(taken.name),))


def _near(contract: Contract, step: Step) -> Iterator[Step]:
    """The same call with tokens that resemble the right one; a signature is right or not, and resembles nothing."""
    for which in NEAR if contract.auth.scheme != "sigv4" else ():
        case = replace(step.case, label=f"{which} credentials")
        yield replace(step, case=case, credentials=which)


def _taken(contract: Contract, operation: str) -> Lifecycle | None:
    """The sub-resource that a call of the operation takes away."""
    found = command_of(contract, operation)
    return sub_resource(contract, operation) if found is not None and found[1].event else None


def _written(contract: Contract, samples: Samples) -> Iterator[Scenario]:
    for requirement in contract.requirements.values():
        if requirement.check not in ("call_gets", "report_variant"):
            continue
        operation = str(requirement.parameters["operation"])
        if _taken(contract, operation) is not None:
            continue
        expect = str(requirement.parameters.get("expect", "any"))
        prepared = own_resource(contract, samples, operation, requirement.id)
        call = changed(samples, samples.call(operation, prepared.slots), requirement)
        case = Case("relation", requirement.id, described(requirement), (expect,))
        before = (*prepared.before, *mounting(contract, samples, call, requirement.id))
        mode = max(mode_of(contract, operation), Mode.create if before else Mode.observe)
        yield Scenario(requirement.id, (*before, Step(case, call)), mode=mode)


def changed(samples: Samples, call: Call, requirement: Requirement) -> Call:
    """The call with the changes and removals of a written requirement (`/body/...`, `/query/...`, `/path/...`).

    With `sent_as` the records of its body are written as CSV of that media type.
    """
    for pointer, value in requirement.parameters.get("change", {}).items():
        call = _with(call, pointer, filled(samples, value))
    for pointer in requirement.parameters.get("remove", ()):
        call = _with(call, pointer, MISSING)
    kind = requirement.parameters.get("sent_as")
    return call if kind is None else replace(call, media_type=str(kind), body=_table(call.body))


def _table(records: Any) -> bytes:
    """Records as CSV; the names of the first one's members are the header."""
    header = list(records[0]) if isinstance(records, list) and records else []
    return csv_text({"header": header, "rows": [[row.get(name, "") for name in header] for row in records]})


def filled(samples: Samples, value: Any) -> Any:
    """A value of a written requirement with its fixtures, fresh names and the run's own resources filled in."""
    if isinstance(value, Mapping):
        if set(value) == {"$identity"}:
            return slot(shared(value["$identity"]))
        if set(value) == {"$fixture"}:
            return samples.fixtures[value["$fixture"]]
        if set(value) == {"$fresh"}:
            return samples.naming.fresh(value["$fresh"])
        return {name: filled(samples, member) for name, member in value.items()}
    return [filled(samples, item) for item in value] if isinstance(value, list) else value


def described(requirement: Requirement) -> str:
    """What a written requirement changes, in a few words."""
    parameters = requirement.parameters
    changes = [f"{place} = {str(value)[:60]}" for place, value in parameters.get("change", {}).items()]
    removals = [f"no {place}" for place in parameters.get("remove", ())]
    kinds = [f"as {parameters['sent_as']}"] if "sent_as" in parameters else []
    return ", ".join([*changes, *removals, *kinds]) or "the sample"


def _with(call: Call, pointer: str, value: Any) -> Call:
    location, _, rest = pointer.removeprefix("/").partition("/")
    if location == "body":
        body = {} if call.body is ABSENT else call.body
        return replace(call, body=with_value(body, f"/{rest}", value))
    place = Place("path" if location == "path" else "query" if location == "query" else "header", rest)
    return write_place(call, place, value)
