"""The transition table and its two readings.

An imitator takes one edge at a time (`step`); a judge, who only sees samples of a job's life, asks whether a path
exists (`may_follow`). Both read the same table and share nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specs.resource import Lifecycle
from specs.source_file import Node, nearest


def step(lifecycle: Lifecycle, state: str, event: str) -> str | None:
    """The state that an event leads to, None when the event cannot happen in this state."""
    return lifecycle.transitions.get(state, {}).get(event)


def reachable(lifecycle: Lifecycle, state: str) -> frozenset[str]:
    """The state itself and every state that some path leads to."""
    found = {state}
    frontier = [state]
    while frontier:
        for target in lifecycle.transitions.get(frontier.pop(), {}).values():
            if target not in found:
                found.add(target)
                frontier.append(target)
    return frozenset(found)


def may_follow(lifecycle: Lifecycle, earlier: str, later: str) -> bool:
    """Whether a poller may see `later` after `earlier`: it samples, so states in between may be missed."""
    return later in reachable(lifecycle, earlier)


def is_final(lifecycle: Lifecycle, state: str) -> bool:
    """Whether a job in this state moves no more by itself (a command may still act on it)."""
    return state in lifecycle.final


def course(lifecycle: Lifecycle) -> Iterator[tuple[str, str]]:
    """The (event, state) pairs of a job's ordinary life, from the initial state on."""
    state = lifecycle.initial
    for event in lifecycle.course:
        target = step(lifecycle, state, event)
        if target is None:
            return
        state = target
        yield event, state


def spell(lifecycle: Lifecycle, state: str) -> str:
    """How a state is written on the wire, by default."""
    return lifecycle.spellings.get(state, (state,))[0]


def read_state(lifecycle: Lifecycle, spelled: object) -> str | None:
    """The state that a spelling on the wire means; None for a spelling that no source documents."""
    return lifecycle.states_by_spelling.get(spelled) if isinstance(spelled, str) else None


Problem = tuple[str, Node, str]
"""Rule, path of the row inside the resource, and a sentence."""


def problems(lifecycle: Lifecycle) -> Iterator[Problem]:
    """What makes a table impossible to walk."""
    if not lifecycle.transitions:
        return
    known = dict.fromkeys((*lifecycle.transitions, *lifecycle.final))
    dangling = list(_dangling(lifecycle, known))
    yield from dangling
    if dangling:
        return  # what follows from a misspelt state would only hide it
    seen = reachable(lifecycle, lifecycle.initial)
    for state in known:
        if state not in seen:
            path = ("transitions", state) if state in lifecycle.transitions else ("final", state)
            yield "unreachable", path, f"no path leads from {lifecycle.initial} to {state}"
    yield from _dead_ends(lifecycle)
    yield from _course_problems(lifecycle)


def _dangling(lifecycle: Lifecycle, known: Iterable[str]) -> Iterator[Problem]:
    if lifecycle.initial not in known:
        text = f"the initial state {lifecycle.initial!r} is not in the table{nearest(lifecycle.initial, known)}"
        yield "initial", ("initial",), text
    for state, edges in lifecycle.transitions.items():
        for event, target in edges.items():
            if target not in known:
                text = f"{state} --{event}--> {target!r}: there is no such state{nearest(target, known)}"
                yield "transitions", ("transitions", state, event), text


def _dead_ends(lifecycle: Lifecycle) -> Iterator[Problem]:
    commanded = {command.event for command in lifecycle.commands.values() if command.event}
    for state in lifecycle.states:
        own = set(lifecycle.transitions.get(state, {}))
        if state in lifecycle.final and own - commanded:
            text = f"{state} is final, yet {', '.join(sorted(own - commanded))} leads out of it by itself"
            yield "final", ("transitions", state), text
        if state not in lifecycle.final and not own:
            text = f"nothing leads out of {state}, and it is not listed as final"
            yield "final", ("transitions", state), text


def _course_problems(lifecycle: Lifecycle) -> Iterator[Problem]:
    state = lifecycle.initial
    for index, event in enumerate(lifecycle.course):
        target = step(lifecycle, state, event)
        if target is None:
            text = f"{event!r} cannot happen in {state}{nearest(event, lifecycle.transitions.get(state, {}))}"
            yield "course", ("course", index), text
            return
        state = target
    if lifecycle.course and state not in lifecycle.final:
        yield "course", ("course",), f"the course ends in {state}, which is not final"
