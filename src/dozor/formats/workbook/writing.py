"""Writes an agency's workbook: instructions, sheets of answers, and the hidden seal."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from dozor.core.places import Agency
from dozor.core.plan.instruments import Instrument
from dozor.formats.workbook.drawing import ACCENT, INK, RULE, SOFT, WARM, Drawing
from dozor.formats.workbook.guide import write_guide
from dozor.formats.workbook.layout import (
    FIRST_ROW,
    HEADING_ROW,
    MARK,
    MOST_ROWS,
    NAME_ROW,
    SEAL_SHEET,
    WorkbookColumn,
    WorkbookLayout,
    WorkbookSheet,
    seal_of,
)
from dozor.formats.workbook.limits import limits
from dozor.language import gettext

_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same workbook has the same bytes on any day
_CHUNK = 30_000  # a cell holds 32 767 characters
_WIDTHS = {"select_one": 24, "select_multiple": 30, "text": 22, "date": 14}
Rows = Sequence[Mapping[str, str]]


def write_workbook(
    instrument: Instrument,
    layout: WorkbookLayout,
    *,
    agency: Agency,
    carried: Mapping[str, Rows] | None = None,
) -> bytes:
    """Return the workbook (XLSX); the same input, the same bytes.

    Parameters
    ----------
    carried
        Repeat (``""`` for the answers themselves) → rows of last year, only what is carried: choices by code.
    """
    target = io.BytesIO()
    # words are never taken for formulas, addresses or numbers
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    title = instrument.title.in_language(layout.language)
    book.set_properties({"created": _MADE.replace(tzinfo=None), "title": title, "keywords": MARK})
    book.set_custom_property("dozor", MARK, "text")
    writing = Drawing(book, layout, title, agency)
    write_guide(writing, instrument)
    for sheet in layout.sheets:
        _answers(writing, sheet, (carried or {}).get(sheet.repeat, ()))
    writing.lists_sheet()
    _seal(writing)
    book.close()
    return target.getvalue()


def _answers(book: Drawing, part: WorkbookSheet, rows: Rows) -> None:
    language = book.layout.language
    sheet = book.book.add_worksheet(part.name)
    subtitle = f"{book.agency.short_name.in_language(language)} · {book.layout.year}"
    sheet.write_string(
        0, 0, f"{book.title} · {subtitle}", book.look(bold=True, font_size=13, font_color=ACCENT)
    )
    sheet.set_row(1, 30)
    sheet.set_row(HEADING_ROW - 1, 92)
    sheet.freeze_panes(FIRST_ROW - 1, min(1, len(part.columns) - 1))
    for place, column in enumerate(part.columns):
        entry = book.look(**_entry(column))
        sheet.set_column(place, place, _WIDTHS.get(column.kind, 15), entry)
        section = book.look(bg_color=WARM, font_color=ACCENT, bold=True, text_wrap=True, font_size=10)
        sheet.write_string(1, place, column.section, section)
        mark = "" if column.required and not column.relevant else " °"
        sheet.write_string(
            HEADING_ROW - 1,
            place,
            column.heading + mark,
            book.look(bg_color=WARM, bold=True, text_wrap=True, font_size=10),
        )
        sheet.write_string(
            NAME_ROW - 1,
            place,
            column.field,
            book.look(bg_color=WARM, font_color=SOFT, font_size=8, bottom=2, bottom_color=INK),
        )
        rules = _rules(book, column, part)
        if rules:
            sheet.data_validation(FIRST_ROW - 1, place, FIRST_ROW + MOST_ROWS - 2, place, rules)
    beyond = len(part.columns)
    sheet.set_column(beyond, 16_383, 9, book.look(locked=True))
    sheet.write_string(
        0,
        beyond + 1,
        gettext("° not for every row: see the instructions", language),
        book.look(font_color=SOFT),
    )
    for number, row in enumerate(rows[:MOST_ROWS], start=FIRST_ROW - 1):
        for place, column in enumerate(part.columns):
            _carry(book, sheet, number, place, column, row.get(column.field, ""))
    allowed = ("format_columns", "format_rows", "delete_rows", "sort", "autofilter")
    sheet.protect("", dict.fromkeys(allowed, True))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1, NAME_ROW - 1)


def _carry(book: Drawing, sheet: Any, row: int, place: int, column: WorkbookColumn, said: str) -> None:
    if not said:
        return
    look = book.look(**_entry(column) | {"bg_color": "#e7f0f3"})
    labels = dict(column.choices)
    if column.choices:
        if said in labels:  # an answer that is no longer offered is not carried
            sheet.write_string(row, place, labels[said], look)
    elif column.kind in {"integer", "decimal"}:
        try:
            sheet.write_number(row, place, float(said), look)
        except (ValueError, TypeError):
            return
    else:
        sheet.write_string(row, place, said, look)


def _rules(book: Drawing, column: WorkbookColumn, part: WorkbookSheet) -> dict[str, Any]:
    language = book.layout.language
    rules: dict[str, Any] = {
        "error_title": gettext("Check this cell", language)[:32],
        "error_message": (column.message or gettext("Choose one of the answers in the list.", language))[
            :255
        ],
    }
    if column.hint:
        rules |= {"input_title": column.heading[:32], "input_message": column.hint[:255]}
    if column.choices and column.kind == "select_one":
        return {**rules, "validate": "list", "source": book.list_of(tuple(w for _, w in column.choices))}
    if column.kind in {"integer", "decimal", "date"}:
        return rules | limits(column, part)
    if not column.hint:
        return {}
    return {"validate": "any", "input_title": column.heading[:32], "input_message": column.hint[:255]}


def _seal(book: Drawing) -> None:
    sheet, text = book.book.add_worksheet(SEAL_SHEET), book.layout.as_text()
    head = [MARK, seal_of(text), book.layout.instrument, book.layout.version, book.layout.agency]
    parts = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    for row, said in enumerate([*head, str(book.layout.year), *parts]):
        sheet.write_string(row, 0, said)
    sheet.very_hidden()
    sheet.protect()


def _entry(column: WorkbookColumn) -> dict[str, Any]:
    """The look of a cell to fill in; a code stays text, so that 007 keeps its zeros."""
    shape = {"date": "dd.mm.yyyy", "text": "@", "integer": "0", "decimal": "General"}
    return {
        "locked": False,
        "num_format": shape.get(column.kind, "@"),
        "border": 1,
        "border_color": RULE,
        "text_wrap": column.kind in {"text", "select_one", "select_multiple"},
    }
