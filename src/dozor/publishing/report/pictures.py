"""Chooses the chart that suits a series, as a numbered figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from dozor.core.observations.observation import Observation, Source
from dozor.core.observations.period import PeriodKind
from dozor.core.plan import Indicator, Plan
from dozor.language import number
from dozor.publishing.charts import (
    Band,
    BandPoint,
    Chart,
    Count,
    CountsChart,
    EstimateBand,
    Heading,
    RegionsMap,
    Round,
    RoundsChart,
    RoundSeries,
    Spark,
    describe,
    specification,
)
from dozor.publishing.documents import Figure, Words, parts
from dozor.publishing.geometry import REGIONS
from dozor.publishing.report.rates import RegionRates
from dozor.publishing.report.values import Cell, digits_of
from dozor.publishing.report.words import PERCENT
from dozor.publishing.report.writing import Writing

FEWEST_ROUNDS = 2
LONGEST_GAP = 3
FEWEST_OF_BAND, MOST_BANDS = 3, 3


def trend_figure(writing: Writing, indicator: Indicator) -> Figure | None:
    """Return a chart of an indicator's full years; None with fewer than two, or where years say nothing."""
    if indicator.value_kind in ("qualitative", "composite", "index"):
        return None
    lines = []
    for population in indicator.populations:
        some = [
            one
            for cell in writing.selection.totals(indicator.code, population)
            if cell.period.is_full_year and (one := cell.chosen) is not None
        ]
        unit = some[-1].figure.unit if some else ""
        lines.append((population, [one for one in some if one.figure.unit == unit]))
    drawn = [(population, some) for population, some in lines if len(some) >= FEWEST_ROUNDS]
    if not drawn:
        return None
    unit = drawn[0][1][-1].figure.unit
    drawn = [(population, some) for population, some in drawn if some[-1].figure.unit == unit]
    title = _title(writing, indicator, unit)
    every = [one for _, some in drawn for one in some]
    if unit == PERCENT:
        chart: Chart = RoundsChart(
            Heading(title), _series(writing, drawn), digits=digits_of(one.value for one in every)
        )
        note = writing.say("Rounds are not joined: nothing read says that they can be compared.")
        return figure(writing, chart, title, _sources(writing, every), note)
    values = _unbroken([one for one in drawn[0][1] if one.period.kind is PeriodKind.YEAR])
    if len(values) < FEWEST_ROUNDS or any(float(one.value or 0) < 0 for one in values):
        return None
    return figure(writing, _columns(title, values), title, _sources(writing, values))


def counts_figure(writing: Writing, indicator: Indicator, cells: Sequence[Cell]) -> Figure | None:
    """Return yearly columns of a context series; None with fewer than two full years."""
    values = _unbroken(
        [one for cell in cells if cell.period.kind is PeriodKind.YEAR and (one := cell.chosen)]
    )
    if len(values) < FEWEST_ROUNDS:
        return None
    title = _title(writing, indicator, "")
    return figure(writing, _columns(title, values), title, _sources(writing, values))


def band_figure(
    writing: Writing, indicator: Indicator, cells: Sequence[Cell]
) -> tuple[Figure, frozenset[Source]] | None:
    """Return a model's estimates, a band for each release, and the releases; None with under three years."""
    by_source: dict[Source, list[Observation]] = defaultdict(list)
    for cell in cells:
        for one in cell.observations:
            if one.period.kind is PeriodKind.YEAR and one.value is not None:
                by_source[one.source].append(one)
    lines = [(source, some) for source, some in by_source.items() if len(some) >= FEWEST_OF_BAND]
    fullest = sorted(lines, key=lambda item: (-len(item[1]), item[0].title))[:MOST_BANDS]
    if not fullest:
        return None
    title = _title(writing, indicator, fullest[0][1][0].figure.unit)
    bands = tuple(
        Band(_model(source), _vintage(writing, source), tuple(_point(one) for one in some))
        for source, some in sorted(fullest, key=lambda item: item[0].year or 0)
    )
    every = [one for _, some in fullest for one in some]
    is_percent = every[0].figure.unit == PERCENT
    digits = digits_of(one.value for one in every)
    chart = EstimateBand(Heading(title), bands, is_percent=is_percent, digits=digits)
    return figure(writing, chart, title, _sources(writing, every)), frozenset(one.source for one in every)


