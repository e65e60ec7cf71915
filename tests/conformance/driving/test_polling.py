"""The schedule of a poller: seldom while nothing moves, closely where jobs of the kind have changed before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.driving.polling import PAUSE_MAX_S, grown, next_pause_s

SECONDS = st.floats(0.01, 1000.0)


def test_a_pause_ends_where_a_change_may_begin() -> None:
    """Jobs of the kind change at 20 s: a long pause at 18 s ends at 19 s, and around 20 s pauses are short."""
    assert 1.0 == next_pause_s(2.0, 0.1, 18.0, [20.0])
    assert 0.25 == next_pause_s(2.0, 0.1, 19.5, [20.0])
    assert 2.0 == next_pause_s(2.0, 0.1, 10.0, [20.0])
    assert 2.0 == next_pause_s(2.0, 0.1, 22.0, [20.0])


@given(SECONDS, st.floats(0.01, 1.0), SECONDS, st.lists(SECONDS, max_size=5))
def test_changes_make_pauses_only_shorter(pause: float, base: float, age: float, changes: list[float]) -> None:
    """No known change makes a target be read less often, nor more often than the shortest pause allows."""
    found = next_pause_s(max(pause, base), base, age, changes)
    assert base <= found <= max(pause, base)


def test_pauses_grow_to_a_limit() -> None:
    """Without news a pause grows by half each time, and never beyond two seconds."""
    pause = 0.02
    for _ in range(50):
        assert pause <= grown(pause, 0.02) <= PAUSE_MAX_S
        pause = grown(pause, 0.02)
    assert PAUSE_MAX_S == pause
