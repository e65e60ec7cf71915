"""Valid calls that an import has made up: what a refusal of them proves, and what their owner has to decide.

A description says what a call looks like and never which model a target has. So a sample that still carries the mark of
its import is a guess, and so is a fixture whose value nobody has named. A target that refuses a guess is not to blame:
the requirement stays open, and one sentence says what to write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.history import Exchange
from conformance.judging.view import View
from specs.contract import Sample

PLACEHOLDERS = frozenset(("$fixture", "$identity", "$fresh", "$table"))
FIXTURES_SHOWN = 4


def guess(view: View, operation: str) -> str:
    """What to decide about the valid call of an operation; empty when none of it is a guess, or when the target has
    accepted it."""
    sample = view.contract.samples.get(operation)
    if sample is None or view.control_passed(operation):
        return ""
    names = _fixtures(view, sample)
    if names:
        named = ", ".join(f"{name}: ..." for name in names[:FIXTURES_SHOWN])
        also = f" (and the sample of {operation} in vendor.yaml)" if _is_made_up(sample) else ""
        return (
            f"the import made up fixtures: name what the target has in the profile{also}, as in fixtures: {{{named}}}"
        )
    if _is_made_up(sample):
        return (
            f"the import made up this call: put the sample of {operation} in vendor.yaml right, and take its mark away"
        )
    return ""


def guesses(view: View) -> tuple[str, ...]:
    """One sentence for each operation of which only guesses were sent and refused."""
    return tuple(text for operation in view.by_operation for text in _refused(view, operation))


def _refused(view: View, operation: str) -> Iterator[str]:
    rows = (row for row in view.by_operation[operation] if is_refused_control(row))
    first = next(rows, None)
    text = guess(view, operation) if first is not None and first.answer is not None else ""
    if text and first is not None and first.answer is not None:
        yield f"{operation} is not judged (got {first.answer.status}): {text}"


def is_refused_control(row: Exchange) -> bool:
    """Whether a valid call with the right credentials was refused as one that is not right (401 and 403 speak of
    credentials, 429 of haste)."""
    if row.case is None or row.case.expect != ("accepted",) or row.credentials != "right" or row.answer is None:
        return False
    return 400 <= row.answer.status < 500 and row.answer.status not in (401, 403, 429)


def _is_made_up(sample: Sample) -> bool:
    """Whether a sample that nobody has decided holds values of its own, and not only names of what is there."""
    return sample.assumed and any(map(_has_value, (sample.path, sample.query, sample.headers, sample.body)))


def _has_value(part: Any) -> bool:
    if isinstance(part, Mapping):
        return not PLACEHOLDERS & set(part) and any(map(_has_value, part.values()))
    return part is not None


def _fixtures(view: View, sample: Sample) -> list[str]:
    """The fixtures of a sample that have the value that an import made up."""
    rows = view.contract.fixtures
    used = (name for part in (sample.path, sample.query, sample.headers, sample.body) for name in _named(part))
    return [
        name
        for name in dict.fromkeys(used)
        if name in rows and rows[name].assumed and view.fixtures.get(name, rows[name].value) == rows[name].value
    ]


def _named(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from (str(member),) if key in ("$fixture", "$table") else _named(member)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)
