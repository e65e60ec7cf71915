"""What a filter of a list describes: equality, prefixes, and comparisons of numbers and times.

Texts have no documented order, so comparing them decides nothing. What no source says how to compare is None, never a
guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.judging.lives import brief, is_absent
from conformance.judging.monitors import moment
from conformance.plans.samples import read_place
from specs.contract import Filter, Listing, Place
from specs.message import ABSENT, Call
from specs.pointers import MISSING, get

COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "gt": lambda value, asked: value > asked,
    "ge": lambda value, asked: value >= asked,
    "lt": lambda value, asked: value < asked,
    "le": lambda value, asked: value <= asked,
}


def predicate(row: Filter, call: Call) -> Callable[[Any], bool | None]:
    """Whether a filter describes a value; None where no source says how the two compare."""
    asked = [(operator, read_place(call, place)) for operator, place in _operators(row)]
    asked = [(operator, value) for operator, value in asked if value is not MISSING]

    def describes(value: Any) -> bool | None:
        answers = [_holds(operator, value, wanted) for operator, wanted in asked]
        if False in answers:
            return False
        return None if None in answers or not answers else True

    return describes


@dataclass(frozen=True)
class Asked:
    """A further filter of a question: whether it describes what a document has at `field`."""

    field: str
    describes: Callable[[Any], bool | None]

    def holds(self, document: Any) -> bool:
        """Whether it certainly describes a document."""
        return self.describes(get(document, self.field)) is True


def others_asked(listing: Listing, row: Filter, call: Call) -> list[Asked]:
    """The filters that a call asks for beside one of them."""
    others = (other for other in listing.filters if other is not row and other.place is not None)
    asked = (other for other in others if other.place and read_place(call, other.place) is not MISSING)
    return [Asked(other.field, predicate(other, call)) for other in asked]


def _operators(row: Filter) -> list[tuple[str, Place]]:
    if row.place is not None:
        return [("part" if row.part else "eq", row.place)]
    return [(meaning, Place("body", f"/{member}")) for member, meaning in row.operators.items()]


def _holds(operator: str, value: Any, asked: Any) -> bool | None:
    if is_absent(value):
        return None
    if isinstance(asked, list):
        return any(_holds(operator, value, one) for one in asked)
    if operator in COMPARISONS:
        one, other = moment(value), _number(asked)
        if one is None or other is None:  # no source says how texts are sorted; equal ones are equal in every order
            return operator in ("ge", "le") if isinstance(value, str) and value == asked else None
        return COMPARISONS[operator](one, other)
    if not isinstance(value, str) or not isinstance(asked, str):
        return None
    if operator == "part":
        return True if value == asked else None if asked in value else False
    return {"eq": value == asked, "ne": value != asked, "prefix": value.startswith(asked)}.get(operator)


def _number(asked: Any) -> float | None:
    text = asked if isinstance(asked, str) else ""
    return float(text) if text.replace(".", "", 1).isdecimal() and len(text) < 30 else None


def question(row: Filter, call: Call) -> str:
    """What a filter was asked, for one line of a report."""
    values = [(member, read_place(call, place)) for member, place in _operators(row)]
    told = " and ".join(f"{member} {brief(value)}" for member, value in values if value is not MISSING)
    variable = read_place(call, row.variable) if row.variable else row.place.name if row.place else ""
    return f"{variable} {told}" if call.body is not ABSENT or row.place else str(variable)
