"""What a topic's page says: each chapter's picture and table, from the values read now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from dozor.apps.bank.queries import observations
from dozor.core.observations.observation import Observation
from dozor.core.plan.model import Indicator
from dozor.core.plan.topics import Chapter, Topic
from dozor.language.numbers import number, percent
from dozor.publishing.charts import (
    Count,
    CountsChart,
    Heading,
    RoundsChart,
    RoundSeries,
    StackedChart,
    StackedYear,
)
from dozor.web.cascade import Cascade, cascades
from dozor.web.faces import Shown, show
from dozor.web.lines import Line, first_upper, group_words, inside, lines, main_lines
from dozor.web.names import Names
from dozor.web.pictures import MOST_PANELS, Picture, picture, trend
from dozor.web.tables import Table, TableCell, TableRow

MILLION = 1_000_000


@dataclass(frozen=True)
class SeriesLink:
    label: str
    href: str


@dataclass(frozen=True)
class ChapterShown:
    """One chapter ready to be read; without values it says so and names what will stand there."""

    code: str
    title: str
    note: str
    says: str = ""
    picture: Picture | None = None
    table: Table | None = None
    cascades: list[Cascade] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    links: list[SeriesLink] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.table is None and not self.cascades


def topics(names: Names) -> list[Topic]:
    """Every topic of the plans, the main plan's first."""
    return [topic for plan in names.plans for topic in plan.topics]


def chapters(topic: Topic, names: Names) -> list[ChapterShown]:
    """The chapters of a topic, from the country's own figures alone: nothing is added up from regions."""
    found: dict[str, list[Observation]] = {}
    for o in observations(indicators=sorted(topic.codes), areas=[names.country.code]):
        found.setdefault(o.indicator, []).append(o)
    return [_chapter(one, found, names) for one in topic.chapters]


def _chapter(one: Chapter, found: dict[str, list[Observation]], names: Names) -> ChapterShown:
    shown = {"cascade": _cascade, "rounds": _rounds, "years": _years, "newest": _newest}
    return shown[one.kind](one, found, names)


def _frame(one: Chapter, names: Names) -> ChapterShown:
    links = []
    for code in one.codes:
        plan = names.plan_of(code)
        if plan:
            links.append(SeriesLink(names.title(code), reverse("indicator", args=[plan.code, code])))
    return ChapterShown(one.code, names.say(one.title), names.say(one.note), links=links)


def _main(
    code: str, found: dict[str, list[Observation]], names: Names
) -> tuple[Indicator, list[Line]] | None:
    indicator = names.indicator(code)
    if indicator is None or code not in found:
        return None
    return indicator, main_lines(lines(found[code]), indicator, names)


def _cascade(one: Chapter, found: dict[str, list[Observation]], names: Names) -> ChapterShown:
    return replace(_frame(one, names), cascades=cascades(one, found, names))


def _rounds(one: Chapter, found: dict[str, list[Observation]], names: Names) -> ChapterShown:
    """Shares by year, one panel for each group; the table holds every drawn year."""
    panels: list[RoundSeries] = []
    drawn: list[tuple[str, Line]] = []
    for code in one.series:
        got = _main(code, found, names)
        if got is None:
            continue
        indicator, main = got
        for line in main:
            if not line.full_years:
                continue
            whom = names.population(line.group.population)
            drawn.append((whom, line))
            chart = trend(indicator, [line], names)
            if isinstance(chart, RoundsChart):
                panels += [RoundSeries(whom, series.rounds) for series in chart.series]
    frame = _frame(one, names)
    if not drawn:
        return frame
    drawing = RoundsChart(Heading(frame.title), tuple(panels[:MOST_PANELS]), digits=None) if panels else None
    periods = sorted({c.period for _whom, line in drawn for c in line.full_years}, reverse=True)
    rows = []
    for period in periods:
        cells = []
        for _whom, line in drawn:
            cell = next((c for c in line.full_years if c.period == period), None)
            cells.append(TableCell(tuple(show(o, names) for o in cell.shown)) if cell else TableCell())
        rows.append(TableRow(names.period(period), tuple(cells)))
    table = Table(frame.title, _("Year"), tuple(whom for whom, _line in drawn), rows)
    return replace(
        frame,
        says=_("The rounds are not joined: the sources do not say that sites and sampling stayed the same."),
        picture=picture(drawing, names.language) if drawing else None,
        table=table,
        sources=_sources([line for _whom, line in drawn]),
    )


