"""What somebody has to know before reading the verdicts of a report: what is wrong with the run itself.

A profile that does not fit explains failures by the dozen, jobs that go on keep verdicts open, and what a run left on a
target costs its owner money. The page and the summary say so first, in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SUSPECTS_MAX = 5


def remarks(document: Mapping[str, Any]) -> Iterator[str]:
    """One sentence each, of a report that keeps `specs/meta/report.json`; texts of the target are not escaped."""
    for text in document["suspects"][:SUSPECTS_MAX]:
        yield f"Likely cause of failures: {text}"
    if document["unfinished"]:
        reason = next(iter(document["unfinished"].values()))
        yield f"Not finished: {len(document['unfinished'])} requirements wait, the first because {reason}"
    left = len(document["clean_up"]["leftovers"]) if document["clean_up"] else 0
    if left:
        yield f"Left on the target: {left} of what the run made; `conformance reap` tries again to remove it"
