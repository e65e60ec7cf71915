"""Checks of results in JSON Lines: each line carries the input line that it answers, and ranks items by score.

The order of the lines means nothing, so they are joined by what they carry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.judging.comparing import canonical, is_number, present, short
from conformance.judging.output_files import Problem, read_json_lines
from conformance.judging.output_jobs import Result, no_result, output_of, results
from conformance.judging.view import View
from conformance.plans.samples import read_place
from specs.contract import Place, Requirement
from specs.pointers import MISSING, get


def json_lines_joined(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every output line carries a line of the input, none too often, with an output or an error."""
    _, output = output_of(view, requirement)
    rules, seen = output.parameters, False
    for result, lines in _lines(view, requirement):
        seen = True
        source = read_json_lines(result.source or b"")
        if isinstance(source, Problem) or not source or not lines:
            yield inconclusive(requirement, *result.witness, got="the input or the output has no line that can be read")
            continue
        carried = Counter(canonical(get(line, rules["joined_by"])) for line in lines)
        surplus = carried - Counter(canonical(line) for line in source)
        empty = [line for line in lines if _items(line, rules) is MISSING and not present(line, rules["error"])]
        if surplus:
            expected = f"at {rules['joined_by']} a line of the input, each once"
            yield failed(requirement, *result.witness, expected=expected, got=next(iter(surplus))[:120])
        elif empty:
            expected = f"{rules['items']} or {rules['error']} in each line"
            yield failed(requirement, *result.witness, expected=expected, got=short(empty[0]))
        else:
            yield passed(requirement, *result.witness)
    if not seen:
        yield no_result(view, requirement)


def top_k(view: View, requirement: Requirement) -> Iterator[Finding]:
    """A line has at most as many items as asked for, none of them twice, and as many scores in [0, 1] that never
    increase, where the layout has scores."""
    _, output = output_of(view, requirement)
    rules, seen = output.parameters, False
    for result, lines in _lines(view, requirement):
        ranked = [line for line in lines if not present(line, rules["error"])]
        if not ranked:
            continue
        seen = True
        limit = _limit(result, requirement)
        found = next((wrong for line in ranked if (wrong := _ranking_problem(line, rules, limit))), None)
        if found:
            yield failed(requirement, *result.witness, expected=found[0], got=found[1])
        else:
            yield passed(requirement, *result.witness)
    if not seen:
        yield no_result(view, requirement)


def _ranking_problem(line: Any, rules: Mapping[str, Any], limit: int) -> tuple[str, str] | None:
    items = _items(line, rules)
    if not isinstance(items, list) or len(items) > limit:
        return f"at most {limit} items", f"{len(items)} items" if isinstance(items, list) else short(items)
    twice = next((item for place, item in enumerate(items) if item in items[:place]), None)
    if twice is not None:
        return "each item once", f"{short(twice)} again"
    if "scores" not in rules:
        return None
    scores = get(line, rules["scores"])
    if not isinstance(scores, list) or len(scores) != len(items):
        return f"{len(items)} scores, one for each item", short(scores)
    if not all(is_number(score) and 0.0 <= score <= 1.0 for score in scores):
        return "scores from 0 to 1", short(scores)
    if any(after > before for before, after in pairwise(scores)):
        return "scores that never increase", short(scores)
    return None


def _items(line: Any, rules: Mapping[str, Any]) -> Any:
    """What a line recommends, wherever a source says that it stands; MISSING when it recommends nothing."""
    places = (rules["items"], *rules.get("items_also", ()))
    return next((get(line, place) for place in places if present(line, place)), MISSING)


def _limit(result: Result, requirement: Requirement) -> int:
    """The number of items that the job asked for, else the documented default."""
    (location, name), *_ = requirement.parameters["limit"].items()
    call = result.job.created.call
    value = read_place(call, Place(location, name)) if call else MISSING
    default = int(requirement.parameters["default"])
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _lines(view: View, requirement: Requirement) -> Iterator[tuple[Result, tuple[Any, ...]]]:
    resource, output = output_of(view, requirement)
    for result in results(view, resource, output):
        if isinstance(result.content, tuple):
            yield result, result.content


CHECKS = {"json_lines_joined": json_lines_joined, "top_k": top_k}
