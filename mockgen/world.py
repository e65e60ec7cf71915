"""What an imitated vendor remembers: resources, list tokens and counters, as one frozen value.

A request makes a new world out of the old one. A snapshot is therefore nothing but keeping the value, a reset nothing
but going back to the first one, and a fault can compare before and after.
"""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from mockgen.pace import Pace
from specs.contract import Contract, Lifecycle
from specs.lifecycle import read_state
from specs.pointers import MISSING, get

TOKENS_MAX = 1000
"""List tokens that are remembered; older ones count as never given out."""

Key = tuple[str, str]
"""Lifecycle name and identity."""


@dataclass(frozen=True)
class Resource:
    """One resource. Times are seconds since the epoch; `history` holds every state with the time it was entered."""

    lifecycle: str
    identity: str
    number: int
    created: float
    history: tuple[tuple[str, float], ...]
    updated: float
    request: Any = None
    sets: Mapping[str, Any] = field(default_factory=dict)
    """Members that commands have overwritten: pointer -> value."""
    intake: bytes | None = None
    """Uploaded input."""
    parts: Mapping[int, bytes] = field(default_factory=dict)
    """Uploaded pieces of the input that are still to be put together, by number."""
    intake_at: float = 0.0
    reads: int = 0
    """Reads of the state since the last step."""
    observed: int = 0
    """Reads of the state since creation."""
    failing: bool = False
    document: Mapping[str, Any] = field(default_factory=dict)
    """Members that stand from the start (seeded resources)."""
    private: Mapping[str, Any] = field(default_factory=dict)
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What clients have hung on it: collection -> key -> item. A collection without a row was never changed."""

    @property
    def state(self) -> str:
        return self.history[-1][0]

    @property
    def key(self) -> Key:
        return (self.lifecycle, self.identity)


@dataclass(frozen=True)
class World:
    """Everything that changes. `calls` counts calls by operation, `answered` all requests, `created` all creations."""

    seed: int
    pace: Pace
    resources: Mapping[Key, Resource] = field(default_factory=dict)
    tokens: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    """Token -> the list that it belongs to (a digest of the query) and the identities that are still to come."""
    calls: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    created: int = 0

    def of_kind(self, lifecycle: str) -> list[Resource]:
        """The resources of one lifecycle in the order of their creation."""
        found = [resource for (kind, _), resource in self.resources.items() if kind == lifecycle]
        return sorted(found, key=lambda resource: resource.number)


def read_once(resource: Resource) -> Resource:
    """The resource after one more read of its state."""
    # One list reads hundreds of them, and `replace` takes twice as long.
    return Resource(**{**vars(resource), "reads": resource.reads + 1, "observed": resource.observed + 1})


def with_resource(world: World, resource: Resource) -> World:
    """The world with this resource new or changed."""
    return with_resources(world, (resource,))


def with_resources(world: World, resources: Iterable[Resource]) -> World:
    """The world with these resources new or changed, in one copy however many there are."""
    return replace(world, resources={**world.resources, **{resource.key: resource for resource in resources}})


def without_resource(world: World, resource: Resource) -> World:
    """The world in which this resource has ceased to exist."""
    return replace(world, resources={key: one for key, one in world.resources.items() if key != resource.key})


def with_token(world: World, token: str, listing: str, rest: tuple[str, ...]) -> World:
    """The world that has given out a list token; the oldest ones are forgotten beyond `TOKENS_MAX`."""
    tokens = {**world.tokens, token: (listing, rest)}
    return replace(world, tokens=dict(list(tokens.items())[-TOKENS_MAX:]))


def with_call(world: World, operation: str) -> World:
    """The world that has received one more call of an operation."""
    calls = {**world.calls, operation: world.calls.get(operation, 0) + 1}
    return replace(world, calls=calls)


def chance(world_seed: int, *parts: object) -> random.Random:
    """Randomness that depends on the seed and the parts only."""
    return random.Random(lot(world_seed, *parts))


def lot(world_seed: int, *parts: object) -> bytes:
    """What that randomness follows from: 32 bytes, however long the parts are."""
    return hashlib.sha256("\x1f".join(str(part) for part in (world_seed, *parts)).encode()).digest()


def fresh_uuid(world_seed: int, *parts: object) -> str:
    """A version 4 UUID that depends on the seed and the parts only."""
    return str(uuid.UUID(int=chance(world_seed, *parts).getrandbits(128), version=4))


def seeded(contract: Contract, seed: int, pace: Pace) -> World:
    """The world before the first request: the seeded resources of every lifecycle, fixtures filled in."""
    world = World(seed, pace)
    for lifecycle in contract.lifecycles.values():
        for row in lifecycle.seeded:
            world = with_resource(world, _seeded(contract, lifecycle, row, world.created))
            world = replace(world, created=world.created + 1)
    return world


def resolved(contract: Contract, value: Any) -> Any:
    """The value with every `{$fixture: name}` replaced by what the embedded servers have."""
    if isinstance(value, Mapping):
        if set(value) == {"$fixture"}:
            return resolved(contract, contract.fixtures[value["$fixture"]].value)
        return {key: resolved(contract, member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(contract, item) for item in value]
    return value


def _seeded(contract: Contract, lifecycle: Lifecycle, row: Mapping[str, Any], number: int) -> Resource:
    document = resolved(contract, row)
    private = document.pop("$private", {})
    identity = get(document, _identity_pointer(lifecycle, document))
    state = lifecycle.initial
    if lifecycle.observed_by is not None and lifecycle.observed_by.state:
        spelled = get(document, lifecycle.observed_by.state)
        state = state if spelled is MISSING else read_state(lifecycle, spelled) or str(spelled)
    return Resource(
        lifecycle=lifecycle.name,
        identity=str(identity),
        number=number,
        created=0.0,
        history=((state, 0.0),),
        updated=0.0,
        document=MappingProxyType(document),
        private=MappingProxyType(private),
    )


def _identity_pointer(lifecycle: Lifecycle, document: Mapping[str, Any]) -> str:
    observed = lifecycle.observed_by
    if observed is not None and observed.identity.location == "body":
        return observed.identity.name
    if lifecycle.listed_by is not None:
        return lifecycle.listed_by.identity
    return "/" + next(iter(document))
