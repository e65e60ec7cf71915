"""A running imitation: the engine, the world that it is in, a clock that can stand still, and a journal.

This is the only part that remembers anything between requests. It knows neither sockets nor the real time: the server
gives it both.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mockgen import pace
from mockgen.engine import Engine, first_world, prepare, respond
from mockgen.faults.table import from_texts
from mockgen.pace import Pace
from mockgen.settings import Settings
from mockgen.world import World
from specs.auth import LOCAL
from specs.contract import Contract
from specs.message import HttpRequest, HttpResponse

JOURNAL_MAX = 1000
BODY_SHOWN_MAX = 4096
HEADERS_SHOWN_MAX = 50
HEADER_SHOWN_MAX = 1024
"""Of a body, of a message's headers and of one of them: what the journal keeps stays small, whatever was sent."""


@dataclass
class Clock:
    """The real time, shifted, or a time that stands still. Seconds since the epoch."""

    real: Callable[[], float]
    shift: float = 0.0
    frozen: float | None = None

    def now(self) -> float:
        return self.real() + self.shift if self.frozen is None else self.frozen

    def freeze(self, at: float | None = None) -> None:
        self.frozen = self.now() if at is None else at

    def run(self) -> None:
        """Goes on from where the clock stands."""
        if self.frozen is not None:
            self.shift = self.frozen - self.real()
            self.frozen = None

    def advance(self, seconds: float) -> None:
        if self.frozen is None:
            self.shift += seconds
        else:
            self.frozen += seconds


@dataclass
class Session:
    """What one server is doing. `start` makes it."""

    contract: Contract
    settings: Settings
    clock: Clock
    engine: Engine
    world: World
    faults: tuple[str, ...]
    journal: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=JOURNAL_MAX))
    snapshots: dict[str, World] = field(default_factory=dict)

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answers one request and writes it down."""
        now = self.clock.now()
        response, self.world = respond(self.engine, self.world, request, now)
        self.journal.append(_entry(now, request, response))
        return response

    def switch_faults(self, texts: tuple[str, ...]) -> None:
        """Exactly these faults are on from now. Raises ValueError for one that cannot be read; nothing changes then."""
        self.engine = _engine(self.contract, self.settings, texts)
        self.faults = texts

    def reset(self, seed: int | None = None, speed: Pace | None = None) -> None:
        """Back to the world before the first request; the journal is emptied, snapshots stay."""
        self.world = first_world(
            self.engine, self.settings.seed if seed is None else seed, speed or pace.from_text(self.settings.pace)
        )
        self.journal.clear()


def start(contract: Contract, settings: Settings, real_time: Callable[[], float]) -> Session:
    """A session in its first world. Raises ValueError for a pace or a fault that cannot be read."""
    engine = _engine(contract, settings, settings.faults)
    world = first_world(engine, settings.seed, pace.from_text(settings.pace))
    return Session(contract, settings, Clock(real_time), engine, world, settings.faults)


def _engine(contract: Contract, settings: Settings, faults: tuple[str, ...]) -> Engine:
    return prepare(contract, from_texts(contract, faults), LOCAL if settings.auth else None)


def _entry(now: float, request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """One line of the journal. Credentials are left out: a journal is read, copied and kept."""
    secret = ("authorization", "x-api-key")
    return {
        "at": now,
        "request": {
            "method": request.method,
            "target": request.target,
            "headers": [
                [name, value[:HEADER_SHOWN_MAX].encode("utf-8", "replace").decode()]
                for name, value in request.headers[:HEADERS_SHOWN_MAX]
                if name.lower() not in secret
            ],
            "body": request.body[:BODY_SHOWN_MAX].decode("utf-8", "replace"),
            "bytes": len(request.body),
        },
        "response": {
            "status": response.status,
            "headers": [list(pair) for pair in response.headers],
            "body": response.body[:BODY_SHOWN_MAX].decode("utf-8", "replace"),
            "bytes": len(response.body),
        },
    }
