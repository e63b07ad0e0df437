"""The tree bootstrap: chains grown again from their own branches, all replicates wave by wave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from dozor.core.design.recruitment import Recruitment
from dozor.core.estimation.rds.sample import Codes
from dozor.core.estimation.rds.successive import Floats

Feature = tuple[int, Codes, Floats | None]


def tree_replicates(
    tree: Recruitment, features: list[Feature], *, replicates: int, rng: Generator
) -> list[Floats]:
    """Add features up over resampled trees.

    Parameters
    ----------
    tree
        The forest observed.
    features
        Each: how many bins, the bin of each respondent, and its amount (``None``: one).

    Returns
    -------
    list of Floats
        For each feature an array (replicates, bins).

    Notes
    -----
    A seed is drawn, then as many of its recruits as it had, with replacement, and so on down; trees are
    added until the sample's size is reached, and the last is cut from its deepest wave, at random
    within the wave, so that every replicate has the sample's size (R's ``fixed.size``).
    """
    branches = _Branches(tree)
    columns = [
        np.where(code == column, 1.0 if amount is None else amount, 0.0)[branches.order]
        for bins, code, amount in features
        for column in range(bins)
    ]
    total = np.zeros((len(columns), replicates))
    missing = np.full(replicates, tree.size)
    while (missing > 0).any():
        waiting = np.flatnonzero(missing > 0)
        # first a few trees less than expected, since those too many are thrown away; then, for the
        # small remainders, more than enough, since every further round costs its steps
        plenty = 0.9 if len(waiting) == replicates else 1.3
        wanted = np.maximum(1, (plenty * missing[waiting] / branches.mean_size).astype(np.intp))
        first = np.cumsum(wanted) - wanted
        waves = branches.grow(int(wanted.sum()), columns, rng)
        per_wave = np.stack([wave.size for wave in waves])
        size = per_wave.sum(axis=0)
        # how much each tree may still add, in the order drawn
        earlier = np.cumsum(size) - size
        room = np.repeat(missing[waiting] + earlier[first], wanted) - earlier
        whole = size <= room
        cut = ~whole & (room > 0)
        stays, partial = _cut(waves, per_wave, cut, room, rng)
        added = np.zeros((len(columns), len(size)))
        for stay, wave in zip(stays, waves, strict=True):
            added += (whole | stay) * wave.sums
        for node, of in partial:
            for column, worth in enumerate(columns):
                added[column] += np.bincount(of, weights=worth[node], minlength=len(size))
        total[:, waiting] += np.add.reduceat(added, first, axis=1)
        missing[waiting] -= np.add.reduceat(np.where(whole, size, np.where(cut, room, 0)), first)
    edges = np.cumsum([bins for bins, _, _ in features])[:-1]
    return [part.T for part in np.split(total, edges)]


@dataclass(frozen=True)
class _Wave:
    """One wave of many trees: each tree's size and sums, and the respondents drawn.

    In a block the respondents drawn stand in columns under one recruiter's tree, ``of``.
    """

    blocks: list[tuple[Codes, Codes]]
    size: Codes
    sums: Floats


class _Branches:
    """The forest numbered anew, seeds first and then the recruits of each respondent side by side.

    The recruits of respondent v are then the numbers from ``start[v]`` on: drawing one is an addition.
    """

    def __init__(self, tree: Recruitment) -> None:
        seeds = np.flatnonzero(tree.parent < 0)
        recruited = np.flatnonzero(tree.parent >= 0)
        self.order = np.concatenate([seeds, recruited[np.argsort(tree.parent[recruited], kind="stable")]])
        start = len(seeds) + np.cumsum(tree.recruits) - tree.recruits
        self.start = start[self.order]
        self.seeds = len(seeds)
        self.mean_size = tree.size / len(seeds)
        times = tree.recruits[self.order]
        self.numbers = [int(k) for k in np.unique(times) if k > 0]
        # a small type lets recruiters be picked out quickly
        self.kind = np.searchsorted([0, *self.numbers], times).astype(np.int8)

    def grow(self, trees: int, columns: list[Floats], rng: Generator) -> list[_Wave]:
        """Grow trees to the end, adding `columns` up over the respondents of each wave of each tree.

        Recruiters are taken together by how many they recruited: nothing is drawn for one recruit, and
        sums are taken over a recruiter's recruits before they are taken over trees.
        """
        node = rng.integers(self.seeds, size=(1, trees))
        blocks = [(node, np.arange(trees))]
        waves = [_Wave(blocks, np.ones(trees, dtype=np.intp), np.stack([c[node[0]] for c in columns]))]
        while True:
            ready = [self._recruiters(drawn, of) for drawn, of in blocks]
            blocks = []
            size = np.zeros(trees, dtype=np.intp)
            sums = np.zeros((len(columns), trees))
            for index, number in enumerate(self.numbers):
                of = np.concatenate([part[index][1] for part in ready])
                if not len(of):
                    continue
                start = self.start.take(np.concatenate([part[index][0] for part in ready]), mode="clip")
                drawn = start[None] if number == 1 else _from(start, number, rng)
                size += number * np.bincount(of, minlength=trees)
                for column, worth in enumerate(columns):
                    amount = worth.take(drawn, mode="clip").sum(axis=0)
                    sums[column] += np.bincount(of, weights=amount, minlength=trees)
                blocks.append((drawn, of))
            if not blocks:
                return waves
            waves.append(_Wave(blocks, size, sums))

    def _recruiters(self, drawn: Codes, of: Codes) -> list[tuple[Codes, Codes]]:
        """Pick out those who recruited, by how many, with their trees."""
        flat = drawn.ravel()
        owner = np.broadcast_to(of, drawn.shape).ravel()
        kind = self.kind.take(flat, mode="clip")
        picked = []
        for index in range(1, len(self.numbers) + 1):
            rows = np.flatnonzero(kind == index)
            picked.append((flat.take(rows, mode="clip"), owner.take(rows, mode="clip")))
        return picked


def _from(start: Codes, limit: int, rng: Generator) -> Codes:
    """Draw `limit` whole numbers from each of `start` to that plus `limit` (not included), in a column.

    Four come from each 64 random bits; the chances differ by at most `limit` in 65,536.
    """
    size = limit * len(start)
    bits = rng.integers(1 << 64, size=size // 4 + 1, dtype=np.uint64).view(np.uint16)[:size]
    drawn = bits.astype(np.uint32)
    drawn *= np.uint32(limit)
    drawn >>= np.uint32(16)
    return np.add(start, drawn.reshape(limit, -1), dtype=np.intp)


def _cut(
    waves: list[_Wave], per_wave: Codes, cut: Codes, room: Codes, rng: Generator
) -> tuple[Codes, list[tuple[Codes, Codes]]]:
    """Keep the upper waves of trees that do not fit.

    Returns which waves of those trees stay whole, shape (waves, trees), and the respondents that stay
    of the waves cut through, with their trees.
    """
    above = np.cumsum(per_wave, axis=0) - per_wave
    left = np.where(cut, room, 0) - above
    partial = []
    for wave, stay, through in zip(waves, left, cut & (left > 0) & (left < per_wave), strict=True):
        if not through.any():
            continue
        picked = [(drawn, of, np.flatnonzero(through.take(of))) for drawn, of in wave.blocks]
        node = np.concatenate([drawn.take(rows, axis=1).ravel() for drawn, _, rows in picked])
        of = np.concatenate([np.tile(of.take(rows), len(drawn)) for drawn, of, rows in picked])
        order = np.argsort(of + rng.random(len(of)))  # by tree, at random within it
        of = of[order]
        rank = np.arange(len(of)) - np.searchsorted(of, of)
        chosen = rank < stay[of]
        partial.append((node[order][chosen], of[chosen]))
    return cut & (left >= per_wave), partial
