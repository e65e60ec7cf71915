"""Lifecycles as they were seen: each one's picture, coloured, and the course of every job.

A picture shows at a glance which ways no job has gone. What a run saw and no table allows has no place in the picture;
it stands beneath it, in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from conformance.reports.page.frame import section
from conformance.reports.page.marks import Data, clip, scroll, table
from conformance.reports.page.timeline import state_classes, swatches, timeline
from specs.documenting.drawing import Sighting, draw, edges
from specs.documenting.markup import Content, Markup, element
from specs.lifecycle import may_follow
from specs.resource import Lifecycle

STATES_MAX = 60
"""Larger tables make no picture that fits a page; their states are listed."""


def lives(report: Data) -> Markup | None:
    """The part of the page with all lifecycles; None when the vendor has none."""
    if not report["lifecycles"]:
        return None
    return section("lifecycles", "Lifecycles", (_life(row) for row in report["lifecycles"]))


def lifecycle_of(row: Data) -> Lifecycle:
    """The transition table of a report as the value that can be drawn and walked."""
    table: dict[str, dict[str, str]] = {state: {} for state in row["states"] if state not in row["final"]}
    for step in row["transitions"]:
        table.setdefault(step["from"], {})[step["event"]] = step["to"]
    name = str(row["name"])
    life = Lifecycle(name, name.replace("_", " "), "", row["initial"], table, dict(row["final"]))
    return replace(life, course=_way_to_success(life))


def _way_to_success(life: Lifecycle) -> tuple[str, ...]:
    """The events of a shortest way from the first state to a success, which a picture shows as one line down."""
    ways: dict[str, tuple[str, ...]] = {life.initial: ()}
    reached = [life.initial]
    for state in reached:  # which grows while it is walked
        if life.final.get(state) == "success":
            return ways[state]
        for event, target in life.transitions.get(state, {}).items():
            if target not in ways:
                ways[target] = (*ways[state], event)
                reached.append(target)
    return ()


def _life(row: Data) -> Markup:
    life = lifecycle_of(row)
    sighting = Sighting(
        frozenset(row["seen_states"]), frozenset((step["from"], step["to"]) for step in row["seen_transitions"])
    )
    jobs = row["jobs"]
    told = f"{len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}" if jobs else "no job was followed"
    pieces: list[Content] = [element("p", *_coverage(life, sighting), f"; {told}.", class_="quiet")]
    pieces += _beyond(life, sighting)
    known = life.states
    drawing = draw(life, sighting) if life.initial and len(known) <= STATES_MAX else ", ".join(known)
    columns: list[Content] = [scroll("States", drawing, kind="drawing")]
    if jobs:
        picture = timeline(row, state_classes(life))
        legend = swatches(life)
        columns.append(element("div", legend, scroll("Timeline of jobs", picture), _as_text(jobs), class_="courses"))
    heading = element("summary", element("h3", life.title))
    return element("details", heading, *pieces, element("div", *columns, class_="life-columns"), open="", class_="life")


def _coverage(life: Lifecycle, sighting: Sighting) -> Iterator[Content]:
    known, steps = life.states, {(edge.source, edge.target) for edge in edges(life)}
    yield f"Seen: {len(sighting.states & set(known))} of {len(known)} states, "
    yield f"{len(sighting.steps & steps)} of {len(steps)} transitions"


def _beyond(life: Lifecycle, sighting: Sighting) -> Iterator[Markup]:
    """What was seen and is not in the table: leaps that sampling explains, and what nothing explains."""
    known = set(life.states)
    strange = sorted(sighting.states - known)
    if strange:
        yield _remark("failed", "States that the contract does not have: ", ", ".join(strange))
    other = sorted(sighting.steps - {(edge.source, edge.target) for edge in edges(life)})
    leaps = [(start, end) for start, end in other if may_follow(life, start, end)]
    wrong = [step for step in other if step not in leaps]
    if wrong:
        yield _remark("failed", "Steps that the contract does not allow: ", _spelled(wrong))
    if leaps:
        yield _remark("quiet", "Seen apart, with states in between that no request met: ", _spelled(leaps))


def _spelled(steps: list[tuple[str, str]]) -> str:
    return ", ".join(f"{start} → {end}" for start, end in steps)


def _remark(kind: str, label: str, text: str) -> Markup:
    return element("p", element("span", label, class_=kind), element("code", clip(text)))


def _as_text(jobs: list[Data]) -> Markup:
    rows = ((element("code", clip(job["id"], 80)), _course(job)) for job in jobs)
    told = table("Jobs", ("Job", "States, in seconds"), rows)
    return element("details", element("summary", "The same in words"), told)


def _course(job: Data) -> str:
    steps: list[str] = []
    last = None
    for point in job["points"]:
        if point["state"] != last:
            steps.append(f"{point['at']:.2f} {clip(point['state'], 60)}")
        last = point["state"]
    return " → ".join(steps)
