"""Quantiles of many domains, with Woodruff's interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dozor.core.design.replicates import Scales
from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.design.survey_design import SurveyDesign, degrees_of_freedom
from dozor.core.estimation.grouping import starts_of
from dozor.core.estimation.intervals import Interval, t_quantile
from dozor.core.estimation.quantile_rules import QuantileRule, quantile
from dozor.core.estimation.replication import rank_less_one, replicate_variance
from dozor.core.estimation.request import WoodruffInterval
from dozor.core.estimation.tabulate import share_limits
from dozor.core.estimation.variance import variance_of_sums

_SHARE_INTERVAL: dict[WoodruffInterval, Interval] = {
    "mean": "mean",
    "beta": "beta",
    "xlogit": "logit",
    "asin": "arcsine",
}


@dataclass(frozen=True)
class Replication:
    """Replicate weights of each answer, shape (rows, replicates), and their scales."""

    weights: FloatArray
    scales: Scales


@dataclass(frozen=True)
class Answers:
    """Answers to one numeric question, with their weight, unit and domain; missing ones left out.

    `count` says how many respondents a row stands for; all of shape (rows,).
    """

    value: FloatArray
    weight: FloatArray
    count: FloatArray
    unit: IntArray
    domain: IntArray


@dataclass(frozen=True)
class DomainQuantiles:
    """Quantiles of D domains at P shares; arrays of shape (D, P), `df` and `n` of shape (D,)."""

    estimate: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    df: FloatArray
    n: FloatArray


def domain_quantiles(
    answers: Answers,
    domains: int,
    design: SurveyDesign | None,
    p: Sequence[float],
    *,
    rule: QuantileRule = "math",
    interval: WoodruffInterval = "mean",
    level: float = 0.95,
    replication: Replication | None = None,
) -> DomainQuantiles:
    """Estimate quantiles and invert the interval of the share at or below each of them.

    Parameters
    ----------
    p
        Shares of the population below, 0–1.
    replication
        Replicate weights to take the variance from; by default it is the design's, with the degrees of
        freedom of the clusters and strata that hold answers.

    Notes
    -----
    The share at or below the quantile has an interval; the same rule read at its limits gives the limits of
    the quantile, and their distance over twice the critical value its standard error. A limit outside 0–1
    leaves the quantile without one.

    References
    ----------
    Woodruff, R. S. (1952). Confidence intervals for medians and other position measures. JASA 47, 635–646.
    """
    order = np.lexsort((answers.value, answers.domain))
    value, weight = answers.value[order], answers.weight[order]
    unit, domain = answers.unit[order], answers.domain[order]
    starts = starts_of(domain) if len(domain) else np.zeros(0, dtype=np.int64)
    slices = {
        int(domain[a]): slice(int(a), int(b))
        for a, b in zip(starts, np.append(starts[1:], len(domain)), strict=True)
    }
    shape = (domains, len(p))
    estimate, share = np.full(shape, np.nan), np.full(shape, np.nan)
    z = np.zeros((len(value), len(p)))
    spread, df = np.full(shape, np.nan), np.full(domains, np.nan)
    for d, rows in slices.items():
        total = weight[rows].sum()
        for j, at in enumerate(p):
            estimate[d, j] = quantile(value[rows], weight[rows], at, rule)
            below = value[rows] <= estimate[d, j]
            share[d, j] = (weight[rows] * below).sum() / total if not below.all() else 1.0
            z[rows, j] = weight[rows] * (below - share[d, j]) / total
        if replication is not None:
            each = replication.weights[order[rows]]
            below_all = (value[rows][:, None] <= estimate[d]).astype(np.float64)
            spread[d] = replicate_variance(
                each.T @ below_all / each.sum(axis=0)[:, None], share[d], replication.scales
            )
            df[d] = rank_less_one(each.T @ each)

    n = np.bincount(answers.domain, answers.count, minlength=domains).astype(np.float64)
    if replication is None and design is not None:
        df = degrees_of_freedom(design, unit, domain, domains)
        spread = variance_of_sums(z, unit, domain, domains, design)
    size = np.repeat(n[:, None], len(p), axis=1)
    freedom = np.repeat(df[:, None], len(p), axis=1)
    low, high = share_limits(
        share,
        np.sqrt(spread),
        df=freedom,
        level=level,
        interval=_SHARE_INTERVAL[interval],
        respondents=size,
        n=size,
    )
    lower, upper = np.full(shape, np.nan), np.full(shape, np.nan)
    for d, rows in slices.items():
        for j in range(len(p)):
            if low[d, j] >= 0:
                lower[d, j] = quantile(value[rows], weight[rows], low[d, j], rule)
            if high[d, j] <= 1:
                upper[d, j] = quantile(value[rows], weight[rows], high[d, j], rule)
    se = (upper - lower) / (2 * t_quantile(level, freedom))
    return DomainQuantiles(estimate, se, lower, upper, df, n)
