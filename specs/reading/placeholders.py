"""The placeholders of the YAML files: which there are, where each may stand, and what it may be given.

An imitator fills placeholders long after a folder was loaded, and one that it does not know would travel to a client
as it stands. So the world is closed here, once, as one table per place; `specs/README.md` describes the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs.source_file import Node, nearest
from specs.wire.envelope import BODY, CODE, MESSAGE

Problem = tuple[Node, str]
"""Node of the node inside the value, and what is wrong with it."""


@dataclass(frozen=True)
class Form:
    """What one placeholder takes: one of `values`, or a name from the table `table`, or (neither) anything.

    `pointer` asks for a JSON pointer, `keyed` for a mapping whose keys are states, `beside` names members that may
    stand next to it; `opens` says that what it holds is walked for further placeholders.
    """

    values: tuple[Any, ...] = ()
    table: str = ""
    pointer: bool = False
    keyed: bool = False
    beside: tuple[str, ...] = ()
    opens: bool = False


_YES = Form(values=(True,))
_POINTER = Form(pointer=True)
_FIXTURE = Form(table="fixture")

SAMPLE: Mapping[str, Form] = {
    "$fixture": _FIXTURE,
    "$fresh": Form(),
    "$identity": Form(table="resource"),
    "$table": _FIXTURE,
}
SHOWS: Mapping[str, Form] = {
    "$identity": _YES,
    "$state": _YES,
    "$request": Form(pointer=True, beside=("default",), opens=True),
    "$requested": Form(beside=("without",), opens=True),
    "$time": Form(values=("created", "updated", "started", "finished")),
    "$elapsed": Form(values=("s", "ms")),
    "$rows": Form(values=("total", "scored", "failed", "skipped")),
    "$percent": _YES,
    "$size": Form(values=("intake", "output")),
    "$url": Form(table="operation"),
    "$log": Form(keyed=True),
    "$last_log": _POINTER,
    "$by_state": Form(keyed=True, beside=("default",), opens=True),
    "$of": Form(table="resource", beside=("by", "at")),
    "$embeds": Form(table="resource"),
}
ANSWER: Mapping[str, Form] = {**SHOWS, "$document": _YES}
SEEDED: Mapping[str, Form] = {"$fixture": _FIXTURE}
RESULT: Mapping[str, Form] = {
    "$score": Form(values=("value", "label", "scores", "label_score", "pairs", "threshold", "vector")),
    "$model": _POINTER,
    "$item": _POINTER,
    "$duration_ms": _YES,
}
HEADER: Mapping[str, Form] = {**RESULT, "$request_id": _YES}
ENVELOPE: Mapping[str, Mapping[str, Form]] = {"success": {BODY: _YES}, "error": {CODE: _YES, MESSAGE: _YES}}
"""Template of an envelope -> its placeholders; the first of each is needed."""
PRIVATE = "$private"
"""A member of a seeded document, not a placeholder: what the embedded servers know and never show."""


def placeholder_problems(
    value: Any, forms: Mapping[str, Form], names: Mapping[str, Iterable[str]], path: Node = ()
) -> Iterator[Problem]:
    """What is wrong with the placeholders inside a value. `names` has the tables `fixture`, `resource` and so on."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from placeholder_problems(item, forms, names, (*path, index))
    if not isinstance(value, Mapping):
        return
    marks = [key for key in value if key.startswith("$") and key != PRIVATE]
    if not marks:
        for key, member in value.items():
            yield from placeholder_problems(member, forms, names, (*path, key))
        return
    mark = marks[0]
    form = forms.get(mark)
    if form is None:
        yield (*path, mark), f"there is no placeholder {mark!r} here{nearest(mark, forms)}"
        return
    for key in value:
        if key != mark and key not in form.beside:
            yield (*path, key), f"{key!r} must not stand beside {mark}{nearest(key, form.beside)}"
    yield from (((*path, mark), text) for text in _argument_problems(mark, value[mark], form, names))
    if form.opens:
        for key in (mark, "default"):
            yield from placeholder_problems(value.get(key), forms, names, (*path, key))


def _argument_problems(mark: str, given: Any, form: Form, names: Mapping[str, Iterable[str]]) -> Iterator[str]:
    if form.values and given not in form.values:
        yield f"{mark} does not take {given!r}{nearest(str(given), map(str, form.values))}"
    if form.table and str(given) not in (known := tuple(names.get(form.table, ()))):
        yield f"there is no {form.table} {str(given)!r}{nearest(str(given), known)}"
    if form.pointer and not (isinstance(given, str) and (given == "" or given.startswith("/"))):
        yield f"{mark} takes a JSON pointer such as /name, not {given!r}"
    if form.keyed and not isinstance(given, Mapping):
        yield f"{mark} takes a mapping from states to values, not {given!r}"
    elif form.keyed:
        states = tuple(names.get("state", ()))
        yield from (f"there is no state {key!r}{nearest(key, states)}" for key in given if key not in states)
