"""Checks of what a run did to resources on purpose: made twice, read at once, uploaded to, asked for results.

Each check looks at the exchanges that were planned for its requirement, and needs to know the state of the resource
while they happened. Where the history leaves that open the finding is inconclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.lives import (
    before,
    brief,
    cases,
    commands_on,
    lifecycle_of,
    lives,
    named,
    reads_of,
    rows_of,
    state_during,
)
from conformance.judging.refusals import describe, refusal, remark, undecided
from conformance.judging.view import View, created_identity
from conformance.plans.samples import read_place
from conformance.plans.script import OTHERWISE
from specs.contract import Lifecycle, Place, Requirement
from specs.lifecycle import is_final


def unknown_identity(view: View, requirement: Requirement) -> Iterator[Finding]:
    """An identity that nothing has is refused as not found."""
    for item in cases(view, requirement):
        yield refusal(view, requirement, item, lifecycle_of(view, requirement).not_found)


def readable_after_create(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A created resource is found by a read, at the latest when its consistency window is over.

    That takes an identity: a creation that is answered without one has failed already.
    """
    life = lifecycle_of(view, requirement)
    ended = commands_on(view, life)
    for item in view.by_operation.get(life.created_by.operation, ()) if life.created_by else ():
        if view.is_genuine(item) and created_identity(life, item) is None and life.created_by:
            expected = f"the identity in the {life.created_by.identity.location} {life.created_by.identity.name}"
            yield failed(requirement, item.index, expected=expected, got="an answer without it")
    for one in lives(view, life):
        if one.creation is None:
            continue
        seen = next((row for row in one.rows if row.source == "get"), None)
        if seen is not None:
            yield passed(requirement, one.creation.index, seen.exchange)
        end = min(
            (item.sent_at for command, item in ended.get(one.identity, ()) if command.event), default=float("inf")
        )
        for item in reads_of(view, life, one.identity):
            if one.creation.received_at <= item.sent_at and item.received_at <= end:
                yield from _unreadable(view, requirement, life, one.creation, item)


