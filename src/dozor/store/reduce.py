"""Reduces rows to sums per (stratum, cluster[, person], cell) in one group-by on the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from dozor.core.design.frame import Identifiers, design_of
from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.request import DesignColumns
from dozor.core.estimation.totals import Squares, Totals
from dozor.core.findings import Finding, Refused
from dozor.store.labels import coded, combined
from dozor.store.measures import Measure
from dozor.store.source import Source
from dozor.store.weights import refuse_weights, weight_of


@dataclass(frozen=True)
class Cells:
    """The cells of a cross-classification: the code of each column in each cell, and the codes' texts."""

    by: tuple[str, ...]
    members: IntArray
    texts: Sequence[Sequence[str]]

    def domains_of(self, by: Sequence[str]) -> tuple[IntArray, list[dict[str, str]]]:
        """Roll the cells up to the combinations of fewer columns.

        Returns
        -------
        domain_of_cell
            Number of each cell's domain, -1 where one of the columns is missing.
        domains
            From column to text, for each domain, in order.
        """
        places = [self.by.index(column) for column in by]
        chosen = self.members[:, places]
        complete = (chosen >= 0).all(axis=1)
        domain = np.full(len(chosen), -1, dtype=np.int64)
        if not complete.any():
            return domain, []
        distinct, code = np.unique(chosen[complete], axis=0, return_inverse=True)
        domain[complete] = code.reshape(-1)
        texts = [self.texts[place] for place in places]
        return domain, [{column: texts[i][int(row[i])] for i, column in enumerate(by)} for row in distinct]


@dataclass(frozen=True)
class Reduced:
    """Sums by unit and cell, with the design they were drawn by."""

    totals: Totals
    design: SurveyDesign
    cells: Cells


def keys_of(source: Source, design: DesignColumns, by: Sequence[str]) -> dict[str, ir.Value]:
    """Return what to group by: ``q`` round, ``h`` stratum, ``c`` cluster, ``p`` person, ``b0`` … domains."""
    keys: dict[str, ir.Value] = {}
    if design.round is not None:
        keys["q"] = source.table[design.round]
    if design.stratum is not None:
        keys["h"] = source.table[design.stratum]
    if design.cluster:
        keys["c"] = source.table[design.cluster[0]]
    if len(design.cluster) > 1 and len(design.fpc) > 1:
        keys["p"] = source.table[design.cluster[1]]
    for i, column in enumerate(by):
        keys[f"b{i}"] = source.key(column)
    return keys


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
    sums: dict[str, ir.Value] = {"n": ibis.literal(1), "w": weight, "wlow": weight, "whigh": weight}
    for i, column in enumerate(design.fpc):
        sums[f"f{i}"] = source.number(column).cast("float64")
    for k, measure in enumerate(measures):
        sums[f"y{k}"] = measure.weighted(weight)
        if not measure.complete:
            sums[f"w{k}"] = weight * measure.answered().cast("int8")
            sums[f"n{k}"] = measure.y
        if measure.x is not None:
            sums[f"x{k}"] = weight * measure.x
        if measure.given is not None:
            sums[f"g{k}"] = measure.given.cast("int8")
        for name, product in measure.squared(weight).items():
            sums[f"{name}{k}"] = product
    if design.cluster and not row_by_row:
        return _grouped(source.table, keys, sums)
    return _row_by_row(source.table, keys, sums)


def summed_by(
    source: Source, design: DesignColumns, values: Mapping[str, ir.Value], *, row_by_row: bool = False
) -> pa.Table:
    """Add up the weights ``w`` and count the rows ``n`` of each unit and combination of values.

    Parameters
    ----------
    row_by_row
        Hand over every row instead, in the order of the file.

    Raises
    ------
    Refused
        ``EST-WEIGHT-…``.
    """
    keys = {**keys_of(source, design, ()), **values}
    weight = weight_of(source, design)
    sums: dict[str, ir.Value] = {"n": ibis.literal(1), "w": weight, "wlow": weight, "whigh": weight}
    for i, column in enumerate(design.fpc):
        sums[f"f{i}"] = source.number(column).cast("float64")
    grouped = bool(design.cluster) and not row_by_row
    query = _grouped(source.table, keys, sums) if grouped else _row_by_row(source.table, keys, sums)
    table = query.to_pyarrow()
    refuse_rows(table, source, design)
    return table


def refuse_rows(table: pa.Table, source: Source, design: DesignColumns) -> None:
    """Raise ``EST-NO-ROWS`` or ``EST-WEIGHT-…`` after a look at what the engine handed over."""
    if table.num_rows == 0:
        raise Refused(Finding("EST-NO-ROWS", file=source.file))
    number = _numbers(table)
    refuse_weights(source, design, number("wlow"), number("whigh"), number("wn"), number("n"))


