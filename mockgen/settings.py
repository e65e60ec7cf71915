"""How an imitation is run, as one value: what `mockgen serve` takes from its command line and tests write down."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`pace` and `faults` are texts as on the command line (`reads:1`, `status_code:operation=...,status=418`);
    `objects` is the folder that stands for an object store (`s3://bucket/key` is `objects/bucket/key`)."""

    seed: int = 0
    pace: str = "reads:1"
    faults: tuple[str, ...] = ()
    auth: bool = True
    objects: Path | None = None


DEFAULTS = Settings()
"""A conforming mock of seed 0 whose jobs advance with every read."""
