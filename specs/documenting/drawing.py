"""A lifecycle as a picture: the transition table drawn as SVG, the same bytes for the same table.

States stand in one column, in the order of a job's ordinary life. A step to the next state is an arrow between them;
every other transition leaves at the right, runs down or up a lane of its own, and comes back. Each line has a height
and a lane that no other line has, and labels stand in a strip that no lane enters: nothing can overlap, whatever the
table is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specs.articles import an
from specs.documenting.markup import Markup, element, join
from specs.resource import Lifecycle

LETTER, BIG_LETTER = 7.0, 8.4
"""Widths of a letter of 12 and of 14 pixels, in pixels: generous, because fonts differ."""
PORT, GAP, LANE, MARGIN, BOX_MIN = 22.0, 46.0, 16.0, 24.0, 44.0
"""Height of a port, gap between two states, width of a lane, margin, least height of a state; in pixels."""
COLOURS = {"success": "#1a7f37", "failure": "#b42318", "cancelled": "#6b5b00"}


@dataclass(frozen=True)
class Edge:
    """One arrow: all events that lead from one state to another."""

    source: str
    target: str
    events: tuple[str, ...]

    @property
    def label(self) -> str:
        """The events, as text."""
        return ", ".join(self.events)


@dataclass(frozen=True)
class Sighting:
    """What of a lifecycle a run has seen: states, and steps as (from, to)."""

    states: frozenset[str]
    steps: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Box:
    """A rectangle: a state's, or a label's. Pixels; y grows downwards."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Route:
    """Where an arrow runs: corner points, and the rectangle of its label."""

    edge: Edge
    points: tuple[tuple[float, float], ...]
    label: Box


@dataclass(frozen=True)
class Layout:
    """Everything that is drawn, placed."""

    boxes: dict[str, Box]
    routes: tuple[Route, ...]
    width: float
    height: float


def order(lifecycle: Lifecycle) -> tuple[str, ...]:
    """States from top to bottom: the ordinary course first, then what is passed through, then the other ends."""
    known = lifecycle.states
    path = [lifecycle.initial]
    for event in lifecycle.course:
        target = lifecycle.transitions.get(path[-1], {}).get(event)
        if target is None:
            break
        path.append(target)
    passing = [state for state in known if state not in lifecycle.final]
    return tuple(dict.fromkeys((*(state for state in path if state in known), *passing, *known)))


def edges(lifecycle: Lifecycle) -> tuple[Edge, ...]:
    """The arrows of a table, transitions with the same ends as one, in the table's order."""
    found: dict[tuple[str, str], list[str]] = {}
    for source, row in lifecycle.transitions.items():
        for event, target in row.items():
            found.setdefault((source, target), []).append(event)
    return tuple(Edge(source, target, tuple(events)) for (source, target), events in found.items())


def layout(lifecycle: Lifecycle) -> Layout:
    """Places every state, arrow and label."""
    names = order(lifecycle)
    rank = {name: place for place, name in enumerate(names)}
    arrows = edges(lifecycle)
    straight = [edge for edge in arrows if rank[edge.target] == rank[edge.source] + 1]
    bent = [edge for edge in arrows if edge not in straight]
    ports = _ports(names, rank, bent)
    boxes = _boxes(lifecycle, names, ports)
    right = max(box.x + box.width for box in boxes.values())
    strip = right + 8 + max((len(edge.label) * LETTER for edge in arrows), default=0) + 12
    lanes = _lanes(bent, rank)
    routes = [_down(edge, boxes) for edge in straight]
    routes += [_around(edge, boxes, ports, right, strip + lanes[edge] * LANE) for edge in bent]
    width = strip + (max(lanes.values()) + 1 if lanes else 0) * LANE + MARGIN
    last = boxes[names[-1]]
    return Layout(boxes, tuple(routes), width, last.y + last.height + MARGIN)


Ports = dict[str, list[tuple[Edge, bool]]]
"""State -> its lines at the right, top to bottom: the arrow, and whether it leaves here."""


def _ports(names: Sequence[str], rank: dict[str, int], bent: Sequence[Edge]) -> Ports:
    ports: Ports = {name: [] for name in names}
    for edge in bent:
        ports[edge.source].append((edge, True))
        ports[edge.target].append((edge, False))
    for name, rows in ports.items():
        # Lines to states above stand above lines to states below, and of these the shortest stand inside.
        rows.sort(key=lambda row: _slope(rank, name, *row))
    return ports


def _slope(rank: dict[str, int], name: str, edge: Edge, leaves: bool) -> tuple[int, int, bool]:
    distance = rank[edge.target if leaves else edge.source] - rank[name]
    return (1 if distance > 0 else 0, -distance, leaves)


def _boxes(lifecycle: Lifecycle, names: Sequence[str], ports: Ports) -> dict[str, Box]:
    longest = max(max(len(name), len(lifecycle.final.get(name, "")) + 4) for name in names)
    width = longest * BIG_LETTER + 28
    boxes: dict[str, Box] = {}
    y = MARGIN + 26
    for name in names:
        boxes[name] = Box(MARGIN, y, width, max(BOX_MIN, (len(ports[name]) + 1) * PORT))
        y += boxes[name].height + GAP
    return boxes


