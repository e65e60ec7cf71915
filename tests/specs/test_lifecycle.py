"""The two readings of a transition table agree: what steps can reach is what may follow, and nothing else."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

import specs
from specs.contract import Lifecycle
from specs.lifecycle import course, is_final, may_follow, problems, reachable, read_state, spell, step

STATES = "ABCDE"
TABLES = st.dictionaries(
    st.sampled_from(STATES), st.dictionaries(st.sampled_from("xyz"), st.sampled_from(STATES), max_size=3), max_size=5
)
LIVES = [life for vendor in specs.vendors() for life in specs.load(vendor).lifecycles.values()]
MOVING = [life for life in LIVES if life.transitions]
WORKING = [life for life in MOVING if life.course]


def _life(table: dict[str, dict[str, str]], initial: str = "A") -> Lifecycle:
    return Lifecycle("job", "job", "a source", initial, table, {})


@given(table=TABLES, walk=st.lists(st.sampled_from("xyz"), max_size=8), start=st.sampled_from(STATES))
def test_whatever_steps_reach_may_follow(table: dict[str, dict[str, str]], walk: list[str], start: str) -> None:
    """Each state on a walk may follow each earlier one, because a poller may miss what is in between."""
    life, seen = _life(table), [start]
    for event in walk:
        target = step(life, seen[-1], event)
        seen += [target] if target else []
    assert all(may_follow(life, seen[i], later) for i in range(len(seen)) for later in seen[i:])


@given(table=TABLES)
def test_reachability_is_the_smallest_closure(table: dict[str, dict[str, str]]) -> None:
    """`reachable` is reflexive, transitive, has every edge, and holds nothing that no path leads to."""
    life = _life(table)
    closure = {state: {state} | set(table.get(state, {}).values()) for state in STATES}
    for _ in STATES:
        closure = {state: {far for near in closure[state] for far in closure[near]} for state in STATES}
    assert closure == {state: set(reachable(life, state)) for state in STATES}


@given(table=TABLES)
def test_a_sound_table_has_no_problems_and_others_have(table: dict[str, dict[str, str]]) -> None:
    """A table without complaints can be walked from its start to every state, and ends only in final states."""
    ends = {state for state in STATES if state in reachable(_life(table), "A") and not table.get(state)}
    life = dataclasses.replace(_life(table), final=dict.fromkeys(sorted(ends), "success"))
    complaints = list(problems(life))
    walkable = set(life.states) <= reachable(life, "A") and "A" in {*table, *ends}
    empty_rows = {state for state in table if not table[state]} - ends
    assert bool(complaints) == (bool(table) and not (walkable and not empty_rows))


@pytest.mark.parametrize("life", MOVING, ids=lambda life: life.name)
def test_states_are_read_as_they_are_spelled(life: Lifecycle) -> None:
    """Every spelling of a state means that state, and the default one is how it is written."""
    for state in life.states:
        assert state == read_state(life, spell(life, state))
        assert {state} == {read_state(life, text) for text in life.spellings.get(state, (state,))}
    assert [None, None, None] == [read_state(life, other) for other in ("NO SUCH STATE", None, 5)]


@pytest.mark.parametrize("life", WORKING, ids=lambda life: life.name)
def test_the_ordinary_course_ends_well(life: Lifecycle) -> None:
    """The ordinary course of every resource is made of its own transitions and ends in success."""
    walked = list(course(life))
    assert list(life.course) == [event for event, _ in walked]
    assert "success" == life.final[walked[-1][1]]
    assert is_final(life, walked[-1][1])
    assert not is_final(life, life.initial)


@pytest.mark.parametrize("life", WORKING, ids=lambda life: life.name)
def test_failure_can_happen_before_the_end(life: Lifecycle) -> None:
    """A resource that can fail by itself fails from its initial state into a failure."""
    target = step(life, life.initial, life.failure)
    assert target is not None
    assert "failure" == life.final[target]


def test_an_unhashable_state_is_no_state() -> None:
    """A list or an object where a state should be is read as no state at all."""
    values: list[object] = [[], {}]
    assert [None, None] == [read_state(MOVING[0], value) for value in values]
