"""Writes an agency's workbook: instructions, sheets of answers, and the hidden seal."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from dozor.core.places import Agency
from dozor.core.plan.conditions import (
    AllOf,
    Call,
    Comparison,
    Condition,
    Literal,
    Operand,
    Reference,
    read_condition,
)
from dozor.core.plan.instruments import Instrument
from dozor.formats.workbook.layout import (
    FIRST_ROW,
    HEADING_ROW,
    LISTS_SHEET,
    MARK,
    MOST_ROWS,
    NAME_ROW,
    NIL_CELL,
    SEAL_SHEET,
    WorkbookColumn,
    WorkbookLayout,
    WorkbookSheet,
    seal_of,
)
from dozor.language import gettext

_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same workbook has the same bytes on any day
_CHUNK = 30_000  # a cell holds 32 767 characters
INK, SOFT, RULE, WARM, ACCENT, ENTRY = "#17212b", "#55626e", "#dcd7cc", "#f6f4ef", "#0b5566", "#ffffff"
_WIDTHS = {"select_one": 24, "select_multiple": 30, "text": 22, "date": 14}
Rows = Sequence[Mapping[str, str]]


def nil_words(language: str) -> tuple[str, str]:
    """The two answers of the nil report, yes and no."""
    return gettext("Yes, nothing to report", language), gettext("No", language)


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
    writing = _Writing(book, layout, title, agency)
    writing.guide(instrument)
    for sheet in layout.sheets:
        writing.answers(sheet, (carried or {}).get(sheet.repeat, ()))
    writing.lists_sheet()
    writing.seal_sheet()
    book.close()
    return target.getvalue()


@dataclass
class _Writing:
    book: Any
    layout: WorkbookLayout
    title: str
    agency: Agency

    def __post_init__(self) -> None:
        self.lists: dict[tuple[str, ...], str] = {}
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def look(self, **properties: Any) -> Any:
        base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top", **properties}
        key = tuple(sorted(base.items()))
        return self.formats.setdefault(key, None) or self._made(key, base)

    def _made(self, key: tuple[tuple[str, Any], ...], base: dict[str, Any]) -> Any:
        self.formats[key] = self.book.add_format(base)
        return self.formats[key]

    def guide(self, instrument: Instrument) -> None:
        """The first sheet: who, what, how, and the nil report."""
        sheet, language = self.book.add_worksheet(self.layout.guide), self.layout.language
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 62)
        sheet.set_column(2, 2, 34)
        soft, wrapped = self.look(font_color=SOFT, text_wrap=True), self.look(text_wrap=True)
        sheet.write_string(0, 0, self.title, self.look(bold=True, font_size=16, font_color=ACCENT))
        facts = [
            (gettext("Agency", language), self.agency.name.in_language(language)),
            (gettext("Year reported on", language), str(self.layout.year)),
            (gettext("Version of the form", language), f"{self.layout.instrument}, {self.layout.version}"),
        ]
        for name, said in self.layout.constants.items():
            field = instrument.field(name)
            if field.is_asked and name not in {"year", "unit"}:
                labels = {c.name: c.label.in_language(language) for c in field.choices}
                facts.append((field.label.in_language(language), labels.get(said, said)))
        for place, (name, said) in enumerate(facts[:4], start=2):
            sheet.write_string(place, 0, name, soft)
            sheet.write_string(place, 1, said, wrapped)
        row, column = xl_cell_to_rowcol(NIL_CELL)
        yes, no = nil_words(language)
        sheet.set_row(row, 32)
        sheet.write_string(row, 0, gettext("Nil report", language), self.look(bold=True))
        sheet.write_string(row, column, no, self.look(locked=False, bg_color=ENTRY, border=2, bold=True))
        sheet.data_validation(
            row,
            column,
            row,
            column,
            {
                "validate": "list",
                "source": self._list((no, yes)),
                "input_title": gettext("Nil report", language)[:32],
                "input_message": self._nil_help()[:255],
                "error_title": gettext("Nil report", language)[:32],
                "error_message": gettext("Choose one of the answers in the list.", language),
            },
        )
        sheet.write_string(row + 1, 1, self._nil_help(), soft)
        sheet.set_row(row + 1, 48)
        at = row + 3
        sheet.write_string(at, 0, gettext("How to fill it in", language), self.look(bold=True, font_size=13))
        for number, step in enumerate(self._steps(), start=1):
            sheet.write_string(at + number, 0, f"{number}.", self.look(align="right", font_color=SOFT))
            sheet.write_string(at + number, 1, step, wrapped)
            sheet.set_row(at + number, 15.75 * (1 + len(step) // 62))
        self._questions(sheet, at + len(self._steps()) + 2)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.set_portrait()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _nil_help(self) -> str:
        text = gettext(
            "If there was nothing to report in {year}, choose “yes” here, leave the answers as they are and "
            "send the workbook: a confirmed zero is an answer.",
            self.layout.language,
        )
        return text.format(year=self.layout.year)

    def _steps(self) -> list[str]:
        language, first = self.layout.language, self.layout.sheets[0].name
        rows = gettext("One row of the sheet “{sheet}” is one record; the headings are locked.", language)
        return [
            rows.format(sheet=first),
            gettext("Choose answers from the lists; type numbers without words and units.", language),
            gettext("Blue cells hold last year's answers: correct what has changed.", language),
            gettext(
                "Write no formulas, hide no columns, rename no sheets: such a workbook is not taken.",
                language,
            ),
            gettext("Write no names, addresses, telephone numbers or birth dates of persons.", language),
            gettext(
                "Save the file as XLSX and send it back: it is checked before anything is kept.", language
            ),
        ]

    def _questions(self, sheet: Any, at: int) -> None:
        """Every column with its help and when it is filled in."""
        language = self.layout.language
        head = self.look(bold=True, bottom=1, bottom_color=INK)
        said = (gettext("Question", language), gettext("What to write", language), gettext("When", language))
        for place, name in enumerate(said):
            sheet.write_string(at, place, name, head)
        wrapped = self.look(text_wrap=True, bottom=1, bottom_color=RULE)
        soft = self.look(text_wrap=True, bottom=1, bottom_color=RULE, font_color=SOFT)
        for part in self.layout.sheets:
            for column in part.columns:
                at += 1
                name = f"{column.section}: {column.heading}" if column.section else column.heading
                when = column.when or ("" if column.required else gettext("may stay empty", language))
                help_text = " ".join(text for text in (column.hint, column.message) if text)
                texts = (name, help_text, when)
                for place, text in enumerate(texts):
                    sheet.write_string(at, place, text, wrapped if place == 0 else soft)
                lines = max(-(-len(text) // width) for text, width in zip(texts, (32, 60, 32), strict=True))
                sheet.set_row(at, 15.5 * max(1, lines))

    def answers(self, part: WorkbookSheet, rows: Rows) -> None:
        language = self.layout.language
        sheet = self.book.add_worksheet(part.name)
        subtitle = f"{self.agency.short_name.in_language(language)} · {self.layout.year}"
        sheet.write_string(
            0, 0, f"{self.title} · {subtitle}", self.look(bold=True, font_size=13, font_color=ACCENT)
        )
        sheet.set_row(1, 30)
        sheet.set_row(HEADING_ROW - 1, 92)
        sheet.freeze_panes(FIRST_ROW - 1, min(1, len(part.columns) - 1))
        for place, column in enumerate(part.columns):
            entry = self.look(**_entry(column))
            sheet.set_column(place, place, _WIDTHS.get(column.kind, 15), entry)
            section = self.look(bg_color=WARM, font_color=ACCENT, bold=True, text_wrap=True, font_size=10)
            sheet.write_string(1, place, column.section, section)
            mark = "" if column.required and not column.relevant else " °"
            sheet.write_string(
                HEADING_ROW - 1,
                place,
                column.heading + mark,
                self.look(bg_color=WARM, bold=True, text_wrap=True, font_size=10),
            )
            sheet.write_string(
                NAME_ROW - 1,
                place,
                column.field,
                self.look(bg_color=WARM, font_color=SOFT, font_size=8, bottom=2, bottom_color=INK),
            )
            rules = self._rules(column, part)
            if rules:
                sheet.data_validation(FIRST_ROW - 1, place, FIRST_ROW + MOST_ROWS - 2, place, rules)
        beyond = len(part.columns)
        sheet.set_column(beyond, 16_383, 9, self.look(locked=True))
        sheet.write_string(
            0,
            beyond + 1,
            gettext("° not for every row: see the instructions", language),
            self.look(font_color=SOFT),
        )
        for number, row in enumerate(rows[:MOST_ROWS], start=FIRST_ROW - 1):
            for place, column in enumerate(part.columns):
                self._carry(sheet, number, place, column, row.get(column.field, ""))
        allowed = ("format_columns", "format_rows", "delete_rows", "sort", "autofilter")
        sheet.protect("", dict.fromkeys(allowed, True))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1, NAME_ROW - 1)

    def _carry(self, sheet: Any, row: int, place: int, column: WorkbookColumn, said: str) -> None:
        if not said:
            return
        look = self.look(**_entry(column) | {"bg_color": "#e7f0f3"})
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

    def _rules(self, column: WorkbookColumn, part: WorkbookSheet) -> dict[str, Any]:
        language = self.layout.language
        rules: dict[str, Any] = {
            "error_title": gettext("Check this cell", language)[:32],
            "error_message": (column.message or gettext("Choose one of the answers in the list.", language))[
                :255
            ],
        }
        if column.hint:
            rules |= {"input_title": column.heading[:32], "input_message": column.hint[:255]}
        if column.choices and column.kind == "select_one":
            return {**rules, "validate": "list", "source": self._list(tuple(w for _, w in column.choices))}
        if column.kind in {"integer", "decimal", "date"}:
            return rules | _limits(column, part)
        if not column.hint:
            return {}
        return {"validate": "any", "input_title": column.heading[:32], "input_message": column.hint[:255]}

    def _list(self, words: tuple[str, ...]) -> str:
        """Where the hidden sheet holds these words."""
        if words not in self.lists:
            letter = xl_col_to_name(len(self.lists))
            self.lists[words] = f"='{LISTS_SHEET}'!${letter}$1:${letter}${len(words)}"
        return self.lists[words]

    def lists_sheet(self) -> None:
        sheet = self.book.add_worksheet(LISTS_SHEET)
        for place, words in enumerate(self.lists):
            for row, text in enumerate(words):
                sheet.write_string(row, place, text)
        sheet.very_hidden()
        sheet.protect()

    def seal_sheet(self) -> None:
        sheet, text = self.book.add_worksheet(SEAL_SHEET), self.layout.as_text()
        head = [MARK, seal_of(text), self.layout.instrument, self.layout.version, self.layout.agency]
        parts = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
        for row, said in enumerate([*head, str(self.layout.year), *parts]):
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


def _limits(column: WorkbookColumn, part: WorkbookSheet) -> dict[str, Any]:
    """What the spreadsheet itself can check of a number or a date; the reader checks the rest."""
    low, high = _ends(column, part)
    if column.kind == "date":
        low = date(1900, 1, 1) if low is None else low
        high = date(2100, 12, 31) if high is None else high
    if low is not None and high is not None:
        return {"validate": column.kind, "criteria": "between", "minimum": low, "maximum": high}
    if low is not None or high is not None:
        sign = ">=" if low is not None else "<="
        return {"validate": column.kind, "criteria": sign, "value": low if low is not None else high}
    return {"validate": column.kind, "criteria": ">=", "value": -1_000_000_000_000_000}


def _ends(column: WorkbookColumn, part: WorkbookSheet) -> tuple[Any, Any]:
    condition = read_condition(column.constraint) if column.constraint else None
    ends: dict[str, Any] = {}
    for one in _simple(condition):
        if (end := _end(one.right, part)) is not None:
            ends[one.sign] = end
    return ends.get(">="), ends.get("<=")


def _simple(condition: Condition | None) -> list[Comparison]:
    parts = condition.parts if isinstance(condition, AllOf) else (condition,)
    return [p for p in parts if isinstance(p, Comparison) and p.left == Reference()]


def _end(operand: Operand, part: WorkbookSheet) -> Any:
    if isinstance(operand, Literal):
        value = operand.value
        return int(value) if isinstance(value, float) and value.is_integer() else value
    if isinstance(operand, Call):
        return "=TODAY()" if operand.name == "today" else None
    names = [column.field for column in part.columns]
    if operand.name not in names:
        return None
    return f"={xl_col_to_name(names.index(operand.name))}{FIRST_ROW}"
