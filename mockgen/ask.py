"""One valid call with the world around it, and what an operation's part in a lifecycle is called.

Everything that answers calls takes an `Ask` and gives an `Outcome`; they stand apart so that each kind of part can have
a module of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mockgen.hooks import Hooks
from mockgen.listing import at_place
from mockgen.rendering import Scene
from mockgen.world import Resource, World
from specs.collection import Collection
from specs.contract import Contract, Lifecycle, Place
from specs.message import ABSENT, Answer, Call

RoleName = Literal["create", "observe", "list", "command", "upload", "part", "finish_upload", "results"]


@dataclass(frozen=True)
class Refusal:
    """An error class and what to tell people."""

    error_class: str
    reason: str


@dataclass(frozen=True)
class Ask:
    """One valid call and everything that an answer may depend on."""

    contract: Contract
    hooks: Hooks
    world: World
    call: Call
    now: float
    origin: str

    def scene(self, lifecycle: Lifecycle, resource: Resource) -> Scene:
        return Scene(self.contract, self.world, lifecycle, resource, self.now, self.origin)

    def success(self, body: Any, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        """The documented success with this body; `ABSENT` where the contract documents no body."""
        operation = self.contract.operations[self.call.operation]
        return Answer(int(operation.success.status), headers, body if operation.success.content else ABSENT)


Outcome = tuple[World, Answer | Refusal]


@dataclass(frozen=True)
class Role:
    """The part that an operation plays in a lifecycle; `command` names the row for the role `command`."""

    name: RoleName
    lifecycle: Lifecycle
    command: str = ""


@dataclass(frozen=True)
class Keeping:
    """The part that an operation plays for a collection."""

    name: Literal["add", "remove", "show"]
    collection: Collection


def resource_at(ask: Ask, life: Lifecycle, place: Place) -> Resource | None:
    """The resource that a call names at a place, None when there is none."""
    value = at_place(ask.call, place)
    return ask.world.resources.get((life.name, value)) if isinstance(value, str) else None


def unknown_resource(life: Lifecycle, identity: Any) -> Refusal:
    """The refusal of a call about a resource that does not exist."""
    return Refusal(life.not_found, f"there is no {life.title} {str(identity)[:200]!r}")
