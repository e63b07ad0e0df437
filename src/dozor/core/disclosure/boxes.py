"""Moves found without a solver: the corners of a box move by turns up and down.

The product of closed changes (see `closing`) over all dimensions agrees with every row of a table with
margins, and so does a sum of such boxes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from dozor.core.disclosure.closing import Closing
from dozor.core.disclosure.moving import Move, Room
from dozor.core.disclosure.programme import Floats
from dozor.core.disclosure.system import Ints

MOST_CHANGES = 32  # closed changes of one dimension that are tried for one quantity
MOST_QUANTITIES = 60_000  # looked at around one
MOST_BOXES = 12  # in one move
NEVER = 1e7  # price of what cannot move even when hidden
WORTH = 1e6  # no box without such a corner costs so much
FREE = 1e-3


class Boxes:
    """Looks for the cheapest boxes around single quantities.

    Parameters
    ----------
    room, open_room
        What may move as things are, and what could if all that may be hidden were.
    price
        Of hiding each quantity, shape (n,).
    """

    def __init__(self, room: Room, open_room: Room, price: Floats, rng: np.random.Generator) -> None:
        self.room, self.open_room, self.price = room, open_room, price
        self.codes = room.system.codes
        self.closing = Closing(room.system, rng)
        # quantities by all their codes as one number; two of one thing in different editions: the first
        sizes = self.codes.max(axis=1, initial=0) + 1
        self.steps = np.concatenate([np.cumprod(sizes[:0:-1])[::-1], [1]]).astype(np.int64)
        keys = self.steps @ self.codes
        self.by_key = np.argsort(keys, kind="stable")
        self.keys = keys[self.by_key]

    def free(self, quantity: int, change: int) -> list[Move]:
        """A move towards a change of a quantity, as far as nothing is hidden for it; none: not at all."""
        grid = self._around(quantity)
        if grid is None or not self._go(grid, change, below=FREE)[1]:
            return []
        return [grid.moved()]

    def cheapest(self, quantity: int, ways: Sequence[Sequence[int]]) -> list[Move]:
        """Moves for the cheapest of several ways, each some changes of one quantity; none: no way found."""
        known: dict[int, tuple[Move, float] | None] = {}
        best, least = [], np.inf
        for changes in ways:
            for change in changes:
                if change not in known:
                    known[change] = self._reach(quantity, change)
            found = [one for one in map(known.get, changes) if one is not None]
            price = sum(price for _, price in found)
            if len(found) == len(changes) and price < least:
                best, least = [move for move, _ in found], price
        return best

    def _reach(self, quantity: int, change: int) -> tuple[Move, float] | None:
        """A move that changes a quantity by so much, and the price of what it would hide."""
        grid = self._around(quantity)
        if grid is None:
            return None
        price, gone = self._go(grid, change, below=WORTH)
        if gone < abs(change) or not self.open_room.allows(move := grid.moved()):
            return None
        return move, price

    def _go(self, grid: _Grid, change: int, *, below: float) -> tuple[float, int]:
        """Move by boxes, each as large as is cheapest by the unit and below a price: price, and how far."""
        sign, left, price = (1 if change > 0 else -1), abs(change), 0.0
        for _ in range(MOST_BOXES):
            best: tuple[float, int, tuple[int, ...]] | None = None
            for step in sorted({left, (left + 1) // 2, 1}, reverse=True):
                cost, chosen = grid.cheapest(sign * step)
                if cost < below and (best is None or cost / step < best[0] / best[1]):
                    best = cost, step, chosen
                if not cost:
                    break
            if best is None:
                break
            grid.move(best[2], sign * best[1])
            price, left = price + best[0], left - best[1]
            if not left:
                break
        return price, abs(change) - left

    def _around(self, quantity: int) -> _Grid | None:
        most = [MOST_CHANGES] * len(self.codes)
        while True:
            axes = [
                self.closing.changes(dimension, code, most[dimension])
                for dimension, code in enumerate(self.codes[:, quantity].tolist())
            ]
            sizes = [len(used) for used, _ in axes]
            if np.prod(sizes, dtype=float) <= MOST_QUANTITIES:
                break
            largest = int(np.argmax(sizes))
            most[largest] = axes[largest][1].shape[0] // 2
        if not all(sizes):
            return None
        keys = np.zeros((), np.int64)
        for step, (used, _) in zip(self.steps, axes, strict=True):
            keys = np.add.outer(keys, used * step)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        at = np.where(self.keys[place] == keys, self.by_key[place], -1)
        return _Grid(at, [signs for _, signs in axes], self.room, self.open_room, self.price)


class _Grid:
    """Quantities over the codes of every dimension (−1: none), and the closed changes of each dimension."""

    def __init__(self, at: Ints, closed: list[csr_array], room: Room, open_room: Room, price: Floats) -> None:
        self.at, self.closed = at, closed
        self.touched = [abs(one) for one in closed]
        self.low, self.high = room.low[at], room.high[at]
        self.least, self.most = open_room.low[at], open_room.high[at]
        self.price = np.where(at < 0, NEVER, price[at])
        for bound in (self.low, self.high, self.least, self.most):
            bound[at < 0] = 0
        self.change = np.zeros(at.shape, np.int64)

    def cheapest(self, step: int) -> tuple[float, tuple[int, ...]]:
        """The price of the cheapest box by a step, and its closed changes, one of each dimension."""
        up, down = self._price(step), self._price(-step)
        both, odds = (up + down) / 2, (up - down) / 2
        # a corner costs both + sign · odds, and its sign is a product: one dimension is summed after another
        for closed, touched in zip(self.closed, self.touched, strict=True):
            both = (touched @ both.reshape(touched.shape[1], -1)).T
            odds = (closed @ odds.reshape(closed.shape[1], -1)).T
        total = (both + odds).reshape(-1)
        least = int(np.argmin(total))
        chosen = np.unravel_index(least, [closed.shape[0] for closed in self.closed])
        return round(float(total[least]), 6), tuple(int(k) for k in chosen)

    def _price(self, step: int) -> Floats:
        """What it costs to move each quantity by a step on top of what it was moved before."""
        to = self.change + step
        is_free = (to <= self.high) & (to >= self.low)
        return np.where(is_free, 0.0, np.where((to <= self.most) & (to >= self.least), self.price, NEVER))

    def move(self, chosen: tuple[int, ...], step: int) -> None:
        """Move the corners of a box; those that have to be hidden for it cost nothing any more."""
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
