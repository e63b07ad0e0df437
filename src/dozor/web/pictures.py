"""Chooses the chart that suits an indicator, from its values, and keeps the drawings."""

from __future__ import annotations

import re
from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dozor.apps.software import STAMP
from dozor.core.observations.observation import Match, Observation
from dozor.core.observations.period import Period
from dozor.core.plan.model import Indicator
from dozor.publishing.charts import (
    Band,
    BandPoint,
    Chart,
    Count,
    CountsChart,
    EstimateBand,
    Heading,
    PartOfYear,
    RegionsMap,
    Round,
    RoundsChart,
    RoundSeries,
    Spark,
    Width,
    draw_svg,
    specification,
)
from dozor.publishing.geometry import REGIONS
from dozor.web.faces import PERCENT, digits_of
from dozor.web.lines import Line, first_upper, group_words, inside
from dozor.web.names import Names

MOST_PANELS = 6
MOST_BANDS = 4


@dataclass(frozen=True)
class Picture:
    """A chart drawn for a wide and for a narrow page; style sheets show one of the two."""

    title: str
    wide: SafeString
    narrow: SafeString
    chart: Chart | None = None  # what is drawn, for those who draw it again


def picture(chart: Chart, language: str) -> Picture:
    return Picture(
        title=chart.heading.title if not isinstance(chart, Spark) else chart.what,
        wide=drawing(chart, language, "wide"),
        narrow=drawing(chart, language, "narrow"),
        chart=chart,
    )


def drawing(chart: Chart, language: str, width: Width = "wide") -> SafeString:
    """One chart as inline SVG without its own title; the same chart is drawn once."""
    svg = draw_svg(specification(chart, language, width, titled=False), language, DRAWN)
    return mark_safe(svg)  # noqa: S308 - drawn by our own publishing room, which drops all but shapes


