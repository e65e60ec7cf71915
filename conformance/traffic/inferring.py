"""Entries of a recording become a history: what each request was, and what its answer can be evidence for.

Nobody planned these requests, so why one was sent is inferred, and only as far as that is certain. A call that no limit
forbids and that was accepted is a control; a call that breaks exactly one limit was wrongly accepted or rightly
refused. Everything else (a refusal that may have reasons which the recording does not show) is evidence for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from conformance.history import Case, Exchange, History
from conformance.judging.oracle import Oracle, genuine, success_body
from conformance.judging.view import View, matches
from conformance.traffic.laws import laws_of
from conformance.traffic.recording import Entry, is_conditional
from specs.contract import Constraint, Contract
from specs.message import Answer, HttpRequest, Malformed, header
from specs.wire import WIRES

GATEWAY = (502, 504)
"""Statuses that somebody between client and server gives."""
REFUSED_AS = {"query": ("query",), "header": ("query",), "path": ("path",), "body": ("invalid", "wrong_type")}
"""Where a limit stands -> the situations that a call is in which breaks it."""
ASIDE = Case("wire", "", "recorded", ("any",))
"""A request whose call is not known for certain; `wire` keeps it out of everything that reads calls."""
SEEN = Case("recorded", "", "recorded", ("any",))
"""A call whose answer is evidence for nothing that needs an expectation."""

OUTSIDE = Case("outside", "", "recorded", ("refused",))
"""A call outside of the limits; what it was answered with, and what it made, says nothing about valid calls."""


@dataclass(frozen=True)
class Reading:
    """How a recording is read: by which contract, below which path, and whether it shows credentials at all.

    `alone` says that nobody else acted on the same resources meanwhile; without it, what another client may have done
    is no fault of the target.
    """

    contract: Contract
    oracle: Oracle
    prefix: str = ""
    shows_credentials: bool = False
    alone: bool = False


def history_of(
    contract: Contract, entries: Sequence[Entry], base_url: str, *, alone: bool, live: bool = False
) -> History:
    """The history that entries of one target are. `base_url` is where its API begins; `live`: headers are complete."""
    shows = live or any(entry.logged_in for entry in entries)
    reading = Reading(contract, Oracle(contract), urlsplit(base_url).path.rstrip("/"), shows, alone)
    first = History(tuple(_exchanges(reading, entries)), alone=alone)
    view = View(contract, first)
    exchanges = tuple(laws_of(view, exchange) for exchange in first.exchanges)
    return History(exchanges, left_out=_left_out(contract, exchanges), alone=alone)


def _exchanges(reading: Reading, entries: Sequence[Entry]) -> Iterator[Exchange]:
    starts = [entry.sent_at for entry in entries if entry.sent_at is not None]
    ends = [time for entry in entries for time in (entry.sent_at, entry.received_at) if time is not None]
    # A request without a time may have been on its way all along: it comes before nothing and after nothing.
    begin, end = min(starts, default=0.0), max(ends, default=0.0) + 1.0
    timed = [(begin if entry.sent_at is None else entry.sent_at, entry) for entry in entries]
    timed.sort(key=lambda pair: pair[0])
    for index, (sent, entry) in enumerate(timed, 1):
        received = end if entry.received_at is None else max(sent, entry.received_at)
        yield _exchange(reading, entry, index, (sent - begin, received - begin))


def _exchange(reading: Reading, entry: Entry, index: int, times: tuple[float, float]) -> Exchange:
    contract, wire = reading.contract, WIRES[reading.contract.wire]
    answer = wire.decode_answer(contract, entry.response) if entry.response else None
    plain = Exchange(index, *times, entry.request, None, None, entry.response, answer, entry.failure)
    below = _below(entry.request, reading.prefix)
    operation = wire.route(contract, below) if below else None
    if below is None or not isinstance(operation, str):
        return plain
    call = wire.decode_request(contract, below)
    aside = isinstance(call, Malformed) or not entry.complete or is_conditional(below) or _has_override(below)
    if aside or isinstance(call, Malformed) or (answer is not None and answer.status in GATEWAY):
        return replace(plain, operation=operation, case=ASIDE)
    missing = reading.shows_credentials and not entry.logged_in
    known = replace(plain, operation=operation, call=call, credentials="missing" if missing else "right")
    return replace(known, case=_case(reading, known))


def _below(request: HttpRequest, prefix: str) -> HttpRequest | None:
    """The request as a server below a prefix gets it; None for another path."""
    if not prefix:
        return request
    inside = request.target.startswith(f"{prefix}/")
    return replace(request, target=request.target.removeprefix(prefix)) if inside else None


def _has_override(request: HttpRequest) -> bool:
    return header(request.headers, "x-http-method-override") is not None


def _case(reading: Reading, exchange: Exchange) -> Case:
    contract, call, answer = reading.contract, exchange.call, exchange.answer
    if call is None or answer is None:
        return SEEN
    if exchange.credentials == "missing" and contract.operations[call.operation].authenticated:
        return _without_credentials(reading, exchange)
    broken = {row.constraint.id: row.constraint for row in reading.oracle.request(call)}
    if not broken:
        valid = f"{contract.vendor}.{call.operation}.valid_request_is_accepted"
        return Case("recorded", valid, "a valid call", ("accepted",)) if _is_genuine(contract, exchange) else SEEN
    only, *others = broken.values()
    return OUTSIDE if others or only.strength == "info" else _breaking(contract, exchange, only, answer)


def _breaking(contract: Contract, exchange: Exchange, only: Constraint, answer: Answer) -> Case:
    """The case of a call that breaks one limit and nothing else: it was accepted, or refused as it should be."""
    situations = (name for name in REFUSED_AS[only.location] if name in contract.refusals)
    wanted = tuple(dict.fromkeys(contract.refusals[name] for name in situations))
    place = only.pointer.strip("/") or "the body"
    case = Case("boundary", only.id, f"{place} against {only.keyword} {str(only.value)[:60]}", wanted)
    is_right = any(matches(contract.errors[name], answer) for name in wanted)
    return case if wanted and (is_right or _is_genuine(contract, exchange)) else OUTSIDE


def _without_credentials(reading: Reading, exchange: Exchange) -> Case:
    contract = reading.contract
    requirement = f"{contract.vendor}.{exchange.operation}.missing_credentials_are_refused"
    wanted = contract.refusals.get("unauthenticated")
    if requirement not in contract.requirements or wanted is None or exchange.answer is None:
        return SEEN
    decided = _is_genuine(contract, exchange) or matches(contract.errors[wanted], exchange.answer)
    return Case("credentials", requirement, "no credentials", (wanted,)) if decided else SEEN


def _is_genuine(contract: Contract, exchange: Exchange) -> bool:
    return genuine(contract, exchange, success_body(contract, exchange))


def _left_out(contract: Contract, exchanges: Sequence[Exchange]) -> dict[str, str]:
    """Why operations were not shown to take valid calls: the recording has none, or none that was accepted."""
    called = {exchange.operation for exchange in exchanges}
    text = {
        True: "the recording has calls, and none that is valid and was accepted; why they were refused is not known",
        False: "the recording has no call of it",
    }
    return {f"{contract.vendor}.{name}.valid_request_is_accepted": text[name in called] for name in contract.operations}
