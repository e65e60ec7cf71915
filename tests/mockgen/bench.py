"""A bench: one imitated vendor in process, with a clock that moves one second a call.

Every answer is kept with the name of its operation, so that two runs of the same calls can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import specs
from mockgen.engine import Engine, first_world, prepare, respond
from mockgen.faults.table import from_texts
from mockgen.pace import from_text
from mockgen.world import World
from specs.auth import LOCAL
from specs.contract import Contract
from specs.message import ABSENT, Answer, Call, HttpRequest, HttpResponse
from specs.wire import WIRES
from specs.wire.sigv4 import sign

HOST = "127.0.0.1:4010"
START = 1_790_000_000.0


@dataclass
class Bench:
    """Calls go in, answers come out; `now` is the time of the next call."""

    contract: Contract
    engine: Engine
    world: World
    now: float = START
    log: list[tuple[str, HttpResponse]] = field(default_factory=list)

    def send(self, request: HttpRequest, label: str = "") -> HttpResponse:
        response, self.world = respond(self.engine, self.world, request, self.now)
        self.now += 1.0
        self.log.append((label, response))
        return response

    def signed(self, plain: HttpRequest) -> HttpRequest:
        """The request with the credentials that the bench accepts."""
        auth = self.contract.auth
        if auth.scheme == "sigv4":
            return sign(plain, HOST, LOCAL, auth.service, auth.region, datetime.fromtimestamp(self.now, UTC))
        word = f"{auth.prefixes[0]} {LOCAL.token}" if auth.prefixes else LOCAL.token
        return replace(plain, headers=(*plain.headers, ("Host", HOST), (auth.header, word)))

    def plain(self, operation: str, body: Any = ABSENT, **parts: Any) -> HttpRequest:
        """A call as a request without credentials."""
        return WIRES[self.contract.wire].encode_request(self.contract, Call(operation, body=body, **parts))

    def call(self, operation: str, body: Any = ABSENT, **parts: Any) -> Answer:
        """The answer to a call."""
        response = self.send(self.signed(self.plain(operation, body, **parts)), operation)
        return WIRES[self.contract.wire].decode_answer(self.contract, response)


def bench_of(vendor: str, *faults: str, pace: str = "reads:1", seed: int = 0, auth: bool = True) -> Bench:
    """A bench in its first world."""
    contract = specs.load(vendor)
    engine = prepare(contract, from_texts(contract, faults), LOCAL if auth else None)
    return Bench(contract, engine, first_world(engine, seed, from_text(pace)))
