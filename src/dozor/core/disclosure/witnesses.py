"""Collects moves until every need is met, or cannot be within the part of the table looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from dozor.core.disclosure.moving import Move, Room, best_move, neighbourhood, part_of, split
from dozor.core.disclosure.system import Bools, Ints, Needs

NONE = -1


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


def limits(needs: Needs, truth: Ints) -> Ints:
    """For each quantity how far is enough either way; 0 where nothing is asked."""
    up, down = needs.aims(truth)
    found = np.zeros(len(truth), np.int64)
    np.maximum.at(found, needs.quantity, np.maximum(up, down))
    return found


class Search:
    """Looks for moves in one room, for needs that may grow as more is hidden.

    `is_open`: needs not met so far; `is_lost`: those of them that no move in all that hangs together meets.
    """

    def __init__(self, room: Room, witnesses: Witnesses, rng: np.random.Generator) -> None:
        self.room, self.witnesses, self.rng = room, witnesses, rng
        self.truth = room.system.truth

    def take(self, needs: Needs) -> None:
        self.needs = needs
        self.limit = limits(needs, self.truth)
        self.up, self.down = needs.aims(self.truth)
        self.is_open = ~self.witnesses.met(needs, self.truth)
        self.is_lost = np.zeros(len(needs), dtype=np.bool_)
        self.needs_of: dict[int, list[int]] = {}
        for index, quantity in enumerate(needs.quantity.tolist()):
            self.needs_of.setdefault(quantity, []).append(index)

    def review(self, quantities: Ints) -> None:
        """Judge again the needs of these quantities."""
        chosen = [i for q in quantities.tolist() for i in self.needs_of.get(q, ()) if self.is_open[i]]
        if not chosen:
            return
        some = np.array(chosen, np.int64)
        of = self.needs.quantity[some]
        part = Needs(*(getattr(self.needs, name)[some] for name in Needs.__dataclass_fields__))
        self.is_open[some] = ~part.are_met(self.truth, self.witnesses.lowest[of], self.witnesses.highest[of])

    def offer(self, moves: Sequence[Move]) -> bool:
        """Keep the moves that are possible and useful; True when one was."""
        useful = False
        for move in moves:
            if self.room.allows(move) and self.witnesses.add(move, self.limit):
                useful = True
                self.review(move.quantity)
        return useful

    def sweep(self, size: int) -> Ints:
        """Meet as many needs as possible with moves inside neighbourhoods of this size.

        Returns
        -------
        ndarray of int
            The needs that stay open and are not yet known to be lost.
        """
        order = self.rng.permutation(np.flatnonzero(self.is_open))
        rank = self.rng.random(len(self.truth))
        for need in order.tolist():
            if self.is_open[need] and not self.is_lost[need]:
                self._around(need, size, rank)
        return np.flatnonzero(self.is_open & ~self.is_lost)

    def _around(self, need: int, size: int, rank: np.ndarray) -> None:
        start = int(self.needs.quantity[need])
        if not self.room.is_mobile[start]:
            self.is_lost[need] = True
            return
        at, is_whole = neighbourhood(self.room, start, size, self.room.is_mobile, rank)
        part = part_of(self.room.system, at)
        position = {q: k for k, q in enumerate(part.at.tolist())}
        limit = np.where(self.limit[part.at] > 0, self.limit[part.at], np.int64(2**40))
        wide = np.full(len(part.at), np.int64(2**40))
        # everybody who is still open, first upwards, then downwards, while it helps
        for _ in range(6):
            gain = np.zeros(len(part.at))
            for quantity in part.at.tolist():
                for index in self.needs_of.get(quantity, ()):
                    if self.is_open[index]:
                        k = position[quantity]
                        is_up = self.witnesses.highest[quantity] < self.up[index] and self.rng.random() < 0.7
                        gain[k] = 1.0 if is_up else -1.0
            if not gain.any():
                return
            found = best_move(self.room, part, gain, np.where(gain != 0, limit, wide))
            if found is None or not self.offer(split(part, found.change)):
                break
        if self.is_open[need] and self.reach(need, part.at) and self.is_open[need]:
            self.is_lost[need] |= is_whole

    def reach(self, need: int, at: Ints, *, seconds: float = 5.0) -> bool:
        """Move one quantity as far up as is enough, else as far up and down as it goes inside `at`.

        Returns
        -------
        bool
            The quantity's reach inside `at` is known exactly now, or the need is met.
        """
        part = part_of(self.room.system, at)
        k = int(np.searchsorted(part.at, self.needs.quantity[need]))
        limit = np.full(len(part.at), np.int64(2**40))
        is_exact = True
        for sign, aim in ((1.0, self.up[need]), (-1.0, self.down[need])):
            gain = np.zeros(len(part.at))
            gain[k] = sign
            limit[k] = aim
            found = best_move(self.room, part, gain, limit, thrift=1e-6, seconds=seconds)
            if found is not None:
                self.offer(split(part, found.change))
            is_exact &= found is not None and found.is_best
            if not self.is_open[need]:
                return True
        return is_exact
