"""Fitting: ridge regression, logistic and softmax regression, implicit matrix factors, an autoregressive forecast.

Small closed forms and Newton steps in numpy. Every fit is a pure function of its arrays, so the same seed gives the
same weights; the tests pin that down.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reference_impl.engine.dataset import Array


def with_intercept(features: Array) -> Array:
    """The matrix with a column of ones at the end."""
    return np.asarray(np.hstack([features, np.ones((features.shape[0], 1))]), dtype=np.float64)


def fit_ridge(features: Array, target: Array, penalty: float = 1e-3) -> Array:
    """Weights (features + 1) x 1 of a least squares line; the intercept is not penalised."""
    x = with_intercept(features)
    ridge = penalty * np.eye(x.shape[1])
    ridge[-1, -1] = 0.0
    return np.asarray(np.linalg.solve(x.T @ x + ridge, x.T @ target).reshape(-1, 1), dtype=np.float64)


def fit_logistic(features: Array, target: NDArray[np.int64], penalty: float = 1e-2, steps: int = 25) -> Array:
    """Weights (features + 1) x 1 of a logistic regression, by Newton's method."""
    x = with_intercept(features)
    weights = np.zeros(x.shape[1])
    ridge = penalty * np.eye(x.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-(x @ weights)))
        gradient = x.T @ (chance - target) + ridge @ weights
        hessian = (x * (chance * (1 - chance))[:, None]).T @ x + ridge
        step = np.linalg.solve(hessian, gradient)
        weights = weights - step
        if np.abs(step).max() < 1e-10:
            break
    return weights.reshape(-1, 1)


def fit_softmax(features: Array, target: NDArray[np.int64], classes: int, steps: int = 600) -> Array:
    """Weights (features + 1) x classes of a multinomial logistic regression, by gradient descent."""
    x = with_intercept(features)
    hot = np.eye(classes)[target]
    weights = np.zeros((x.shape[1], classes))
    for _ in range(steps):
        gradient = x.T @ (softmax(x @ weights) - hot) / x.shape[0] + 1e-4 * weights
        weights = weights - 1.0 * gradient
    return weights


def softmax(values: Array) -> Array:
    """Rows of shares that add up to one; no overflow for inputs up to 1e300."""
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float64)


def fit_factors(counts: Array, seed: int, rank: int = 8, steps: int = 12, weight: float = 8.0) -> tuple[Array, Array]:
    """User and item factors by alternating least squares on implicit counts (Hu, Koren and Volinsky, 2008)."""
    draw = np.random.default_rng([seed, 4])
    users = draw.normal(0, 0.1, (counts.shape[0], rank))
    items = draw.normal(0, 0.1, (counts.shape[1], rank))
    for _ in range(steps):
        users = _half_step(counts, items, weight)
        items = _half_step(counts.T, users, weight)
    return users, items


def _half_step(counts: Array, fixed: Array, weight: float, penalty: float = 0.1) -> Array:
    gram = fixed.T @ fixed + penalty * np.eye(fixed.shape[1])
    solved = [
        np.linalg.solve(gram + (fixed * (weight * row)[:, None]).T @ fixed, fixed.T @ ((1 + weight * row) * (row > 0)))
        for row in counts
    ]
    return np.stack(solved)


def fit_autoregression(values: Array, order: int = 3) -> Array:
    """Weights of the last `order` values (oldest first) and an intercept, by least squares."""
    windows = np.lib.stride_tricks.sliding_window_view(values[:-1], order)
    return fit_ridge(windows, values[order:]).ravel()


def forecast(values: Array, weights: Array, steps: int) -> Array:
    """The next values of a series, each fed back into the next."""
    order = len(weights) - 1
    known = list(values[-order:])
    for _ in range(steps):
        known.append(float(np.dot(weights[:-1], known[-order:]) + weights[-1]))
    return np.asarray(known[order:], dtype=np.float64)
