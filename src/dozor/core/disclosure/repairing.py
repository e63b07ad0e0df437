"""Hides more, as little as it can, until the auditor has a witness for every hidden quantity."""

from __future__ import annotations

import numpy as np
from scipy.sparse import hstack

from dozor.core.disclosure.auditing import PARTS, Audit, audit
from dozor.core.disclosure.cutting import Cutting
from dozor.core.disclosure.knowledge import Knowledge
from dozor.core.disclosure.moving import CUTS, FAR, Part, Room
from dozor.core.disclosure.programme import WHOLE_WITHIN, Floats, Programme
from dozor.core.disclosure.system import Bools, Ints
from dozor.core.disclosure.witnesses import Search, Witnesses

MOST_ROUNDS = 40
PATIENCE = 12  # parts tried before it is quicker to hide more than to look on
LOOSENED = (1500, 4000)  # quantities in the parts of the table that a repair may change
GATHERED = 2  # times a change is drawn together into fewer cells
TOGETHER = 3  # open quantities moved at once
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
    By linear programmes over a part of the table: the cheapest change, shown cells included at a price,
    that moves some open quantities far enough; the shown cells it moves are hidden. Moves found stay good
    while more is hidden. A cell costs 1 + log₂(1 + value) for each unit it moves: large totals are what
    readers came for.
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
        self.room.refresh()
        for _ in range(MOST_ROUNDS):
            self.search.take(self.knowledge.needs(self.room.hidden))
            for size, is_wide in PARTS[:2]:
                self.search.sweep(size, is_wide=is_wide, patience=PATIENCE)
            before = int(self.room.hidden.sum())
            for together in (TOGETHER, 1):
                for need in self.rng.permutation(np.flatnonzero(self.search.is_open)).tolist():
                    if self.search.is_open[need]:
                        self._loosen(need, together)
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

    def _loosen(self, need: int, together: int) -> None:
        """Hide the cheapest cells that let a quantity, and some open ones around it, move far enough."""
        quantity = int(self.search.needs.quantity[need])
        for size in LOOSENED:
            wanted = self.room.is_mobile | self._is_hideable()
            at, _ = Cutting(self.system, wanted, self.rng).around(quantity, size)
            part = Part(self.room, at)
            if together > 1:
                others = self.rng.permutation(np.flatnonzero(self.search.has_open[at]))[: together - 1]
                targets = np.union1d(others, np.searchsorted(at, [quantity]))
                self._take(part, self._cheapest_move(part, targets, 1))
                return
            target = np.searchsorted(at, [quantity])
            for sign in (1, -1):
                self._take(part, self._cheapest_move(part, target, sign))
                if self.search.is_open[need]:
                    self.search.reach(need, Part(self.room, at[self.room.is_mobile[at]]), nodes=20)
                if not self.search.is_open[need]:
                    return

    def _take(self, part: Part, change: Floats | None) -> None:
        """Hide what a change moves beyond what is shown of it, and keep the change as moves."""
        if change is None:
            return
        outside = (change > self.room.high[part.at]) | (change < self.room.low[part.at])
        if outside.any():
            self._hide(part.at[outside])
            self.room.refresh()
        self.search.offer(part.moves(change))

    def _cheapest_move(self, part: Part, targets: Ints, sign: int) -> Floats | None:
        """The cheapest change that moves some quantities as far as asked; None when it moves none."""
        at, room, wide = part.at, self.room, self.open_room
        count = len(at)
        far = max(FAR, 4 * int(self.search.limit[at[targets]].max()))
        up, down = np.minimum(wide.high[at], far).astype(float), np.minimum(-wide.low[at], far).astype(float)
        if sign > 0:
            up[targets] = np.minimum(up[targets], self.search.aim_up[at[targets]])
            down[targets] = 0
        else:
            down[targets] = np.minimum(down[targets], self.search.limit[at[targets]])
            up[targets] = 0
        free_up, free_down = room.high[at].astype(float), -room.low[at].astype(float)
        price = self.price[at]
        cost = np.concatenate([np.full(2 * count, 1e-3), price, price])
        cost[targets if sign > 0 else count + targets] = -_INSISTENCE
        matrix = hstack([part.matrix, -part.matrix, part.matrix, -part.matrix], format="csc")
        programme = Programme(matrix, part.row_lower, part.row_upper)
        change = None
        for cut in range(CUTS):
            within = np.concatenate([np.minimum(free_up, up), np.minimum(free_down, down)])
            beyond = np.concatenate([up, down]) - within
            found = programme.least(cost, np.concatenate([within, beyond]))
            if found is None:
                return None
            parts = found.at.reshape(4, count)
            if cut < GATHERED:  # hiding has its price once for a cell: what moves already moves on for less
                cost[2 * count :] = np.concatenate([price, price]) / (1.0 + found.at[2 * count :])
                continue
            change = parts[0] - parts[1] + parts[2] - parts[3]
            nearest = np.rint(change)
            broken = np.abs(change - nearest) >= WHOLE_WITHIN
            change = np.where(broken, change, nearest)
            if not broken.any():
                break
            up[broken] = np.minimum(up[broken], np.floor(np.maximum(change[broken], 0)))
            down[broken] = np.minimum(down[broken], np.floor(np.maximum(-change[broken], 0)))
        return change if change is not None and change[targets].any() else None
