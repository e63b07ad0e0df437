"""Rates per 100,000 by region, for the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dozor.core.observations.observation import Observation, Source
from dozor.core.observations.period import PeriodKind
from dozor.core.plan.model import Situation
from dozor.publishing.report.data import ReportData
from dozor.publishing.report.values import Cell, cells


@dataclass(frozen=True)
class RegionRates:
    """One year's rates.

    `values`: by region code, per 100,000 residents; a region without a figure is absent. `population_on`:
    the year on whose 1 January residents were counted, when the rates are worked out here; None when they
    are as published. `national`: the country's own published rate of that year, never made from regions.
    """

    year: int
    values: dict[str, float]
    national: float | None
    sources: tuple[Source, ...]
    population_on: int | None


def region_rates(data: ReportData, *, of: str | None = None) -> RegionRates | None:
    """Return the rates of the report's year, or of the latest year before it that has any; None if none.

    `of`: only years that have this region's.

    Published rates and rates worked out here are never mixed in one map: whichever covers more regions is
    taken, published ones when they cover as many. A rate worked out here divides the year's count by the
    residents of the next 1 January or, where a region lacks it, of the year's own; one date for all.
    """
    if data.situation is None:
        return None
    for year in range(data.year, data.year - 30, -1):
        found = [
            rates
            for rates in (_published(data, year), *_derived(data, year))
            if rates is not None and (of is None or of in rates.values)
        ]
        if found:
            return max(found, key=lambda rates: (len(rates.values), rates.population_on is None))
    return None


def _told(data: ReportData) -> Situation:
    if data.situation is None:
        raise LookupError("no series tell the situation")
    return data.situation


def _published(data: ReportData, year: int) -> RegionRates | None:
    chosen = _of_year(data.observations, _told(data).rate, year)
    regions = {area.code for area in data.areas.regions()}
    values = {code: one for code, one in chosen.items() if code in regions}
    if not values:
        return None
    return _rates(data, year, _numbers(values), (one.source for one in values.values()), None)


def _derived(data: ReportData, year: int) -> Iterable[RegionRates]:
    counts = _of_year(data.observations, _told(data).count, year)
    for population_on in (year + 1, year):
        residents = _of_year(data.observations, _told(data).residents, population_on)
        both = [area.code for area in data.areas.regions() if area.code in counts and area.code in residents]
        if both:
            rates = {
                code: float(counts[code].value or 0) / float(residents[code].value or 1) * 100_000
                for code in both
            }
            sources = dict.fromkeys([counts[code].source for code in both])
            sources |= dict.fromkeys(residents[code].source for code in both)
            yield _rates(data, year, rates, sources, population_on)


def _of_year(observations: Iterable[Observation], indicator: str, year: int) -> dict[str, Observation]:
    """The one value of each area for a whole year, undivided; areas whose sources disagree are left out."""
    fitting = (
        one
        for one in observations
        if one.indicator == indicator
        and one.period.kind is PeriodKind.YEAR
        and one.period.year == year
        and one.is_total
        and one.population in ("general", "all", "")
        and one.value is not None
    )
    by_area: dict[str, list[Cell]] = {}
    for cell in cells(fitting):
        by_area.setdefault(cell.first.area, []).append(cell)
    return {
        area: some[0].chosen
        for area, some in by_area.items()
        if len(some) == 1 and some[0].chosen is not None
    }


def _rates(
    data: ReportData,
    year: int,
    values: dict[str, float],
    sources: Iterable[Source],
    population_on: int | None,
) -> RegionRates:
    """Add the country's own published rate, with its source."""
    own = _of_year(data.observations, _told(data).rate, year).get(data.areas.country.code)
    national = None if own is None else float(own.value or 0)
    named = dict.fromkeys([*sources, *([own.source] if own else [])])
    return RegionRates(year, values, national, tuple(named), population_on)


def _numbers(values: dict[str, Observation]) -> dict[str, float]:
    return {code: float(one.value or 0) for code, one in values.items()}
