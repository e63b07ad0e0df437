"""Differences between domains or rounds, with their t test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtr  # scipy.stats takes a second to load

from dozor.core.design.stage import FloatArray
from dozor.core.design.survey_design import SurveyDesign, degrees_of_freedom
from dozor.core.estimation.estimate import Estimate, known
from dozor.core.estimation.intervals import symmetric
from dozor.core.estimation.linear import Linearised, standard_error
from dozor.core.estimation.totals import Column
from dozor.core.estimation.variance import variance_of_sums

Pair = tuple[int, int]


@dataclass(frozen=True)
class Comparison(Estimate):
    """The estimate in `domain` less the estimate `against` another, and the test that they are equal.

    `statistic` is the difference over its standard error, `p` two-sided from the t distribution.
    """

    against: Mapping[str, str] = field(default_factory=dict)
    statistic: float | None = None
    p: float | None = None

    def as_row(self) -> dict[str, object]:
        return {**super().as_row(), "against": dict(self.against)}


@dataclass(frozen=True)
class Differences:
    """Differences of P pairs and K columns; arrays of shape (P, K)."""

    estimate: FloatArray
    se: FloatArray
    df: FloatArray
    n: FloatArray


def differences(linear: Linearised, pairs: Sequence[Pair], design: SurveyDesign) -> Differences:
    """Subtract the second domain's estimates from the first's, pair by pair.

    Parameters
    ----------
    pairs
        Numbers of the two domains; they share no respondent.

    Notes
    -----
    Both domains' linearised values enter one variance, so that what clusters have in common is taken into
    account. Degrees of freedom are clusters less strata with answers in either domain, less one, as the t
    test of R's ``svyttest`` has them.
    """
    first, second = np.array(pairs).T
    estimate = linear.estimate[first] - linear.estimate[second]
    z, unit, code, answers = [], [], [], []
    for place, pair in enumerate(pairs):
        for domain, sign in zip(pair, (1.0, -1.0), strict=True):
            rows = slice(*np.searchsorted(linear.domain, [domain, domain + 1]))
            z.append(sign * linear.z[rows])
            answers.append(np.broadcast_to(linear.answers[rows], linear.z[rows].shape))
            unit.append(linear.unit[rows])
            code.append(np.full(len(linear.unit[rows]), place, dtype=np.int64))
    units, codes, counted = np.concatenate(unit), np.concatenate(code), np.concatenate(answers)
    count = len(pairs)
    variance = variance_of_sums(np.concatenate(z), units, codes, count, design, has_answers=counted)
    df = np.empty_like(estimate)
    for k in range(estimate.shape[1]):
        has = counted[:, k] > 0
        df[:, k] = degrees_of_freedom(design, units[has], codes[has], count) - 1
    return Differences(estimate, standard_error(estimate, variance), df, linear.n[first] + linear.n[second])


def rows_of_differences(
    columns: Sequence[Column],
    domains: Sequence[Mapping[str, str]],
    pairs: Sequence[Pair],
    found: Differences,
    *,
    level: float,
    method: str,
) -> list[Comparison]:
    """Write differences as rows with their interval and test."""
    lower, upper = symmetric(found.estimate, found.se, df=found.df, level=level)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = found.estimate / found.se
        p = np.where(found.df > 0, 2 * stdtr(np.maximum(found.df, 1), -np.abs(t)), np.nan)
    return [
        Comparison(
            estimand="difference",
            name=column.name,
            domain=domains[first],
            against=domains[second],
            estimate=known(found.estimate[i, k]),
            se=known(found.se[i, k]),
            lower=known(lower[i, k]),
            upper=known(upper[i, k]),
            df=known(found.df[i, k]),
            n=int(found.n[i, k]),
            statistic=known(t[i, k]) if np.isfinite(t[i, k]) else None,
            p=known(p[i, k]) if np.isfinite(t[i, k]) else None,
            method=f"{method}; t",
        )
        for i, (first, second) in enumerate(pairs)
        for k, column in enumerate(columns)
    ]


def pairs_within(domains: Sequence[Mapping[str, str]], column: str) -> list[Pair]:
    """List the pairs of domains that differ in one column only, the later value first."""
    rest = [tuple((c, v) for c, v in domain.items() if c != column) for domain in domains]
    return [
        (later, earlier)
        for later in range(len(domains))
        for earlier in range(later)
        if rest[later] == rest[earlier]
    ]