def map_figure(writing: Writing, rates: RegionRates) -> Figure | None:
    """Return the map of registered cases per 100,000; None for regions without drawn shapes."""
    data = writing.data
    if (
        data.context is None
        or data.situation is None
        or {area.code for area in data.areas.regions()} != set(REGIONS)
    ):
        return None
    name = writing.name(data.context.indicator(data.situation.rate).short_name)
    title = f"{name}, {rates.year}"
    covered = writing.regions_covered(rates.values)
    chart = RegionsMap(
        Heading(title),
        names=writing.region_names(),
        values=dict(rates.values),
        national=rates.national,
    )
    notes: list[Words] = []
    if len(rates.values) < len(REGIONS):
        notes.append(
            writing.say("{covered}; a figure for the country is never made from them.", covered=covered)
        )
    if rates.population_on is not None:
        notes.append(
            writing.say(
                "Worked out here: the year's registered cases divided by residents on 1 January {year}.",
                year=rates.population_on,
            )
        )
    notes.append((writing.say("Source:") + " ", *parts(writing.sources.of(rates.sources))))
    return Figure(
        specification(chart, writing.language, "wide", titled=False),
        title,
        describe(chart, writing.language),
        tuple(notes),
    )


def figure(writing: Writing, chart: Chart, caption: str, sources: Sequence[Source], note: str = "") -> Figure:
    """Return a numbered figure with its note and sources under it."""
    if isinstance(chart, Spark):
        raise TypeError("a spark stands in a line, not in a figure")
    notes: list[Words] = [note] if note else []
    notes.append((writing.say("Source:") + " ", *parts(writing.sources.of(sources))))
    return Figure(
        specification(chart, writing.language, "wide", titled=False),
        caption,
        describe(chart, writing.language),
        tuple(notes),
    )


def _title(writing: Writing, indicator: Indicator, unit: str) -> str:
    parts = [writing.name(indicator.short_name), writing.place]
    if unit:
        parts.append(writing.name(_unit_plan(writing, unit).unit(unit).symbol))
    return ", ".join(parts)


def _unit_plan(writing: Writing, unit: str) -> Plan:
    plans = [plan for plan in (writing.data.plan, writing.data.context) if plan is not None]
    return next(plan for plan in plans if any(one.code == unit for one in plan.units))


def _series(writing: Writing, drawn: Sequence[tuple[str, Sequence[Observation]]]) -> tuple[RoundSeries, ...]:
    made = []
    for population, some in drawn:
        name = writing.name(writing.data.plan.population(population).name)
        made.append(RoundSeries(name, tuple(_round(one) for one in some)))
    return tuple(made)


def _round(one: Observation) -> Round:
    lower, upper = one.figure.lower, one.figure.upper
    both = lower is not None and upper is not None
    return Round(
        one.period.text,
        float(one.value or 0),
        float(lower) if both and lower is not None else None,
        float(upper) if both and upper is not None else None,
        is_near=Cell((one,)).is_near,
    )


def _columns(title: str, values: Sequence[Observation]) -> CountsChart:
    counts = tuple(Count(one.period.text, float(one.value or 0)) for one in values)
    return CountsChart(Heading(title), counts, digits=digits_of(one.value for one in values))


def _unbroken(values: list[Observation]) -> list[Observation]:
    """The latest stretch of years without a gap longer than two years: the rest would be empty places."""
    kept: list[Observation] = []
    for one in reversed(values):
        if kept and kept[-1].period.year - one.period.year > LONGEST_GAP:
            break
        kept.append(one)
    return kept[::-1]


def _point(one: Observation) -> BandPoint:
    lower, upper = one.figure.lower, one.figure.upper
    both = lower is not None and upper is not None
    return BandPoint(
        one.period.year,
        float(one.value or 0),
        float(lower) if both and lower is not None else None,
        float(upper) if both and upper is not None else None,
    )


def _model(source: Source) -> str:
    return source.title.split(",")[0].split("(")[0].strip()


def _vintage(writing: Writing, source: Source) -> str:
    if source.year is None:
        return writing.say("release of an unknown year")
    return writing.say("release of {year}", year=number(source.year, "en", 0).replace(",", ""))


def _sources(writing: Writing, some: Sequence[Observation]) -> list[Source]:
    return list(dict.fromkeys(one.source for one in some))
