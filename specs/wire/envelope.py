"""Answers inside an envelope: a gateway's own object around every body, put on and taken off with the wire.

Lifecycles, schemas and checks point into the vendor's answer, and a gateway changes none of it. So the envelope comes
off before anybody looks and goes on after everybody has spoken; what it must hold is for the variant's requirements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from specs.contract import Contract, ErrorClass, ErrorForm
from specs.message import ABSENT, Answer, HttpResponse
from specs.wire.protocol import Wire

BODY, CODE, MESSAGE = "$body", "$code", "$message"
"""Placeholders of an envelope: a success's body, an error's name and its text for people."""


EMPTY = (204, 304)
"""Statuses whose answers have no body, and so nothing to wrap (RFC 9110, section 6.4.1)."""


def enveloping(wire: Wire) -> Wire:
    """The wire with envelopes, for contracts that have one; the messages of others travel as they are."""

    def encode_answer(contract: Contract, answer: Answer, request_id: str) -> HttpResponse:
        return wire.encode_answer(contract, sealed(contract, answer), request_id)

    def decode_answer(contract: Contract, response: HttpResponse) -> Answer:
        return opened(wire, contract, wire.decode_answer(contract, response))

    return replace(wire, encode_answer=encode_answer, decode_answer=decode_answer)


def sealed(contract: Contract, answer: Answer) -> Answer:
    """The answer in its contract's envelope. Bodies that are no JSON values travel without one."""
    envelope, body = contract.envelope, {} if answer.body is ABSENT else answer.body
    if envelope is None or answer.status in EMPTY or not isinstance(body, dict | list):
        return answer
    if _is_success(answer):
        return replace(answer, body=_filled(envelope.success, {BODY: body}))
    message = body.get("message", "") if isinstance(body, dict) else ""
    return replace(answer, body=_filled(envelope.error, {CODE: answer.code or "", MESSAGE: message}))


def opened(wire: Wire, contract: Contract, answer: Answer) -> Answer:
    """The answer without its contract's envelope, an error in the wire's own form; with a `problem` when it has
    another envelope or none."""
    envelope = contract.envelope
    if envelope is None or answer.problem is not None or not isinstance(answer.body, dict | list):
        return answer
    found: dict[str, Any] = {}
    if _is_success(answer):
        found[BODY], problem = inside(contract, answer.body)
    else:
        problem = _match(envelope.error, answer.body, "", found)
    if problem:
        return replace(answer, problem=f"the answer is not in its envelope: {problem}")
    if _is_success(answer):
        return replace(answer, body=found[BODY])
    code = str(found[CODE])
    form = ErrorForm(answer.status, code)
    bare = wire.error_answer(contract, ErrorClass(code, (form,), ""), form, str(found.get(MESSAGE, "")))
    return replace(answer, body=bare.body, code=code or None)


def inside(contract: Contract, body: Any) -> tuple[Any, str]:
    """What the envelope of a success holds, and what is wrong with the envelope; without one, the body itself."""
    found: dict[str, Any] = {BODY: body}
    problem = _match(contract.envelope.success, body, "", found) if contract.envelope else ""
    return found[BODY], problem


def _is_success(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _mark(template: Any) -> str | None:
    return next((name for name in (BODY, CODE, MESSAGE) if isinstance(template, Mapping) and name in template), None)


def _filled(template: Any, known: Mapping[str, Any]) -> Any:
    mark = _mark(template)
    if mark is not None:
        return known[mark]
    if isinstance(template, Mapping):
        return {name: _filled(member, known) for name, member in template.items()}
    return template


def _match(template: Any, value: Any, place: str, found: dict[str, Any]) -> str:
    """Reads the placeholders' values out of a value into `found`; what does not fit as one sentence, else nothing."""
    mark = _mark(template)
    if mark is not None:
        found[mark] = value
        return "" if mark == BODY or isinstance(value, str) else f"{place} is no text"
    if not isinstance(template, Mapping):
        return "" if template == value and type(template) is type(value) else f"{place} is not {template!r}"
    if not isinstance(value, dict):
        return f"{place or 'the body'} is no object"
    for name, member in template.items():
        if name not in value:
            return f"there is no {place}/{name}"
        problem = _match(member, value[name], f"{place}/{name}", found)
        if problem:
            return problem
    return ""
