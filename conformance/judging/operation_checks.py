"""Checks of whole operations: valid calls are accepted, answers are documented and well-formed, rights are asked for.

Each check looks at its own aspect only: a wrong status is not also a malformed answer, and a wrong value is neither.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.findings import Finding, Verdict, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.evidence import THROTTLED, differs_by_a_slash, exchanges_of, judged, shown
from conformance.judging.lives import is_trimmed, may_be_late, same
from conformance.judging.oracle import success_body
from conformance.judging.view import View
from conformance.plans.samples import read_place
from specs.contract import Operation, Place, Requirement
from specs.message import media_type
from specs.pointers import MISSING, get
from specs.wire.protocol import is_json, parse_json

MALFORMED = ("wire", "credentials", "throttled")
"""Kinds of cases whose requests are not calls of the operation as it is documented."""
TRANSPORT = (
    "unauthenticated",
    "bad_credentials",
    "throttled",
    "internal",
    "media_type",
    "unsupported",
    "not_acceptable",
    "malformed",
)
"""Situations that any operation may answer with, documented for it or not."""

INTERNAL = 500
BROKEN = ("reset", "timeout", "not_http", "too_large")
"""What can come in place of an answer while the target is there (see `history.Exchange.failure`)."""
BROKEN_MIN = 3
BROKEN_SHARE = 10
"""So many calls without an answer are a habit, and so are so many internal errors when every tenth call has one."""


def each_case(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every exchange that was sent for the requirement gets an answer that its case expects."""
    for exchange in exchanges_of(view, requirement):
        yield judged(view, requirement, exchange)


