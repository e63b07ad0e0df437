"""Confidence limits of a share that stays, on five scales, as R's survival computes them."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri  # scipy.stats takes a second to load

Floats = NDArray[np.float64]
SurvivalInterval = Literal["plain", "log", "log-log", "arcsin", "logit"]
INTERVALS: tuple[SurvivalInterval, ...] = get_args(SurvivalInterval)


def survival_limits(
    survival: Floats, se: Floats, kind: SurvivalInterval, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return lower and upper limits; not-a-number where the scale has none (a share of 0; of 1 on log-log).

    Parameters
    ----------
    survival, se
        Share still there, 0–1, and its standard error on that scale.
    kind
        ``plain`` p ± z se, kept in 0–1; ``log`` on log p, at most 1; ``log-log`` on log(-log p);
        ``logit`` on log odds; ``arcsin`` on asin(sqrt p).
    """
    z = float(ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(survival > 0, survival, np.nan)
        relative = np.where(se == 0, 0.0, se / p)  # standard error of log p
        if kind == "plain":
            reach = np.where(survival > 0, relative * p * z, np.nan)
            return np.maximum(survival - reach, 0), np.minimum(survival + reach, 1)
        if kind == "log":
            return p * np.exp(-z * relative), np.minimum(p * np.exp(z * relative), 1)
        if kind == "log-log":
            p = np.where(p == 1, np.nan, p)
            reach = z * relative / np.log(p)
            middle = np.log(-np.log(p))
            return np.exp(-np.exp(middle - reach)), np.exp(-np.exp(middle + reach))
        if kind == "logit":
            reach = z * relative * (1 + p / (1 - p))
            odds = np.log(p / (1 - p))
            return 1 - 1 / (1 + np.exp(odds - reach)), 1 - 1 / (1 + np.exp(odds + reach))
        angle = np.arcsin(np.sqrt(p))
        reach = 0.5 * z * relative * np.sqrt(p / (1 - p))
        return np.sin(np.maximum(0, angle - reach)) ** 2, np.sin(np.minimum(np.pi / 2, angle + reach)) ** 2
