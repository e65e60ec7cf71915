"""A history, indexed for the checks: exchanges by operation, requirement and resource, and the observations in them.

Everything here is derived from (contract, history) and nothing else; the indices are made once, for all checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from conformance.history import Artefact, Exchange, History
from conformance.judging.oracle import Oracle, Violation, genuine, silent, success_body
from conformance.plans.samples import read_place
from specs.contract import Contract, ErrorClass, Lifecycle, Place
from specs.lifecycle import read_state, spell
from specs.message import Answer
from specs.pointers import MISSING, get

UNRELATED = (401, 403, 429)
"""Statuses of refusals that say nothing about what a request contains."""


@dataclass(frozen=True)
class Observation:
    """One state of one resource, read out of an exchange. `state` is None for a spelling that nobody documents.

    The truth held at some moment between `sent_at` and `received_at` (seconds since the run began).
    """

    lifecycle: str
    identity: str
    spelled: Any
    state: str | None
    document: Mapping[str, Any]
    exchange: int
    sent_at: float
    received_at: float
    source: Literal["create", "get", "list"]


@dataclass(frozen=True)
class View:
    """A contract and a history with their indices. `fixtures` are the target's values, as the plan used them."""

    contract: Contract
    history: History
    fixtures: Mapping[str, Any] = field(default_factory=dict)
    remembered: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)
    """What checks have worked out once of this history, by a key of their own."""

    @cached_property
    def by_operation(self) -> Mapping[str, tuple[Exchange, ...]]:
        """Exchanges by operation id, in order."""
        return _grouped((exchange.operation, exchange) for exchange in self.history.exchanges if exchange.operation)

    def calls(self, operation: str) -> tuple[Exchange, ...]:
        """Exchanges of an operation whose requests said what their calls say: the wire's cases change the bytes."""
        rows = self.by_operation.get(operation, ())
        return tuple(row for row in rows if row.case is None or row.case.kind != "wire")

    @cached_property
    def successes(self) -> Mapping[int, tuple[Any, bool]]:
        """The body of each success by exchange, and whether it shows anything documented: read once for all checks."""
        rows = ((row, self._bodies[row.index]) for row in self.history.exchanges)
        return {row.index: (body, row.index in self._genuine) for row, body in rows if body is not MISSING}

    @cached_property
    def wanted_successes(self) -> Mapping[tuple[str, str], tuple[Exchange, ...]]:
        """Successes with a body by operation and status, without the answers to what should have been refused."""
        return _grouped(
            ((row.operation, str(row.response.status)), row)
            for row in self.history.exchanges
            if row.index in self.successes and row.operation and row.response and not wants_refusal(row)
        )

    def is_genuine(self, exchange: Exchange) -> bool:
        """Whether an answer is a success that shows something documented, so that it is no accident."""
        return exchange.index in self._genuine

    @cached_property
    def _bodies(self) -> Mapping[int, Any]:
        return {row.index: success_body(self.contract, row) for row in self.history.exchanges}

    @cached_property
    def _genuine(self) -> frozenset[int]:
        rows = self.history.exchanges
        telling = {row.index for row in rows if genuine(self.contract, row, self._bodies[row.index])}
        # A success without content may be an accident of a target that answers everything alike.
        varies = bool(telling) or len({row.response.status for row in rows if row.response is not None}) > 1
        more = {row.index for row in rows if varies and silent(self.contract, row)}
        return frozenset(telling | more)

    @cached_property
    def by_requirement(self) -> Mapping[str, tuple[Exchange, ...]]:
        """Exchanges by the requirement that their case serves, in order; one can be evidence for several laws."""
        cases = ((item.case, item) for item in self.history.exchanges if item.case)
        pairs = ((case.serves if case.kind == "lifecycle" else (case.requirement,), item) for case, item in cases)
        return _grouped((name, item) for names, item in pairs for name in names)

    @cached_property
    def by_group(self) -> Mapping[str, tuple[Exchange, ...]]:
        """Exchanges by the group of their case, in order."""
        return _grouped((item.case.group, item) for item in self.history.exchanges if item.case and item.case.group)

    @cached_property
    def by_slot(self) -> Mapping[str, tuple[Exchange, ...]]:
        """Exchanges by slot, in order."""
        return _grouped((exchange.slot, exchange) for exchange in self.history.exchanges if exchange.slot)

    @cached_property
    def artefacts(self) -> Mapping[str, tuple[Artefact, ...]]:
        """Files by slot."""
        return _grouped((artefact.slot, artefact) for artefact in self.history.artefacts)

    @cached_property
    def creations(self) -> Mapping[tuple[str, str], Exchange]:
        """The first accepted exchange that created a resource, by (lifecycle, identity)."""
        found: dict[tuple[str, str], Exchange] = {}
        for life in self.contract.lifecycles.values():
            names = life.created_by.operations if life.created_by else ()
            for exchange in (item for name in names for item in self.by_operation.get(name, ())):
                identity = created_identity(life, exchange)
                if identity is not None:
                    found.setdefault((life.name, identity), exchange)
        return found

    @cached_property
    def observations(self) -> Mapping[tuple[str, str], tuple[Observation, ...]]:
        """Observations by (lifecycle, identity), in the order of sending; list items included."""
        rows = [row for life in self.contract.lifecycles.values() for row in self._observe(life)]
        rows.sort(key=lambda row: (row.sent_at, row.exchange))
        return _grouped(((row.lifecycle, row.identity), row) for row in rows)

    def of_lifecycle(self, name: str) -> Mapping[str, tuple[Observation, ...]]:
        """The observations of one lifecycle by identity, only of resources that this history saw created."""
        return {
            identity: rows
            for (life, identity), rows in self.observations.items()
            if life == name and (life, identity) in self.creations
        }

    def control_passed(self, operation: str) -> bool:
        """Whether some valid call of the operation was accepted: without that, a refusal proves nothing."""
        return operation in self._served

    @cached_property
    def _served(self) -> frozenset[str]:
        """Operations of which a valid call got an answer that shows something documented: `200 {}` proves nothing."""
        return frozenset(
            exchange.operation
            for exchange in self.history.exchanges
            if exchange.operation and exchange.case is not None and "accepted" in exchange.case.expect
            if self.is_genuine(exchange)
        )

    @cached_property
    def tainted(self) -> frozenset[str]:
        """Ids of resources that a request made or changed although it should have been refused.

        What such a resource shows is the fault of the request's limit, and of nothing else.
        """
        found: set[str] = set()
        for exchange in self.history.exchanges:
            if exchange.accepted and exchange.call is not None and wants_refusal(exchange):
                named = (_identity_in(life, exchange) for life in self.contract.lifecycles.values())
                found.update(identity for names in named for identity in names)
        return frozenset(found)

    @cached_property
    def strange_refusals(self) -> frozenset[tuple[str, str]]:
        """(operation, error class) wherever all limits are refused alike, and in no form of that class.

        One limit that is refused in a wrong way is that limit's fault; all of them alike are the operation's habit.
        """
        found: dict[tuple[str, str], list[Exchange]] = {}
        for exchange in self.history.exchanges:
            if breaks_limit(exchange) and exchange.case and exchange.answer and 400 <= exchange.answer.status < 500:
                found.setdefault((exchange.operation or "", exchange.case.expect[0]), []).append(exchange)
        return frozenset(key for key, rows in found.items() if self._alike_and_strange(rows))

    def _alike_and_strange(self, rows: list[Exchange]) -> bool:
        answers = [row.answer for row in rows if row.answer is not None and row.answer.status not in UNRELATED]
        limits = {row.case.requirement for row in rows if row.case is not None}
        forms = {(answer.status, answer.code) for answer in answers}
        expected = {name for row in rows if row.case is not None for name in row.case.expect}
        if all(answer.code is None for answer in answers) and all(map(self._is_named, expected)):
            return False  # an error without its name is another requirement's business
        known = {name for answer in answers for name in self.classify(answer)}
        return len(limits) > 1 and len(forms) == 1 and not known & expected

    def _is_named(self, error: str) -> bool:
        known = self.contract.errors.get(error)
        return known is not None and all(form.code is not None for form in known.forms)

    @cached_property
    def problems(self) -> Mapping[int, tuple[Violation, ...]]:
        """The response limits that each JSON body of a success breaks, by index of the exchange."""
        oracle, found = Oracle(self.contract), {}
        for exchange in self.history.exchanges:
            body = self._bodies[exchange.index]
            if body is not MISSING and exchange.operation and exchange.response:
                found[exchange.index] = oracle.response(exchange.operation, exchange.response.status, body)
        return found

    def is_error(self, answer: Answer, name: str) -> bool:
        """Whether an answer is an error of a class, in any documented form."""
        return matches(self.contract.errors[name], answer)

    def classify(self, answer: Answer | None) -> tuple[str, ...]:
        """What an answer is: `accepted`, or every error class that it matches (none: an undocumented answer)."""
        if answer is None:
            return ()
        if 200 <= answer.status < 300:
            return ("accepted",)
        # Every check asks this of the same few kinds of answers.
        key = ("classify", answer.status, answer.code)
        if key not in self.remembered:
            rows = self.contract.errors.items()
            self.remembered[key] = tuple(name for name, error in rows if matches(error, answer))
        found: tuple[str, ...] = self.remembered[key]
        return found

    def _observe(self, life: Lifecycle) -> Iterable[Observation]:
        if life.observed_by is None:
            return
        for exchange in self.by_operation.get(life.observed_by.operation, ()):
            if exchange.accepted and exchange.call is not None and exchange.answer is not None:
                identity = read_place(exchange.call, life.observed_by.identity)
                yield from _observation(life, identity, get(exchange.answer.body, life.observed_by.at), exchange, "get")
        if life.created_by is not None:
            for exchange in (item for name in life.created_by.operations for item in self.by_operation.get(name, ())):
                identity = created_identity(life, exchange)
                if identity is not None and exchange.answer is not None:
                    document = get(exchange.answer.body, life.observed_by.at)
                    yield from _observation(life, identity, document, exchange, "create")
        if life.listed_by is not None:
            for exchange in self.by_operation.get(life.listed_by.operation, ()):
                items = get(exchange.answer.body, life.listed_by.items) if exchange.accepted and exchange.answer else ()
                for item in items if isinstance(items, list) else ():
                    yield from _observation(life, get(item, life.listed_by.identity), item, exchange, "list")


