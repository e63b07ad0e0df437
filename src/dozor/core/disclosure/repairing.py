"""Hides more, as little as it can, until the auditor has a witness for every hidden quantity."""

from __future__ import annotations

import numpy as np
from scipy.sparse import hstack

from dozor.core.disclosure.auditing import PARTS, Audit, audit
from dozor.core.disclosure.cutting import Cutting
from dozor.core.disclosure.knowledge import Knowledge
from dozor.core.disclosure.moving import FAR, Part, Room
from dozor.core.disclosure.programme import WHOLE_WITHIN, Floats, Programme
from dozor.core.disclosure.propagation import propagate
from dozor.core.disclosure.showing import UNBOUNDED
from dozor.core.disclosure.system import Bools, Ints
from dozor.core.disclosure.witnesses import Search, Witnesses

MOST_ROUNDS = 40
LOOSENED = (1000, 3000)  # quantities in the parts of the table that a repair may change
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
            for size, is_wide in PARTS:
                self.search.sweep(size, is_wide=is_wide)
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
                rows = [r for r in (certain.upper_row[quantity], certain.lower_row[quantity]) if r >= 0]
                members = {m for r in rows for m in self._members(int(r)).tolist()}
                if members & chosen:
                    continue  # what is hidden already may be enough
                for row in rows:
                    member = self._cheapest(int(row), quantity, int(up[need]), hideable)
                    if member >= 0:
                        chosen.add(member)
                        break
            if not chosen:
                return
            self._hide(np.array(sorted(chosen), np.int64))

    def _members(self, row: int) -> Ints:
        entries = slice(self.system.rows.indptr[row], self.system.rows.indptr[row + 1])
        return np.asarray(self.system.rows.indices[entries], dtype=np.int64)

    def _cheapest(self, row: int, quantity: int, aim: int, hideable: Bools) -> int:
        """The member of a row to hide so that the quantity may rise; −1 when there is none."""
        members = self._members(row)
        signs = self.system.rows.data[self.system.rows.indptr[row] : self.system.rows.indptr[row + 1]]
        own_sign = int(signs[members == quantity][0])
        best, least = -1, np.inf
        for member, sign in zip(members.tolist(), signs.tolist(), strict=True):
            if member == quantity or not hideable[member]:
                continue
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
        for size in LOOSENED:
            wanted = self.room.is_mobile | self._is_hideable()
            part_at, _ = Cutting(self.system, wanted, self.rng).around(quantity, size)
            for sign, aim in ((1, int(self.search.up[need])), (-1, int(self.search.down[need]))):
                part = Part(self.room, part_at)
                moved = self._cheapest_move(part, quantity, sign, aim)
                if moved is None:
                    continue
                outside = (moved > self.room.high[part_at]) | (moved < self.room.low[part_at])
                if outside.any():
                    self._hide(part_at[outside])
                    self.room.refresh()
                self.search.offer(part.moves(moved))
                if self.search.is_open[need]:
                    self.search.reach(need, Part(self.room, part_at[self.room.is_mobile[part_at]]))
                if not self.search.is_open[need]:
                    return

    def _cheapest_move(self, part: Part, quantity: int, sign: int, aim: int) -> Floats | None:
        """The cheapest change that moves a quantity as far as asked; None when it cannot move at all."""
        at, room, wide = part.at, self.room, self.open_room
        k = int(np.searchsorted(at, quantity))
        free_up, free_down = _cap(room.high[at]), _cap(-room.low[at])
        more_up, more_down = _cap(wide.high[at]) - free_up, _cap(-wide.low[at]) - free_down
        upper = np.concatenate([free_up, free_down, more_up, more_down]).astype(float)
        price = self.price[at]
        cost = np.concatenate([np.full(2 * len(at), 1e-3), price, price])
        upper[k], upper[len(at) + k] = (aim, 0) if sign > 0 else (0, min(aim, upper[len(at) + k]))
        upper[2 * len(at) + k] = upper[3 * len(at) + k] = 0
        cost[k if sign > 0 else len(at) + k] = -_INSISTENCE
        matrix = hstack([part.matrix, -part.matrix, part.matrix, -part.matrix], format="csc")
        found = Programme(matrix, part.row_lower, part.row_upper).least(cost, upper)
        if found is None:
            return None
        parts = found.at.reshape(4, len(at))
        moved = parts[0] - parts[1] + parts[2] - parts[3]
        nearest = np.rint(moved)
        moved = np.where(np.abs(moved - nearest) < WHOLE_WITHIN, nearest, moved)
        return moved if moved[k] != 0 else None


def _cap(room: Ints) -> Ints:
    return np.minimum(room, FAR)


def _change(bound: Ints, truth: Ints) -> Ints:
    return np.where(np.abs(bound) == UNBOUNDED, bound, bound - truth)
