"""The row of a planted fault: what is switched on, and what must be blamed for it."""

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


def limit(kind: str, constraint: str, *also: str) -> Planted:
    """A fault that moves or drops the constraint of this id."""
    return Planted(f"{kind}:constraint={constraint}", constraint, also)
