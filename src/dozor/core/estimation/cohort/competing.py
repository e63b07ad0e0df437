"""Ways out kept apart: the share who died, were lost, stopped or moved, each by each time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dozor.core.estimation.cohort.followup import SAME_TIME, Codes, Floats, FollowUp, together
from dozor.core.estimation.cohort.survival import Curve, influence, kaplan_meier, sum_of_squares


@dataclass(frozen=True)
class Incidence:
    """Shares in each state over time: column 0 still there, column k gone by way k.

    Parameters
    ----------
    time
        Ascending, shape (T,).
    share
        Shape (T, 1 + ways); each row adds up to 1.
    """

    time: Floats
    share: Floats
    cohort: FollowUp
    curve: Curve

    def at(self, when: float) -> tuple[Floats, Floats]:
        """Shares and standard errors at one time; not-a-number after the last observation."""
        ways = self.share.shape[1]
        if not len(self.time) or when > self.time[-1] + SAME_TIME:
            return np.full(ways, np.nan), np.full(ways, np.nan)
        last = int(np.searchsorted(self.time, when + SAME_TIME, side="right")) - 1
        if last < 0:
            return np.eye(ways)[0], np.zeros(ways)
        moved = [influence(self.cohort, self.curve, when)]
        moved += [self._influence(way, last) for way in range(1, ways)]
        return self.share[last], np.sqrt([sum_of_squares(self.cohort, each) for each in moved])

    def _influence(self, way: int, last: int) -> Floats:
        """Derivative of one way's share at the time number `last` by each person's weight.

        The share is the sum of rises S(t-) d_k / n. A person at risk lowers n in every rise, and by
        lowering n earlier raises S(t-); having left, it has lowered S in every later rise.
        """
        cohort, curve = self.cohort, self.curve
        before = np.concatenate([[1.0], curve.survival[:-1]])
        rise = np.diff(self.share[:, way], prepend=0.0)
        left = curve.at_risk - curve.events
        some = left > 1e-12 * curve.at_risk
        step = np.divide(curve.events, curve.at_risk * left, out=np.zeros_like(left), where=some)
        gone = np.divide(1.0, left, out=np.zeros_like(left), where=some)
        each = np.divide(before, curve.at_risk, out=np.zeros_like(left), where=curve.at_risk > 0)
        total, area = _sums(step), _sums(rise)
        weighted = _sums(rise * total[:-1])
        thinned = _sums(np.divide(rise, curve.at_risk, out=np.zeros_like(rise), where=curve.at_risk > 0))
        place = np.searchsorted(curve.time, together(cohort.time))
        end = np.minimum(place, last) + 1
        began = np.minimum(np.searchsorted(curve.time, cohort.entries, side="right"), end)
        score = np.where((cohort.exit > 0) & (place <= last), gone[place], 0.0) - (total[end] - total[began])
        own = np.where((cohort.exit == way) & (place <= last), each[place], 0.0)
        while_there = weighted[end] - weighted[began] - total[began] * (area[end] - area[began])
        return np.asarray(
            own + while_there - (thinned[end] - thinned[began]) - score * (area[last + 1] - area[end])
        )


def cumulative_incidence(cohort: FollowUp, ways: int | None = None) -> Incidence:
    """Estimate the share gone by each way over time.

    Parameters
    ----------
    ways
        How many ways out there are; the largest code in `cohort.exit` by default.

    Notes
    -----
    Aalen and Johansen: F_k(t) = sum S(t_j-) d_kj / n_j. Standard errors by infinitesimal jackknife
    (as R's survival for several states), summed within clusters. One minus Kaplan-Meier with the other
    ways censored would count people who died as if they could still be lost, and overstates.

    References
    ----------
    Aalen, O. O. & Johansen, S. (1978). Scand. J. Statistics 5, 141-150.
    """
    ways = int(cohort.exit.max()) if ways is None else ways
    curve = kaplan_meier(cohort, robust=False)
    place: Codes = np.searchsorted(curve.time, together(cohort.time))
    before = np.concatenate([[1.0], curve.survival[:-1]])
    shares = [curve.survival]
    for way in range(1, ways + 1):
        leaving = np.bincount(place, weights=cohort.weights * (cohort.exit == way), minlength=len(curve.time))
        rise = np.divide(before * leaving, curve.at_risk, out=np.zeros_like(before), where=curve.at_risk > 0)
        shares.append(np.cumsum(rise))
    return Incidence(curve.time, np.stack(shares, axis=1), cohort, curve)


def _sums(values: Floats) -> Floats:
    """Running sums that begin with nothing."""
    return np.concatenate([[0.0], np.cumsum(values)])
