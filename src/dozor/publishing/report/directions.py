"""The plan's directions: a table of indicators for each, and what stands near them."""

from __future__ import annotations

from collections.abc import Sequence

from dozor.core.observations.period import PeriodKind
from dozor.core.plan import Direction, Indicator, Plan, Series
from dozor.publishing.charts.periods import listed
from dozor.publishing.documents import Block, Column, Heading, Paragraph, Row, Table
from dozor.publishing.report.breakdowns import details
from dozor.publishing.report.tables import trimmed
from dozor.publishing.report.values import Cell
from dozor.publishing.report.words import (
    cell_words,
    period_words,
    respondents,
    series_name,
)
from dozor.publishing.report.writing import Writing


def directions_section(writing: Writing) -> list[Block]:
    """Return the section with every direction of the plan."""
    blocks: list[Block] = []
    silent = []
    for direction in writing.data.plan.directions:
        if writing.data.is_national or _has_values(writing, direction):
            blocks += _direction(writing, direction)
        else:
            silent.append(direction.number)
    if blocks:
        how_to_read = writing.say(
            "Each table shows the latest value known for {year} or before; the year stands beside it.",
            year=writing.data.year,
        )
        blocks.insert(0, Paragraph(how_to_read))
    if silent:
        told = writing.say(
            "The bank has no value for {place} in these directions: {numbers}.",
            place=writing.place,
            numbers=listed(silent),
        )
        blocks.append(Paragraph(told))
    return [Heading(1, writing.say("Indicators by direction")), *blocks]


def _has_values(writing: Writing, direction: Direction) -> bool:
    codes = {indicator.code for indicator in writing.data.plan.of_direction(direction.number)}
    related = (
        {indicator.code for indicator in writing.data.context.indicators if indicator.related_to in codes}
        if writing.data.context
        else set()
    )
    selections = [one for one in (writing.selection, writing.context) if one]
    return any(
        one.indicator in codes | related and one.period.kind is not PeriodKind.PART
        for selection in selections
        for one in selection.observations
    )


def _direction(writing: Writing, direction: Direction) -> list[Block]:
    indicators = writing.data.plan.of_direction(direction.number)
    blocks: list[Block] = [Heading(2, f"{direction.number}. {writing.name(direction.name)}")]
    series = [Series(one, population) for one in indicators for population in one.populations]
    blocks.append(_main_table(writing, direction, series))
    near = _near_table(writing, direction, indicators)
    if near:
        blocks.append(near)
    for indicator in indicators:
        blocks += details(writing, indicator)
    return blocks


def _latest(writing: Writing, series: Series, *, near: bool) -> Cell | None:
    """The newest value that meets the plan's definition, or (`near`) one that comes near it."""
    totals = writing.selection.totals(series.indicator.code, series.population)
    return next((cell for cell in reversed(totals) if cell.is_near is near), None)


def _main_table(writing: Writing, direction: Direction, series: Sequence[Series]) -> Table:
    say = writing.say
    rows = []
    for one in series:
        cell = _latest(writing, one, near=False)
        code, name = one.indicator.code, series_name(one, writing.data.plan, writing.language)
        if cell is None:
            has_near = _latest(writing, one, near=True) is not None or bool(_related(writing, one.indicator))
            words = say("near values only, below") if has_near else ""
            rows.append(Row((code, name, words or say("no published value"), "", "", "", "")))
            continue
        rows.append(
            Row(
                (
                    code,
                    name,
                    cell_words(cell, writing.data.plan, writing.language),
                    respondents(cell.chosen, writing.language),
                    period_words(cell.period, writing.language),
                    _grade(writing, cell),
                    writing.sources.of(cell.sources),
                )
            )
        )
    columns = (
        Column(say("No."), 0.75),
        Column(say("Indicator"), 2.6),
        Column(say("Value (interval)"), 4.4, "right"),
        Column("n", 0.8, "right"),
        Column(say("Year"), 0.95, "right"),
        Column(say("Definition"), 1.6),
        Column(say("Source"), 1.25),
    )
    caption = say("Indicators of direction {number}", number=direction.number)
    return trimmed(caption, columns, rows, wider=1)


def _grade(writing: Writing, cell: Cell) -> str:
    grades = {one.match for one in cell.observations}
    return writing.say("exact") if grades != {None} else writing.say("not judged")


def _near_table(writing: Writing, direction: Direction, indicators: Sequence[Indicator]) -> Table | None:
    rows = []
    for indicator in indicators:
        for population in indicator.populations:
            cell = _latest(writing, Series(indicator, population), near=True)
            if cell is not None:
                name = series_name(Series(indicator, population), writing.data.plan, writing.language)
                rows.append(_near_row(writing, indicator.code, name, cell, writing.data.plan))
        rows += _related_rows(writing, indicator)
    if not rows:
        return None
    say = writing.say
    columns = (
        Column(say("No."), 0.75),
        Column(say("What was measured"), 3.1),
        Column(say("Value (interval)"), 2.6, "right"),
        Column(say("Year"), 1.05, "right"),
        Column(say("Why it is not the indicator"), 3.4),
        Column(say("Source"), 1.25),
    )
    caption = say(
        "Near values for direction {number}: shown beside, not the indicators", number=direction.number
    )
    return Table(caption, columns, tuple(rows))


def _related_rows(writing: Writing, indicator: Indicator) -> list[Row]:
    context = writing.data.context
    if context is None:
        return []
    return [
        _near_row(
            writing,
            indicator.code,
            series_name(Series(part, population), context, writing.language),
            totals[-1],
            context,
        )
        for part in _related(writing, indicator)
        for population in part.populations
        if (totals := _context_totals(writing, part, population))
    ]


def _near_row(writing: Writing, code: str, name: str, cell: Cell, plan: Plan) -> Row:
    reasons = [writing.name(one.match_reason) for one in cell.observations if one.match_reason]
    indicator = plan.indicator(cell.first.indicator)
    if not reasons and indicator.note:
        reasons = [writing.name(indicator.note)]
    return Row(
        (
            code,
            name,
            cell_words(cell, plan, writing.language),
            period_words(cell.period, writing.language),
            reasons[0] if reasons else "",
            writing.sources.of(cell.sources),
        )
    )


def _related(writing: Writing, indicator: Indicator) -> list[Indicator]:
    """The context series that are a part or a neighbour of an indicator and have values."""
    context = writing.data.context
    if context is None:
        return []
    return [
        one
        for one in context.indicators
        if one.related_to == indicator.code
        and any(_context_totals(writing, one, population) for population in one.populations)
    ]


def _context_totals(writing: Writing, indicator: Indicator, population: str) -> list[Cell]:
    return writing.context.totals(indicator.code, population) if writing.context else []
