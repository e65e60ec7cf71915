"""Random requests around the boundary tables: valid bodies in many shapes, and the same with one limit broken.

Hypothesis draws which optional members stand and what their values are; nothing that it draws depends on time or on an
answer, so a seed gives the same plan each time. Values that only a target knows (fixtures, ids, names) and values that
a written requirement warns of keep what the sample has. The oracle proves each body before it is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from conformance.history import Case
from conformance.judging.oracle import is_slot
from conformance.plan import Mode, Scenario, Step
from conformance.plans.boundary import STEPS_MAX, agrees, expectation, filter_of, proved, with_slots
from conformance.plans.preparing import accepts_valid, mode_of, own_resource, sub_resource
from conformance.plans.probes import Probe, describe
from conformance.plans.samples import Samples
from conformance.plans.values import types
from specs.contract import Constraint, Contract, Filter
from specs.message import Call, JsonValue

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

VALID_MAX = 10
INVALID_MAX = 10
ENUM_MAX = 4
"""Members of longer enums mostly need other members beside them: the boundary table tries each of them."""
DRAWS_MAX = 40
"""Bodies drawn for one operation, of which the valid and different ones are kept."""


@dataclass(frozen=True)
class Shape:
    """What may vary in one operation's body: the full sample, its schema, and the members that stay as they are."""

    sample: Mapping[str, Any]
    schema: Mapping[str, Any]
    kept: frozenset[str]
    always: frozenset[str]
    """Members that every body has: the required ones and those of the smallest valid body."""


def plan_properties(contract: Contract, samples: Samples, seed: int, operations: Iterable[str]) -> tuple[Scenario, ...]:
    """About ten valid and ten invalid random bodies for each of the operations whose body has something to vary."""
    found: list[Scenario] = []
    for operation in operations:
        shape = shape_of(contract, samples, operation)
        if shape is None:
            continue
        bodies = [body for body in drawn(shape, seed) if _stands(contract, operation, body)]
        if len(bodies) < 2:  # nothing varies: the tables say it all
            continue
        steps = (
            *_valid_steps(contract, samples, operation, bodies),
            *_invalid_steps(contract, samples, operation, bodies, seed),
        )
        for start in range(0, len(steps), STEPS_MAX):
            name = f"property:{operation}:{start // STEPS_MAX + 1}"
            prepared = own_resource(contract, samples, operation, name)
            chunk = tuple(
                replace(step, call=with_slots(step.call, prepared.slots)) if step.call else step
                for step in steps[start : start + STEPS_MAX]
            )
            found.append(Scenario(name, prepared.before + chunk, mode=prepared.mode))
    return tuple(found)


def shape_of(contract: Contract, samples: Samples, operation: str) -> Shape | None:
    """What may vary in an operation's body; None when nothing may, or when a valid call takes something away."""
    schema = contract.operations[operation].request_schema
    call = samples.call(operation, full=True)
    if schema is None or not isinstance(call.body, Mapping) or not call.body:
        return None
    if mode_of(contract, operation) == Mode.destroy or sub_resource(contract, operation) is not None:
        return None
    spoken_of = {
        pointer.split("/")[2]
        for requirement in contract.requirements.values()
        if requirement.check in ("call_gets", "report_variant") and requirement.parameters["operation"] == operation
        if requirement.parameters.get("expect") != "accepted"
        for pointer in requirement.parameters.get("change", {})
        if pointer.startswith("/body/")
    }
    spoken_of |= {
        pointer.split("/")[1]
        for row in contract.collections.values()
        for members in row.owners.values()
        for pointer in members  # what says of which kind the owner is belongs to the owner's id
        if operation in row.operations
    }
    smallest = samples.call(operation).body
    always = {*schema.get("required", ()), *(smallest if isinstance(smallest, Mapping) else ())}
    return Shape(call.body, schema, frozenset(spoken_of), frozenset(always))


def drawn(shape: Shape, seed: int) -> list[JsonValue]:
    """Different bodies, drawn with the seed."""
    # Hypothesis takes most of a second to import, which a listing or a report must not pay for.
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    found: list[JsonValue] = []

    @seeded(seed)
    @settings(
        max_examples=DRAWS_MAX,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy(shape))
    def collect(body: JsonValue) -> None:
        if body not in found:
            found.append(body)

    collect()
    return found


