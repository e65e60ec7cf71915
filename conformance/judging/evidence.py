"""What an answer proves: nothing, as long as the target has not shown that it serves the operation at all.

A server that answers everything alike (`200 {}`, 404, a page) must not pass by luck. So an acceptance counts only when
its body shows something that the contract documents, and a refusal only beside such an acceptance. What is another
requirement's business (throttling, credentials, an error without a name) leaves this one undecided.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.guesses import guess, is_refused_control
from conformance.judging.refusals import variant
from conformance.judging.view import View, breaks_limit
from specs.contract import Requirement
from specs.message import Answer, header

THROTTLED = (429, 503)
RIGHTS = (401, 403)
VARIED = ("wire", "credentials")
"""Kinds of cases that send a valid call in another way: where the valid call is refused, so may they be."""
OTHERS_BUSINESS = ("throttled", "crowded", "unauthenticated", "bad_credentials")
"""Situations whose refusals say nothing about what a request contains."""


def exchanges_of(view: View, requirement: Requirement) -> Iterator[Exchange]:
    """The exchanges that were sent for a requirement, without the tries that were throttled."""
    for exchange in view.by_requirement.get(requirement.id, ()):
        if exchange.case is not None and exchange.case.kind != "throttled" and exchange.case.expect != ("any",):
            yield exchange


def judged(view: View, requirement: Requirement, exchange: Exchange) -> Finding:
    """What one exchange says about the requirement that its case serves."""
    case, answer = exchange.case, exchange.answer
    if case is None or answer is None:
        return inconclusive(requirement, exchange.index, got=f"no answer: {exchange.failure or 'unknown'}")
    found = view.classify(answer)
    if case.expect != ("accepted",) and not view.control_passed(exchange.operation or ""):
        text = f"no valid call of {exchange.operation} was accepted, so a refusal proves nothing"
        return inconclusive(requirement, exchange.index, got=text)
    if exchange.credentials == "other_word" and not view.control_passed(exchange.operation or ""):
        return inconclusive(requirement, exchange.index, got=f"no valid call of {exchange.operation} was accepted")
    if set(found) & set(case.expect):
        if "accepted" in found and not view.is_genuine(exchange):
            return inconclusive(requirement, exchange.index, got=f"{answer.status}, and nothing documented in the body")
        return passed(requirement, exchange.index, variant=_variant(view, case.expect, answer))
    reason = undecided(view, exchange, answer, found) or _habit(view, exchange, answer)
    reason = reason or _guessed(view, exchange) or _refused_anyway(view, exchange)
    if reason:
        return inconclusive(requirement, exchange.index, got=reason)
    wanted = " or ".join(case.expect)
    return failed(requirement, exchange.index, expected=f"{wanted} for {case.label}", got=shown(answer))


def _variant(view: View, expected: tuple[str, ...], answer: Answer) -> str:
    """The documented variant that a refusal shows, where sources disagree about its form; else empty."""
    errors = (view.contract.errors[name] for name in expected if name in view.contract.errors)
    return next((found for error in errors if (found := variant(error, answer))), "")


def undecided(view: View, exchange: Exchange, answer: Answer, found: tuple[str, ...]) -> str:
    """Why an unexpected answer is another requirement's business; empty when it is this one's."""
    contract, case = view.contract, exchange.case
    others = {contract.refusals.get(situation) for situation in OTHERS_BUSINESS}
    asks_rights = case is not None and case.kind == "credentials"
    if answer.status == 429 or (found and set(found) <= {contract.refusals.get("throttled")}):
        return f"refused as too many requests: {shown(answer)}"
    if answer.status in THROTTLED or (found and set(found) <= others and not (asks_rights and answer.status in RIGHTS)):
        return f"refused for another reason: {shown(answer)}"
    if not found and answer.status in RIGHTS and not asks_rights:
        return f"refused for another reason: {shown(answer)}"
    expected = [contract.errors[name] for name in case.expect if name in contract.errors] if case else []
    if 300 <= answer.status < 400 and differs_by_a_slash(exchange, answer):
        return f"redirected to the other spelling of the path: {shown(answer)}"
    named = [form for error in expected for form in error.forms if form.code is not None]
    if 400 <= answer.status < 500 and answer.code is None and any(form.status == answer.status for form in named):
        return f"the error has no name: {shown(answer)}"
    return ""


def differs_by_a_slash(exchange: Exchange, answer: Answer) -> bool:
    """Whether a redirect leads to the same path with another end: as right as an answer on both."""
    there = urlsplit(header(answer.headers, "location") or "").path
    asked = exchange.request.target.partition("?")[0]
    return bool(there) and there != asked and there.rstrip("/") == asked.rstrip("/")


def _habit(view: View, exchange: Exchange, answer: Answer) -> str:
    """Why a limit that was refused in the wrong form is not to blame: its operation refuses every limit so."""
    expect = exchange.case.expect[0] if exchange.case is not None and exchange.case.expect else ""
    alike = breaks_limit(exchange) and (exchange.operation or "", expect) in view.strange_refusals
    return f"refused, as every limit here is, with {shown(answer)}" if alike and 400 <= answer.status < 500 else ""


def _guessed(view: View, exchange: Exchange) -> str:
    """Why a valid call that was refused is not to be blamed on the target: an import has made it up."""
    text = guess(view, exchange.operation or "") if is_refused_control(exchange) else ""
    return f"{shown(exchange.answer)}: {text}" if text and exchange.answer else ""


def _refused_anyway(view: View, exchange: Exchange) -> str:
    """Why a valid call that was sent in another way is not to be accepted: it is refused in its own way as well."""
    operation, case = exchange.operation or "", exchange.case
    if case is None or case.kind not in VARIED or view.control_passed(operation):
        return ""
    rows = view.by_operation.get(operation, ())
    control = next((row for row in rows if row.case and row.case.kind == "control" and is_refused_control(row)), None)
    answer = control.answer if control is not None else None
    return f"the valid call is refused as well, with {shown(answer)}" if answer is not None else ""


def shown(answer: Answer) -> str:
    """An answer in a few words: its status, and its error code when it has one."""
    return f"{answer.status} {answer.code}" if answer.code else str(answer.status)
