"""How fast an imitated job moves: `immediate`, `reads:N`, `seconds:S` or `manual`.

A job has no background task. Its state follows from the pace, its creation and the reads since then, so that a test
decides what it sees and when, and a stopped clock stops every job.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal, cast

KINDS = ("immediate", "reads", "seconds", "manual")
DEFAULTS = {"reads": 1.0, "seconds": 1.0}


@dataclass(frozen=True)
class Pace:
    """`amount` is reads of the state per step (kind `reads`) or seconds per step (kind `seconds`), else 0."""

    kind: Literal["immediate", "reads", "seconds", "manual"]
    amount: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind}:{self.amount:g}" if self.amount else self.kind


def from_text(text: str) -> Pace:
    """The pace that a text such as `reads:2` names. Raises ValueError that names the nearest right kind."""
    kind, _, amount = text.partition(":")
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, 1, 0.0)[0]
        raise ValueError(f"pace {text!r}: there is no kind {kind!r}; did you mean {near!r}? Kinds: {', '.join(KINDS)}")
    if kind not in DEFAULTS:
        if amount:
            raise ValueError(f"pace {text!r}: {kind} takes no amount")
        return Pace(cast("Literal['immediate', 'manual']", kind))
    number = _number(text, amount) if amount else DEFAULTS[kind]
    if kind == "reads" and number != int(number):
        raise ValueError(f"pace {text!r}: reads are counted in whole numbers")
    return Pace(cast("Literal['reads', 'seconds']", kind), number)


def _number(text: str, amount: str) -> float:
    try:
        number = float(amount)
    except ValueError:
        raise ValueError(f"pace {text!r}: {amount!r} is not a number") from None
    if not 0 < number < 1e9:
        raise ValueError(f"pace {text!r}: the amount must be above 0 and below 1e9")
    return number
