"""What every facade has in common: the engine it stands in front of, and the shape that the server calls.

A facade is a table from operation ids to plain functions, and a table from job kinds to their work. The functions see a
validated call and answer values; sockets, signatures and status codes of refusals are the server's business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from reference_impl.engine.jobs import Work
from reference_impl.engine.library import Library
from reference_impl.engine.objects import ObjectStore
from reference_impl.engine.store import OPEN, Job, Store
from reference_impl.settings import Settings
from specs.contract import Contract
from specs.message import Answer, Call, Headers, HttpRequest

HOME_BUCKET = "s3://prediction-conformance/"
LONG_BODY_BYTES_MAX = 17 << 20
"""For vendors that document members of 16,777,216 characters."""


@dataclass(frozen=True)
class Engine:
    """The parts that all facades share."""

    settings: Settings
    store: Store
    objects: ObjectStore
    library: Library

    def staging(self, job: Job, part: object) -> Path:
        """A file of a job's own, on the disk of the object store."""
        return self.settings.data / "work" / f"{job.sequence}-{part}"

    def clear(self, job: Job) -> None:
        """Remove the staged files of a job that has ended."""
        for path in self.staging(job, "").parent.glob(f"{job.sequence}-*"):
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove staged files that no unfinished job owns: a killed process could not."""
        owners = {str(job.sequence) for job in self.store.jobs(states=OPEN)}
        for path in (self.settings.data / "work").glob("*-*"):
            if path.name.partition("-")[0] not in owners:
                path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Request:
    """One call as a handler sees it. `base_url` is how the client reached the server, without a last slash."""

    call: Call
    base_url: str
    client: str
    submit: Callable[[Job], None]


class Refusal(Exception):
    """The call is refused. `error` is one of the contract's error classes; the text goes to the client."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class Upload(Protocol):
    """A body that arrives in pieces. Exactly one of `finish` and `abandon` is called last."""

    def feed(self, data: bytes) -> None:
        """Take the next piece. Raises Refusal."""

    def finish(self) -> Answer:
        """The body is complete. Raises Refusal."""

    def abandon(self) -> None:
        """The body was refused, or its sender left."""


@dataclass(frozen=True)
class Download:
    """A file that may still grow. `progress` says how many bytes are good and whether more can come."""

    path: Path
    headers: Headers
    progress: Callable[[], tuple[int, bool]]


Handler = Callable[[Request], Answer]


@dataclass(frozen=True)
class Facade:
    """One vendor's face: which requests are its own, and what answers them."""

    contract: Contract
    claims: Callable[[HttpRequest], bool]
    handlers: Mapping[str, Handler]
    works: Mapping[str, Work] = field(default_factory=dict)
    uploads: Mapping[str, Callable[[Request], Upload]] = field(default_factory=dict)
    downloads: Mapping[str, Callable[[Request], Download]] = field(default_factory=dict)
    ended: Mapping[str, Callable[[Job], None]] = field(default_factory=dict)
    """By job kind: removes what a job in a final state leaves behind. May be called more than once."""
    body_bytes_max: int = 1 << 20


def fixture(contract: Contract, name: str) -> str:
    """The agreed value of a fixture, as a text."""
    return str(contract.fixtures[name].value)
