"""A transition table, guessed from the names of states.

A status enum lists states and no order. Words such as pending, running, completed and failed tell most of it, waiters
tell which ends are good; what no word places becomes a state beside the way. Each result is a draft to be decided on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs.importing.words import words

_KINDS: Mapping[str, frozenset[str]] = {
    "failure": frozenset(
        ["failed", "failure", "fail", "error", "errored", "faulted", "rejected", "invalid", "timedout", "impaired"]
    ),
    "cancelled": frozenset(["stopped", "cancelled", "canceled", "aborted", "terminated", "revoked", "killed"]),
    "deleted": frozenset(["deleted", "removed"]),
    "deleting": frozenset(["deleting", "removing"]),
    "stopping": frozenset(["stopping", "cancelling", "canceling", "aborting", "terminating"]),
    "success": frozenset(
        [
            "completed",
            "complete",
            "succeeded",
            "success",
            "successful",
            "active",
            "available",
            "ready",
            "finished",
            "done",
            "inservice",
            "enabled",
            "delivered",
            "shipped",
            "passed",
        ]
    ),
    "initial": frozenset(
        [
            "pending",
            "creating",
            "queued",
            "submitted",
            "initializing",
            "requested",
            "new",
            "accepted",
            "scheduled",
            "received",
            "waiting",
            "initiated",
            "starting",
            "created",
            "provisioning",
        ]
    ),
    "working": frozenset(
        [
            "running",
            "processing",
            "progress",
            "inprogress",
            "executing",
            "importing",
            "exporting",
            "training",
            "analyzing",
            "validating",
            "working",
            "started",
            "loading",
        ]
    ),
}
"""Kind of a state -> words that tell it, the stronger kind first: `CREATE_FAILED` has failed."""


@dataclass(frozen=True)
class Table:
    """A guessed table, as the members of a resource's row, and what a command may do in it."""

    rows: Mapping[str, Any]
    stop_from: tuple[str, ...] = ()
    delete_from: tuple[str, ...] = ()


def guessed_table(
    names: list[str], ends: Mapping[str, str], *, stops: bool = False, deletes: bool = False
) -> Table | None:
    """The table of these states; `ends` has what waiters say of them. None when no state begins a life, or none ends
    it well."""
    kinds = {name: _kind(name, ends.get(name)) for name in names}
    groups: dict[str, list[str]] = {kind: [] for kind in (*_KINDS, "other")}
    for name, kind in kinds.items():
        groups[kind].append(name)
    made = [name for name in groups["initial"] if "created" in words(name)]
    if made and not groups["success"]:  # created is an end where nothing better is, else a beginning
        groups["success"] = made
        groups["initial"] = [name for name in groups["initial"] if name not in made]
    begins = groups["initial"] + groups["working"]
    if not begins or not groups["success"]:
        return None
    initial, way = begins[0], begins[1:] + groups["other"]
    alive = [initial, *way]
    transitions: dict[str, dict[str, str]] = {name: {} for name in alive}
    course = _walk(transitions, [initial, *begins[1:]], groups["success"][0])
    for name in groups["other"]:
        transitions[initial][f"enter_{_event(name)}"] = name
        transitions[name]["leave"] = groups["success"][0]
    failure = _ends(transitions, alive, groups)
    final = _finals(groups)
    stop_from = tuple(_stopped(transitions, alive, groups, stops))
    delete_from = tuple(_deleted(transitions, alive, groups, final, deletes))
    ordered = {name: transitions[name] for name in names if transitions.get(name)}
    rows = {"initial": initial, "transitions": ordered, "final": final, "course": course}
    return Table({**rows, **({"failure": failure} if failure else {})}, stop_from, delete_from)


def _kind(name: str, end: str | None) -> str:
    found = words(name)
    parts = frozenset(found) | {"".join(found)}
    kind = next((kind for kind, known in _KINDS.items() if parts & known), "other")
    if end == "success" and kind in ("other", "working", "initial"):
        return "success"
    return "failure" if end == "failure" and kind in ("other", "working", "initial") else kind


def _event(name: str) -> str:
    return "_".join(words(name)) or "next"


def _walk(transitions: dict[str, dict[str, str]], way: list[str], success: str) -> list[str]:
    """The ordinary way from the first state to the success; answers its events."""
    course: list[str] = []
    for index, (here, there) in enumerate(zip(way, [*way[1:], success], strict=True)):
        event = "finish" if there == success else "start" if index == 0 else f"start_{_event(there)}"
        transitions[here][event] = there
        course.append(event)
    return course


def _ends(transitions: dict[str, dict[str, str]], alive: list[str], groups: Mapping[str, list[str]]) -> str:
    """Every way to fail, and to succeed otherwise; answers the event of the first failure."""
    failures = groups["failure"]
    for name in alive:
        for index, failed in enumerate(failures):
            transitions[name]["fail" if index == 0 else f"fail_as_{_event(failed)}"] = failed
        for other in groups["success"][1:]:
            transitions[name][f"finish_as_{_event(other)}"] = other
    return "fail" if failures else ""


def _finals(groups: Mapping[str, list[str]]) -> dict[str, str]:
    final = dict.fromkeys(groups["success"], "success") | dict.fromkeys(groups["failure"], "failure")
    return final | dict.fromkeys((*groups["cancelled"], *groups["deleted"]), "cancelled")


def _stopped(
    transitions: dict[str, dict[str, str]], alive: list[str], groups: Mapping[str, list[str]], stops: bool
) -> Iterator[str]:
    """The edges of stopping: by a command where there is one, else by themselves. Answers where they begin."""
    passing, ended = groups["stopping"], groups["cancelled"]
    for name in passing:
        target = (ended or groups["failure"] or groups["success"])[0]
        transitions[name] = {"stopped": target}
    targets = passing[:1] or ended[:1] if stops else []
    for name in alive:
        if targets:
            transitions[name]["stop"] = targets[0]
            yield name
        for other in (*passing, *ended):
            if other not in targets and not (targets and passing and other == ended[0]):
                transitions[name][f"end_as_{_event(other)}"] = other


def _deleted(
    transitions: dict[str, dict[str, str]],
    alive: list[str],
    groups: Mapping[str, list[str]],
    final: dict[str, str],
    deletes: bool,
) -> Iterator[str]:
    """The edges of deleting. A state that only leads to nothing is an end: the resource is gone after it."""
    passing, ended = groups["deleting"], groups["deleted"]
    for name in passing:
        transitions[name] = {"deleted": ended[0]} if ended else {}
        if not ended:
            final[name] = "cancelled"
    targets = (passing[:1] or ended[:1]) if deletes else []
    starts = [*groups["success"], *groups["failure"], *groups["cancelled"]] if targets else []
    for name in starts:
        transitions.setdefault(name, {})["delete"] = targets[0]
        yield name
    loose = [name for name in (*passing, *ended) if name not in targets]
    if targets and passing and ended:
        loose = [name for name in loose if name != ended[0]]
    for name in loose:
        for here in alive:
            transitions[here][f"end_as_{_event(name)}"] = name
