"""What to send and when, as pure data, made before anything is sent.

A plan is a list of scenarios. Scenarios of one stage run side by side, the steps of one scenario one after another;
stages run in order. What a step needs and only a response can tell (the id of a job) is written as `{$slot: name}` and
filled in by the driver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal

from conformance.history import Case, Keys
from specs.contract import Place
from specs.message import Call

BURST = 3
"""How often a call is sent when it is sent several times at once."""
LAYERS = ("schemathesis",)
"""What may send requests beside the suite's own plans, by the name of its module."""


class Stage(IntEnum):
    """When a scenario runs. `exclusive` scenarios run alone, one after another: they take shared resources away."""

    setup = 0
    main = 1
    exclusive = 2
    closing = 3


class Mode(IntEnum):
    """How much a run may do to its target; each mode includes the ones before."""

    observe = 0
    read = 1
    create = 2
    destroy = 3


@dataclass(frozen=True)
class Mutation:
    """Changes to the encoded request, for what a call cannot say: method, target, headers (None removes), body.

    `other_slash` takes the last slash of the path away, or adds one where there is none.
    """

    method: str | None = None
    target: str | None = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes | None = None
    other_slash: bool = False


@dataclass(frozen=True)
class Step:
    """One thing to do.

    `send` sends `call` once, `burst` sends it BURST times at the same moment. `poll` repeats `call` (an observing
    operation) until the state of the resource in `slot` is one of `until` (empty: any final state) or the profile's
    patience ends. `pause` waits for `seconds`. `collect` reads files of the object store into the history:
    `case.parameters` has `prefixes` (all files below an `s3://` URI), and `uris` (single files). `follow` repeats a
    list call through all its pages. `settle` repeats `call` until it is accepted, or `seconds` have passed; a list
    call counts as accepted once it shows the resource in `slot`.
    `creates` names the lifecycle whose new resource this call makes: the driver takes its identity for `slot`.
    """

    case: Case
    call: Call | None = None
    kind: Literal["send", "burst", "poll", "pause", "collect", "follow", "settle"] = "send"
    slot: str = ""
    lifecycle: str = ""
    creates: str = ""
    keeps: str = ""
    """Where the answer has a text that later steps send under the name of `slot`, when it makes no resource."""
    identity: Place | None = None
    """Where the answer names the new resource, when it is not made by the operation that usually makes it."""
    until: tuple[str, ...] = ()
    seconds: float = 0.0
    mutation: Mutation | None = None
    credentials: Keys = "right"
    goes_on: bool = False
    """Whether it is not the first of its scenario. The driver tells; plans leave it."""


@dataclass(frozen=True)
class Scenario:
    """Steps in order. `mode` is the least mode that allows them; `needs` names slots that must have an identity."""

    name: str
    steps: tuple[Step, ...]
    stage: Stage = Stage.main
    mode: Mode = Mode.create
    needs: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Slots that show more when they have an identity too, though nothing refers to them: the items of a list."""


@dataclass(frozen=True)
class Plan:
    """The scenarios of a run, and the requirements that no scenario serves, each with the reason."""

    scenarios: tuple[Scenario, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)


def slot(name: str) -> dict[str, Any]:
    """The placeholder for the identity of the resource in a slot."""
    return {"$slot": name}


def shared(lifecycle: str) -> str:
    """The name of the slot that holds the run's own example of a resource, finished before the main stage."""
    return f"shared:{lifecycle}"


def slots_of(value: Any) -> Iterator[str]:
    """The names of the slots that a call, or a part of one, refers to."""
    if isinstance(value, Call):
        value = [value.path, value.query, value.headers, value.body]
    # Nearly every value is a text or a dict, and asking for these is much cheaper.
    if isinstance(value, str):
        return
    if type(value) is dict or isinstance(value, Mapping):
        named = value.get("$slot") if len(value) == 1 else None
        yield from [named] if isinstance(named, str) else slots_of(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from slots_of(item)
