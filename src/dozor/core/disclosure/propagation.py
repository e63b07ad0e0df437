"""Narrows bounds from row to row, as anyone with a pencil can: what is certain about hidden quantities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.system import Bools, Ints, System


@dataclass(frozen=True)
class Certain:
    """Bounds that hold in every table that is possible.

    Parameters
    ----------
    lower, upper
        Shape (n,); ±`UNBOUNDED` where nothing is known.
    lower_row, upper_row
        The row that gave each bound; −1 for what was said of the quantity itself.
    """

    lower: Ints
    upper: Ints
    lower_row: Ints
    upper_row: Ints


def propagate(system: System, hidden: Bools, *, rounds: int = 60) -> Certain:
    """Tighten the bounds of every quantity by every row until nothing changes, at most `rounds` times.

    Notes
    -----
    Whole numbers below 2⁵³ are exact in floating point; bounds are rounded inwards to whole numbers.
    Never wrong, but weaker than the linear programme: it looks at one row at a time.
    """
    said_lower, said_upper = system.bounds(hidden)
    lower, upper = said_lower.astype(float), said_upper.astype(float)
    lower[said_lower <= -UNBOUNDED], upper[said_upper >= UNBOUNDED] = -np.inf, np.inf
    lower_row, upper_row = np.full(len(lower), -1, np.int64), np.full(len(upper), -1, np.int64)
    rows, at, k = (
        np.repeat(np.arange(system.rows.shape[0]), np.diff(system.rows.indptr)),
        system.rows.indices,
        system.rows.data.astype(float),
    )
    row_lower, row_upper = system.row_lower.astype(float), system.row_upper.astype(float)
    row_lower[system.row_lower <= -UNBOUNDED], row_upper[system.row_upper >= UNBOUNDED] = -np.inf, np.inf
    is_positive = k > 0
    count = system.rows.shape[0]
    for _ in range(rounds):
        least = k * np.where(is_positive, lower[at], upper[at])
        most = k * np.where(is_positive, upper[at], lower[at])
        others_least = _without_own(least, rows, count, -np.inf)
        others_most = _without_own(most, rows, count, np.inf)
        with np.errstate(invalid="ignore"):
            above = (row_upper[rows] - others_least) / k
            below = (row_lower[rows] - others_most) / k
        new_upper = np.floor(np.where(is_positive, above, below) + 1e-9)
        new_lower = np.ceil(np.where(is_positive, below, above) - 1e-9)
        changed = _tighten(upper, upper_row, new_upper, at, rows, np.minimum)
        changed |= _tighten(lower, lower_row, new_lower, at, rows, np.maximum)
        if not changed:
            break
    return Certain(_whole(lower), _whole(upper), lower_row, upper_row)


def _without_own(part: np.ndarray, rows: Ints, count: int, infinite: float) -> np.ndarray:
    """For each entry the sum of the other entries of its row; infinite when one of them is."""
    endless = np.isinf(part)
    finite = np.where(endless, 0.0, part)
    sums = np.bincount(rows, finite, minlength=count)
    ends = np.bincount(rows, endless, minlength=count)
    return np.where(ends[rows] - endless > 0, infinite, sums[rows] - finite)


def _tighten(
    bound: np.ndarray, by_row: Ints, offered: np.ndarray, at: Ints, rows: Ints, pick: np.ufunc
) -> bool:
    before = bound.copy()
    pick.at(bound, at, offered)
    better = (bound != before)[at] & (offered == bound[at])
    by_row[at[better]] = rows[better]
    return bool(better.any())


def _whole(bound: np.ndarray) -> Ints:
    return np.where(np.isinf(bound), np.sign(bound) * UNBOUNDED, bound).astype(np.int64)
