"""Kaplan and Meier's curve: the share still there, when some were not followed to the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dozor.core.estimation.cohort.followup import SAME_TIME, Floats, FollowUp, together
from dozor.core.estimation.cohort.limits import SurvivalInterval, survival_limits


@dataclass(frozen=True)
class Curve:
    """Share still there after each time at which someone left, entered or was last seen.

    Parameters
    ----------
    time
        Ascending, shape (T,).
    at_risk, events
        Weighted numbers just before and at each time.
    survival, se
        Share still there from that time on, 0–1, and its standard error.
    """

    time: Floats
    at_risk: Floats
    events: Floats
    survival: Floats
    se: Floats

    def at(self, when: float) -> tuple[float, float]:
        """Share and standard error at one time; not-a-number after the last observation."""
        if not len(self.time) or when > self.time[-1] + SAME_TIME:
            return float("nan"), float("nan")
        place = int(np.searchsorted(self.time, when + SAME_TIME, side="right")) - 1
        return (1.0, 0.0) if place < 0 else (float(self.survival[place]), float(self.se[place]))

    def risk_at(self, when: float) -> float:
        """Return the weighted number at risk just before a time."""
        place = int(np.searchsorted(self.time, when - SAME_TIME))
        return float(self.at_risk[place]) if place < len(self.time) else 0.0

    def quantile(
        self, p: float, *, kind: SurvivalInterval = "log", level: float = 0.95
    ) -> tuple[float, float, float]:
        """Time by which a share `p` has left, with limits where those of the curve cross it.

        Not-a-number where the curve does not fall so far. A flat stretch of the curve exactly at
        1 - p gives its middle, as R has it.
        """
        lower, upper = survival_limits(self.survival, self.se, kind, level)
        return (
            _crossing(self.time, 1 - self.survival, p),
            _crossing(self.time, 1 - lower, p),
            _crossing(self.time, 1 - upper, p),
        )

    def restricted_mean(self, until: float) -> tuple[float, float]:
        """Mean time still there up to a limit, with its standard error (unweighted, Greenwood)."""
        inside = self.time < until
        edges = np.concatenate([[0.0], self.time[inside], [until]])
        height = np.concatenate([[1.0], self.survival[inside]])
        area = np.diff(edges) * height
        ahead = area.sum() - np.cumsum(area)[:-1]
        left = self.at_risk[inside] - self.events[inside]
        hazard = np.divide(
            self.events[inside], self.at_risk[inside] * left, out=np.zeros_like(left), where=left > 0
        )
        return float(area.sum()), float(np.sqrt((ahead**2 * hazard).sum()))


def kaplan_meier(cohort: FollowUp, *, robust: bool | None = None) -> Curve:
    """Estimate the share still there over time; any way out counts.

    Parameters
    ----------
    robust
        Variance by infinitesimal jackknife, summed within clusters, instead of Greenwood's; by
        default for cohorts with weights or clusters.

    Notes
    -----
    S(t) = prod (1 - d_j / n_j) over times up to t, with weighted leavers d_j and people at risk n_j:
    those whose observation began before t_j and had not ended. Greenwood: var log S =
    sum d_j / (n_j (n_j - d_j)). Censoring must tell nothing of who would leave: people lost from view
    are leavers here, not censored.

    References
    ----------
    Kaplan, E. L. & Meier, P. (1958). JASA 53, 457-481.
    Therneau, T. M. & Grambsch, P. M. (2000). Modeling Survival Data. Springer, ch. 2.
    """
    time = together(cohort.time)
    times, at_risk, events = _counts(cohort, time)
    left = at_risk - events
    factor = np.divide(left, at_risk, out=np.ones_like(left), where=at_risk > 0)
    factor[np.abs(factor) < 1e-12] = 0.0
    survival = np.cumprod(factor).astype(float)
    some_left = (left > 0) & (factor > 0)
    step = np.divide(events, at_risk * left, out=np.zeros_like(left), where=some_left)
    if robust is None:
        robust = cohort.is_weighted
    if not robust:
        se = survival * np.sqrt(np.cumsum(step))
        se[survival == 0] = np.nan
        return Curve(times, at_risk, events, survival, se)
    curve = Curve(times, at_risk, events, survival, np.zeros_like(survival))
    scores = _Scores(cohort, curve)
    sums = np.array([sum_of_squares(cohort, scores.until(limit)) for limit in range(len(times))])
    return Curve(times, at_risk, events, survival, survival * np.sqrt(sums))


def influence(cohort: FollowUp, curve: Curve, when: float) -> Floats:
    """Return each person's influence on the share at one time (derivative by weight), shape (n,).

    Feed ``weight * influence`` to a design's variance for stratified samples.
    """
    share, _ = curve.at(when)
    limit = int(np.searchsorted(curve.time, when + SAME_TIME, side="right")) - 1
    return -share * _Scores(cohort, curve).until(limit)


class _Scores:
    """Derivatives of -log S by each person's weight.

    One who leaves at t adds 1 / (n - d) at t, and takes d / (n (n - d)) away at each time at risk.
    """

    def __init__(self, cohort: FollowUp, curve: Curve) -> None:
        left = curve.at_risk - curve.events
        some = left > 1e-12 * curve.at_risk
        step = np.divide(curve.events, curve.at_risk * left, out=np.zeros_like(left), where=some)
        self.total = np.concatenate([[0.0], np.cumsum(step)])
        self.gone = np.divide(1.0, left, out=np.zeros_like(left), where=some)
        self.place = np.searchsorted(curve.time, together(cohort.time))
        self.began = np.searchsorted(curve.time, cohort.entries, side="right")
        self.leaves = cohort.exit > 0

    def until(self, limit: int) -> Floats:
        seen = np.minimum(self.place, limit) + 1
        score = np.where(self.leaves & (self.place <= limit), self.gone[self.place], 0.0)
        return np.asarray(score - (self.total[seen] - self.total[np.minimum(self.began, seen)]))


def sum_of_squares(cohort: FollowUp, score: Floats) -> float:
    """Sum over clusters of squared weighted scores."""
    each = cohort.weights * score
    if cohort.cluster is not None:
        each = np.bincount(cohort.cluster, weights=each).astype(float)
    return float(each @ each)


def _counts(cohort: FollowUp, time: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the distinct times of ends, and the weighted numbers at risk and leaving at each."""
    weight = cohort.weights
    times, place = np.unique(time, return_inverse=True)
    place = place.reshape(-1)
    ending = np.bincount(place, weights=weight, minlength=len(times))
    at_risk = np.cumsum(ending[::-1])[::-1]
    if cohort.entry is not None:
        # someone who enters at t is at risk after t, not at it
        late = np.searchsorted(times, cohort.entry, side="right")
        entering = np.bincount(late, weights=weight, minlength=len(times) + 1)[: len(times) + 1]
        at_risk = at_risk - (entering[::-1].cumsum()[::-1] - entering)[: len(times)]
    events = np.bincount(place, weights=weight * (cohort.exit > 0), minlength=len(times))
    return times, np.asarray(at_risk, dtype=float), np.asarray(events, dtype=float)


def _crossing(time: Floats, gone: Floats, p: float) -> float:
    """Time at which a rising step curve reaches p."""
    time, gone = np.concatenate([[0.0], time]), np.concatenate([[0.0], gone])
    last = time[-1]
    known = ~np.isnan(gone)
    time, gone = time[known], gone[known]
    _, first = np.unique(gone, return_index=True)
    time, gone = time[np.sort(first)], gone[np.sort(first)]
    order = np.argsort(gone, kind="stable")
    time, gone = time[order], gone[order]
    touched = int(np.searchsorted(gone + SAME_TIME, p))
    passed = int(np.searchsorted(gone - SAME_TIME, p))
    if touched >= len(gone):
        return float("nan")
    if touched < len(gone) and abs(gone[-1] - p) < SAME_TIME:
        return float((time[touched] + last) / 2)
    return float("nan") if passed >= len(gone) else float((time[touched] + time[passed]) / 2)
