"""Sums over runs of sorted rows."""

from __future__ import annotations

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


def sum_by_pair(
    values: FloatArray, unit: IntArray, domain: IntArray, units: int
) -> tuple[FloatArray, IntArray, IntArray]:
    """Sum the rows of each (domain, unit); return sums, units and domains, sorted by domain, then unit."""
    key = domain * units + unit
    steps = np.diff(key)
    if np.all(steps > 0):
        return values, unit, domain
    if np.any(steps < 0):
        order = np.argsort(key, kind="stable")
        values, key = values[order], key[order]
    starts = starts_of(key)
    key = key[starts]
    return sums_of_runs(values, starts), key % units, key // units


def sums_of_runs(values: FloatArray, starts: IntArray) -> FloatArray:
    """Sum each run of rows; shape (runs, columns).

    A product with a matrix of ones, several times quicker than ``np.add.reduceat`` down the rows.
    """
    rows = len(values)
    ones = csr_array((np.ones(rows), np.arange(rows), np.append(starts, rows)), shape=(len(starts), rows))
    return np.asarray(ones @ values, dtype=np.float64)
