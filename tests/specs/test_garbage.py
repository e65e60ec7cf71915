"""How often garbage is looked for."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from specs.garbage import OBJECTS_MIN, rarely_collected


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """A test's own threshold ends with it."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_a_stretch_is_collected_rarely_and_what_follows_as_before() -> None:
    """The threshold is high inside, also behind a stretch inside the stretch, and what it was afterwards."""
    gc.set_threshold(700, 11, 12)
    with rarely_collected():
        with rarely_collected():
            pass
        assert (OBJECTS_MIN, 11, 12) == gc.get_threshold()
    assert (700, 11, 12) == gc.get_threshold()


def test_stretches_side_by_side_leave_no_trace() -> None:
    """Of two stretches of which the second outlasts the first, none leaves its threshold behind."""
    gc.set_threshold(700, 11, 12)
    one, other = rarely_collected(), rarely_collected()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    other.__exit__(None, None, None)
    assert (700, 11, 12) == gc.get_threshold()


@pytest.mark.parametrize("chosen", [0, 1_000_000])
def test_whoever_collects_less_is_left_alone(chosen: int) -> None:
    """A process that never collects, or more rarely still, goes on so."""
    gc.set_threshold(chosen, 11, 12)
    with rarely_collected():
        assert (chosen, 11, 12) == gc.get_threshold()
    assert (chosen, 11, 12) == gc.get_threshold()