class _Drawn(MutableMapping[str, str]):
    """Drawings in the instance's cache, with the newest ones at hand: ru, be and en ask in turn."""

    AT_HAND = 64

    def __init__(self) -> None:
        self.newest: OrderedDict[str, str] = OrderedDict()

    def __getitem__(self, key: str) -> str:
        found = self.newest.get(key) or cache.get(self._name(key))
        if found is None:
            raise KeyError(key)
        return str(found)

    def __setitem__(self, key: str, drawn: str) -> None:
        cache.set(self._name(key), drawn)
        self.newest[key] = drawn
        while len(self.newest) > self.AT_HAND:
            self.newest.popitem(last=False)

    def __delitem__(self, key: str) -> None:
        self.newest.pop(key, None)
        cache.delete(self._name(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self.newest)

    def __len__(self) -> int:
        return len(self.newest)

    @staticmethod
    def _name(key: str) -> str:
        return f"svg.{STAMP}.{key}"


DRAWN = _Drawn()


def trend(indicator: Indicator, main: Sequence[Line], names: Names) -> Chart | None:
    """The chart of an indicator over time; None where the values have no yearly shape."""
    drawn = [one for one in main if one.full_years][:MOST_PANELS]
    if not drawn or indicator.value_kind == "qualitative":
        return None
    heading = Heading(trend_title(indicator, drawn, names))
    if indicator.is_modelled:
        return _bands(drawn[0], heading)
    if indicator.value_kind in ("count", "money"):
        return _columns(drawn[0], heading, names)
    return _rounds(drawn, heading, names)


def trend_title(indicator: Indicator, drawn: Sequence[Line], names: Names) -> str:
    """What, whom, where, unit."""
    parts = [names.say(indicator.short_name)]
    if len(drawn) == 1:
        # an indicator of one population names it already
        group = drawn[0].group
        beside = group._replace(sex="", age="") if len(indicator.populations) == 1 else None
        parts.append(inside(group_words(group, names, beside=beside)))
    parts += [names.say(names.country.name), names.symbol(drawn[0].group.unit)]
    return ", ".join(part for part in parts if part)


def _rounds(drawn: Sequence[Line], heading: Heading, names: Names) -> RoundsChart | None:
    series = []
    unit = drawn[0].group.unit
    for one in drawn:
        rounds = tuple(_round(o) for c in one.full_years if (o := c.headline) and o.value is not None)
        if rounds and one.group.unit == unit:
            series.append(RoundSeries(names.population(one.group.population), rounds))
    if not series:
        return None
    highest = max(r.upper or r.value for s in series for r in s.rounds)
    return RoundsChart(heading, tuple(series), is_percent=unit == PERCENT and highest <= 100, digits=None)


def _round(o: Observation) -> Round:
    figure = o.figure
    has_interval = figure.lower is not None and figure.upper is not None
    return Round(
        o.period.text,
        float(figure.value or 0),
        float(figure.lower) if has_interval and figure.lower is not None else None,
        float(figure.upper) if has_interval and figure.upper is not None else None,
        is_near=o.match is Match.NEAR,
    )


def _columns(one: Line, heading: Heading, names: Names) -> CountsChart | None:
    years = [(c.period.text, o.value) for c in one.years if (o := c.headline) and o.value is not None]
    if not years or any(value < 0 for _period, value in years):
        return None
    part = None
    later = one.later_part
    if later and later.headline and later.headline.value is not None:
        part = PartOfYear(first_upper(names.period(later.period)), float(later.headline.value))
    return CountsChart(
        heading,
        tuple(Count(period, float(value)) for period, value in years),
        part=part,
        digits=max(digits_of(value) for _period, value in years),
    )


def _bands(one: Line, heading: Heading) -> EstimateBand | None:
    """One band for each source's vintage; they are never joined to each other."""
    points: dict[tuple[str, str], dict[int, BandPoint]] = defaultdict(dict)
    for cell in one.years:
        for o in cell.values:
            if o.value is None:
                continue
            label = (_model(o.source.title), _vintage(o))
            lower, upper = o.figure.lower, o.figure.upper
            points[label][o.period.year] = BandPoint(
                o.period.year,
                float(o.value),
                float(lower) if lower is not None else None,
                float(upper) if upper is not None else None,
            )
    if not points:
        return None
    # the longest releases first, of equal ones the newest
    fullest = sorted(points.items(), key=lambda item: (-len(item[1]), -max(item[1])))[:MOST_BANDS]
    digits = max(digits_of(o.value) for c in one.years for o in c.values if o.value is not None)
    return EstimateBand(
        heading,
        tuple(Band(model, vintage, tuple(by_year.values())) for (model, vintage), by_year in sorted(fullest)),
        is_percent=one.group.unit == PERCENT,
        digits=digits,
    )


def _model(title: str) -> str:
    return re.split(r"[,(:]", title, maxsplit=1)[0].strip()


def _vintage(o: Observation) -> str:
    year = o.source.year
    return _("release of %(year)s") % {"year": year} if year else _("year of release not known")


def spark(one: Line, title: str, language: str) -> SafeString | None:
    """A small trend to stand beside a figure; None with fewer than three full years."""
    points = tuple(
        (c.period.text, float(o.value)) for c in one.full_years if (o := c.headline) and o.value is not None
    )
    if len(points) < 3:
        return None
    return drawing(Spark(title, points), language)


def regions_map(
    title: str,
    values: Mapping[str, Decimal],
    names: Names,
    *,
    digits: int,
    national: Decimal | None = None,
    notes: tuple[str, ...] = (),
) -> RegionsMap | None:
    """A map of the regions; None in a country whose regions have no drawn shapes."""
    if {area.code for area in names.regions} != set(REGIONS) or not values:
        return None
    return RegionsMap(
        Heading(title),
        names={code: names.region(code) for code in REGIONS},
        values={code: float(value) for code, value in values.items() if code in REGIONS},
        digits=digits,
        national=None if national is None else float(national),
        notes=notes,
    )


def best_regional_period(observations: Sequence[Observation], regions: set[str]) -> Period | None:
    """The time with the most regions; then a year before a state on a day before a part; then the newest."""
    areas: dict[Period, set[str]] = defaultdict(set)
    for o in observations:
        if o.area in regions and o.value is not None:
            areas[o.period].add(o.area)
    if not areas:
        return None
    order = {"year": 3, "round": 3, "state": 2, "part": 1}
    return max(areas, key=lambda p: (len(areas[p]), order[p.kind], p.ends_on))
