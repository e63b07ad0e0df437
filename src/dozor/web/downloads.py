"""Values as a CSV file: the shape the bank imports; what the bank adds stands in columns marked `#`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpResponse

from dozor.core.calendar.obligation import Obligation
from dozor.core.observations.observation import Observation
from dozor.core.plan.model import Plan
from dozor.formats.tables import safe_cell

COLUMNS = (
    "indicator", "population", "sex", "age", "area", "period", "value", "unit", "missing", "numerator",
    "denominator", "lower", "upper", "source_title", "source_url", "source_year", "note",
    "#headline", "#match", "#recorded_at",
)  # fmt: skip


def csv_response(name: str, observations: Iterable[Observation]) -> HttpResponse:
    """A file to save; the byte order mark lets a spreadsheet program read the letters right."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for o in observations:
        rows.writerow(csv_row(o))
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def csv_row(o: Observation) -> list[str]:
    figure = o.figure
    words = (o.indicator, o.population, o.sex, o.age, o.area, o.period.text)
    return [
        *map(safe_cell, words),
        _plain(figure.value),
        safe_cell(figure.unit),
        figure.missing or "",
        *map(_plain, (figure.numerator, figure.denominator, figure.lower, figure.upper)),
        safe_cell(o.source.title),
        safe_cell(o.source.url),
        str(o.source.year or ""),
        safe_cell(figure.note),
        "" if o.is_headline is None else "1" if o.is_headline else "0",
        o.match or "",
        o.recorded_at.isoformat(),
    ]


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def form_response(
    plan: Plan, owed: Iterable[Obligation], populations: tuple[str, ...], source: str
) -> HttpResponse:
    """An empty table to fill in: a row for each series owed, with all but the figures already there."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS[: COLUMNS.index("#headline")])
    for o in owed:
        if o.indicator is None:
            continue
        indicator = plan.indicator(o.indicator)
        for population in indicator.populations:
            if population in populations:
                known = (indicator.code, population, "", "", o.area, str(o.year), "", indicator.unit)
                rows.writerow([*map(safe_cell, known), *[""] * 5, safe_cell(source), "", str(o.year), ""])
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="dozor-form.csv"'
    return response
