"""Collects moves until every need is met, or cannot be within the part of the table looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from dozor.core.disclosure.boxes import Boxes
from dozor.core.disclosure.cutting import Cutting
from dozor.core.disclosure.moving import ENOUGH, Move, Part, Room
from dozor.core.disclosure.neighbourhood import FEW, Neighbourhood
from dozor.core.disclosure.system import Bools, Ints, Needs

NONE = -1
AT_ONCE = 2  # parts searched together, on every machine; HiGHS computes beside Python
LOOK_AHEAD = 200


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


@dataclass(frozen=True)
class _Task:
    """A need and what is searched around it; `inside` is the need's number there."""

    need: int
    near: Neighbourhood
    inside: int
    is_all: bool
    common: bool

    def search(self, whole: bool) -> None:
        self.near.search(self.inside, whole=self.is_all and whole, common=self.common)


def _is_in(quantity: int, at: Ints) -> bool:
    k = int(np.searchsorted(at, quantity))
    return k < len(at) and int(at[k]) == quantity


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

    def box(self, boxes: Boxes, hide: Callable[[Sequence[Move]], None] | None = None) -> None:
        """Meet needs by boxes, each need tried once.

        Parameters
        ----------
        hide
            Told the moves that need more to be hidden, before they are taken; without it there are none.
        """
        for need in self.rng.permutation(np.flatnonzero(self.is_open)).tolist():
            if not self.is_open[need]:
                continue
            quantity = int(self.needs.quantity[need])
            for change in (int(self.up[need]), -int(self.down[need])):
                if self.is_open[need]:
                    self.offer(boxes.free(quantity, change))
            if self.is_open[need] and hide is not None:
                low, high = int(self.witnesses.lowest[quantity]), int(self.witnesses.highest[quantity])
                moves = boxes.cheapest(quantity, self.needs.ways(need, self.truth, low, high))
                hide(moves)
                self.offer(moves)

    def sweep(self, size: int, *, whole: bool = False, patience: int = 0) -> Ints:
        """Meet as many needs as possible with moves inside parts of this size (see `Cutting.around`).

        Parts are searched `AT_ONCE` at a time and what they found is taken in one order: the same search on
        every machine, however busy its cores.

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
        waiting = deque(self.rng.permutation(np.flatnonzero(self.is_open)).tolist())
        # where common moves met nothing more they are not asked for again while the sweep lasts
        stale = np.zeros(len(self.truth), dtype=np.bool_)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            while waiting and not (patience and sum(yields) < patience / 2):
                batch = self._batch(waiting, cutting, size, stale)
                list(threads.map(lambda one: one.search(whole), batch))
                for one in batch:
                    if one.near.is_spent:
                        stale[one.near.at] |= one.near.has_open
                    before = int(self.is_open.sum())
                    self.offer(one.near.found)
                    if whole and one.is_all and one.near.is_exact and self.is_open[one.need]:
                        self.is_lost[one.need] = True
                    yields.append(before - int(self.is_open.sum()) + int(self.is_lost[one.need]))
        return np.flatnonzero(self.is_open & ~self.is_lost)

    def _batch(self, waiting: deque[int], cutting: Cutting, size: int, stale: Bools) -> list[_Task]:
        """The next needs still open, each with what is searched around it; no two in one part."""
        batch: list[_Task] = []
        later: list[int] = []
        while waiting and len(batch) < AT_ONCE and len(later) < LOOK_AHEAD:
            need = waiting.popleft()
            start = int(self.needs.quantity[need])
            if not self.is_open[need] or self.is_lost[need]:
                continue
            if not self.room.is_mobile[start]:
                self.is_lost[need] = True
            elif any(_is_in(start, one.near.at) for one in batch):
                later.append(need)  # most often met by what is found there
            else:
                at, is_all = cutting.around(start, size)
                common = int((self.has_open[at] & ~stale[at]).sum()) > FEW
                batch.append(self._task(need, at, is_all=is_all, common=common))
        waiting.extendleft(reversed(later))
        return batch

    def _task(self, need: int, at: Ints, *, is_all: bool = False, common: bool = False) -> _Task:
        some = np.sort(self.needs_of(at))
        near = Neighbourhood(
            self.room,
            at,
            self.needs.some(some),
            self.is_open[some],
            lowest=self.witnesses.lowest[at],
            highest=self.witnesses.highest[at],
            limit=self.limit[at],
            aim_up=self.aim_up[at],
            rng=np.random.default_rng(int(self.rng.integers(2**62))),
            seconds=self.seconds,
        )
        return _Task(need, near, int(np.searchsorted(some, need)), is_all, common)

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
        """Move one quantity as far as it is asked to go inside a part; see `Neighbourhood.reach`."""
        task = self._task(need, part.at)
        is_exact = task.near.reach(task.inside, part, whole=whole, nodes=nodes)
        self.offer(task.near.found)
        return is_exact
