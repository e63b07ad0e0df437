"""The first page: a few figures, the regions, what changed, the plan's directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dozor.apps.bank.models import ValuesImport
from dozor.apps.bank.queries import observations, read_in_place
from dozor.apps.organisations.scope import Right
from dozor.core.observations.observation import Observation
from dozor.core.plan.model import Indicator
from dozor.language.numbers import number
from dozor.publishing.charts import Heading, RoundsChart, RoundSeries
from dozor.web.faces import PERCENT, Shown, show
from dozor.web.lines import Cell, Line, lines, main_lines
from dozor.web.names import Names
from dozor.web.overview import Choice, Regional, choice, completeness, regional
from dozor.web.pictures import Picture, picture, regions_map, spark, trend
from dozor.web.remembered import remembered
from dozor.web.rights import asks
from dozor.web.topics import topics

MOST_CHANGES = 3


@dataclass(frozen=True)
class TopFigure:
    """One of the figures at the top: the newest national value with the one before it."""

    title: str
    href: str
    shown: tuple[Shown, ...]
    before: Shown | None
    trend: SafeString | None
    interval_words: str
    unit: str  # said small beside the number; a percent sign belongs to the number itself


@asks(Right.READ_BANK)
def glance(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    return render(request, "glance.html", what_it_says(names))


def what_it_says(names: Names) -> dict[str, Any]:
    """Everything the first page says, worked out once while the bank stays as it is."""
    return remembered("glance", names, lambda: _context(names))


def _context(names: Names) -> dict[str, Any]:
    chosen = choice(names)
    regions = [area.code for area in names.regions]
    found = observations(indicators=sorted(chosen.codes), areas=[names.country.code, *regions])
    national = [o for o in found if o.area == names.country.code]
    regional_figures = regional(chosen, found, names)
    return {
        "title": (chosen.title or {}).get(names.language) or names.say(names.main_plan.short_title),
        "lede": (chosen.lede or {}).get(names.language)
        or _(
            "Published figures, each with its source. Every number opens its card: what it is, whom it "
            "speaks of, who collected it and when, and what it does not tell."
        ),
        "figures": [f for code in chosen.figures if (f := _top_figure(code, national, names))],
        "rounds": _rounds(chosen, national, names),
        "regional": regional_figures and _regions(regional_figures, chosen, national, names),
        "topics": topics(names),
        "directions": directions(names),
        "changes": [] if read_in_place() else _changes(),
    }


def _changes() -> list[ValuesImport]:
    return list(ValuesImport.objects.filter(is_simulated=False).order_by("-id")[:MOST_CHANGES])


def _top_figure(code: str, national: list[Observation], names: Names) -> TopFigure | None:
    indicator = names.indicator(code)
    if indicator is None:
        return None
    main = main_lines(lines(o for o in national if o.indicator == code), indicator, names)
    if not main:
        return None
    line = main[0]
    latest = line.latest
    if indicator.is_modelled:
        # two releases of a model are two different stories: a change between them is no change
        line = line.of_source(latest.shown[0].source)
    same_kind = [c for c in line.cells if c.period.kind is latest.period.kind and c.period < latest.period]
    before = same_kind[-1].headline if same_kind else None
    shown = tuple(show(o, names) for o in latest.shown)
    return TopFigure(
        title=names.say(indicator.short_name),
        href=_page(code, names),
        shown=shown,
        before=show(before, names) if before else None,
        trend=spark(line, names.say(indicator.short_name), names.language),
        interval_words=_interval_words(indicator, shown),
        unit="" if line.group.unit == PERCENT else names.symbol(line.group.unit),
    )


def _interval_words(indicator: Indicator, shown: tuple[Shown, ...]) -> str:
    if any(s.interval for s in shown):
        return ""
    is_sample = indicator.value_kind in ("proportion", "mean", "median") and indicator.period_kind == "round"
    return _("no interval published") if is_sample else ""


def _page(code: str, names: Names) -> str:
    plan = names.plan_of(code)
    return reverse("indicator", args=[plan.code, code]) if plan else ""


@dataclass(frozen=True)
class RoundsLink:
    label: str
    href: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class RoundsBlock:
    title: str
    says: str
    picture: Picture
    links: list[RoundsLink]
    sources: list[str]


def _rounds(chosen: Choice, national: list[Observation], names: Names) -> RoundsBlock | None:
    """Survey rounds of several indicators, one panel each, on one scale."""
    series: list[RoundSeries] = []
    links: list[RoundsLink] = []
    sources: list[str] = []
    for code in chosen.rounds:
        indicator = names.indicator(code)
        if indicator is None:
            continue
        main: list[Line] = main_lines(lines(o for o in national if o.indicator == code), indicator, names)
        chart = trend(indicator, main[:1], names)
        if not isinstance(chart, RoundsChart):
            continue
        population = names.population(indicator.populations[0])
        series += [RoundSeries(population, one.rounds) for one in chart.series]
        shown = tuple(show(o, names) for o in main[0].latest.shown)
        links.append(RoundsLink(names.say(indicator.short_name), _page(code, names), shown))
        sources += [o.source.title for c in main[0].full_years for o in c.shown]
    if not series:
        return None
    title = (chosen.rounds_title or {}).get(names.language) or links[0].label
    return RoundsBlock(
        title=title,
        says=_("The rounds are not joined: the sources do not say that sites and sampling stayed the same."),
        picture=picture(RoundsChart(Heading(title), tuple(series), digits=None), names.language),
        links=links,
        sources=list(dict.fromkeys(sources)),
    )


@dataclass(frozen=True)
class RegionRow:
    name: str
    href: str
    count: Shown | None
    rate: str
    rank: float


def _regions(found: Regional, chosen: Choice, national: list[Observation], names: Names) -> dict[str, Any]:
    """The map and, behind it, the table of all regions."""
    period = names.period(found.period)
    title = f"{names.say(found.indicator.short_name)}, {period}"
    has_rates = bool(found.rates)
    unit = names.symbol(chosen.per_unit) if has_rates else names.symbol(found.indicator.unit)
    values = (
        found.rates if has_rates else {c: o.value for c, o in found.values.items() if o.value is not None}
    )
    rows = []
    for area in names.regions:
        o = found.values.get(area.code)
        rate = found.rates.get(area.code)
        rows.append(
            RegionRow(
                name=names.say(area.name),
                href=reverse("place", args=[area.code]),
                count=show(o, names) if o else None,
                rate=number(rate, names.language, 1) if rate is not None else "",
                rank=float(values.get(area.code) or -1),
            )
        )
    rows.sort(key=lambda row: -row.rank)
    country = _country_cell(found, national)
    drawn = regions_map(f"{title}, {unit}", values, names, digits=1 if has_rates else 0)
    return {
        "title": title,
        "unit": unit,
        "unit_name": names.unit(chosen.per_unit if has_rates else found.indicator.unit),
        "rows": rows,
        "have": len(found.values),
        "all": len(rows),
        "country": show(country, names) if country else None,
        "country_name": names.say(names.country.name),
        "picture": picture(drawn, names.language) if drawn else None,
        "has_rates": has_rates,
        "count_head": names.say(found.indicator.short_name),
        "leaders": [row for row in rows[:2] if row.rate] if has_rates else [],
        "sources": list(dict.fromkeys(o.source.title for o in found.values.values())),
        "denominator": next(iter(found.denominators.values()), None),
        "denominator_name": names.title(chosen.per_indicator) if has_rates else "",
        "csv": _page(found.indicator.code, names).rstrip("/") + ".csv",
        "href": _page(found.indicator.code, names),
    }


def _country_cell(found: Regional, national: list[Observation]) -> Observation | None:
    """The country's own published figure of the same time; never a sum."""
    cells: list[Cell] = [
        c
        for line in lines(o for o in national if o.indicator == found.indicator.code and o.is_total)
        for c in line.cells
        if c.period == found.period
    ]
    return cells[0].headline if cells else None


@dataclass(frozen=True)
class DirectionRow:
    number: int
    name: str
    states: list[tuple[str, str]]  # indicator's code and state, for the small sign
    exact: int
    near: int
    total: int
    newest: str


def directions(names: Names) -> list[DirectionRow]:
    """The plan's directions as a table of contents, with how much of each has been published."""
    found = completeness(names)
    made = []
    for direction in names.main_plan.directions:
        own = [c for c in found if c.indicator.direction == direction.number]
        made.append(
            DirectionRow(
                number=direction.number,
                name=names.say(direction.short_name),
                states=[(c.indicator.code, c.state) for c in own],
                exact=sum(c.state == "exact" for c in own),
                near=sum(c.state == "near" for c in own),
                total=len(own),
                newest=max((c.newest for c in own if c.newest), default=""),
            )
        )
    return made
