"""Moves found without a solver: changes on the corners of a box, that close in every dimension by themselves.

In one dimension a change closes when in every sum what the parts gain the whole gains: a district takes what its
neighbour gives, or hands it up to its region. The product of such closed changes over all dimensions closes in
every row of a table with margins, and so does a sum of products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from dozor.core.disclosure.moving import Move, Room
from dozor.core.disclosure.programme import Floats
from dozor.core.disclosure.system import Ints, System

LONGEST, SHORT = 4, 3  # codes that a closed change of one dimension goes over
SHORTEST_FIRST = 32  # closed changes of one dimension that are tried for one quantity
MOST_CLOSED = 2000  # kept for one code
MOST_BOXES = 12  # in one move
NEVER = 1e7  # price of what cannot be moved, even hidden
WORTH = 1e6  # a box that costs as much holds a corner that cannot move


@dataclass(frozen=True)
class _Division:
    """Codes of one dimension that a row adds up, and how: parts +1, their whole −1."""

    sign: dict[int, int]


class Boxes:
    """Looks for boxes around single quantities of a table, cheapest first.

    Parameters
    ----------
    room, open_room
        What may move as things are, and what could if everything were hidden.
    price
        Of hiding each quantity, shape (n,).
    """

    def __init__(self, room: Room, open_room: Room, price: Floats, rng: np.random.Generator) -> None:
        self.system: System = room.system
        self.room, self.open_room, self.price, self.rng = room, open_room, price, rng
        codes = self.system.codes
        self._sizes = codes.max(axis=1, initial=0) + 1
        self._steps = np.concatenate([np.cumprod(self._sizes[:0:-1])[::-1], [1]]).astype(np.int64)
        keys = self._steps @ codes
        self._sorted = np.argsort(keys, kind="stable")
        self._keys = keys[self._sorted]
        self._divisions = [self._divisions_of(k) for k in range(len(codes))]
        self._closed: dict[tuple[int, int], list[dict[int, int]]] = {}

    def reach(self, quantity: int, change: int) -> tuple[Move, float] | None:
        """The cheapest move found that changes a quantity by so much, with the price of what it would hide.

        A sum of boxes, each as large as is cheapest by the unit. None where there is none.
        """
        sign, left = (1 if change > 0 else -1), abs(change)
        grid, price = self._around(quantity), 0.0
        for _ in range(MOST_BOXES):
            best: tuple[float, int, tuple[int, ...]] | None = None
            for step in sorted({left, (left + 1) // 2, 1}, reverse=True):
                cost, chosen = grid.cheapest(sign * step)
                if cost < WORTH and (best is None or cost / step < best[0] / best[1]):
                    best = cost, step, chosen
                if not cost:
                    break
            if best is None:
                return None
            grid.move(best[2], sign * best[1])
            price, left = price + best[0], left - best[1]
            if not left:
                return grid.moved(), price
        return None

    def _around(self, quantity: int) -> _Grid:
        keys = np.zeros((), np.int64)
        closed: list[csr_array] = []
        for dimension, code in enumerate(self.system.codes[:, quantity].tolist()):
            used, signs = self._changes(dimension, code)
            keys = np.add.outer(keys, used * self._steps[dimension])
            closed.append(signs)
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        at = np.where(self._keys[place] == keys, self._sorted[place], -1)
        return _Grid(at, closed, self.room, self.open_room, self.price)

    def _changes(self, dimension: int, code: int) -> tuple[Ints, csr_array]:
        """Closed changes of one dimension in which a code rises by one: the short ones, and some of the others.

        Returns
        -------
        tuple
            The codes they go over; their signs, shape (changes, codes).
        """
        every = self._closed.get((dimension, code))
        if every is None:
            every = self._closed[dimension, code] = self._close(dimension, {code: 1})
        if len(every) > SHORTEST_FIRST:
            keys = self.rng.random(len(every)) + np.array([len(change) > SHORT for change in every])
            every = [every[k] for k in np.argsort(keys)[:SHORTEST_FIRST].tolist()]
        used = np.array(sorted({c for change in every for c in change}), np.int64)
        column = np.searchsorted(used, [c for change in every for c in change])
        starts = np.cumsum([0] + [len(change) for change in every])
        signs = np.array([sign for change in every for sign in change.values()], float)
        return used, csr_array((signs, column, starts), shape=(len(every), len(used)))

    def _close(self, dimension: int, change: dict[int, int]) -> list[dict[int, int]]:
        found: list[dict[int, int]] = []
        waiting = [change]
        while waiting and len(found) < MOST_CLOSED:
            change = waiting.pop()
            open_one = None
            for code in change:
                for division in self._divisions[dimension].get(code, ()):
                    rest = sum(k * change.get(c, 0) for c, k in division.sign.items())
                    if rest:
                        open_one = (division, rest)
            if open_one is None:
                found.append(change)
            elif len(change) < LONGEST:
                division, rest = open_one
                for code, k in division.sign.items():
                    if code not in change and abs(rest) == 1:
                        waiting.append(change | {code: -rest * k})
        return found

    def _divisions_of(self, dimension: int) -> dict[int, list[_Division]]:
        """Rows over one dimension alone, once each, by every code in them."""
        rows, codes = self.system.rows, self.system.codes[dimension]
        is_over = self.system.is_over
        chosen = np.flatnonzero(is_over[dimension] & (is_over.sum(axis=0) == 1))
        seen: set[tuple[tuple[int, int], ...]] = set()
        for row in chosen.tolist():
            span = slice(rows.indptr[row], rows.indptr[row + 1])
            pairs = zip(codes[rows.indices[span]].tolist(), rows.data[span].tolist(), strict=True)
            seen.add(tuple(sorted(pairs)))
        found: dict[int, list[_Division]] = {}
        for terms in sorted(seen):
            division = _Division(dict(terms))
            for code, _ in terms:
                found.setdefault(code, []).append(division)
        return found


class _Grid:
    """Quantities over the codes of every dimension (−1: none), and the closed changes of each dimension."""

    def __init__(
        self, at: Ints, closed: list[csr_array], room: Room, open_room: Room, price: Floats
    ) -> None:
        self.at, self.closed = at, closed
        self.either = [abs(one) for one in closed]
        self.low, self.high = room.low[at], room.high[at]
        self.least, self.most = open_room.low[at], open_room.high[at]
        self.price = np.where(at < 0, NEVER, price[at])
        self.least[at < 0] = self.most[at < 0] = self.low[at < 0] = self.high[at < 0] = 0
        self.change = np.zeros(at.shape, np.int64)

    def cheapest(self, step: int) -> tuple[float, tuple[int, ...]]:
        """The price of the cheapest box by a step, and which closed change of each dimension it is made of."""
        up, down = self._price(step), self._price(-step)
        both, odds = (up + down) / 2, (up - down) / 2
        for closed, either in zip(self.closed, self.either, strict=True):
            # one dimension of codes after another becomes one of closed changes
            both = (either @ both.reshape(either.shape[1], -1)).T
            odds = (closed @ odds.reshape(closed.shape[1], -1)).T
        total = both + odds
        least = int(np.argmin(total))
        shape = tuple(closed.shape[0] for closed in self.closed)
        chosen = tuple(int(k) for k in np.unravel_index(least, shape))
        return round(float(total.reshape(-1)[least]), 6), chosen

    def _price(self, step: int) -> Floats:
        """What it costs to move each quantity by a step on top of what it was moved before."""
        to = self.change + step
        free = (to <= self.high) & (to >= self.low)
        return np.where(free, 0.0, np.where((to <= self.most) & (to >= self.least), self.price, NEVER))

    def move(self, chosen: tuple[int, ...], step: int) -> None:
        """Move the corners of a box; those hidden for it are free from now on."""
        codes, sign = [], np.ones((), np.int64)
        for closed, one in zip(self.closed, chosen, strict=True):
            span = slice(closed.indptr[one], closed.indptr[one + 1])
            codes.append(closed.indices[span])
            sign = np.multiply.outer(sign, closed.data[span].astype(np.int64))
        corners = np.ix_(*codes)
        self.change[corners] += sign * step
        beyond = (self.change[corners] > self.high[corners]) | (self.change[corners] < self.low[corners])
        self.low[corners] = np.where(beyond, self.least[corners], self.low[corners])
        self.high[corners] = np.where(beyond, self.most[corners], self.high[corners])

    def moved(self) -> Move:
        """All that was moved so far."""
        is_moved = self.change != 0
        order = np.argsort(self.at[is_moved])
        return Move(self.at[is_moved][order], self.change[is_moved][order])
