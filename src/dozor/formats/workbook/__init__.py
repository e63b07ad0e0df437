"""Excel workbooks: one for each agency, instrument and year, written, filled in and read back."""

from __future__ import annotations

from dozor.formats.workbook.carried import carried_fields
from dozor.formats.workbook.layout import WorkbookLayout, layout
from dozor.formats.workbook.opening import is_workbook
from dozor.formats.workbook.previous import previous_answers
from dozor.formats.workbook.reading import FilledWorkbook, read_workbook
from dozor.formats.workbook.sealed import layout_of
from dozor.formats.workbook.writing import write_workbook

__all__ = [
    "FilledWorkbook",
    "WorkbookLayout",
    "carried_fields",
    "is_workbook",
    "layout",
    "layout_of",
    "previous_answers",
    "read_workbook",
    "write_workbook",
]
