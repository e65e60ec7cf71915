"""The models folder: trained once from the seed, kept as numpy arrays and JSON, loaded on every later start.

Arrays are read with pickling off, so a models folder cannot run code. A folder made from another seed is trained again.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reference_impl.engine.dataset import CATEGORICAL, CLASSES, NUMERIC, REGIONS, Array, customers, interactions, series
from reference_impl.engine.models import Forecaster, Kind, Recommender, TabularModel
from reference_impl.engine.training import fit_autoregression, fit_factors, fit_logistic, fit_ridge, fit_softmax

FORMAT = 1


@dataclass(frozen=True)
class Library:
    """Everything that was trained. `trained_at` is in seconds since the epoch, `size_bytes` of the stored arrays."""

    seed: int
    trained_at: float
    size_bytes: int
    tabular: dict[str, TabularModel]
    recommender: Recommender
    forecasters: dict[str, Forecaster]


def open_library(folder: Path, seed: int, now: float) -> Library:
    """The library in `folder`, trained and written first when there is none for this seed."""
    index = folder / "models.json"
    try:
        facts = json.loads(index.read_text())
    except (OSError, ValueError):
        facts = {}
    if facts.get("format") != FORMAT or facts.get("seed") != seed:
        facts = {"format": FORMAT, "seed": seed, "trained_at": round(now, 3)}
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "models.npz", train(seed))
        staged = folder / "models.json.part"
        staged.write_text(json.dumps(facts))
        os.replace(staged, index)
    with np.load(folder / "models.npz", allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return _assemble(facts, arrays, (folder / "models.npz").stat().st_size)


def train(seed: int) -> dict[str, Array]:
    """Every array that the models need, by name. Pure: the same seed gives the same arrays."""
    data = customers(seed)
    means, scales = data.numbers.mean(axis=0), data.numbers.std(axis=0)
    inputs = np.hstack([(data.numbers - means) / scales, np.eye(len(REGIONS))[data.regions]])
    counts = interactions(seed)
    users, items = fit_factors(counts, seed)
    arrays = {
        "means": means,
        "scales": scales,
        "regression": fit_ridge(inputs, data.amount),
        "binary": fit_logistic(inputs, data.default),
        "multiclass": fit_softmax(inputs, data.grade, len(CLASSES)),
        "counts": counts,
        "users": users,
        "items": items,
    }
    for which in (0, 1):
        values = series(seed, which)
        arrays |= {f"series{which}": values, f"memory{which}": fit_autoregression(values)}
    return arrays


def _assemble(facts: dict[str, Any], arrays: dict[str, Array], size: int) -> Library:
    rows: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
        ("regression", "amount", ()),
        ("binary", "default", ("0", "1")),
        ("multiclass", "grade", CLASSES),
    )
    tabular: dict[str, TabularModel] = {
        kind: TabularModel(
            kind, kind, target, classes, 0.5, NUMERIC, {CATEGORICAL[0]: REGIONS},
            arrays["means"], arrays["scales"], arrays[kind],
        )
        for kind, target, classes in rows
    }  # fmt: skip
    users, items = (tuple(str(n + 1) for n in range(len(arrays[name]))) for name in ("users", "items"))
    recommender = Recommender(users, items, arrays["users"], arrays["items"], arrays["counts"])
    forecasters = {
        name: Forecaster(name, arrays[f"series{which}"], arrays[f"memory{which}"]) for which, name in enumerate("ab")
    }
    return Library(int(facts["seed"]), float(facts["trained_at"]), size, tabular, recommender, forecasters)


def _write(path: Path, arrays: dict[str, Array]) -> None:
    staged = path.with_name(path.stem + ".part.npz")
    np.savez(staged, allow_pickle=False, **arrays)
    os.replace(staged, path)
