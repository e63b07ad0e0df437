"""What stands under a direction's table for one indicator: its chart, groups, further parts, regions."""

from __future__ import annotations

from collections.abc import Sequence

from dozor.core.plan import Indicator, Plan, Series
from dozor.language import number
from dozor.publishing.documents import Block, Column, Row, Table, Words
from dozor.publishing.report.pictures import trend_figure
from dozor.publishing.report.values import WHOLE, Cell, cells, digits_of
from dozor.publishing.report.words import (
    cell_words,
    period_words,
    respondents,
    series_name,
)
from dozor.publishing.report.writing import Writing

MOST_GROUPS = 6  # columns of a breakdown that fit the page
MOST_PERIODS = 8


def details(writing: Writing, indicator: Indicator) -> list[Block]:
    """The chart of an indicator and its tables, each only where there are figures for it."""
    blocks: list[Block] = []
    figure = trend_figure(writing, indicator)
    if figure:
        blocks.append(figure)
    for population in indicator.populations:
        table = _groups_table(writing, indicator, population)
        if table:
            blocks.append(table)
    for table in (_further_table(writing, indicator), _regions_table(writing, indicator)):
        if table:
            blocks.append(table)
    return blocks


def _groups_table(writing: Writing, indicator: Indicator, population: str) -> Table | None:
    """Values by sex and age: a row for each round, a column for each group."""
    plan, language = writing.data.plan, writing.language
    parts = [cell for cell in writing.selection.parts(indicator.code, population) if cell.chosen]
    if not parts:
        return None
    unit = parts[-1].first.figure.unit
    parts = [cell for cell in parts if cell.first.figure.unit == unit]
    totals = {cell.period.text: cell for cell in writing.selection.totals(indicator.code, population)}
    groups = _groups(parts, plan)
    # a sex that every figure shares, as in a group of women, needs no repeating
    shared = {one.sex for cell in (*parts, *totals.values()) for one in cell.observations}
    table = {(cell.period.text, cell.first.sex, cell.first.age): cell for cell in parts}
    digits = digits_of(one.value for cell in (*parts, *totals.values()) if (one := cell.chosen))
    rows = []
    for period in sorted({cell.period.text for cell in parts})[-MOST_PERIODS:]:
        row = [table.get((period, *group)) for group in groups]
        sources = dict.fromkeys(source for cell in row if cell for source in cell.sources)
        values = [_short(writing, cell, digits) for cell in (totals.get(period), *row)]
        rows.append(Row((period.replace("-", "–"), *values, writing.sources.of(sources))))
    symbol = writing.name(plan.unit(unit).symbol)
    name = series_name(Series(indicator, population), plan, language)
    columns = (
        Column(writing.say("Year"), 1.1),
        Column(writing.say("All"), 1, "right"),
        *(Column(_group_name(group, plan, language, shared), 1.25, "right") for group in groups),
        Column(writing.say("Source"), 1.15),
    )
    caption = writing.say("{name}, by sex and age, {unit}", name=name, unit=symbol)
    has_blanks = any(not cell for row in rows for cell in row.cells)
    note = writing.say("An empty cell: no source read gives the figure.")
    return Table(caption, columns, tuple(rows), (note,) if has_blanks else ())


def _groups(parts: Sequence[Cell], plan: Plan) -> list[tuple[str, str]]:
    """The groups of sex and age in reading order: sexes, then ages, then both at once."""
    sexes, ages = [sex.code for sex in plan.sexes], {age.code: age for age in plan.ages}
    found = dict.fromkeys((cell.first.sex, cell.first.age) for cell in parts)

    def place(group: tuple[str, str]) -> tuple[int, int, int]:
        sex, age = group
        depth = (sex not in WHOLE) + 2 * (age not in WHOLE)
        return depth, sexes.index(sex), ages[age].lowest or 0

    return sorted(found, key=place)[:MOST_GROUPS]


def _group_name(group: tuple[str, str], plan: Plan, language: str, shared: set[str]) -> str:
    sex, age = group
    names = []
    if sex not in WHOLE and len(shared) > 1:
        names.append(plan.sex(sex).name.in_language(language))
    if age not in WHOLE:
        names.append(plan.age(age).name.in_language(language))
    return ", ".join(names)


def _short(writing: Writing, cell: Cell | None, digits: int) -> str:
    """A value without its unit, which stands in the caption; empty where no source gives one."""
    one = cell.chosen if cell else None
    return "" if one is None or one.value is None else number(one.value, writing.language, digits)


def _further_table(writing: Writing, indicator: Indicator) -> Table | None:
    """Values by what the plan's text lists as further breakdowns, for example answers to questions."""
    plan, language = writing.data.plan, writing.language
    further = writing.selection.further(indicator.code, indicator.populations)
    if not further:
        return None
    rows = tuple(
        Row(
            (
                writing.name(plan.population(cell.first.population).name),
                cell_words(cell, plan, language),
                period_words(cell.period, language),
                writing.sources.of(cell.sources),
            )
        )
        for cell in further
        if plan.has_population(cell.first.population)
    )
    columns = (
        Column(writing.say("Part"), 6),
        Column(writing.say("Value (interval)"), 1.6, "right"),
        Column(writing.say("Year"), 0.8, "right"),
        Column(writing.say("Source"), 1),
    )
    notes: list[Words] = []
    reasons = {one.match_reason for cell in further for one in cell.observations if one.match_reason}
    notes += [writing.name(reason) for reason in sorted(reasons, key=lambda text: text.en)]
    caption = writing.say("Indicator {code}, by its parts", code=indicator.code)
    return Table(caption, columns, rows, tuple(notes)) if rows else None


def _regions_table(writing: Writing, indicator: Indicator) -> Table | None:
    """The regions' own values of the latest year that has any; their sum is never the country's."""
    data, language = writing.data, writing.language
    if not data.is_national:
        return None
    regions = {area.code: area for area in data.areas.regions()}
    found = list(
        cells(
            one
            for one in data.observations
            if one.indicator == indicator.code
            and one.area in regions
            and one.population in indicator.populations
            and one.is_total
            and one.period.is_full_year
            and one.period.year <= data.year
            and one.value is not None
        )
    )
    if not found:
        return None
    latest = [cell for cell in found if cell.period == found[-1].period]
    rows = [
        Row(
            (
                writing.name(regions[cell.first.area].name),
                cell_words(cell, data.plan, language),
                respondents(cell.chosen, language),
                writing.sources.of(cell.sources),
            )
        )
        for cell in sorted(latest, key=lambda cell: list(regions).index(cell.first.area))
    ]
    columns = (
        Column(writing.say("Region"), 3),
        Column(writing.say("Value (interval)"), 2.4, "right"),
        Column("n", 1, "right"),
        Column(writing.say("Source"), 1),
    )
    covered = writing.regions_covered(cell.first.area for cell in latest)
    note = writing.say("{covered}; a figure for the country is never made from them.", covered=covered)
    period = period_words(latest[0].period, language)
    caption = writing.say("Indicator {code}, by region, {period}", code=indicator.code, period=period)
    return Table(caption, columns, tuple(rows), (note,) if len(latest) < len(regions) else ())
