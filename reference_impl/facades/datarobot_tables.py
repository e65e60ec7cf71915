"""The scored CSV of a batch prediction: which columns it has, and what one row of it says.

Columns follow from the deployment's kind and the job's settings (Batch Prediction API, "Output format"):
probabilities by class, the label, for two classes the threshold and the positive class, explanations, the prediction
status; passed through columns come first. Remapping renames or drops columns of the finished table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reference_impl.engine.dataset import Array
from reference_impl.engine.models import TabularModel, contributions, label
from reference_impl.engine.scoring import Outcome

STATUS_COLUMN = "prediction_status"
BINARY_CLASSES = ("no", "yes")
EXPLANATION_PARTS = ("FEATURE_NAME", "STRENGTH", "ACTUAL_VALUE", "QUALITATIVE_STRENGTH")


@dataclass(frozen=True)
class Layout:
    """The columns of one output: `generated` by the model, after those `passed` through; `kept` maps both to names."""

    model: TabularModel
    passed: tuple[str, ...]
    generated: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    with_status: bool
    explanations: int
    low: float | None
    high: float | None

    @property
    def names(self) -> list[str]:
        """The header of the output."""
        return [name for _, name in self.kept]


def relabelled(model: TabularModel) -> TabularModel:
    """The model with this vendor's class names."""
    return replace(model, classes=BINARY_CLASSES) if model.kind == "binary" else model


def layout(model: TabularModel, spec: Mapping[str, Any], columns: Sequence[str]) -> Layout:
    """The output's columns for an input's columns. Raises KeyError with the name of a column that is not there."""
    wanted = columns if spec["passthroughColumnsSet"] == "all" else spec["passthroughColumns"] or ()
    known = set(columns)
    for name in wanted:
        if name not in known:
            raise KeyError(name)
    generated = tuple(_generated(model, spec))
    rules = _remapping(spec["columnNamesRemapping"])
    kept = [(name, rules.get(name, name)) for name in (*wanted, *generated)]
    named = tuple((name, new) for name, new in kept if new is not None)
    band = (spec["thresholdLow"], spec["thresholdHigh"])
    status = bool(spec["includePredictionStatus"])
    return Layout(model, tuple(wanted), generated, named, status, spec["maxExplanations"], *band)


def _generated(model: TabularModel, spec: Mapping[str, Any]) -> Iterable[str]:
    target = model.target
    if model.kind != "regression" and spec["includeProbabilities"]:
        only = spec["includeProbabilitiesClasses"]
        order = tuple(reversed(model.classes)) if model.kind == "binary" else model.classes
        yield from (f"{target}_{name}_PREDICTION" for name in order if not only or name in only)
    yield f"{target}_PREDICTION"
    if model.kind == "binary" and spec["includeProbabilities"]:
        yield from ("THRESHOLD", "POSITIVE_CLASS")
    for rank in range(1, spec["maxExplanations"] + 1):
        yield from (f"EXPLANATION_{rank}_{part}" for part in EXPLANATION_PARTS)
    if spec["includePredictionStatus"]:
        yield STATUS_COLUMN


def _remapping(value: Any) -> dict[str, str | None]:
    if isinstance(value, Mapping):
        pairs = list(value.items())
    else:
        pairs = [(item["inputName"], item.get("outputName")) for item in value or ()]
    return {old: old if new is True else new or None for old, new in pairs}


def row(shape: Layout, outcome: Outcome) -> list[str]:
    """One output row; a row that failed has its passed-through cells and its status, and nothing else."""
    cells = {name: outcome.cells.get(name, "") for name in shape.passed}
    if outcome.scores is None:
        cells |= {STATUS_COLUMN: outcome.problem}
    else:
        cells |= _scored(shape.model, outcome.scores) | {STATUS_COLUMN: "OK"}
        cells |= _explained(shape, outcome)
    return [cells.get(name, "") for name, _ in shape.kept]


def _scored(model: TabularModel, scores: Array) -> dict[str, str]:
    target = model.target
    if model.kind == "regression":
        return {f"{target}_PREDICTION": repr(float(scores[0]))}
    values = [1 - float(scores[0]), float(scores[0])] if model.kind == "binary" else [float(item) for item in scores]
    cells = {f"{target}_{name}_PREDICTION": repr(value) for name, value in zip(model.classes, values, strict=True)}
    return cells | {
        f"{target}_PREDICTION": label(model, scores),
        "THRESHOLD": repr(model.threshold),
        "POSITIVE_CLASS": model.classes[-1],
    }


def _is_outside(shape: Layout, score: float) -> bool:
    """Only rows outside the band of the thresholds are explained; without thresholds all are."""
    if shape.low is None and shape.high is None:
        return True
    return (shape.low is not None and score <= shape.low) or (shape.high is not None and score >= shape.high)


def _explained(shape: Layout, outcome: Outcome) -> dict[str, str]:
    if not shape.explanations or outcome.scores is None or not _is_outside(shape, float(outcome.scores.max())):
        return {}
    winner = int(outcome.scores.argmax()) if shape.model.kind == "multiclass" else 0
    cells: dict[str, str] = {}
    ranked = contributions(shape.model, outcome.features, winner)[: shape.explanations]
    for rank, (column, strength) in enumerate(ranked, 1):
        sign = "+" if strength >= 0 else "-"
        parts = (column, repr(strength), outcome.cells.get(column, ""), sign * (1 + min(2, int(abs(strength)))))
        cells |= {f"EXPLANATION_{rank}_{part}": text for part, text in zip(EXPLANATION_PARTS, parts, strict=True)}
    return cells
