"""Cuts a large table into parts that can be searched: some areas by some breakdowns, and the totals above.

No dimension is special: an area is a code as an age is. A move closes on the corners of a box, so a part is a
product of codes: those of one quantity, what they are summed up in, and a few beside them in every dimension.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dozor.core.disclosure.system import Bools, Ints, System, entries_of

GIVING = 4  # codes of a dimension taken because they can give to the quantity itself
RINGS = (
    3  # sums over one dimension that are followed from a quantity: to its whole, to other wholes, into them
)


@dataclass(frozen=True)
class _Component:
    """Quantities that hang together, and their codes in the dimensions they differ in."""

    members: Ints
    dimensions: tuple[int, ...]
    codes: tuple[Ints, ...]
    can_give: Bools


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
        self.order = at[np.argsort(self.label[at], kind="stable")]
        self.order_label = self.label[self.order]
        self._components: dict[int, _Component] = {}

    def around(self, start: int, most: int) -> tuple[Ints, bool]:
        """Quantities to be moved together with one: about `most`, a product of codes.

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
            return members, True
        component = self._component(int(self.label[start]), members)
        # in how many dimensions each member's code is not taken yet
        lacking = np.full(len(members), len(component.dimensions), np.int8)
        taken, giving = [], []
        for dimension, codes in zip(component.dimensions, component.codes, strict=True):
            own = self.system.above(dimension, int(self.system.codes[dimension, start]))
            taken.append(np.isin(np.arange(int(codes.max()) + 1), own))
            giving.append(self._giving(start, dimension))
            lacking -= taken[-1][codes]
        growing = list(range(len(component.dimensions)))
        while growing:
            for k in tuple(growing):
                codes = component.codes[k]
                near = (lacking == 1) & ~taken[k][codes]
                found = np.bincount(codes[near], minlength=len(taken[k]))
                fits = found + int((lacking == 0).sum()) <= most
                code = self._next(taken[k], giving[k], fits, codes[near & component.can_give])
                if code is None:
                    growing.remove(k)
                    continue
                taken[k][code] = True
                lacking -= codes == code
        return members[lacking == 0], False

    def _component(self, label: int, members: Ints) -> _Component:
        if label not in self._components:
            codes = self.system.codes[:, members]
            dimensions = tuple(np.flatnonzero((codes != codes[:, :1]).any(axis=1)).tolist())
            self._components[label] = _Component(
                members, dimensions, tuple(codes[k] for k in dimensions), self.system.truth[members] > 0
            )
        return self._components[label]

    def _next(self, taken: Bools, giving: list[int], fits: Bools, can_give: Ints) -> int | None:
        """The next code of one dimension: what can give to the quantity itself, then where most can give."""
        while giving:
            code = giving.pop(0)
            if not taken[code] and fits[code]:
                return code
        # a tie is broken at random, and so is much of the order: another part is another chance
        weight = np.bincount(can_give, minlength=len(taken)) + 1.0
        weight *= self.rng.random(len(taken))
        weight[taken | ~fits] = 0
        code = int(np.argmax(weight))
        return code if weight[code] > 0 else None

    def _giving(self, start: int, dimension: int) -> list[int]:
        """Codes of one dimension whose quantities can give what one takes, nearest first: not at nought.

        A whole may be at nought itself and pass on what its own whole gives.
        """
        columns, rows = self.system.columns, self.system.rows
        ring, seen, found = np.array([start], np.int64), {start}, []
        for _ in range(RINGS):
            crossing = np.unique(columns.indices[entries_of(columns.indptr, ring)[0]])
            crossing = crossing[self.system.is_over[dimension, crossing]].astype(np.int64)
            near = np.unique(rows.indices[entries_of(rows.indptr, crossing)[0]])
            codes = self.system.codes[dimension, near]
            can_give = (self.system.truth[near] > 0) | self.system.is_whole[dimension][codes]
            near = near[self.is_wanted[near] & can_give]
            ring = np.array([q for q in self.rng.permutation(near).tolist() if q not in seen], np.int64)
            if not len(ring):
                break
            seen.update(ring.tolist())
            found += self.system.codes[dimension, ring].tolist()
        return list(dict.fromkeys(found))[:GIVING]
