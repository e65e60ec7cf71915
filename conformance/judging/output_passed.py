"""Checks of rows beside other rows: what is passed through from the input, and what other jobs said of the same row.

Rows are found again by the key column, under the name that the request gave it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.judging.comparing import canonical, short
from conformance.judging.output_files import Problem, Table
from conformance.judging.output_jobs import Result, no_result, option, output_of, results, source_table
from conformance.judging.output_layout import Layout, layout, renamed
from conformance.judging.view import View
from specs.contract import Output, Requirement

SHOWS = ("value", "label", "score", "positive_score", "negative_score")
"""What a prediction column shows that depends on the row."""
RELATIVE = 1e-6

Cell = tuple[str, str]
"""What a column shows, and the class that it is about."""


def output_passthrough(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The columns that the request passes through have, row by row, the texts of the input."""
    resource, output = output_of(view, requirement)
    seen = False
    for result in results(view, resource, output):
        source, table = source_table(view, output, result), result.content
        if isinstance(source, Problem) or not isinstance(table, Table):
            continue
        wanted = option(output, result.job.request, "passthrough")
        whole = option(output, result.job.request, "passthrough_set") == "all"
        names = list(source.header) if whole else [name for name in wanted or () if name in source.header]
        if not names:
            continue
        seen = True
        new = renamed(output, result.job.request)
        source = _under_new_names(source, new)
        names = [new.get(name, name) for name in names if new.get(name, name)]
        key = str(output.parameters.get("key", ""))
        lacking = [name for name in names if name not in table.header]
        wrong = None if lacking else _passthrough_problem(source, table, names, new.get(key, key))
        if lacking:
            yield failed(requirement, *result.witness, expected=f"columns {', '.join(names)}", got=short(table.header))
        elif wrong:
            yield failed(requirement, *result.witness, expected=wrong[0], got=wrong[1])
        elif table.rows:
            yield passed(requirement, *result.witness)
    if not seen:
        yield no_result(view, requirement)


def _under_new_names(table: Table, new: Mapping[str, str]) -> Table:
    """A table with the columns' new names; a column that is left out keeps its place."""
    return Table(tuple(new.get(name, name) or name for name in table.header), table.rows)


def _passthrough_problem(source: Table, table: Table, names: list[str], key: str) -> tuple[str, str] | None:
    given, got = ([row for row in part.records() if row is not None] for part in (source, table))
    if key not in names or len({row[key] for row in given}) != len(given):
        surplus = [
            (name, value)
            for name in names
            for value in Counter(row[name] for row in got) - Counter(row[name] for row in given)
        ]
        return (f"only values of the input in {surplus[0][0]}", short(surplus[0][1])) if surplus else None
    by_key = {row[key]: row for row in given}
    for row in got:
        before = by_key.get(row[key])
        if before is None:
            return f"{key} of an input row", short(row[key])
        for name in names:
            if row[name] != before[name]:
                return f"{name} {short(before[name])} in the row {row[key]}", short(row[name])
    return None


def output_agrees(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A row has the same prediction in every result of one model, whatever rows stand around it."""
    resource, output = output_of(view, requirement)
    seen: dict[str, tuple[Mapping[Cell, str], Result]] = {}
    for result in results(view, resource, output):
        table, source = result.content, source_table(view, output, result)
        plan = layout(output, result.job, table.header) if isinstance(table, Table) else None
        if not isinstance(table, Table) or isinstance(source, Problem) or plan is None or result.job.model is None:
            continue
        for row, record in _rows(output, result, table, source):
            cells = _cells(plan, row)
            before, first = seen.setdefault(canonical([result.job.model.identity, record]), (cells, result))
            if first is result or not before.keys() & cells.keys():
                continue
            witness = sorted({*first.witness, *result.witness})
            wrong = next((key for key in before if key in cells and not _alike(before[key], cells[key])), None)
            if wrong is None:
                yield passed(requirement, *witness)
            else:
                expected = f"{' '.join(wrong).strip()} {before[wrong]} for {short(record)}"
                yield failed(requirement, *witness, expected=expected, got=cells[wrong])
    if not seen:
        yield inconclusive(requirement, got="no result shows whose row is whose")


def _rows(
    output: Output, result: Result, table: Table, source: Table
) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """The rows of a result, each with the row of the input that has its key."""
    key = str(output.parameters.get("key", ""))
    name = renamed(output, result.job.request).get(key, key)
    given = {row[key]: row for row in source.records() if row is not None and key in row}
    for row in table.records():
        if row is not None and row.get(name) in given:
            yield row, given[row[name]]


def _cells(plan: Layout, row: Mapping[str, str]) -> Mapping[Cell, str]:
    return {(one.shows, one.label): row[one.name] for one in plan.named(*SHOWS) if one.name in row}


def _alike(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=RELATIVE, abs_tol=1e-9)
    except ValueError:
        return one == other


CHECKS = {
    "output_passthrough": output_passthrough,
    "output_agrees": output_agrees,
}
