"""Files whose cells carry their own types: spreadsheets, Stata, SPSS."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat

from dozor.core.findings import Finding, Refused


def read_spreadsheet(path: Path) -> pa.Table:
    """Read the first sheet; its first row holds the headings."""
    sheet = fastexcel.read_excel(str(path)).load_sheet(0)
    table = pa.table(sheet.to_arrow())
    headings = [str(name) for name in table.column_names]
    unnamed = [i for i, name in enumerate(headings) if not name.strip() or name.startswith("__UNNAMED__")]
    if unnamed:
        raise Refused(Finding("EST-FILE-HEADING", found="", row=1, file=path.name))
    return table


def read_stata(path: Path) -> pa.Table:
    """Read a Stata file: codes as they are, not their labels; missing of every kind is missing."""
    columns, _ = pyreadstat.read_dta(str(path), output_format="polars")
    return _without_empty_texts(columns.to_arrow())


def read_spss(path: Path) -> pa.Table:
    """Read an SPSS file: codes as they are, not their labels; user-missing values are missing."""
    columns, _ = pyreadstat.read_sav(str(path), output_format="polars")
    return _without_empty_texts(columns.to_arrow())


def _without_empty_texts(table: pa.Table) -> pa.Table:
    """Read an empty text, these formats' missing text, as missing."""
    for i, column in enumerate(table.columns):
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            empty = pc.equal(pc.utf8_trim_whitespace(column), "")
            table = table.set_column(
                i, table.column_names[i], pc.if_else(empty, pa.scalar(None, column.type), column)
            )
    return table


def whole_numbers(table: pa.Table) -> pa.Table:
    """Turn columns of whole numbers kept as decimal fractions into integers, so that 1.0 prints as 1."""
    for i, column in enumerate(table.columns):
        if not pa.types.is_floating(column.type):
            continue
        known = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
        whole = pc.all(pc.equal(known, pc.floor(known))).as_py()
        large = pc.any(pc.greater(pc.abs(known), 2.0**53)).as_py()
        if whole is not False and not large:
            known = known.cast(pa.int64())
        table = table.set_column(i, table.column_names[i], known)
    return table


def whole_days(table: pa.Table) -> pa.Table:
    """Turn columns of instants that are all midnights into days: these formats have one type for both."""
    for i, column in enumerate(table.columns):
        if not pa.types.is_timestamp(column.type) or column.type.tz is not None:
            continue
        if pc.all(pc.equal(column, pc.floor_temporal(column, unit="day"))).as_py() is not False:
            table = table.set_column(i, table.column_names[i], column.cast(pa.date32()))
    return table
