"""Checks of how messages travel: headers, media types, names of errors, and the answers to malformed requests.

They look at every exchange of the run, but only where the target has shown that it serves the operation, and only at
answers with statuses that belong to it: a proxy's page in between is no evidence about the API, nor is a front end's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain

import jsonschema_rs

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.evidence import THROTTLED, shown
from conformance.judging.operation_checks import each_case, statuses
from conformance.judging.view import View, matches
from specs.contract import Requirement
from specs.message import Answer, header, media_type
from specs.wire.protocol import is_json, parse_json

VALUE_MAX = 4096
"""A header is matched against a pattern up to this length."""


def _answers(view: View) -> Iterator[tuple[Exchange, Answer]]:
    allowed = {name: statuses(view, operation) for name, operation in view.contract.operations.items()}
    for exchange in view.history.exchanges:
        answer, operation = exchange.answer, exchange.operation
        if answer is None or operation is None or not view.control_passed(operation) or answer.status in THROTTLED:
            continue
        if answer.status in allowed[operation] and not _is_of_the_front_end(view, exchange, answer):
            yield exchange, answer


def _is_of_the_front_end(view: View, exchange: Exchange, answer: Answer) -> bool:
    """Whether a request that is none of the API's was refused, as it should be, in a format that is not the API's.

    What tells such requests apart stands in front of APIs whose errors have names, and may have a page of its own.
    """
    case, classes = exchange.case, view.contract.errors.values()
    if case is None or case.kind != "wire" or answer.status < 400 or is_json(media_type(answer.headers)):
        return False
    named = any(form.code is not None for error in classes for form in error.forms)
    return named and (case.expect == ("any",) or bool(set(view.classify(answer)) & set(case.expect)))


def _unproved_successes(view: View) -> Iterator[tuple[Exchange, Answer]]:
    for exchange in view.history.exchanges:
        answer, operation = exchange.answer, exchange.operation
        if answer is not None and operation and not view.control_passed(operation) and 200 <= answer.status < 300:
            yield exchange, answer


def _errors(view: View) -> Iterator[tuple[Exchange, Answer]]:
    return ((exchange, answer) for exchange, answer in _answers(view) if 400 <= answer.status < 500)


def wire_variant(view: View, requirement: Requirement) -> Iterator[Finding]:
    """How the target answers what no document speaks of: only recorded, and only where it serves the operation."""
    for exchange in view.by_requirement.get(requirement.id, ()):
        answer, operation = exchange.answer, exchange.operation or ""
        if exchange.case is not None and exchange.case.kind == "throttled":
            continue
        if not view.control_passed(operation):
            yield inconclusive(requirement, exchange.index, got=f"no valid call of {operation} was accepted")
        elif answer is None:
            yield passed(requirement, exchange.index, variant=f"no answer: {exchange.failure or 'unknown'}")
        else:
            accepted = exchange.accepted and view.is_genuine(exchange)
            yield passed(requirement, exchange.index, variant="accepted" if accepted else shown(answer))


def allowed_methods(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A 405 names the methods of the path in Allow, all documented ones among them (RFC 9110, section 15.5.6)."""
    for exchange in view.history.exchanges:
        answer, operation = exchange.answer, exchange.operation or ""
        if answer is None or answer.status != 405 or not view.control_passed(operation):
            continue
        path = view.contract.operations[operation].path
        wanted = {row.method for row in view.contract.operations.values() if row.path == path}
        allow = header(answer.headers, "allow")
        named = {method.strip().upper() for method in (allow or "").split(",")}
        if allow is not None and wanted <= named:
            yield passed(requirement, exchange.index)
        else:
            got = "no Allow" if allow is None else f"Allow: {allow[:120]}"
            yield failed(requirement, exchange.index, expected=f"Allow with {', '.join(sorted(wanted))}", got=got)


