"""Maps of the places within a region: their newest values of one time, where their borders were given."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.urls import reverse

from dozor.apps.bank.queries import observations
from dozor.apps.organisations.shapes import shapes_of
from dozor.core.observations.observation import Observation
from dozor.core.observations.period import Period
from dozor.core.places import Area
from dozor.core.plan.model import Indicator
from dozor.publishing.charts import DistrictsMap, Heading
from dozor.web.faces import Shown, digits_worth, show
from dozor.web.lines import lines, main_lines
from dozor.web.names import Names
from dozor.web.pictures import Picture, best_regional_period, picture

FEWEST = 3  # places with a value, before a map says anything
MOST_MAPS = 2  # a page stays light; the table above has every indicator


@dataclass(frozen=True)
class DistrictRow:
    name: str
    href: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True)
class DistrictBlock:
    """One indicator over the places of a region whose borders were given; the table has all of them."""

    code: str
    title: str
    href: str
    have: int
    all: int
    picture: Picture
    rows: list[DistrictRow]
    sources: list[str]


def districts(places: tuple[Area, ...], names: Names) -> list[DistrictBlock]:
    """One block for each indicator with values of enough places at one time, most places first."""
    codes = [a.code for a in places]
    found: dict[str, list[Observation]] = defaultdict(list)
    for o in observations(areas=codes) if codes else ():
        found[o.indicator].append(o)
    blocks = [
        block
        for code, values in found.items()
        if (indicator := names.indicator(code)) and (block := _block(indicator, values, places, names))
    ]
    return sorted(blocks, key=lambda block: (-block.have, block.title))[:MOST_MAPS]


def _block(
    indicator: Indicator, values: list[Observation], places: tuple[Area, ...], names: Names
) -> DistrictBlock | None:
    by_area: dict[str, list[Observation]] = defaultdict(list)
    for o in values:
        by_area[o.area].append(o)
    main = {
        code: of_area[0]
        for code, some in by_area.items()
        if (of_area := main_lines(lines(some), indicator, names))
    }
    period: Period | None = best_regional_period(
        [o for line in main.values() for c in line.cells for o in c.values], set(main)
    )
    cells = {
        code: cell for code, line in main.items() for cell in line.cells if period and cell.period == period
    }
    known = {code: o for code, cell in cells.items() if (o := cell.headline) and o.value is not None}
    units = {o.figure.unit for o in known.values()}
    plan = names.plan_of(indicator.code)
    if period is None or len(known) < FEWEST or len(units) != 1 or plan is None:
        return None
    title = f"{names.say(indicator.short_name)}, {names.period(period)}, {names.symbol(units.pop())}"
    shapes = tuple(shapes_of([a.code for a in places]).values())
    if not any(shape.code in known for shape in shapes):
        return None
    drawn = DistrictsMap(
        Heading(title),
        shapes,
        {a.code: names.say(a.name) for a in places},
        {code: float(o.value) for code, o in known.items() if o.value is not None},
        digits=max(digits_worth(o) for o in known.values()),
        is_count=indicator.value_kind in ("count", "money"),
    )
    rows = [
        DistrictRow(
            names.say(a.name),
            reverse("place", args=[a.code]),
            tuple(show(o, names) for o in cells[a.code].shown) if a.code in cells else (),
        )
        for a in sorted(places, key=lambda a: names.say(a.name))
    ]
    return DistrictBlock(
        code=indicator.code,
        title=title,
        href=reverse("indicator", args=[plan.code, indicator.code]),
        have=len(known),
        all=len(places),
        picture=picture(drawn, names.language),
        rows=rows,
        sources=list(dict.fromkeys(o.source.title for o in known.values())),
    )
