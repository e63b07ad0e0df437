"""Cuts a large table into parts that can be searched: an area, those above it, and some beside it.

All breakdowns of an area stay together, since a move has to close in every one of them.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dozor.core.disclosure.system import Bools, Ints, System, entries_of

FEWEST = (
    4  # areas in a part, however many breakdowns each has: with fewer, nothing could give what another takes
)
RINGS = 3  # sums over areas that are followed from a quantity: to its region, to other regions, into them


class Cutting:
    """One table with the quantities that may move (`wanted`), to be cut around any of them."""

    def __init__(self, system: System, wanted: Bools, rng: np.random.Generator) -> None:
        self.system, self.is_wanted, self.rng = system, wanted, rng
        rows = np.repeat(np.arange(system.rows.shape[0]), np.diff(system.rows.indptr))
        kept = wanted[system.rows.indices]
        at = np.flatnonzero(wanted)
        size = len(wanted) + system.rows.shape[0]
        graph = coo_array(
            (np.ones(int(kept.sum())), (system.rows.indices[kept], len(wanted) + rows[kept])),
            shape=(size, size),
        )
        _, label = connected_components(graph, directed=False)
        self.label = label[: len(wanted)]
        place = system.place[system.rows.indices]
        first = np.repeat(
            place[system.rows.indptr[:-1]] if len(place) else place, np.diff(system.rows.indptr)
        )
        self.is_crossing = np.zeros(system.rows.shape[0], dtype=np.bool_)
        self.is_crossing[rows[place != first]] = True
        # members by component and area
        order = at[np.lexsort((system.place[at], self.label[at]))]
        self.order, self.order_label = order, self.label[order]
        self.children: dict[int, list[int]] = {}
        for child, parent in enumerate(system.place_parent.tolist()):
            self.children.setdefault(parent, []).append(child)
        self.is_whole = np.isin(np.arange(len(system.place_parent)), system.place_parent)

    def has_parts(self, quantity: int) -> bool:
        """Whether the quantity's area has areas in it."""
        return int(self.system.place[quantity]) in self.children

    def around(self, start: int, most: int, *, is_wide: bool = True) -> tuple[Ints, bool]:
        """Quantities to be moved together with one: about `most`, whole areas at a time.

        Parameters
        ----------
        is_wide
            Take areas above and below along, so that numbers may move between regions; else for an area
            without parts only areas beside it.

        Returns
        -------
        tuple
            Numbers of the quantities, rising; whether they are all that hang together with the first.
        """
        first, last = (
            int(np.searchsorted(self.order_label, self.label[start], side)) for side in ("left", "right")
        )
        members = self.order[first:last]
        if len(members) <= most:
            return np.sort(members), True
        place = self.system.place[members]
        found: list[Ints] = []
        count = 0
        for area in self._areas(start, is_wide):
            a, b = (int(np.searchsorted(place, area, side)) for side in ("left", "right"))
            if len(found) >= FEWEST and count + b - a > most:
                break
            found.append(members[a:b])
            count += b - a
        return np.sort(np.concatenate(found)), False

    def _areas(self, start: int, is_wide: bool) -> list[int]:
        """The quantity's area, those it shares a sum with, then any around it."""
        area = int(self.system.place[start])
        above = self._above(area)
        beside, parts = self.children.get(above[0] if above else -1, []), self.children.get(area, [])
        if not is_wide and not parts:
            return [area, *self._shuffled(beside, but=area)]
        rest = self._shuffled([*beside, *parts], but=area)
        return list(dict.fromkeys([area, *self._giving(start), *above, *rest]))

    def _above(self, area: int) -> list[int]:
        """The areas an area lies in, nearest first: what a region cannot give itself, it passes on."""
        found: list[int] = []
        while (area := int(self.system.place_parent[area])) >= 0 and area not in found:
            found.append(area)
        return found

    def _giving(self, start: int) -> list[int]:
        """Areas that can give what a quantity takes, nearest first: those not at zero in sums over areas.

        A sum over areas may be at zero itself: then its own whole gives.
        """
        columns, rows = self.system.columns, self.system.rows
        ring, seen, found = np.array([start], np.int64), {start}, []
        for _ in range(RINGS):
            crossing = np.unique(columns.indices[entries_of(columns.indptr, ring)[0]])
            crossing = crossing[self.is_crossing[crossing]].astype(np.int64)
            near = np.unique(rows.indices[entries_of(rows.indptr, crossing)[0]])
            can_give = (self.system.truth[near] > 0) | self.is_whole[self.system.place[near]]
            near = near[self.is_wanted[near] & can_give]
            ring = np.array([q for q in self.rng.permutation(near).tolist() if q not in seen], np.int64)
            if not len(ring):
                break
            seen.update(ring.tolist())
            found += self.system.place[ring].tolist()
        return found

    def _shuffled(self, areas: list[int], *, but: int) -> list[int]:
        return [a for a in self.rng.permutation(np.array(areas, np.int64)).tolist() if a != but]
