"""Weights brought to known population totals, and what that leaves of the variance.

Records are rows, or groups of rows alike in everything the totals speak of; a record's weight is the sum
of its rows' design weights. Each function returns the factor ``g`` its weights are multiplied by and a
projection that takes from linearised values the part the known totals explain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.findings import Finding, Refused

CYCLES = 1000
CONVERGED = 1e-13  # of a margin's total
RAKED_PROJECTIONS = 10  # as R's svyrecvar takes them


@dataclass(frozen=True)
class Adjustment:
    """Factors of shape (records,), and the projection of values of shape (records, columns)."""

    factor: FloatArray
    project: Callable[[FloatArray], FloatArray]


def post_stratified(group: IntArray, weight: FloatArray, totals: FloatArray) -> Adjustment:
    """Bring each group's weights to its total.

    Parameters
    ----------
    group
        Post-stratum of each record, each of them with some record.
    totals
        Persons in each post-stratum.

    Notes
    -----
    The variance is that of deviations from the post-stratum's weighted mean.

    References
    ----------
    Valliant (1993). Poststratification and conditional variance estimation. JASA 88, 89–96.
    """
    sampled = np.bincount(group, weight, minlength=len(totals))
    part = (weight / sampled[group])[:, None]

    def project(z: FloatArray) -> FloatArray:
        return z - part * _sum_by(z, group, len(totals))[group]

    return Adjustment((totals / sampled)[group], project)


def raked(groups: Sequence[IntArray], weight: FloatArray, totals: Sequence[FloatArray]) -> Adjustment:
    """Bring the weights to several margins in turn, until all of them hold.

    Parameters
    ----------
    groups, totals
        Of each margin: the category of each record, and the persons in each category.
    weight
        One row's weight: raking needs records of single rows.

    Raises
    ------
    Refused
        ``EST-TOTALS-MARGINS``: the margins speak of different populations; ``EST-TOTALS-UNMET``: no
        convergence.

    Notes
    -----
    The variance is that of deviations from each margin's mean in turn, ten times over, the means being
    unweighted: R's way.

    References
    ----------
    Deming, Stephan (1940). Annals of Mathematical Statistics 11, 427–444.
    """
    populations = [float(total.sum()) for total in totals]
    for population in populations[1:]:
        if abs(population - populations[0]) > 1e-6 * populations[0]:
            values = {"other": f"{population:g}"}
            raise Refused(Finding("EST-TOTALS-MARGINS", found=f"{populations[0]:g}", values=values))
    fitted = weight.copy()
    for _ in range(CYCLES):
        worst = 0.0
        for group, total in zip(groups, totals, strict=True):
            ratio = total / np.bincount(group, fitted, minlength=len(total))
            worst = max(worst, float(np.abs(ratio - 1).max()))
            fitted = fitted * ratio[group]
        if worst <= CONVERGED:
            break
    else:
        raise Refused(Finding("EST-TOTALS-UNMET"))
    sizes = [np.bincount(group, minlength=len(total)) for group, total in zip(groups, totals, strict=True)]

    def project(z: FloatArray) -> FloatArray:
        each = z / fitted[:, None]
        for _ in range(RAKED_PROJECTIONS):
            for group, size in zip(groups, sizes, strict=True):
                each = each - (_sum_by(each, group, len(size)) / size[:, None])[group]
        return each * fitted[:, None]

    return Adjustment(fitted / weight, project)


def calibrated(x: FloatArray, weight: FloatArray, totals: FloatArray) -> Adjustment:
    """Bring the weighted sums of auxiliary variables to their totals, moving the weights as little as can be.

    Parameters
    ----------
    x
        Auxiliary variables of each record; shape (records, terms).
    totals
        Their population totals; shape (terms,).

    Raises
    ------
    Refused
        ``EST-TOTALS-UNMET``: the terms repeat each other.

    Notes
    -----
    ``g = 1 + x' (sum w x x')^-1 (T - sum w x)``: the generalised regression estimator. The variance is that
    of residuals from the regression on `x` with the design weights, times the new ones.

    References
    ----------
    Deville, Särndal (1992). Calibration estimators in survey sampling. JASA 87, 376–382.
    """
    information = x.T @ (x * weight[:, None])
    scale = np.sqrt(np.diag(information))
    if (scale == 0).any() or np.linalg.cond(information / np.outer(scale, scale)) > 1e12:
        raise Refused(Finding("EST-TOTALS-UNMET"))
    factor = 1 + x @ np.linalg.solve(information, totals - x.T @ weight)

    def project(z: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            per_factor = np.where(factor[:, None] != 0, z / factor[:, None], 0.0)
        slope = np.linalg.solve(information, x.T @ per_factor)
        return z - (factor * weight)[:, None] * (x @ slope)

    return Adjustment(factor, project)


def _sum_by(values: FloatArray, group: IntArray, groups: int) -> FloatArray:
    added = np.zeros((groups, values.shape[1]))
    for k in range(values.shape[1]):
        added[:, k] = np.bincount(group, values[:, k], minlength=groups)
    return added
