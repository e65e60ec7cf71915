"""What a script has to do before the requests that show a finding: make what they name, and bring it as far.

A run removes what it has made, and on most targets nothing of it is left when somebody wants to see the failure. So the
script makes it again, from the requests with which the run did: the creation, and what was asked of the resource since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from conformance.history import Exchange
from conformance.judging.view import View
from conformance.plans.samples import read_place
from conformance.reports.invocation import SCRIPT_BODY_MAX, has_script
from conformance.reports.report import Report
from specs.contract import Contract
from specs.resource import Lifecycle, Place

NAME_MIN, NAME_MAX = 6, 200
"""Shorter names may stand in any text by chance."""
END = r"(?![^\W_])"
"""Behind an id, as a pattern: neither a letter nor a digit goes on with it."""
STEPS_MAX = 24
"""Longer preparations leave out what only looks, and then what only goes on; people have to read them."""


@dataclass(frozen=True)
class Made:
    """A resource of the run: the exchange that made it, and where its answer has the id (None: the request has it)."""

    identity: str
    exchange: Exchange
    answered_at: Place | None


@dataclass(frozen=True)
class Makings:
    """What all scripts of a run are made from, read once out of its history. `made` has the longest names first: one
    name may be the beginning of another. `sent` is the text of each accepted request, `looks` are operations that
    change nothing. `unique` has for the operations that create a kind whose resources may not share a name the kind and
    where that name stands, and `taken` has by kind and name who took it."""

    made: Mapping[str, Made]
    accepted: tuple[Exchange, ...]
    sent: Mapping[int, str]
    looks: frozenset[str]
    unique: Mapping[str, tuple[str, Place]]
    taken: Mapping[tuple[str, str], Made]

    def named_in(self, text: str) -> Iterator[Made]:
        """The resources of the run that a text names."""
        return (row for identity, row in self.made.items() if _names(text, identity))

    def needed_by(self, exchange: Exchange) -> Iterator[Made]:
        """The resources of the run without which a request gets another answer: those that it names, and the one that
        has the name which it asks for."""
        yield from self.named_in(text_of(exchange))
        word = _unique_name(exchange, self.unique)
        if word is not None and word in self.taken:
            yield self.taken[word]


def makings(report: Report, contract: Contract) -> Makings:
    """What scripts of a run are made from."""
    lives = contract.lifecycles
    unique = {
        operation: (life.name, life.created_by.unique)
        for life in lives.values()
        if life.created_by and life.created_by.unique
        for operation in life.created_by.operations
    }
    found: dict[str, Made] = {}
    taken: dict[tuple[str, str], Made] = {}
    for (name, identity), exchange in View(contract, report.history).creations.items():
        if NAME_MIN <= len(identity) <= NAME_MAX and identity.isprintable():
            # An id that the request names is known before the answer, also where that is a refusal.
            place = None if _names(text_of(exchange), identity) else _answered_at(lives[name])
            row = found.setdefault(identity, Made(identity, exchange, place))
            word = _unique_name(exchange, unique)
            if word is not None:
                taken.setdefault(word, row)
    ordered = sorted(found.items(), key=lambda item: -len(item[0]))
    accepted = tuple(exchange for exchange in report.history.exchanges if exchange.accepted)
    places = [(life.observed_by, life.listed_by) for life in lives.values()]
    looks = frozenset(place.operation for pair in places for place in pair if place is not None)
    return Makings(dict(ordered), accepted, {one.index: text_of(one) for one in accepted}, looks, unique, taken)


def _unique_name(exchange: Exchange, unique: Mapping[str, tuple[str, Place]]) -> tuple[str, str] | None:
    """The kind and the name that a creation asks for and no other resource of the kind may have; None where it asks for
    none."""
    kind, place = unique.get(exchange.operation or "", ("", None))
    value = read_place(exchange.call, place) if place and exchange.call else None
    return (kind, value) if isinstance(value, str) else None


def _answered_at(life: Lifecycle) -> Place | None:
    creation = life.created_by
    if creation is None or (creation.chosen_by_client is not None and not creation.answered):
        return None
    return creation.identity


def text_of(exchange: Exchange) -> str:
    """What a request says, without its headers."""
    body = exchange.request.body
    told = body.decode("utf-8", "replace") if len(body) <= SCRIPT_BODY_MAX else ""
    return f"{exchange.request.target}\n{told}"


def _names(text: str, identity: str) -> bool:
    """Whether a text has an identity that does not go on: `job-5` is not named by `job-52`."""
    return identity in text and re.search(re.escape(identity) + END, text) is not None


def steps_before(witness: Sequence[Exchange], known: Makings) -> tuple[Exchange, ...]:
    """The exchanges that come before some others, in order: none where those name nothing that the run had made, or
    where too many would be needed."""
    shown = {exchange.index for exchange in witness}
    makers, between = _needed(witness, known)
    acts = {index: row for index, row in between.items() if row.operation not in known.looks}
    for steps in (makers | between, makers | acts, makers):
        left = [exchange for index, exchange in sorted(steps.items()) if index not in shown]
        if len(left) <= STEPS_MAX and (not left or has_script(left)):
            return tuple(left)
    return ()


def _needed(witness: Sequence[Exchange], known: Makings) -> tuple[dict[int, Exchange], dict[int, Exchange]]:
    """By index: what made what the witness names, and what that needed in turn; and what was asked of it since."""
    makers: dict[int, Exchange] = {}
    between: dict[int, Exchange] = {}
    ends = {row.identity: (row, one.index) for one in witness for row in known.needed_by(one)}
    open_still = list(ends.values())
    while open_still and len(makers) <= STEPS_MAX:
        row, end = open_still.pop()
        start = row.exchange.index
        if start >= end or start in makers:
            continue
        makers[start] = row.exchange
        asked = (one for one in known.accepted if start < one.index < end)
        between |= {one.index: one for one in asked if _names(known.sent[one.index], row.identity)}
        open_still += [(other, start) for other in known.needed_by(row.exchange)]
    return makers, between
