"""Valid calls to start from: the samples of a contract with fixtures, fresh names and identities filled in.

Every planner begins with a sample, so that what it changes is the only thing wrong. `Naming` hands out names that no
earlier run has used: a run's own tag stands in each of them.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.judging.oracle import Oracle
from conformance.plan import shared, slot
from specs.contract import Contract, Place
from specs.message import ABSENT, Call, JsonValue
from specs.pointers import MISSING, get, put, remove


@dataclass(frozen=True)
class Naming:
    """Fresh names: `fresh("bp")` is `bp-<tag>-<n>`. `tag` differs from run to run and holds only `[a-z0-9]`."""

    tag: str
    _counter: Any = field(default_factory=lambda: itertools.count(1), repr=False, compare=False)

    def fresh(self, prefix: str) -> str:
        """The next name with a prefix; 63 characters at most."""
        return f"{prefix}-{self.tag}-{next(self._counter)}"[-63:]


@dataclass(frozen=True)
class Samples:
    """A contract's samples, ready to be filled. `fixtures` are the target's values by name."""

    contract: Contract
    fixtures: Mapping[str, JsonValue]
    naming: Naming

    @cached_property
    def oracle(self) -> Oracle:
        """What says whether a call that was made from a sample still is a valid one."""
        return Oracle(self.contract)

    def call(self, operation: str, slots: Mapping[str, str] | None = None, *, full: bool = False) -> Call:
        """A valid call. `slots` says which slot stands for a resource (default: the shared one); `full` takes the
        sample with every optional member, where there is one."""
        sample = self.contract.samples[operation]
        body = sample.full if full and sample.full else sample.body

        def fill(value: Any) -> Any:
            return self._fill(value, slots or {})

        return Call(
            operation,
            path=fill(sample.path),
            query=fill(sample.query),
            headers=fill(sample.headers),
            body=ABSENT if body is None else fill(body),
        )

    def filled(self, value: Any) -> Any:
        """A value of a contract with its placeholders filled in."""
        return self._fill(value, {})

    def _fill(self, value: Any, slots: Mapping[str, str]) -> Any:
        # Nearly every value is a text or a dict, and asking for these is much cheaper.
        if isinstance(value, str):
            return value
        if type(value) is dict or isinstance(value, Mapping):
            if len(value) == 1:
                (key, argument), *_ = value.items()
                if key == "$fixture":
                    return self.fixtures[argument]
                if key == "$fresh":
                    return self.naming.fresh(argument)
                if key == "$identity":
                    return slot(slots.get(argument, shared(argument)))
                if key == "$table":
                    return csv_text(self.fixtures[argument])
            return {key: self._fill(member, slots) for key, member in value.items()}
        if isinstance(value, list):
            return [self._fill(item, slots) for item in value]
        return value


def csv_text(table: Mapping[str, Any]) -> bytes:
    """A table `{header: [...], rows: [[...]]}` as CSV (RFC 4180, UTF-8, LF)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table["header"])
    writer.writerows(table["rows"])
    return text.getvalue().encode()


def with_value(value: JsonValue, pointer: str, new: JsonValue) -> JsonValue:
    """A copy with a new value at a pointer (objects on the way are made); `MISSING` removes the member."""
    return remove(value, pointer) if new is MISSING else put(value, pointer, new)


def read_place(call: Call, place: Place) -> Any:
    """What a call has at a place, or `MISSING`."""
    if place.location == "body":
        return MISSING if call.body is ABSENT else get(call.body, place.name)
    source = {"path": call.path, "query": call.query, "header": call.headers}[place.location]
    return source.get(place.name, MISSING)


def write_place(call: Call, place: Place, value: Any) -> Call:
    """The same call with a value at a place (`MISSING` removes it)."""
    if place.location == "body":
        body = {} if call.body is ABSENT else call.body
        return Call(call.operation, call.path, call.query, call.headers, with_value(body, place.name, value))
    parts = {"path": dict(call.path), "query": dict(call.query), "header": dict(call.headers)}
    chosen: dict[str, Any] = parts[place.location]
    if value is MISSING:
        chosen.pop(place.name, None)
    else:
        chosen[place.name] = value
    return Call(call.operation, parts["path"], parts["query"], parts["header"], call.body, call.media_type)
