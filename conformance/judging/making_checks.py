"""Checks of resources that come out of others, or name them, and of input that arrives in parts.

All are judged by what is seen of the resource afterwards: an accepted call whose effect nobody can read has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.lives import after, before, brief, cases, lifecycle_of, named, reads_of, rows_of
from conformance.judging.refusals import describe, refusal, undecided
from conformance.judging.view import View, created_identity, identity_at
from specs.contract import Lifecycle, Requirement
from specs.lifecycle import is_final

BOTH = 2
"""So many resources must have been made before one can ask for what the other one has."""


def command_makes(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The command is accepted, and what its answer names can be read."""
    life = lifecycle_of(view, requirement)
    command = life.commands[str(requirement.parameters["command"])]
    target = view.contract.lifecycles[command.makes.resource] if command.makes else life
    for item in (item for item in cases(view, requirement) if item.operation == command.operation):
        made = identity_at(command.makes.identity, item) if command.makes else None
        reads = [row for row in reads_of(view, target, made or "") if row.sent_at >= item.received_at]
        if item.answer is None or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
        elif made is None:
            yield failed(requirement, item.index, expected="a new resource", got=describe(view, item))
        elif any(row.accepted for row in reads):
            yield passed(requirement, item.index, next(row.index for row in reads if row.accepted))
        elif reads and reads[-1].answer and target.not_found in view.classify(reads[-1].answer):
            got = describe(view, reads[-1])
            if reads[-1].sent_at - item.received_at < target.consistency.get_after_create_s:
                yield inconclusive(requirement, item.index, reads[-1].index, got=f"{got}, which may be too early")
                continue
            yield failed(requirement, item.index, reads[-1].index, expected=f"{made} can be read", got=got)
        else:
            yield inconclusive(requirement, item.index, got="the new resource was not read")


def missing_reference(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A creation that names something that does not exist is refused as the contract says for that reference, or, where
    that is documented as well, accepted and ends in failure."""
    life = lifecycle_of(view, requirement)
    creation, wanted = life.created_by, requirement.parameters.get("reference")
    rows = [row for row in creation.references if row.place.name == wanted] if creation else []
    for reference in rows:
        for item in cases(view, requirement):
            if item.accepted and reference.may_fail_later:
                yield _fails_later(view, requirement, life, item)
            else:
                yield refusal(view, requirement, item, reference.missing)


def unusable_reference(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A creation that names a resource which has ended in a state of no use is refused like one that names nothing, or,
    where that is documented as well, accepted and ends in failure."""
    life = lifecycle_of(view, requirement)
    creation, wanted = life.created_by, requirement.parameters.get("reference")
    for reference in (row for row in creation.references if row.place.name == wanted) if creation else ():
        for item in (row for row in cases(view, requirement) if creation and row.operation == creation.operation):
            other = view.contract.lifecycles[reference.resource]
            seen = before(rows_of(view, other, named(item, reference.place)), item)
            if seen is None or seen.state not in reference.unusable:
                text = f"the {other.title} was not seen in {' or '.join(reference.unusable)} before"
                yield inconclusive(requirement, item.index, got=text)
            elif item.accepted and reference.may_fail_later:
                yield _fails_later(view, requirement, life, item)
            else:
                yield refusal(view, requirement, item, reference.missing)


def _fails_later(view: View, requirement: Requirement, life: Lifecycle, item: Exchange) -> Finding:
    """What became of a creation that was accepted although it cannot succeed."""
    seen = rows_of(view, life, created_identity(life, item))
    last = seen[-1] if seen else None
    if last is None or last.state is None or not is_final(life, last.state):
        return inconclusive(requirement, item.index, got="accepted, and what it made was not seen at its end")
    if life.final[last.state] == "failure":
        return passed(requirement, item.index, last.exchange)
    expected = f"refused, or made and {' or '.join(state for state, end in life.final.items() if end == 'failure')}"
    return failed(requirement, item.index, last.exchange, expected=expected, got=f"state {brief(last.spelled)}")


def command_taken(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The command that would give a resource what another one has is refused, once both have been made; what it has
    itself it may be given again."""
    for item in cases(view, requirement):
        group = view.by_group.get(item.case.group, ()) if item.case else ()
        made = [row for row in group if row.operation != item.operation and row.index < item.index and row.accepted]
        if len(made) < BOTH:
            yield inconclusive(requirement, item.index, got="there are no two resources")
        elif item.case is None or "accepted" not in item.case.expect:
            yield refusal(view, requirement, item, str(requirement.parameters["expect"]))
        elif item.answer is not None and requirement.parameters["expect"] in view.classify(item.answer):
            yield failed(requirement, item.index, expected="accepted: it is its own", got=describe(view, item))


def parts_complete(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The end of an input in parts is accepted, and the resource comes to a successful end."""
    life = lifecycle_of(view, requirement)
    parts = life.upload.parts if life.upload else None
    for item in cases(view, requirement) if parts else ():
        identity = named(item, parts.finish_identity if parts else None)
        rows = after(rows_of(view, life, identity), item)
        last = rows[-1] if rows else None
        if item.answer is None or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
        elif not item.accepted:
            yield failed(requirement, item.index, expected="accepted", got=describe(view, item))
        elif last is None or last.state is None or not is_final(life, last.state):
            yield inconclusive(requirement, item.index, got="no final state within the run's patience")
        elif life.final[last.state] == "success":
            yield passed(requirement, item.index, last.exchange)
        else:
            yield failed(requirement, item.index, last.exchange, expected="a successful end", got=last.state)


def parts_refused(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The end of an input in parts is refused as the contract says."""
    for item in cases(view, requirement):
        yield refusal(view, requirement, item, str(requirement.parameters["refused_as"]))


def unfinished_reference(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A creation that names a resource which is only just made is accepted."""
    life = lifecycle_of(view, requirement)
    operation = life.created_by.operation if life.created_by else ""
    for item in (item for item in cases(view, requirement) if item.operation == operation):
        if item.answer is None or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
        elif created_identity(life, item) is None:
            yield failed(requirement, item.index, expected="accepted", got=describe(view, item))
        else:
            yield passed(requirement, item.index)


def fails_as_documented(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A resource whose request cannot succeed is made, and ends in a failure."""
    life = lifecycle_of(view, requirement)
    operation = life.created_by.operation if life.created_by else ""
    for item in (item for item in cases(view, requirement) if item.operation == operation):
        rows = after(rows_of(view, life, created_identity(life, item)), item)
        last = rows[-1].state if rows else None
        if item.answer is None or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
        elif not item.accepted:
            yield failed(requirement, item.index, expected="accepted", got=describe(view, item))
        elif last is None or not is_final(life, last):
            yield inconclusive(requirement, item.index, got="no final state within the run's patience")
        elif life.final[last] == "success":
            yield failed(requirement, item.index, rows[-1].exchange, expected="a failure", got=last)
        else:
            yield passed(requirement, item.index, rows[-1].exchange)


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "command_makes": command_makes,
    "command_taken": command_taken,
    "parts_complete": parts_complete,
    "parts_refused": parts_refused,
    "missing_reference": missing_reference,
    "unfinished_reference": unfinished_reference,
    "unusable_reference": unusable_reference,
    "fails_as_documented": fails_as_documented,
}
