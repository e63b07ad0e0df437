"""What an attacker knows, as whole-number rows over all quantities of all editions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from dozor.core.disclosure.showing import UNBOUNDED

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Needs:
    """For each hidden quantity how far it has to be able to move; arrays of one length.

    `band_lower` > `band_upper` where no band is asked for.
    """

    quantity: Ints
    width: Ints
    up: Ints
    down: Ints
    band_lower: Ints
    band_upper: Ints

    def __len__(self) -> int:
        return len(self.quantity)

    def some(self, chosen: Ints) -> Needs:
        return Needs(*(getattr(self, name)[chosen] for name in Needs.__dataclass_fields__))

    def are_met(self, truth: Ints, lowest: Ints, highest: Ints) -> Bools:
        """Judge reach by reach: `lowest` ≤ 0 ≤ `highest` are how far each quantity was moved."""
        at = truth[self.quantity]
        leaves_band = (
            (self.band_lower > self.band_upper)
            | (at + highest > self.band_upper)
            | (at + lowest < self.band_lower)
        )
        return np.asarray(
            (highest - lowest >= self.width) & (highest >= self.up) & (-lowest >= self.down) & leaves_band
        )

    def aims(self, truth: Ints) -> tuple[Ints, Ints]:
        """How far up, and how far down, one move has to go to be enough by itself."""
        at = truth[self.quantity]
        banded = self.band_lower <= self.band_upper
        up = np.maximum.reduce([self.width, self.up, np.where(banded, self.band_upper + 1 - at, 0)])
        down = np.maximum.reduce([self.width, self.down, np.where(banded, at - self.band_lower + 1, 0)])
        return up, down

    def ways(self, need: int, truth: Ints, low: int, high: int) -> list[tuple[int, ...]]:
        """Changes that would meet one need of a quantity that was moved from `low` to `high` so far.

        Out of the band above and the rest down, all of it up, or out of the band below and the rest up.
        """
        at, width = int(truth[self.quantity[need]]), int(self.width[need])
        above, below = int(self.band_upper[need]) + 1 - at, int(self.band_lower[need]) - 1 - at
        if self.band_lower[need] > self.band_upper[need]:
            above = below = 0
        least, most = min(low, -int(self.down[need])), max(high, int(self.up[need]))
        rise, fall = max(most, above), min(least, below)
        reaches = (
            (min(least, rise - width), rise),
            (least, max(rise, least + width)),
            (fall, max(most, fall + width)),
        )
        ways = [(*((a,) if a < low else ()), *((b,) if b > high else ())) for a, b in reaches]
        return list(dict.fromkeys(ways))


@dataclass(frozen=True)
class System:
    """Everything published, and everything known besides, about one set of quantities.

    Parameters
    ----------
    names
        One name for each quantity.
    truth
        The true table, shape (n,).
    floor
        Least value anyone would think possible, shape (n,): 0, or −`UNBOUNDED` for a revision.
    rows, row_lower, row_upper
        `row_lower` ≤ `rows` @ x ≤ `row_upper` for every table x that is possible; shape (m, n), (m,), (m,).
    says_cell, says_quantity, says_lower, says_upper
        What single cells say of single quantities when they are shown; cell −1 is always shown. Shape (s,).
    cells
        How many cells there are whose showing is to be decided.
    codes
        What each quantity is about, by number: its code in each dimension, shape (dimensions, n). Only to
        cut a large table into parts that hang together.
    """

    names: tuple[str, ...]
    truth: Ints
    floor: Ints
    rows: csr_array
    row_lower: Ints
    row_upper: Ints
    says_cell: Ints
    says_quantity: Ints
    says_lower: Ints
    says_upper: Ints
    cells: int
    codes: Ints

    @cached_property
    def columns(self) -> csc_array:
        return self.rows.tocsc()

    @cached_property
    def row_truth(self) -> Ints:
        return np.asarray(self.rows @ self.truth, dtype=np.int64)

    @cached_property
    def is_over(self) -> Bools:
        """Whether a row goes over codes of a dimension, shape (dimensions, m)."""
        found = np.zeros((len(self.codes), self.rows.shape[0]), dtype=np.bool_)
        lengths = np.diff(self.rows.indptr)
        rows = np.repeat(np.arange(self.rows.shape[0]), lengths)
        for dimension, codes in enumerate(self.codes):
            own = codes[self.rows.indices]
            found[dimension, rows[own != np.repeat(own[self.rows.indptr[:-1]], lengths)]] = True
        return found

    @cached_property
    def _wholes(self) -> tuple[dict[int, list[int]], ...]:
        """In each dimension the codes a code is part of in any row: what is taken away is the whole."""
        rows = np.repeat(np.arange(self.rows.shape[0]), np.diff(self.rows.indptr))
        is_whole = self.rows.data < 0
        whole = np.full(self.rows.shape[0], -1, np.int64)
        whole[rows[is_whole]] = self.rows.indices[is_whole]
        found = []
        for codes in self.codes:
            parts = ~is_whole & (whole[rows] >= 0)
            pairs = np.stack([codes[self.rows.indices[parts]], codes[whole[rows[parts]]]])
            above: dict[int, list[int]] = {}
            for part, of in np.unique(pairs, axis=1).T.tolist():
                if part != of:
                    above.setdefault(part, []).append(of)
            found.append(above)
        return tuple(found)

    @cached_property
    def is_whole(self) -> tuple[Bools, ...]:
        """In each dimension whether a code has parts, by its number."""
        found = []
        for codes, above in zip(self.codes, self._wholes, strict=True):
            wholes = {of for every in above.values() for of in every}
            found.append(np.isin(np.arange(int(codes.max(initial=0)) + 1), sorted(wholes)))
        return tuple(found)

    def above(self, dimension: int, code: int) -> list[int]:
        """A code and those it is part of, nearest first: what a region cannot give itself, it passes on."""
        found = [code]
        for one in found:
            found += [of for of in self._wholes[dimension].get(one, ()) if of not in found]
        return found

    def bounds(self, hidden: Bools) -> tuple[Ints, Ints]:
        """What is said of each quantity while these cells are hidden: least and greatest value."""
        shown = (self.says_cell < 0) | ~hidden[self.says_cell]
        lower, upper = self.floor.copy(), np.full(len(self.truth), UNBOUNDED, np.int64)
        np.maximum.at(lower, self.says_quantity[shown], self.says_lower[shown])
        np.minimum.at(upper, self.says_quantity[shown], self.says_upper[shown])
        return lower, upper

    def digest(self, hidden: Bools) -> str:
        """SHA-256 of all the attacker knows: names, rows and bounds, the truth left out."""
        lower, upper = self.bounds(hidden)
        sha = hashlib.sha256()
        for name in self.names:
            sha.update(name.encode() + b"\x1e")
        parts: Sequence[Ints] = (
            self.rows.indptr,
            self.rows.indices,
            self.rows.data,
            self.row_lower,
            self.row_upper,
            lower,
            upper,
        )
        for part in parts:
            sha.update(np.ascontiguousarray(part, dtype="<i8").tobytes() + b"\x1f")
        return sha.hexdigest()


def entries_of(indptr: NDArray[np.integer], at: Ints) -> tuple[Ints, Ints]:
    """Positions of the entries of several columns (or rows) in a sparse array, and whose each is."""
    starts, lengths = indptr[at].astype(np.int64), np.diff(indptr)[at].astype(np.int64)
    of = np.repeat(np.arange(len(at)), lengths)
    first = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    return first + np.arange(len(of)), of
