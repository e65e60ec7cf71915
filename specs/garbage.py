"""Work that makes much and throws little away, and has no use for an eager search for garbage.

A contract, and all that a run records, stays until it is no longer needed as a whole. The interpreter looks for cycles
after every few hundred new values, among ever more of them: that was a fifth of the time of loading and of running.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_MIN = 100_000
"""So many new objects bring the search about meanwhile (the interpreter's own figure is 700)."""


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Garbage is looked for rarely inside. Whoever has asked for less already, or for none, is left alone: so one such
    stretch may begin inside another, or beside it in another thread, and the first one's end is the end of all."""
    first, *others = gc.get_threshold()
    if not 0 < first < OBJECTS_MIN:
        yield
        return
    gc.set_threshold(OBJECTS_MIN, *others)
    try:
        yield
    finally:
        gc.set_threshold(first, *others)
