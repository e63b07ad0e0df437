"""Tests for a trend that assume no model of sites: Cochran-Armitage, Mantel-Haenszel, Kendall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.trend.rounds import Codes, Floats


@dataclass(frozen=True)
class ChiSquare:
    """A test statistic with its degrees of freedom; not-a-number where there is nothing to compare."""

    statistic: float
    df: int

    @property
    def p(self) -> float:
        return float(chdtrc(self.df, self.statistic)) if self.df > 0 else float("nan")


def cochran_armitage(when: Floats, tested: Floats, positive: Floats) -> ChiSquare:
    """Test that prevalence has no linear trend over rounds.

    Notes
    -----
    (sum t (x - n p))^2 / (p (1 - p) sum n (t - mean t)^2) with p the prevalence over all rounds; the
    score test of the logistic slope. Takes all people as independent: sites that differ make it too
    sure.

    References
    ----------
    Armitage, P. (1955). Biometrics 11, 375-386.
    """
    share = positive.sum() / tested.sum()
    centre = tested @ when / tested.sum()
    spread = share * (1 - share) * (tested @ (when - centre) ** 2)
    if not spread > 0:
        return ChiSquare(float("nan"), 1)
    return ChiSquare(float((when @ (positive - tested * share)) ** 2 / spread), 1)


@dataclass(frozen=True)
class CommonOdds:
    """Odds ratio common to strata, and the test that it is one."""

    odds_ratio: float
    test: ChiSquare


def mantel_haenszel(
    exposed: Codes, positive: Floats, tested: Floats, stratum: Codes, *, continuity: bool = True
) -> CommonOdds:
    """Compare prevalence of two groups of cells within strata.

    Parameters
    ----------
    exposed
        1 for the later (or exposed) cells, 0 for the others.
    stratum
        Codes of strata, e.g. sites, shape (n,).

    Returns
    -------
    CommonOdds
        Odds of being positive among the others over those among the exposed, as R's
        ``mantelhaen.test`` has it for a table with rows (others, exposed) and columns (positive,
        negative); chi-square with continuity correction.

    References
    ----------
    Mantel, N. & Haenszel, W. (1959). J. National Cancer Institute 22, 719-748.
    """
    strata = int(stratum.max()) + 1
    cell = stratum * 2 + exposed
    counts = [np.bincount(cell, weights=part, minlength=2 * strata) for part in (positive, tested - positive)]
    table = np.stack(counts, axis=1).reshape(strata, 2, 2)
    total = table.sum(axis=(1, 2))
    table, total = table[total > 1], total[total > 1]
    rows, columns = table.sum(axis=2), table.sum(axis=1)
    expected = rows[:, 0] * columns[:, 0] / total
    variance = (rows.prod(axis=1) * columns.prod(axis=1) / (total**2 * (total - 1))).sum()
    gap = abs(float((table[:, 0, 0] - expected).sum()))
    # as R: a gap below the correction is left as it is
    shift = 0.5 if continuity and gap >= 0.5 else 0.0
    above = float((table[:, 0, 0] * table[:, 1, 1] / total).sum())
    below = float((table[:, 0, 1] * table[:, 1, 0] / total).sum())
    return CommonOdds(
        above / below if below > 0 else float("inf"),
        ChiSquare((gap - shift) ** 2 / float(variance) if variance > 0 else float("nan"), 1),
    )


@dataclass(frozen=True)
class RankTrend:
    """Kendall's tau of prevalence with time, pairs in order, and the two-sided p."""

    tau: float
    in_order: int
    p: float


def kendall(when: Floats, tested: Floats, positive: Floats) -> RankTrend:
    """Test whether prevalence tends to rise or fall with time, without shape or size of change.

    Exact p where no two prevalences tie. Few rounds can never show much: five rounds in perfect order
    give p = 0.017.
    """
    share = positive / tested
    if len(share) < 3 or len(np.unique(share)) < 2:
        return RankTrend(float("nan"), 0, float("nan"))
    ties = len(np.unique(share)) < len(share)
    from scipy.stats import kendalltau

    result = kendalltau(when, share, method="asymptotic" if ties else "exact")
    later = when[:, None] < when[None, :]
    return RankTrend(
        float(result.statistic), int((later & (share[:, None] < share[None, :])).sum()), float(result.pvalue)
    )


def wald(estimate: float, se: float) -> ChiSquare:
    """Return the square of an estimate over its standard error as a test with one degree of freedom."""
    return ChiSquare((estimate / se) ** 2 if se > 0 else float("nan"), 1)


def normal_quantile(level: float) -> float:
    return float(ndtri((1 + level) / 2))
