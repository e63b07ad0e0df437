"""Confidence intervals of a share, and the symmetric one of everything else.

Every function takes arrays of one shape (or numbers) and gives lower and upper limits of that shape, NaN
where there is no interval: no degrees of freedom, or, for the transformed ones, a share of exactly 0 or 1.
The definitions are those of R's ``svyciprop``.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy.special import betaincinv, stdtrit  # scipy.stats takes a second to load

from dozor.core.design.stage import FloatArray

Interval = Literal["logit", "beta", "wilson", "mean", "likelihood", "arcsine"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)
Limits = tuple[FloatArray, FloatArray]


def t_quantile(level: float, df: FloatArray) -> FloatArray:
    """Two-sided critical value; the normal one for infinite `df`, NaN for none."""
    df = np.asarray(df, dtype=np.float64)
    # few distinct ones among thousands of domains
    distinct, place = np.unique(df, return_inverse=True)
    with np.errstate(invalid="ignore"):
        usable = distinct > 0
        critical = np.where(usable, -stdtrit(np.where(usable, distinct, 1.0), (1 - level) / 2), np.nan)
    return np.asarray(critical[place].reshape(df.shape), dtype=np.float64)


def symmetric(estimate: FloatArray, se: FloatArray, *, df: FloatArray, level: float) -> Limits:
    """Estimate plus and minus the critical value times the standard error."""
    margin = t_quantile(level, df) * se
    return estimate - margin, estimate + margin


def logit(share: FloatArray, se: FloatArray, *, df: FloatArray, level: float) -> Limits:
    """Symmetric on the log-odds scale, by the delta method; R's ``xlogit``.

    R's ``logit`` fits a model for the same limits and agrees to about 1e-8.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = np.log(share / (1 - share))
        margin = t_quantile(level, df) * se / (share * (1 - share))
        return _expit(odds - margin), _expit(odds + margin)


def arcsine(share: FloatArray, se: FloatArray, *, df: FloatArray, level: float) -> Limits:
    """Symmetric on the scale ``asin(sqrt(share))``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.arcsin(np.sqrt(share))
        margin = t_quantile(level, df) * se / (2 * np.sqrt(share * (1 - share)))
        return np.sin(angle - margin) ** 2, np.sin(angle + margin) ** 2


def beta(share: FloatArray, se: FloatArray, *, df: FloatArray, level: float, rows: FloatArray) -> Limits:
    """Clopper–Pearson at the effective sample size, adjusted for degrees of freedom.

    Parameters
    ----------
    rows
        Rows of the sample in the domain, with or without an answer.

    References
    ----------
    Korn, E. L., Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data. Survey Methodology 24, 193–201.
    """
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = t_quantile(level, np.asarray(rows) - 1) / t_quantile(level, df)
        size = _effective(share, se) * ratio**2
        lower = betaincinv(size * share, size * (1 - share) + 1, tail)
        upper = betaincinv(size * share + 1, size * (1 - share), 1 - tail)
    return np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)


def wilson(share: FloatArray, se: FloatArray, *, df: FloatArray, level: float) -> Limits:
    """Wilson's score interval at the effective sample size, with a t critical value."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = _effective(share, se)
        q = t_quantile(level, df)
        middle = share + q**2 / (2 * size)
        reach = q * np.sqrt(share * (1 - share) / size + q**2 / (4 * size**2))
        return (middle - reach) / (1 + q**2 / size), (middle + reach) / (1 + q**2 / size)


def _effective(share: FloatArray, se: FloatArray) -> FloatArray:
    return np.asarray(share * (1 - share) / np.square(se), dtype=np.float64)


def _expit(odds: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)
