"""Faults that bend an answer on its way out: members, items, rows, headers, statuses.

Each one looks at the operation it was given and leaves every other answer alone. Only successes are bent unless the
fault says otherwise: an error has its own faults.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from mockgen.faults.fault import Arguments, planted
from mockgen.hooks import Hooks, Turn
from specs.contract import Contract, Lifecycle, Paging
from specs.message import ABSENT, Answer, Headers, HttpResponse
from specs.pointers import MISSING, every, get, put, remove
from specs.wire import WIRES

Sent = TypeVar("Sent", Answer, HttpResponse)


def drop_member(contract: Contract, given: Arguments) -> Hooks:
    """A member is missing."""
    return _at_places(contract, given, lambda turn, body, place: remove(body, place))


def replace_member(contract: Contract, given: Arguments) -> Hooks:
    """A member shows another value."""
    value = given.value("value")
    return _at_places(contract, given, lambda turn, body, place: put(body, place, value))


def null_member(contract: Contract, given: Arguments) -> Hooks:
    """A member is null."""
    return _at_places(contract, given, lambda turn, body, place: put(body, place, None))


def extra_member(contract: Contract, given: Arguments) -> Hooks:
    """A success has a further member."""
    at, value = given.text("at"), given.value("value")
    return _body(contract, given, lambda turn, body: put(body, at, value))


def vary_member(contract: Contract, given: Arguments) -> Hooks:
    """A member changes with every call."""
    return _at_places(contract, given, _varied)


def decrease_counter(contract: Contract, given: Arguments) -> Hooks:
    """A number falls with every call."""
    start = given.whole("start", 1_000_000)
    return _at_places(contract, given, lambda turn, body, place: put(body, place, start - turn.count))


def shift_number(contract: Contract, given: Arguments) -> Hooks:
    """A number is off by something."""
    by = float(given.text("by", "1"))

    def shifted(turn: Turn, body: Any, place: str) -> Any:
        found = get(body, place)
        numeric = isinstance(found, int | float) and not isinstance(found, bool)
        return put(body, place, type(found)(found + by)) if numeric else body

    return _at_places(contract, given, shifted)


def scale_map(contract: Contract, given: Arguments) -> Hooks:
    """The numbers of a map are too large."""
    by = float(given.text("by", "1.5"))

    def scaled(turn: Turn, body: Any, place: str) -> Any:
        found = get(body, place)
        if not isinstance(found, dict):
            return body
        return put(body, place, {name: share * by for name, share in found.items()})

    return _at_places(contract, given, scaled)


def reverse_items(contract: Contract, given: Arguments) -> Hooks:
    """An array is in the reverse order."""
    return _items(contract, given, lambda items: items[::-1])


def drop_item(contract: Contract, given: Arguments) -> Hooks:
    """An array lacks its last item."""
    return _items(contract, given, lambda items: items[:-1])


def duplicate_item(contract: Contract, given: Arguments) -> Hooks:
    """An array has its last item twice."""
    return _items(contract, given, lambda items: [*items, *items[-1:]])


def same_items(contract: Contract, given: Arguments) -> Hooks:
    """Every item of an array is the first one."""
    return _items(contract, given, lambda items: [items[0] for _ in items])


def spread_member(contract: Contract, given: Arguments) -> Hooks:
    """One item's value becomes that of every item."""
    member, value = given.text("member"), given.value("value")

    def spread(items: list[Any]) -> list[Any]:
        found = any(get(item, member) == value for item in items)
        return [put(item, member, value) for item in items] if found else items

    return _items(contract, given, spread)


def drop_row(contract: Contract, given: Arguments) -> Hooks:
    """A table lacks its last row."""
    return _lines(contract, given, lambda turn, lines: [*lines[:-1]] if len(lines) > 1 else lines)


def duplicate_row(contract: Contract, given: Arguments) -> Hooks:
    """A table has its last row twice."""
    return _lines(contract, given, lambda turn, lines: [*lines, *lines[-1:]] if len(lines) > 1 else lines)


def reverse_rows(contract: Contract, given: Arguments) -> Hooks:
    """The rows of a table are in the reverse order."""
    return _lines(contract, given, lambda turn, lines: [*lines[:1], *lines[:0:-1]])


def turn_rows(contract: Contract, given: Arguments) -> Hooks:
    """The rows of a table begin with another one at every call."""

    def turned(turn: Turn, lines: list[str]) -> list[str]:
        header, rows = lines[:1], lines[1:]
        at = turn.count % max(len(rows), 1)
        return [*header, *rows[at:], *rows[:at]]

    return _lines(contract, given, turned)


def drop_header_row(contract: Contract, given: Arguments) -> Hooks:
    """A table lacks its header."""
    return _lines(contract, given, lambda turn, lines: lines[1:])


def drop_column(contract: Contract, given: Arguments) -> Hooks:
    """A table lacks a column."""
    return _cells(contract, given, lambda at, cells: [*cells[:at], *cells[at + 1 :]], header=True)


