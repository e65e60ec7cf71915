"""Checks of single limits: on requests by what the target refuses and accepts, on responses by what it shows.

A request limit holds when a request that breaks it alone is refused as invalid and a valid call is accepted. A response
limit holds when its place was seen in a real answer and never broken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.findings import Finding, Verdict, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.evidence import exchanges_of, judged, shown
from conformance.judging.oracle import at_part, values_at
from conformance.judging.view import View, breaks_limit
from conformance.plans.samples import read_place
from specs.contract import Constraint, Requirement
from specs.message import JsonValue
from specs.pointers import escape

APPLIES: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("minLength", "maxLength", "pattern"), (str,)),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), (int, float)),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems"), (list,)),
    **dict.fromkeys(("minProperties", "maxProperties", "additionalProperties"), (dict,)),
}
"""Keyword -> the Python types of the values that it limits; other keywords limit any value."""


def request_constraint(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Requests that break the limit alone are refused as its error class; requests at the limit are not."""
    at_limit: list[int] = []
    for exchange in exchanges_of(view, requirement):
        if exchange.case is not None and "accepted" in exchange.case.expect:
            finding = _inside(view, requirement, exchange)
            at_limit.append(exchange.index)
        else:
            finding = judged(view, requirement, exchange)
        if finding is not None:
            yield finding
    if at_limit:
        yield inconclusive(requirement, *at_limit[:1], got="no request that breaks it was refused")


def _inside(view: View, requirement: Requirement, exchange: Exchange) -> Finding | None:
    """A request at the limit must not be refused as invalid, nor break the server; other refusals decide nothing."""
    finding = judged(view, requirement, exchange)
    if finding.verdict == Verdict.passed and not finding.got:
        return None  # accepting alone proves no limit
    answer = exchange.answer
    if answer is None or finding.verdict == Verdict.inconclusive:
        return finding
    found = view.classify(answer)
    constraint = view.contract.constraints.get(exchange.case.requirement if exchange.case else "")
    invalid = _invalid_classes(view, exchange.operation or "", constraint.location if constraint else "body")
    if answer.status < 500 and found and not set(found) & invalid:
        return inconclusive(requirement, exchange.index, got=f"refused for another reason: {shown(answer)}")
    if answer.status < 500 and _names_what_is_there(view, exchange):
        return inconclusive(requirement, exchange.index, got="the name is taken: more than the limit may refuse it")
    if answer.status < 500 and _built_on_refused(view, exchange):
        return inconclusive(requirement, exchange.index, got="the valid call that it starts from is refused as well")
    return finding


def _names_what_is_there(view: View, exchange: Exchange) -> bool:
    """Whether a creation chose the name of a resource that was seen before."""
    for life in view.contract.lifecycles.values():
        creation = life.created_by
        if creation is None or creation.chosen_by_client is None or exchange.operation not in creation.operations:
            continue
        name = read_place(exchange.call, creation.chosen_by_client) if exchange.call is not None else None
        rows = view.observations.get((life.name, name), ()) if isinstance(name, str) else ()
        if any(row.exchange < exchange.index for row in rows):
            return True
    return False


def _built_on_refused(view: View, exchange: Exchange) -> bool:
    """Whether a valid call with all the members of this one, but the one under test, was refused as invalid."""
    constraint = view.contract.constraints.get(exchange.case.requirement if exchange.case else "")
    if constraint is None or constraint.location != "body":
        return False
    tried = constraint.pointer.split("/")[1:2]
    for control in view.by_operation.get(exchange.operation or "", ()):
        if control.case is None or control.case.kind != "control" or control.accepted or control.answer is None:
            continue
        is_base = _members(control) - set(tried) <= _members(exchange) - set(tried)
        if is_base and set(view.classify(control.answer)) & _invalid_classes(view, constraint.operation, "body"):
            return True
    return False


def _members(exchange: Exchange) -> set[str]:
    body = exchange.call.body if exchange.call is not None else None
    return {escape(name) for name in body} if isinstance(body, Mapping) else set()


