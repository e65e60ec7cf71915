"""Waivers: failures that somebody knows of, has taken on, and will have mended by a date.

A suite that is red for a known reason is soon ignored; one whose known failures are silenced for good is worth nothing.
So a waiver names an owner, a reason and a day on which it ends, and it is itself a failure once it is not needed any
more. Waivers are data: a YAML file that keeps `specs/meta/waivers.json`, or the same rows in a profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specs.contract import Contract
from specs.source_file import Complaint, SourceFile, SpecError, nearest, read, shape_complaints


@dataclass(frozen=True)
class Waiver:
    """One known failure. `expires` is the last day that it holds, ISO 8601 (UTC). A `signature` limits it to failures
    that look the same; empty, it covers every failure of the requirement."""

    requirement: str
    owner: str
    reason: str
    expires: str
    signature: str = ""


def read_waivers(file: Path, contract: Contract) -> tuple[Waiver, ...]:
    """The waivers of a file. Raises SpecError for one that does not fit, and for requirements that nobody wrote."""
    source = read(file, str(file))
    complaints = list(shape_complaints(source, "waivers")) or list(unknown_waivers(source, contract))
    if complaints:
        raise SpecError(complaints)
    return waivers_from(source.data)


def unknown_waivers(source: SourceFile, contract: Contract, *path: str) -> Iterator[Complaint]:
    """Every row below `path` that names a requirement which the contract does not have."""
    rows = source.data
    for part in path:
        rows = rows.get(part, ())
    for index, row in enumerate(rows):
        if row["requirement"] not in contract.requirements:
            near = nearest(row["requirement"], contract.requirements)
            text = f"{contract.vendor} has no requirement {row['requirement']!r}{near}"
            yield source.complaint("unknown", text, *path, index, "requirement")


def waivers_from(rows: list[Mapping[str, Any]]) -> tuple[Waiver, ...]:
    """Waivers from rows that fit their schema."""
    return tuple(Waiver(**row) for row in rows)