def change_cells(contract: Contract, given: Arguments) -> Hooks:
    """A column holds one value, in all rows or in one."""
    value = given.text("value")
    return _cells(contract, given, lambda at, cells: [*cells[:at], value, *cells[at + 1 :]], header=False)


def status_code(contract: Contract, given: Arguments) -> Hooks:
    """A success has another status."""
    status = given.whole("status", 200)
    return _success(contract, given, lambda turn, answer: replace(answer, status=status))


def drop_header(contract: Contract, given: Arguments) -> Hooks:
    """A response header is missing."""
    name = given.text("name").lower()
    return _response(contract, given, lambda turn, sent: replace(sent, headers=_without(sent.headers, name)))


def replace_header(contract: Contract, given: Arguments) -> Hooks:
    """A response header has another value."""
    name, last = given.text("name").lower(), (given.text("name"), given.text("value"))
    return _response(contract, given, lambda turn, sent: replace(sent, headers=(*_without(sent.headers, name), last)))


def wrong_content_type(contract: Contract, given: Arguments) -> Hooks:
    """A success has another media type."""
    value = given.text("value", "text/html")
    first = ("Content-Type", value)
    return _response(
        contract, given, lambda turn, sent: replace(sent, headers=(first, *_without(sent.headers, "content-type")))
    )


def broken_json(contract: Contract, given: Arguments) -> Hooks:
    """A body lacks its last byte."""
    return _response(contract, given, lambda turn, sent: replace(sent, body=sent.body[:-1]))


def error_drops(contract: Contract, given: Arguments) -> Hooks:
    """Errors lack a member (and a header)."""
    member = given.text("member")
    header = given.text("header", "").lower()

    def dropped(turn: Turn, answer: Answer) -> Answer:
        if turn.refusal is None or not isinstance(answer.body, dict):
            return answer
        return replace(answer, headers=_without(answer.headers, header), body=remove(answer.body, f"/{member}"))

    return Hooks(answer=(dropped,))


def error_untyped(contract: Contract, given: Arguments) -> Hooks:
    """Errors do not tell their media type."""

    def untyped(turn: Turn, sent: HttpResponse) -> HttpResponse:
        return replace(sent, headers=_without(sent.headers, "content-type")) if turn.refusal else sent

    return Hooks(response=(untyped,))


def error_as_success(contract: Contract, given: Arguments) -> Hooks:
    """Errors have status 200."""
    return Hooks(answer=(lambda turn, answer: replace(answer, status=200) if turn.refusal else answer,))


def wrong_error_class(contract: Contract, given: Arguments) -> Hooks:
    """A refusal is another error."""
    operation = given.operation(contract).id
    right, wrong = given.row("right", contract.errors), given.row("wrong", contract.errors)

    def bent(turn: Turn, answer: Answer) -> Answer:
        if turn.operation != operation or turn.refusal != right.name:
            return answer
        return WIRES[contract.wire].error_answer(contract, wrong, wrong.forms[0], wrong.message)

    return Hooks(answer=(bent,))


def token_loops(contract: Contract, given: Arguments) -> Hooks:
    """A list never ends."""
    operation, paging = _pages(given.lifecycle(contract))
    pointer = paging.next

    def looped(turn: Turn, answer: Answer) -> Answer:
        tokens = [token for token in turn.world.tokens if token]
        leads_on = get(answer.body, pointer) not in (MISSING, None)
        return answer if leads_on or not tokens else replace(answer, body=put(answer.body, pointer, tokens[0]))

    return Hooks(answer=(on_success(operation, looped),))


def no_next(contract: Contract, given: Arguments) -> Hooks:
    """A list ends after its first page."""
    operation, paging = _pages(given.lifecycle(contract))
    places = Arguments(given.fault, {"operation": operation, "at": paging.next})
    if paging.style == "token":
        return _at_places(contract, places, lambda turn, body, place: remove(body, place))
    return _at_places(contract, places, lambda turn, body, place: put(body, place, None))


def _pages(life: Lifecycle) -> tuple[str, Paging]:
    """The operation that lists, and its pages. Raises ValueError where there are none."""
    if life.listed_by is None or life.listed_by.paging is None:
        raise ValueError(f"{life.name} has no list with pages")
    return life.listed_by.operation, life.listed_by.paging


def _varied(turn: Turn, body: Any, place: str) -> Any:
    found = get(body, place)
    if isinstance(found, bool) or found is None:
        return put(body, place, turn.count % 2 == 0)
    if isinstance(found, int | float):
        return put(body, place, found + turn.count)
    if isinstance(found, dict):
        return put(body, place, {**found, "varied": turn.count})
    return put(body, place, f"{found}-{turn.count}" if isinstance(found, str) else [turn.count])