def _invalid_classes(view: View, operation: str, location: str) -> set[str]:
    """The classes that say that a value at such a place is not allowed."""
    refusals, known = view.contract.refusals, view.contract.operations
    situations = {"path": ("path",), "query": ("query",), "header": ("query",)}.get(location, ("invalid", "wrong_type"))
    further = known[operation].invalid if operation in known and location == "body" else ()
    return {*further, *(refusals[name] for name in situations if name in refusals)}


def refusal_form(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Requests that break limits are refused as the error class that the contract names, at least some of them."""
    operation = requirement.operation or ""
    for exchange in view.by_operation.get(operation, ()):
        case, answer = exchange.case, exchange.answer
        if not breaks_limit(exchange) or case is None or answer is None or not 400 <= answer.status < 500:
            continue
        if not view.control_passed(operation):
            yield inconclusive(requirement, exchange.index, got=f"no valid call of {operation} was accepted")
        elif (operation, case.expect[0]) in view.strange_refusals:
            wanted = f"{' or '.join(case.expect)} for {case.label}"
            yield failed(requirement, exchange.index, expected=wanted, got=f"{shown(answer)}, as for every limit")
        elif set(view.classify(answer)) & set(case.expect):
            yield passed(requirement, exchange.index)


def response_constraint(view: View, requirement: Requirement) -> Iterator[Finding]:
    """No success of the operation breaks the limit, and at least one shows its place."""
    constraint = view.contract.constraints[requirement.id]
    is_seen = False
    for exchange in view.wanted_successes.get((constraint.operation, str(constraint.status)), ()):
        body, is_genuine = view.successes[exchange.index]
        problems = view.problems[exchange.index]
        if not problems:
            if is_genuine and not is_seen and _is_shown(constraint, body):
                is_seen = True  # one exchange that shows the place proves as much as all of them
                yield passed(requirement, exchange.index)
            continue
        mistyped = {
            row.at for row in problems if row.constraint.keyword == "type" and row.constraint.id != constraint.id
        }
        broken = next((row for row in problems if row.constraint.id == constraint.id), None)
        if broken is not None and broken.at in mistyped and constraint.keyword != "required":
            continue  # a value of the wrong type breaks its type, and that says it all
        if broken is not None and _is_tainted(body, broken.at, view.tainted):
            continue  # an accepted bad request shows here, and is blamed already
        if broken is not None:
            place = "/".join(map(str, broken.at)) or "the body"
            limit = f"{constraint.keyword} {str(constraint.value)[:80]}"
            yield failed(requirement, exchange.index, expected=f"{limit} at {place}", got=_shown_at(body, broken.at))
        elif is_genuine and not is_seen and _is_shown(constraint, body):
            is_seen = True
            yield passed(requirement, exchange.index)


def _is_tainted(body: JsonValue, path: tuple[str | int, ...], tainted: frozenset[str]) -> bool:
    """Whether something on the way to a place names a resource that should not be as it is."""
    value: Any = body
    for part in (*path, ""):
        if isinstance(value, Mapping) and any(isinstance(item, str) and item in tainted for item in value.values()):
            return True
        value = at_part(value, part)
    return False


def _is_shown(constraint: Constraint, body: JsonValue) -> bool:
    if constraint.keyword == "required":
        parent, _, name = constraint.pointer.rpartition("/")
        return any(isinstance(value, Mapping) and _named(value, name) for value in values_at(body, parent))
    kinds = APPLIES.get(constraint.keyword, (object,))
    return any(isinstance(value, kinds) for value in values_at(body, constraint.pointer))


def _named(value: Mapping[str, Any], name: str) -> bool:
    return any(escape(member) == name for member in value)


def _shown_at(body: JsonValue, path: tuple[str | int, ...]) -> str:
    value: Any = body
    for part in path:
        value = at_part(value, part)
    return str(value)[:120] or "an empty text"


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "request_constraint": request_constraint,
    "refusal_form": refusal_form,
    "response_constraint": response_constraint,
}
