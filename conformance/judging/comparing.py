"""Comparing what a target sent: JSON values, numbers with a tolerance, and short texts of them for people.

Numbers pass through single precision, decimal texts and other languages on their way, so equality has a tolerance;
everything else is compared exactly. Nothing here raises, whatever a target sent.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, TypeGuard

from conformance.history import Exchange
from conformance.judging.view import View
from specs.pointers import MISSING, get, split

EQUAL_RELATIVE = 1e-9
SINGLE_RELATIVE = 1e-6
"""For values that a server may keep in single precision."""


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a finite JSON number (true and false are none)."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an integer too large for a float
        return False


def same(one: Any, other: Any, relative: float = EQUAL_RELATIVE) -> bool:
    """Whether two JSON values are equal, numbers within a relative tolerance."""
    try:
        return _same(one, other, relative)
    except RecursionError:
        return canonical(one) == canonical(other)


def _same(one: Any, other: Any, relative: float) -> bool:
    if is_number(one) and is_number(other):
        return math.isclose(one, other, rel_tol=relative, abs_tol=1e-12)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key], relative) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b, relative) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)


def without(value: Any, pointer: str) -> Any:
    """A copy without the member at a pointer; a segment `*` means every item. Pointers are short, so this ends."""
    return _without(value, split(pointer))


def _without(value: Any, parts: tuple[str, ...]) -> Any:
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if head == "*" and isinstance(value, list):
        return [_without(item, rest) for item in value]
    if isinstance(value, Mapping) and head in value:
        if not rest:
            return {key: member for key, member in value.items() if key != head}
        return {key: _without(member, rest) if key == head else member for key, member in value.items()}
    return value


def present(value: Any, pointer: str) -> bool:
    """Whether there is a value other than null at a pointer."""
    found = get(value, pointer)
    return found is not MISSING and found is not None


def canonical(value: Any) -> str:
    """A JSON value as one text, the same for equal values; other objects by their `repr`."""
    try:
        return json.dumps(value, sort_keys=True, default=repr)
    except RecursionError:
        return "a value that is nested too deeply"
    except (TypeError, ValueError):
        return repr(value)


def short(value: Any) -> str:
    """A value for people, 120 characters at most."""
    text = "nothing" if value is MISSING else canonical(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def documented_body(view: View, exchange: Exchange) -> Any:
    """The body of a success that has at least one member of the documented answer, else `MISSING`.

    A server that answers everything with an empty object shows nothing, so nothing may be concluded from it.
    """
    operation = view.contract.operations.get(exchange.operation or "")
    if not exchange.accepted or exchange.answer is None or operation is None:
        return MISSING
    body, schemas = exchange.answer.body, operation.success.content.values()
    members = {name for schema in schemas for name in schema.get("properties", {})}
    return body if isinstance(body, Mapping) and members & body.keys() else MISSING
