"""Markdown tables as rows that remember their lines.

``| survey | type | name | label::ru |`` opens a table of the sheet "survey" and names its columns; the
rows below leave the first cell empty. A sheet may stand in several tables, each with its own columns;
everything that is no table row is prose. ``\\|`` is a bar inside a cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dozor.core.findings import Finding

_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:-]+")


@dataclass(frozen=True)
class Row:
    """One row: the columns that hold something, and where it stands."""

    sheet: str
    values: Mapping[str, str]
    file: str
    line: int

    def get(self, column: str) -> str:
        return self.values.get(column, "")


def read_tables(file: str, text: str) -> tuple[tuple[Row, ...], tuple[Finding, ...]]:
    """Return every row in order, and what is wrong with the tables themselves."""
    rows: list[Row] = []
    findings: list[Finding] = []
    sheet, columns = "", list[str]()
    for line, said in enumerate(text.splitlines(), start=1):
        if not said.lstrip().startswith("|"):
            continue
        if _RULE.fullmatch(said):
            continue
        cells = [cell.strip().replace(r"\|", "|") for cell in _BAR.split(said.strip())[1:-1]]
        if not cells or not said.rstrip().endswith("|"):
            findings.append(Finding("FORM-CELLS", said.strip()[:60], file=file, row=line))
        elif cells[0]:
            sheet, columns = cells[0], cells[1:]
            for twice in {c for c in columns if c and columns.count(c) > 1}:
                findings.append(Finding("FORM-COLUMN-TWICE", twice, file=file, row=line))
        elif not sheet:
            findings.append(Finding("FORM-NO-HEADING", said.strip()[:60], file=file, row=line))
        elif len(cells) - 1 != len(columns):
            values = {"columns": len(columns)}
            findings.append(Finding("FORM-CELLS", str(len(cells) - 1), values, file=file, row=line))
        else:
            filled = {c: v for c, v in zip(columns, cells[1:], strict=True) if c and v}
            if filled:
                rows.append(Row(sheet, filled, file, line))
    return tuple(rows), tuple(findings)
