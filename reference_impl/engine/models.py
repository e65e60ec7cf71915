"""Models as values: a tabular model over named columns, a recommender over ids, a forecaster over its own series.

A tabular model owns its number grammar, because readers disagree about `1_000`, `nan`, `TRUE` or Arabic digits: a
number is an ASCII decimal with an optional exponent, blanks around it ignored; an empty text is a missing value and
counts as the training mean; a category that training never saw counts as none of the known ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from reference_impl.engine.dataset import Array
from reference_impl.engine.training import forecast, softmax

Kind = Literal["regression", "binary", "multiclass"]
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


FEATURE_MAX = 1e100
"""Standardised values end here, so that no score of a finite input is infinite."""


class BadNumber(ValueError):
    """A text that is no number stands in a numeric column."""


@dataclass(frozen=True)
class TabularModel:
    """A linear model. `weights` is (features + 1) x outputs; features are standardised numbers, then one-hot regions.

    `classes` names the outputs; for a binary model the second one is positive and the single output is its log-odds.
    """

    name: str
    kind: Kind
    target: str
    classes: tuple[str, ...]
    threshold: float
    numeric: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    means: Array
    scales: Array
    weights: Array

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads, numbers first."""
        return self.numeric + tuple(self.categories)


@dataclass(frozen=True)
class Recommender:
    """Factors of users and items, and what each user has met before."""

    users: tuple[str, ...]
    items: tuple[str, ...]
    user_factors: Array
    item_factors: Array
    counts: Array


@dataclass(frozen=True)
class Forecaster:
    """A model of one series, which it carries with it: a prediction needs no input."""

    name: str
    values: Array
    weights: Array
    steps: int = 3


def number(text: str) -> float:
    """The number that a cell holds; NaN for an empty cell. Raises BadNumber for anything else, and for overflow."""
    text = text.strip(" \t")
    if not text:
        return math.nan
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise BadNumber(f"{text[:40]!r} is not a number")
    return value


def features(model: TabularModel, record: Mapping[str, str], lenient: bool = False) -> list[float]:
    """One record as features. `lenient` takes a malformed number as missing instead of raising BadNumber."""
    row = [0.0] * (model.weights.shape[0] - 1)
    for index, column in enumerate(model.numeric):
        try:
            value = number(record.get(column, ""))
        except BadNumber as problem:
            if not lenient:
                raise BadNumber(f"column {column}: {problem}") from None
            value = math.nan
        if not math.isnan(value):
            scaled = float((value - model.means[index]) / model.scales[index])
            row[index] = max(-FEATURE_MAX, min(FEATURE_MAX, scaled))
    place = len(model.numeric)
    for column, known in model.categories.items():
        value_text = record.get(column, "").strip(" \t")
        if value_text in known:
            row[place + known.index(value_text)] = 1.0
        place += len(known)
    return row


def predict(model: TabularModel, rows: Sequence[Sequence[float]]) -> Array:
    """Scores, rows x outputs: a value, the probability of the positive class, or one probability a class.

    Each row is summed on its own (einsum, not BLAS), so a score does not depend on the rows that share its chunk.
    """
    matrix = np.asarray(rows, dtype=np.float64).reshape(len(rows), model.weights.shape[0] - 1)
    raw = np.einsum("ij,jk->ik", matrix, model.weights[:-1]) + model.weights[-1]
    if model.kind == "binary":
        return np.asarray(1 / (1 + np.exp(-np.clip(raw, -700, 700))), dtype=np.float64)
    return softmax(raw) if model.kind == "multiclass" else raw


def label(model: TabularModel, scores: Array) -> str:
    """The class of one row of scores: the likeliest, or for two classes the positive one from the threshold on."""
    if model.kind == "multiclass":
        return model.classes[int(np.argmax(scores))]
    return model.classes[1] if scores[0] >= model.threshold else model.classes[0]


def contributions(model: TabularModel, row: Sequence[float], output: int = 0) -> list[tuple[str, float]]:
    """What each column adds to one output of one row, strongest first: weight times standardised value."""
    parts = np.asarray(row) * model.weights[:-1, output]
    named = [(column, float(parts[index])) for index, column in enumerate(model.numeric)]
    place = len(model.numeric)
    for column, known in model.categories.items():
        named.append((column, float(parts[place : place + len(known)].sum())))
        place += len(known)
    return sorted(named, key=lambda pair: -abs(pair[1]))


def recommend(model: Recommender, user: str, count: int, unseen_only: bool) -> tuple[list[str], list[float]]:
    """The best `count` items for a user and their scores, best first; a user without history gets what is popular.

    Scores are shares of one over all items, so they lie in [0, 1]; `unseen_only` leaves out what the user has met.
    """
    known = model.users.index(user) if user in model.users else None
    popularity = model.counts.sum(axis=0)
    raw = popularity / popularity.max() if known is None else model.item_factors @ model.user_factors[known]
    shares = softmax(4.0 * raw.reshape(1, -1))[0]
    allowed = np.ones(len(model.items), dtype=bool)
    if unseen_only and known is not None:
        allowed = model.counts[known] == 0
    order = [int(index) for index in np.argsort(-shares, kind="stable") if allowed[index]][: max(0, count)]
    return [model.items[index] for index in order], [float(shares[index]) for index in order]


def next_values(model: Forecaster) -> list[float]:
    """The forecast as float32 numbers in their shortest decimal form."""
    return [float(str(np.float32(value))) for value in forecast(model.values, model.weights, model.steps)]
