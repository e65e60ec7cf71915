"""How far a run has come: how it was asked for, what it has done, and which of its steps are behind it.

These values are all that one process hands to the next when a run outlives it; they know neither files nor sockets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.history import Artefact, Exchange


@dataclass(frozen=True)
class Header:
    """How a run was asked for. `profile` and `waivers` are paths of files, `started` UTC in ISO 8601."""

    vendor: str
    target: str
    tag: str
    seed: int
    mode: str
    only: tuple[str, ...]
    strict: bool
    started: str
    profile: str | None
    variant: str = ""
    """The named variant of the contract; empty for the documented API itself."""
    waivers: str | None = None
    keep: bool = False
    """Whether what the run has made stays where it is."""
    layers: tuple[str, ...] = ()
    """Further senders beside the suite's own plans: each process that goes on lets them send again."""


@dataclass(frozen=True)
class Earlier:
    """What an earlier process has done of the same run: its exchanges and files, the identities in its slots with the
    run's second in which they were made, and how many steps of each scenario are behind it."""

    exchanges: tuple[Exchange, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    slots: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    positions: Mapping[str, int] = field(default_factory=dict)
    elapsed_s: float = 0.0


@dataclass(frozen=True)
class Milestone:
    """A step that is behind a run: scenario, steps done, and the resource that the step brought, if any."""

    scenario: str
    position: int
    slot: str = ""
    identity: str = ""
    created_at: float = 0.0
    artefacts: tuple[Artefact, ...] = ()