def _years(one: Chapter, found: dict[str, list[Observation]], names: Names) -> ChapterShown:
    """Whole years alone; the parts stand beside the published total and are never added up into one."""
    frame = _frame(one, names)
    columns: list[tuple[str, Line]] = []
    for code in (one.total, *one.series):
        got = _main(code, found, names)
        if got and got[1] and got[1][0].years:
            columns.append((names.say(got[0].short_name), got[1][0]))
    if not columns:
        return frame
    total = _main(one.total, found, names)
    chart: CountsChart | StackedChart | None = None
    says = _said_of_years(columns, names)
    if total and total[1]:
        line = total[1][0]
        unit = _("million %(unit)s") % {"unit": names.symbol(line.group.unit)}
        known = [(c.period.text, o.value) for c in line.years if (o := c.headline) and o.value is not None]
        is_drawn = all(value >= 0 for _year, value in known)  # a correction below zero has no column
        counts = tuple(Count(year, float(value / MILLION)) for year, value in known if is_drawn)
        if counts:
            title = f"{frame.title}, {names.say(names.country.name)}, {unit}"
            says = f"{first_upper(unit)}. {says}".strip()
            digits = 1 if max(c.value for c in counts) >= 5 else 2
            divided = _divided(one.parts, counts, found, line.group.unit, names)
            chart = CountsChart(Heading(title), counts, digits=digits)
            if divided:
                chart = StackedChart(Heading(title), *divided, digits=digits)
    periods = sorted({c.period for _name, line in columns for c in line.years}, reverse=True)
    rows = [
        TableRow(names.period(period), tuple(_cell(line, period.text, names) for _name, line in columns))
        for period in periods
    ]
    symbol = names.symbol(columns[0][1].group.unit)
    table = Table(f"{frame.title}, {symbol}", _("Year"), tuple(name for name, _line in columns), rows)
    return replace(
        frame,
        says=says,
        picture=picture(chart, names.language) if chart else None,
        table=table,
        sources=_sources([line for _name, line in columns]),
    )


def _divided(
    parts: tuple[str, ...],
    totals: Sequence[Count],
    found: dict[str, list[Observation]],
    unit: str,
    names: Names,
) -> tuple[tuple[str, ...], tuple[StackedYear, ...]] | None:
    """Each year's total and its parts in millions of the total's own unit; None where no part is known."""
    known: dict[str, dict[str, float]] = {}
    for code in parts:
        got = _main(code, found, names)
        line = next((one for one in got[1] if one.group.unit == unit), None) if got else None
        if got and line and line.years:
            known[names.say(got[0].short_name)] = {
                c.period.text: float(o.value / MILLION)
                for c in line.years
                if (o := c.headline) and o.value is not None and o.value >= 0
            }
    if not known:
        return None
    years = (
        StackedYear(one.year, one.value, tuple(values.get(one.period) for values in known.values()))
        for one in totals
    )
    return tuple(known), tuple(years)


def _cell(line: Line, period: str, names: Names) -> TableCell:
    cell = next((c for c in line.years if c.period.text == period), None)
    return TableCell(tuple(_whole(o, names) for o in cell.shown)) if cell else TableCell()


def _whole(o: Observation, names: Names) -> Shown:
    """Money without its cents: the value's card keeps every printed digit."""
    shown = show(o, names)
    if o.value is None:
        return shown
    return replace(shown, bare=number(o.value.quantize(Decimal(1)), names.language))


def _said_of_years(columns: Sequence[tuple[str, Line]], names: Names) -> str:
    """The newest year of the total: what each published part is of it."""
    total = columns[0][1].latest
    if total.headline is None or not total.headline.value:
        return ""
    parts = []
    for name, line in columns[1:]:
        cell = next((c for c in line.years if c.period == total.period), None)
        if cell and cell.headline and cell.headline.value is not None:
            share = 100 * cell.headline.value / total.headline.value
            parts.append(f"{inside(name)} — {percent(share.quantize(Decimal(1)), names.language, 0)}")
    if not parts:
        return ""
    when = names.when(total.period)
    told = _("Of the total %(when)s: %(parts)s.") % {"when": when, "parts": "; ".join(parts)}
    return f"{told} {_('Parts may lie within each other.')}" if len(parts) > 1 else told


def _newest(one: Chapter, found: dict[str, list[Observation]], names: Names) -> ChapterShown:
    """One row for each series and group: its newest value, of a whole year or a day where there is one."""
    frame = _frame(one, names)
    rows, drawn = [], []
    for code in one.series:
        got = _main(code, found, names)
        if got is None:
            continue
        indicator, main = got
        for line in main:
            drawn.append(line)
            # each row has a unit of its own, so it stands beside the number
            shown = tuple(replace(one, bare=one.text) for one in (show(o, names) for o in line.latest.shown))
            several = len(main) > 1
            head = names.say(indicator.short_name)
            if several:
                head += f": {inside(group_words(line.group._replace(sex='', age=''), names))}"
            head = f"{head}, {names.period(line.latest.period)}"
            rows.append(TableRow(head, (TableCell(shown),), href=_page(code, names)))
    if not rows:
        return frame
    table = Table(frame.title, _("What"), (_("Newest"),), rows)
    return replace(frame, table=table, sources=_sources(drawn, latest=True))


def _page(code: str, names: Names) -> str:
    plan = names.plan_of(code)
    return reverse("indicator", args=[plan.code, code]) if plan else ""


def _sources(drawn: Sequence[Line], *, latest: bool = False) -> list[str]:
    cells = [c for line in drawn for c in ((line.latest,) if latest else line.full_years or line.cells)]
    return list(dict.fromkeys(o.source.title for c in cells for o in c.shown))
