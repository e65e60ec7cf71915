"""Checks of output files as a whole: whether a job has any, the manifest, the number of rows, and the columns.

A file that cannot be read at all is a failure of its rows and of nothing else; every other check then has no evidence.
Checks of what stands in the rows are in `output_values` and `output_lines`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from conformance.findings import Finding, failed, inconclusive, not_run, passed
from conformance.history import Exchange
from conformance.judging import output_lines, output_passed, output_values
from conformance.judging.comparing import short
from conformance.judging.evidence import undecided
from conformance.judging.output_files import Problem, Table, read_json, read_json_lines
from conformance.judging.output_jobs import (
    Job,
    Result,
    expand,
    folder,
    inputs,
    jobs,
    no_result,
    output_of,
    result_uri,
    results,
    source_table,
)
from conformance.judging.output_layout import layout
from conformance.judging.refusals import describe
from conformance.judging.view import Observation, View
from specs.contract import Output, Requirement
from specs.pointers import get


def output_made(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A job over right rows is accepted, takes its input and succeeds, whatever documented options it has.

    While no such job succeeds, the target may have no place to read from or to write to, and a model that nobody has
    seen there may be none of its own; neither is anybody's fault.
    """
    resource, output = output_of(view, requirement)
    life = view.contract.lifecycles[resource]
    succeeded = {job.created.index: job for job in jobs(view, resource, output)}
    groups = _wanted(view, requirement)
    right = next((succeeded[row.index] for rows in groups for row in rows if row.index in succeeded), None)
    for rows in groups:
        refused = next((row for row in rows if _is_refused(view, row)), None)
        last = _last_seen(view, resource, rows)
        if right is None:
            yield inconclusive(requirement, rows[0].index, got="no such job was seen to succeed")
        elif not _is_model_there(view, output, rows[0], right):
            yield inconclusive(requirement, rows[0].index, got="the model that it names was not seen on the target")
        elif refused is not None:
            witness = sorted({right.created.index, rows[0].index, refused.index})
            yield failed(requirement, *witness, expected="accepted", got=describe(view, refused))
        elif any(row.index in succeeded for row in rows):
            yield passed(requirement, rows[0].index)
        elif last is not None and life.final.get(last.state or "") == "failure":
            witness = sorted({right.created.index, rows[0].index, last.exchange})
            yield failed(requirement, *witness, expected=str(right.final.state), got=str(last.state))
        else:
            yield inconclusive(requirement, rows[0].index, got="the job was not seen to end")
    if not groups:
        yield not_run(requirement, "no job was created")


def _is_model_there(view: View, output: Output, created: Exchange, right: Job) -> bool:
    """Whether the model that a job is about was read or listed, or served the job that succeeded."""
    by, resource = str(output.parameters.get("by", "")), str(output.parameters.get("resource", ""))
    asked = get(created.call.body if created.call else None, by)
    return asked == get(right.request, by) or (resource, asked) in view.observations


def _wanted(view: View, requirement: Requirement) -> list[list[Exchange]]:
    """The calls that have to be accepted, job by job."""
    found = (
        [row for row in rows if row.case and row.case.expect == ("accepted",) and requirement.id in row.case.serves]
        for rows in view.by_group.values()
    )
    return [rows for rows in found if rows]


def _is_refused(view: View, item: Exchange) -> bool:
    """Whether a call was turned down for what it says, and not for the time or the right to say it."""
    answer = item.answer
    if answer is None or item.accepted:
        return False
    return not undecided(view, item, answer, view.classify(answer))


def _last_seen(view: View, resource: str, rows: list[Exchange]) -> Observation | None:
    """What was last read of the job that one of these calls created."""
    created = {row.index for row in rows}
    names = [name for name, row in view.creations.items() if row.index in created and name[0] == resource]
    return next((row for name in names for row in reversed(view.observations.get(name, ()))), None)


