"""Checks of the values in a tabular result: passthrough columns, probabilities, labels, and the order of the rows.

A result has one finding for each requirement; the first row that breaks it is shown. Rows are matched by the key column
of the contract, never by position, unless the order is what is judged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.judging.comparing import is_number, short
from conformance.judging.output_files import Problem, Table
from conformance.judging.output_jobs import Result, no_result, output_of, results, source_table
from conformance.judging.output_layout import Column, Layout, layout
from conformance.judging.score_checks import EDGE, numbers, shown_threshold
from conformance.judging.view import View
from conformance.plans.samples import read_place
from specs.contract import Output, Requirement, Scorer
from specs.pointers import MISSING, get

SCORE_RELATIVE = 1e-4
"""Between a printed score and the one of a single call: texts have few digits, single calls single precision."""
SCORES = ("score", "positive_score", "negative_score")

Row = Mapping[str, str]
Complaint = tuple[str, str]
"""What was expected, and what was got."""
RowRule = Callable[[Row, Layout, float | None], Complaint | None]
Scores = tuple[float, ...]


@dataclass(frozen=True)
class Beside:
    """A job's rows beside single calls: the scores of each row of its result, and the places of those rows of its input
    that single calls scored, with these scores."""

    result: Result
    rows: list[Scores]
    singles: list[tuple[int, Scores]]

    def shown_at(self, place: int) -> str:
        """The scores of the result's row at a place, for people."""
        return short(self.rows[place]) if place < len(self.rows) else "nothing"

    def has(self, single: Scores) -> bool:
        """Whether any row of the result has these scores."""
        return any(_close(row, single) for row in self.rows)


Compare = Callable[[Requirement, Beside], Finding]


