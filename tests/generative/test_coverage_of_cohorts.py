"""Simulated cohorts and rounds: a 95 % interval holds the truth 93–97 times in a hundred.

COV-001  Retention at 12 months: Wilson for the headline, log-log and logit for the curve under censoring.
COV-002  The slope of a trend within sites, with people independent.
"""

from __future__ import annotations

import numpy as np
import pytest

from dozor.core.estimation.cohort.followup import FollowUp
from dozor.core.estimation.cohort.limits import survival_limits
from dozor.core.estimation.cohort.retention import Cohort, Rules, share_on_therapy
from dozor.core.estimation.cohort.survival import kaplan_meier
from dozor.core.estimation.trend.logistic import fit_logistic

TIMES = 2000
HAZARD = 0.03  # by month; 70 % still there after 12


def covered(low: float, high: float, truth: float) -> bool:
    return low <= truth <= high


def test_retention() -> None:
    rng = np.random.default_rng(11)
    truth = np.exp(-12 * HAZARD)
    held = {"wilson": 0, "log-log": 0, "logit": 0}
    for _ in range(TIMES):
        left = rng.exponential(1 / HAZARD, 150)
        followed = FollowUp(np.minimum(left, 24.0), (left < 24).astype(int))
        row = share_on_therapy(Cohort(followed, ("out",)), 12, rules=Rules())
        held["wilson"] += covered(row.lower, row.upper, truth)
        censored = rng.uniform(3, 30, 150)
        curve = kaplan_meier(FollowUp(np.minimum(left, censored), (left <= censored).astype(int)))
        share, se = curve.at(12)
        for kind in ("log-log", "logit"):
            low, high = survival_limits(np.array([share]), np.array([se]), kind)
            held[kind] += covered(low[0], high[0], truth)
    assert {kind: 0.93 <= times / TIMES <= 0.97 for kind, times in held.items()} == dict.fromkeys(held, True)


def test_slope_within_sites() -> None:
    rng = np.random.default_rng(12)
    when, site = np.tile(np.arange(6.0) - 2.5, 5), np.repeat(np.arange(5), 6)
    design = np.column_stack([when, *[(site == s).astype(float) for s in range(5)]])
    odds = -2.5 + 0.3 * site + 0.1 * when
    tested = np.full(30, 200.0)
    held = 0
    for _ in range(TIMES):
        positive = rng.binomial(200, 1 / (1 + np.exp(-odds))).astype(float)
        fit = fit_logistic(design, positive, tested)
        reach = 1.959963984540054 * np.sqrt(fit.covariance[0, 0])
        held += covered(fit.coefficients[0] - reach, fit.coefficients[0] + reach, 0.1)
    assert held / TIMES == pytest.approx(0.95, abs=0.02)
