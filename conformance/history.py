"""What happened: the exchanges of a run, in order, and the files that jobs left behind.

A history is the only thing that a judge sees. It can come from a live run, from a recording or from a test that builds
it by hand; nothing in it tells which. Credentials are taken out before an exchange is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from specs.message import Answer, Call, HttpRequest, HttpResponse

Keys = Literal[
    "right",
    "other_word",
    "missing",
    "wrong",
    "longer",
    "other_case",
    "stale",
    "early",
    "incomplete",
    "stranger",
    "tampered",
]
"""Which credentials a request is sent with. Beside right, missing and wrong ones there are right ones behind the second
word that the vendor documents for them; the right token with a character behind it, and in the other case; and, for
signed requests: one signed too long ago or too far ahead, one without its signature, one by an unknown key, one whose
body was changed."""


@dataclass(frozen=True)
class Case:
    """Why an exchange was sent.

    `requirement` is the id that it is evidence for. `expect` lists what a right answer may be: `accepted`, names of
    error classes, or `any` (a probe whose answer is only recorded). Exchanges of one `group` belong together, in order.
    """

    kind: str
    """boundary, property, wire, credentials, lifecycle, relation, or control (a valid call that must be accepted); in
    recordings also recorded (a call) and outside (a call that breaks limits)."""
    requirement: str
    label: str
    expect: tuple[str, ...] = ("any",)
    group: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Further requirements that the exchange is evidence for."""

    @property
    def serves(self) -> tuple[str, ...]:
        """Every requirement that the exchange is evidence for."""
        return (self.requirement, *self.also)


@dataclass(frozen=True)
class Exchange:
    """One request and what came back. Times are seconds since the run began.

    `response` is None when nothing usable came back; `failure` then says what happened (`refused`, `timeout`, `reset`,
    `too_large`, `redirect`, `not_http`), with details after a colon.
    """

    index: int
    sent_at: float
    received_at: float
    request: HttpRequest
    operation: str | None = None
    call: Call | None = None
    response: HttpResponse | None = None
    answer: Answer | None = None
    failure: str | None = None
    case: Case | None = None
    slot: str = ""
    """The resource that this exchange is about, by the plan's own name; empty for none."""
    credentials: Keys = "right"
    """Which credentials it was sent with; `request` never holds them."""

    @property
    def accepted(self) -> bool:
        """Whether the answer is a success (2xx) that could be decoded."""
        return self.answer is not None and 200 <= self.answer.status < 300 and self.answer.problem is None


@dataclass(frozen=True)
class Artefact:
    """A file that a job wrote. `slot` names the job, `problem` says why the file could not be read."""

    uri: str
    slot: str
    data: bytes
    problem: str | None = None


@dataclass(frozen=True)
class History:
    """A run: its exchanges and files, what the plan left out, as (requirement id, reason), and what is still open
    because a job behind it has not ended.

    `alone` says that nobody else acted on the resources of this history while it lasted.
    """

    exchanges: tuple[Exchange, ...]
    artefacts: tuple[Artefact, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    unfinished: Mapping[str, str] = field(default_factory=dict)
    alone: bool = True
