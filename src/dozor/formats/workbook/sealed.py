"""Whose workbook a file is: the layout on its hidden sheet, while the seal over it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dozor.core.findings import Finding, Refused
from dozor.core.plan.conditions import Condition, read_condition
from dozor.formats.workbook.layout import (
    MARK,
    SEAL_SHEET,
    WorkbookColumn,
    WorkbookLayout,
    layout_of_text,
    seal_of,
)
from dozor.formats.workbook.opening import opened


def layout_of(path: Path, name: str = "") -> WorkbookLayout:
    """Tell whose workbook a file is; raises ``WB-SEAL`` or ``FILE-…``."""
    name = name or path.name
    with opened(path, name) as book:
        return sealed_layout(book, name)


def sealed_layout(book: Any, name: str) -> WorkbookLayout:
    """The hidden sheet's layout, if the seal is whole."""
    said: list[str] = []
    if SEAL_SHEET in book.sheetnames:
        for (value,) in book[SEAL_SHEET].iter_rows(min_col=1, max_col=1, max_row=200, values_only=True):
            said.append("" if value is None else str(value))
    text = "".join(said[6:])
    if said[:1] != [MARK] or said[1] != seal_of(text):
        raise Refused(Finding("WB-SEAL", found=SEAL_SHEET, file=name))
    try:
        layout = layout_of_text(text)
        for sheet in layout.sheets:
            for column in sheet.columns:
                conditions(column)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused(Finding("WB-SEAL", found=SEAL_SHEET, file=name)) from None
    return layout


def conditions(column: WorkbookColumn) -> tuple[Condition | None, Condition | None]:
    """When a column is filled in, and what its answers must keep to."""
    relevant = read_condition(column.relevant) if column.relevant else None
    return relevant, read_condition(column.constraint) if column.constraint else None


def check_owner(
    layout: WorkbookLayout, name: str, instrument: str, version: str, agency: str | None, year: int
) -> None:
    """Raise ``WB-…`` unless it is the workbook of this instrument, version, agency and year."""
    found: list[Finding] = []
    if layout.instrument != instrument:
        found.append(Finding("WB-INSTRUMENT", layout.instrument, {"wanted": instrument}, file=name))
    elif layout.version != version:
        found.append(Finding("WB-VERSION", layout.version, {"wanted": version}, file=name))
    if agency is not None and layout.agency != agency:
        found.append(
            Finding("WB-AGENCY", layout.agency, {"whose": layout.agency, "wanted": agency}, file=name)
        )
    if layout.year != year:
        found.append(Finding("WB-YEAR", str(layout.year), {"wanted": year}, file=name))
    if found:
        raise Refused(found)
