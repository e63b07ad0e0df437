"""An indicator's values by region: one time, the map, the table behind it, the country beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from dozor.core.observations.observation import Observation
from dozor.core.observations.period import Period
from dozor.core.plan.model import Indicator
from dozor.publishing.charts import Heading, RegionTiles, TileSeries
from dozor.publishing.geometry import REGIONS
from dozor.web.faces import Shown, digits_worth, show, with_unit
from dozor.web.lines import Line, lines, main_lines
from dozor.web.names import Names
from dozor.web.pictures import Picture, best_regional_period, picture, regions_map

TILES_NEED = 5  # regions with a trend, before small multiples say anything
POINTS_NEED = 3


@dataclass(frozen=True)
class RegionRow:
    name: str
    href: str
    shown: tuple[Shown, ...]
    length: float  # of the bar, of 100


@dataclass(frozen=True)
class PlacesBlock:
    """What the part "by region" of an indicator's page shows.

    `sum_words` is said only where regions are missing or the country's own figure is not published: a sum
    over regions is never shown as the country's.
    """

    period: str
    is_part: bool
    picture: Picture | None
    tiles: Picture | None
    rows: list[RegionRow]
    have: int
    country: tuple[Shown, ...]
    country_length: float
    sum_words: str
    sources: list[str]
    unit: str


def places_block(
    indicator: Indicator, observations: Sequence[Observation], names: Names
) -> PlacesBlock | None:
    regions = [area.code for area in names.regions]
    per_region: dict[str, Line] = {}
    for code in regions:
        of_area = lines(o for o in observations if o.area == code)
        if main := main_lines(of_area, indicator, names):
            per_region[code] = main[0]
    shown_values = [o for line in per_region.values() for c in line.cells for o in c.values]
    period = best_regional_period(shown_values, set(regions))
    if period is None:
        return None
    units = {line.group.unit for line in per_region.values()}
    cells = {
        code: next((c for c in line.cells if c.period == period), None) for code, line in per_region.items()
    }
    values = {
        code: c.headline for code, c in cells.items() if c and c.headline and c.headline.value is not None
    }
    country = _country(indicator, observations, period, names)
    highest = max(
        (abs(o.value) for o in [*values.values(), *country] if o.value is not None), default=Decimal(0)
    )
    is_count = indicator.value_kind in ("count", "money")
    rows = [
        RegionRow(
            name=names.say(area.name),
            href=reverse("place", args=[area.code]),
            shown=tuple(show(o, names) for o in cell.shown) if (cell := cells.get(area.code)) else (),
            length=_length(
                values.get(area.code), max((o.value or Decimal(0) for o in values.values()), default=highest)
            ),
        )
        for area in names.regions
    ]
    rows.sort(key=lambda row: -row.length)
    digits = max((digits_worth(o) for o in values.values()), default=0)
    title = f"{names.say(indicator.short_name)}, {names.period(period)}"
    drawn = None
    if not is_count and len(values) > 1 and len(units) == 1:
        drawn = regions_map(
            title,
            {code: o.value for code, o in values.items() if o.value is not None},
            names,
            digits=digits,
            national=country[0].value if len(country) == 1 else None,
        )
    return PlacesBlock(
        period=names.period(period),
        is_part=not period.is_full_year,
        picture=picture(drawn, names.language) if drawn else None,
        tiles=_tiles(indicator, per_region, names),
        rows=rows,
        have=sum(1 for row in rows if row.shown),
        country=tuple(show(o, names) for o in country),
        country_length=_length(country[0], highest) if country and not is_count else 0,
        sum_words=_sum_words(values, len(regions), names) if is_count and not country else "",
        sources=list(dict.fromkeys(o.source.title for o in values.values())),
        unit=names.symbol(next(iter(units))),
    )


def _length(o: Observation | None, highest: Decimal) -> float:
    return float(abs(o.value) / highest * 100) if o and o.value is not None and highest else 0


def _country(
    indicator: Indicator, observations: Sequence[Observation], period: Period, names: Names
) -> tuple[Observation, ...]:
    """The country's own published figure for the same time."""
    of_country = lines(o for o in observations if o.area == names.country.code)
    for line in main_lines(of_country, indicator, names)[:1]:
        for cell in line.cells:
            if cell.period == period:
                return cell.shown
    return ()


def _sum_words(values: dict[str, Observation], all_regions: int, names: Names) -> str:
    numbers = [o.value for o in values.values() if o.value is not None]
    if len(numbers) < 2:
        return ""
    unit = next(iter(values.values())).figure.unit
    return _("Sum of %(have)s of %(all)s regions, not the country's figure: %(sum)s") % {
        "have": len(numbers),
        "all": all_regions,
        "sum": with_unit(sum(numbers, Decimal(0)), unit, names),
    }


def _tiles(indicator: Indicator, per_region: dict[str, Line], names: Names) -> Picture | None:
    """The seven regions over the years, each in its place, where enough of them have a trend."""
    series = {
        code: tuple(
            (c.period.text, float(c.headline.value))
            for c in line.full_years
            if c.headline and c.headline.value is not None
        )
        for code, line in per_region.items()
    }
    with_trend = [code for code, points in series.items() if len(points) >= POINTS_NEED]
    if len(with_trend) < TILES_NEED or {a.code for a in names.regions} != set(REGIONS):
        return None
    chart = RegionTiles(
        Heading(names.say(indicator.short_name)),
        names={code: names.region(code) for code in REGIONS},
        regions=tuple(TileSeries(code, points) for code, points in series.items()),
        comparable=False,
        digits=0 if indicator.value_kind in ("count", "money") else 1,
    )
    return picture(chart, names.language)
