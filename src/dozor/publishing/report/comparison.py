"""What changed since the value before: indicator by indicator, with a test where both intervals are known."""

from __future__ import annotations

from decimal import Decimal

from dozor.core.estimation.printed import PrintedChange, change_of_printed
from dozor.core.observations.observation import Figure, Observation
from dozor.core.observations.period import PeriodKind
from dozor.core.plan import Indicator, Plan, Series
from dozor.language import number
from dozor.publishing.documents import Block, Column, Heading, Paragraph, Row, Table, Words, parts
from dozor.publishing.report.tables import trimmed
from dozor.publishing.report.values import Cell
from dozor.publishing.report.words import NO_BREAK, PERCENT, cell_words, period_words, series_name
from dozor.publishing.report.writing import Writing

CHANCE = 0.05


def comparison_section(writing: Writing) -> list[Block]:
    """Return the section that sets the year's values beside those before them."""
    say, data = writing.say, writing.data
    blocks: list[Block] = [Heading(1, say("What has changed"))]
    rows = _of_plan(writing)
    situation = _of_situation(writing)
    if situation:
        rows += [Row((say("The situation"),)), *situation]
    if not rows:
        told = say("No series has a value for {year} and an earlier one to compare with.", year=data.year)
        return [*blocks, Paragraph(told)]
    columns = (
        Column(say("No."), 0.75),
        Column(say("Indicator"), 3.1),
        Column(say("Before"), 2.5, "right"),
        Column(str(data.year), 2.4, "right"),
        Column(say("Difference"), 2.2, "right"),
        Column(say("Is it chance?"), 1.9),
    )
    blocks.append(
        Paragraph(
            say(
                "Values for {year} beside the latest before them. A difference is also one of places and "
                "samples where these were not the same.",
                year=data.year,
            )
        )
    )
    blocks.append(_table(say("Values for {year} and before", year=data.year), columns, rows, _notes(writing)))
    return blocks


def _table(caption: str, columns: tuple[Column, ...], rows: list[Row], notes: tuple[Words, ...]) -> Table:
    return trimmed(caption, columns, rows, notes, wider=1)


def _notes(writing: Writing) -> tuple[Words, ...]:
    return (
        writing.say(
            "Tested where both values have an interval: samples taken as independent, the standard error as "
            "the printed width over 2 × 1.96 (Altman, Bland 2011); approximate. Two years of one model are "
            "not tested: their errors go together."
        ),
    )


def _of_plan(writing: Writing) -> list[Row]:
    rows = []
    for series in writing.data.plan.series():
        exact = [
            cell
            for cell in writing.selection.totals(series.indicator.code, series.population)
            if not cell.is_near
        ]
        row = _row(writing, series, writing.data.plan, exact, code=series.indicator.code)
        if row:
            rows.append(row)
    return rows


def _of_situation(writing: Writing) -> list[Row]:
    context, situation = writing.data.context, writing.data.situation
    if context is None or situation is None or writing.context is None:
        return []
    rows = []
    for code in (situation.count, situation.rate):
        indicator = context.indicator(code)
        series = Series(indicator, indicator.populations[0])
        years = [
            cell
            for cell in writing.context.totals(code, series.population)
            if cell.period.kind is PeriodKind.YEAR
        ]
        row = _row(writing, series, context, years, code="")
        if row:
            rows.append(row)
    return rows


def _row(writing: Writing, series: Series, plan: Plan, cells: list[Cell], *, code: str) -> Row | None:
    if (
        len(cells) < 2
        or cells[-1].period.reporting_year != writing.data.year
        or series.indicator.value_kind
        in (
            "qualitative",
            "composite",
        )
    ):
        return None
    before, now = cells[-2].chosen, cells[-1].chosen
    if before is None or now is None or before.figure.unit != now.figure.unit:
        return None
    found = None if series.indicator.is_modelled else _tested(before.figure, now.figure)
    return Row(
        (
            code,
            series_name(series, plan, writing.language),
            (
                *parts(cell_words(cells[-2], plan, writing.language)),
                f", {period_words(before.period, writing.language)}",
            ),
            cell_words(cells[-1], plan, writing.language),
            _difference(before, now, found, writing),
            _verdict(series.indicator, found, writing),
        )
    )


def _tested(before: Figure, now: Figure) -> PrintedChange | None:
    bounds = (before.lower, before.upper, now.lower, now.upper)
    if any(one is None for one in bounds) or before.value is None or now.value is None:
        return None
    low, high, now_low, now_high = (float(one or 0) for one in bounds)
    return change_of_printed(float(before.value), (low, high), float(now.value), (now_low, now_high))


def _difference(before: Observation, now: Observation, found: PrintedChange | None, writing: Writing) -> str:
    """The difference in points for a share, else as a number with its percent; the interval where tested."""
    change = (now.value or Decimal(0)) - (before.value or Decimal(0))
    digits = max(0, -int(change.normalize().as_tuple().exponent)) if change else 0
    digits = min(digits, 2 if abs(change) < 1000 else 0)
    sign = "+" if change > 0 else ""
    told = f"{sign}{number(change, writing.language, digits)}"
    if now.figure.unit == PERCENT:
        told = writing.say("{number} p.p.", number=told).replace(" ", NO_BREAK)
    elif before.value:
        relative = change / before.value * 100
        told += f"{NO_BREAK}({sign}{number(relative, writing.language, 1)}{NO_BREAK}%)"
    if found is not None:
        bounds = [number(round(one, 1), writing.language, 1) for one in (found.lower, found.upper)]
        told += f" ({bounds[0]}…{bounds[1]})"
    return told


def _verdict(indicator: Indicator, found: PrintedChange | None, writing: Writing) -> str:
    if indicator.is_modelled:
        return writing.say("a model's, not tested")
    if found is None:
        return writing.say("not tested: no intervals")
    p = f"p{NO_BREAK}<{NO_BREAK}{number(0.001, writing.language, 3)}"
    if found.p >= 0.001:
        p = f"p{NO_BREAK}={NO_BREAK}{number(round(found.p, 3), writing.language, 3)}"
    if found.p < CHANCE:
        return f"{writing.say('hardly')}; {p}"
    return f"{writing.say('may be')}; {p}"