def strategy(shape: Shape) -> SearchStrategy[Any]:
    """Bodies of a shape: some members always, others sometimes, values as far as they may vary."""
    from hypothesis import strategies as st  # see `drawn`

    members = shape.schema.get("properties", {})
    values = {
        name: st.just(value) if name in shape.kept else _varied(value, members.get(name, {}))
        for name, value in shape.sample.items()
    }
    needed = {name: value for name, value in values.items() if name in shape.always}
    optional = {name: value for name, value in values.items() if name not in shape.always}
    return st.fixed_dictionaries(needed, optional=optional)


def _varied(value: JsonValue, schema: Mapping[str, Any]) -> SearchStrategy[Any]:
    from hypothesis import strategies as st  # see `drawn`

    kinds = types(schema)
    if is_slot(value):
        return st.just(value)
    if isinstance(value, Mapping) and "object" in kinds:
        members = schema.get("properties", {})
        required = set(schema.get("required", ())) | (set() if members else set(value))
        inner = {name: _varied(member, members.get(name, {})) for name, member in value.items()}
        needed = {name: each for name, each in inner.items() if name in required}
        return st.fixed_dictionaries(
            needed, optional={name: each for name, each in inner.items() if name not in required}
        )
    if isinstance(value, list) and len(value) > 1:
        places = st.lists(st.sampled_from(range(len(value))), unique=True, min_size=max(1, schema.get("minItems", 0)))
        return places.map(lambda chosen: [value[place] for place in chosen])
    if 1 < len(schema.get("enum", ())) <= ENUM_MAX:
        needy = schema.get("x-needs", ())
        return st.sampled_from([member for member in schema["enum"] if member not in needy])
    if kinds == ("boolean",):
        return st.booleans()
    if kinds == ("integer",) and "minimum" in schema and "maximum" in schema:
        return st.integers(schema["minimum"], schema["maximum"])
    return st.just(value)


def _stands(contract: Contract, operation: str, body: JsonValue) -> bool:
    """Whether a list filter's operator stands together with its variable, or none of them."""
    return all(
        not isinstance(body, Mapping) or (bool(set(row.operators) & set(body)) == (variable in body))
        for row, variable in _filters(contract, operation)
    )


def _filters(contract: Contract, operation: str) -> Iterator[tuple[Filter, str]]:
    listings = (life.listed_by for life in contract.lifecycles.values() if life.listed_by)
    rows = (row for listing in listings if listing.operation == operation for row in listing.filters)
    for row in rows:
        if row.variable is not None and row.variable.location == "body":
            yield row, row.variable.name.strip("/")


def _valid_steps(contract: Contract, samples: Samples, operation: str, bodies: list[JsonValue]) -> Iterator[Step]:
    count = 0
    for body in bodies:
        call = _call(samples, operation, body)
        if count < VALID_MAX and not samples.oracle.broken(call) and agrees(contract, call):
            count += 1
            label = f"random valid body {count}"
            yield Step(Case("property", accepts_valid(contract, operation), label, ("accepted",)), call)


def _invalid_steps(
    contract: Contract, samples: Samples, operation: str, bodies: list[JsonValue], seed: int
) -> Iterator[Step]:
    rows = [row for row in contract.constraints.values() if row.operation == operation and row.side == "request"]
    rows = [row for row in rows if row.location == "body" and row.pointer and row.strength == "must"]
    rows = [row for row in rows if filter_of(contract, row) is None]
    chosen = Random(seed).sample(rows, min(INVALID_MAX, len(rows)))
    for number, constraint in enumerate(chosen):
        base = _call(samples, operation, bodies[number % len(bodies)])
        found = proved(contract, samples, constraint, base)
        if found is not None:
            probe, call = found
            yield Step(_case(contract, samples, constraint, probe), call)


def _case(contract: Contract, samples: Samples, constraint: Constraint, probe: Probe) -> Case:
    label = f"random body with {describe(constraint, probe)}"
    return Case("property", constraint.id, label, expectation(contract, samples, constraint, probe))


def _call(samples: Samples, operation: str, body: JsonValue) -> Call:
    """A call with a drawn body in which names that must be fresh are drawn anew by the samples."""
    call = samples.call(operation, full=True)
    raw = samples.contract.samples[operation]
    fresh = raw.full or raw.body
    return replace(call, body=_renewed(body, call.body, fresh))


def _renewed(body: JsonValue, anew: JsonValue, raw: Any) -> JsonValue:
    if isinstance(raw, Mapping) and "$fresh" in raw:
        return anew
    if isinstance(body, Mapping) and isinstance(anew, Mapping) and isinstance(raw, Mapping):
        return {name: _renewed(value, anew.get(name), raw.get(name)) for name, value in body.items()}
    return body