def on_success(operation: str, bend: Callable[[Turn, Sent], Sent]) -> Callable[[Turn, Sent], Sent]:
    """Bends the successes of one operation and leaves everything else alone."""

    def bent(turn: Turn, sent: Sent) -> Sent:
        return bend(turn, sent) if turn.operation == operation and turn.refusal is None else sent

    return bent


def _success(contract: Contract, given: Arguments, bend: Callable[[Turn, Answer], Answer]) -> Hooks:
    return Hooks(answer=(on_success(given.operation(contract).id, bend),))


def _response(contract: Contract, given: Arguments, bend: Callable[[Turn, HttpResponse], HttpResponse]) -> Hooks:
    return Hooks(response=(on_success(given.operation(contract).id, bend),))


def _body(contract: Contract, given: Arguments, bend: Callable[[Turn, Any], Any]) -> Hooks:
    def bent(turn: Turn, answer: Answer) -> Answer:
        usable = answer.body is not ABSENT and not isinstance(answer.body, bytes)
        return replace(answer, body=bend(turn, answer.body)) if usable else answer

    return _success(contract, given, bent)


def _at_places(contract: Contract, given: Arguments, bend: Callable[[Turn, Any, str], Any]) -> Hooks:
    """Bends every place that the pointer `at` stands for (`*` is every item), from the `from`th call on."""
    at, first = given.text("at"), given.whole("from", 1)

    def bent(turn: Turn, body: Any) -> Any:
        for place in every(body, at)[::-1] if turn.count >= first else ():
            body = bend(turn, body, place)
        return body

    return _body(contract, given, bent)


def _items(contract: Contract, given: Arguments, bend: Callable[[list[Any]], list[Any]]) -> Hooks:
    def bent(turn: Turn, body: Any, place: str) -> Any:
        found = get(body, place)
        return put(body, place, bend(found)) if isinstance(found, list) and found else body

    return _at_places(contract, given, bent)


def _lines(contract: Contract, given: Arguments, bend: Callable[[Turn, list[str]], list[str]]) -> Hooks:
    def bent(turn: Turn, answer: Answer) -> Answer:
        if not isinstance(answer.body, bytes | str):
            return answer
        text = answer.body if isinstance(answer.body, str) else answer.body.decode(errors="surrogateescape")
        bent = "".join(bend(turn, text.splitlines(keepends=True)))
        return replace(answer, body=bent if isinstance(answer.body, str) else bent.encode(errors="surrogateescape"))

    return _success(contract, given, bent)


def _cells(contract: Contract, given: Arguments, bend: Callable[[int, list[str]], list[str]], *, header: bool) -> Hooks:
    """Bends the rows of the tables that have the column, with its place in them; the header too where it is asked for.
    A table in another dialect than the usual one has no such column and stays as it is."""
    name, only = given.text("column"), given.whole("row", 0)

    def bent(turn: Turn, lines: list[str]) -> list[str]:
        rows = list(csv.reader(io.StringIO("".join(lines), newline="")))
        if not rows or name not in rows[0]:
            return lines
        at, target = rows[0].index(name), io.StringIO(newline="")
        meant = {only} if only else set(range(0 if header else 1, len(rows)))
        changed = [bend(at, row) if number in meant else row for number, row in enumerate(rows)]
        csv.writer(target, lineterminator="\n").writerows(changed)
        return [target.getvalue()]

    return _lines(contract, given, bent)


def _without(headers: Headers, name: str) -> Headers:
    return tuple(pair for pair in headers if pair[0].lower() != name)


ANSWER_FAULTS = (
    planted(drop_member, "operation", "at", "from?"),
    planted(replace_member, "operation", "at", "value", "from?"),
    planted(null_member, "operation", "at", "from?"),
    planted(vary_member, "operation", "at", "from?"),
    planted(decrease_counter, "operation", "at", "start?"),
    planted(shift_number, "operation", "at", "by?", "from?"),
    planted(scale_map, "operation", "at", "by?"),
    planted(reverse_items, "operation", "at"),
    planted(drop_item, "operation", "at"),
    planted(duplicate_item, "operation", "at"),
    planted(same_items, "operation", "at"),
    planted(spread_member, "operation", "at", "member", "value"),
    planted(drop_row, "operation"),
    planted(duplicate_row, "operation"),
    planted(reverse_rows, "operation"),
    planted(turn_rows, "operation"),
    planted(drop_header_row, "operation"),
    planted(drop_column, "operation", "column"),
    planted(change_cells, "operation", "column", "value", "row?"),
    planted(status_code, "operation", "status"),
    planted(drop_header, "operation", "name"),
    planted(replace_header, "operation", "name", "value"),
    planted(wrong_content_type, "operation", "value?"),
    planted(broken_json, "operation"),
    planted(error_drops, "member", "header?"),
    planted(error_untyped),
    planted(error_as_success),
    planted(wrong_error_class, "operation", "right", "wrong"),
    planted(token_loops, "resource"),
    planted(no_next, "resource"),
)
