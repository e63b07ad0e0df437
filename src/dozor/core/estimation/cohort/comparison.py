"""Do groups leave at different speed? The log-rank test and its early-weighted variant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc  # scipy.stats takes a second to load

from dozor.core.estimation.cohort.followup import Codes, Floats, FollowUp, together


@dataclass(frozen=True)
class GroupComparison:
    """Leavers observed and expected in each group, and the test that they agree."""

    observed: Floats
    expected: Floats
    chi_square: float
    df: int

    @property
    def p(self) -> float:
        return float(chdtrc(self.df, self.chi_square)) if self.df > 0 else float("nan")


def compare_groups(cohort: FollowUp, group: Codes, *, rho: float = 0.0) -> GroupComparison:
    """Test that curves of groups are one curve.

    Parameters
    ----------
    group
        Codes from 0, shape (n,).
    rho
        0: log-rank; 1: Peto and Peto's, which weighs early differences by the share still there.

    Notes
    -----
    At each time the leavers are compared with their hypergeometric expectation given who is at risk;
    the statistic is chi-square with groups minus one degrees of freedom. Design weights are not used:
    with a complex sample compare shares at a stated time instead.

    References
    ----------
    Harrington, D. P. & Fleming, T. R. (1982). Biometrika 69, 553-566.
    """
    time = together(cohort.time)
    groups = int(group.max()) + 1
    times, place = np.unique(time, return_inverse=True)
    place = place.reshape(-1)
    shape = (len(times), groups)

    def count(rows: Codes, chosen: Codes) -> Floats:
        cells = np.bincount(rows[chosen] * groups + group[chosen], minlength=shape[0] * groups)
        return cells[: shape[0] * groups].reshape(shape).astype(float)

    everyone = np.arange(cohort.size)
    ending = count(place, everyone)
    at_risk = ending[::-1].cumsum(axis=0)[::-1]
    if cohort.entry is not None:
        late = np.searchsorted(times, cohort.entry, side="right")
        entering = count(late, np.flatnonzero(late < len(times)))
        at_risk -= entering[::-1].cumsum(axis=0)[::-1] - entering
    leaving = count(place, np.flatnonzero(cohort.exit > 0))
    n, d = at_risk.sum(axis=1), leaving.sum(axis=1)
    some = (d > 0) & (n > 0)
    at_risk, leaving, n, d = at_risk[some], leaving[some], n[some], d[some]
    weight = np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]]) ** rho
    observed = (weight[:, None] * leaving).sum(axis=0)
    expected = (weight[:, None] * at_risk * (d / n)[:, None]).sum(axis=0)
    spread = weight**2 * d * np.where(n > 1, (n - d) / np.maximum(n - 1, 1), 0) / n
    covariance = np.diag((spread[:, None] * at_risk).sum(axis=0)) - (
        (spread / n)[:, None, None] * at_risk[:, :, None] * at_risk[:, None, :]
    ).sum(axis=0)
    kept = np.flatnonzero(expected > 0)[1:]
    difference = (observed - expected)[kept]
    statistic = (
        float(difference @ np.linalg.solve(covariance[np.ix_(kept, kept)], difference)) if len(kept) else 0.0
    )
    return GroupComparison(observed, expected, statistic, len(kept))
