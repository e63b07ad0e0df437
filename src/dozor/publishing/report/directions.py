"""The plan's directions: a table of indicators for each, what stands near them, their parts, their charts."""

from __future__ import annotations

from collections.abc import Sequence

from dozor.core.observations.period import PeriodKind
from dozor.core.plan import Direction, Indicator, Plan, Series
from dozor.language import number
from dozor.publishing.charts.periods import listed
from dozor.publishing.documents import Block, Column, Heading, Paragraph, Row, Table, Words
from dozor.publishing.report.pictures import trend_figure
from dozor.publishing.report.tables import trimmed
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
        blocks += _details(writing, indicator)
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


def _details(writing: Writing, indicator: Indicator) -> list[Block]:
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