def distinct_identities(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Two creations never get the same identity, unless they asked for the same unique name."""
    creation = lifecycle_of(view, requirement).created_by
    seen: dict[str, Exchange] = {}
    for item in view.by_operation.get(creation.operation, ()) if creation else ():
        identity = created_identity(lifecycle_of(view, requirement), item)
        if identity is None or (item.case is not None and "/again/" in item.case.group):
            continue
        first = seen.setdefault(identity, item)
        if first is item:
            continue
        if creation is None or not any(
            _same_name(place, first, item) for place in (creation.unique, creation.chosen_by_client)
        ):
            yield failed(
                requirement, first.index, item.index, expected="two identities", got=f"twice {brief(identity)}"
            )
    if len(seen) > 1:
        yield passed(requirement, *(item.index for item in list(seen.values())[:2]))


def recreate(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A repeated creation gets what the contract says; where no source says anything, the answer is reported."""
    life = lifecycle_of(view, requirement)
    expect = str(requirement.parameters.get("expect"))
    for item in cases(view, requirement):
        group = view.by_group.get(item.case.group, ()) if item.case else ()
        before_it = [row for row in group if row.index < item.index and row.operation == item.operation]
        earlier = [row for row in before_it if created_identity(life, row) is not None]
        if not earlier or (item.accepted and created_identity(life, item) is None):
            yield inconclusive(requirement, item.index, got="a creation was not accepted, or its answer names no id")
        elif expect == "undocumented":
            yield remark(view, requirement, earlier[-1], item)
        elif expect != "accepted" and _finds_unfit(view, life, item, expect):
            yield inconclusive(requirement, item.index, got="the target refuses the other parameters themselves")
        elif expect != "accepted":
            yield refusal(view, requirement, item, expect)
        elif item.answer is None or item.answer.problem is not None or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
        else:
            wanted, got = (created_identity(life, row) for row in (earlier[-1], item))
            witness = (earlier[-1].index, item.index)
            if not item.accepted:
                yield failed(requirement, *witness, expected="accepted again", got=describe(view, item))
            elif got == wanted:
                yield passed(requirement, *witness)
            else:
                yield failed(requirement, *witness, expected=f"identity {brief(wanted)}", got=brief(got))


def _finds_unfit(view: View, life: Lifecycle, item: Exchange, expect: str) -> bool:
    """Whether a creation with a member of which a target may think otherwise was refused for that member."""
    found = view.classify(item.answer)
    reasons = {row.missing for row in life.created_by.references} if life.created_by else set()
    reasons |= {view.contract.refusals.get("invalid", "")}
    unsure = item.case is not None and item.case.label == OTHERWISE
    return unsure and expect not in found and bool(reasons & set(found))


def upload_again(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The second upload is refused, once the first one was accepted."""
    upload = lifecycle_of(view, requirement).upload
    for item in cases(view, requirement):
        group = view.by_group.get(item.case.group, ()) if item.case else ()
        uploads = [row for row in group if row.operation == item.operation and row.index < item.index]
        if upload is None or item.case is None or "accepted" in item.case.expect:
            continue
        if any(row.accepted for row in uploads):
            yield refusal(view, requirement, item, upload.again)
        else:
            yield inconclusive(requirement, item.index, got="the first upload was not accepted")


def upload_empty(view: View, requirement: Requirement) -> Iterator[Finding]:
    """An upload without a byte is refused."""
    upload = lifecycle_of(view, requirement).upload
    for item in cases(view, requirement) if upload else ():
        yield refusal(view, requirement, item, upload.empty if upload else "")


def results_available(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A job in a state that serves results serves them, at the latest when the consistency window is over."""
    life = lifecycle_of(view, requirement)
    results = life.results
    for item in cases(view, requirement):
        rows = rows_of(view, life, named(item, results.identity if results else None))
        state = before(rows, item)
        if results is None or state is None or state.state not in results.available_in:
            yield inconclusive(requirement, item.index, got="the job was not seen in a state that serves results")
        elif item.answer is None or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
        elif item.accepted:
            yield passed(requirement, state.exchange, item.index)
        else:
            since = next(row for row in rows if row.state == state.state)
            late = item.sent_at - since.received_at >= life.consistency.results_after_final_s
            tolerated = not late and life.not_found in view.classify(item.answer)
            if tolerated or item.answer.problem is not None or not is_final(life, state.state):
                yield inconclusive(requirement, item.index, got=describe(view, item))
            else:
                expected = f"results in {state.state}"
                yield failed(requirement, state.exchange, item.index, expected=expected, got=describe(view, item))


def results_refused(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A job in the named state refuses to hand out results."""
    life = lifecycle_of(view, requirement)
    for item in cases(view, requirement):
        state = state_during(view, life, named(item, life.results.identity if life.results else None), item)
        if state != requirement.parameters.get("state"):
            instead = f"it was in {state}" if state else "its state at that moment is not known"
            yield inconclusive(requirement, item.index, got=f"the job was not certainly in that state: {instead}")
        else:
            yield refusal(view, requirement, item, str(requirement.parameters.get("expect")))


def results_repeatable(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Two downloads of a finished job are equal byte for byte."""
    for item in cases(view, requirement):
        rows = view.by_operation.get(item.operation or "", ())
        earlier = [row for row in rows if row.slot == item.slot and row.index < item.index and row.accepted]
        if not earlier or not item.accepted or item.response is None or earlier[-1].response is None:
            yield inconclusive(requirement, item.index, got="there are no two downloads to compare")
        elif item.response.body == earlier[-1].response.body:
            yield passed(requirement, earlier[-1].index, item.index)
        else:
            sizes = f"{len(earlier[-1].response.body)} and {len(item.response.body)} bytes that differ"
            yield failed(requirement, earlier[-1].index, item.index, expected="the same bytes", got=sizes)


def _unreadable(
    view: View, requirement: Requirement, life: Lifecycle, creation: Exchange, item: Exchange
) -> Iterator[Finding]:
    if item.answer is None or not 400 <= item.answer.status < 500 or undecided(view, item.answer):
        return
    if item.sent_at - creation.received_at < life.consistency.get_after_create_s:
        yield inconclusive(requirement, creation.index, item.index, got=describe(view, item))
    else:
        yield failed(requirement, creation.index, item.index, expected="readable", got=describe(view, item))


def _same_name(unique: Place | None, first: Exchange, item: Exchange) -> bool:
    if unique is None or first.call is None or item.call is None:
        return False
    return bool(read_place(first.call, unique) == read_place(item.call, unique))


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "unknown_identity": unknown_identity,
    "readable_after_create": readable_after_create,
    "distinct_identities": distinct_identities,
    "recreate": recreate,
    "upload_again": upload_again,
    "upload_empty": upload_empty,
    "results_available": results_available,
    "results_refused": results_refused,
    "results_repeatable": results_repeatable,
}
