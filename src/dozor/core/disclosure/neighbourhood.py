"""A part of a search that needs nothing of the rest, so that several can be searched at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dozor.core.disclosure.moving import ENOUGH, Move, Part, Room
from dozor.core.disclosure.system import Bools, Ints, Needs

FEW = 8  # needs that are not worth a common move any more


class Neighbourhood:
    """Some quantities with their needs and how far they were moved before; collects moves in `found`.

    Parameters
    ----------
    at
        Numbers of the quantities, rising.
    needs
        Of these quantities alone.
    is_open
        Which of the needs are not met yet.
    lowest, highest
        How far each quantity was moved before, shape of `at`.
    limit, aim_up
        What is enough for each quantity, either way and upwards; shape of `at`.
    """

    def __init__(
        self,
        room: Room,
        at: Ints,
        needs: Needs,
        is_open: Bools,
        *,
        lowest: Ints,
        highest: Ints,
        limit: Ints,
        aim_up: Ints,
        rng: np.random.Generator,
        seconds: float,
    ) -> None:
        self.room, self.at, self.needs, self.is_open = room, at, needs, is_open
        self.lowest, self.highest, self.limit, self.aim_up = lowest, highest, limit, aim_up
        self.rng, self.seconds = rng, seconds
        self.truth = room.system.truth
        self.place = np.searchsorted(at, needs.quantity)  # of each need among the quantities
        self.up, self.down = needs.aims(self.truth)
        self.has_open = np.zeros(len(at), dtype=np.bool_)
        self.has_open[self.place[is_open]] = True
        self.found: list[Move] = []
        self.is_exact = False
        self.is_spent = False

    def search(self, need: int, *, whole: bool, common: bool) -> None:
        """Meet as many needs as common moves do, then the one that was asked for (`need`, among ours).

        `common` false leaves the common moves out. Afterwards `is_spent` tells whether they met nothing more,
        `is_exact` whether that one's reach in here is known exactly, or it is met.
        """
        part = Part(self.room, self.at)
        start = int(self.place[need])
        # a third of those still open at a time, all upwards: the others are what they rise from
        before, failures = int(self.has_open.sum()), 0
        while common and before > FEW and failures < 2:
            chosen = self.has_open & (self.rng.random(len(self.at)) < 0.3)
            chosen[start] = self.has_open[start]
            limit = np.where(chosen, self.aim_up, ENOUGH)
            found = part.best(chosen.astype(float), limit, thrift=1e-3)
            if found is not None:
                self.offer(part.moves(found.at))
            now = int(self.has_open.sum())
            failures += before - now < max(1, 0.01 * before)
            before = now
        self.is_spent = failures == 2
        self.is_exact = not self.is_open[need] or self.reach(need, part, whole=whole)

    def reach(self, need: int, part: Part, *, whole: bool = True, nodes: int = 2**30) -> bool:
        """Move one quantity as far up as is enough, else as far up and down as it goes inside the part.

        Parameters
        ----------
        part
            Of our quantities.
        whole
            Look in whole numbers where the linear programme's answer is not whole.
        nodes
            Bound of effort, see `Programme.least`; `seconds` is the other.

        Returns
        -------
        bool
            The quantity's reach inside the part is known exactly now, or the need is met.
        """
        k = int(self.place[need])
        is_exact = True
        for sign, aim in ((1.0, self.up[need]), (-1.0, self.down[need])):
            gain, limit = np.zeros(len(self.at)), np.full(len(self.at), ENOUGH)
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

    def offer(self, moves: Sequence[Move]) -> None:
        """Keep the moves that are possible and take an open quantity further than before."""
        for move in moves:
            at = np.searchsorted(self.at, move.quantity)
            if not self.has_open[at].any() or not self.room.allows(move):
                continue
            by = np.clip(move.change, -self.limit[at], self.limit[at])
            if not ((by < self.lowest[at]) | (by > self.highest[at])).any():
                continue
            self.lowest[at] = np.minimum(self.lowest[at], by)
            self.highest[at] = np.maximum(self.highest[at], by)
            self.found.append(move)
            self._review(at)

    def _review(self, at: Ints) -> None:
        touched = np.zeros(len(self.at), dtype=np.bool_)
        touched[at] = True
        some = np.flatnonzero(touched[self.place] & self.is_open)
        if not len(some):
            return
        of = self.place[some]
        met = self.needs.some(some).are_met(self.truth, self.lowest[of], self.highest[of])
        self.is_open[some] = ~met
        self.has_open[of] = False
        self.has_open[self.place[self.is_open]] = True