def output_manifest(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The manifest maps each input file to its result file, and that file exists."""
    resource, output = output_of(view, requirement)
    seen = False
    for job in jobs(view, resource, output):
        sources = [file.uri for file in inputs(job, output)]
        if not sources:
            continue
        seen = True
        uri = folder(job, output) + expand(str(output.parameters["manifest"]), job.request)
        file = next((file for file in job.files if file.uri == uri), None)
        content = read_json(file.data) if file and not file.problem else Problem(f"there is no readable file {uri}")
        wanted = {source: result_uri(job, output, source) for source in sources}
        if isinstance(content, Problem) or content != wanted:
            got = content.reason if isinstance(content, Problem) else short(content)
            yield failed(requirement, *job.witness, expected=f"{uri} with {short(wanted)}", got=got)
        else:
            yield passed(requirement, *job.witness)
    if not seen:
        yield no_result(view, requirement)


def output_rows(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A result can be read and has one row for each row of its input (or for each that the job says it scored)."""
    resource, output = output_of(view, requirement)
    seen = False
    for result in results(view, resource, output):
        seen = True
        if isinstance(result.content, Problem):
            got = result.content.reason
            yield failed(requirement, *result.witness, expected=f"{result.name}: a readable file", got=got)
        elif result.source is None:
            yield inconclusive(requirement, *result.witness, got="the input of this job is not known to the run")
        elif isinstance(result.content, Table):
            yield _table_rows(view, requirement, output, result, result.content)
        else:
            lines = read_json_lines(result.source)
            if isinstance(lines, Problem):
                yield inconclusive(requirement, *result.witness, got=f"the input: {lines.reason}")
            else:
                yield _counted(requirement, result, len(lines), len(lines), len(result.content))
    if not seen:
        yield no_result(view, requirement)


def _table_rows(view: View, requirement: Requirement, output: Output, result: Result, table: Table) -> Finding:
    source = source_table(view, output, result)
    if isinstance(source, Problem):
        return inconclusive(requirement, *result.witness, got=f"the input: {source.reason}")
    blank = bool(output.parameters.get("blank_when_unscored"))
    ragged = [row for row in table.rows if len(row) != len(table.header) and (row or not blank)]
    if ragged:
        expected = f"{len(table.header)} cells in each row"
        return failed(requirement, *result.witness, expected=expected, got=f"a row with {len(ragged[0])} cells")
    unscored = _unscored(output, result.job)
    if unscored is None:
        return inconclusive(requirement, *result.witness, got="the job's row counters are no numbers")
    key = str(output.parameters.get("key", ""))
    if table.column(key) is not None and source.column(key) is not None:
        repeated = [name for name, often in Counter(_column(table, key)).items() if often > 1]
        if repeated and len(set(_column(source, key))) == len(source.rows):
            return failed(requirement, *result.witness, expected="each row once", got=f"{key} {repeated[0]} again")
    return _counted(requirement, result, len(source.rows) - unscored, len(source.rows), len(table.rows))


def _counted(requirement: Requirement, result: Result, least: int, most: int, count: int) -> Finding:
    if least <= count <= most:
        return passed(requirement, *result.witness)
    expected = f"{most} rows" if least == most else f"{least} to {most} rows"
    return failed(requirement, *result.witness, expected=expected, got=f"{count} rows in {result.name}")


def _unscored(output: Output, job: Job) -> int | None:
    """Rows that a served result may leave out, by the job's own counters (`unscored_rows`: pointers)."""
    total = 0
    for pointer in output.parameters.get("unscored_rows", ()):
        value = get(job.last.document, pointer)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            return None
        total += value
    return total


def output_columns(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A result has the columns of its model's kind, without those that the request's options take away."""
    resource, output = output_of(view, requirement)
    seen = False
    for result in results(view, resource, output):
        seen = True
        table = result.content
        if not isinstance(table, Table):
            yield inconclusive(requirement, *result.witness, got=f"{result.name} cannot be read as a table")
            continue
        plan = layout(output, result.job, table.header)
        if plan is None:
            yield inconclusive(requirement, *result.witness, got="the layout of this job's result is not known")
            continue
        wanted = [column.name for column in plan.columns]
        lacking = [name for name in wanted if table.header.count(name) != 1]
        foreign = [name for name in table.header if name in plan.dropped]
        if plan.closed:
            foreign = [name for name in table.header if name not in wanted and name not in plan.optional]
        if lacking or foreign:
            expected = f"each of {', '.join(wanted)} once" + (f", without {', '.join(foreign)}" if foreign else "")
            yield failed(requirement, *result.witness, expected=expected, got=short(table.header))
        else:
            yield passed(requirement, *result.witness)
    if not seen:
        yield no_result(view, requirement)


def _column(table: Table, name: str) -> list[str]:
    position = table.column(name)
    return [row[position] for row in table.rows if position is not None and position < len(row)]


CHECKS = {
    **output_values.CHECKS,
    **output_passed.CHECKS,
    **output_lines.CHECKS,
    "output_made": output_made,
    "output_manifest": output_manifest,
    "output_rows": output_rows,
    "output_columns": output_columns,
}
