"""A region's year on two pages: what is known, beside the country; what was owed, and what is missing."""

from __future__ import annotations

from collections import Counter

from dozor.core.calendar.obligation import LATE, MET, Obligation, Status
from dozor.core.plan import Plan, Series
from dozor.language import date_text, number
from dozor.publishing.documents import (
    Banner,
    Block,
    Column,
    Document,
    Fact,
    Facts,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Sources,
    Strong,
    Table,
    Words,
    plain,
)
from dozor.publishing.report.build import standing_notices, state_of_data
from dozor.publishing.report.data import ReportData
from dozor.publishing.report.duties import standing
from dozor.publishing.report.gaps import KINDS
from dozor.publishing.report.pictures import counts_figure, map_figure
from dozor.publishing.report.rates import region_rates
from dozor.publishing.report.situation import model_figure
from dozor.publishing.report.summary import coverage
from dozor.publishing.report.tables import trimmed
from dozor.publishing.report.values import Cell, Selection
from dozor.publishing.report.words import cell_words, missing_words, period_words, series_name
from dozor.publishing.report.writing import Writing

MOST_BESIDE = 9  # series of the situation
MOST_VALUES = 12  # the plan's own
MOST_FACTS = 4


def build_brief(data: ReportData, language: str) -> Document:
    """Return the brief of one region, two pages of A4.

    Raises
    ------
    ValueError
        The data are the country's: a brief sets a region beside it.
    """
    if data.is_national:
        raise ValueError("a brief is of a region")
    writing = Writing.of(data, language)
    say = writing.say
    country = _of_country(data, data.plan)
    title = say("HIV in {year}: a brief", year=data.year)
    blocks: list[Block] = [
        Banner(title, writing.place, writing.name(data.plan.title), " ".join(standing_notices(writing))),
        _facts(writing),
        Paragraph(coverage(writing)),
        *_picture(writing),
        *_beside(writing),
        PageBreak(),
        Heading(1, say("Indicators of the plan")),
        *_values(writing, country),
        Heading(1, say("Obligations")),
        Paragraph(standing(writing)),
        _duties(writing),
        Paragraph(_missing(writing)),
        Paragraph(_how_to_read(writing), "small"),
    ]
    if entries := writing.sources.block().entries:
        blocks += [Paragraph((Strong(say("Sources")),), "small"), Sources(entries, is_short=True)]
    return Document(
        language=language,
        title=f"{writing.place}. {title}",
        running_title=f"{writing.place} · {title}",
        author=writing.name(data.author),
        generated_on=data.generated_on,
        footer=state_of_data(writing),
        blocks=tuple(blocks),
        is_flowing=True,
        pages=2,
    )


def _of_country(data: ReportData, plan: Plan) -> Selection:
    own = (one for one in data.observations if plan.has_indicator(one.indicator))
    return Selection.of(own, plan, area=data.areas.country.code, year=data.year)


def _facts(writing: Writing) -> Facts:
    """The latest of the situation's figures, then how much of the plan has a value, and the duties."""
    say, data = writing.say, writing.data
    found: list[Fact] = []
    for series, plan, cell in _situation(writing):
        if len(found) == MOST_FACTS - 2:
            break
        words = plain(cell_words(cell, plan, writing.language))
        name = series_name(series, plan, writing.language)
        found.append(Fact(words.split(" (")[0], name, period_words(cell.period, writing.language)))
    series_count = len(data.plan.series())
    with_value = series_count - len(writing.gaps)
    of_all = say("{some} of {all}", some=with_value, all=series_count)
    found.append(
        Fact(of_all, say("series of the plan have a value for {year}", year=data.year), _latest(writing))
    )
    duties = data.own_obligations
    if duties and all(one.status is Status.NOT_RECORDED for one in duties):
        found.append(Fact(number(len(duties), writing.language), say("obligations"), say("not recorded")))
    else:
        met = sum(one.status in MET for one in duties)
        late = sum(one.status in LATE for one in duties)
        note = writing.count("{count} late or missed", "{count} late or missed", late)
        told = say("{some} of {all}", some=met, all=len(duties))
        found.append(Fact(told, say("obligations met"), note))
    return Facts(tuple(found))


def _latest(writing: Writing) -> str:
    earlier = sum(gap.latest is not None for gap in writing.gaps)
    return writing.count("{count} more has an earlier one", "{count} more have an earlier one", earlier)


def _situation(writing: Writing) -> list[tuple[Series, Plan, Cell]]:
    """The region's latest values of the series that tell the situation: count and rate first."""
    context, situation = writing.data.context, writing.data.situation
    if context is None or situation is None or writing.context is None:
        return []
    first = [context.indicator(situation.count), context.indicator(situation.rate)]
    rest = [i for group in situation.groups for i in context.of_group(group) if i not in first]
    found = []
    for indicator in (*first, *rest):
        series = Series(indicator, indicator.populations[0])
        totals = writing.context.totals(indicator.code, series.population)
        if totals and totals[-1].chosen is not None:
            found.append((series, context, totals[-1]))
    return found


def _picture(writing: Writing) -> list[Block]:
    """The regions' map where this one is on it, else the region's years, else the country's."""
    data = writing.data
    rates = region_rates(data, of=data.place)
    country = writing.of_country()
    drawn: Figure | None = map_figure(writing, rates) if rates else None
    drawn = drawn or _years(writing) or _years(country) or model_figure(country, has_table=False)
    return [drawn] if drawn is not None else []


def _years(writing: Writing) -> Figure | None:
    context, situation = writing.data.context, writing.data.situation
    if context is None or situation is None or writing.context is None:
        return None
    count = context.indicator(situation.count)
    return counts_figure(writing, count, writing.context.totals(count.code, count.populations[0]))