def matches(error: ErrorClass, answer: Answer) -> bool:
    """Whether an answer has one of the documented forms of an error class."""
    return any(form.status == answer.status and (form.code is None or form.code == answer.code) for form in error.forms)


def breaks_limit(exchange: Exchange) -> bool:
    """Whether an exchange was sent because it breaks one limit of its operation."""
    return exchange.case is not None and exchange.case.kind in ("boundary", "property") and wants_refusal(exchange)


def wants_refusal(exchange: Exchange) -> bool:
    """Whether an exchange was sent to be refused."""
    return exchange.case is not None and not {"accepted", "any"} & set(exchange.case.expect)


def _identity_in(life: Lifecycle, exchange: Exchange) -> Iterable[str]:
    """The ids that an exchange creates, or acts on by a command."""
    created = created_identity(life, exchange) if _creates(life, exchange) else None
    if created is not None:
        yield created
    for command in life.commands.values():
        if command.operation == exchange.operation and exchange.call is not None:
            identity = read_place(exchange.call, command.identity)
            if isinstance(identity, str):
                yield identity


def _creates(life: Lifecycle, exchange: Exchange) -> bool:
    return life.created_by is not None and exchange.operation in life.created_by.operations


def created_identity(life: Lifecycle, exchange: Exchange) -> str | None:
    """The id of the resource that an accepted create exchange made, None when there is none to be read."""
    creation, answer = life.created_by, exchange.answer
    if creation is None or answer is None or not exchange.accepted:
        return None
    if not creation.answered and creation.chosen_by_client:
        chosen = read_place(exchange.call, creation.chosen_by_client) if exchange.call else None
        return chosen if isinstance(chosen, str) else None
    return identity_at(creation.identity, exchange)


