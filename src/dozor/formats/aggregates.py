"""Aggregate rows as an Excel table: one row for each series, sex and age group, to be filled with counts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import xlsxwriter

from dozor.core.answers.aggregates import CENSUS, COLUMNS, UNKNOWN
from dozor.core.places import Agency
from dozor.core.plan import Plan
from dozor.core.plan.instruments import Instrument
from dozor.language import gettext

LABEL = "what_is_counted"  # a column for people; the reader passes it over
SHOWN = (LABEL, *COLUMNS)
_COUNTS = ("n", "numerator", "denominator")
_MADE = datetime(2006, 12, 30, tzinfo=UTC)  # the same rows give the same bytes on any day


def write_aggregates(
    instrument: Instrument,
    plan: Plan,
    rows: Sequence[Mapping[str, str]],
    *,
    agency: Agency,
    year: int,
    language: str,
) -> bytes:
    """Return the workbook. Its first row names the columns; counts are whole numbers, designs a list."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    title = f"{instrument.title.in_language(language)}, {agency.code}, {year}"
    book.set_properties({"created": _MADE.replace(tzinfo=None), "title": title})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    entry = book.add_format({"bg_color": "#f6f4ef", "border": 1, "border_color": "#dcd7cc"})
    sheet = book.add_worksheet(gettext("Rows", language)[:31])
    sheet.freeze_panes(1, 1)
    widths = {LABEL: 60, "series": 24, "n": 12, "numerator": 14, "denominator": 14, "design": 16}
    for place, name in enumerate(SHOWN):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, widths.get(name, 10))
    last = max(len(rows), 1) + 50
    for number, cells in enumerate(rows, start=1):
        sheet.write_string(number, 0, row_label(plan, cells, language), wrapped)
        for place, name in enumerate(SHOWN[1:], start=1):
            if name in cells:
                sheet.write_string(number, place, cells[name])
            else:
                sheet.write_blank(number, place, None, entry)
    for name in _COUNTS:
        place = SHOWN.index(name)
        rule = {
            "validate": "integer", "criteria": ">=", "value": 0,
            "error_title": gettext("Number of people", language)[:32],
            "error_message": gettext("A whole number, 0 or more.", language),
        }  # fmt: skip
        sheet.data_validation(1, place, last, place, rule)
    place = SHOWN.index("design")
    said = gettext("unknown, census, or the design effect as a number", language)
    sheet.data_validation(
        1, place, last, place, {"validate": "any", "input_title": "design", "input_message": said[:255]}
    )
    notes = book.add_worksheet(gettext("Instructions", language)[:31])
    notes.set_column(0, 0, 100)
    told = [
        title,
        gettext(
            "Count people, not answers: the numerator is of persons who have the whole trait at once.",
            language,
        ),
        gettext("n: everybody asked. denominator: those this question was asked of.", language),
        gettext(
            "design: “{unknown}” if nothing is known of how people were chosen, “{census}” if everybody was "
            "asked, else the design effect (1: drawn at random).",
            language,
        ).format(unknown=UNKNOWN, census=CENSUS),
        gettext("Rows you have no counts for stay empty. No names of people.", language),
    ]
    for number, text in enumerate(told):
        notes.write_string(number, 0, text, bold if number == 0 else wrapped)
    book.close()
    return target.getvalue()


def row_label(plan: Plan, cells: Mapping[str, str], language: str) -> str:
    """What a row counts, in words: indicator, sex, age."""
    definition = next((d for d in plan.definitions if d.code == cells["series"]), None)
    if definition is None:
        return cells["series"]
    indicator = plan.indicator(definition.indicator)
    parts = [f"{definition.indicator} {indicator.short_name.in_language(language)}"]
    if definition.name is not None:
        parts.append(definition.name.in_language(language))
    sexes = {s.code: s.name for s in plan.sexes}
    ages = {a.code: a.name for a in plan.ages}
    if cells.get("sex") not in ("", "all", None):
        parts.append(sexes[cells["sex"]].in_language(language).lower())
    if cells.get("age") not in ("", "all", definition.age, None):
        parts.append(ages[cells["age"]].in_language(language))
    return ", ".join(parts)
