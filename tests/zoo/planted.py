"""One row of the zoo: a fault, the requirement that it breaks, and what may fall with it.

It stands apart from the tables so that each vendor's table can have a file of its own.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """`fault` as `mockgen serve --fault` takes it; `breaks` is a requirement's id.

    `also` holds ids of further requirements, or what several ids begin with, in whole segments.
    """

    fault: str
    breaks: str
    also: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    """Features without which the fault does not show, beside those of its operation and its requirement."""


def limit(kind: str, constraint: str, *also: str) -> Planted:
    """A fault that moves or drops the constraint of this id."""
    return Planted(f"{kind}:constraint={constraint}", constraint, also)
