"""The boundary tables of a contract's request limits: requests that break exactly one limit, and requests at it.

Every request starts from a sample that the contract calls valid, so that its one change is the only thing wrong. The
oracle proves it: a request that breaks another limit as well is not sent, unless no value of that place breaks the
limit alone (an empty text breaks a minimum length and a pattern together; refusing it is right by both).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.history import Case
from conformance.judging.oracle import Oracle, is_slot, values_at
from conformance.plan import Scenario, Step
from conformance.plans.preparing import own_resource, refused_mode_of
from conformance.plans.probes import LEAN, Ground, Probe, describe, probes
from conformance.plans.samples import Samples, read_place, write_place
from conformance.plans.standing import FRESH_LENGTH, inside_expectation, missing_class, stand_in
from conformance.plans.values import is_valid, keeps_formats, placed, smallest, without_alternatives
from specs.contract import Constraint, Contract, Filter, Place
from specs.message import ABSENT, Call, JsonValue
from specs.pointers import MISSING, split
from specs.wire import WIRES

STEPS_MAX = 20
"""Requests of one scenario; scenarios run side by side."""
SHARED_BREAKS_MAX = 2
"""Of the requests that cannot break a limit alone, so many are sent."""


@dataclass(frozen=True)
class Trial:
    """One request and what it is evidence for. `parameters` of its case say what a report needs to tell it again."""

    call: Call
    constraint: Constraint
    probe: Probe
    expect: tuple[str, ...]

    @property
    def case(self) -> Case:
        """The case as it is recorded."""
        return Case("boundary", self.constraint.id, describe(self.constraint, self.probe), self.expect)


def plan_boundaries(contract: Contract, samples: Samples, seed: int, operations: Iterable[str]) -> tuple[Scenario, ...]:
    """The boundary tables of some operations. The seed decides nothing here: tables are complete."""
    found: list[Scenario] = []
    for operation in operations:
        rows = [row for row in contract.constraints.values() if row.operation == operation and row.side == "request"]
        cases = tuple(trial for row in rows for trial in trials(contract, samples, row))
        for start in range(0, len(cases), STEPS_MAX):
            name = f"boundary:{operation}:{start // STEPS_MAX + 1}"
            found.append(_scenario(contract, samples, name, cases[start : start + STEPS_MAX]))
    return tuple(found)


def _scenario(contract: Contract, samples: Samples, name: str, chunk: tuple[Trial, ...]) -> Scenario:
    operation = chunk[0].call.operation
    prepared = own_resource(contract, samples, operation, name)
    steps: list[Step] = []
    for trial in chunk:
        steps += _look(contract, samples, trial)
        steps.append(Step(trial.case, with_slots(trial.call, prepared.slots)))
    return Scenario(name, prepared.before + tuple(steps), mode=refused_mode_of(contract, operation))


def _look(contract: Contract, samples: Samples, trial: Trial) -> Iterator[Step]:
    """Whether a short name is somebody's already: an earlier run has left the same one behind, in whatever state."""
    place = Place(trial.constraint.location, trial.constraint.pointer)
    name = read_place(trial.call, place)
    for life in contract.lifecycles.values():
        creation, observed = life.created_by, life.observed_by
        if creation is None or observed is None or life.absent is not None or creation.chosen_by_client != place:
            continue
        short = trial.probe.inside and isinstance(name, str) and len(name) < FRESH_LENGTH
        if short and trial.call.operation in creation.operations:
            case = Case("look", "", "is this name taken", ("any",))
            yield Step(case, write_place(samples.call(observed.operation), observed.identity, name))


def with_slots(call: Call, slots: Mapping[str, str]) -> Call:
    """A call whose shared resources are replaced by a scenario's own; `slots` maps a resource to its slot."""

    def moved(value: Any) -> Any:
        if is_slot(value):
            resource = str(value["$slot"]).removeprefix("shared:")
            return {"$slot": slots.get(resource, value["$slot"])}
        if isinstance(value, Mapping):
            return {key: moved(member) for key, member in value.items()}
        return [moved(item) for item in value] if isinstance(value, list) else value

    if not slots:
        return call
    return replace(call, path=moved(call.path), query=moved(call.query), body=moved(call.body))


