"""The design weight of each row, and what is refused as one."""

from __future__ import annotations

import ibis
import numpy as np
from ibis.expr import types as ir

from dozor.core.design.stage import FloatArray
from dozor.core.estimation.request import DesignColumns
from dozor.core.findings import Finding, Refused
from dozor.store.source import Source


def weight_of(source: Source, design: DesignColumns) -> ir.NumericValue:
    """Return the weight column, 1 where none is named."""
    if design.weight is None:
        return ibis.literal(1.0)
    # NaN is left as it is: it shows among the greatest and is refused
    weight = source.table[design.weight]
    return weight.cast("float64")


def refuse_weights(
    source: Source,
    design: DesignColumns,
    low: FloatArray,
    total: FloatArray,
    known: FloatArray,
    rows: FloatArray,
) -> None:
    """Raise when some weight is missing, zero, negative or infinite.

    Parameters
    ----------
    low, total, known, rows
        Of each group of rows: the least weight and the sum (which keeps what is no number or no end), how
        many are there, how many rows.
    """
    if design.weight is None:
        return
    if (known < rows).any():
        raise Refused(_first(source, design.weight, "EST-WEIGHT-MISSING"))
    if (low < 0).any():
        raise Refused(_first(source, design.weight, "EST-WEIGHT-NEGATIVE"))
    if (low == 0).any():
        raise Refused(_first(source, design.weight, "EST-WEIGHT-ZERO"))
    if np.isnan(total).any() or np.isnan(low).any():
        raise Refused(_first(source, design.weight, "EST-WEIGHT-MISSING"))
    if not np.isfinite(total).all():
        raise Refused(_first(source, design.weight, "EST-WEIGHT-INFINITE"))


def _first(source: Source, column: str, code: str) -> Finding:
    """Find the first row at fault and how many there are."""
    weight = source.number(column).cast("float64")
    wrong = {
        "EST-WEIGHT-MISSING": weight.isnull(),
        "EST-WEIGHT-NEGATIVE": weight < 0,
        "EST-WEIGHT-ZERO": weight == 0,
        "EST-WEIGHT-INFINITE": weight == float("inf"),
    }[code]
    rows = source.table.mutate(dozor_row=ibis.row_number(), dozor_weight=weight).filter(wrong)
    count = int(rows.count().to_pyarrow().as_py())
    first = rows.order_by("dozor_row").limit(1).to_pyarrow().to_pylist()[0]
    value = first["dozor_weight"]
    return Finding(
        code,
        found="" if value is None else format(value, "g"),
        values={"count": count},
        row=int(first["dozor_row"]) + source.first_row,
        column=column,
        file=source.file,
    )
