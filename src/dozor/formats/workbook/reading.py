"""Reads a filled-in workbook back: every change of it that could mislead is named, and nothing is taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

from openpyxl.utils import get_column_letter

from dozor.core.findings import Finding, Refused
from dozor.core.plan.conditions import Condition, Value, holds, names_in
from dozor.formats.tables import TableRow
from dozor.formats.workbook.cells import Misread, answer_of, said_of
from dozor.formats.workbook.guide import nil_words
from dozor.formats.workbook.layout import (
    FIRST_ROW,
    HEADING_ROW,
    LISTS_SHEET,
    MOST_ROWS,
    NAME_ROW,
    NIL_CELL,
    SEAL_SHEET,
    WorkbookColumn,
    WorkbookLayout,
    WorkbookSheet,
)
from dozor.formats.workbook.opening import hidden_parts, opened
from dozor.formats.workbook.sealed import check_owner, conditions, sealed_layout

INSTANCE_ID = "instance_id"
MOST_FINDINGS = 500
LAST_ROW = 4 * MOST_ROWS  # rows left empty between answers are read over, not for ever


@dataclass(frozen=True)
class FilledWorkbook:
    """What an agency answered.

    Parameters
    ----------
    rows
        One for each record, in the shape of a table of answers: a choice by its code, a date as
        ``2026-03-01``, the turns of a repeated group as JSON. ``number`` is the row in its sheet.
    is_nil
        The agency confirms that there is nothing to report.
    """

    layout: WorkbookLayout
    rows: tuple[TableRow, ...]
    is_nil: bool


def read_workbook(
    path: Path,
    *,
    instrument: str,
    version: str,
    year: int,
    agency: str | None = None,
    name: str = "",
    today: date | None = None,
) -> FilledWorkbook:
    """Read a filled-in workbook of this instrument, version, year and agency (None: of any agency).

    Parameters
    ----------
    name
        The file's name as its sender knows it, for findings.
    today
        What a constraint means by ``today()``; None: such a constraint is left to the form's own check.

    Raises
    ------
    Refused
        With every finding: ``WB-…`` with sheet and cell, what stands there and what was expected.
    """
    name = name or path.name
    with opened(path, name) as book:
        layout = sealed_layout(book, name)
        check_owner(layout, name, instrument, version, agency, year)
        reading = _Reading(path, name, layout, today)
        return reading.whole(book)


def read_previous_workbook(
    path: Path, *, instrument: str, agency: str, before: int
) -> dict[str, list[dict[str, str]]]:
    """Read last year's workbook for what is carried: repeat (``""``: the answers themselves) → rows.

    An earlier version of the form is taken. What it holds is not judged: its rules were its own year's.

    Raises
    ------
    Refused
        ``WB-PREVIOUS``: of another instrument or agency, or not of an earlier year.
    """
    with opened(path, path.name) as book:
        layout = sealed_layout(book, path.name)
        if (layout.instrument, layout.agency) != (instrument, agency) or layout.year >= before:
            found = f"{layout.instrument}, {layout.agency}, {layout.year}"
            expected = {"instrument": instrument, "agency": agency, "year": before}
            raise Refused(Finding("WB-PREVIOUS", found, expected, file=path.name))
        reading = _Reading(path, path.name, layout, None, is_lenient=True)
        return {
            sheet.repeat: [texts for _, texts, _ in reading.rows(book, sheet)]
            for sheet in layout.sheets
            if sheet.name in book.sheetnames
        }


@dataclass
class _Reading:
    path: Path
    name: str
    layout: WorkbookLayout
    today: date | None
    is_lenient: bool = False
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        columns = [column for sheet in self.layout.sheets for column in sheet.columns]
        self.rules = {column.field: conditions(column) for column in columns}

    def fault(self, code: str, sheet: str, cell: str, found: str = "", **values: object) -> None:
        if self.is_lenient or len(self.findings) >= MOST_FINDINGS:
            return
        row = int(digits) if (digits := re.sub(r"\D", "", cell)) else None
        place = f"{sheet}!{cell}" if cell else sheet
        self.findings.append(
            Finding(code, found[:80], {"sheet": sheet, "cell": cell, **values}, self.name, row, place)
        )

    def whole(self, book: Any) -> FilledWorkbook:
        wanted = [self.layout.guide, *(sheet.name for sheet in self.layout.sheets)]
        for missing in (s for s in wanted if s not in book.sheetnames):
            self.fault("WB-SHEET", missing, "", ", ".join(s for s in book.sheetnames if s not in wanted))
        for extra in () if self.findings else book.sheetnames:
            if extra not in {*wanted, SEAL_SHEET, LISTS_SHEET}:
                self.fault("WB-SHEET-MORE", extra, "", extra, wanted=", ".join(wanted))
        if self.findings:
            raise Refused(self.findings)
        is_nil = self._nil(book[self.layout.guide])
        taken = {}
        for sheet in self.layout.sheets:
            self._hidden(book[sheet.name], sheet)
            self._headings(book[sheet.name], sheet)
            taken[sheet.repeat] = [] if self.findings else list(self.rows(book, sheet))
        if self.findings:
            raise Refused(self.findings)
        records = self._records(taken, is_nil)
        if self.findings:
            raise Refused(self.findings)
        return FilledWorkbook(self.layout, records, is_nil)

    def _nil(self, sheet: Any) -> bool:
        cell = sheet[NIL_CELL]
        yes, no = nil_words(self.layout.language)
        said = "" if cell.value is None else str(cell.value).strip()
        if cell.data_type == "f":
            self.fault("WB-FORMULA", self.layout.guide, NIL_CELL, said)
        elif said not in {"", yes, no}:
            self.fault("WB-CHOICE", self.layout.guide, NIL_CELL, said, known=f"{yes}; {no}")
        return said == yes

    def _hidden(self, sheet: Any, part: WorkbookSheet) -> None:
        """What the sender may not have seen and we would count."""
        if sheet.sheet_state != "visible":
            self.fault("WB-SHEET-HIDDEN", part.name, "", part.name)
        for one in hidden_parts(self.path, sheet._worksheet_path):
            if one.is_row:
                self.fault("WB-HIDDEN-ROW", part.name, str(one.first))
                continue
            for place in range(one.first, min(one.last, len(part.columns)) + 1):
                letter, column = get_column_letter(place), part.columns[place - 1]
                self.fault("WB-HIDDEN-COLUMN", part.name, letter, column.field, heading=column.heading)

    def _headings(self, sheet: Any, part: WorkbookSheet) -> None:
        sheet.reset_dimensions()  # a sheet may lie about its size
        lines = list(sheet.iter_rows(min_row=1, max_row=NAME_ROW, values_only=True))
        texts = [["" if v is None else str(v) for v in line] for line in lines]
        while len(texts) < NAME_ROW:
            texts.append([])
        for place, column in enumerate(part.columns):
            mark = "" if column.required and not column.relevant else " °"
            for row, wanted in ((HEADING_ROW, column.heading + mark), (NAME_ROW, column.field)):
                found = texts[row - 1][place] if place < len(texts[row - 1]) else ""
                if found.strip() != wanted.strip():
                    self.fault(
                        "WB-HEADING", part.name, f"{get_column_letter(place + 1)}{row}", found, wanted=wanted
                    )
        for row in (HEADING_ROW, NAME_ROW):
            for place, found in enumerate(texts[row - 1][len(part.columns) :], start=len(part.columns) + 1):
                if found.strip():
                    self.fault("WB-COLUMN", part.name, f"{get_column_letter(place)}{row}", found)

    def rows(self, book: Any, part: WorkbookSheet) -> Iterator[tuple[int, dict[str, str], dict[str, Value]]]:
        """Each filled row: its number, its answers as texts and as values."""
        sheet = book[part.name]
        sheet.reset_dimensions()
        last, count = len(part.columns), 0
        for number, cells in enumerate(sheet.iter_rows(min_row=FIRST_ROW), start=FIRST_ROW):
            is_empty = all(cell.value is None or not str(cell.value).strip() for cell in cells)
            count += not is_empty
            if count > MOST_ROWS or number > LAST_ROW:
                self.fault("WB-ROWS", part.name, f"A{number}", str(number), limit=MOST_ROWS)
                return
            if is_empty:
                continue
            texts, values = dict[str, str](), dict[str, Value]()
            for place, cell in enumerate(cells):
                where = f"{get_column_letter(place + 1)}{number}"
                if cell.value is None:
                    continue
                if cell.data_type == "f":
                    self.fault("WB-FORMULA", part.name, where, str(cell.value))
                elif place >= last:
                    if str(cell.value).strip():
                        self.fault("WB-COLUMN", part.name, where, str(cell.value))
                else:
                    column = part.columns[place]
                    read = answer_of(column, cell.value)
                    if isinstance(read, Misread):
                        self.fault(read.code, part.name, where, said_of(cell.value), **read.values)
                        read = "", None
                    texts[column.field], values[column.field] = read
            yield number, {k: v for k, v in texts.items() if v}, values

    def _records(
        self, taken: Mapping[str, Sequence[tuple[int, dict[str, str], dict[str, Value]]]], is_nil: bool
    ) -> tuple[TableRow, ...]:
        parts = {part.repeat: part for part in self.layout.sheets}
        first = self.layout.sheets[0]
        filled = {repeat: rows for repeat, rows in taken.items() if rows}
        if is_nil:
            for repeat, rows in filled.items():
                # labels and denominators of last year may stand there; a nil report has no other answers
                for number, texts, _ in rows:
                    if not texts.keys() <= set(self.layout.carried):
                        self.fault("WB-NIL-ROWS", parts[repeat].name, f"A{number}")
            return ()
        if not filled:
            self.fault("WB-EMPTY", first.name, f"A{FIRST_ROW}")
            return ()
        repeats = [repeat for repeat in parts if repeat]
        heads = taken.get("", []) if "" in parts else [(FIRST_ROW, {}, {})]
        if repeats and len(heads) != 1:
            number = heads[1][0] if heads else FIRST_ROW
            self.fault("WB-ONE-ROW", parts[""].name, f"A{number}", str(len(heads)))
            return ()
        constants = cast(dict[str, Value], dict(self.layout.constants))
        for repeat, rows in taken.items():
            for number, _, values in rows:
                head = heads[0][2] if repeat else {}
                self._check(parts[repeat], number, values, {**constants, **head, **values})
        records = []
        for number, texts, _ in heads:
            cells = {**self.layout.constants, **texts}
            for repeat in repeats:
                turns = [turn for _, turn, _ in taken[repeat]]
                cells[repeat] = json.dumps(turns, ensure_ascii=False)
            # the same row of the same workbook is the same record: a corrected file does not count it twice
            cells[INSTANCE_ID] = f"workbook:{self.layout.agency}:{self.layout.year}:{number}"
            records.append(TableRow(number, cells))
        return tuple(records)

    def _check(
        self, part: WorkbookSheet, number: int, own: Mapping[str, Value], values: Mapping[str, Value]
    ) -> None:
        for place, column in enumerate(part.columns, start=1):
            where, answer = f"{get_column_letter(place)}{number}", own.get(column.field)
            relevant, constraint = self.rules[column.field]
            is_asked = relevant is None or holds(relevant, values, today=self.today)
            if answer is None:
                if is_asked and column.required:
                    self.fault("WB-MISSING", part.name, where, heading=column.heading)
            elif not is_asked:
                self.fault("WB-NOT-ASKED", part.name, where, said_of(answer), when=column.when)
            elif constraint is not None and self._breaks(constraint, column, answer, values):
                self.fault("WB-RANGE", part.name, where, said_of(answer), rule=column.message)

    def _breaks(
        self, constraint: Condition, column: WorkbookColumn, answer: Value, values: Mapping[str, Value]
    ) -> bool:
        """Whether an answer breaks its rule; one that leans on an empty cell is told as that cell's."""
        leans = any(values.get(other) is None for other in names_in(constraint))
        if leans or (self.today is None and "today()" in column.constraint):
            return False
        return not holds(constraint, values, this=answer, today=self.today)
