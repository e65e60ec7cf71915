"""Checks of what a prediction means: probabilities, labels, and members that depend on the kind of a result.

Each looks at every accepted answer of its operation, whoever sent it, because what a score means does not depend on the
question. `when` (pointer -> value) limits a check to answers of one kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from conformance.findings import Finding, failed, inconclusive, passed
from conformance.history import Exchange
from conformance.judging.comparing import documented_body, is_number, present, short
from conformance.judging.view import View
from conformance.plans.samples import read_place
from specs.contract import Requirement
from specs.pointers import MISSING, get

SUM_TOLERANCE = 1e-6
EDGE = 1e-6
"""A score this near to a threshold may be on either side of it before rounding."""

Judgement = Callable[[Exchange, Any], Finding | None]


def scores_sum_to_one(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The numbers at `at` (an object's values or an array) add up to one, within `tolerance`."""
    tolerance = float(requirement.parameters.get("tolerance", SUM_TOLERANCE))

    def judged(exchange: Exchange, body: Any) -> Finding | None:
        scores = numbers(get(body, requirement.parameters["at"]))
        if not scores:
            return None
        total = math.fsum(scores)
        if abs(total - 1.0) <= tolerance:
            return passed(requirement, exchange.index)
        expected = f"scores that add up to 1 within {tolerance:g}"
        return failed(requirement, exchange.index, expected=expected, got=f"{total!r} from {short(scores)}")

    return _each(view, requirement, judged)


def unit_interval(view: View, requirement: Requirement) -> Iterator[Finding]:
    """Every number at `at` (one number, an object's values or an array) lies in [0, 1]."""

    def judged(exchange: Exchange, body: Any) -> Finding | None:
        scores = numbers(get(body, requirement.parameters["at"]))
        outside = [score for score in scores if not 0.0 <= score <= 1.0]
        if outside:
            expected = "only numbers from 0 to 1"
            return failed(requirement, exchange.index, expected=expected, got=short(outside))
        return passed(requirement, exchange.index) if scores else None

    return _each(view, requirement, judged)


