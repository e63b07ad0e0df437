"""What value a weighted quantile takes: the rules of R's ``svyquantile``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

import numpy as np

from dozor.core.design.stage import FloatArray

QuantileRule = Literal[
    "math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"
]
QUANTILE_RULES: tuple[QuantileRule, ...] = get_args(QuantileRule)


def quantile(values: FloatArray, weight: FloatArray, p: float, rule: QuantileRule = "math") -> float:
    """Return the weighted quantile at `p` (0–1).

    Parameters
    ----------
    values
        Answers in ascending order; shape (n,), n at least 1.
    weight
        Positive weights in the same order.
    rule
        ``math``, ``hf1``: the smallest value whose cumulative share reaches p. ``school``, ``hf2``: the mean
        of two neighbours where the share hits p exactly. ``hf3``: the even one of the two. ``hf4``–``hf9``:
        Hyndman and Fan's continuous types with weights. ``shahvaish``: as R `survey` 4.5 computes it, which
        depends on the order of tied rows and the scale of the weights.

    References
    ----------
    Hyndman, R. J., Fan, Y. (1996). Sample quantiles in statistical packages. American Statistician 50.
    Lumley, T. Estimating quantiles; vignette ``qrule`` of R package survey.
    """
    if np.isnan(p) or not len(values):
        return float("nan")
    return float(_RULES[rule](values, weight, p))


def _math(values: FloatArray, weight: FloatArray, p: float) -> float:
    low, high, below, _, _ = _neighbours(values, weight, p)
    return low if below <= 0 else high


def _school(values: FloatArray, weight: FloatArray, p: float) -> float:
    low, high, below, _, _ = _neighbours(values, weight, p)
    return (low + high) / 2 if below <= 0 else high


def _even(values: FloatArray, weight: FloatArray, p: float) -> float:
    distinct, position = np.unique(values, return_inverse=True)
    merged = np.bincount(position, weight).astype(np.float64)
    low, high, below, _, rank = _neighbours(distinct, merged, p)
    return low if below <= 0 and rank % 2 == 0 else high


def _linear(values: FloatArray, weight: FloatArray, p: float) -> float:
    low, high, below, above, _ = _neighbours(values, weight, p)
    if below + above == 0:
        return low
    part = below / (above + below)
    return low * (1 - part) + high * part


def _neighbours(values: FloatArray, weight: FloatArray, p: float) -> tuple[float, float, float, float, int]:
    """Values either side of p, the cumulative share from the lower to p and from p to the upper, rank.

    In R's order of operations: whether a tied answer stands at or below its own interpolation is decided by
    the last digit.
    """
    # extended precision, so that a share hit exactly is seen as hit
    cumulative = np.cumsum(weight, dtype=np.longdouble).astype(np.float64)
    total = float(cumulative[-1])
    place = max(int(np.searchsorted(cumulative, p * total, side="right")) - 1, 0)
    after = min(place + 1, len(values) - 1)
    return (
        float(values[place]),
        float(values[after]),
        float(p - cumulative[place] / total),
        float(cumulative[after] / total - p),
        place + 1,
    )


Positions = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]


def _interpolated(positions: Positions) -> Callable[[FloatArray, FloatArray, float], float]:
    def rule(values: FloatArray, weight: FloatArray, p: float) -> float:
        if len(values) == 1:
            return float(values[0])
        cumulative = np.cumsum(weight)
        before = np.concatenate([[0.0], cumulative[:-1]])
        return float(np.interp(p, positions(before, cumulative, weight), values))

    return rule


def _shah_vaish(values: FloatArray, weight: FloatArray, p: float) -> float:
    n = len(values)
    place = (np.cumsum(weight / weight.mean()) + 0.5 - weight / 2) / (n + 1)
    order = np.argsort(place, kind="stable")
    return float(values[order][max(int(np.searchsorted(place[order], p, side="right")) - 1, 0)])


_RULES: Mapping[str, Callable[[FloatArray, FloatArray, float], float]] = {
    "math": _math,
    "school": _school,
    "shahvaish": _shah_vaish,
    "hf1": _math,
    "hf2": _school,
    "hf3": _even,
    "hf4": _linear,
    "hf5": _interpolated(lambda before, upto, w: (upto - w / 2) / upto[-1]),
    "hf6": _interpolated(lambda before, upto, w: upto / (upto[-1] + w[-1])),
    "hf7": _interpolated(lambda before, upto, w: before / before[-1]),
    "hf8": _interpolated(lambda before, upto, w: (before / 3 + upto * 2 / 3) / (upto[-1] + w[-1] / 3)),
    "hf9": _interpolated(lambda before, upto, w: (before * 3 / 8 + upto * 5 / 8) / (upto[-1] + w[-1] / 4)),
}
