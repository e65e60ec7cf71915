"""What changed between reports: new failures, mended ones, and those that come and go.

Reports are compared by requirement, whatever their dates, targets and contract versions; ids are stable, so a
requirement that only one of them has was added to the contract, or taken out of it. Several earlier reports are several
opinions about the same server: where they disagree a requirement is flaky, and its failure is no news.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = ("new", "flaky", "changed", "unjudged", "fixed", "gone", "added")
"""In the order of their weight."""
ABSENT = "absent"
_HELD, _MISSED = ("passed", "warned"), ("failed", "waived")
JUDGED = (*_HELD, *_MISSED)


@dataclass(frozen=True)
class Difference:
    """One requirement that is not as it was. `before` has its status in each earlier report: a verdict, `waived`, or
    `absent`."""

    kind: str
    requirement: str
    before: tuple[str, ...]
    after: str
    text: str


@dataclass(frozen=True)
class Comparison:
    """Earlier reports and a new one. Raises nothing: the reports fit their schema and are of one vendor."""

    before: tuple[Mapping[str, Any], ...]
    after: Mapping[str, Any]
    differences: tuple[Difference, ...]

    @property
    def exit_status(self) -> int:
        """1 when something newly fails; 3 when the new report could judge nothing; else 0."""
        if any(row.kind == "new" for row in self.differences):
            return 1
        return 3 if self.after["exit_status"] == 3 else 0


def compared(before: Sequence[Mapping[str, Any]], after: Mapping[str, Any]) -> Comparison:
    """The comparison of one or more earlier reports with a new one."""
    earlier, now = [_by_id(report) for report in before], _by_id(after)
    ids = dict.fromkeys([*now, *(key for rows in earlier for key in rows)])
    found = (
        difference for key in ids for difference in _differences(key, [rows.get(key) for rows in earlier], now.get(key))
    )
    ordered = sorted(found, key=lambda row: KINDS.index(row.kind))
    return Comparison(tuple(before), after, tuple(ordered))


def _by_id(report: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    waived = {row["requirement"] for row in report["waived"]}
    return {
        row["id"]: {**row, "status": "waived" if row["id"] in waived else row["verdict"]}
        for row in report["requirements"]
    }


Row = Mapping[str, Any]


def _differences(key: str, earlier: Sequence[Row | None], now: Row | None) -> Iterator[Difference]:
    before = tuple(row["status"] if row else ABSENT for row in earlier)
    after = now["status"] if now else ABSENT
    kind, text = _kind(earlier, now, before, after)
    if kind:
        yield Difference(kind, key, before, after, text)
    if now and set(before) == {ABSENT} and kind != "added":
        yield Difference("added", key, before, after, now["sentence"])


def _kind(earlier: Sequence[Row | None], now: Row | None, before: tuple[str, ...], after: str) -> tuple[str, str]:
    """Kind and text of a difference; two empty texts when there is none."""
    if now is None:
        last = next(row for row in reversed(earlier) if row)
        return ("gone", last["sentence"]) if earlier[-1] else ("", "")
    missed, held = any(status in _MISSED for status in before), any(status in _HELD for status in before)
    if missed and held:
        return "flaky", f"{', '.join(before)}; now {after}"
    if after == "failed" and "failed" not in before:
        return "new", f"expected {now['expected'] or now['sentence']}; got {now['got']}"
    # What an earlier report could not judge says nothing: the last one that did is meant.
    judged = [row for row in earlier if row and row["status"] in JUDGED]
    if not judged:
        return ("added", now["sentence"]) if set(before) == {ABSENT} else ("", "")
    last = judged[-1]
    if after not in JUDGED:
        return ("unjudged", f"{last['status']}; now {after}: {now['got']}") if last is earlier[-1] else ("", "")
    if last["status"] in _MISSED and after in _HELD:
        return "fixed", f"{last['status']}; now {after}"
    return _change(last, now)


def _change(last: Row, now: Row) -> tuple[str, str]:
    for name in ("status", "signature", "variant"):
        if last[name] != now[name]:
            return "changed", f"{name} {last[name] or 'none'}; now {now[name] or 'none'}"
    return "", ""


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain JSON (`specs/meta/comparison.json`)."""
    return {
        "comparison": 1,
        "vendor": comparison.after["vendor"],
        "exit_status": comparison.exit_status,
        "before": [_run(report) for report in comparison.before],
        "after": _run(comparison.after),
        "differences": [
            {
                "kind": row.kind,
                "requirement": row.requirement,
                "before": list(row.before),
                "after": row.after,
                "text": row.text,
            }
            for row in comparison.differences
        ],
    }


def _run(report: Mapping[str, Any]) -> dict[str, Any]:
    return {"target": report["target"], "started": report["started"], "versions": report["versions"]}
