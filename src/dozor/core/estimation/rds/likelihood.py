"""Standard error of a weighted mean in a recruited sample, by second-order empirical likelihood."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dozor.core.estimation.rds.successive import Floats

ROWS_AT_ONCE = 2048
TRIM = 10.0  # products of weights are cut at this many times their median


def likelihood_standard_error(weights: Floats, values: Floats, correction: float = 1.0) -> float:
    """Standard error R's package RDS reports beside RDS-I, RDS-II and SS without a bootstrap.

    Parameters
    ----------
    weights, values
        One per respondent who answered, in the order of the file, shape (n,).
    correction
        Finite population factor of the variance.

    Notes
    -----
    Pairs of respondents stand for pairs of people. With w_ij = min(w_i w_j, 10 median), o_ij the mean
    of two values and e their weighted mean over pairs,

        variance = 4 sum_i (sum_{j<i} w_ij^2 (o_ij - e))^2 / (sum_{j<i} w_ij^2)^2.

    The inner sum runs over those *before* i in the file, so the order of rows moves the result a
    little; this is R's definition and is kept for equality. Computed over distinct weights, not pairs:
    n x K instead of n x n.
    """
    distinct, member, count = np.unique(weights, return_inverse=True, return_counts=True)
    member = member.reshape(-1)
    product = np.outer(distinct, distinct)
    product = np.minimum(product, TRIM * _median(product.ravel(), np.outer(count, count).ravel()))
    total = np.bincount(member, weights=values, minlength=len(distinct))
    own = np.diagonal(product)
    pairs = float(count @ product @ count - own @ count)
    if pairs <= 0:  # a single answer, or too many weights of zero to compare
        return float("nan")
    centre = (total @ product @ count - own @ total) / pairs
    square = product * product
    gradient_square = 0.0
    mass = 0.0
    seen = np.zeros(len(distinct))
    seen_total = np.zeros(len(distinct))
    for start in range(0, len(values), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        indicator = np.zeros((len(values[rows]), len(distinct)))
        indicator[np.arange(len(indicator)), member[rows]] = 1.0
        amounts = indicator * values[rows, None]
        before = seen + np.cumsum(indicator, axis=0) - indicator
        before_total = seen_total + np.cumsum(amounts, axis=0) - amounts
        weight = square[member[rows]]
        each = 0.5 * (values[rows, None] * before + before_total) - centre * before
        gradient_square += float((np.sum(weight * each, axis=1) ** 2).sum())
        mass += float((weight * before).sum())
        seen = seen + indicator.sum(axis=0)
        seen_total = seen_total + amounts.sum(axis=0)
    return float(np.sqrt(correction * 4 * gradient_square / mass**2)) if mass > 0 else float("nan")


def _median(values: Floats, count: NDArray[np.integer[Any]]) -> float:
    """Median of values that occur `count` times each."""
    order = np.argsort(values)
    reached = np.cumsum(count[order])
    total = int(reached[-1])
    low, high = np.searchsorted(reached, [(total - 1) // 2, total // 2], side="right")
    return float((values[order[low]] + values[order[high]]) / 2)
