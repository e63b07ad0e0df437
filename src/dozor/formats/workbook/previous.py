"""Opens this year's workbook from last year's: a workbook, or a table of answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from dozor.formats.tables import read_table
from dozor.formats.workbook.carried import carried_rows
from dozor.formats.workbook.layout import MOST_ROWS, WorkbookLayout, WorkbookSheet
from dozor.formats.workbook.opening import is_workbook
from dozor.formats.workbook.reading import read_previous_workbook

Rows = tuple[Mapping[str, str], ...]


def previous_answers(path: Path, layout: WorkbookLayout) -> dict[str, Rows]:
    """Return what this year's workbook is opened with: repeat (``""``: the answers themselves) → rows.

    Parameters
    ----------
    path
        Last year's workbook of the same agency, or answers as ``dozor answers export`` writes them.

    Raises
    ------
    Refused
        ``WB-PREVIOUS``, ``WB-SEAL``, ``FILE-…``.
    """
    found: Mapping[str, Iterable[Mapping[str, str]]]
    if is_workbook(path):
        found = read_previous_workbook(
            path, instrument=layout.instrument, agency=layout.agency, before=layout.year
        )
    else:
        rows = [row.cells for row in read_table(path) if _is_own(row.cells, layout)]
        found = {sheet.repeat: _rows(rows, sheet) for sheet in layout.sheets}
    fields = frozenset(layout.carried)
    return {
        sheet.repeat: carried_rows(
            (row for row in found.get(sheet.repeat, ()) if _is_offered(row, sheet)), fields, most=MOST_ROWS
        )
        for sheet in layout.sheets
    }


def _rows(rows: list[dict[str, str]], sheet: WorkbookSheet) -> list[dict[str, str]]:
    if not sheet.repeat:
        return rows
    turns: list[dict[str, str]] = []
    for row in rows:
        try:
            said = json.loads(row.get(sheet.repeat) or "[]")
            turns += [{str(k): "" if v is None else str(v) for k, v in turn.items()} for turn in said]
        except (ValueError, TypeError, AttributeError, RecursionError):
            continue  # last year's answers are not judged; what cannot be read is not carried
    return turns


def _is_own(row: Mapping[str, str], layout: WorkbookLayout) -> bool:
    """Whether an exported answer is the agency's own: its place, its code where it keeps the record."""
    own = {name: said for name, said in layout.constants.items() if name not in {"year", "weight"}}
    return all(row.get(name) in {"", None, said} for name, said in own.items())


def _is_offered(row: Mapping[str, str], sheet: WorkbookSheet) -> bool:
    """Whether every choice is one this agency may make: another's place is not."""
    return all(
        row.get(column.field, "") in {"", *(code for code, _ in column.choices)}
        for column in sheet.columns
        if column.choices
    )
