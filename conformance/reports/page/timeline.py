"""The courses of jobs over time, as a picture: a row for each job, a dot for each look at it.

Between two looks that saw the same state the line is solid. Between two that differ it is dotted: the change happened
somewhere there, and nobody knows where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from conformance.reports.page.marks import Data, clip
from specs.documenting.markup import Markup, element, join
from specs.resource import Lifecycle

ROW, LEFT, PLOT, RIGHT, HEAD = 20.0, 150.0, 500.0, 120.0, 26.0
"""Height of a row, and widths of names, plot and last states; height of the axis. In pixels."""
HUES = 6
MEANINGS = ("success", "failure", "cancelled")
TICKS_MAX = 8
Place = Callable[[float], float]
"""Seconds of the run -> pixels from the left."""


def state_classes(life: Lifecycle) -> dict[str, str]:
    """State -> the class that colours it: by meaning for final states, in turn for the others."""
    passing = [state for state in life.states if state not in life.final]
    found = {state: f"hue-{place % HUES}" for place, state in enumerate(passing)}
    return found | {state: end if end in MEANINGS else "cancelled" for state, end in life.final.items()}


def swatches(life: Lifecycle) -> Markup:
    """The legend of a timeline."""
    colours = state_classes(life)
    dot = {name: element("circle", cx=6, cy=6, r=5, class_=f"look {colour}") for name, colour in colours.items()}
    return element(
        "p",
        (
            element("span", element("svg", dot[name], viewBox="0 0 12 12", aria_hidden="true"), clip(name, 60))
            for name in colours
        ),
        class_="legend",
    )


def timeline(row: Data, colours: Mapping[str, str]) -> Markup:
    """The jobs of one lifecycle, as one `svg` element."""
    jobs = [job for job in row["jobs"] if job["points"]]
    moments = [point["at"] for job in jobs for point in job["points"]]
    start, end = (min(moments), max(moments)) if moments else (0.0, 0.0)
    span = (end - start) or 1.0
    height = HEAD + ROW * len(jobs) + 8

    def place(at: float) -> float:
        return LEFT + PLOT * (at - start) / span

    return element(
        "svg",
        element("title", f"Course of {len(jobs)} jobs, from {start:.1f} s to {end:.1f} s of the run"),
        (_tick(place(at), at, height) for at in ticks(start, start + span)),
        (_job(job, HEAD + ROW * (line + 0.5), place, colours) for line, job in enumerate(jobs)),
        viewBox=f"0 0 {LEFT + PLOT + RIGHT:.0f} {height:.0f}",
        width=f"{LEFT + PLOT + RIGHT:.0f}",
        height=f"{height:.0f}",
        role="img",
        class_="timeline",
    )


def ticks(start: float, end: float) -> tuple[float, ...]:
    """Round moments from start to end, at most eight."""
    step = 0.001
    factors = (2.0, 2.5, 2.0)
    turn = 0
    while (end - start) / step > TICKS_MAX - 1:
        step *= factors[turn % 3]
        turn += 1
    first = int(start / step) + (start > int(start / step) * step)
    found: list[float] = []
    while (at := (first + len(found)) * step) <= end:
        found.append(round(at, 6))
    return tuple(found)


def _tick(x: float, at: float, height: float) -> Markup:
    line = element("line", x1=f"{x:.1f}", y1=f"{HEAD - 6:.0f}", x2=f"{x:.1f}", y2=f"{height:.0f}", class_="tick")
    return join(line, element("text", f"{at:g} s", x=f"{x:.1f}", y=12, class_="tick"))


def _job(job: Data, y: float, place: Place, colours: Mapping[str, str]) -> Markup:
    points = job["points"]
    name = element("text", _tail(job["id"]), x=f"{LEFT - 12:.0f}", y=f"{y + 4:.1f}", class_="job")
    last = element("text", clip(points[-1]["state"], 18), x=f"{place(points[-1]['at']) + 9:.1f}", y=f"{y + 4:.1f}")
    return element("g", name, *_course(points, y, place, colours), last)


def _tail(identity: str) -> str:
    # Ids of one kind begin alike; what tells them apart stands at the end.
    return identity if len(identity) <= 18 else f"…{identity[-17:]}"


def _course(points: Sequence[Data], y: float, place: Place, colours: Mapping[str, str]) -> Iterator[Markup]:
    for before, after in pairwise(points):
        same = before["state"] == after["state"]
        colour = colours.get(before["state"], "unknown") if same else "change"
        ends = {"x1": f"{place(before['at']):.1f}", "x2": f"{place(after['at']):.1f}"}
        yield element("line", y1=f"{y:.1f}", y2=f"{y:.1f}", class_=f"stay {colour}", **ends)
    for point in points:
        told = f"{point['at']:.2f} s: {clip(point['state'], 60)} ({clip(point['source'], 40)}, #{point['exchange']})"
        colour = colours.get(point["state"], "unknown")
        dot = element("circle", cx=f"{place(point['at']):.1f}", cy=f"{y:.1f}", r=3.5, class_=f"look {colour}")
        yield element("g", element("title", told), dot)
