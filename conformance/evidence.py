"""What an answer proves: nothing, as long as the target has not shown that it serves the operation at all.

A server that answers everything alike (`200 {}`, 404, a page) must not pass by luck. So an acceptance counts only when its
body shows something that the contract documents, and a refusal only beside such an acceptance. What is another
requirement's business (throttling, credentials, an error without a name) leaves this one undecided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.oracle import success_body
from conformance.samples import MISSING
from conformance.view import View
from specs.contract import Contract, Requirement
from specs.message import Answer, media_type
from specs.wire.protocol import is_json

THROTTLED = (429, 503)
RIGHTS = (401, 403)
OTHERS_BUSINESS = ("throttled", "unauthenticated", "bad_credentials")
"""Situations whose refusals say nothing about what a request contains."""


def genuine(contract: Contract, exchange: Exchange) -> bool:
    """Whether an answer is a success that shows something documented, so that it is no accident.

    A JSON object must have a documented member, a list must be one, text must have a documented media type; a success
    without documented content must have a documented status.
    """
    answer = exchange.answer
    if answer is None or exchange.response is None or exchange.operation is None or not 200 <= answer.status < 300:
        return False
    operation = contract.operations[exchange.operation]
    documented = operation.responses.get(str(answer.status))
    if documented is None:
        return False
    if not documented.content:
        return not exchange.response.body or not operation.success.content
    first, schema = next(iter(documented.content.items()))
    kind = media_type(answer.headers)
    if not is_json(kind if kind in documented.content else first):
        return bool(exchange.response.body) and kind in documented.content
    body = success_body(contract, exchange)
    if isinstance(body, Mapping):
        members = schema.get("properties", {})
        return any(name in members for name in body) if members else bool(body)
    return isinstance(body, list) and schema.get("type") == "array"


def control_passed(view: View, operation: str | None) -> bool:
    """Whether some valid call of the operation was accepted, and genuinely so."""
    return any(
        genuine(view.contract, exchange)
        for exchange in view.by_operation.get(operation or "", ())
        if exchange.case is None or exchange.case.expect == ("accepted",)
    )


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
    if case.expect != ("accepted",) and not control_passed(view, exchange.operation):
        text = f"no valid call of {exchange.operation} was accepted, so a refusal proves nothing"
        return inconclusive(requirement, exchange.index, got=text)
    if set(found) & set(case.expect):
        if "accepted" in found and not genuine(view.contract, exchange):
            return inconclusive(requirement, exchange.index, got=f"{answer.status}, and nothing documented in the body")
        return passed(requirement, exchange.index)
    reason = undecided(view, exchange, answer, found)
    if reason:
        return inconclusive(requirement, exchange.index, got=reason)
    wanted = " or ".join(case.expect)
    return failed(requirement, exchange.index, expected=f"{wanted} for {case.label}", got=shown(answer))


def undecided(view: View, exchange: Exchange, answer: Answer, found: tuple[str, ...]) -> str:
    """Why an unexpected answer is another requirement's business; empty when it is this one's."""
    contract, case = view.contract, exchange.case
    others = {contract.refusals.get(situation) for situation in OTHERS_BUSINESS}
    if answer.status in THROTTLED or (found and set(found) <= others):
        return f"refused for another reason: {shown(answer)}"
    if not found and answer.status in RIGHTS:
        return f"refused for another reason: {shown(answer)}"
    expected = [contract.errors[name] for name in case.expect if name in contract.errors] if case else []
    named = [form for error in expected for form in error.forms if form.code is not None]
    if 400 <= answer.status < 500 and answer.code is None and any(form.status == answer.status for form in named):
        return f"the error has no name: {shown(answer)}"
    return ""


def shown(answer: Answer) -> str:
    """An answer in a few words: its status, and its error code when it has one."""
    return f"{answer.status} {answer.code}" if answer.code else str(answer.status)
