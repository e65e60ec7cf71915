"""Several reports as one table: a row for each requirement, a column for each report.

Targets, versions and days are compared here, and vendors too: a requirement's id without the vendor's name is its row,
so laws that several vendors share stand on one line. A table says what differs, and no reason; the reports do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.reports.markdown import code, escaped

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """One report: what it is about, and the status of each level."""

    vendor: str
    target: str
    started: str
    versions: tuple[str, ...]
    exit_status: int
    share_judged: float
    levels: Mapping[str, str]
    verdicts: Mapping[str, int]


@dataclass(frozen=True)
class Line:
    """One requirement: its id without the vendor, and for each column its verdict there, or None where it is not."""

    id: str
    sentence: str
    strength: str
    level: str
    verdicts: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the reports disagree: of those that have the requirement, not all got the same verdict."""
        return len({verdict for verdict in self.verdicts if verdict}) > 1


@dataclass(frozen=True)
class Matrix:
    """The table. Lines stand in the order of the first report that has them."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def matrix(reports: Sequence[Data]) -> Matrix:
    """The table of some reports of layout 2, in their order."""
    found: dict[str, list[Data | None]] = {}
    for place, report in enumerate(reports):
        for row in report["requirements"]:
            name = shared_name(row["id"], report["vendor"])
            found.setdefault(name, [None] * len(reports))[place] = row
    return Matrix(
        tuple(_column(report) for report in reports), tuple(_line(name, rows) for name, rows in found.items())
    )


def shared_name(identity: str, vendor: str) -> str:
    """A requirement's id without its vendor's name, where it begins with it."""
    return identity.removeprefix(f"{vendor}.")


def _column(report: Data) -> Column:
    return Column(
        report["vendor"],
        report["target"],
        report["started"],
        tuple(report["versions"]),
        report["exit_status"],
        report["share_judged"],
        {level["name"]: level["status"] for level in report["levels"]},
        report["verdicts"],
    )


def _line(name: str, rows: Sequence[Data | None]) -> Line:
    first = next(row for row in rows if row is not None)
    verdicts = tuple(row["verdict"] if row is not None else None for row in rows)
    return Line(name, first["sentence"], first["strength"], first["level"], verdicts)


def matrix_json(table: Matrix) -> str:
    """The table as JSON: columns, and for each requirement the verdicts in their order (null where it is not)."""
    columns = [
        {
            "vendor": column.vendor,
            "target": column.target,
            "started": column.started,
            "versions": list(column.versions),
            "exit_status": column.exit_status,
            "share_judged": column.share_judged,
            "levels": dict(column.levels),
        }
        for column in table.columns
    ]
    rows = [
        {"id": line.id, "strength": line.strength, "level": line.level, "verdicts": list(line.verdicts)}
        for line in table.lines
    ]
    return json.dumps({"matrix": 1, "columns": columns, "requirements": rows}, indent=1) + "\n"


def matrix_markdown(table: Matrix, levels: Sequence[str]) -> str:
    """The levels of each report, and the requirements on which the reports differ, as Markdown tables."""
    heads = [f"{escaped(column.vendor)} at {escaped(column.target)}, {column.started[:10]}" for column in table.columns]
    lines = [*_header("level", heads)]
    for name in levels:
        lines.append(_row(name, [column.levels.get(name, "not_judged").replace("_", " ") for column in table.columns]))
    differing = [line for line in table.lines if line.differs]
    lines += [
        "",
        f"Verdicts differ in {len(differing)} of {len(table.lines)} requirements.",
        "",
    ]
    if differing:
        lines += _header("requirement", heads)
        lines += [
            _row(code(line.id), [(verdict or "").replace("_", " ") for verdict in line.verdicts]) for line in differing
        ]
    return "\n".join(lines).rstrip() + "\n"


def _header(first: str, heads: Sequence[str]) -> Iterator[str]:
    yield _row(first, heads)
    yield _row("---", ["---"] * len(heads))


def _row(first: str, cells: Sequence[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"
