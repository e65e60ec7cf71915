"""The control API below `/__mock__/`: what a test may see and steer besides the vendor's own operations.

Requests and answers are JSON. Every action is one row of `ACTIONS`; a mistake is answered with status 400 and one
sentence that says what would have been right.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from mockgen import pace
from mockgen.course import taken
from mockgen.faults.table import BENIGN, FAULTS
from mockgen.session import Session
from mockgen.world import Resource, with_resource

PREFIX = "/__mock__/"
SNAPSHOTS_MAX = 100

Body = Mapping[str, Any]


def handle(session: Session, method: str, name: str, body: Any) -> tuple[int, Any]:
    """Status and JSON body of a control call."""
    action = ACTIONS.get((method, name))
    if action is None:
        known = ", ".join(f"{verb} {noun}" for verb, noun in ACTIONS)
        return 404, {"problem": f"there is no {method} {PREFIX}{name}; there is: {known}"}
    if not isinstance(body, Mapping):
        return 400, {"problem": "the body must be a JSON object"}
    try:
        return 200, action(session, body)
    except ValueError as problem:
        return 400, {"problem": str(problem)}


def _journal(session: Session, body: Body) -> Any:
    return {"exchanges": list(session.journal)}


def _reset(session: Session, body: Body) -> Any:
    speed = pace.from_text(str(body["pace"])) if "pace" in body else None
    session.reset(_whole(body, "seed") if "seed" in body else None, speed)
    return _state(session, body)


def _state(session: Session, body: Body) -> Any:
    world = session.world
    return {
        "vendor": session.contract.vendor,
        "seed": world.seed,
        "pace": str(world.pace),
        "faults": list(session.faults),
        "requests": world.answered,
        "resources": [_row(resource) for resource in world.resources.values()],
        "snapshots": list(session.snapshots),
    }


def _snapshot(session: Session, body: Body) -> Any:
    name = _text(body, "name")
    if len(session.snapshots) >= SNAPSHOTS_MAX and name not in session.snapshots:
        raise ValueError(f"there are {SNAPSHOTS_MAX} snapshots already; take one of their names")
    session.snapshots[name] = session.world
    return {"snapshots": list(session.snapshots)}


def _restore(session: Session, body: Body) -> Any:
    name = _text(body, "name")
    if name not in session.snapshots:
        raise ValueError(f"there is no snapshot {name!r}; there is: {', '.join(session.snapshots) or 'none'}")
    session.world = session.snapshots[name]
    return _state(session, body)


def _clock(session: Session, body: Body) -> Any:
    return {"now": session.clock.now(), "frozen": session.clock.frozen is not None}


def _set_clock(session: Session, body: Body) -> Any:
    if body.get("freeze") is True:
        session.clock.freeze(_number(body, "now") if "now" in body else None)
    elif body.get("freeze") is False:
        session.clock.run()
    if "advance" in body:
        session.clock.advance(_number(body, "advance"))
    return _clock(session, body)


def _pace(session: Session, body: Body) -> Any:
    return {"pace": str(session.world.pace)}


def _set_pace(session: Session, body: Body) -> Any:
    session.world = replace(session.world, pace=pace.from_text(_text(body, "pace")))
    return _pace(session, body)


def _faults(session: Session, body: Body) -> Any:
    rows = {**FAULTS, **BENIGN}
    known = {name: {"does": row.sentence, "parameters": list(row.parameters)} for name, row in rows.items()}
    return {"on": list(session.faults), "known": known}


def _set_faults(session: Session, body: Body) -> Any:
    texts = body.get("faults")
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError('the body must be {"faults": ["name:key=value,...", ...]}')
    session.switch_faults(tuple(texts))
    return {"on": list(session.faults)}


def _transition(session: Session, body: Body) -> Any:
    kind, identity, event = _text(body, "resource"), _text(body, "identity"), _text(body, "event")
    resource = session.world.resources.get((kind, identity))
    if resource is None:
        known = [name for name, _ in session.world.resources]
        near = difflib.get_close_matches(kind, known, 1, 0.0)
        raise ValueError(f"there is no {kind} {identity!r}; the nearest kind is {near[0] if near else 'none'}")
    life = session.engine.contract.lifecycles[kind]
    after = taken(life, resource, event, session.clock.now())
    if after is None:
        events = ", ".join(life.transitions.get(resource.state, {})) or "none"
        raise ValueError(f"{event!r} cannot happen while the state is {resource.state}; possible: {events}")
    session.world = with_resource(session.world, after)
    return _row(after)


ACTIONS: dict[tuple[str, str], Callable[[Session, Body], Any]] = {
    ("GET", "state"): _state,
    ("GET", "journal"): _journal,
    ("POST", "reset"): _reset,
    ("POST", "snapshot"): _snapshot,
    ("POST", "restore"): _restore,
    ("GET", "clock"): _clock,
    ("POST", "clock"): _set_clock,
    ("GET", "pace"): _pace,
    ("POST", "pace"): _set_pace,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _set_faults,
    ("POST", "transition"): _transition,
}


def _row(resource: Resource) -> dict[str, Any]:
    history = [{"state": state, "at": at} for state, at in resource.history]
    return {
        "resource": resource.lifecycle,
        "identity": resource.identity,
        "state": resource.state,
        "history": history,
        "uploaded": None if resource.intake is None else len(resource.intake),
    }


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"the member {name!r} must be a text, not {value!r}")
    return value


def _number(body: Body, name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e12 < value < 1e12:
        raise ValueError(f"the member {name!r} must be a number of seconds, not {value!r}")
    return float(value)


def _whole(body: Body, name: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"the member {name!r} must be a whole number, not {value!r}")
    return value
