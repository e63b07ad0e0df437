"""The log-likelihood interval of a share, from a profile of the scaled deviance as R computes it.

R fits an intercept-only logistic model by reweighted least squares, walks the signed root of the deviance
out to either side in steps, draws a spline through the steps and reads the limits off the spline by linear
interpolation. The exact root differs from that by up to 1e-4; to give R's digits, these steps are taken too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri, ndtr, stdtrit  # scipy.stats takes a second to load

from dozor.core.design.stage import FloatArray
from dozor.core.estimation.spline import spline_through

TOLERANCE = 1e-8  # of the deviance between two fitting steps, as glm.control has it
MAX_FITS, MAX_STEPS = 25, 10
FARTHEST, EPSILON = 30, float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class StartingSums:
    """Sums over a domain's answers that the first fitting step needs.

    With ``v`` the weight over the mean weight of the domain's rows, each row starts at
    ``m = (v y + 1/2) / (v + 1)``; `information` is the sum of ``v m (1 - m)``, `score` the sum of
    ``v m (1 - m) (log(m / (1 - m)) + (y - m) / (m (1 - m)))``, `deviance` twice the negative
    log-likelihood at ``m``, and `scaled_weight` the sum of ``v``.
    """

    information: float
    score: float
    deviance: float
    scaled_weight: float


def likelihood(
    share: float, se: float, *, df: float, level: float, n: int, start: StartingSums
) -> tuple[float, float]:
    """Return the limits, NaN where the share is 0 or 1 or there are too few degrees of freedom.

    Parameters
    ----------
    share, se
        Weighted share and its design standard error.
    n
        Number of answers.

    References
    ----------
    Lumley, T., Scott, A. (2014). Tests for regression models fitted to survey data. Australian & New
    Zealand Journal of Statistics 56, 1–14.
    """
    if not (0 < share < 1) or not df > 0 or n < 2 or not se > 0:
        return np.nan, np.nan
    fitted, information = _fit(share, start)
    middle = float(np.log(fitted / (1 - fitted)))
    spread = se / (fitted * (1 - fitted))
    total = start.scaled_weight
    pearson = share * (1 - fitted) ** 2 + (1 - share) * fitted**2
    dispersion = total / (n - 1) * pearson / (fitted * (1 - fitted))
    cut = float(-stdtrit(df, (1 - level) / 2)) * spread * np.sqrt(information)
    reach = float(np.sqrt(fdtri(1, n - 1, 1 - ndtr(-cut) / 2)))
    if not np.isfinite(reach):
        # so few degrees of freedom that the walk would have no end
        return np.nan, np.nan

    at_fit = _deviance(share, fitted, total)
    odds, roots = [middle], [0.0]
    for sign in (-1, 1):
        root = 0.0
        for step in range(1, MAX_STEPS):
            if abs(root) >= reach:
                break
            here = middle + sign * step * reach / 5 * spread
            moved = _deviance(share, _share_at(here), total) - at_fit
            root = sign * float(np.sqrt(max(moved / dispersion, 0.0)))
            odds.append(here)
            roots.append(root)
    order = np.argsort(odds)
    x, y = spline_through(np.array(odds)[order], np.array(roots)[order], 3 * len(odds))
    lower, upper = np.interp([-cut, cut], y, x, left=np.nan, right=np.nan)
    return float(1 / (1 + np.exp(-lower))), float(1 / (1 + np.exp(-upper)))


def _fit(share: float, start: StartingSums) -> tuple[float, float]:
    """Iterate to the fitted share; return it and the information the last step worked with."""
    log_odds = start.score / start.information
    information, before = start.information, start.deviance
    for _ in range(MAX_FITS):
        fitted = 1 / (1 + np.exp(-log_odds))
        deviance = _deviance(share, fitted, start.scaled_weight)
        if abs(deviance - before) / (abs(deviance) + 0.1) < TOLERANCE:
            break
        before = deviance
        information = start.scaled_weight * fitted * (1 - fitted)
        log_odds += (share - fitted) / (fitted * (1 - fitted))
    return float(1 / (1 + np.exp(-log_odds))), information


def _share_at(odds: float) -> float:
    """The share at these log odds; beyond 30 it stays a rounding error short of 0 or 1, as R keeps it."""
    ratio = EPSILON if odds < -FARTHEST else 1 / EPSILON if odds > FARTHEST else float(np.exp(odds))
    return ratio / (1 + ratio)


def _deviance(share: float, fitted: float, weight: float) -> float:
    return float(-2 * weight * (share * np.log(fitted) + (1 - share) * np.log(1 - fitted)))


def starting_sums(has_trait: FloatArray, weight: FloatArray, mean_weight: float) -> StartingSums:
    """Sum one domain's answers.

    Parameters
    ----------
    has_trait, weight
        0 or 1, and the positive design weight, of everybody who answered; shape (n,).
    mean_weight
        Mean design weight of the domain's rows, answered or not.
    """
    v = weight / mean_weight
    m = (v * has_trait + 0.5) / (v + 1)
    information = v * m * (1 - m)
    working = np.log(m / (1 - m)) + (has_trait - m) / (m * (1 - m))
    return StartingSums(
        information=float(information.sum()),
        score=float((information * working).sum()),
        deviance=float(-2 * (v * np.where(has_trait > 0, np.log(m), np.log(1 - m))).sum()),
        scaled_weight=float(v.sum()),
    )
