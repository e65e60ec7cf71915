"""Waivers: failures that somebody knows of, has taken on, and will have mended by a date.

A suite that is red for a known reason is soon ignored; one whose known failures are silenced for good is worth nothing.
So a waiver names an owner, a reason and a day on which it ends, and it is itself a failure once it is not needed any
more. Waivers are data: a YAML file that keeps `specs/meta/waivers.json`, or the same rows in a profile.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Waiver:
    """One known failure. `expires` is the last day that it holds, ISO 8601 (UTC). A `signature` limits it to failures
    that look the same; empty, it covers every failure of the requirement."""

    requirement: str
    owner: str
    reason: str
    expires: str
    signature: str = ""
