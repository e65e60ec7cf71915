"""One planted fault: what makes a server wrong in one thing, and the requirement that must be blamed for it.

A row is data, so that one table serves the tests, the printed matrix, and whoever wants to know what was tried.
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
