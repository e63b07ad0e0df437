"""Sentinel rounds: how many were tested and how many found positive, site by site, round by round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dozor.core.findings import Finding, Refused

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

FIRST_DATA_ROW = 2  # row 1 of a table is its heading


@dataclass(frozen=True)
class Rounds:
    """Counts, one cell per site and round (or several, which add up).

    Parameters
    ----------
    when
        Round of each cell, on a scale where equal steps mean equal time (a year), shape (n,).
    tested, positive
        How many were tested and found positive: whole numbers, ``0 <= positive <= tested``.
    site
        Codes from 0; ``None``: one site.

    Raises
    ------
    Refused
        ``TRE-COUNT`` (missing, negative, not whole), ``TRE-MORE-POSITIVE``, ``TRE-ROUND-MISSING`` by row;
        ``TRE-NOBODY``: nobody was tested.
    """

    when: Floats
    tested: Floats
    positive: Floats
    site: Codes | None = None

    def __post_init__(self) -> None:
        findings: list[Finding] = []
        for row in np.flatnonzero(~np.isfinite(self.when)):
            findings.append(Finding("TRE-ROUND-MISSING", row=int(row) + FIRST_DATA_ROW))
        for counts in (self.tested, self.positive):
            odd = ~np.isfinite(counts) | (counts < 0) | (counts != np.floor(counts))
            for row in np.flatnonzero(odd):
                found = "" if np.isnan(counts[row]) else f"{counts[row]:g}"
                findings.append(Finding("TRE-COUNT", found, row=int(row) + FIRST_DATA_ROW))
        for row in np.flatnonzero(self.positive > self.tested):
            values = {"tested": f"{self.tested[row]:g}"}
            findings.append(
                Finding(
                    "TRE-MORE-POSITIVE", f"{self.positive[row]:g}", values, None, int(row) + FIRST_DATA_ROW
                )
            )
        if not findings and not self.tested.sum() > 0:
            findings.append(Finding("TRE-NOBODY"))
        if findings:
            raise Refused(findings)

    @property
    def sites(self) -> Codes:
        return np.zeros(len(self.when), dtype=np.intp) if self.site is None else self.site

    def within(self, kept: NDArray[np.bool_]) -> Rounds:
        return Rounds(
            self.when[kept],
            self.tested[kept],
            self.positive[kept],
            None if self.site is None else self.site[kept],
        )

    def pooled(self) -> tuple[Floats, Floats, Floats]:
        """Rounds in order with their counts over all sites; rounds where nobody was tested left out."""
        when, place = np.unique(self.when, return_inverse=True)
        tested = np.bincount(place.reshape(-1), weights=self.tested).astype(float)
        positive = np.bincount(place.reshape(-1), weights=self.positive).astype(float)
        some = tested > 0
        return when[some], tested[some], positive[some]
