"""Which versions of an API have something: ranges such as `<=2.1`, read and asked.

A vendor takes routes away and adds others. A target that is too new or too old for a feature does not have it, which is
no fault; so the range stands beside the feature, and a profile says which version its target is.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping

_BOUND = re.compile(r"(<=|>=|<|>)\s*([0-9]+(?:\.[0-9]+)*)")
_LEADING = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)")
_COMPARE: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def in_range(version: str, wanted: str) -> bool:
    """Whether a version lies in a range: bounds with commas between them, all of which hold.

    A bound speaks of as many numbers as it has: 2.1.3 is `<=2.1`. What follows the numbers of a version does not count.
    Raises ValueError for a version or a range that is none.
    """
    numbers = _numbers(version)
    return all(_COMPARE[sign](_cut(numbers, bound), bound) for sign, bound in _bounds(wanted))


def _bounds(wanted: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    for part in wanted.split(","):
        found = _BOUND.fullmatch(part.strip())
        if found is None:
            raise ValueError(f"{part.strip()!r} is no bound of versions; one is written like <=2.1")
        yield found[1], _numbers(found[2])


def _numbers(version: str) -> tuple[int, ...]:
    found = _LEADING.match(version.strip())
    if found is None or len(found[1]) > 64:
        raise ValueError(f"{version[:80]!r} is no version; one begins with numbers, like 2.1 or 1.11.0-unstable")
    return tuple(int(part) for part in found[1].split("."))


def _cut(numbers: tuple[int, ...], bound: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers that a bound speaks of; those that a version does not name are zero."""
    return (*numbers, *(0 for _ in bound))[: len(bound)]
