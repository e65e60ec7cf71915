"""When to read a job again: seldom while nothing moves, often where its like have moved before.

A run may ask a target only so often, and what it wants to see are the moments of change. Jobs of one kind change at
similar ages, so the first ones to change tell the poller where to look closely at the others.
"""

from __future__ import annotations

from collections.abc import Sequence

GROWTH = 1.5
PAUSE_MAX_S = 2.0
NEAR = 0.05
"""Ages within this share of a known change count as near to it; there a job is read `CLOSELY` times as often."""
CLOSELY = 4.0


def next_pause_s(pause_s: float, base_s: float, age_s: float, changes_s: Sequence[float]) -> float:
    """Seconds until the next read.

    `pause_s` is what the schedule would wait by itself, `base_s` the shortest pause, `age_s` the job's age and
    `changes_s` the ages at which others of its kind changed. A pause never goes past the beginning of a known change.
    """
    for known in changes_s:
        begin, end = known * (1 - NEAR), known * (1 + NEAR)
        if begin <= age_s <= end:
            pause_s = min(pause_s, max(base_s, known * NEAR / CLOSELY))
        elif age_s < begin < age_s + pause_s:
            pause_s = max(base_s, begin - age_s)
    return pause_s


def grown(pause_s: float, base_s: float) -> float:
    """The pause after a read that showed nothing new: longer, up to a hundred times the first, 2 s at most."""
    return min(pause_s * GROWTH, base_s * 100, PAUSE_MAX_S)
