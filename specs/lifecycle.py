"""The transition table and its two readings.

An imitator takes one edge at a time (`step`); a judge, who only sees samples of a job's life, asks whether a path
exists (`may_follow`). Both read the same table and share nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from specs.contract import Lifecycle


def step(lifecycle: Lifecycle, state: str, event: str) -> str | None:
    """The state that an event leads to, None when the event cannot happen in this state."""
    return lifecycle.transitions.get(state, {}).get(event)


def states(lifecycle: Lifecycle) -> tuple[str, ...]:
    """Every state, in the order of the table; final states that only occur as targets come last."""
    named = dict.fromkeys((lifecycle.initial, *lifecycle.transitions))
    named.update(dict.fromkeys(target for edges in lifecycle.transitions.values() for target in edges.values()))
    named.update(dict.fromkeys(lifecycle.final))
    return tuple(state for state in named if state)


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
    for state in states(lifecycle):
        if spelled in lifecycle.spellings.get(state, (state,)):
            return state
    return None


def problems(lifecycle: Lifecycle) -> Iterator[tuple[str, str]]:
    """What makes a table impossible to walk, as (rule, sentence) pairs."""
    known = set(lifecycle.transitions) | set(lifecycle.final)
    if not lifecycle.transitions:
        return
    if lifecycle.initial not in known:
        yield "initial", f"the initial state {lifecycle.initial!r} is not in the table"
    for state, edges in lifecycle.transitions.items():
        for event, target in edges.items():
            if target not in known:
                yield "transitions", f"{state} --{event}--> {target!r}: there is no such state"
    seen = reachable(lifecycle, lifecycle.initial)
    for state in sorted(known - seen):
        yield "unreachable", f"no path leads from {lifecycle.initial} to {state}"
    yield from _dead_ends(lifecycle)


def _dead_ends(lifecycle: Lifecycle) -> Iterator[tuple[str, str]]:
    commanded = {command.event for command in lifecycle.commands.values() if command.event}
    natural: Mapping[str, Mapping[str, str]] = lifecycle.transitions
    for state in states(lifecycle):
        own = set(natural.get(state, {}))
        if state in lifecycle.final and own - commanded:
            yield "final", f"{state} is final, yet {', '.join(sorted(own - commanded))} leads out of it by itself"
        if state not in lifecycle.final and not own:
            yield "final", f"nothing leads out of {state}, and it is not listed as final"
    state = lifecycle.initial
    for event in lifecycle.course:
        target = step(lifecycle, state, event)
        if target is None:
            yield "course", f"{event!r} cannot happen in {state}"
            return
        state = target
    if lifecycle.course and state not in lifecycle.final:
        yield "course", f"the course ends in {state}, which is not final"
