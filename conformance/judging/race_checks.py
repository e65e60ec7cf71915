"""Checks of what happens at the same moment: equal creations side by side, a command in the middle of a course.

Nobody knows which of two things came first, so each check accepts every order that the answers allow, and fails only
what no order explains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.lives import after, brief, cases, lifecycle_of, named, rows_of
from conformance.judging.refusals import describe, undecided
from conformance.judging.view import View, created_identity
from specs.contract import Requirement
from specs.lifecycle import is_final, step


def recreate_at_once(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Equal creations at one moment make one resource: each is accepted with its id, or exactly one is accepted."""
    life = lifecycle_of(view, requirement)
    expect = str(requirement.parameters["expect"])
    groups: dict[str, list[Exchange]] = {}
    for item in cases(view, requirement):
        groups.setdefault(item.case.group if item.case else "", []).append(item)
    for rows in groups.values():
        indices = [item.index for item in rows]
        unclear = [item for item in rows if item.answer is None or item.answer.problem or undecided(view, item.answer)]
        made = [created_identity(life, item) for item in rows if item.accepted]
        refused = [item for item in rows if not item.accepted and item not in unclear]
        odd = [item for item in refused if item.answer is None or expect not in view.classify(item.answer)]
        if unclear or len(rows) < 2 or None in made:
            got = describe(view, unclear[0]) if unclear else "there are no two answers with an id"
            yield inconclusive(requirement, *indices[:1], got=got)
        elif odd:
            wanted = "accepted" if expect == "accepted" else f"accepted, or refused as {expect}"
            yield failed(requirement, *indices, expected=wanted, got=describe(view, odd[0]))
        elif expect == "accepted" and len(set(made)) > 1:
            yield failed(requirement, *indices, expected="one identity", got=f"{len(set(made))} identities")
        elif expect != "accepted" and len(made) != 1:
            yield failed(requirement, *indices, expected="one of them accepted", got=f"{len(made)} accepted")
        else:
            yield passed(requirement, *indices)


def command_race(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A resource whose command was accepted ends by that command's event; a refused one comes to another end."""
    life = lifecycle_of(view, requirement)
    command = life.commands[str(requirement.parameters["command"])]
    targets = {step(life, state, command.event) for state in command.from_states}
    for item in cases(view, requirement):
        identity = named(item, command.identity)
        last = next((row for row in reversed(after(rows_of(view, life, identity), item))), None)
        if item.answer is None or item.answer.problem or undecided(view, item.answer):
            yield inconclusive(requirement, item.index, got=describe(view, item))
        elif last is None or last.state is None or not is_final(life, last.state):
            yield inconclusive(requirement, item.index, got="the end of the resource was not seen")
        elif item.accepted == (last.state in targets):
            yield passed(requirement, item.index, last.exchange)
        elif item.accepted:
            wanted = " or ".join(sorted(str(target) for target in targets))
            yield failed(requirement, item.index, last.exchange, expected=wanted, got=f"state {brief(last.spelled)}")
        else:  # refused, and ended so all the same: something else may have ended it
            yield inconclusive(requirement, item.index, got=describe(view, item))


CHECKS: Mapping[str, Callable[[View, Requirement], Iterator[Finding]]] = {
    "recreate_at_once": recreate_at_once,
    "command_race": command_race,
}
