"""Tests that two questions' answers are independent in the population."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc, fdtrc  # scipy.stats takes a second to load

from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.estimate import known
from dozor.core.estimation.variance import covariance_of_sums

Statistic = Literal["F", "Chisq", "Wald", "adjWald"]
STATISTICS: tuple[Statistic, ...] = get_args(Statistic)


@dataclass(frozen=True)
class IndependenceTest:
    """A test statistic with its degrees of freedom (`ddf`: of F's denominator) and p value."""

    name: str
    statistic: float | None
    ndf: float | None
    ddf: float | None
    p: float | None
    n: int
    method: str
    estimand: str = "independence"

    def as_row(self) -> dict[str, object]:
        """Return the row of ``--format json``."""
        return asdict(self)


@dataclass(frozen=True)
class Table:
    """Weights of a two-way table by sampled unit.

    Parameters
    ----------
    weight
        Weight of each unit's respondents in each cell, rows of the table first; shape (units, R * C).
    unit
        Index of the last stage's unit; shape (units,).
    rows, columns
        R and C.
    respondents, answers
        Rows of the sample, and those among them with an answer to both questions.
    df
        Clusters less strata of the whole sample.
    """

    weight: FloatArray
    unit: IntArray
    rows: int
    columns: int
    respondents: int
    answers: int
    df: float


def independence_test(
    table: Table, design: SurveyDesign, statistic: Statistic, name: str
) -> IndependenceTest:
    """Test the independence of rows and columns.

    Notes
    -----
    ``F`` and ``Chisq``: Pearson's statistic with the first- and second-order corrections of Rao and Scott,
    referred to F or to chi-square. ``Wald``, ``adjWald``: the quadratic form in observed less expected
    totals, without and with the adjustment for few clusters.

    References
    ----------
    Rao, Scott (1984). On chi-squared tests for multiway contingency tables. Annals of Statistics 12, 46–60.
    Koch, Freeman, Freeman (1975). International Statistical Review 43, 59–78.
    """
    wald = statistic in {"Wald", "adjWald"}
    value, ndf, ddf, p = (
        _wald(table, design, adjusted=statistic == "adjWald")
        if wald
        else _rao_scott(table, design, by_f=statistic == "F")
    )
    return IndependenceTest(
        name=name,
        statistic=known(value),
        ndf=known(ndf),
        ddf=known(ddf),
        p=known(p),
        n=table.answers,
        method="wald" if wald else f"rao–scott {statistic}",
    )


Result = tuple[float, float, float, float]


def _rao_scott(table: Table, design: SurveyDesign, *, by_f: bool) -> Result:
    r, c, n = table.rows, table.columns, table.respondents
    totals = table.weight.sum(axis=0)
    share = totals / totals.sum()
    influence = (table.weight - share * table.weight.sum(axis=1, keepdims=True)) / totals.sum()
    covariance = covariance_of_sums(influence, table.unit, design)

    observed = share.reshape(r, c)
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        pearson = n * float(np.nansum((observed - expected) ** 2 / expected))
        inverse = np.where(share > 0, 1 / share, 0.0)
    contrast = _interactions(r, c)
    simple = contrast.T @ (contrast * inverse[:, None]) / n
    scaled = contrast * inverse[:, None]
    delta = np.linalg.solve(simple, scaled.T @ covariance @ scaled)
    trace = float(np.trace(delta))
    d0 = trace**2 / float(np.trace(delta @ delta))
    if by_f:
        value = pearson / trace
        return value, d0, d0 * table.df, float(fdtrc(d0, d0 * table.df, value))
    df = float(contrast.shape[1])
    return pearson, df, np.nan, float(chdtrc(df, pearson / (trace / df)))


def _interactions(rows: int, columns: int) -> FloatArray:
    """Contrasts of the cells that the margins say nothing about; shape (rows * columns, (R-1)(C-1))."""
    row = np.repeat(np.eye(rows), columns, axis=0)
    column = np.tile(np.eye(columns), (rows, 1))
    margins = np.hstack([row, column[:, 1:]])
    products = [row[:, i] * column[:, j] for i in range(1, rows) for j in range(1, columns)]
    target = np.column_stack(products)
    solution = np.linalg.lstsq(margins, target, rcond=None)[0]
    return np.asarray(target - margins @ solution)


def _wald(table: Table, design: SurveyDesign, *, adjusted: bool) -> Result:
    r, c = table.rows, table.columns
    cells = table.weight.reshape(-1, r, c)
    total = cells.sum(axis=0)
    everybody = total.sum()
    row, column = total.sum(axis=1), total.sum(axis=0)
    excess = total - np.outer(row, column) / everybody
    # how each unit moves the observed less the expected total
    of_row, of_column = cells.sum(axis=2), cells.sum(axis=1)
    moved = (
        cells
        - of_row[:, :, None] * (column / everybody)
        - (row / everybody)[None, :, None] * of_column[:, None, :]
        + cells.sum(axis=(1, 2))[:, None, None] * np.outer(row, column) / everybody**2
    )
    free = moved[:, 1:, 1:].reshape(len(cells), -1)
    covariance = covariance_of_sums(free, table.unit, design)
    gap = excess[1:, 1:].reshape(-1)
    quadratic = float(np.maximum(gap @ np.linalg.solve(covariance, gap), 0.0))  # rounding may step below
    ndf = float(len(gap))
    if adjusted:
        ddf = table.df - ndf + 1
        value = quadratic * ddf / (ndf * table.df)
    else:
        ddf = table.df
        value = quadratic / ndf
    return value, ndf, ddf, float(fdtrc(ndf, ddf, value)) if ddf > 0 else np.nan
