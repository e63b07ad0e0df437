"""Sums over runs of sorted rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from dozor.core.design.stage import FloatArray, IntArray


def starts_of(*keys: IntArray) -> IntArray:
    """Return where each run of equal keys begins; the keys are sorted, the first one leading."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    changes = np.zeros(len(keys[0]), dtype=bool)
    changes[0] = True
    for key in keys:
        changes[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changes)


@dataclass(frozen=True)
class Pairs:
    """The rows of each (domain, unit), sorted by domain, then unit; adds up whatever stands in the rows.

    Parameters
    ----------
    unit, domain
        Of each pair; shape (pairs,).
    ones
        Matrix of ones, (pairs, rows): a product with it is several times quicker than ``np.add.reduceat``
        down the rows. ``None`` where the rows are the pairs already, in their order.
    """

    unit: IntArray
    domain: IntArray
    ones: csr_array | None

    def add(self, values: FloatArray) -> FloatArray:
        """Sum the rows of each pair; shape (rows, columns) to (pairs, columns)."""
        return values if self.ones is None else np.asarray(self.ones @ values, dtype=np.float64)


def pairs_of(unit: IntArray, domain: IntArray, units: int) -> Pairs:
    """Find the pairs of domain and unit among the rows; rows of domain -1 belong to none."""
    key = domain * units + unit
    steps = np.diff(key)
    if np.all(steps > 0) and (not len(key) or domain[0] >= 0):
        return Pairs(unit, domain, None)
    order = np.arange(len(key)) if np.all(steps >= 0) else np.argsort(key, kind="stable")
    order = order[np.count_nonzero(domain < 0) :]
    key = key[order]
    starts = starts_of(key)
    shape = (len(starts), len(domain))
    ones = csr_array((np.ones(len(order)), order, np.append(starts, len(order))), shape=shape)
    return Pairs(key[starts] % units, key[starts] // units, ones)


def sum_by_pair(
    values: FloatArray, unit: IntArray, domain: IntArray, units: int
) -> tuple[FloatArray, IntArray, IntArray]:
    """Sum the rows of each (domain, unit); return sums, units and domains, sorted by domain, then unit."""
    pairs = pairs_of(unit, domain, units)
    return pairs.add(values), pairs.unit, pairs.domain


def sums_of_runs(values: FloatArray, starts: IntArray) -> FloatArray:
    """Sum each run of rows; shape (runs, columns)."""
    rows = len(values)
    ones = csr_array((np.ones(rows), np.arange(rows), np.append(starts, rows)), shape=(len(starts), rows))
    return np.asarray(ones @ values, dtype=np.float64)
