"""Hides more, as little as it can, until the auditor has a witness for every hidden quantity."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import hstack

from dozor.core.disclosure.auditing import PARTS, Audit, audit
from dozor.core.disclosure.boxes import Boxes
from dozor.core.disclosure.cutting import Cutting
from dozor.core.disclosure.knowledge import Knowledge
from dozor.core.disclosure.moving import CUTS, FAR, Move, Part, Room
from dozor.core.disclosure.programme import WHOLE_WITHIN, Floats, Programme
from dozor.core.disclosure.system import Bools, Ints
from dozor.core.disclosure.witnesses import AT_ONCE, Search, Witnesses

MOST_ROUNDS = 40
PATIENCE = 12  # parts tried before it is quicker to hide more than to look on
LOOSENED = (1500, 4000)  # quantities in the parts of the table that a repair may change
GATHERED = 2  # times a change is drawn together into fewer cells
BETTER = 0.9  # boxes are looked for again while a tenth of what was open is met
TOGETHER = 4  # open quantities moved at once
NOUGHT = 40.0  # price of hiding a nought: hidden, it has to be able to rise, and seldom can
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
    readers came for. A nought costs `NOUGHT`.
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
        # what could move if everything were hidden: as more is hidden it stays the same
        self.cutting = Cutting(self.system, self.open_room.is_mobile, rng)
        self.price = 1.0 + np.log2(1.0 + np.abs(self.system.truth))
        self.price[self.system.truth == 0] = NOUGHT
        own = self.system.says_cell >= 0
        order = np.argsort(self.system.says_quantity[own], kind="stable")
        self.says_of = self.system.says_quantity[own][order]
        self.cell_of = self.system.says_cell[own][order]

    def run(self) -> tuple[Bools, Audit]:
        self.room.refresh()
        for _ in range(MOST_ROUNDS):
            self.search.take(self.knowledge.needs(self.room.hidden))
            self.search.sweep(PARTS[0], patience=PATIENCE)
            self._box()
            self.search.sweep(PARTS[1], patience=PATIENCE)
            before = int(self.room.hidden.sum())
            self._loosen_together()
            for need in self.rng.permutation(np.flatnonzero(self.search.is_open)).tolist():
                if self.search.is_open[need]:
                    self._loosen(need)
            if int(self.room.hidden.sum()) == before and not self._hide_beside():
                break
        return self.room.hidden, audit(
            self.knowledge, self.room.hidden, rng=self.rng, witnesses=self.witnesses
        )

    def _box(self) -> None:
        """Let open quantities move by boxes, and those that are hidden for them in turn."""
        boxes = Boxes(self.room, self.open_room, self.price, self.rng)
        before = np.inf
        while (now := int(self.search.is_open.sum())) and now < BETTER * before:
            before = now
            self.search.box(boxes, self._hide_for)
            self.room.refresh()
            self.search.take(self.knowledge.needs(self.room.hidden))

    def _hide_for(self, moves: Sequence[Move]) -> None:
        """Hide what moves go beyond; the room is not read anew but opened where it has to be."""
        for move in moves:
            at, by, room = move.quantity, move.change, self.room
            outside = at[(by > room.high[at]) | (by < room.low[at])]
            self._hide(outside)
            room.low[outside], room.high[outside] = self.open_room.low[outside], self.open_room.high[outside]

    def _hide_beside(self) -> bool:
        """Hide a neighbour in each row that holds back what stays open; False where there is none.

        For the few that no part searched sets free, mostly noughts. A row holds a quantity back when nothing
        in it can give what the quantity takes; the cheapest neighbour that could, were it hidden, is hidden.
        """
        columns, rows, truth = self.system.columns, self.system.rows, self.system.truth
        chosen: set[int] = set()
        others: set[int] = set()
        for quantity in np.unique(self.search.needs.quantity[self.search.is_open]).tolist():
            wanted = self.search.limit[quantity]
            for entry in range(columns.indptr[quantity], columns.indptr[quantity + 1]):
                row, sign = int(columns.indices[entry]), int(columns.data[entry])
                span = slice(rows.indptr[row], rows.indptr[row + 1])
                members, opposed = rows.indices[span], rows.data[span] * sign < 0
                gives = np.where(
                    opposed, self.room.high[members] >= wanted, self.room.low[members] <= -wanted
                )
                gives[members == quantity] = False
                fixed = ~self.room.is_mobile[members] & self.open_room.is_mobile[members]
                able = members[fixed & (opposed | (truth[members] >= wanted))]
                if len(able) and not gives.any():
                    chosen.add(int(able[np.argmin(self.price[able])]))
                if fixed.any():
                    others.add(int(members[fixed][np.argmin(self.price[members[fixed]])]))
        self._hide(np.array(sorted(chosen or others), np.int64))
        self.room.refresh()
        return bool(chosen or others)

    def _hide(self, quantities: Ints) -> None:
        """Hide every cell that says anything of these quantities."""
        first, last = (np.searchsorted(self.says_of, quantities, side) for side in ("left", "right"))
        for a, b in zip(first.tolist(), last.tolist(), strict=True):
            self.room.hidden[self.cell_of[a:b]] = True

    def _loosen_together(self) -> None:
        """Let open quantities move, some at once with those around them, in `AT_ONCE` parts at a time."""
        waiting = deque(self.rng.permutation(np.flatnonzero(self.search.is_open)).tolist())
        with ThreadPoolExecutor(AT_ONCE) as threads:
            while waiting:
                batch: list[tuple[Part, Ints]] = []
                while waiting and len(batch) < AT_ONCE:
                    need = waiting.popleft()
                    if self.search.is_open[need]:
                        batch.append(self._some_around(int(self.search.needs.quantity[need])))
                changes = threads.map(lambda one: self._cheapest_move(one[0], one[1], 1), batch)
                for (part, _), change in zip(batch, list(changes), strict=True):
                    self._take(part, change)

    def _some_around(self, quantity: int) -> tuple[Part, Ints]:
        at, _ = self.cutting.around(quantity, LOOSENED[0])
        others = self.rng.permutation(np.flatnonzero(self.search.has_open[at]))[: TOGETHER - 1]
        return Part(self.room, at), np.union1d(others, np.searchsorted(at, [quantity]))

    def _loosen(self, need: int) -> None:
        """Hide the cheapest cells that let one quantity move far enough."""
        quantity = int(self.search.needs.quantity[need])
        for size in LOOSENED:
            at, _ = self.cutting.around(quantity, size)
            part, target = Part(self.room, at), np.searchsorted(at, [quantity])
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