def identity_at(place: Place, exchange: Exchange) -> str | None:
    """The id that an accepted answer has at a place, None when it has none."""
    answer = exchange.answer
    if answer is None or not exchange.accepted:
        return None
    if place.location == "header":
        value: Any = next((text for key, text in answer.headers if key.lower() == place.name.lower()), None)
    else:
        value = get(answer.body, place.name)
    if place.segment is not None and isinstance(value, str):
        segments = value.split("/")
        inside = -len(segments) <= place.segment < len(segments)
        value = segments[place.segment] if inside else None
    return value if isinstance(value, str) and value else None


def _observation(
    life: Lifecycle, identity: Any, document: Any, exchange: Exchange, source: Literal["create", "get", "list"]
) -> Iterable[Observation]:
    if not isinstance(identity, str) or not isinstance(document, Mapping) or life.observed_by is None:
        return
    pointer = life.listed_by.state if source == "list" and life.listed_by else life.observed_by.state
    spelled = get(document, pointer) if pointer else MISSING
    if not life.observed_by.state:
        spelled = spell(life, life.initial)  # it shows no state: whoever sees it knows that it is there
    if spelled is MISSING:
        return
    state = read_state(life, spelled) if isinstance(spelled, str) else None
    times = (exchange.sent_at, exchange.received_at)
    yield Observation(life.name, identity, spelled, state, document, exchange.index, *times, source)


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, tuple[Any, ...]]:
    found: dict[Any, list[Any]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
