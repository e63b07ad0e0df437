"""The table in four file formats, every cell typed and none of them a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import xlsxwriter

from dozor.formats.tables import safe_cell
from dozor.publishing.opendata.dataset import COLUMNS, Value

Rows = Sequence[tuple[Value, ...]]
_TYPES = {"string": pl.String, "integer": pl.Int32, "number": pl.Float64, "boolean": pl.Boolean}
_LONGEST = 32_767  # signs in a cell of a workbook


def to_csv(rows: Iterable[tuple[Value, ...]]) -> bytes:
    """UTF-8, comma, decimal point; text that a spreadsheet would take for a formula is marked as text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([c.name for c in COLUMNS])
    for row in rows:
        writer.writerow([_csv_cell(cell) for cell in row])
    return text.getvalue().encode()


def _csv_cell(cell: Value) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return (
        safe_cell(cell) if isinstance(cell, str) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    )


def to_json(rows: Iterable[tuple[Value, ...]]) -> bytes:
    """A list of objects; numbers with the digits they were printed with."""
    names = [c.name for c in COLUMNS]
    # a Decimal is written as it stands: 30.80 is not 30.8, and neither is a text
    lines = [
        "{"
        + ", ".join(f"{json.dumps(n)}: {_json_cell(cell)}" for n, cell in zip(names, row, strict=True))
        + "}"
        for row in rows
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def _json_cell(cell: Value) -> str:
    return f"{cell:f}" if isinstance(cell, Decimal) else json.dumps(cell, ensure_ascii=False)


def to_parquet(rows: Rows) -> bytes:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    frame = pl.DataFrame(
        {
            c.name: pl.Series(
                [float(v) if isinstance(v, Decimal) else v for v in values], dtype=_TYPES[c.type]
            )
            for c, values in zip(COLUMNS, columns, strict=True)
        }
    )
    file = io.BytesIO()
    frame.write_parquet(file, compression="zstd")
    return file.getvalue()


def to_xlsx(rows: Iterable[tuple[Value, ...]], *, language: str, made_on: date, title: str) -> bytes:
    """One sheet: headings in a language with the column's name above, numbers as numbers, text as text."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    # the same release gives the same bytes: no moment of writing in the file
    book.set_properties(
        {"title": title, "created": datetime(made_on.year, made_on.month, made_on.day, tzinfo=UTC)}
    )
    sheet, bold = (
        book.add_worksheet("data"),
        book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
    )
    for k, column in enumerate(COLUMNS):
        sheet.write_string(0, k, column.name, bold)
        sheet.write_comment(0, k, column.means.in_language(language))
        sheet.set_column(k, k, 12 if column.type != "string" else 16)
    for number, row in enumerate(rows, start=1):
        for k, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(number, k, cell)
            elif isinstance(cell, int | Decimal):
                sheet.write_number(number, k, float(cell))
            elif cell is not None:
                sheet.write_string(number, k, cell[:_LONGEST])
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, 0, len(COLUMNS) - 1)
    book.close()
    return file.getvalue()
