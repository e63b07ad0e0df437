"""What a rule found doubtful, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dozor.core.findings import Finding
from dozor.core.quality.figures import Cell


class Grade(StrEnum):
    """How sure a rule is."""

    CONTRADICTION = "contradiction"  # the figures cannot all be right
    UNLIKELY = "unlikely"  # far from what is to be expected: right only with a reason
    NOTICE = "notice"  # a rate or pattern below what was agreed


@dataclass(frozen=True)
class Doubt:
    """A finding of a quality rule, with the cell it is about.

    Parameters
    ----------
    rule
        ``D1`` … ``D19``, ``S1`` … ``S12``.
    cells
        The first is the one to be looked at; the others are those it was held against.
    strength
        For sorting, greater is worse: −log10 of a p-value, or 99 for a contradiction.
    """

    rule: str
    grade: Grade
    finding: Finding
    cells: tuple[Cell, ...] = ()
    strength: float = 99.0
    about: dict[str, str] = field(
        default_factory=dict
    )  # what it is about where that is no cell: interviewer, site

    @property
    def cell(self) -> Cell | None:
        return self.cells[0] if self.cells else None
