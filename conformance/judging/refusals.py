"""When a refusal proves something, and when it does not.

Between "refused as it should be" and "broken" lies everything that decides nothing: a target that refuses every call of
the operation, throttling, a connection that broke, a body that cannot be read. Those are other requirements' business.
"""

from __future__ import annotations

from conformance.findings import Finding, Verdict, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.view import View
from specs.contract import ErrorClass, Requirement
from specs.message import Answer


def refusal(view: View, requirement: Requirement, exchange: Exchange, expected: str) -> Finding:
    """Judges the answer to a call that must be refused as the error class `expected`.

    It passes only if a valid call of the same operation was accepted, and fails for acceptance, a server error, and
    another kind of refusal.
    """
    answer = exchange.answer
    if answer is None or answer.problem is not None or undecided(view, answer):
        return inconclusive(requirement, exchange.index, got=describe(view, exchange))
    operation = exchange.operation or ""
    if not view.control_passed(operation):
        return inconclusive(requirement, exchange.index, got=f"no valid call of {operation} was accepted")
    if expected in view.classify(answer):
        return passed(requirement, exchange.index, variant=variant(view.contract.errors[expected], answer))
    return failed(requirement, exchange.index, expected=f"refused as {expected}", got=describe(view, exchange))


def undecided(view: View, answer: Answer) -> bool:
    """Whether an answer only says "not now"."""
    later = {view.contract.refusals.get(situation) for situation in ("throttled", "crowded")}
    named = answer.code is not None and bool(later & set(view.classify(answer)))
    return answer.status in (429, 503) or (named and answer.status >= 400)


def remark(view: View, requirement: Requirement, first: Exchange, item: Exchange) -> Finding:
    """What the target does where no source says what it must do."""
    if item.answer is None or undecided(view, item.answer):
        return inconclusive(requirement, item.index, got=describe(view, item))
    names = ", ".join(view.classify(item.answer)) or "an undocumented answer"
    witness = tuple(sorted({first.index, item.index}))
    return Finding(requirement.id, Verdict.passed, witness, got=f"{names} ({describe(view, item)})")


def describe(view: View, exchange: Exchange) -> str:
    """What came back, in a few words."""
    answer = exchange.answer
    if answer is None:
        return f"no answer ({exchange.failure or 'unknown reason'})"
    if answer.problem is not None:
        return f"status {answer.status} with a body that cannot be read: {answer.problem}"
    return f"status {answer.status}" + (f", {answer.code}" if answer.code else "")


def variant(error: ErrorClass, answer: Answer) -> str:
    """The documented variant that an error shows, by its form or by its status; empty where sources agree."""
    if error.dispute is None:
        return ""
    if len(error.dispute.variants) != len(error.forms):  # several forms show one variant, which is named by its status
        return next((one.name for one in error.dispute.variants if one.name == str(answer.status)), "")
    for form, one in zip(error.forms, error.dispute.variants, strict=True):
        if form.status == answer.status and form.code in (None, answer.code):
            return one.name
    return ""
