"""Checks of answers that score many rows at once: one result a row, in order, each with values that make sense.

The question is an array of rows, so its rows have no keys; a result is matched by its place alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.comparing import SINGLE_RELATIVE, canonical, documented_body, is_number, same, short, without
from conformance.judging.output_files import Problem, Table, read_csv
from conformance.judging.view import View, wants_refusal
from conformance.plans.samples import read_place
from specs.contract import Lifecycle, Observation, Place, Requirement
from specs.lifecycle import read_state
from specs.pointers import MISSING, get

SUM_TOLERANCE = 1e-6


def one_result_per_row(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The array at `results` has an item for each row of the request; the one at `number` counts from zero."""
    for exchange, results in _answers(view, requirement):
        rows = exchange.call.body if exchange.call is not None else None
        if not isinstance(rows, list) or not rows:
            continue
        numbers = [get(item, requirement.parameters["number"]) for item in results]
        if numbers == list(range(len(rows))):
            yield passed(requirement, exchange.index)
        else:
            expected = f"results numbered 0 to {len(rows) - 1}"
            yield failed(requirement, exchange.index, expected=expected, got=short(numbers))


def pairs_sum_to_one(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Where a result lists two values or more at `pairs`, they are probabilities that add up to one."""
    for exchange, results in _answers(view, requirement):
        for values in (_listed(item, requirement, "value") for item in results):
            if len(values) < 2 or not all(is_number(value) for value in values):
                continue
            total = math.fsum(values)
            if all(0.0 <= value <= 1.0 for value in values) and abs(total - 1.0) <= SUM_TOLERANCE:
                yield passed(requirement, exchange.index)
            else:
                expected = "values from 0 to 1 that add up to 1"
                yield failed(requirement, exchange.index, expected=expected, got=short(values))


def label_is_listed(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Where a result lists two labels or more at `pairs`, the one at `chosen` is among them."""
    for exchange, results in _answers(view, requirement):
        for item in results:
            labels = _listed(item, requirement, "label")
            chosen = get(item, requirement.parameters["chosen"])
            if len(labels) < 2 or chosen is MISSING:
                continue
            if chosen in labels:
                yield passed(requirement, exchange.index)
            else:
                yield failed(requirement, exchange.index, expected=f"one of {short(labels)}", got=short(chosen))


def member_on_request(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Items at `items` have a value at `member` exactly when the call says true at the place `asked`."""
    (location, name), *_ = requirement.parameters["asked"].items()
    for exchange in view.by_operation.get(str(requirement.parameters["operation"]), ()):
        items = get(documented_body(view, exchange), requirement.parameters["items"])
        if exchange.call is None or not isinstance(items, list) or not items:
            continue
        wanted = read_place(exchange.call, Place(location, name)) is True
        shown = [get(item, requirement.parameters["member"]) not in (MISSING, None) for item in items]
        if all(one == wanted for one in shown):
            yield passed(requirement, exchange.index)
        else:
            expected = "a value in each item" if wanted else "no value"
            yield failed(requirement, exchange.index, expected=expected, got=f"values in {sum(shown)} of {len(shown)}")


def shown_on_request(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A read shows the member `pointer` only when it asks for it, and then each resource at its successful end does
    that has what the member stands in."""
    life = view.contract.lifecycles[str(requirement.parameters["lifecycle"])]
    observed = life.observed_by
    assert observed is not None
    pointer = str(requirement.parameters["pointer"])
    shown: list[int] = []
    asked_in_vain: list[int] = []
    for exchange in view.by_operation.get(observed.operation, ()):
        body = documented_body(view, exchange)
        if exchange.call is None or body is MISSING:
            continue
        asked = read_place(exchange.call, observed.on_request[pointer]) is True
        there = get(body, observed.at + pointer) not in (MISSING, None)
        if there and not asked:
            yield failed(requirement, exchange.index, expected=f"no {pointer}, which was not asked for", got="a value")
        elif asked and not there and _could_show(life, observed, pointer, body):
            yield failed(requirement, exchange.index, expected=f"{pointer}, which was asked for", got="no value")
        elif asked:
            (shown if there else asked_in_vain).append(exchange.index)
    if shown:
        yield passed(requirement, shown[0])
    elif asked_in_vain:
        yield inconclusive(requirement, asked_in_vain[0], got="asked for, and no resource shows it")


def _could_show(life: Lifecycle, observed: Observation, pointer: str, body: Any) -> bool:
    """Whether a resource is at its successful end, and has the object in which the member stands."""
    spelled = get(body, observed.at + observed.state)
    state = read_state(life, spelled) if isinstance(spelled, str) else None
    inside = get(body, observed.at + pointer.rpartition("/")[0])
    return life.final.get(state or "") == "success" and isinstance(inside, Mapping)


def row_passthrough(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Where a call names members of its rows at `columns`, or asks for all of them at `every`, each result shows them
    at `at`. Values are compared by their texts: some servers read every cell as one."""
    columns, every = (Place(*next(iter(requirement.parameters[name].items()))) for name in ("columns", "every"))
    for exchange, results in _answers(view, requirement):
        rows, call = exchange.call.body if exchange.call is not None else None, exchange.call
        if call is None or not isinstance(rows, list) or len(rows) != len(results) or wants_refusal(exchange):
            continue
        named, whole = read_place(call, columns), read_place(call, every)
        if (named is MISSING) == (whole is MISSING) or not all(isinstance(row, Mapping) for row in rows):
            continue
        if named is not MISSING and not isinstance(named, list):
            continue
        shown = [get(item, requirement.parameters["at"]) for item in results]
        wanted = [row if named is MISSING else {name: row.get(name) for name in named} for row in rows]
        if all(_same_texts(*pair) for pair in zip(wanted, shown, strict=True)):
            yield passed(requirement, exchange.index)
        else:
            yield failed(requirement, exchange.index, expected=short(wanted), got=short(shown))


def text_agrees(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A list that is asked for as CSV has a header with the columns, and the same rows in them as the list in JSON, in
    whatever order."""
    rules = requirement.parameters
    (location, name), *_ = rules["asked"].items()
    rows = [row for row in view.by_requirement.get(requirement.id, ()) if row.accepted and row.call is not None]
    texts = [row for row in rows if row.call and read_place(row.call, Place(location, name)) == rules["value"]]
    for text in texts:
        around = [row for row in rows if row not in texts and row.answer is not None]
        lists = [get(row.answer.body, rules["items"]) for row in around if row.answer]
        columns = [str(column) for column in rules["columns"]]
        wanted = [[get(item, f"/{column}") for column in columns] for item in lists[0]] if _is_list(lists) else [[None]]
        is_whole = all(isinstance(value, str) for row in wanted for value in row)
        if not is_whole or text.response is None or any(found != lists[0] for found in lists):
            yield inconclusive(requirement, text.index, got="the list in JSON changed, or could not be read")
            continue
        table = read_csv(text.response.body)
        witness = (around[0].index, text.index)
        if isinstance(table, Problem):
            yield failed(requirement, *witness, expected="a table", got=table.reason)
        elif any(column not in table.header for column in columns):
            yield failed(requirement, *witness, expected=f"columns {', '.join(columns)}", got=short(table.header))
        elif sorted(got := [[row.get(column, "") for column in columns] for row in _records(table)]) != sorted(wanted):
            yield failed(requirement, *witness, expected=short(wanted), got=short(got))
        else:
            yield passed(requirement, *witness)


def _is_list(lists: list[Any]) -> bool:
    return bool(lists) and isinstance(lists[0], list) and all(isinstance(item, Mapping) for item in lists[0])


def _records(table: Table) -> list[Mapping[str, str]]:
    """The rows by column; a row of another width has no cells that count."""
    return [row if row is not None else {} for row in table.records()]


def rows_alone(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A row gets the same result whatever rows stand around it, in whatever order, in JSON or in CSV.

    The members in `ignore` tell of the row's place, or repeat what was asked for.
    """
    rules = requirement.parameters
    seen: dict[str, tuple[Any, int]] = {}
    for exchange, results in _answers(view, requirement):
        rows = _rows_of(exchange)
        if exchange.call is None or not rows or len(rows) != len(results):
            continue
        of_call = [exchange.call.path, exchange.call.query, exchange.call.headers]
        for row, result in zip(rows, results, strict=True):
            for pointer in rules.get("ignore", ()):
                result = without(result, pointer)
            texts = {str(name): str(value) for name, value in row.items()} if isinstance(row, Mapping) else row
            key = canonical([of_call, texts])
            if key not in seen:
                seen[key] = result, exchange.index
                continue
            before, index = seen[key]
            if same(before, result, SINGLE_RELATIVE):
                yield passed(requirement, *sorted({index, exchange.index}))
            else:
                witness = sorted({index, exchange.index})
                yield failed(requirement, *witness, expected=short(before), got=short(result))


def _rows_of(exchange: Exchange) -> list[Any]:
    """The rows of a request: an array of objects, or a table."""
    body = exchange.call.body if exchange.call is not None else None
    table = read_csv(body) if isinstance(body, bytes) else None
    if isinstance(table, Table):
        return [row for row in table.records() if row is not None]
    return body if isinstance(body, list) else []


def _same_texts(wanted: Mapping[str, Any], shown: Any) -> bool:
    return isinstance(shown, Mapping) and {name: str(value) for name, value in wanted.items()} == {
        name: str(value) for name, value in shown.items()
    }


def _answers(view: View, requirement: Requirement) -> Iterator[tuple[Exchange, list[Any]]]:
    for exchange in view.by_operation.get(str(requirement.parameters["operation"]), ()):
        body = documented_body(view, exchange)
        results = MISSING if body is MISSING else get(body, requirement.parameters["results"])
        if isinstance(results, list):
            yield exchange, results


def _listed(item: Any, requirement: Requirement, member: str) -> list[Any]:
    pairs = get(item, requirement.parameters["pairs"])
    return [get(pair, requirement.parameters[member]) for pair in pairs] if isinstance(pairs, list) else []


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "one_result_per_row": one_result_per_row,
    "pairs_sum_to_one": pairs_sum_to_one,
    "label_is_listed": label_is_listed,
    "member_on_request": member_on_request,
    "shown_on_request": shown_on_request,
    "row_passthrough": row_passthrough,
    "rows_alone": rows_alone,
    "text_agrees": text_agrees,
}