def output_probabilities(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Class probabilities are numbers in [0, 1], and those of all classes of a row add up to one."""
    return _each_row(view, requirement, lambda plan: bool(plan.named(*SCORES)), (_probabilities,))


def output_label(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The label is the positive class from the threshold on, or the most probable of several classes."""
    return _each_row(view, requirement, _shows_label_and_scores, (_label,))


def output_scores(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Scores are numbers, probabilities where the model has classes, and the label follows them."""
    return _each_row(view, requirement, lambda plan: bool(plan.named(*SCORES)), (_probabilities, _label))


def _each_row(
    view: View, requirement: Requirement, applies: Callable[[Layout], bool], rules: Sequence[RowRule]
) -> Iterator[Finding]:
    resource, output = output_of(view, requirement)
    seen = False
    for result in results(view, resource, output):
        table = result.content
        plan = layout(output, result.job, table.header) if isinstance(table, Table) else None
        if not isinstance(table, Table) or plan is None or not applies(plan):
            continue
        threshold = _threshold(view, output, result)
        scored = _scored(output, table)
        if any(column.name not in table.header for column in plan.columns) or not scored:
            yield inconclusive(requirement, *result.witness, got=f"{result.name} lacks columns or scored rows")
            continue
        seen = True
        found = next((wrong for row in scored for rule in rules if (wrong := rule(row, plan, threshold))), None)
        if found:
            yield failed(requirement, *result.witness, expected=found[0], got=found[1])
        else:
            yield passed(requirement, *result.witness)
    if not seen:
        yield no_result(view, requirement)


def _scored(output: Output, table: Table) -> list[Row]:
    """The rows that carry a prediction: whole, and with a good status where there is one."""
    rules = output.parameters
    status, right = str(rules.get("status_column", "")), rules.get("status_ok")
    return [row for row in table.records() if row is not None and row.get(status, right) == right]


def _threshold(view: View, output: Output, result: Result) -> float | None:
    job, model = result.job, result.job.model
    default = output.parameters.get("threshold", 0.5)
    if model is None:
        return float(default)
    span = (job.created.sent_at, job.final.received_at)
    return shown_threshold(view, str(output.parameters["resource"]), model.identity, span, float(default))


def _probabilities(row: Row, plan: Layout, _threshold: float | None) -> Complaint | None:
    columns = plan.named(*SCORES)
    values = [_number(row[column.name]) for column in columns]
    for column, value in zip(columns, values, strict=True):
        if value is None or not 0.0 <= value <= 1.0:
            return f"{column.name} from 0 to 1", short(row[column.name])
    total = math.fsum(value for value in values if value is not None)
    if len(columns) > 1 and not _partial(plan, columns) and abs(total - 1.0) > plan.sum_tolerance:
        return "class probabilities that add up to 1", f"{total!r} from {short([row[item.name] for item in columns])}"
    return None


def _label(row: Row, plan: Layout, threshold: float | None) -> Complaint | None:
    if not plan.named("label"):
        return None
    label = row[plan.named("label")[0].name]
    if plan.named("positive_score"):
        return _binary_label(row, plan, label, threshold)
    columns = plan.named("score")
    scores = {column.label: _number(row[column.name]) for column in columns}
    numeric = [value for value in scores.values() if value is not None]
    if _partial(plan, columns) or len(numeric) != len(scores) or not numeric:
        return None
    best = [name for name, value in scores.items() if value is not None and value >= max(numeric) - 1e-9]
    return None if label in best else (f"label {' or '.join(best)}", short(label))


def _binary_label(row: Row, plan: Layout, label: str, threshold: float | None) -> Complaint | None:
    column = plan.named("positive_score")[0]
    score = _number(row[column.name])
    shown = [_number(row[item.name]) for item in plan.named("threshold")]
    limit = threshold if not shown or shown[0] is None else shown[0]
    named = [row[item.name] for item in plan.named("positive")]
    positive = named[0] if named else column.label
    if score is None or limit is None or not positive or abs(score - limit) <= EDGE:
        return None
    right = (label == positive) == (score >= limit)
    side = "" if score >= limit else "not "
    return None if right else (f"label {side}{positive} for score {score:g}, threshold {limit:g}", f"label {label}")


def _shows_label_and_scores(plan: Layout) -> bool:
    return bool(plan.named("label") and plan.named("positive_score", "score"))


def _partial(plan: Layout, columns: Sequence[Column]) -> bool:
    """Whether the request's options left out some of the class columns."""
    return bool(plan.dropped) or len(columns) < 2


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def output_order(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The rows stand in the order of the input: each has the scores of a single call with the record at its place."""
    yield from _beside_singles(view, requirement, _order)


def output_equals_single(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A row has the scores that a single call with the same record and model got, wherever it stands."""
    yield from _beside_singles(view, requirement, _equal)


def _beside_singles(view: View, requirement: Requirement, judge: Compare) -> Iterator[Finding]:
    resource, output = output_of(view, requirement)
    seen = False
    for result in results(view, resource, output):
        table, source = result.content, source_table(view, output, result)
        plan = layout(output, result.job, table.header) if isinstance(table, Table) else None
        if not isinstance(table, Table) or isinstance(source, Problem) or plan is None:
            continue
        seen = True
        columns = plan.named("value", *SCORES)
        scores = [_vector(row, columns) for row in table.records()]
        singles = _singles(view, output, result, columns)
        rows = [dict(zip(source.header, row, strict=False)) for row in source.rows]
        pairs = [(place, single) for place, row in enumerate(rows) if (single := _known(row, singles)) is not None]
        yield judge(requirement, Beside(result, scores, pairs))
    if not seen:
        yield no_result(view, requirement)


def _order(requirement: Requirement, beside: Beside) -> Finding:
    witness, singles = beside.result.witness, beside.singles
    if len({single for _, single in singles}) < 2:
        return inconclusive(requirement, *witness, got="fewer than two rows of the input were scored by single calls")
    wrong = [(at, one) for at, one in singles if at >= len(beside.rows) or not _close(beside.rows[at], one)]
    if not wrong:
        return passed(requirement, *witness)
    if all(beside.has(single) for _, single in singles):
        place, single = wrong[0]
        expected = f"{short(single)} in data row {place + 1}"
        return failed(requirement, *witness, expected=expected, got=beside.shown_at(place))
    return inconclusive(requirement, *witness, got="the scores are not those of single calls, in any order")


def _equal(requirement: Requirement, beside: Beside) -> Finding:
    witness = beside.result.witness
    if not beside.singles:
        return inconclusive(requirement, *witness, got="no row of the input was scored by a single call")
    lacking = next(((place, single) for place, single in beside.singles if not beside.has(single)), None)
    if lacking is None:
        return passed(requirement, *witness)
    expected = f"{short(lacking[1])} as in a single call"
    return failed(requirement, *witness, expected=expected, got=beside.shown_at(lacking[0]))


def _singles(
    view: View, output: Output, result: Result, columns: Sequence[Column]
) -> list[tuple[Mapping[str, Any], Scores]]:
    """The records that single calls scored with the job's model, and their scores in the order of the columns."""
    found: list[tuple[Mapping[str, Any], Scores]] = []
    model, resource = result.job.model, output.parameters.get("resource")
    scorers = [
        row for row in view.contract.scorers.values() if row.resource == resource and row.record and not row.items
    ]
    for scorer, exchange in ((row, item) for row in scorers for item in view.by_operation.get(row.operation, ())):
        call, answer = exchange.call, exchange.answer
        if not exchange.accepted or model is None or call is None or read_place(call, scorer.model) != model.identity:
            continue
        record = get(call.body, scorer.record)
        vector = _shown(scorer, model.kind, answer.body if answer else None, columns)
        if isinstance(record, Mapping) and vector:
            found.append((record, vector))
    return found


def _shown(scorer: Scorer, kind: str, body: Any, columns: Sequence[Column]) -> Scores:
    for shows, pointer in _pointers(scorer.results.get(kind), ""):
        value = get(body, pointer)
        if shows == "scores" and isinstance(value, Mapping):
            scores = [value.get(column.label, MISSING) for column in columns]
            return tuple(float(score) for score in scores) if all(is_number(score) for score in scores) else ()
        if shows in ("value", "label_score"):
            return tuple(numbers(value)) if len(columns) == 1 else ()
    return ()


def _pointers(template: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(template, Mapping):
        if "$score" in template:
            yield str(template["$score"]), pointer
        else:
            for name, member in template.items():
                yield from _pointers(member, f"{pointer}/{name}")


def _known(row: Row, singles: list[tuple[Mapping[str, Any], Scores]]) -> Scores | None:
    """The scores of the single call whose record is this row; a record may lack the target, and nothing else."""
    for record, vector in singles:
        if len(record) >= len(row) - 1 and all(row.get(name) == value for name, value in record.items()):
            return vector
    return None


def _vector(row: Row | None, columns: Sequence[Column]) -> Scores:
    values = [_number(row.get(column.name, "")) for column in columns] if row is not None else []
    return tuple(value for value in values if value is not None) if None not in values else ()


def _close(one: Scores, other: Scores) -> bool:
    return len(one) == len(other) and all(
        math.isclose(a, b, rel_tol=SCORE_RELATIVE, abs_tol=1e-9) for a, b in zip(one, other, strict=True)
    )


CHECKS = {
    "output_probabilities": output_probabilities,
    "output_label": output_label,
    "output_scores": output_scores,
    "output_order": output_order,
    "output_equals_single": output_equals_single,
}