def _grouped(table: ir.Table, keys: Mapping[str, ir.Value], sums: Mapping[str, ir.Value]) -> ir.Table:
    def aggregate(name: str, value: ir.Value) -> ir.Value:
        if name == "n":
            return table.count()
        if name == "wlow":
            return value.min()
        if name == "whigh":
            return value.max()
        if name[0] == "n":
            return value.count()
        return value.sum()

    aggregates: dict[str, ir.Value] = {"wn": sums["w"].count()}
    for name, value in sums.items():
        if name[0] == "f":
            aggregates |= {f"{name}low": value.min(), f"{name}high": value.max(), f"{name}n": value.count()}
        else:
            aggregates[name] = aggregate(name, value)
    return table.aggregate(by=[key.name(name) for name, key in keys.items()], **aggregates)


def _row_by_row(table: ir.Table, keys: Mapping[str, ir.Value], sums: Mapping[str, ir.Value]) -> ir.Table:
    """Without clusters each row is a unit: hand the rows over as they are."""
    columns = dict(keys)
    for name, value in sums.items():
        if name[0] == "f":
            columns |= {f"{name}low": value, f"{name}high": value, f"{name}n": value.notnull().cast("int8")}
        elif name[0] == "n" and name != "n":
            columns[name] = value.notnull().cast("int8")
        else:
            columns[name] = value
    columns["wn"] = sums["w"].notnull().cast("int8")
    return table.select(**columns)


def _read(
    table: pa.Table,
    source: Source,
    design: DesignColumns,
    measures: Sequence[Measure],
    by: tuple[str, ...],
) -> Reduced:
    rows = table.num_rows
    number = _numbers(table)
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

    respondents, weight = number("n"), number("w")
    shared_n = {k: respondents for k, m in enumerate(measures) if m.complete}
    shared_w = {k: weight for k, m in enumerate(measures) if m.complete}
    answers = _matrix([shared_n[k] if k in shared_n else number(f"n{k}") for k in range(len(measures))], rows)
    answered = _matrix(
        [shared_w[k] if k in shared_w else number(f"w{k}") for k in range(len(measures))], rows
    )
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


def identifiers_of(table: pa.Table, source: Source, design: DesignColumns) -> Identifiers:
    """Read the design's key columns; raise ``EST-DESIGN-MISSING`` when one has an empty cell."""
    codes: dict[str, IntArray] = {}
    texts: dict[str, list[str]] = {}
    columns = {
        "q": design.round,
        "h": design.stratum,
        "c": design.cluster[:1],
        "p": design.cluster[1:2],
    }
    for key, column in columns.items():
        if key in table.column_names:
            codes[key], texts[key] = coded(table[key])
            if (codes[key] < 0).any():
                raise source.refuse_missing(column[0] if isinstance(column, tuple) else str(column))
    if "q" in codes:
        _strata_of_rounds(codes, texts)
    number = _numbers(table)
    fpc = []
    for i in range(len(design.fpc)):
        low, high, known = number(f"f{i}low"), number(f"f{i}high"), number(f"f{i}n")
        differs = np.flatnonzero(low < high)
        if len(differs):
            code = int(codes["h"][differs[0]]) if "h" in codes else 0
            values = {"stratum": texts["h"][code] if "h" in texts else "1"}
            found = f"{high[differs[0]]:g}"
            raise Refused(
                Finding("EST-FPC-VARIES", found=found, values=values, column=design.fpc[i], file=source.file)
            )
        fpc.append(np.where(known < number("n"), np.nan, low))
    return Identifiers(
        rows=table.num_rows,
        stratum=codes.get("h"),
        cluster=codes.get("c"),
        person=codes.get("p"),
        fpc=fpc,
        stratum_names=texts.get("h", ()),
        cluster_names=texts.get("c", ()),
        fpc_columns=design.fpc or ("", ""),
    )


def _strata_of_rounds(codes: dict[str, IntArray], texts: dict[str, list[str]]) -> None:
    """Make every (round, stratum) a stratum of its own."""
    if "h" not in codes:
        codes["h"], texts["h"] = codes["q"], texts["q"]
        return
    pair = codes["q"] * len(texts["h"]) + codes["h"]
    distinct, codes["h"] = np.unique(pair, return_inverse=True)
    width = len(texts["h"])
    texts["h"] = [f"{texts['q'][int(one) // width]}, {texts['h'][int(one) % width]}" for one in distinct]


def _numbers(table: pa.Table) -> Callable[[str], FloatArray]:
    """Return a reader of columns as float arrays, a missing sum being zero."""

    def read(name: str) -> FloatArray:
        column = table[name]
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        if column.null_count:
            column = column.fill_null(0)
        values = column.to_numpy()
        return values if values.dtype == np.float64 else values.astype(np.float64)

    return read


def _matrix(columns: Sequence[FloatArray], rows: int) -> FloatArray:
    return np.column_stack(columns) if columns else np.zeros((rows, 0))