def trials(contract: Contract, samples: Samples, constraint: Constraint) -> tuple[Trial, ...]:
    """The proved cases of one constraint: values that it allows, then values that it alone forbids."""
    bases = tuple(_bases(contract, samples, constraint))
    ground = _ground(contract, samples, constraint, bases)
    alone: list[Trial] = []
    together: list[Trial] = []
    for probe in probes(ground):
        expect = expectation(contract, samples, constraint, probe)
        if not expect:
            continue
        for base in _bases(contract, samples, constraint):
            call = _changed(contract, constraint, base, probe)
            broken = _broken(samples.oracle, call, constraint)
            if probe.inside and not agrees(contract, call):
                continue
            if broken == (set() if probe.inside else {constraint.id}):
                alone.append(Trial(call, constraint, probe, expect))
                break
            if not probe.inside and constraint.id in broken and _one_place(contract, broken):
                both = (*expect, *_classes(contract, "invalid", "wrong_type"))
                together.append(Trial(call, constraint, probe, tuple(dict.fromkeys(both))))
                break
    return _lean(constraint, alone, together)


def agrees(contract: Contract, call: Call) -> bool:
    """Whether a body keeps the rules without a name and the formats, wherever they stand: a target may refuse what
    breaks them, and no requirement says that it must."""
    schema = contract.operations[call.operation].request_schema or {}
    return call.body is ABSENT or (_keeps(schema, call.body) and keeps_formats(schema, call.body))


def _keeps(schema: Mapping[str, Any], value: JsonValue) -> bool:
    if not all(is_valid(rule, value) for rule in schema.get("allOf", ()) if "x-name" not in rule):
        return False
    if isinstance(value, Mapping):
        members = schema.get("properties", {})
        return all(_keeps(members[name], member) for name, member in value.items() if name in members)
    items = schema.get("items", {})
    return not isinstance(value, list) or all(_keeps(items, item) for item in value)


def proved(contract: Contract, samples: Samples, constraint: Constraint, base: Call) -> tuple[Probe, Call] | None:
    """The first forbidden value that, put into this valid call, breaks the constraint and nothing else."""
    for probe in probes(_ground(contract, samples, constraint, (base,))):
        call = _changed(contract, constraint, base, probe)
        if not probe.inside and _broken(samples.oracle, call, constraint) == {constraint.id}:
            return probe, call
    return None


def _lean(constraint: Constraint, alone: list[Trial], together: list[Trial]) -> tuple[Trial, ...]:
    inside = [trial for trial in alone if trial.probe.inside]
    outside = [trial for trial in alone if not trial.probe.inside][: LEAN.get(constraint.keyword)]
    return (*inside, *(outside or together[:SHARED_BREAKS_MAX]))


def _broken(oracle: Oracle, call: Call, constraint: Constraint) -> set[str]:
    rows = (violation.constraint for violation in oracle.request(call))
    return {row.id for row in rows if row.strength != "info" or row.id == constraint.id}


def _one_place(contract: Contract, broken: set[str]) -> bool:
    return len({(contract.constraints[name].location, contract.constraints[name].pointer) for name in broken}) == 1


def expectation(contract: Contract, samples: Samples, constraint: Constraint, probe: Probe) -> tuple[str, ...]:
    """What the answers to a probe may be; empty when no source says what the target should answer."""
    if probe.inside:
        return inside_expectation(contract, samples, constraint, probe.value)
    if constraint.location in ("query", "header"):
        return _classes(contract, "query")
    if constraint.location == "path":
        return _classes(contract, "path")
    further = contract.operations[constraint.operation].invalid
    if constraint.keyword == "type":
        named = _classes(contract, "wrong_type", *(() if constraint.pointer else ("malformed", "invalid")))
        return (*named, *further)
    return (*_classes(contract, "invalid"), *further)


