"""Tests of the pictures of lifecycles."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import specs
from specs.authoring.starting import TEMPLATE
from specs.contract import Lifecycle
from specs.documenting.drawing import Box, Sighting, draw, edges, layout

LIVES = [
    life
    for folder in (*specs.vendors(), str(TEMPLATE))
    for life in specs.load(folder).lifecycles.values()
    if life.transitions
]
NAMES = st.text("ABCDEFGHIJ_", min_size=1, max_size=18)


@st.composite
def tables(draw_from: st.DrawFn) -> Lifecycle:
    """Any transition table: loops, ways back, several events between two states."""
    names = draw_from(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    moves = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=14), st.sampled_from(names), max_size=4)
    table = {name: draw_from(moves) for name in names}
    return Lifecycle("any", "thing", "Manual", names[0], table, {names[-1]: "success"})


def overlap(one: Box, other: Box) -> bool:
    """Whether two rectangles share an area."""
    apart = one.x + one.width <= other.x or other.x + other.width <= one.x
    return not (apart or one.y + one.height <= other.y or other.y + other.height <= one.y)


def inside(box: Box) -> list[tuple[float, float]]:
    """Corners of a rectangle."""
    return [(box.x, box.y), (box.x + box.width, box.y + box.height)]


def assert_clear(life: Lifecycle) -> None:
    """Nothing overlaps, nothing lies outside, no line runs through a label or a state."""
    plan = layout(life)
    boxes = [*plan.boxes.values(), *(route.label for route in plan.routes)]
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    for x, y in [point for box in boxes for point in inside(box)]:
        assert 0 <= x <= plan.width
        assert 0 <= y <= plan.height
    for route in plan.routes:
        for (x1, y1), (x2, y2) in zip(route.points, route.points[1:], strict=False):
            line = Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2))
            thin = replace(line, x=line.x + 0.1, width=max(line.width - 0.2, 0.1), height=max(line.height - 0.2, 0.1))
            thin = replace(thin, y=line.y + 0.1)
            assert not [box for box in boxes if overlap(thin, box)], route
    heights = [
        point[1] for route in plan.routes if len(route.points) > 2 for point in (route.points[0], route.points[-1])
    ]
    assert len(heights) == len(set(heights))


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_nothing_overlaps_in_our_own_pictures(life: Lifecycle) -> None:
    """States, labels and lines of our lifecycles are apart from each other."""
    assert_clear(life)


@given(tables())
def test_nothing_overlaps_whatever_the_table(life: Lifecycle) -> None:
    """States, labels and lines are apart from each other for every table."""
    assert_clear(life)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_a_picture_has_every_state_event_and_end(life: Lifecycle) -> None:
    """The picture is well-formed and names all states, all events, and what final states mean."""
    texts = [node.text for node in ElementTree.fromstring(str(draw(life))).iter("{http://www.w3.org/2000/svg}text")]
    assert sorted(texts, key=str) == sorted(
        [*life.states, *(edge.label for edge in edges(life)), *(f"({end})" for end in life.final.values())]
    )


def test_a_picture_tells_itself_in_words() -> None:
    """Title and description say the same for people who cannot see it, and are tied to the picture."""
    root = ElementTree.fromstring(str(draw(LIVES[-1])))
    assert "img" == root.get("role")
    ids = [node.get("id") for node in root if node.get("id")]
    assert ids == str(root.get("aria-labelledby")).split()
    assert "WAITING to RUNNING: start" in "".join(root.itertext())


def test_a_picture_is_the_same_each_time() -> None:
    """The same table gives the same text."""
    assert str(draw(LIVES[0])) == str(draw(LIVES[0]))


def test_events_between_the_same_states_share_an_arrow() -> None:
    """Two events with the same ends are one arrow with both labels."""
    life = Lifecycle("x", "x", "Manual", "A", {"A": {"go": "B", "run": "B"}}, {"B": "success"})
    assert ["go, run"] == [edge.label for edge in edges(life)]


def test_a_sighting_marks_what_was_seen() -> None:
    """States and arrows are `seen` or `unseen`, and the description says the same; without one, nothing is marked."""
    life = Lifecycle("x", "x", "Manual", "A", {"A": {"go": "B", "skip": "C"}, "B": {"end": "C"}}, {"C": "success"})
    root = ElementTree.fromstring(str(draw(life, Sighting(frozenset({"A", "B"}), frozenset({("A", "B")})))))
    marks = [str(node.get("class")) for node in root if node.tag.endswith("}g")]
    assert ["edge seen", "edge unseen", "edge unseen"] == [mark for mark in marks if "edge" in mark]
    assert ["node passing seen"] * 2 + ["node success unseen"] == [mark for mark in marks if "node" in mark]
    assert "A to B: go (seen); A to C: skip (not seen)" in "".join(root.itertext())
    assert "seen" not in str(draw(life))
