"""Tests of lifecycles as a report's page shows them: what was seen, what was not, and what must not be."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reports.page.lives import lifecycle_of, lives
from conformance.reports.page.timeline import TICKS_MAX, state_classes, ticks, timeline
from specs.lifecycle import course
from tests.conformance.reports.page.conftest import Data, lifecycle
from tests.conformance.reports.page.parsing import text

SVG = "{http://www.w3.org/2000/svg}"


def test_a_table_survives_the_report() -> None:
    """The value that is drawn has the report's states, transitions and ends, and its way to a success is the course."""
    life = lifecycle_of(lifecycle())
    assert ("NEW", "RUNNING", "DONE", "LOST") == life.states
    assert [("start", "RUNNING"), ("finish", "DONE")] == list(course(life))
    assert {"DONE": "success", "LOST": "failure"} == life.final


def test_a_picture_tells_seen_from_unseen() -> None:
    """States and arrows are marked, in their classes and in words."""
    drawn = str(lives({"lifecycles": [lifecycle()]}))
    assert '<g class="node success seen">' in drawn
    assert '<g class="node failure unseen">' in drawn
    assert "NEW to RUNNING: start (not seen)" in drawn


def test_what_no_table_allows_is_told_in_words() -> None:
    """A forbidden step and an unknown state are called so; a leap over states that nobody met is not."""
    told = text(f"<style></style>{lives({'lifecycles': [lifecycle()]})}<script>")
    assert "Seen: 2 of 4 states, 0 of 3 transitions" in told
    assert "States that the contract does not have: ODD" in told
    assert "Steps that the contract does not allow: DONE → NEW" in told
    assert "with states in between that no request met: NEW → DONE" in told


def test_a_timeline_has_a_dot_for_each_look() -> None:
    """Between equal looks the line has the state's colour; between others nothing is claimed."""
    row = lifecycle()
    drawn = f'<root xmlns="{SVG[1:-1]}">{timeline(row, state_classes(lifecycle_of(row)))}</root>'
    root = ElementTree.fromstring(drawn)
    assert 5 == len(root.findall(f".//{SVG}circle"))
    lines = [line.get("class") for line in root.iter(f"{SVG}line") if line.get("class") != "tick"]
    assert ["stay hue-0", "stay change", "stay change"] == lines


@pytest.mark.parametrize("jobs", [[], [{"id": "a", "points": []}]])
def test_a_life_without_looks_has_a_page(jobs: list[Data]) -> None:
    """No job, or a job that nobody looked at, is no error."""
    assert lives({"lifecycles": [lifecycle() | {"jobs": jobs}]})


@given(st.floats(0, 1e5), st.floats(0.001, 1e5))
def test_ticks_are_few_even_and_inside(start: float, span: float) -> None:
    """Whatever the span, between one and eight ticks stand inside it, all as far apart."""
    found = ticks(start, start + span)
    assert len(found) <= TICKS_MAX
    assert all(start - 1e-6 <= tick <= start + span + 1e-6 for tick in found)
    steps = [after - before for before, after in pairwise(found)]
    assert not steps or max(steps) - min(steps) < 1e-3 + 1e-6 * span


def test_a_table_too_large_to_draw_is_listed() -> None:
    """A hundred states are named, not drawn."""
    names = [f"S{number}" for number in range(100)]
    row = lifecycle() | {"states": names, "initial": "S0", "final": {}, "transitions": []}
    shown = str(lives({"lifecycles": [row]}))
    assert 'class="lifecycle"' not in shown
    assert "S99" in shown