def _classes(contract: Contract, *situations: str) -> tuple[str, ...]:
    named = (contract.refusals.get(situation) for situation in situations)
    return tuple(dict.fromkeys(name for name in named if name))


def _ground(contract: Contract, samples: Samples, constraint: Constraint, bases: tuple[Call, ...]) -> Ground:
    held = next((value for value in (_held(base, constraint) for base in bases) if value is not MISSING), MISSING)
    if is_slot(held):
        held = stand_in(contract, samples, str(held["$slot"]).removeprefix("shared:"))
    if held is MISSING:
        held = smallest(constraint.schema)
    if constraint.keyword in ("minLength", "maxLength") and missing_class(contract, constraint):
        held = _of_nobody(constraint, held)
    as_text = constraint.location != "body"
    is_lenient = contract.wire_options.get("types") == "lenient"
    return Ground(constraint, held, WIRES[contract.wire].null_is_absent, as_text, is_lenient)


def _of_nobody(constraint: Constraint, held: Any) -> Any:
    """A name that is nobody's even when it is cut to one letter: creations at their own limits leave such names behind,
    in states that nobody knows."""
    other = f"z{held}" if isinstance(held, str) else held
    return other if is_valid(constraint.schema, other) else held


def _bases(contract: Contract, samples: Samples, constraint: Constraint) -> Iterator[Call]:
    """Valid calls to change, those first that have a value at the place."""
    operation = constraint.operation
    sample = contract.samples[operation]
    chosen = filter_of(contract, constraint)
    if chosen is not None and sample.full is not None:
        yield _only_operator(samples.call(operation, full=True), chosen, constraint.pointer)
        return
    least = samples.call(operation)
    if sample.full is None or _held(least, constraint) is not MISSING:
        yield least
        if sample.full is not None:
            yield samples.call(operation, full=True)
        return
    full = samples.call(operation, full=True)
    yield from (least, full) if _held(full, constraint) is MISSING else (full, least)


def filter_of(contract: Contract, constraint: Constraint) -> Filter | None:
    """The list filter whose operator the constraint's place is: it means something only beside its variable."""
    for life in contract.lifecycles.values():
        if life.listed_by and life.listed_by.operation == constraint.operation:
            rows = (row for row in life.listed_by.filters if constraint.pointer.strip("/") in row.operators)
            return next(rows, None)
    return None


def _only_operator(call: Call, chosen: Filter, pointer: str) -> Call:
    body = dict(call.body) if isinstance(call.body, Mapping) else {}
    held = next((body.pop(name) for name in chosen.operators if name in body), "text")
    return replace(call, body={**body, pointer.strip("/"): held})


def _held(call: Call, constraint: Constraint) -> Any:
    """The value that a call has at a constraint's place, or `MISSING`."""
    if constraint.location == "body":
        body = {} if call.body is ABSENT else call.body
        return next(values_at(body, constraint.pointer), MISSING)
    name, _, rest = constraint.pointer.partition("/")
    given = {"path": call.path, "query": call.query}.get(constraint.location, call.headers)
    return next(values_at(given[name], f"/{rest}" if rest else ""), MISSING) if name in given else MISSING


def _changed(contract: Contract, constraint: Constraint, base: Call, probe: Probe) -> Call:
    if constraint.location != "body":
        return _changed_parameter(constraint, base, probe.value)
    body: JsonValue = {} if base.body is ABSENT else base.body
    value = probe.value
    rule = constraint.keyword not in constraint.schema and constraint.keyword != "required"
    if rule and not constraint.pointer and isinstance(value, Mapping) and isinstance(body, Mapping):
        return replace(base, body={**body, **value})
    schema = contract.operations[base.operation].request_schema or {}
    if probe.inside and _held(base, constraint) is MISSING:
        body = without_alternatives(body, schema, split(constraint.pointer))
    return replace(base, body=placed(body, schema, split(constraint.pointer), value))


def _changed_parameter(constraint: Constraint, base: Call, value: JsonValue) -> Call:
    name, _, rest = constraint.pointer.partition("/")
    return write_place(base, Place(constraint.location, name), [value] if rest and value is not MISSING else value)
