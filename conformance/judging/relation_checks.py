"""Checks of relations between calls: the same twice, batches against their items, orders and single calls.

A relation needs no oracle: two answers of one target must fit each other. Items and results are matched by their key,
and by position only where the order itself is judged, so that one fault is blamed on one requirement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging import score_checks
from conformance.judging.comparing import SINGLE_RELATIVE, canonical, documented_body, is_number, same, short, without
from conformance.judging.models import filled
from conformance.judging.view import View
from conformance.plans.samples import read_place
from specs.contract import Place, Requirement
from specs.pointers import MISSING, get

UNRELATED = (401, 403, 429, 503)
"""Refusals that say nothing about the items of a batch."""


@dataclass(frozen=True)
class Batch:
    """An accepted batch: `asked` are the keys of its items, `answered` those of its results (None: no key)."""

    exchange: Exchange
    asked: tuple[str, ...]
    answered: tuple[str | None, ...]
    results: tuple[Any, ...]

    def of(self, key: str) -> list[Any]:
        """The results with a key."""
        return [result for name, result in zip(self.answered, self.results, strict=True) if name == key]


def repeatable(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Equal calls of the operation get equal answers, except for the members in `ignore`."""
    groups: dict[str, list[tuple[Exchange, Any]]] = {}
    for exchange in view.calls(str(requirement.parameters["operation"])):
        body = documented_body(view, exchange)
        for pointer in requirement.parameters.get("ignore", ()):
            body = without(body, pointer)
        if body and body is not MISSING and exchange.call is not None:
            call = exchange.call
            groups.setdefault(canonical([call.path, call.query, call.body]), []).append((exchange, body))
    for (first, before), *others in groups.values():
        for exchange, body in others:
            if same(before, body):
                yield passed(requirement, first.index, exchange.index)
            else:
                yield failed(requirement, first.index, exchange.index, expected=short(before), got=short(body))


