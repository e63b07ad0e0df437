"""Hides more, as little as it can, until the auditor has a witness for every hidden quantity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import hstack

from dozor.core.disclosure.auditing import SIZES, Audit, audit
from dozor.core.disclosure.knowledge import Knowledge
from dozor.core.disclosure.moving import FAR, Room, neighbourhood, part_of, split
from dozor.core.disclosure.propagation import propagate
from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.system import Bools, Ints
from dozor.core.disclosure.witnesses import Search, Witnesses

MOST_ROUNDS = 40
_INSISTENCE = 1e4  # gain of a unit of what has to move, against the price of hiding


def repair(knowledge: Knowledge, hidden: Bools, *, rng: np.random.Generator) -> tuple[Bools, Audit]:
    """Hide secondary cells until every need is met, or nothing more can be hidden that helps.

    Returns
    -------
    tuple
        The cells hidden in the end, and their audit. Not safe when something outside this release (an
        earlier one, another source) gives a sensitive quantity away.

    Notes
    -----
    First by single rows: where a row alone narrows a quantity too much, its cheapest other member is hidden
    with it. Then by linear programmes: the cheapest change of the table, shown cells included at a price,
    that moves the quantity far enough; the shown cells it moves are hidden. Moves found stay good while
    more is hidden. A cell costs 1 + log₂(1 + value): large totals are what readers came for.
    """
    return _Repair(knowledge, hidden, rng).run()


class _Repair:
    def __init__(self, knowledge: Knowledge, hidden: Bools, rng: np.random.Generator) -> None:
        self.knowledge, self.rng = knowledge, rng
        self.system = knowledge.system
        self.room = Room(self.system, hidden)
        self.open_room = Room(self.system, np.ones(len(hidden), dtype=np.bool_))
        self.witnesses = Witnesses(len(self.system.truth))
        self.search = Search(self.room, self.witnesses, rng)
        self.price = 1.0 + np.log2(1.0 + np.abs(self.system.truth))
        own = self.system.says_cell >= 0
        order = np.argsort(self.system.says_quantity[own], kind="stable")
        self.says_of = self.system.says_quantity[own][order]
        self.cell_of = self.system.says_cell[own][order]

    def run(self) -> tuple[Bools, Audit]:
        for _ in range(MOST_ROUNDS):
            self._close_rows()
            self.search.take(self.knowledge.needs(self.room.hidden))
            for size in SIZES[:2]:
                self.search.sweep(size)
            before = int(self.room.hidden.sum())
            for need in np.flatnonzero(self.search.is_open).tolist():
                if self.search.is_open[need]:
                    self._loosen(need)
            if int(self.room.hidden.sum()) == before:
                break
        return self.room.hidden, audit(
            self.knowledge, self.room.hidden, rng=self.rng, witnesses=self.witnesses
        )

    def _is_hideable(self) -> Bools:
        return (self.open_room.low < self.room.low) | (self.open_room.high > self.room.high)

    def _hide(self, quantities: Ints) -> None:
        """Hide every cell that says anything of these quantities."""
        first, last = (np.searchsorted(self.says_of, quantities, side) for side in ("left", "right"))
        for a, b in zip(first.tolist(), last.tolist(), strict=True):
            self.room.hidden[self.cell_of[a:b]] = True

    def _close_rows(self) -> None:
        """Where a row by itself narrows a hidden quantity too much, hide the cheapest of its members."""
        for _ in range(MOST_ROUNDS):
            self.room.refresh()
            needs = self.knowledge.needs(self.room.hidden)
            certain = propagate(self.system, self.room.hidden)
            at = needs.quantity
            lowest, highest = (_change(b, self.system.truth)[at] for b in (certain.lower, certain.upper))
            failing = np.flatnonzero(~needs.are_met(self.system.truth, lowest, highest))
            up, _ = needs.aims(self.system.truth)
            hideable = self._is_hideable()
            chosen: set[int] = set()
            for need in failing.tolist():
                quantity = int(at[need])
                for row in (int(certain.upper_row[quantity]), int(certain.lower_row[quantity])):
                    member = -1 if row < 0 else self._cheapest(row, quantity, int(up[need]), hideable, chosen)
                    if member >= 0:
                        chosen.add(member)
                        break
            chosen.discard(-1)
            if not chosen:
                return
            self._hide(np.array(sorted(chosen), np.int64))

    def _cheapest(self, row: int, quantity: int, aim: int, hideable: Bools, chosen: set[int]) -> int:
        """The member of a row to hide so that the quantity may rise; −1 when one was chosen already."""
        entries = slice(self.system.rows.indptr[row], self.system.rows.indptr[row + 1])
        members, signs = self.system.rows.indices[entries], self.system.rows.data[entries]
        own_sign = int(signs[members == quantity][0])
        best, least = -1, np.inf
        for member, sign in zip(members.tolist(), signs.tolist(), strict=True):
            if member == quantity or not hideable[member]:
                continue
            if member in chosen:
                return -1
            if sign * own_sign > 0:  # goes down while the other goes up: no further than to zero
                capacity = int(self.system.truth[member])
                cost = self.price[member] * (np.inf if capacity == 0 else -(-aim // min(capacity, aim)))
            else:
                cost = 1.5 * self.price[member]
            if cost < least:
                best, least = member, float(cost)
        return best

    def _loosen(self, need: int) -> None:
        """Hide the cheapest cells that let one quantity move far enough."""
        needs = self.search.needs
        quantity = int(needs.quantity[need])
        for size in SIZES:
            hideable = self._is_hideable()
            rank = np.where(self.room.is_mobile, 0.0, self.price)
            part_at, _ = neighbourhood(self.room, quantity, size, self.room.is_mobile | hideable, rank)
            for sign, aim in ((1, int(self.search.up[need])), (-1, int(self.search.down[need]))):
                moved = self._cheapest_move(part_at, quantity, sign, aim)
                if moved is None:
                    continue
                outside = (moved > self.room.high[part_at]) | (moved < self.room.low[part_at])
                if outside.any():
                    self._hide(part_at[outside])
                    self.room.refresh()
                part = part_of(self.system, part_at)
                self.search.offer(split(part, np.rint(moved).astype(np.int64)))
                if self.search.is_open[need]:
                    self.search.reach(need, part_at[self.room.is_mobile[part_at]])
                if not self.search.is_open[need]:
                    return

    def _cheapest_move(self, at: Ints, quantity: int, sign: int, aim: int) -> NDArray[np.float64] | None:
        """The cheapest change that moves a quantity as far as asked; None when it cannot move at all."""
        part = part_of(self.system, at)
        k = int(np.searchsorted(at, quantity))
        room, wide = self.room, self.open_room
        free_up, free_down = _cap(room.high[at]), _cap(-room.low[at])
        more_up, more_down = _cap(wide.high[at]) - free_up, _cap(-wide.low[at]) - free_down
        upper = np.concatenate([free_up, free_down, more_up, more_down]).astype(float)
        price = self.price[at]
        cost = np.concatenate([np.full(2 * len(at), 1e-3), price, price])
        upper[k], upper[len(at) + k] = (aim, 0) if sign > 0 else (0, min(aim, upper[len(at) + k]))
        upper[2 * len(at) + k] = upper[3 * len(at) + k] = 0
        cost[k if sign > 0 else len(at) + k] = -_INSISTENCE
        lower_row, upper_row = room.row_low[part.rows].astype(float), room.row_high[part.rows].astype(float)
        lower_row[lower_row <= -UNBOUNDED], upper_row[upper_row >= UNBOUNDED] = -np.inf, np.inf
        matrix = hstack([part.matrix, -part.matrix, part.matrix, -part.matrix], format="csc")
        found = milp(
            cost,
            bounds=Bounds(np.zeros(len(upper)), upper),
            constraints=LinearConstraint(matrix, lower_row, upper_row),
            options={"time_limit": 20.0},
        )
        if found.x is None:
            return None
        parts = found.x.reshape(4, len(at))
        moved = np.asarray(parts[0] - parts[1] + parts[2] - parts[3])
        moved[np.abs(moved) < 1e-7] = 0.0
        nearly = np.abs(moved - np.rint(moved)) < 1e-6
        moved[nearly] = np.rint(moved[nearly])
        return moved if moved[k] != 0 else None


def _cap(room: Ints) -> Ints:
    return np.minimum(room, FAR)


def _change(bound: Ints, truth: Ints) -> Ints:
    return np.where(np.abs(bound) == UNBOUNDED, bound, bound - truth)
