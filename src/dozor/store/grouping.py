"""Group-bys: sums of rows by key, or the rows themselves where each is a sampled unit."""

from __future__ import annotations

from collections.abc import Mapping

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from dozor.core.estimation.request import DesignColumns
from dozor.core.findings import Finding, Refused
from dozor.store.design_keys import keys_of, numbers_of
from dozor.store.source import Source
from dozor.store.weights import refuse_weights, weight_of


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
    sums: dict[str, ir.Value] = {"n": ibis.literal(1), "w": weight, "wlow": weight}
    for i, column in enumerate(design.fpc):
        sums[f"f{i}"] = source.number(column).cast("float64")
    gather = grouped if design.cluster and not row_by_row else row_by_row_of
    query = gather(source.table, keys, sums)
    table = query.to_pyarrow()
    refuse_rows(table, source, design)
    return table


def refuse_rows(table: pa.Table, source: Source, design: DesignColumns) -> None:
    """Raise ``EST-NO-ROWS`` or ``EST-WEIGHT-…`` after a look at what the engine handed over."""
    if table.num_rows == 0:
        raise Refused(Finding("EST-NO-ROWS", file=source.file))
    number = numbers_of(table)
    refuse_weights(source, design, number("wlow"), number("w"), number("wn"), number("n"))


def grouped(table: ir.Table, keys: Mapping[str, ir.Value], sums: Mapping[str, ir.Value]) -> ir.Table:
    """Sum by key; ``n`` counts rows, ``n0`` … answers, ``f0`` … are corrections to be alike in a group."""

    rows = table.count()

    def aggregate(name: str, value: ir.Value) -> ir.Value:
        if name == "n":
            return rows
        if isinstance(value, ir.Scalar):
            # nobody named a weight: each row weighs the same
            return value * rows if name == "w" else value
        if name == "wlow":
            return value.min()
        if name[0] == "n":
            return value.count()
        return value.sum()

    weight = sums["w"]
    aggregates: dict[str, ir.Value] = {"wn": rows if isinstance(weight, ir.Scalar) else weight.count()}
    for name, value in sums.items():
        if name[0] == "f":
            aggregates |= {f"{name}low": value.min(), f"{name}high": value.max(), f"{name}n": value.count()}
        else:
            aggregates[name] = aggregate(name, value)
    return table.aggregate(by=[key.name(name) for name, key in keys.items()], **aggregates)


def row_by_row_of(table: ir.Table, keys: Mapping[str, ir.Value], sums: Mapping[str, ir.Value]) -> ir.Table:
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
