"""Training and scoring: deterministic for a seed, and right about the data that made it.

The scores are judged against data that training did not see: weights that are merely numbers would pass anything less.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reference_impl.engine.dataset import customers
from reference_impl.engine.library import Library, open_library, train
from reference_impl.engine.models import BadNumber, features, next_values, number, predict, recommend
from reference_impl.engine.training import forecast, softmax

RECORD = {"age": "41", "income": "52000", "balance": "1200.5", "region": "north"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Trained models."""
    return open_library(tmp_path_factory.mktemp("models"), 7, 1_700_000_000.0)


def test_a_seed_decides_every_weight() -> None:
    """Equal seeds give equal arrays, other seeds give others."""
    first, again, other = train(7), train(7), train(8)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["binary"], other["binary"])


def test_a_models_folder_is_kept_and_belongs_to_its_seed(tmp_path: Path) -> None:
    """A second start loads what the first one trained; another seed trains anew."""
    first = open_library(tmp_path, 7, 1.0)
    assert first.trained_at == open_library(tmp_path, 7, 2.0).trained_at == 1.0
    assert 3.0 == open_library(tmp_path, 8, 3.0).trained_at
    assert 8 == json.loads((tmp_path / "models.json").read_text())["seed"]


@pytest.mark.parametrize(("kind", "least"), [("binary", 0.7), ("multiclass", 0.6)])
def test_classifiers_beat_guessing(library: Library, kind: str, least: float) -> None:
    """On customers that training did not see, the labels are mostly right."""
    data, model = customers(99), library.tabular[kind]
    inputs = np.hstack([(data.numbers - model.means) / model.scales, np.eye(4)[data.regions]])
    scores = predict(model, inputs.tolist())
    found = scores.argmax(axis=1) if kind == "multiclass" else (scores[:, 0] >= 0.5).astype(int)
    truth = data.grade if kind == "multiclass" else data.default
    assert least <= (found == truth).mean()


def test_regression_explains_its_target(library: Library) -> None:
    """On new customers the error is about the noise that was put in."""
    data, model = customers(99), library.tabular["regression"]
    inputs = np.hstack([(data.numbers - model.means) / model.scales, np.eye(4)[data.regions]])
    assert 22 > float(np.abs(predict(model, inputs.tolist())[:, 0] - data.amount).mean())


def test_probabilities_are_probabilities(library: Library) -> None:
    """Binary scores lie in [0, 1] and multiclass scores add up to one, far outside the training data too."""
    rows = [features(library.tabular["binary"], RECORD | {"income": text}) for text in ("0", "1e300", "-1e300", "")]
    binary, grades = predict(library.tabular["binary"], rows), predict(library.tabular["multiclass"], rows)
    assert ((binary >= 0) & (binary <= 1)).all()
    assert np.allclose(1.0, grades.sum(axis=1))


def test_a_score_does_not_depend_on_its_neighbours(library: Library) -> None:
    """Scored alone or in a crowd, a row has the same bits."""
    model = library.tabular["multiclass"]
    rows = [features(model, RECORD | {"age": str(age)}) for age in range(18, 91)]
    alone = np.vstack([predict(model, [row]) for row in rows])
    assert np.array_equal(alone, predict(model, rows))


@pytest.mark.parametrize("text", ["1_000", "nan", "inf", "0x10", "\u0661", "1e400", "1 2", "TRUE", "--1", "."])
def test_what_is_no_number_is_refused(text: str) -> None:
    """The number grammar is ASCII decimals with an exponent, and finite."""
    with pytest.raises(BadNumber):
        number(text)


@pytest.mark.parametrize(("text", "value"), [(" 1.5\t", 1.5), ("-.5", -0.5), ("+2.", 2.0), ("1E3", 1000.0)])
def test_what_is_a_number_is_read(text: str, value: float) -> None:
    """Blanks around a number do not count."""
    assert value == number(text)


def test_recommendations_are_ranked_shares(library: Library) -> None:
    """Scores never rise and lie in [0, 1]; nobody is recommended what a filter excludes."""
    model = library.recommender
    items, scores = recommend(model, "3", 1000, unseen_only=True)
    seen = {model.items[index] for index in np.flatnonzero(model.counts[2])}
    assert scores == sorted(scores, reverse=True)
    assert (set(model.items) - seen, True) == (set(items), all(0 <= score <= 1 for score in scores))


def test_users_like_what_they_met(library: Library) -> None:
    """The factors rank the items of a user's history above the others, on average."""
    model = library.recommender
    met = [
        (model.item_factors @ user)[row > 0].mean() for user, row in zip(model.user_factors, model.counts, strict=True)
    ]
    rest = [
        (model.item_factors @ user)[row == 0].mean() for user, row in zip(model.user_factors, model.counts, strict=True)
    ]
    assert np.mean(rest) < np.mean(met)


def test_a_forecast_is_short_and_finite(library: Library) -> None:
    """Three float32 numbers, the same every time; a constant rule repeats its last value."""
    assert next_values(library.forecasters["a"]) == next_values(library.forecasters["a"])
    assert [True] * 3 == [np.isfinite(value) for value in next_values(library.forecasters["b"])]
    assert [2.0, 2.0] == list(forecast(np.array([1.0, 2.0]), np.array([0.0, 1.0, 0.0]), 2))


def test_softmax_does_not_overflow() -> None:
    """Huge inputs still give shares of one."""
    assert np.allclose(1.0, softmax(np.array([[1e300, 0.0, -1e300]])).sum())