def batch_one_result_per_item(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A batch has as many results as items, and no key more or less often than asked for."""
    for batch in _batches(view, requirement):
        index = batch.exchange.index
        if len(batch.results) != len(batch.asked):
            expected = f"{len(batch.asked)} results"
            yield failed(requirement, index, expected=expected, got=f"{len(batch.results)} results")
        elif not batch.asked:
            continue
        elif Counter(batch.answered) == Counter(batch.asked):
            yield passed(requirement, index)
        elif set(batch.answered) <= set(batch.asked):
            yield failed(requirement, index, expected=short(batch.asked), got=short(batch.answered))
        elif None in batch.answered:
            yield inconclusive(requirement, index, got="a result has no key")
        else:
            yield failed(requirement, index, expected=short(batch.asked), got=f"other keys: {short(batch.answered)}")


def batch_order(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The keys of the results stand in the order of the items' keys."""
    for batch in _batches(view, requirement):
        index = batch.exchange.index
        if len(set(batch.asked)) < 2:
            continue
        if batch.answered == batch.asked:
            yield passed(requirement, index)
        elif Counter(batch.answered) == Counter(batch.asked):
            yield failed(requirement, index, expected=short(batch.asked), got=short(batch.answered))
        else:
            yield inconclusive(requirement, index, got="the results are not those of the items, in whatever order")


def batch_isolated(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A bad item leaves the status of every other item as it is without the bad one."""
    rules = requirement.parameters
    bad = _bad_key(view, requirement)
    batches = list(_batches(view, requirement))
    alone: dict[str, tuple[Any, int]] = {}
    for batch in batches:
        for key in set(batch.asked) if bad not in batch.asked else ():
            for result in batch.of(key):
                alone.setdefault(key, (get(result, rules["status"]), batch.exchange.index))
    yield from _refused_for_one(view, requirement, bad)
    for batch in batches:
        if bad in batch.asked:
            yield from _beside_the_bad(requirement, batch, bad, alone)


def _beside_the_bad(
    requirement: Requirement, batch: Batch, bad: str, alone: Mapping[str, tuple[Any, int]]
) -> Iterator[Finding]:
    """The results beside a bad item against those without it; a bad item that is answered as good shows nothing."""
    pointer = requirement.parameters["status"]
    marks = {canonical(get(result, pointer)) for result in batch.of(bad)}
    others = [name for name in dict.fromkeys(batch.asked) if name != bad and name in alone]
    for key, result in ((name, found) for name in others for found in batch.of(name)):
        before, index = alone[key]
        status = get(result, pointer)
        if not same(before, status):
            got = f"{short(status)} beside the bad item {bad}"
            yield failed(requirement, index, batch.exchange.index, expected=short(before), got=got)
        elif before is not MISSING and marks and canonical(before) not in marks:
            yield passed(requirement, index, batch.exchange.index)


def batch_equals_single(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A result of a batch equals, in the members of `compare`, the single answer for the same key."""
    rules = requirement.parameters
    (location, name), *_ = rules["single_place"].items()
    singles: dict[str, tuple[Any, int]] = {}
    for exchange in view.by_operation.get(str(rules["single"]), ()):
        key = read_place(exchange.call, Place(location, name)) if exchange.call else MISSING
        if isinstance(key, str) and isinstance(_body(exchange), Mapping):
            singles.setdefault(key, (_body(exchange), exchange.index))
    for batch in _batches(view, requirement):
        for key in dict.fromkeys(name for name in batch.asked if name in singles):
            single, index = singles[key]
            for result in batch.of(key):
                yield from _compared(requirement, single, result, index, batch.exchange.index)


def permutation(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Two batches with the same items in another order have, key by key, the same results in `compare`."""
    groups: dict[tuple[str, ...], Batch] = {}
    for batch in _batches(view, requirement):
        if len(set(batch.asked)) < 2:
            continue
        first = groups.setdefault(tuple(sorted(batch.asked)), batch)
        if first.asked == batch.asked:
            continue
        for key in dict.fromkeys(batch.asked):
            for before, after in zip(first.of(key), batch.of(key), strict=False):
                yield from _compared(requirement, before, after, first.exchange.index, batch.exchange.index)


def status_agrees(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The HTTP status is the one that `map` gives for the value at `status_member`."""
    rules = requirement.parameters
    for exchange in view.by_operation.get(str(rules["operation"]), ()):
        value = get(_body(exchange), rules["status_member"])
        if exchange.answer is None or not isinstance(value, str) or value not in rules["map"]:
            continue
        expected, status = rules["map"][value], exchange.answer.status
        if status == expected:
            yield passed(requirement, exchange.index)
        else:
            yield failed(requirement, exchange.index, expected=f"HTTP {expected} with {value}", got=f"HTTP {status}")


def at_least(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The number at `at` is not below the number at `member` of any item of the array `items`."""
    rules = requirement.parameters
    for exchange in view.by_operation.get(str(rules["operation"]), ()):
        body = documented_body(view, exchange)
        total, items = get(body, rules["at"]), get(body, rules["items"])
        parts = [get(item, rules["member"]) for item in items] if isinstance(items, list) else []
        parts = [part for part in parts if is_number(part)]
        if not is_number(total) or not parts:
            continue
        if total >= max(parts):
            yield passed(requirement, exchange.index)
        else:
            yield failed(requirement, exchange.index, expected=f"at least {max(parts)}", got=str(total))


def ascending(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The numbers at `members` of a success, as far as they are there, do not fall from one to the next."""
    rules = requirement.parameters
    for exchange in view.by_operation.get(str(rules["operation"]), ()):
        body = documented_body(view, exchange)
        values = [(pointer, get(body, pointer)) for pointer in rules["members"]]
        shown = [(pointer, value) for pointer, value in values if is_number(value)]
        for (earlier, low), (later, high) in pairwise(shown):
            if low > high:
                expected, got = f"{later} at least {short(low)}, as {earlier} is", short(high)
                yield failed(requirement, exchange.index, expected=expected, got=got)
                break
        else:
            if len(shown) > 1:
                yield passed(requirement, exchange.index)


def _batches(view: View, requirement: Requirement) -> Iterator[Batch]:
    rules = requirement.parameters
    key = _key(requirement)
    for exchange in view.calls(str(rules.get("operation") or rules["batch"])):
        body = documented_body(view, exchange)
        items = get(exchange.call.body, rules["items"]) if exchange.call else MISSING
        results = get(body, rules["results"]) if body is not MISSING else MISSING
        if not isinstance(items, list) or not isinstance(results, list):
            continue
        asked = [get(item, key) for item in items]
        if all(isinstance(name, str) for name in asked):
            yield Batch(exchange, tuple(asked), tuple(_keys(results, key)), tuple(results))


def _keys(results: Sequence[Any], key: str) -> Iterator[str | None]:
    for result in results:
        name = get(result, key)
        yield name if isinstance(name, str) else None


def _key(requirement: Requirement) -> str:
    """The pointer to an item's key: given, or the only member of the bad item."""
    rules = requirement.parameters
    return str(rules["key"]) if "key" in rules else "/" + next(iter(rules["bad_item"]))


def _bad_key(view: View, requirement: Requirement) -> str:
    item = filled(requirement.parameters["bad_item"], view.fixtures, view.contract)
    return str(get(item, _key(requirement)))


def _refused_for_one(view: View, requirement: Requirement, bad: str) -> Iterator[Finding]:
    """A batch of good and bad items that is refused as a whole, although batches without a bad one are accepted."""
    operation, key = str(requirement.parameters["operation"]), _key(requirement)
    for exchange in view.by_operation.get(operation, ()):
        case, answer = exchange.case, exchange.answer
        if case is None or case.kind != "relation" or exchange.accepted or answer is None or exchange.call is None:
            continue
        items = get(exchange.call.body, requirement.parameters["items"])
        names = {get(item, key) for item in items} if isinstance(items, list) else set()
        if bad in names and len(names) > 1 and view.control_passed(operation) and answer.status not in UNRELATED:
            yield failed(requirement, exchange.index, expected="HTTP 2xx, one result bad", got=f"HTTP {answer.status}")


def _compared(requirement: Requirement, one: Any, other: Any, first: int, second: int) -> Iterator[Finding]:
    shown = False
    for pointer in requirement.parameters["compare"]:
        before, after = get(one, pointer), get(other, pointer)
        before, after = (None if value is MISSING else value for value in (before, after))
        shown = shown or before is not None
        if not same(before, after, SINGLE_RELATIVE):
            yield failed(requirement, first, second, expected=f"{pointer} {short(before)}", got=short(after))
            return
    if shown:
        yield passed(requirement, first, second)


def _body(exchange: Exchange) -> Any:
    answer = exchange.answer
    return answer.body if answer is not None and answer.problem is None else MISSING


CHECKS = {
    **score_checks.CHECKS,
    "batch_one_result_per_item": batch_one_result_per_item,
    "batch_order": batch_order,
    "batch_isolated": batch_isolated,
    "batch_equals_single": batch_equals_single,
    "permutation": permutation,
    "repeatable": repeatable,
    "status_agrees": status_agrees,
    "at_least": at_least,
    "ascending": ascending,
}
