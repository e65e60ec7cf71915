"""Deterministic scores: the same seed, model and record give the same prediction, in a batch and alone.

Nothing is learnt here. What matters to a client is that the numbers keep the rules of their kind: probabilities lie
between 0 and 1, those of one record add up to one, a label follows from the scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from mockgen.world import lot

THRESHOLD = 0.5
DIGITS = 6
PREDICTIONS_KEPT = 4096
"""A job's document says how long its output is, so the same rows are scored again with every look at it."""


@dataclass(frozen=True)
class Prediction:
    """All that can be said about one record. `scores` maps each class to its probability, empty for a regression."""

    value: float
    label: str
    scores: Mapping[str, float]
    vector: tuple[float, ...]
    positive: str
    threshold: float


def predict(seed: int, identity: str, private: Mapping[str, Any], record: Mapping[str, Any]) -> Prediction:
    """The prediction of a model (its identity and private facts) for a record; values count by their text."""
    text = "\x1e".join(f"{name}={value}" for name, value in sorted(record.items()))
    classes, positive = tuple(private.get("classes", ())), str(private.get("positive", ""))
    drawn = lot(seed, "score", identity, text)
    return _predicted(drawn, classes, positive, float(private.get("threshold", THRESHOLD)))


@lru_cache(maxsize=PREDICTIONS_KEPT)
def _predicted(drawn: bytes, classes: tuple[str, ...], positive: str, threshold: float) -> Prediction:
    draw = Random(drawn)
    value = round(draw.uniform(100.0, 10_000.0), 3)
    vector = tuple(round(draw.random(), DIGITS) for _ in range(3))
    if not classes:
        return Prediction(value, "", {}, vector, positive, threshold)
    scores = _binary(draw.random(), classes, positive) if positive else _many(draw, classes)
    label = _above(scores, positive, threshold) if positive else max(scores, key=lambda name: scores[name])
    return Prediction(value, label, scores, vector, positive, threshold)


def shown(template: Any, prediction: Prediction, model: Any, item: Any, duration_ms: int) -> Any:
    """A result's template with its placeholders filled in (`specs/README.md`, relations.yaml)."""
    from_pointer = {"$model": model, "$item": item}
    if isinstance(template, Mapping):
        if set(template) == {"$score"}:
            return _score(template["$score"], prediction)
        if set(template) == {"$duration_ms"}:
            return duration_ms
        for key, value in from_pointer.items():
            if set(template) == {key}:
                return _at(value, template[key])
        return {name: shown(member, prediction, model, item, duration_ms) for name, member in template.items()}
    if isinstance(template, list | tuple):
        return [shown(member, prediction, model, item, duration_ms) for member in template]
    return template


def cell(kind: str, prediction: Prediction, of_class: str = "") -> str:
    """What an output column of this kind shows (`Output.columns`, member `shows`), as text."""
    return str(CELLS[kind](prediction, of_class))


def _negative_score(prediction: Prediction, of_class: str) -> float | str:
    return next((score for name, score in prediction.scores.items() if name != prediction.positive), "")


CELLS: Mapping[str, Callable[[Prediction, str], object]] = {
    "value": lambda prediction, _: prediction.value,
    "label": lambda prediction, _: prediction.label,
    "score": lambda prediction, of_class: prediction.scores.get(of_class, ""),
    "positive_score": lambda prediction, _: prediction.scores.get(prediction.positive, ""),
    "negative_score": _negative_score,
    "threshold": lambda prediction, _: prediction.threshold,
    "positive": lambda prediction, _: prediction.positive,
}


def _score(kind: str, prediction: Prediction) -> Any:
    if kind == "label_score":
        return {prediction.label: prediction.scores.get(prediction.positive)}
    if kind == "scores":
        return dict(prediction.scores)
    if kind == "vector":
        return list(prediction.vector)
    if kind == "pairs":
        return [{"label": name, "value": score} for name, score in prediction.scores.items()]
    if kind == "threshold":
        return prediction.threshold
    return {"value": prediction.value, "label": prediction.label}[kind]


def _binary(chance_of_positive: float, classes: Sequence[str], positive: str) -> dict[str, float]:
    share = round(chance_of_positive, DIGITS)
    return {name: share if name == positive else round(1 - share, DIGITS) for name in classes}


def _many(draw: Any, classes: Sequence[str]) -> dict[str, float]:
    weights = [draw.uniform(0.05, 1.0) for _ in classes]
    shares = [round(weight / sum(weights), DIGITS) for weight in weights[:-1]]
    return dict(zip(classes, [*shares, round(1 - sum(shares), DIGITS)], strict=True))


def _above(scores: Mapping[str, float], positive: str, threshold: float) -> str:
    if scores[positive] >= threshold:
        return positive
    return next(name for name in scores if name != positive)


def _at(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
