"""Sums with replicate weights: given columns row by row in batches, made replicates from clusters' sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from dozor.core.design.replicates import Replicates, Scales, make_replicates
from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.replication import ReplicateSums, from_factors
from dozor.core.estimation.request import DesignColumns, MadeReplicates, ReplicateColumns
from dozor.core.estimation.totals import Squares, Totals
from dozor.core.findings import Finding, Refused
from dozor.store.cells import Cells
from dozor.store.engine import batches
from dozor.store.labels import coded
from dozor.store.measures import Measure
from dozor.store.reduce import Reduced
from dozor.store.source import Source
from dozor.store.weights import refuse_weights, weight_of

BATCH = 50_000


def replicates_of(made: MadeReplicates, design: SurveyDesign) -> Replicates:
    """Make the replicates asked for from the design's clusters."""
    return make_replicates(
        made.kind,
        design,
        draws=made.draws,
        generator=np.random.default_rng(made.seed),
        fay=made.fay,
        mse=made.mse,
    )


def sums_of_made(reduced: Reduced, made: MadeReplicates) -> tuple[ReplicateSums, Scales]:
    """Make the replicates of the design and weigh every cluster's sums with them."""
    replicates = replicates_of(made, reduced.design)
    cells = len(reduced.cells.members)
    cluster = reduced.design.cluster_of(reduced.totals.unit)
    return from_factors(reduced.totals, cells, cluster, replicates.factors), replicates.scales


@dataclass
class Rows:
    """Rows of one batch: the weights (the full sample's first), and each measure's values.

    `y`, `x` hold NaN where there is no answer; `given` NaN where the question is not put.
    """

    cell: IntArray
    weights: FloatArray
    y: FloatArray
    x: dict[int, FloatArray]
    given: dict[int, FloatArray]


def sums_of_given(
    source: Source,
    design: DesignColumns,
    replicates: ReplicateColumns,
    measures: Sequence[Measure],
    by: tuple[str, ...],
) -> tuple[ReplicateSums, Cells]:
    """Sum the measures of each cell with every column of weights.

    Raises
    ------
    Refused
        ``EST-WEIGHT-…``; ``EST-REPLICATES-VALUE``: a replicate weight is missing.
    """
    cells = _cells(source, by)
    sums = _Accumulated(len(cells.members), len(replicates.columns), measures)
    for batch in _batches(source, design, replicates, measures, by):
        sums.add(_rows(batch, source, design, replicates, measures, cells))
    if not sums.respondents.any():
        raise Refused(Finding("EST-NO-ROWS", file=source.file))
    return sums.result(), cells


def _cells(source: Source, by: tuple[str, ...]) -> Cells:
    """Find the combinations that occur."""
    if not by:
        return Cells((), np.zeros((1, 0), dtype=np.int64), [])
    keys = [source.key(column).name(f"b{i}") for i, column in enumerate(by)]
    found = source.table.select(*keys).distinct().to_pyarrow()
    coding = [coded(found[f"b{i}"]) for i in range(len(by))]
    members = np.unique(np.column_stack([code for code, _ in coding]), axis=0)
    return Cells(by, members, [texts for _, texts in coding])


def _batches(
    source: Source,
    design: DesignColumns,
    replicates: ReplicateColumns,
    measures: Sequence[Measure],
    by: tuple[str, ...],
) -> Iterator[pa.RecordBatch]:
    columns: dict[str, ir.Value] = {f"b{i}": source.key(column) for i, column in enumerate(by)}
    columns["w"] = weight_of(source, design)
    for r, name in enumerate(replicates.columns):
        columns[f"r{r}"] = source.number(name).cast("float64")
    for k, measure in enumerate(measures):
        columns[f"y{k}"] = measure.y.cast("float64")
        if measure.x is not None:
            columns[f"x{k}"] = measure.x
        if measure.given is not None:
            columns[f"g{k}"] = ibis.ifelse(measure.given, 1.0, 0.0)
    return batches(source.table.select(**columns), BATCH)


def _rows(
    batch: pa.RecordBatch,
    source: Source,
    design: DesignColumns,
    replicates: ReplicateColumns,
    measures: Sequence[Measure],
    cells: Cells,
) -> Rows:
    table = pa.Table.from_batches([batch])

    def number(name: str) -> FloatArray:
        return table[name].cast(pa.float64()).to_numpy()

    weight = number("w")
    known = (~np.isnan(weight)).astype(np.float64)
    refuse_weights(source, design, weight, weight, known, np.ones(len(weight)))
    each = [number(f"r{r}") for r in range(len(replicates.columns))]
    for name, values in zip(replicates.columns, each, strict=True):
        if not np.isfinite(values).all():
            raise Refused(Finding("EST-REPLICATES-VALUE", column=name, file=source.file))
    return Rows(
        cell=_cell_of(table, cells),
        weights=np.column_stack([weight, *each]),
        y=np.column_stack([number(f"y{k}") for k in range(len(measures))]),
        x={k: number(f"x{k}") for k, m in enumerate(measures) if m.x is not None},
        given={k: number(f"g{k}") for k, m in enumerate(measures) if m.given is not None},
    )


