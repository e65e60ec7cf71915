"""What the commands of a lifecycle promise, as rows of requirements.

A command takes a transition, sets members, makes something new, or is refused; each of these is a law of its own,
because a server may keep one and break another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specs.articles import an
from specs.lifecycle import is_final, step
from specs.resource import Command, Lifecycle, Strength

Row = tuple[str, str, str, Mapping[str, Any], Strength]
"""Id below the lifecycle's, sentence, check, parameters, strength."""


def of_commands(lifecycle: Lifecycle, lives: Mapping[str, Lifecycle]) -> Iterator[Row]:
    """Every law of a lifecycle's commands; `lives` are all lifecycles, for what a command makes of another kind."""
    for command in lifecycle.commands.values():
        parameters = {"command": command.name, "source": command.source}
        title = lifecycle.title
        if command.event:
            sentence = f"{command.operation} moves {an(title)} by the transition {command.event}."
            yield f"command.{command.name}.takes_effect", sentence, "command_effect", parameters, "must"
        for pointer in command.sets:
            sentence = f"{command.operation} changes {pointer.strip('/')} of {an(title)} and nothing else."
            name = f"command.{command.name}.sets.{pointer.strip('/').replace('/', '.')}"
            yield name, sentence, "command_sets", {**parameters, "pointer": pointer}, "must"
            sentence = f"{command.operation} with a bad {pointer.strip('/')} changes nothing of {an(title)}."
            name = f"command.{command.name}.refused_changes_nothing.{pointer.strip('/').replace('/', '.')}"
            yield name, sentence, "refused_changes_nothing", {**parameters, "pointer": pointer}, "should"
        yield from _stamp_rows(lifecycle, command)
        unique = lifecycle.created_by.unique if lifecycle.created_by else None
        again = lifecycle.created_by.again_different if lifecycle.created_by else "undocumented"
        if unique is not None and unique.name in command.sets and again not in ("accepted", "undocumented"):
            name = unique.name.strip("/").replace("/", ".")
            sentence = f"{command.operation} to the {name} of another {title} is refused as {again}."
            told = {**parameters, "pointer": unique.name, "expect": again}
            yield f"command.{command.name}.taken.{name}", sentence, "command_taken", told, "must"
        if command.event and _stops(lifecycle, command):
            sentence = (
                f"{an(title, 'A')} ends by {command.event} exactly when {command.operation} was accepted while it ran."
            )
            yield f"command.{command.name}.is_decisive", sentence, "command_race", parameters, "must"
        if command.makes:
            sentence = f"{command.operation} makes a new {command.makes.resource} that can be read."
            yield f"command.{command.name}.makes", sentence, "command_makes", parameters, "must"
            yield from _copy_rows(command, lives)
        if command.from_states and set(command.from_states) != set(lifecycle.states):
            sentence = f"{command.operation} on {an(title)} in another state: {command.otherwise}."
            strength: Strength = "info" if command.otherwise == "undocumented" else "must"
            yield f"command.{command.name}.refused", sentence, "command_refused", parameters, strength
        sentence = f"{command.operation} on {an(title)} that does not exist is refused as {lifecycle.not_found}."
        parameters = {**parameters, "operation": command.operation}
        yield f"command.{command.name}.unknown_is_refused", sentence, "unknown_identity", parameters, "must"


def _stamp_rows(lifecycle: Lifecycle, command: Command) -> Iterator[Row]:
    """A command that sets members is a change, and the time of the last change tells it."""
    for rule in lifecycle.fields if command.sets else ():
        if rule.shows == {"$time": "updated"}:
            name = rule.pointer.strip("/").replace("/", ".")
            sentence = f"{command.operation} moves {name} of {an(lifecycle.title)}."
            parameters = {"command": command.name, "source": command.source, "pointer": rule.pointer}
            yield f"command.{command.name}.moves.{name}", sentence, "command_stamps", parameters, "must"


def _copy_rows(command: Command, lives: Mapping[str, Lifecycle]) -> Iterator[Row]:
    """What a command makes was asked for as the resource says that it is made from."""
    target = lives.get(command.makes.resource) if command.makes else None
    for rule in target.fields if target else ():
        if isinstance(rule.shows, Mapping) and "$requested" in rule.shows and command.makes and target:
            at = command.makes.request.strip("/")
            sentence = f"{command.operation} makes {an(target.title)} that was asked for as {at} says."
            parameters = {"command": command.name, "source": command.source, "pointer": rule.pointer}
            yield f"command.{command.name}.keeps", sentence, "command_copies", parameters, "must"


def _stops(lifecycle: Lifecycle, command: Command) -> bool:
    """Whether a command may be given at any time before the end, and ends the course of the resource."""
    running = {state for state in lifecycle.states if not is_final(lifecycle, state)}
    ends = all(is_final(lifecycle, step(lifecycle, state, command.event) or "") for state in running)
    return bool(running) and running == set(command.from_states) and ends
