"""Why things went as they did: what a failure looks like, which failures have one cause, and what a failure blocks.

A server that cannot create a job misses a hundred requirements for one reason. People mend causes, so a report names
each of them once: failures that one exchange shows, or that one operation shows alike, stand together; what could not
be judged because something below it is broken names that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.findings import Verdict
from conformance.history import Exchange
from conformance.reports.invocation import SHOWN
from conformance.reports.report import Report, Row, witness_of
from specs.contract import Contract, Lifecycle, Requirement

OPEN = (Verdict.not_run, Verdict.inconclusive)
BLOCKERS_MAX = 5
CODE_MAX = 80
EVERYWHERE_MIN = 3
"""As many operations must fail alike before that is taken for one fault of the server, and not for one of each."""
CONTROL = "accepts_valid"
"""The check of the positive control of an operation."""
HIGHER_MODE = re.compile(r"; --mode (\w+) does$")
"""How the driver words a step that the mode forbids."""
_BASIS: Mapping[str, tuple[str, ...]] = {
    "legal_path": ("known_state",),
    "terminal_is_final": ("known_state",),
    "reaches_final": ("known_state",),
    "command_effect": ("known_state",),
    "command_refused": ("known_state",),
    "results_available": ("known_state", "reaches_final"),
    "results_repeatable": ("known_state", "reaches_final", "results_available"),
    "results_refused": ("known_state",),
    "field_present": ("known_state", "reaches_final"),
    "field_null_until": ("known_state",),
    "field_absent": ("known_state",),
    "list_order": ("listed",),
    "list_filter": ("listed",),
}
"""Check -> the checks of the same lifecycle that it stands on, besides that a created resource can be read."""
_EVERYONES_BASIS = ("readable_after_create",)


@dataclass(frozen=True)
class Group:
    """Failures with one cause, in a few words."""

    cause: str
    requirements: tuple[str, ...]


def signature(row: Row, exchanges: Mapping[int, Exchange]) -> str:
    """A short text that stays the same from run to run: the check, and the status and error code that decided. Empty
    without a failure."""
    if row.finding.verdict not in SHOWN:
        return ""
    return " ".join([row.requirement.check, *_answer_words(_deciding(row, exchanges))])


def _deciding(row: Row, exchanges: Mapping[int, Exchange]) -> Exchange | None:
    """The exchange that shows a finding: the last of its witness."""
    known = witness_of(row.finding, exchanges)
    return known[-1] if known else None


def _answer_words(exchange: Exchange | None) -> Iterator[str]:
    if exchange is None:
        return
    if exchange.answer is None:
        yield (exchange.failure or "no answer").partition(":")[0]
        return
    yield str(exchange.answer.status)
    if exchange.answer.code:
        yield exchange.answer.code[:CODE_MAX]


def groups(report: Report) -> tuple[Group, ...]:
    """Failures that have one cause: one exchange shows them all, or many operations show the same thing, or one does.
    Nothing stands in two groups, and alone nothing is a group."""
    exchanges = report.exchanges
    left = [(row, _deciding(row, exchanges)) for row in report.rows if row.finding.verdict in SHOWN]
    found: list[Group] = []
    for key_of, few, told in _LIKENESSES:
        together: dict[Hashable, list[tuple[Row, Exchange]]] = {}
        for row, deciding in left:
            if deciding is not None and (key := key_of(row, deciding)) is not None:
                together.setdefault(key, []).append((row, deciding))
        several = [shown for shown in together.values() if len(shown) > 1 and len(_operations_of(shown)) >= few]
        found += [Group(told(shown), tuple(row.requirement.id for row, _ in shown)) for shown in several]
        taken = {row.requirement.id for shown in several for row, _ in shown}
        left = [(row, deciding) for row, deciding in left if row.requirement.id not in taken]
    return tuple(found)


_Shown = Sequence[tuple[Row, Exchange]]


def _operations_of(shown: _Shown) -> tuple[str, ...]:
    return tuple(dict.fromkeys(exchange.operation or "" for _, exchange in shown))


def _by_exchange(_row: Row, deciding: Exchange) -> Hashable | None:
    return deciding.index


def _told_exchange(shown: _Shown) -> str:
    exchange = shown[0][1]
    answered = f"answered {_words(exchange)}" if exchange.answer else f"got no answer: {_words(exchange)}"
    return f"{exchange.operation or exchange.request.method} {answered} (exchange {exchange.index})"


def _by_failure_anywhere(row: Row, deciding: Exchange) -> Hashable | None:
    # That a wrong request is let through, or a right one is not, can be one thing for a whole server. Good answers to
    # right requests are wrong in many ways, and in each operation in another one.
    if not deciding.operation or (deciding.accepted and not _is_let_through(deciding)):
        return None
    return _words(deciding), row.requirement.check if deciding.accepted else ""


def _by_answer(row: Row, deciding: Exchange) -> Hashable | None:
    if not deciding.operation:
        return None
    # A refusal of what should be accepted is one cause whatever was asked; a success can be wrong in many ways.
    check = row.requirement.check if deciding.accepted else ""
    return deciding.operation, _words(deciding), check, _is_let_through(deciding)


def _told_answer(shown: _Shown) -> str:
    (row, exchange), operations = shown[0], _operations_of(shown)
    several = len(operations) > 1
    who = f"{len(operations)} operations" if several else operations[0]
    check = f" ({row.requirement.check})" if exchange.accepted else ""
    if exchange.answer is None:
        return f"{who} {'get' if several else 'gets'} no answer: {_words(exchange)}"
    if _is_let_through(exchange):
        return f"{who} {'accept' if several else 'accepts'} what must be refused: {_words(exchange)}{check}"
    return f"{who} {'answer' if several else 'answers'} {_words(exchange)} to several requests{check}"


def _is_let_through(exchange: Exchange) -> bool:
    """Whether a request was accepted that had to be refused."""
    expect = exchange.case.expect if exchange.case else ("any",)
    return exchange.accepted and not {"accepted", "any"} & set(expect)


def _words(exchange: Exchange) -> str:
    return " ".join(_answer_words(exchange))


_LIKENESSES: tuple[tuple[Callable[[Row, Exchange], Hashable | None], int, Callable[[_Shown], str]], ...] = (
    (_by_exchange, 1, _told_exchange),
    (_by_failure_anywhere, EVERYWHERE_MIN, _told_answer),
    (_by_answer, 1, _told_answer),
)
"""What makes failures alike, the surest first: the key, how many operations must show it, and how it is told."""


def lifecycle_of(requirement: Requirement, contract: Contract) -> str | None:
    """The lifecycle that a requirement speaks of; None for none."""
    named = (requirement.parameters.get(key) for key in ("lifecycle", "resource"))
    return next((name for name in named if isinstance(name, str) and name in contract.lifecycles), None)


def blockers(report: Report, contract: Contract) -> Mapping[str, tuple[str, ...]]:
    """Requirement -> what keeps it from being judged: requirements that are missed, and positive controls that showed
    nothing. Only for what is blocked at all."""
    broken = [row for row in report.rows if row.unwaived == Verdict.failed]
    by_exchange: dict[int, list[str]] = {}
    for row in broken:
        for index in row.finding.witness[-1:]:
            by_exchange.setdefault(index, []).append(row.requirement.id)
    weak = {row.requirement.id for row in report.rows if row.finding.verdict == Verdict.inconclusive}
    ids = {row.requirement.id for row in broken}
    basis = _Basis(contract)
    found: dict[str, tuple[str, ...]] = {}
    for row in report.rows:
        if row.finding.verdict not in OPEN or HIGHER_MODE.search(row.finding.got):
            continue
        by = [name for index in row.finding.witness for name in by_exchange.get(index, ())]
        by += [name for name in basis.controls(row.requirement) if name in ids or name in weak]
        by += [name for name in basis.laws(row.requirement) if name in ids]
        found[row.requirement.id] = tuple(name for name in dict.fromkeys(by) if name != row.requirement.id)
    return {key: by[:BLOCKERS_MAX] for key, by in found.items() if by}


class _Basis:
    """What a requirement stands on, by the contract alone."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        rules = contract.requirements.values()
        self.control = {row.operation: row.id for row in rules if row.check == CONTROL}
        self.law = {
            (lifecycle_of(row, contract), row.check): row.id for row in rules if lifecycle_of(row, contract) is not None
        }
        self.below: dict[str, tuple[str, ...]] = {}

    def controls(self, requirement: Requirement) -> Iterator[str]:
        """The positive controls without which nothing can be said: of the operations that are needed first."""
        for operation in dict.fromkeys(_operations(requirement, self.contract)):
            yield from (self.control[name] for name in self._needed(operation) if name in self.control)

    def laws(self, requirement: Requirement) -> Iterator[str]:
        """The laws of its lifecycle that a requirement stands on."""
        life = lifecycle_of(requirement, self.contract)
        for check in (*_EVERYONES_BASIS, *_BASIS.get(requirement.check, ())) if life else ():
            if (life, check) in self.law:
                yield self.law[life, check]

    def _needed(self, operation: str) -> tuple[str, ...]:
        """An operation and those that make what its valid call names, the first to be called first."""
        if operation not in self.below:
            self.below[operation] = ()  # a resource that needs itself ends here
            sample = self.contract.samples.get(operation)
            parts = (sample.path, sample.query, sample.headers, sample.body) if sample else ()
            makers = [
                _maker(self.contract.lifecycles[name]) for name in _named(parts) if name in self.contract.lifecycles
            ]
            first = [name for maker in makers if maker for name in self._needed(maker)]
            self.below[operation] = tuple(dict.fromkeys([*first, operation]))
        return self.below[operation]


def _maker(life: Lifecycle) -> str | None:
    return life.created_by.operation if life.created_by else None


def _named(value: Any) -> Iterable[str]:
    """The resources whose identities a sample's value asks for."""
    if isinstance(value, Mapping):
        if isinstance(value.get("$identity"), str):
            yield value["$identity"]
        for member in value.values():
            yield from _named(member)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named(item)


def _operations(requirement: Requirement, contract: Contract) -> Iterator[str]:
    for name in (requirement.operation, requirement.parameters.get("operation")):
        if isinstance(name, str):
            yield name
    life = contract.lifecycles.get(lifecycle_of(requirement, contract) or "")
    if life is None:
        return
    part = requirement.id.partition(f".{life.name}.")[2].split(".")[0]
    special = {"list": life.listed_by, "results": life.results, "upload": life.upload}
    command = life.commands.get(str(requirement.parameters.get("command", "")))
    for row in (life.created_by, life.observed_by, special.get(part), command):
        if row is not None:
            yield row.operation
