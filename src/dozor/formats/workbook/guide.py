"""The first sheet of a workbook: who, what, how, and the nil report."""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_cell_to_rowcol

from dozor.core.plan.instruments import Instrument
from dozor.formats.workbook.drawing import ACCENT, ENTRY, INK, RULE, SOFT, Drawing
from dozor.formats.workbook.layout import NIL_CELL
from dozor.language import gettext


def nil_words(language: str) -> tuple[str, str]:
    """The two answers of the nil report, yes and no."""
    return gettext("Yes, nothing to report", language), gettext("No", language)


def write_guide(book: Drawing, instrument: Instrument) -> None:
    """Draw the first sheet."""
    sheet, language = book.book.add_worksheet(book.layout.guide), book.layout.language
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 62)
    sheet.set_column(2, 2, 34)
    soft, wrapped = book.look(font_color=SOFT, text_wrap=True), book.look(text_wrap=True)
    sheet.write_string(0, 0, book.title, book.look(bold=True, font_size=16, font_color=ACCENT))
    facts = [
        (gettext("Agency", language), book.agency.name.in_language(language)),
        (gettext("Year reported on", language), str(book.layout.year)),
        (gettext("Version of the form", language), f"{book.layout.instrument}, {book.layout.version}"),
    ]
    for name, said in book.layout.constants.items():
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
    sheet.write_string(row, 0, gettext("Nil report", language), book.look(bold=True))
    sheet.write_string(row, column, no, book.look(locked=False, bg_color=ENTRY, border=2, bold=True))
    sheet.data_validation(
        row,
        column,
        row,
        column,
        {
            "validate": "list",
            "source": book.list_of((no, yes)),
            "input_title": gettext("Nil report", language)[:32],
            "input_message": _nil_help(book)[:255],
            "error_title": gettext("Nil report", language)[:32],
            "error_message": gettext("Choose one of the answers in the list.", language),
        },
    )
    sheet.write_string(row + 1, 1, _nil_help(book), soft)
    sheet.set_row(row + 1, 48)
    at = row + 3
    sheet.write_string(at, 0, gettext("How to fill it in", language), book.look(bold=True, font_size=13))
    for number, step in enumerate(_steps(book), start=1):
        sheet.write_string(at + number, 0, f"{number}.", book.look(align="right", font_color=SOFT))
        sheet.write_string(at + number, 1, step, wrapped)
        sheet.set_row(at + number, 15.75 * (1 + len(step) // 62))
    _questions(book, sheet, at + len(_steps(book)) + 2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _nil_help(book: Drawing) -> str:
    text = gettext(
        "If there was nothing to report in {year}, choose “yes” here, leave the answers as they are and "
        "send the workbook: a confirmed zero is an answer.",
        book.layout.language,
    )
    return text.format(year=book.layout.year)


def _steps(book: Drawing) -> list[str]:
    language, first = book.layout.language, book.layout.sheets[0].name
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
        gettext("Save the file as XLSX and send it back: it is checked before anything is kept.", language),
    ]


def _questions(book: Drawing, sheet: Any, at: int) -> None:
    """Every column with its help and when it is filled in."""
    language = book.layout.language
    head = book.look(bold=True, bottom=1, bottom_color=INK)
    said = (gettext("Question", language), gettext("What to write", language), gettext("When", language))
    for place, name in enumerate(said):
        sheet.write_string(at, place, name, head)
    wrapped = book.look(text_wrap=True, bottom=1, bottom_color=RULE)
    soft = book.look(text_wrap=True, bottom=1, bottom_color=RULE, font_color=SOFT)
    for part in book.layout.sheets:
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