def label_is_argmax(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The label at `label` is a key of the object at `scores` whose value no other exceeds."""

    def judged(exchange: Exchange, body: Any) -> Finding | None:
        label, scores = _label_and_scores(body, requirement)
        if label is MISSING or not scores:
            return None
        best = max(scores.values())
        if label in scores and scores[label] >= best - 1e-9:
            return passed(requirement, exchange.index)
        highest = [name for name, score in scores.items() if score == best]
        return failed(requirement, exchange.index, expected=f"label {' or '.join(highest)}", got=short(label))

    return _each(view, requirement, judged)


def label_by_threshold(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The one score stands under the label, which is `positive` exactly when the score reaches the threshold."""
    rules = requirement.parameters

    def judged(exchange: Exchange, body: Any) -> Finding | None:
        label, scores = _label_and_scores(body, requirement)
        if label is MISSING or len(scores) != 1:
            return None
        (key, score), *_ = scores.items()
        threshold = _threshold(view, requirement, exchange)
        if threshold is None or abs(score - threshold) <= EDGE:
            return None
        right = rules["positive"] if score >= threshold else rules["negative"]
        if key == label == right:
            return passed(requirement, exchange.index)
        expected = f"label {right} with its score under {right} (score {score:g}, threshold {threshold:g})"
        return failed(requirement, exchange.index, expected=expected, got=f"label {short(label)}, score under {key!r}")

    return _each(view, requirement, judged)


def members_by_kind(view: View, requirement: Requirement) -> Iterator[Finding]:
    """What is at `at` (or each item of the array `items`) has the members that its kind asks for, and no others."""
    rules, seen = requirement.parameters, False
    for exchange in view.by_operation.get(str(rules["operation"]), ()):
        for document in _documents(exchange, rules):
            kind = get(document, rules["kind"])
            known = isinstance(kind, str) and (kind in rules.get("present", {}) or kind in rules.get("absent", {}))
            if not known:
                continue
            seen = True
            lacking = [name for name in rules.get("present", {}).get(kind, ()) if not present(document, name)]
            foreign = [name for name in rules.get("absent", {}).get(kind, ()) if present(document, name)]
            if lacking:
                text = f"{', '.join(lacking)} with kind {kind}"
                yield failed(requirement, exchange.index, expected=text, got=f"without it: {short(document)}")
            elif foreign:
                text = f"no {', '.join(foreign)} with kind {kind}"
                yield failed(requirement, exchange.index, expected=text, got=short(get(document, foreign[0])))
            else:
                yield passed(requirement, exchange.index)
    if not seen and any(exchange.accepted for exchange in view.by_operation.get(str(rules["operation"]), ())):
        yield inconclusive(requirement, got=f"no answer shows a documented kind at {rules['kind']}")


def status_text(view: View, requirement: Requirement) -> Iterator[Finding]:
    """The text at `at` of a resource's document is the last line of what is at `last_of` (an array or a text)."""
    pointers = requirement.parameters
    for rows in view.of_lifecycle(str(pointers["resource"])).values():
        for row in rows:
            text, lines = get(row.document, pointers["at"]), get(row.document, pointers["last_of"])
            lines = lines.splitlines() if isinstance(lines, str) else lines
            if row.source == "list" or not isinstance(text, str) or not isinstance(lines, list) or not lines:
                continue
            if text == lines[-1]:
                yield passed(requirement, row.exchange)
            else:
                yield failed(requirement, row.exchange, expected=short(lines[-1]), got=short(text))


def numbers(value: Any) -> list[float]:
    """The numbers that a value is or holds; empty when anything in it is none."""
    items = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else [value]
    return [float(item) for item in items] if items and all(is_number(item) for item in items) else []


def _label_and_scores(body: Any, requirement: Requirement) -> tuple[Any, dict[str, float]]:
    label, scores = get(body, requirement.parameters["label"]), get(body, requirement.parameters["scores"])
    whole = isinstance(scores, Mapping) and all(is_number(score) for score in scores.values())
    return label if isinstance(label, str) else MISSING, dict(scores) if whole else {}


def _threshold(view: View, requirement: Requirement, exchange: Exchange) -> float | None:
    """The threshold that the asked model shows, else the documented default."""
    default = float(requirement.parameters["threshold"])
    for scorer in view.contract.scorers.values():
        if scorer.operation == exchange.operation and exchange.call is not None:
            identity, span = read_place(exchange.call, scorer.model), (exchange.sent_at, exchange.received_at)
            return shown_threshold(view, scorer.resource, identity, span, default)
    return default


def shown_threshold(
    view: View, resource: str, identity: object, span: tuple[float, float], default: float
) -> float | None:
    """The threshold that a model's document shows, or the default where none shows one.

    Where it changed in this history, it is the one that was shown before a span of time and again after it, if anybody
    looked; else None.
    """
    pointers = {row.threshold for row in view.contract.scorers.values() if row.resource == resource and row.threshold}
    rows = view.observations.get((resource, str(identity)), ())
    shown = [(row, get(row.document, pointer)) for row in rows for pointer in sorted(pointers)]
    known = [(row, float(value)) for row, value in shown if is_number(value)]
    if len({value for _, value in known}) < 2:
        return known[0][1] if known else default
    earlier = [value for row, value in known if row.received_at <= span[0]][-1:]
    later = [value for row, value in known if row.sent_at >= span[1]][:1]
    return earlier[0] if earlier and later in ([], earlier) else None


def _documents(exchange: Exchange, rules: Mapping[str, Any]) -> Iterator[Any]:
    if exchange.answer is None or exchange.answer.problem is not None:
        return
    root = get(exchange.answer.body, rules.get("at", ""))
    if "items" in rules:
        items = get(root, rules["items"])
        yield from items if isinstance(items, list) else ()
    elif root is not MISSING:
        yield root


def _each(view: View, requirement: Requirement, judged: Judgement) -> Iterator[Finding]:
    decided, seen = False, False
    when = requirement.parameters.get("when", {})
    for exchange in view.by_operation.get(str(requirement.parameters["operation"]), ()):
        body = documented_body(view, exchange)
        seen = seen or exchange.accepted
        if body is MISSING or any(get(body, pointer) != value for pointer, value in when.items()):
            continue
        finding = judged(exchange, body)
        if finding is not None:
            decided = True
            yield finding
    if seen and not decided:
        yield inconclusive(requirement, got="no accepted answer shows the scores that this needs")


CHECKS = {
    "scores_sum_to_one": scores_sum_to_one,
    "unit_interval": unit_interval,
    "label_is_argmax": label_is_argmax,
    "label_by_threshold": label_by_threshold,
    "members_by_kind": members_by_kind,
    "status_text": status_text,
}
