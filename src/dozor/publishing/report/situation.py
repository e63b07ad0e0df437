"""The situation around the plan: registered cases, people living with HIV, treatment, estimates."""

from __future__ import annotations

from dataclasses import replace

from dozor.core.plan import Indicator, Plan, Series
from dozor.core.plan.model import Situation
from dozor.publishing.documents import (
    Block,
    Column,
    Figure,
    Heading,
    Paragraph,
    Row,
    Table,
    parts,
    plain,
)
from dozor.publishing.report.pictures import band_figure, counts_figure, map_figure
from dozor.publishing.report.rates import region_rates
from dozor.publishing.report.values import Cell
from dozor.publishing.report.words import cell_words, group_words, lower_first, period_words, series_name
from dozor.publishing.report.writing import Writing


def situation_section(writing: Writing) -> list[Block]:
    """Return the section; empty where no context series has a value for the place."""
    context, situation = writing.data.context, writing.data.situation
    if context is None or situation is None or writing.context is None:
        return []
    blocks: list[Block] = []
    count = context.indicator(situation.count)
    columns = counts_figure(writing, count, writing.context.totals(count.code, count.populations[0]))
    if columns:
        blocks.append(columns)
    rates = region_rates(writing.data) if writing.data.is_national else None
    drawn = map_figure(writing, rates) if rates else None
    if drawn:
        blocks.append(drawn)
    if band := model_figure(writing, has_table=True):
        blocks.append(band)
    table = _table(writing, situation, context)
    if table:
        blocks.append(table)
    if not blocks:
        return []
    opening = Paragraph(
        writing.say("These series are not indicators of the plan; they show what it acts upon.")
    )
    return [Heading(1, writing.say("The situation")), opening, *blocks]


def model_figure(writing: Writing, *, has_table: bool) -> Figure | None:
    """Return the first of the situation's modelled counts that can be drawn as a band.

    `has_table`: the table of the situation stands beside it, and what it shows is held against the figure.
    """
    context, situation = writing.data.context, writing.data.situation
    if context is None or situation is None:
        return None
    bands = (_band(writing, situation, context, one, has_table) for one in context.indicators)
    return next((one for one in bands if one), None)


def _band(
    writing: Writing, situation: Situation, context: Plan, indicator: Indicator, has_table: bool
) -> Figure | None:
    """A model's band, with a note where the table beside it shows another release's value."""
    is_shown = indicator.group in situation.groups and indicator.is_modelled
    if not is_shown or indicator.value_kind != "count" or writing.context is None:
        return None
    totals = writing.context.totals(indicator.code, indicator.populations[0])
    drawn = band_figure(writing, indicator, totals)
    if drawn is None:
        return None
    figure, releases = drawn
    latest = totals[-1]
    if not has_table or set(latest.sources) <= releases:
        return figure
    told = writing.say(
        "The table shows {value} for {period} from another release of the model; releases are not one line.",
        value=plain(cell_words(latest, context, writing.language)),
        period=period_words(latest.period, writing.language),
    )
    return replace(figure, notes=((told, " ", *parts(writing.sources.of(latest.sources))), *figure.notes))


def _table(writing: Writing, situation: Situation, context: Plan) -> Table | None:
    rows: list[Row] = []
    for group in context.groups:
        if group.code not in situation.groups:
            continue
        made = [
            row
            for indicator in context.of_group(group.code)
            for population in indicator.populations
            if (row := _row(writing, context, Series(indicator, population)))
        ]
        if made:
            rows += [Row((writing.name(group.name),)), *made]
    if not rows:
        return None
    say = writing.say
    columns = (
        Column(say("Series"), 4.6),
        Column(say("Value (interval)"), 2.9, "right"),
        Column(say("Period"), 1.9, "right"),
        Column(say("Source"), 1),
    )
    caption = say("Context: the latest published value for {year} or before", year=writing.data.year)
    return Table(caption, columns, tuple(rows))


def _row(writing: Writing, context: Plan, series: Series) -> Row | None:
    if writing.context is None:
        return None
    code, population = series.indicator.code, series.population
    totals = writing.context.totals(code, population)
    cell: Cell | None = totals[-1] if totals else None
    if cell is None or cell.period.reporting_year < writing.data.year:
        part = writing.context.part_of_year(code, population, writing.data.year)
        cell = cell or part
    if cell is None:
        return None
    return Row(
        (
            _named(cell, series, context, writing.language),
            cell_words(cell, context, writing.language),
            period_words(cell.period, writing.language),
            writing.sources.of(cell.sources),
        )
    )


def _named(cell: Cell, series: Series, context: Plan, language: str) -> str:
    """The series' name, with the group where the source speaks of one group alone."""
    group = group_words(cell.first, context, language)
    name = series_name(series, context, language)
    return f"{name}: {lower_first(group)}" if group else name
