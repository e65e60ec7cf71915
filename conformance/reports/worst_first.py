"""The failures of a report in the order in which people mend them: cause by cause, the worst first.

The page and the summary of a CI job show the same list. Both are made of the report's JSON, so the order is as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conformance.findings import Verdict

SHOWN = ("errored", "failed", "warned")
FIRST_OF_CAUSE = 3
"""As many failures of one cause stand in sight; the others are folded away, or only counted."""
_STRENGTHS = ("must", "should", "info")


@dataclass(frozen=True)
class Cause:
    """Failures that belong together; `text` is empty for one that stands alone."""

    text: str
    rows: tuple[Mapping[str, Any], ...]


def causes(document: Mapping[str, Any]) -> tuple[Cause, ...]:
    """All failures and warnings of a report, by cause: the worst first, of equals the cause of most."""
    wrong = {row["id"]: row for row in sorted(document["requirements"], key=_rank) if row["verdict"] in SHOWN}
    found: list[Cause] = []
    taken: set[str] = set()
    for group in document["groups"]:
        members = set(group["requirements"]) - taken
        rows = tuple(row for name, row in wrong.items() if name in members)
        if len(rows) > 1:
            found.append(Cause(group["cause"], rows))
            taken.update(row["id"] for row in rows)
    found += [Cause("", (row,)) for name, row in wrong.items() if name not in taken]
    return tuple(sorted(found, key=lambda cause: (_rank(cause.rows[0]), -len(cause.rows))))


def _rank(row: Mapping[str, Any]) -> tuple[int, int]:
    return -Verdict[row["verdict"]], _STRENGTHS.index(row["strength"])