def _cell_of(table: pa.Table, cells: Cells) -> IntArray:
    """Look each row's combination up among the cells."""
    rows = table.num_rows
    key, known = np.zeros(rows, dtype=np.int64), np.zeros(len(cells.members), dtype=np.int64)
    for i, texts in enumerate(cells.texts):
        place = {text: code for code, text in enumerate(texts)}
        local, names = coded(table[f"b{i}"])
        code = np.array([*(place[name] for name in names), -1], dtype=np.int64)[local]
        key = key * (len(texts) + 1) + code + 1
        known = known * (len(texts) + 1) + cells.members[:, i] + 1
    return np.searchsorted(known, key)


class _Accumulated:
    """Adds batches up."""

    def __init__(self, cells: int, replicates: int, measures: Sequence[Measure]) -> None:
        self.measures = measures
        width = len(measures)
        self.numerator = np.zeros((cells, replicates + 1, width))
        self.denominator = np.zeros((cells, replicates + 1, width))
        self.answered = np.zeros((cells, width))
        self.answers = np.zeros((cells, width))
        self.respondents, self.weight = np.zeros(cells), np.zeros(cells)
        self.gram = np.zeros((cells, replicates, replicates))
        given = [k for k, measure in enumerate(measures) if measure.given is not None]
        self.eligible = {k: np.zeros(cells) for k in given}
        self.eligible_gram = {k: np.zeros((cells, replicates, replicates)) for k in given}
        self.squares = {
            k: {name: np.zeros(cells) for name in (("yy",) if m.x is None else ("yy", "xy", "xx"))}
            for k, m in enumerate(measures)
            if m.column.kind != "share"
        }

    def add(self, rows: Rows) -> None:
        order = np.argsort(rows.cell, kind="stable")
        cells = np.unique(rows.cell)
        bounds = np.searchsorted(rows.cell[order], cells)
        for cell, part in zip(cells, np.split(order, bounds[1:]), strict=True):
            self._add_cell(int(cell), part, rows)

    def _add_cell(self, cell: int, part: IntArray, rows: Rows) -> None:
        weights, y = rows.weights[part], rows.y[part]
        answered = ~np.isnan(y)
        filled = np.where(answered, y, 0.0)
        x = answered.astype(np.float64)
        for k, values in rows.x.items():
            x[:, k] = np.where(answered[:, k], values[part], 0.0)
        self.numerator[cell] += weights.T @ filled
        self.denominator[cell] += weights.T @ x
        self.answered[cell] += weights[:, 0] @ answered
        self.answers[cell] += answered.sum(axis=0)
        self.respondents[cell] += len(part)
        self.weight[cell] += weights[:, 0].sum()
        self.gram[cell] += weights[:, 1:].T @ weights[:, 1:]
        for k, given in rows.given.items():
            asked = given[part] > 0
            self.eligible[k][cell] += asked.sum()
            self.eligible_gram[k][cell] += weights[asked, 1:].T @ weights[asked, 1:]
        for k, sums in self.squares.items():
            w = weights[:, 0] * answered[:, k]
            off = np.where(answered[:, k], y[:, k] - self.measures[k].centre, 0.0)
            sums["yy"][cell] += (w * off**2).sum()
            if "xy" in sums:
                sums["xy"][cell] += (w * x[:, k] * filled[:, k]).sum()
                sums["xx"][cell] += (w * x[:, k] ** 2).sum()

    def result(self) -> ReplicateSums:
        cells = np.arange(len(self.respondents))
        ratio = any(measure.x is not None for measure in self.measures)
        totals = Totals(
            columns=[measure.column for measure in self.measures],
            unit=np.zeros(len(cells), dtype=np.int64),
            cell=cells,
            respondents=self.respondents,
            weight=self.weight,
            answers=self.answers,
            answered_weight=self.answered,
            numerator=self.numerator[:, 0],
            denominator=self.denominator[:, 0] if ratio else self.answered,
            eligible=self.eligible,
            squares={
                k: Squares(sums["yy"], self.measures[k].centre, sums.get("xy"), sums.get("xx"))
                for k, sums in self.squares.items()
            },
        )
        return ReplicateSums(
            totals, self.numerator[:, 1:], self.denominator[:, 1:], self.gram, self.eligible_gram
        )
