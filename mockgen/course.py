"""How a resource moves along its lifecycle: by pace, by a command's event, by force.

The transition table is the contract's; what is decided here is only *when* the next edge is taken and which one it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mockgen.pace import Pace
from mockgen.world import Resource, read_once, resolved
from specs.contract import Contract, Lifecycle
from specs.lifecycle import is_final, step
from specs.pointers import MISSING, get

STEPS_MAX = 1000
"""No life has more steps at once: a table with a loop must not hang the server."""


def awaits_upload(lifecycle: Lifecycle, resource: Resource) -> bool:
    """Whether this job takes an upload at all: its create request has the values that the contract names."""
    upload = lifecycle.upload
    return upload is not None and all(_requested(lifecycle, resource, at) == value for at, value in upload.when.items())


def comes_in_parts(lifecycle: Lifecycle, resource: Resource) -> bool:
    """Whether this job's input arrives in several uploads."""
    parts = lifecycle.upload.parts if lifecycle.upload else None
    return parts is not None and all(_requested(lifecycle, resource, at) == value for at, value in parts.when.items())


def taken(lifecycle: Lifecycle, resource: Resource, event: str, at: float) -> Resource | None:
    """The resource after an event, None when the event cannot happen in its state."""
    target = step(lifecycle, resource.state, event)
    if target is None:
        return None
    return replace(resource, history=(*resource.history, (target, at)), updated=at, reads=0)


def upcoming(lifecycle: Lifecycle, resource: Resource) -> str | None:
    """The event that would happen next by itself, None at the end or while input is missing."""
    if is_final(lifecycle, resource.state):
        return None
    event = next((name for name in lifecycle.course if step(lifecycle, resource.state, name) is not None), None)
    if event is None:
        return None
    waits = awaits_upload(lifecycle, resource) and resource.intake is None
    if waits and lifecycle.upload is not None and lifecycle.upload.event == event:
        return None
    ends = step(lifecycle, resource.state, event) in lifecycle.final
    can_fail = step(lifecycle, resource.state, lifecycle.failure) is not None
    return lifecycle.failure if resource.failing and ends and can_fail else event


def advanced(lifecycle: Lifecycle, resource: Resource, pace: Pace, now: float, *, read: bool) -> Resource:
    """The resource as it is now. `read` tells that its state is about to be shown."""
    if pace.kind == "seconds":
        resource = _by_seconds(lifecycle, resource, pace.amount, now)
    elif read and pace.kind == "immediate":
        resource = _to_the_end(lifecycle, resource, now)
    elif read and pace.kind == "reads" and resource.reads >= pace.amount:
        event = upcoming(lifecycle, resource)
        resource = resource if event is None else taken(lifecycle, resource, event, now) or resource
    return read_once(resource) if read else resource


def fails_by_request(contract: Contract, lifecycle: Lifecycle, request: object) -> bool:
    """Whether the create request is one that a source says makes the job fail."""
    changes: Mapping[str, object] | None = lifecycle.failing_request
    if not changes:
        return False
    return all(get(request, pointer) == resolved(contract, value) for pointer, value in changes.items())


def _to_the_end(lifecycle: Lifecycle, resource: Resource, now: float) -> Resource:
    for _ in range(STEPS_MAX):
        event = upcoming(lifecycle, resource)
        after = taken(lifecycle, resource, event, now) if event else None
        if after is None:
            break
        resource = after
    return resource


def _by_seconds(lifecycle: Lifecycle, resource: Resource, seconds: float, now: float) -> Resource:
    for _ in range(STEPS_MAX):
        event = upcoming(lifecycle, resource)
        due = max(resource.history[-1][1], resource.intake_at) + seconds
        after = taken(lifecycle, resource, event, due) if event and due <= now else None
        if after is None:
            break
        resource = after
    return resource


def _requested(lifecycle: Lifecycle, resource: Resource, pointer: str) -> object:
    """A member of the create request, or the default that the lifecycle's fields show for it."""
    asked = get(resource.request, pointer)
    if asked is not MISSING:
        return asked
    for rule in lifecycle.fields:
        defaults = rule.shows.get("$requested") if isinstance(rule.shows, Mapping) else None
        if defaults is not None:
            return get(defaults, pointer)
    return MISSING
