"""Shares, means, totals and ratios of many domains at once, linearised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.design.survey_design import SurveyDesign, degrees_of_freedom
from dozor.core.estimation.grouping import sums_of_runs
from dozor.core.estimation.totals import Totals
from dozor.core.estimation.variance import variance_of_sums

ROUNDING = 1e-14


@dataclass(frozen=True)
class Linearised:
    """Estimates of D domains and K columns, and the values whose sums they move with.

    Parameters
    ----------
    estimate
        Shape (D, K); NaN where nobody answered.
    z, unit, domain
        Linearised weighted values of each row, its unit and its domain; `z` has shape (rows, K).
    answers
        Number of answers behind each row; shape (rows, K) or (rows, 1).
    n, weight
        Answers and their weight; shape (D, K).
    respondents, df
        Rows of the sample, and clusters less strata; shape (D, K) (they differ between columns only
        where a ``given`` part narrows the population).
    """

    estimate: FloatArray
    z: FloatArray
    unit: IntArray
    domain: IntArray
    answers: FloatArray
    n: FloatArray
    weight: FloatArray
    respondents: FloatArray
    df: FloatArray

    @property
    def domains(self) -> int:
        return len(self.estimate)

    def se(self, design: SurveyDesign) -> FloatArray:
        """Standard errors, shape (D, K); NaN where nobody answered."""
        variance = variance_of_sums(
            self.z, self.unit, self.domain, self.domains, design, has_answers=self.answers
        )
        return standard_error(self.estimate, variance)


def standard_error(estimate: FloatArray, variance: FloatArray) -> FloatArray:
    """Take the root; NaN where there is no estimate, zero where rounding is all that is left."""
    se = np.where(np.isnan(estimate), np.nan, np.sqrt(variance))
    return np.asarray(np.where(se <= ROUNDING * np.abs(estimate), 0.0, se))


def linearise(totals: Totals, domains: int, design: SurveyDesign | None) -> Linearised:
    """Estimate every column in every domain.

    Parameters
    ----------
    totals
        Sorted by cell, then unit, the cells being the domains (``Totals.in_domains``).
    design
        Counts the degrees of freedom; ``None``: they come from elsewhere and are NaN here.

    Notes
    -----
    A share, mean or ratio is ``R = sum(w y) / sum(w x)`` and moves with ``w (y - R x) / sum(w x)``; a total
    moves with ``w y``. Answers missing from one column leave the others alone.

    References
    ----------
    Wolter (2007). Introduction to Variance Estimation, 2nd ed. Springer, chapter 6.
    """
    domain = totals.cell
    numerator = _added(totals.numerator, domain, domains)
    shape = numerator.shape
    denominator = np.broadcast_to(_added(totals.denominator, domain, domains), shape)
    n = np.broadcast_to(_added(totals.answers, domain, domains), shape)
    weight = (
        denominator
        if totals.denominator is totals.answered_weight
        else np.broadcast_to(_added(totals.answered_weight, domain, domains), shape)
    )
    is_total = np.array([column.kind == "total" for column in totals.columns])
    is_share = np.array([column.kind == "share" for column in totals.columns])
    answered = n > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(answered, numerator / denominator, np.nan)
    # everybody has the trait: one, whatever the last digit of the two sums
    everybody = is_share & (np.abs(numerator - denominator) <= ROUNDING * np.abs(denominator))
    ratio = np.where(everybody & answered, 1.0, ratio)
    estimate = np.where(is_total, np.where(answered, numerator, np.nan), ratio)

    slope = np.where(is_total | ~answered, 0.0, ratio)
    scale = np.where(is_total | ~answered, 1.0, denominator)
    z = (totals.numerator - slope[domain] * totals.denominator) / scale[domain]
    if everybody.any():
        z[everybody[domain]] = 0.0
    respondents, df = _frame(totals, domain, domains, design)
    return Linearised(
        estimate=estimate,
        z=z,
        unit=totals.unit,
        domain=domain,
        answers=totals.answers,
        n=n,
        weight=weight,
        respondents=respondents,
        df=df,
    )


def _frame(
    totals: Totals, domain: IntArray, domains: int, design: SurveyDesign | None
) -> tuple[FloatArray, FloatArray]:
    """Rows and degrees of freedom of each domain and column."""
    width = len(totals.columns)
    rows = np.bincount(domain, totals.respondents, minlength=domains)
    all_rows = np.repeat(rows[:, None].astype(np.float64), width, axis=1)
    for column, eligible in totals.eligible.items():
        all_rows[:, column] = np.bincount(domain, eligible, minlength=domains)
    if design is None:
        return all_rows, np.full_like(all_rows, np.nan)
    df = degrees_of_freedom(design, totals.unit, domain, domains)
    all_df = np.repeat(df[:, None], width, axis=1)
    for column, eligible in totals.eligible.items():
        has = eligible > 0
        all_df[:, column] = degrees_of_freedom(design, totals.unit[has], domain[has], domains)
    return all_rows, all_df


def design_effect(totals: Totals, linear: Linearised, se: FloatArray, *, of_population: bool) -> FloatArray:
    """Return variance over the variance of a simple random sample of as many answers; shape (D, K).

    Parameters
    ----------
    of_population
        Whether the weights add up to a population, from which the simple random sample would be drawn
        without replacement (R's default); otherwise it is drawn with replacement.

    Returns
    -------
    FloatArray
        NaN with fewer than two answers, without variation, or where the weights add up to fewer persons
        than answered.
    """
    n, weight = linear.n, linear.weight
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = _unit_variance(totals, linear) * n / (n - 1)
        simple = spread / n
        if of_population:
            simple = np.where(weight < n, np.nan, simple * (weight - n) / weight)
        effect = np.square(se) / simple
    return np.asarray(np.where(np.isfinite(effect), effect, np.nan))


def _unit_variance(totals: Totals, linear: Linearised) -> FloatArray:
    """Weighted variance of one answer's influence, times the square of the answers' weight."""
    p = linear.estimate
    spread = p * (1 - p)
    domains = linear.domains
    for k, column in enumerate(totals.columns):
        if column.kind == "share":
            continue
        sums = totals.squares[k]
        weight = linear.weight[:, k]
        yy = np.bincount(linear.domain, sums.yy, minlength=domains)
        if column.kind == "ratio" and sums.xy is not None and sums.xx is not None:
            xy = np.bincount(linear.domain, sums.xy, minlength=domains)
            xx = np.bincount(linear.domain, sums.xx, minlength=domains)
            denominator = np.bincount(linear.domain, totals.denominator[:, k], minlength=domains)
            r = p[:, k]
            spread[:, k] = (yy - 2 * r * xy + r**2 * xx) / weight * (weight / denominator) ** 2
        else:
            first = np.bincount(linear.domain, totals.numerator[:, k], minlength=domains)
            mean = first / weight - sums.centre
            spread[:, k] = yy / weight - mean**2
            if column.kind == "total":
                spread[:, k] *= weight**2
    return np.asarray(np.maximum(spread, 0.0))


def _added(values: FloatArray, domain: IntArray, domains: int) -> FloatArray:
    """Add sorted rows up by domain."""
    result = np.zeros((domains, values.shape[1]))
    if len(domain):
        starts = np.flatnonzero(np.diff(domain, prepend=-1))
        result[domain[starts]] = sums_of_runs(values, starts)
    return result
