"""What an engine hands over: sums per sampled unit and cell, whatever the number of rows behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.estimation.grouping import pairs_of

Kind = Literal["share", "mean", "total", "ratio"]


@dataclass(frozen=True)
class Column:
    """One quantity to estimate: its kind and the name it was asked for by."""

    kind: Kind
    name: str


@dataclass(frozen=True)
class Squares:
    """Weighted second-order sums of one column, for the variance a simple random sample would have.

    `yy` sums ``w (y - centre)^2``; for a ratio `xy` sums ``w x y`` and `xx` ``w x^2`` besides, and the
    centre is 0. A share needs none: its squares are its sums.
    """

    yy: FloatArray
    centre: float = 0.0
    xy: FloatArray | None = None
    xx: FloatArray | None = None


@dataclass(frozen=True)
class Totals:
    """Sums over the rows of each (unit, cell).

    Parameters
    ----------
    columns
        What is estimated; K of them.
    unit
        Index of the last stage's unit; shape (rows,).
    cell
        Index of the cell, the finest cross-classification asked for; shape (rows,).
    respondents, weight
        Number of rows and sum of their weights; shape (rows,).
    answers, answered_weight
        Number and weight of those with an answer to each column's question; shape (rows, K), or (rows, 1)
        where everybody answered everything.
    numerator
        Sum of ``w y`` over answers; shape (rows, K).
    denominator
        Sum of ``w x`` over answers for a ratio, `answered_weight` otherwise; of its shape.
    eligible
        For the columns with a ``given`` part: how many rows it holds for; shape (rows,).
    squares
        By column index; absent for shares.
    """

    columns: Sequence[Column]
    unit: IntArray
    cell: IntArray
    respondents: FloatArray
    weight: FloatArray
    answers: FloatArray
    answered_weight: FloatArray
    numerator: FloatArray
    denominator: FloatArray
    eligible: Mapping[int, FloatArray] = field(default_factory=dict)
    squares: Mapping[int, Squares] = field(default_factory=dict)

    def scaled(self, factor: FloatArray) -> Totals:
        """Multiply the weights of each row; shape (rows,)."""
        column = factor[:, None]
        answered = self.answered_weight * column
        return replace(
            self,
            weight=self.weight * factor,
            answered_weight=answered,
            numerator=self.numerator * column,
            denominator=answered if self.denominator is self.answered_weight else self.denominator * column,
            squares={
                k: replace(
                    s,
                    yy=s.yy * factor,
                    xy=None if s.xy is None else s.xy * factor,
                    xx=None if s.xx is None else s.xx * factor,
                )
                for k, s in self.squares.items()
            },
        )

    def by_domain(self, domain_of_cell: IntArray) -> tuple[Totals, IntArray]:
        """Sort the rows by domain without adding any up; return them and which rows these were."""
        domain = domain_of_cell[self.cell]
        kept = np.flatnonzero(domain >= 0)
        rows = kept[np.argsort(domain[kept], kind="stable")]
        answered = self.answered_weight[rows]
        shared = self.denominator is self.answered_weight
        sorted_rows = replace(
            self,
            unit=self.unit[rows],
            cell=domain[rows],
            respondents=self.respondents[rows],
            weight=self.weight[rows],
            answers=self.answers[rows],
            answered_weight=answered,
            numerator=self.numerator[rows],
            denominator=answered if shared else self.denominator[rows],
            eligible={k: v[rows] for k, v in self.eligible.items()},
            squares={
                k: replace(
                    s,
                    yy=s.yy[rows],
                    xy=None if s.xy is None else s.xy[rows],
                    xx=None if s.xx is None else s.xx[rows],
                )
                for k, s in self.squares.items()
            },
        )
        return sorted_rows, rows

    def in_domains(self, domain_of_cell: IntArray, units: int) -> Totals:
        """Add the cells of each domain up; cells marked -1 belong to none and are left out.

        The rows come back sorted by domain, then unit, with the domain as their cell.
        """
        pairs = pairs_of(self.unit, domain_of_cell[self.cell], units)
        answered = pairs.add(self.answered_weight)
        shared = self.denominator is self.answered_weight

        def column(values: FloatArray) -> FloatArray:
            return pairs.add(values[:, None])[:, 0]

        return Totals(
            columns=self.columns,
            unit=pairs.unit,
            cell=pairs.domain,
            respondents=column(self.respondents),
            weight=column(self.weight),
            answers=pairs.add(self.answers),
            answered_weight=answered,
            numerator=pairs.add(self.numerator),
            denominator=answered if shared else pairs.add(self.denominator),
            eligible={k: column(values) for k, values in self.eligible.items()},
            squares={
                k: Squares(
                    yy=column(s.yy),
                    centre=s.centre,
                    xy=None if s.xy is None else column(s.xy),
                    xx=None if s.xx is None else column(s.xx),
                )
                for k, s in self.squares.items()
            },
        )
