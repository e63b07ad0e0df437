"""Collects moves until every need is met, or cannot be within the part of the table looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dozor.core.disclosure.cutting import Cutting
from dozor.core.disclosure.moving import ENOUGH, Move, Part, Room
from dozor.core.disclosure.system import Bools, Ints, Needs

NONE = -1
FEW = 8  # needs that are not worth a common move any more


@dataclass
class Witnesses:
    """Moves found, and how far the best of them take each quantity.

    `lowest` and `highest` are changes, `lowest_by` and `highest_by` the moves that make them (−1: none).
    """

    quantities: int
    moves: list[Move] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lowest: Ints = np.zeros(self.quantities, np.int64)
        self.highest: Ints = np.zeros(self.quantities, np.int64)
        self.lowest_by: Ints = np.full(self.quantities, NONE, np.int64)
        self.highest_by: Ints = np.full(self.quantities, NONE, np.int64)

    def add(self, move: Move, limit: Ints) -> bool:
        """Keep a move if it takes any quantity further than it was, up to what is enough for it."""
        at, by = move.quantity, np.clip(move.change, -limit[move.quantity], limit[move.quantity])
        lower, higher = by < self.lowest[at], by > self.highest[at]
        if not (lower.any() or higher.any()):
            return False
        self.lowest[at[lower]] = by[lower]
        self.highest[at[higher]] = by[higher]
        self.lowest_by[at[lower]] = self.highest_by[at[higher]] = len(self.moves)
        self.moves.append(move)
        return True

    def met(self, needs: Needs, truth: Ints) -> Bools:
        of = needs.quantity
        return needs.are_met(truth, self.lowest[of], self.highest[of])


class Search:
    """Looks for moves in one room, for needs that may grow as more is hidden.

    `is_open`: needs not met so far; `is_lost`: those of them that no move in all that hangs together meets.
    """

    def __init__(
        self, room: Room, witnesses: Witnesses, rng: np.random.Generator, *, seconds: float = 600.0
    ) -> None:
        self.room, self.witnesses, self.rng, self.seconds = room, witnesses, rng, seconds
        self.truth = room.system.truth

    def take(self, needs: Needs) -> None:
        self.needs = needs
        self.up, self.down = needs.aims(self.truth)
        self.limit = np.zeros(len(self.truth), np.int64)
        np.maximum.at(self.limit, needs.quantity, np.maximum(self.up, self.down))
        self.aim_up = np.zeros(len(self.truth), np.int64)
        np.maximum.at(self.aim_up, needs.quantity, self.up)
        order = np.argsort(needs.quantity, kind="stable")
        self.sorted_quantity, self.sorted_need = needs.quantity[order], order
        self.is_open = ~self.witnesses.met(needs, self.truth)
        self.is_lost = np.zeros(len(needs), dtype=np.bool_)
        self.has_open = np.zeros(len(self.truth), dtype=np.bool_)
        self.has_open[needs.quantity[self.is_open]] = True

    def needs_of(self, quantities: Ints) -> Ints:
        """The needs of some quantities."""
        first, last = (np.searchsorted(self.sorted_quantity, quantities, side) for side in ("left", "right"))
        spans = [self.sorted_need[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True) if a < b]
        return np.concatenate(spans) if spans else np.zeros(0, np.int64)

    def review(self, quantities: Ints) -> None:
        """Judge again the needs of these quantities."""
        some = self.needs_of(quantities[self.has_open[quantities]])
        if not len(some):
            return
        of = self.needs.quantity[some]
        met = self.needs.some(some).are_met(self.truth, self.witnesses.lowest[of], self.witnesses.highest[of])
        self.is_open[some] = ~met
        self.has_open[of] = False
        self.has_open[of[~met]] = True

    def offer(self, moves: Sequence[Move]) -> None:
        """Keep the moves that are possible and useful."""
        for move in moves:
            if (
                self.has_open[move.quantity].any()
                and self.room.allows(move)
                and self.witnesses.add(move, self.limit)
            ):
                self.review(move.quantity)

    def sweep(self, size: int, *, is_wide: bool = True, whole: bool = False, patience: int = 0) -> Ints:
        """Meet as many needs as possible with moves inside parts of this size (see `Cutting.around`).

        Parameters
        ----------
        whole
            Where a part is all that hangs together, search it to the end in whole numbers.
        patience
            Parts tried before a sweep that meets less than one need in two of them ends; 0: never.

        Returns
        -------
        ndarray of int
            The needs that stay open and are not yet known to be lost.
        """
        cutting = Cutting(self.room.system, self.room.is_mobile, self.rng)
        yields: deque[int] = deque([patience] * patience, patience)
        for need in self.rng.permutation(np.flatnonzero(self.is_open)).tolist():
            start = int(self.needs.quantity[need])
            if not self.is_open[need] or self.is_lost[need] or (not is_wide and cutting.has_parts(start)):
                continue
            if not self.room.is_mobile[start]:
                self.is_lost[need] = True
                continue
            before = int(self.is_open.sum())
            at, is_all = cutting.around(start, size, is_wide=is_wide)
            self._around(need, at, is_all and whole)
            yields.append(before - int(self.is_open.sum()) + int(self.is_lost[need]))
            if patience and sum(yields) < patience / 2:
                break
        return np.flatnonzero(self.is_open & ~self.is_lost)

    def _around(self, need: int, at: Ints, whole: bool) -> None:
        start = int(self.needs.quantity[need])
        part = Part(self.room, at)
        # a third of those still open at a time, all upwards: the others are what they rise from
        before, failures = int(self.has_open[at].sum()), 0
        while before > FEW and failures < 3:
            chosen = self.has_open[at] & ((self.rng.random(len(at)) < 0.3) | (at == start))
            limit = np.where(chosen, self.aim_up[at], ENOUGH)
            found = part.best(chosen.astype(float), limit, thrift=1e-3)
            if found is not None:
                self.offer(part.moves(found.at))
            now = int(self.has_open[at].sum())
            failures += before - now < max(1, 0.01 * before)
            before = now
        if self.is_open[need]:
            is_exact = self.reach(need, part, whole=whole)
            self.is_lost[need] = whole and is_exact and self.is_open[need]

    def prove_lost(self, need: int, at: Ints) -> tuple[int, int] | None:
        """Bound a quantity from outside: the rows around it alone, all else free to do as it likes.

        Returns
        -------
        tuple or None
            How far down and up it could move at most, when that is too little for the need.
        """
        part = Part(self.room, at, is_loose=True)
        k = int(np.searchsorted(at, self.needs.quantity[need]))
        reached = []
        for sign, aim in ((-1.0, self.down[need]), (1.0, self.up[need])):
            gain, limit = np.zeros(len(at)), np.full(len(at), ENOUGH)
            gain[k], limit[k] = sign, aim
            found = part.best(gain, limit, thrift=0.0, cuts=0)
            if found is None or not found.is_best:
                return None
            reached.append(int(sign * np.floor(sign * found.at[k] + 1e-6)))
        low, high = np.array(reached[:1]), np.array(reached[1:])
        is_met = self.needs.some(np.array([need])).are_met(self.truth, low, high)[0]
        return None if is_met else (reached[0], reached[1])

    def reach(self, need: int, part: Part, *, whole: bool = True, nodes: int = 2**30) -> bool:
        """Move one quantity as far up as is enough, else as far up and down as it goes inside a part.

        Parameters
        ----------
        whole
            Look in whole numbers where the linear programme's answer is not whole.
        nodes
            Bound of effort, see `Programme.least`; `Search.seconds` is the other.

        Returns
        -------
        bool
            The quantity's reach inside the part is known exactly now, or the need is met.
        """
        k = int(np.searchsorted(part.at, self.needs.quantity[need]))
        is_exact = True
        for sign, aim in ((1.0, self.up[need]), (-1.0, self.down[need])):
            gain, limit = np.zeros(len(part.at)), np.full(len(part.at), ENOUGH)
            gain[k], limit[k] = sign, aim
            for in_whole in (False, True) if whole else (False,):
                found = part.best(gain, limit, thrift=1e-6, whole=in_whole, nodes=nodes, seconds=self.seconds)
                if found is not None:
                    self.offer(part.moves(found.at))
                    if (found.is_whole and found.is_best) or not self.is_open[need]:
                        break
            is_exact &= found is not None and found.is_best and found.is_whole
            if not self.is_open[need]:
                return True
        return is_exact
