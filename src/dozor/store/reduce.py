"""Reduces rows to sums per (stratum, cluster[, person], cell) in one group-by on the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from dozor.core.design.frame import design_of
from dozor.core.design.stage import FloatArray
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.request import DesignColumns
from dozor.core.estimation.totals import Squares, Totals
from dozor.store.cells import Cells
from dozor.store.design_keys import identifiers_of, keys_of, numbers_of
from dozor.store.grouping import grouped, refuse_rows, row_by_row_of
from dozor.store.labels import coded, combined
from dozor.store.measures import Measure
from dozor.store.source import Source
from dozor.store.weights import weight_of


@dataclass(frozen=True)
class Reduced:
    """Sums by unit and cell, with the design they were drawn by."""

    totals: Totals
    design: SurveyDesign
    cells: Cells


def reduce_rows(
    source: Source,
    design: DesignColumns,
    measures: Sequence[Measure],
    by: tuple[str, ...],
    *,
    row_by_row: bool = False,
) -> Reduced:
    """Sum the measures over the rows of each unit and cell.

    Parameters
    ----------
    by
        Columns of the finest cross-classification.
    row_by_row
        Keep every row apart even where there are clusters.

    Raises
    ------
    Refused
        ``EST-WEIGHT-…``, ``EST-DESIGN-MISSING`` and what :func:`dozor.core.design.design_of` finds.
    """
    asked = (design, tuple(measure.asked for measure in measures), by, row_by_row)
    table = source.run(asked, lambda: _query(source, design, measures, by, row_by_row=row_by_row))
    return _read(table, source, design, measures, by)


def _query(
    source: Source,
    design: DesignColumns,
    measures: Sequence[Measure],
    by: tuple[str, ...],
    *,
    row_by_row: bool,
) -> ir.Table:
    keys = keys_of(source, design, by)
    weight = weight_of(source, design)
    sums: dict[str, ir.Value] = {"n": ibis.literal(1), "w": weight, "wlow": weight}
    for i, column in enumerate(design.fpc):
        sums[f"f{i}"] = source.number(column).cast("float64")
    for k, measure in enumerate(measures):
        sums[f"y{k}"] = measure.weighted(weight)
        if not measure.complete:
            sums[f"w{k}"] = weight * measure.answered().cast("int8")
            sums[f"n{k}"] = measure.seen()
        if measure.x is not None:
            sums[f"x{k}"] = weight * measure.x
        if measure.given is not None:
            sums[f"g{k}"] = measure.given.cast("int8")
        for name, product in measure.squared(weight).items():
            sums[f"{name}{k}"] = product
    if design.cluster and not row_by_row:
        return grouped(source.table, keys, sums)
    return row_by_row_of(source.table, keys, sums)


def _read(
    table: pa.Table,
    source: Source,
    design: DesignColumns,
    measures: Sequence[Measure],
    by: tuple[str, ...],
) -> Reduced:
    rows = table.num_rows
    refuse_rows(table, source, design)
    identifiers = identifiers_of(table, source, design)
    sample, unit = design_of(
        identifiers,
        lonely=design.lonely,
        adjust_domain_lonely=design.adjust_domain_lonely,
        unique_clusters=design.unique_clusters,
    )
    codes, texts = [], []
    for i in range(len(by)):
        code, text = coded(table[f"b{i}"])
        codes.append(code)
        texts.append(text)
    cell, members = combined(codes, [len(text) for text in texts], rows)
    # in the order of the finest domains, which then need no sorting of their own
    order = np.argsort(cell * sample.units + unit, kind="stable")
    unit, cell = unit[order], cell[order]
    read = numbers_of(table)

    def number(name: str) -> FloatArray:
        return read(name)[order]

    respondents, weight = number("n"), number("w")
    # where nobody left out an answer, one column counts for all questions
    counted = measures if not all(m.complete for m in measures) else measures[:1]
    shared_n = {k: respondents for k, m in enumerate(measures) if m.complete}
    shared_w = {k: weight for k, m in enumerate(measures) if m.complete}
    answers = _matrix([shared_n[k] if k in shared_n else number(f"n{k}") for k in range(len(counted))], rows)
    answered = _matrix([shared_w[k] if k in shared_w else number(f"w{k}") for k in range(len(counted))], rows)
    numerator = _matrix([number(f"y{k}") for k in range(len(measures))], rows)
    denominator = answered
    if any(measure.x is not None for measure in measures):
        denominator = answered.copy()
        for k, measure in enumerate(measures):
            if measure.x is not None:
                denominator[:, k] = number(f"x{k}")
    totals = Totals(
        columns=[measure.column for measure in measures],
        unit=unit,
        cell=cell,
        respondents=respondents,
        weight=weight,
        answers=answers,
        answered_weight=answered,
        numerator=numerator,
        denominator=denominator,
        eligible={k: number(f"g{k}") for k, m in enumerate(measures) if m.given is not None},
        squares={
            k: Squares(
                yy=number(f"yy{k}"),
                centre=m.centre,
                xy=None if m.x is None else number(f"xy{k}"),
                xx=None if m.x is None else number(f"xx{k}"),
            )
            for k, m in enumerate(measures)
            if m.column.kind != "share"
        },
    )
    if design.weight is None and design.fpc:
        totals = totals.scaled(sample.inverse_fraction(unit))
    return Reduced(totals, sample, Cells(by, members, texts))


def _matrix(columns: Sequence[FloatArray], rows: int) -> FloatArray:
    return np.column_stack(columns) if columns else np.zeros((rows, 0))