def response_header(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every answer has the header `name`, and its value matches `pattern`. A requirement of one operation speaks of
    that operation's successes only."""
    name, pattern = str(requirement.parameters["name"]), str(requirement.parameters.get("pattern", ""))
    for exchange, answer in _answers(view):
        if requirement.operation is not None and not (
            exchange.operation == requirement.operation and exchange.accepted
        ):
            continue
        value = header(answer.headers, name)
        if value is not None and re.search(pattern, value[:VALUE_MAX]):
            yield passed(requirement, exchange.index)
        else:
            got = f"{name}: {value[:120]}" if value is not None else f"no {name}"
            yield failed(requirement, exchange.index, expected=f"{name} like {pattern}", got=got)


def response_header_unique(view: View, requirement: Requirement) -> Iterator[Finding]:
    """No two answers have the same value of the header `name`."""
    name = str(requirement.parameters["name"])
    seen: dict[str, int] = {}
    for exchange, answer in _answers(view):
        value = header(answer.headers, name)
        if value is None:
            continue
        if value in seen:
            expected, got = f"a {name} of its own", f"{value[:120]} twice"
            yield failed(requirement, seen[value], exchange.index, expected=expected, got=got)
        elif seen:
            yield passed(requirement, next(iter(seen.values())), exchange.index)
        seen.setdefault(value, exchange.index)


def response_not_encoded(view: View, requirement: Requirement) -> Iterator[Finding]:
    """No answer is compressed, as the suite accepts identity only."""
    for exchange, answer in _answers(view):
        coding = header(answer.headers, "content-encoding")
        if coding is None or coding.strip().lower() in ("", "identity"):
            yield passed(requirement, exchange.index)
        else:
            yield failed(requirement, exchange.index, expected="no Content-Encoding", got=coding[:120])


def error_is_named(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every client error carries its name, unless a documented form of it has none."""
    nameless = [error for error in view.contract.errors.values() if any(form.code is None for form in error.forms)]
    for exchange, answer in _errors(view):
        if answer.code is not None:
            yield passed(requirement, exchange.index)
        elif not any(matches(error, answer) for error in nameless):
            yield failed(requirement, exchange.index, expected="an error with a name", got=shown(answer))


def error_body_member(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every client error has the text `member` in its body, unless a documented form of it has no name.

    `member` may list several, one of which is enough; with `documented` only the operation's own errors count. With
    `of_calls` errors without a name count too, but only those of documented calls: what answers a malformed request may
    stand in front of the API.
    """
    said = requirement.parameters["member"]
    members = [str(name) for name in (said if isinstance(said, list | tuple) else [said])]
    member = " or ".join(members)
    nameless = [error for error in view.contract.errors.values() if any(form.code is None for form in error.forms)]
    for exchange, answer in _errors(view):
        own = view.contract.operations[exchange.operation or ""].errors
        if requirement.parameters.get("documented") and not set(view.classify(answer)) & set(own):
            continue
        of_calls = bool(requirement.parameters.get("of_calls"))
        if of_calls and exchange.case is not None and exchange.case.kind == "wire":
            continue
        values = [answer.body.get(name) for name in members] if isinstance(answer.body, Mapping) else []
        if any(isinstance(value, str) and value for value in values):
            yield passed(requirement, exchange.index)
        elif of_calls or not any(matches(error, answer) for error in nameless):
            yield failed(requirement, exchange.index, expected=f"{member} in the body", got=str(answer.body)[:120])


def error_has_content_type(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every client error with a body says what media type the body is."""
    for exchange, answer in _errors(view):
        if exchange.response is None or not exchange.response.body:
            continue
        if media_type(answer.headers):
            yield passed(requirement, exchange.index)
        else:
            yield failed(requirement, exchange.index, expected="a Content-Type", got=f"{answer.status} without one")


def response_media_type(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every answer with a body has a media type that the operation documents for its status.

    A success with another one is wrong even where nothing else shows that the target serves the operation.
    """
    for exchange, answer in (*_answers(view), *_unproved_successes(view)):
        operation = view.contract.operations[exchange.operation or ""]
        documented = operation.responses.get(str(answer.status))
        if documented is None or not documented.content or exchange.response is None or not exchange.response.body:
            continue
        errors = (view.contract.errors[name] for name in view.classify(answer) if name in view.contract.errors)
        allowed = {*documented.content, *(error.media_type for error in errors if error.media_type)}
        kind = media_type(answer.headers)
        if kind in allowed:
            if view.control_passed(operation.id):
                yield passed(requirement, exchange.index)
        else:
            wanted = " or ".join(sorted(allowed))
            yield failed(requirement, exchange.index, expected=wanted, got=kind or "no Content-Type")


def answer_keeps(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The body of every answer `of` a kind, success or refusal, keeps the `schema` as it travels: whatever envelope the
    contract knows is still around it. As with media types, a success that is otherwise no evidence can be wrong."""
    wanted, schema = str(requirement.parameters["of"]), dict(requirement.parameters["schema"])
    validator = jsonschema_rs.validator_for(schema)
    found = chain(_answers(view), _unproved_successes(view)) if wanted == "success" else _errors(view)
    for exchange, answer in found:
        if exchange.response is None or (wanted == "success") != (200 <= answer.status < 300):
            continue
        body, problem = parse_json(exchange.response.body)
        error = None if problem else next(validator.iter_errors(body), None)
        if problem or error:
            got = problem or str(error.message if error else "")
            expected = f"a body that keeps {json.dumps(schema)}"
            yield failed(requirement, exchange.index, expected=expected[:300], got=got[:120])
        elif view.control_passed(exchange.operation or ""):
            yield passed(requirement, exchange.index)


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "wire_case": each_case,
    "wire_variant": wire_variant,
    "allowed_methods": allowed_methods,
    "response_header": response_header,
    "response_header_unique": response_header_unique,
    "response_not_encoded": response_not_encoded,
    "error_is_named": error_is_named,
    "error_body_member": error_body_member,
    "error_has_content_type": error_has_content_type,
    "response_media_type": response_media_type,
    "answer_keeps": answer_keeps,
}
