"""Changes of one dimension that close by themselves: what its parts gain, every whole gains too.

A district takes what its neighbour gives, or hands it up to its region, and the region to the country.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from dozor.core.disclosure.system import Ints, System

LONGEST, SHORT = 4, 3  # codes that a closed change goes over at most; those tried first
MOST = 2000  # closed changes kept for one code

Change = dict[int, int]  # code → +1 or −1


class Closing:
    """The closed changes of a table's dimensions, found once for each code."""

    def __init__(self, system: System, rng: np.random.Generator) -> None:
        self.rng = rng
        self._sums = [_sums_over(system, dimension) for dimension in range(len(system.codes))]
        self._found: dict[tuple[int, int], list[Change]] = {}

    def changes(self, dimension: int, code: int, most: int) -> tuple[Ints, csr_array]:
        """Closed changes in which a code rises by one: the short ones, then some of the others.

        Returns
        -------
        tuple
            The codes they go over, rising; their signs, shape (changes, codes).
        """
        every = self._found.get((dimension, code))
        if every is None:
            every = self._found[dimension, code] = _close({code: 1}, self._sums[dimension])
        if len(every) > most:
            order = self.rng.random(len(every)) + np.array([len(change) > SHORT for change in every])
            every = [every[k] for k in np.argsort(order)[:most].tolist()]
        used = np.array(sorted({code for change in every for code in change}), np.int64)
        column = np.searchsorted(used, [code for change in every for code in change])
        starts = np.cumsum([0, *(len(change) for change in every)])
        signs = np.array([sign for change in every for sign in change.values()], float)
        return used, csr_array((signs, column, starts), shape=(len(every), len(used)))


def _sums_over(system: System, dimension: int) -> dict[int, list[Change]]:
    """What rows over one dimension alone add up, once each, by every code in it: parts +1, the whole −1."""
    rows, codes = system.rows, system.codes[dimension]
    alone = system.is_over[dimension] & (system.is_over.sum(axis=0) == 1)
    seen: dict[tuple[tuple[int, int], ...], None] = {}
    for row in np.flatnonzero(alone).tolist():
        span = slice(rows.indptr[row], rows.indptr[row + 1])
        seen[tuple(zip(codes[rows.indices[span]].tolist(), rows.data[span].tolist(), strict=True))] = None
    found: dict[int, list[Change]] = {}
    for terms in seen:
        sum_over = dict(terms)
        for code in sum_over:
            found.setdefault(code, []).append(sum_over)
    return found


def _close(change: Change, sums: dict[int, list[Change]]) -> list[Change]:
    """Every way to go on until each sum that is touched agrees again, one code after another."""
    found: list[Change] = []
    waiting = [change]
    while waiting and len(found) < MOST:
        change = waiting.pop()
        broken, excess = None, 0
        for code in change:
            for one in sums.get(code, ()):
                rest = sum(k * change.get(c, 0) for c, k in one.items())
                if rest:
                    broken, excess = one, rest
        if broken is None:
            found.append(change)
        elif abs(excess) == 1 and len(change) < LONGEST:
            waiting += [change | {code: -excess * k} for code, k in broken.items() if code not in change]
    return found