def accepts_valid(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Valid calls are accepted: those that were sent to see just that, and all others, unless most of them work.

    One connection that breaks and one internal error prove nothing, networks and servers have bad moments. An
    operation that never answers in full while others do, or that fails time after time, is not served.
    """
    for exchange in exchanges_of(view, requirement):
        finding = judged(view, requirement, exchange)
        late = finding.verdict > Verdict.passed and _may_be_late(view, exchange)
        yield inconclusive(requirement, exchange.index, got="it may have come too late") if late else finding
    rows = [row for row in view.by_operation.get(requirement.operation or "", ()) if _may_be_accepted(row)]
    plain = [row for row in rows if row.case is not None and set(row.case.expect) == {"accepted"}]
    others = [row for row in view.history.exchanges if row.operation != requirement.operation and row.accepted]
    silent = [row.index for row in plain if (row.failure or "").startswith(BROKEN)]
    habit = silent[BROKEN_MIN - 1 :] if len(silent) == len(plain) else []
    if habit and others and others[-1].index > habit[0]:
        yield failed(requirement, *silent[:BROKEN_MIN], expected="an answer", got=plain[0].failure or "none")
    broken = [row.index for row in rows if row.response is not None and row.response.status == INTERNAL]
    if len(broken) >= BROKEN_MIN and len(broken) * BROKEN_SHARE >= len(rows):
        got = f"{INTERNAL} for {len(broken)} of {len(rows)} calls"
        yield failed(requirement, *broken[:BROKEN_MIN], expected="accepted", got=got)


def _may_be_late(view: View, exchange: Exchange) -> bool:
    """Whether a call is a command that lost a race against its resource, which moves on by itself."""
    lives = view.contract.lifecycles.values()
    rows = ((life, row) for life in lives for row in life.commands.values() if row.operation == exchange.operation)
    return any(may_be_late(view, life, row, exchange) for life, row in rows)


def _may_be_accepted(exchange: Exchange) -> bool:
    """Whether a call was sent as it is documented, to be accepted. What may be answered in any way may fail, too."""
    case = exchange.case
    return case is not None and case.kind not in MALFORMED and "accepted" in case.expect


def call_gets(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The call gets the answer that its case expects; an accepted one has the `media_type`, where one is named."""
    wanted = str(requirement.parameters.get("media_type", ""))
    for exchange in exchanges_of(view, requirement):
        finding = judged(view, requirement, exchange)
        headers = exchange.answer.headers if exchange.answer else ()
        if wanted and finding.verdict == Verdict.passed and exchange.accepted and media_type(headers) != wanted:
            finding = failed(requirement, exchange.index, expected=wanted, got=media_type(headers) or "no Content-Type")
        yield finding


def stays_accepted(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Once the operation was accepted, no later call of it is refused as the error class `refused_as`. What it was
    refused before says nothing; one acceptance alone shows nothing that could have stayed."""
    refused = str(requirement.parameters["refused_as"])
    first: Exchange | None = None
    for exchange in view.by_operation.get(requirement.operation or "", ()):
        if exchange.answer is None or (first is not None and exchange.sent_at < first.received_at):
            continue
        if exchange.accepted and view.is_genuine(exchange):
            if first is not None:
                yield passed(requirement, first.index, exchange.index)
            first = first or exchange
        elif first is not None and refused in view.classify(exchange.answer):
            yield failed(
                requirement, first.index, exchange.index, expected="accepted still", got=shown(exchange.answer)
            )


def documented_status(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every status of the operation is one of its own, or one of an error that it documents."""
    operation = view.contract.operations[requirement.operation or ""]
    allowed = statuses(view, operation)
    for exchange in view.by_operation.get(operation.id, ()):
        answer, case = exchange.answer, exchange.case
        if answer is None or (case is not None and case.kind in MALFORMED) or answer.status in THROTTLED:
            continue
        if 300 <= answer.status < 400 and differs_by_a_slash(exchange, answer):
            continue  # a path whose last value is empty is another path, and may lead to its other spelling
        if answer.status not in allowed:
            wanted = ", ".join(map(str, sorted(allowed)))
            yield failed(requirement, exchange.index, expected=f"one of {wanted}", got=shown(answer))
        elif view.is_genuine(exchange):
            yield passed(requirement, exchange.index)


def documented_error(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every named error of the operation is one of its own, or one that any operation may have.

    What no operation declares is common to all; so is what refuses a request before its operation counts.
    """
    contract = view.contract
    operation = contract.operations[requirement.operation or ""]
    declared = {name for one in contract.operations.values() for name in one.errors}
    early = {name for situation, name in contract.refusals.items() if situation != "crowded"}
    allowed = {*operation.errors, *early, *(set(contract.errors) - declared)}
    names = {form.code for name in allowed for form in contract.errors[name].forms}
    for exchange in view.by_operation.get(operation.id, ()):
        answer = exchange.answer
        if answer is None or answer.status < 400 or answer.code is None or answer.status in THROTTLED:
            continue
        if answer.code in names or allowed & set(view.classify(answer)):
            if view.control_passed(operation.id):
                yield passed(requirement, exchange.index)
        else:
            own = ", ".join(form.code or "" for name in operation.errors for form in contract.errors[name].forms)
            yield failed(requirement, exchange.index, expected=f"one of {own}", got=shown(answer))


def statuses(view: View, operation: Operation) -> frozenset[int]:
    """The statuses that an operation may answer with."""
    contract = view.contract
    situations = {contract.refusals[name] for name in TRANSPORT if name in contract.refusals}
    lifecycle_errors = {life.not_found for life in contract.lifecycles.values()} & set(operation.errors)
    named = situations | lifecycle_errors | set(operation.errors)
    forms = {form.status for name in named if name in contract.errors for form in contract.errors[name].forms}
    return frozenset(forms | {int(status) for status in operation.responses if status.isdigit()})


def well_formed(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The bytes of every documented success are what the operation documents, whatever the Content-Type says."""
    operation = view.contract.operations[requirement.operation or ""]
    for exchange in view.by_operation.get(operation.id, ()):
        response = exchange.response
        documented = operation.responses.get(str(response.status)) if response else None
        if response is None or documented is None or not 200 <= response.status < 300 or not documented.content:
            continue
        kind = media_type(response.headers)
        expected = kind if kind in documented.content else next(iter(documented.content))
        # What the view could read as JSON is well-formed, and reading it takes the longer the larger it is.
        is_read = is_json(expected) and exchange.index in view.successes
        problem = "" if is_read else _problem(str(expected), response.body, _coding(view, exchange))
        if problem:
            other = f"sent as {kind}, which is not documented here: " if kind and kind != expected else ""
            yield failed(requirement, exchange.index, expected=f"well-formed {expected}", got=other + problem)
        elif view.is_genuine(exchange):
            yield passed(requirement, exchange.index)


def _coding(view: View, exchange: Exchange) -> str:
    """The encoding of a text: UTF-8, or the one in which a job was told to write its results."""
    for life in view.contract.lifecycles.values():
        output = view.contract.outputs.get(life.results.output) if life.results else None
        if life.results is None or output is None or life.results.operation != exchange.operation:
            continue
        identity = read_place(exchange.call, life.results.identity) if exchange.call else MISSING
        made = view.creations.get((life.name, str(identity)))
        asked = get(made.call.body, str(output.parameters.get("encoding", "/-"))) if made and made.call else MISSING
        if isinstance(asked, str) and _is_codec(asked):
            return asked
    return "utf-8"


def _is_codec(name: str) -> bool:
    try:
        return codecs.lookup(name) is not None
    except (LookupError, ValueError):
        return False


def _problem(kind: str, body: bytes, coding: str = "utf-8") -> str:
    if is_json(kind):
        return parse_json(body)[1] or ""
    if not kind.startswith("text/"):
        return ""
    try:
        text = body.decode(coding)
    except UnicodeDecodeError as error:
        return f"the text is not {coding.upper()}: {error.reason} at byte {error.start}"
    is_page = text.lstrip()[:9].lower().startswith(("<!doctype", "<html"))
    return "an HTML page" if is_page and kind != "text/html" else ""


def report_variant(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Which of the documented (or at least possible) answers the target gives. Decides nothing but that it answers."""
    variants: Mapping[str, Any] = requirement.parameters["variants"]
    for exchange in view.by_requirement.get(requirement.id, ()):
        if exchange.answer is None or exchange.case is None or exchange.case.kind in ("throttled", "lifecycle"):
            continue
        found = view.classify(exchange.answer)
        name = next((name for name, expected in variants.items() if expected in found), None)
        if not view.control_passed(exchange.operation or ""):
            yield inconclusive(requirement, exchange.index, got=f"no valid call of {exchange.operation} was accepted")
        elif name is not None and (variants[name] != "accepted" or view.is_genuine(exchange)):
            yield passed(requirement, exchange.index, variant=name)
        else:
            wanted = " or ".join(variants)
            yield failed(requirement, exchange.index, expected=wanted, got=shown(exchange.answer))


def member_variant(view: View, requirement: Requirement) -> Iterator[Finding]:
    """What a member shows where sources disagree: only reported. `with`: operation, at, when (pointers and values that
    a body must have), variants (name -> value)."""
    rules = requirement.parameters
    for exchange in view.by_operation.get(str(rules["operation"]), ()):
        body = success_body(view.contract, exchange)
        if not view.is_genuine(exchange) or not all(same(get(body, at), value) for at, value in rules["when"].items()):
            continue
        shown_value = get(body, rules["at"])
        name = next((name for name, value in rules["variants"].items() if same(value, shown_value)), None)
        if name is not None:
            yield passed(requirement, exchange.index, variant=name)
        else:
            wanted = " or ".join(rules["variants"])
            yield failed(requirement, exchange.index, expected=wanted, got=str(shown_value)[:120])


def echo(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The answer repeats what the request said. `with`: operation, request (a place), response (a pointer); of a text
    there, the part `after` the last occurrence of a word, or `before` it."""
    parameters = requirement.parameters
    (location, name), *_ = parameters["request"].items()
    place = Place(location, name)
    for exchange in view.by_operation.get(parameters["operation"], ()):
        sent = _sent(exchange, place)
        got = get(success_body(view.contract, exchange), parameters["response"])
        if sent is MISSING or sent is None or got is MISSING:
            continue
        if same(_part(got, parameters), sent):
            yield passed(requirement, exchange.index)
        elif is_trimmed(sent, _part(got, parameters)):
            yield inconclusive(requirement, exchange.index, got="the text came back without the blanks at its ends")
        else:
            yield failed(requirement, exchange.index, expected=str(sent)[:120], got=str(got)[:120])


def never_shown(view: View, requirement: Requirement) -> Iterator[Finding]:
    """No success holds what requests said at a place; a refusal may quote. `with`: operation, request."""
    (location, name), *_ = requirement.parameters["request"].items()
    told = view.by_operation.get(str(requirement.parameters["operation"]), ())
    said: dict[str, Exchange] = {}
    for exchange in told:
        secret = _sent(exchange, Place(location, name))
        if isinstance(secret, str) and secret and view.is_genuine(exchange):
            said.setdefault(secret, exchange)
    for secret, exchange in said.items():
        # What was shown before a request said it was not given away; what no text can hold travels as it came.
        later = (row for row in view.history.exchanges if row.index >= exchange.index)
        found = next((row for row in later if _holds(row, secret.encode("utf-8", "surrogatepass"))), None)
        if found is not None and _said_elsewhere(view, secret):
            text = "requests said the same text elsewhere, and answers may show it"
            yield inconclusive(requirement, exchange.index, found.index, got=text)
        elif found is not None:
            yield failed(requirement, exchange.index, found.index, expected="an answer without it", got="it is shown")
        else:
            yield passed(requirement, exchange.index)


def _said_elsewhere(view: View, secret: str) -> bool:
    """Whether an accepted request holds a secret in another place than those of secrets, as drawn texts that are short
    may be."""
    needle = secret.encode("utf-8", "surrogatepass")
    secrets = {place for row in view.contract.requirements.values() if row.check == "never_shown" for place in _at(row)}
    for row in view.history.exchanges:
        count = row.request.body.count(needle) if row.accepted and row.call is not None else 0
        kept = (read_place(row.call, place) for place in secrets) if count and row.call is not None else ()
        if count > sum(value.count(secret) for value in kept if isinstance(value, str)):
            return True
    return False


def _at(requirement: Requirement) -> Iterator[Place]:
    yield from (Place(location, name) for location, name in requirement.parameters["request"].items())


def _holds(exchange: Exchange, secret: bytes) -> bool:
    return exchange.accepted and exchange.response is not None and secret in exchange.response.body


def _part(got: Any, parameters: Mapping[str, Any]) -> Any:
    if isinstance(got, str) and "after" in parameters:
        return got.rpartition(parameters["after"])[2]
    return got.rpartition(parameters["before"])[0] if isinstance(got, str) and "before" in parameters else got


def _sent(exchange: Exchange, place: Place) -> Any:
    """What a valid request said; a request that should have been refused proves nothing."""
    case = exchange.case
    if exchange.call is None or isinstance(exchange.call.body, bytes):
        return MISSING
    if case is not None and (case.kind in MALFORMED or not {"accepted", "any"} & set(case.expect)):
        return MISSING
    return read_place(exchange.call, place)


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "accepts_valid": accepts_valid,
    "credentials": each_case,
    "stays_accepted": stays_accepted,
    "call_gets": call_gets,
    "call_without": each_case,
    "documented_status": documented_status,
    "documented_error": documented_error,
    "well_formed": well_formed,
    "report_variant": report_variant,
    "member_variant": member_variant,
    "echo": echo,
    "never_shown": never_shown,
}