def _lanes(bent: Sequence[Edge], rank: dict[str, int]) -> dict[Edge, int]:
    """Each arrow's lane: the shortest arrows take the innermost lane in which nothing else runs at their height."""
    taken: list[list[tuple[int, int]]] = []
    lanes: dict[Edge, int] = {}
    for edge in sorted(bent, key=lambda edge: abs(rank[edge.target] - rank[edge.source])):
        low, high = sorted((rank[edge.source], rank[edge.target]))
        free = (
            number for number, spans in enumerate(taken) if all(high < other[0] or other[1] < low for other in spans)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        lanes[edge] = lane
    return lanes


def _down(edge: Edge, boxes: dict[str, Box]) -> Route:
    source, target = boxes[edge.source], boxes[edge.target]
    x, top = source.x + source.width / 2, source.y + source.height
    label = Box(x + 8, (top + target.y) / 2 - 9, len(edge.label) * LETTER, 16)
    return Route(edge, ((x, top), (x, target.y)), label)


def _around(edge: Edge, boxes: dict[str, Box], ports: Ports, right: float, lane: float) -> Route:
    start = boxes[edge.source].y + (ports[edge.source].index((edge, True)) + 1) * PORT
    end = boxes[edge.target].y + (ports[edge.target].index((edge, False)) + 1) * PORT
    label = Box(right + 8, start - 17, len(edge.label) * LETTER, 15)
    return Route(edge, ((right, start), (lane, start), (lane, end), (right, end)), label)


def draw(lifecycle: Lifecycle, sighting: Sighting | None = None) -> Markup:
    """The lifecycle as one `svg` element, with a title and a description for those who cannot see it.

    With a sighting, states and arrows have the class `seen` or `unseen`, and the description says which.
    """
    plan = layout(lifecycle)
    base = f"life-{lifecycle.name}"
    described = "; ".join(_told(edge, sighting) for edge in edges(lifecycle))
    initial = plan.boxes[lifecycle.initial]
    middle = initial.x + initial.width / 2
    start = join(
        element("circle", cx=_n(middle), cy=_n(initial.y - 24), r=5, class_="start"),
        _arrow(((middle, initial.y - 19), (middle, initial.y))),
    )
    return element(
        "svg",
        element("title", f"States of {an(lifecycle.title)}", id_=f"{base}-title"),
        element("desc", f"Begins in {lifecycle.initial}. {described}.", id_=f"{base}-desc"),
        start,
        (_route(route, sighting) for route in plan.routes),
        (_state(lifecycle, name, box, sighting) for name, box in plan.boxes.items()),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_n(plan.width)} {_n(plan.height)}",
        width=_n(plan.width),
        height=_n(plan.height),
        role="img",
        aria_labelledby=f"{base}-title {base}-desc",
        class_="lifecycle",
    )


def _told(edge: Edge, sighting: Sighting | None) -> str:
    text = f"{edge.source} to {edge.target}: {edge.label}"
    if sighting is None:
        return text
    return f"{text} ({'seen' if (edge.source, edge.target) in sighting.steps else 'not seen'})"


def _classes(kind: str, known: bool | None) -> str:
    return kind if known is None else f"{kind} {'seen' if known else 'unseen'}"


def _state(lifecycle: Lifecycle, name: str, box: Box, sighting: Sighting | None) -> Markup:
    end = lifecycle.final.get(name)
    colour = COLOURS.get(end or "", "#24415f")
    middle, centre = _n(box.x + box.width / 2), box.y + box.height / 2
    return element(
        "g",
        _frame(box, 0, colour),
        _frame(box, 4, colour) if end else "",
        element("text", name, x=middle, y=_n(centre + (-2 if end else 5)), class_="state", fill=colour),
        element("text", f"({end})", x=middle, y=_n(centre + 14), class_="end", fill=colour) if end else "",
        class_=_classes(
            f"node {end if end in COLOURS else 'passing'}", None if sighting is None else name in sighting.states
        ),
    )


def _frame(box: Box, inset: float, colour: str) -> Markup:
    return element(
        "rect",
        x=_n(box.x + inset),
        y=_n(box.y + inset),
        width=_n(box.width - 2 * inset),
        height=_n(box.height - 2 * inset),
        rx=8 if inset == 0 else 5,
        fill="#fff" if inset == 0 else "none",
        stroke=colour,
    )


def _route(route: Route, sighting: Sighting | None) -> Markup:
    label = element("text", route.edge.label, x=_n(route.label.x), y=_n(route.label.y + 12), class_="event")
    known = None if sighting is None else (route.edge.source, route.edge.target) in sighting.steps
    return element("g", _arrow(route.points), label, class_=_classes("edge", known))


def _arrow(points: Sequence[tuple[float, float]]) -> Markup:
    line = " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    (before_x, before_y), (x, y) = points[-2], points[-1]
    # The tip is drawn by hand: markers need ids, and two pictures on one page would share them.
    if before_x == x:
        step = 7 if y > before_y else -7
        tip = f"M{_n(x)} {_n(y)} L{_n(x - 4)} {_n(y - step)} L{_n(x + 4)} {_n(y - step)} Z"
    else:
        step = 7 if x > before_x else -7
        tip = f"M{_n(x)} {_n(y)} L{_n(x - step)} {_n(y - 4)} L{_n(x - step)} {_n(y + 4)} Z"
    return join(element("path", d=f"M{line}", class_="line"), element("path", d=tip, class_="tip"))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
