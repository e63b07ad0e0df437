"""Moves: whole-number changes of the true table that leave everything published as it is.

A move is sparse. Adding one to the true table gives another table that is possible as far as anyone can
tell; a hidden quantity is safe when moves take it far enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csc_array, hstack
from scipy.sparse.csgraph import connected_components

from dozor.core.disclosure.programme import WHOLE_WITHIN, Answer, Floats, Programme
from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.system import Bools, Ints, System, entries_of

CUTS = 8
ENOUGH = 2**40  # the limit of a quantity of which nothing is asked
FAR = 1_000_000  # no search looks further away from the true table than this, or four times what is asked


@dataclass(frozen=True)
class Move:
    """Changes by quantity: numbers of the quantities, rising, and by how much each changes (never 0)."""

    quantity: Ints
    change: Ints


class Room:
    """How far each quantity and each row may move from the true table while these cells are hidden."""

    def __init__(self, system: System, hidden: Bools) -> None:
        self.system = system
        self.hidden = hidden.copy()
        self.row_low = _room(system.row_lower, system.row_truth)
        self.row_high = _room(system.row_upper, system.row_truth)
        self.low: Ints
        self.high: Ints
        self.refresh()

    def refresh(self) -> None:
        """Take the cells hidden since into account; a move that was possible stays possible."""
        lower, upper = self.system.bounds(self.hidden)
        self.low, self.high = _room(lower, self.system.truth), _room(upper, self.system.truth)
        self.is_mobile: Bools = (self.low < 0) | (self.high > 0)

    def allows(self, move: Move) -> bool:
        """Check a move exactly, in time linear in its size and the rows it touches."""
        at, by = move.quantity, move.change
        if (by < self.low[at]).any() or (by > self.high[at]).any():
            return False
        rows, change = _row_changes(self.system.columns, at, by)
        return bool((change >= self.row_low[rows]).all() and (change <= self.row_high[rows]).all())


def _room(bound: Ints, at: Ints) -> Ints:
    return np.where(np.abs(bound) == UNBOUNDED, bound, bound - at)


def _row_changes(columns: csc_array, at: Ints, by: Ints) -> tuple[Ints, Ints]:
    """Rows touched by a move, and the change of each."""
    entries, of = entries_of(columns.indptr, at)
    rows, inverse = np.unique(columns.indices[entries], return_inverse=True)
    change = np.zeros(len(rows), np.int64)
    np.add.at(change, inverse, columns.data[entries] * by[of])
    return rows.astype(np.int64), change


class Part:
    """Some quantities cut out of a table, all others staying where they are; asked for moves.

    Parameters
    ----------
    at
        Numbers of the quantities, rising.
    is_loose
        Leave out the rows that quantities outside the part could move in: what cannot be done even then
        cannot be done in the whole table.
    """

    def __init__(self, room: Room, at: Ints, *, is_loose: bool = False) -> None:
        self.at, self.room = at, room
        columns = room.system.columns
        entries, of = entries_of(columns.indptr, at)
        if is_loose:
            kept = ~_moved_from_outside(room, at)[columns.indices[entries]]
            entries, of = entries[kept], of[kept]
        rows, inverse = np.unique(columns.indices[entries], return_inverse=True)
        self.rows = rows.astype(np.int64)
        self.matrix = csc_array(
            (columns.data[entries].astype(float), (inverse, of)), shape=(len(rows), len(at))
        )
        self.row_lower, self.row_upper = endless(room.row_low[self.rows]), endless(room.row_high[self.rows])
        self._programme: Programme | None = None

    def best(
        self,
        gain: Floats,
        limit: Ints,
        *,
        thrift: float,
        whole: bool = False,
        cuts: int = CUTS,
        nodes: int = 2**30,
        seconds: float = 600.0,
    ) -> Answer | None:
        """Find the move with the greatest gain, or one that is nearly so.

        Parameters
        ----------
        gain
            Gain of a unit of change, for each quantity.
        limit
            How far each may go at most, either way: what is enough for it.
        thrift
            Price of moving any quantity by a unit, so that moves stay sparse.
        whole
            Find the best in whole numbers, whatever it takes. Otherwise the linear programme is asked, and
            while its answer is not whole, what is broken in it is cut off: seldom the best, but quick.
        cuts
            How often at most; 0 takes the linear programme's answer as it is.
        nodes, seconds
            Bounds of effort, see `Programme.least`.

        Returns
        -------
        Answer or None
            Change of each quantity. Not checked: `Room.allows` decides. None when there is none in time.
        """
        if self._programme is None:
            both = hstack([self.matrix, -self.matrix], format="csc")
            self._programme = Programme(both, self.row_lower, self.row_upper)
        far = max(FAR, 4 * int(limit[limit < ENOUGH].max(initial=0)))
        up = np.minimum(np.minimum(self.room.high[self.at], limit), far).astype(float)
        down = np.minimum(np.minimum(-self.room.low[self.at], limit), far).astype(float)
        cost, size = np.concatenate([thrift - gain, thrift + gain]), len(self.at)
        is_first = True
        while True:
            found = self._programme.least(
                cost, np.concatenate([up, down]), whole=whole, nodes=nodes, seconds=seconds
            )
            if found is None:
                return None
            change = found.at[:size] - found.at[size:]
            broken = np.abs(change - np.rint(change)) >= WHOLE_WITHIN
            if whole or not cuts or not broken.any():
                return Answer(change, found.is_best and is_first)
            is_first, cuts = False, cuts - 1
            up[broken] = np.minimum(up[broken], np.floor(np.maximum(change[broken], 0)))
            down[broken] = np.minimum(down[broken], np.floor(np.maximum(-change[broken], 0)))

    def moves(self, change: Floats) -> list[Move]:
        """Cut a change into moves that share no row, each possible where the whole is; whole ones only."""
        nearest = np.rint(change)
        is_whole = np.abs(change - nearest) < WHOLE_WITHIN
        support = np.flatnonzero((nearest != 0) | ~is_whole)
        if not len(support):
            return []
        entries, of = entries_of(self.matrix.indptr, support)
        label = _components(self.matrix.indices[entries].astype(np.int64), of, len(support), len(self.rows))
        order = np.argsort(label, kind="stable")
        found = []
        for chosen in np.split(support[order], np.flatnonzero(np.diff(label[order])) + 1):
            if is_whole[chosen].all():
                found.append(Move(self.at[chosen], nearest[chosen].astype(np.int64)))
        return found


def _moved_from_outside(room: Room, at: Ints) -> Bools:
    """For every row of the table whether a quantity outside the part could move in it."""
    outside = room.is_mobile.copy()
    outside[at] = False
    return np.asarray(abs(room.system.rows) @ outside.astype(np.int64) > 0)


def endless(bound: Ints) -> Floats:
    """Bounds for the solver: infinite where there is none."""
    found = bound.astype(float)
    found[bound <= -UNBOUNDED], found[bound >= UNBOUNDED] = -np.inf, np.inf
    return found


def _components(rows: Ints, of: Ints, members: int, all_rows: int) -> Ints:
    graph = coo_array((np.ones(len(of)), (of, rows + members)), shape=(members + all_rows,) * 2)
    _, label = connected_components(graph, directed=False)
    return np.asarray(label[:members], dtype=np.int64)
