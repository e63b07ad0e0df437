"""The tree bootstrap: chains grown again from their own branches, all replicates wave by wave."""

from __future__ import annotations

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
    totals = [np.zeros((replicates, bins)) for bins, _, _ in features]
    missing = np.full(replicates, tree.size)
    while (missing > 0).any():
        waiting = np.flatnonzero(missing > 0)
        # a few trees less than expected: those that grow too much are thrown away
        wanted = np.maximum(1, (0.75 * missing[waiting] / branches.mean_size).astype(np.intp))
        owner = np.repeat(np.arange(len(waiting)), wanted)
        waves = branches.grow(len(owner), rng)
        per_wave = np.stack([np.bincount(of, minlength=len(owner)) for _, of in waves])
        size = per_wave.sum(axis=0)
        # how much each tree may still add, in the order drawn
        reached = np.cumsum(size)
        first = np.concatenate([[0], np.cumsum(wanted)[:-1]])
        room = missing[waiting][owner] - (reached - size - (reached - size)[first][owner])
        whole = size <= room
        cut = ~whole & (room > 0)
        kept = [per_wave[wave] * whole for wave in range(len(waves))]
        partial = _cut(waves, per_wave, cut, room, kept, rng)
        for total, (bins, code, amount) in zip(totals, features, strict=True):
            added = np.zeros((len(owner), bins))
            for wave, (node, of) in enumerate(waves):
                whole_wave = kept[wave] == per_wave[wave]
                sums = np.bincount(
                    of * bins + code[node],
                    weights=None if amount is None else amount[node],
                    minlength=len(owner) * bins,
                ).reshape(len(owner), bins)
                added += np.where(whole_wave[:, None] & (per_wave[wave] > 0)[:, None], sums, 0)
            for node, of in partial:
                np.add.at(added, (of, code[node]), 1.0 if amount is None else amount[node])
            total[waiting] += np.add.reduceat(added, first, axis=0)
        used = np.where(whole, size, np.where(cut, room, 0))
        missing[waiting] -= np.add.reduceat(used, first)
    return totals


class _Branches:
    """Recruits of each respondent, side by side."""

    def __init__(self, tree: Recruitment) -> None:
        recruited = np.flatnonzero(tree.parent >= 0)
        self.recruit = recruited[np.argsort(tree.parent[recruited], kind="stable")].astype(np.int32)
        self.times = tree.recruits.astype(np.int32)
        self.start = (np.cumsum(self.times) - self.times).astype(np.int32)
        self.seeds = np.flatnonzero(tree.parent < 0).astype(np.int32)
        self.mean_size = tree.size / len(self.seeds)

    def grow(self, trees: int, rng: Generator) -> list[tuple[Codes, Codes]]:
        """Grow trees to the end: for each wave the respondents drawn and the tree they belong to."""
        node = self.seeds[rng.integers(len(self.seeds), size=trees)]
        of = np.arange(trees, dtype=np.int32)
        waves = []
        while len(node):
            waves.append((node, of))
            times = self.times[node]
            has = times > 0
            node, of, times = node[has], of[has], times[has]
            of = np.repeat(of, times)
            start = np.repeat(self.start[node], times)
            among = np.repeat(times, times)
            drawn = (rng.random(len(of), dtype=np.float32) * among).astype(np.int32)
            node = self.recruit[start + np.minimum(drawn, among - 1)]
        return waves


def _cut(
    waves: list[tuple[Codes, Codes]],
    per_wave: Codes,
    cut: Codes,
    room: Codes,
    kept: list[Codes],
    rng: Generator,
) -> list[tuple[Codes, Codes]]:
    """Keep the upper waves of trees that do not fit; return the respondents kept of the wave cut through.

    `kept` is changed: how many of each wave of each tree stay as a whole.
    """
    partial = []
    left = np.where(cut, room, 0)
    for wave, (node, of) in enumerate(waves):
        count = per_wave[wave]
        fits = cut & (left >= count) & (left > 0)
        kept[wave] = np.where(cut, np.where(fits, count, -1), kept[wave])
        through = cut & (left > 0) & (left < count)
        if through.any():
            rows = np.flatnonzero(through[of])
            order = rows[np.lexsort((rng.random(len(rows)), of[rows]))]
            rank = np.arange(len(order)) - np.searchsorted(of[order], of[order])
            chosen = order[rank < left[of[order]]]
            partial.append((node[chosen], of[chosen]))
        left = np.where(cut, np.maximum(left - count, 0), 0)
    return partial