def _beside(writing: Writing) -> list[Block]:
    """The situation's series of the region beside the country's of the same or the nearest earlier time."""
    data = writing.data
    if data.context is None:
        return []
    country = _of_country(data, data.context)
    rows = []
    for series, plan, cell in _situation(writing)[:MOST_BESIDE]:
        theirs = [
            one
            for one in country.totals(series.indicator.code, series.population)
            if one.period.kind is cell.period.kind and one.period <= cell.period
        ]
        rows.append(
            Row(
                (
                    series_name(series, plan, writing.language),
                    cell_words(cell, plan, writing.language),
                    period_words(cell.period, writing.language),
                    cell_words(theirs[-1], plan, writing.language) if theirs else "",
                    period_words(theirs[-1].period, writing.language) if theirs else "",
                    writing.sources.of(cell.sources),
                )
            )
        )
    if not rows:
        return [
            Paragraph(writing.say("No series of the situation has a value for {place}.", place=writing.place))
        ]
    say = writing.say
    columns = (
        Column(say("Series"), 3),
        Column(writing.place, 1.9, "right"),
        Column(say("Period"), 2, "right"),
        Column(writing.name(data.areas.country.name), 1.9, "right"),
        Column(say("Period"), 2, "right"),
        Column(say("Source"), 1.25),
    )
    return [
        trimmed(say("The region beside the country: the latest published values"), columns, rows, wider=0)
    ]


def _values(writing: Writing, country: Selection) -> list[Block]:
    """The plan's own series that have a value in the region."""
    say, plan = writing.say, writing.data.plan
    rows = []
    for series in plan.series():
        totals = writing.selection.totals(series.indicator.code, series.population)
        exact = [cell for cell in totals if not cell.is_near]
        if not exact:
            continue
        theirs = [
            cell
            for cell in country.totals(series.indicator.code, series.population)
            if not cell.is_near and cell.period <= exact[-1].period
        ]
        rows.append(
            Row(
                (
                    series.indicator.code,
                    series_name(series, plan, writing.language),
                    _dated(exact[-1], plan, writing),
                    _dated(theirs[-1], plan, writing) if theirs else "",
                    writing.sources.of(exact[-1].sources),
                )
            )
        )
    if not rows:
        told = say(
            "No published value of {place} meets the plan's definition: the plan's {count} series are still "
            "to be measured here.",
            place=writing.place,
            count=len(plan.series()),
        )
        return [Paragraph(told)]
    left_off = len(rows) - MOST_VALUES
    notes = (
        (writing.count("{count} more is in the report.", "{count} more are in the report.", left_off),)
        if left_off > 0
        else ()
    )
    columns = (
        Column(say("No."), 0.7),
        Column(say("Indicator"), 4),
        Column(writing.place, 2.2, "right"),
        Column(writing.name(writing.data.areas.country.name), 2.2, "right"),
        Column(say("Source"), 0.9),
    )
    caption = say("Latest values for {year} or before", year=writing.data.year)
    return [trimmed(caption, columns, rows[:MOST_VALUES], notes, wider=1)]


def _dated(cell: Cell, plan: Plan, writing: Writing) -> Words:
    words = cell_words(cell, plan, writing.language)
    return (
        *((words,) if isinstance(words, str) else words),
        f", {period_words(cell.period, writing.language)}",
    )


def _duties(writing: Writing) -> Table:
    """The region's duties of each direction: owed, met, late, not held."""
    say, data = writing.say, writing.data
    counts: dict[int, Counter[str]] = {}
    for one in data.own_obligations:
        direction = data.plan.indicator(one.indicator).direction if one.indicator else None
        if direction is not None:
            counts.setdefault(direction, Counter()).update(("owed", *_state(one)))
    rows = [
        Row(
            (
                str(direction),
                writing.name(data.plan.direction(direction).short_name),
                *(number(count[key], writing.language) for key in ("owed", "met", "late", "off")),
            )
        )
        for direction, count in sorted(counts.items())
    ]
    columns = (
        Column(say("No."), 0.7),
        Column(say("Direction"), 3.6),
        Column(say("Owed"), 1, "right"),
        Column(say("Met"), 1.5, "right"),
        Column(say("Late or missed"), 2, "right"),
        Column(say("Not held or not recorded"), 2, "right"),
    )
    day = date_text(data.generated_on, writing.language)
    caption = say("Obligations of {year} as of {day}", year=data.year, day=day)
    return Table(caption, columns, tuple(rows))


def _state(one: Obligation) -> tuple[str, ...]:
    told = []
    if one.status in MET:
        told.append("met")
    if one.status in LATE:
        told.append("late")
    if one.status in (Status.NOT_HELD, Status.POSTPONED, Status.NOT_RECORDED):
        told.append("off")
    return tuple(told)


def _missing(writing: Writing) -> str:
    """How many series have no value for the year, by kind of missing."""
    counts = Counter(gap.kind for gap in writing.gaps)
    if not counts:
        return writing.say("Every series of the plan has a value for {year}.", year=writing.data.year)
    told = "; ".join(
        f"{missing_words(kind, writing.language)} — {counts[kind]}" for kind in KINDS if counts[kind]
    )
    return writing.say("Series without a value for {year}: {told}.", year=writing.data.year, told=told)


def _how_to_read(writing: Writing) -> str:
    return writing.say(
        "Values stand as their sources printed them; a figure for the country is never a sum of regions. How "
        "each was measured, and every obligation, is in the region's annual report."
    )
