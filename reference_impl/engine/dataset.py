"""The small data set that every model is trained on, made from a seed.

The repository ships no data: a seed gives the same rows, the same user-item history and the same series everywhere,
so a score can be reproduced from nothing but a number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

REGIONS = ("east", "north", "south", "west")
CLASSES = ("A", "B", "C")
NUMERIC = ("age", "income", "balance")
CATEGORICAL = ("region",)
COLUMNS = NUMERIC + CATEGORICAL


@dataclass(frozen=True)
class Customers:
    """`numbers` is rows x 3 (age, income, balance), `regions` indexes REGIONS; then one array for each target."""

    numbers: Array
    regions: NDArray[np.int64]
    amount: Array
    default: NDArray[np.int64]
    grade: NDArray[np.int64]


def customers(seed: int, rows: int = 800) -> Customers:
    """Customers whose three targets follow from their columns, with noise."""
    draw = np.random.default_rng([seed, 1])
    age = draw.integers(18, 91, rows).astype(np.float64)
    income = np.round(draw.lognormal(10.8, 0.45, rows), 0)
    balance = np.round(draw.normal(1200.0, 2200.0, rows), 2)
    regions = draw.integers(0, len(REGIONS), rows)
    a, i, b = (age - 54) / 21, (income - 54000) / 26000, (balance - 1200) / 2200
    tilt = np.array([0.3, -0.4, 0.1, 0.0])[regions]
    amount = 420 + 35 * a + 160 * i + 55 * b + 60 * tilt + draw.normal(0, 20, rows)
    chance = 1 / (1 + np.exp(-(-0.6 - 0.5 * a - 1.1 * i - 0.8 * b + tilt)))
    default = (draw.random(rows) < chance).astype(np.int64)
    utility = np.stack([0.9 * i + 0.6 * b, 0.2 * a + tilt, -0.8 * i - 0.5 * b], axis=1)
    grade = np.argmax(utility + draw.gumbel(0, 0.6, utility.shape), axis=1)
    return Customers(np.stack([age, income, balance], axis=1), regions, amount, default, grade)


def customer_rows(seed: int, rows: int) -> list[list[str]]:
    """The first customers as texts, one list a row in the order of COLUMNS, as a CSV file would hold them."""
    drawn = customers(seed, rows)
    return [
        [f"{numbers[0]:.0f}", f"{numbers[1]:.0f}", f"{numbers[2]:.2f}", REGIONS[region]]
        for numbers, region in zip(drawn.numbers, drawn.regions, strict=True)
    ]


def interactions(seed: int, users: int = 60, items: int = 90, taste: int = 4) -> Array:
    """How often each user met each item (users x items), from hidden tastes; most entries are 0."""
    draw = np.random.default_rng([seed, 2])
    likes, kinds = draw.gamma(0.6, 1.0, (users, taste)), draw.gamma(0.6, 1.0, (items, taste))
    rate = likes @ kinds.T
    return np.asarray(draw.poisson(rate / rate.mean() * 0.25), dtype=np.float64)


def series(seed: int, which: int, length: int = 160) -> Array:
    """A failure rate over time: level, slow swing and a memory of two steps."""
    draw = np.random.default_rng([seed, 3, which])
    values = np.zeros(length)
    noise = draw.normal(0, 0.01, length)
    for step in range(2, length):
        values[step] = 0.55 * values[step - 1] + 0.3 * values[step - 2] + noise[step]
    return np.asarray(0.45 + values + 0.05 * np.sin(np.arange(length) / 9 + which), dtype=np.float64)
