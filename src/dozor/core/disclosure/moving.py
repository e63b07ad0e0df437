"""Moves: whole-number changes of the true table that leave everything published as it is.

A move is sparse. Adding one to the true table gives another table that is possible as far as anyone can
tell; a hidden quantity is safe when moves take it far enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.system import Bools, Ints, System

FAR = 1_000_000  # persons; no search looks further away from the true table than this
_TOLERANCE = 1e-6


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


def entries_of(indptr: NDArray[np.integer], at: Ints) -> tuple[Ints, Ints]:
    """Positions of the entries of several columns (or rows) in a sparse array, and whose each is."""
    starts, lengths = indptr[at].astype(np.int64), np.diff(indptr)[at].astype(np.int64)
    of = np.repeat(np.arange(len(at)), lengths)
    first = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return first + np.arange(len(of)), of


@dataclass(frozen=True)
class Part:
    """Some quantities, and the rows they touch, cut out of a system."""

    at: Ints
    rows: Ints
    matrix: csc_array


def part_of(system: System, at: Ints) -> Part:
    columns = system.columns
    entries, of = entries_of(columns.indptr, at)
    rows, inverse = np.unique(columns.indices[entries], return_inverse=True)
    matrix = csc_array((columns.data[entries].astype(float), (inverse, of)), shape=(len(rows), len(at)))
    return Part(at, rows.astype(np.int64), matrix)


@dataclass(frozen=True)
class Found:
    """Changes of the quantities of a part, shape of `part.at`; whether no better move exists in it."""

    change: Ints
    is_best: bool


def best_move(
    room: Room,
    part: Part,
    gain: NDArray[np.float64],
    limit: Ints,
    *,
    thrift: float = 1e-3,
    seconds: float = 5.0,
) -> Found | None:
    """Find the whole-number move within a part of the table with the greatest gain.

    Parameters
    ----------
    gain
        Gain of a unit of change, for each quantity of the part.
    limit
        How far each quantity may go, either way, at most: what is enough for it.
    thrift
        Price of moving any quantity by a unit, so that moves stay sparse.
    seconds
        Time for the search in whole numbers, when the linear programme's answer is not whole.

    Returns
    -------
    Found or None
        Not checked: `Room.allows` decides. None when no move was found in time.
    """
    up = np.minimum(np.minimum(room.high[part.at], limit), FAR).astype(float)
    down = np.minimum(np.minimum(-room.low[part.at], limit), FAR).astype(float)
    bounds = Bounds(np.zeros(2 * len(part.at)), np.concatenate([up, down]))
    lower, upper = room.row_low[part.rows].astype(float), room.row_high[part.rows].astype(float)
    lower[lower <= -UNBOUNDED], upper[upper >= UNBOUNDED] = -np.inf, np.inf
    both = _beside(part.matrix)
    cost = np.concatenate([thrift - gain, thrift + gain])
    rows = LinearConstraint(both, lower, upper)
    for integrality in (0, 1):
        found = milp(
            cost,
            integrality=np.full(len(cost), integrality),
            bounds=bounds,
            constraints=rows,
            options={"time_limit": seconds, "mip_rel_gap": 1e-9},
        )
        if found.x is None:
            return None
        moved = found.x[: len(part.at)] - found.x[len(part.at) :]
        if np.abs(moved - np.rint(moved)).max(initial=0.0) < _TOLERANCE:
            break
    return Found(np.rint(moved).astype(np.int64), found.status == 0)


def _beside(matrix: csc_array) -> csc_array:
    """The matrix and its negative side by side: moves up, moves down."""
    return csc_array(
        (
            np.concatenate([matrix.data, -matrix.data]),
            np.concatenate([matrix.indices, matrix.indices]),
            np.concatenate([matrix.indptr, matrix.indptr[1:] + matrix.indptr[-1]]),
        ),
        shape=(matrix.shape[0], 2 * matrix.shape[1]),
    )


def split(part: Part, moved: Ints) -> list[Move]:
    """Cut a move into moves that share no row; each is possible where the whole is."""
    support = np.flatnonzero(moved)
    if not len(support):
        return []
    columns = part.matrix
    entries, of = entries_of(columns.indptr, support)
    label = _components(columns.indices[entries].astype(np.int64), of, len(support), columns.shape[0])
    found = []
    for name in np.unique(label):
        chosen = support[label == name]
        order = np.argsort(part.at[chosen], kind="stable")
        found.append(Move(part.at[chosen][order], moved[chosen][order]))
    return found


def _components(rows: Ints, of: Ints, members: int, all_rows: int) -> Ints:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(of)), (of, rows + members)), shape=(members + all_rows,) * 2)
    _, label = connected_components(graph, directed=False)
    return np.asarray(label[:members], dtype=np.int64)


def neighbourhood(
    room: Room, start: int, most: int, wanted: Bools, rank: NDArray[np.float64]
) -> tuple[Ints, bool]:
    """Quantities around one, ring by ring over common rows, that are `wanted`; at most `most`.

    The last ring is cut to those of least `rank`.

    Returns
    -------
    tuple
        Numbers of the quantities, rising; whether they are all that hang together with the first.
    """
    rows_of, columns_of = room.system.rows, room.system.columns
    seen = np.zeros(len(wanted), dtype=np.bool_)
    met_rows = np.zeros(rows_of.shape[0], dtype=np.bool_)
    ring = np.array([start], np.int64)
    seen[start] = True
    found = [ring]
    count = 1
    while len(ring):
        entries, _ = entries_of(columns_of.indptr, ring)
        rows = np.unique(columns_of.indices[entries])
        rows = rows[~met_rows[rows]].astype(np.int64)
        met_rows[rows] = True
        entries, _ = entries_of(rows_of.indptr, rows)
        ring = np.unique(rows_of.indices[entries]).astype(np.int64)
        ring = ring[wanted[ring] & ~seen[ring]]
        if count + len(ring) > most:
            found.append(ring[np.argsort(rank[ring], kind="stable")[: most - count]])
            return np.sort(np.concatenate(found)), False
        seen[ring] = True
        found.append(ring)
        count += len(ring)
    return np.sort(np.concatenate(found)), True
