"""What a run saw of each lifecycle: the table beside the states and transitions that came, and a line for each job.

A diagram and a timeline are made from this. A job is polled, so two states that follow each other here may have others
between them; only reads that did not overlap are put in order. Long lives are thinned to where something changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from conformance.judging.view import Observation, View
from specs.contract import Lifecycle

JOBS_MAX, POINTS_MAX = 60, 40
TEXT_MAX = 200


def courses_json(view: View) -> list[dict[str, Any]]:
    """One object for each lifecycle that has states (`specs/meta/report.json`, lifecycles)."""
    return [_course(view, life) for life in view.contract.lifecycles.values() if life.transitions]


def _course(view: View, life: Lifecycle) -> dict[str, Any]:
    jobs = view.of_lifecycle(life.name)
    # As in `states_seen`: also what stood on the target before shows its state.
    rows = [row for (name, _), found in view.observations.items() if name == life.name for row in found]
    moves = dict.fromkeys(move for found in jobs.values() for move in _moves(found))
    shown = sorted(jobs, key=lambda key: -len({row.state for row in jobs[key]}))[:JOBS_MAX]
    return {
        "name": life.name,
        "states": list(life.states),
        "initial": life.initial,
        "final": dict(life.final),
        "transitions": [
            {"from": state, "event": event, "to": target}
            for state, edges in life.transitions.items()
            for event, target in edges.items()
        ],
        "seen_states": list(dict.fromkeys(row.state for row in rows if row.state is not None)),
        "seen_transitions": [{"from": before, "to": after} for before, after in moves],
        "jobs": [{"id": key[:TEXT_MAX], "points": _points(jobs[key])} for key in jobs if key in set(shown)],
    }


def _moves(rows: Sequence[Observation]) -> Iterator[tuple[str, str]]:
    """The changes of state that one resource was seen to make, between reads that do not overlap."""
    known = [row for row in rows if row.state is not None]
    for before, after in pairwise(known):
        if before.state != after.state and before.received_at <= after.sent_at and before.state and after.state:
            yield before.state, after.state


def _points(rows: Sequence[Observation]) -> list[dict[str, Any]]:
    """The first and the last read of each stretch in one state; of too many, the first ones and the very last."""
    named = [_spelled(row) for row in rows]
    last = len(rows) - 1
    edges = [
        index
        for index, name in enumerate(named)
        if index in (0, last) or name != named[index - 1] or name != named[index + 1]
    ]
    if len(edges) > POINTS_MAX:
        edges = [*edges[: POINTS_MAX - 1], edges[-1]]
    return [
        {
            "at": round(rows[index].received_at, 6),
            "state": named[index],
            "source": rows[index].source,
            "exchange": rows[index].exchange,
        }
        for index in edges
    ]


def _spelled(row: Observation) -> str:
    """The state; for one that nobody documents, what the target wrote."""
    return row.state if row.state is not None else str(row.spelled)[:TEXT_MAX]
