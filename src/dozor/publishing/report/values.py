"""Chooses from the bank what a report shows of each series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from dozor.core.observations.observation import Match, Observation, Source
from dozor.core.observations.period import Period, PeriodKind
from dozor.core.plan import Age, Plan

WHOLE = ("all", "")


@dataclass(frozen=True)
class Cell:
    """Every source's value for one indicator, group, place and period."""

    observations: tuple[Observation, ...]

    @property
    def period(self) -> Period:
        return self.observations[0].period

    @property
    def first(self) -> Observation:
        return self.observations[0]

    @property
    def chosen(self) -> Observation | None:
        """The value to show: the headline, or what all sources agree on; None where they disagree."""
        headline = [one for one in self.observations if one.is_headline]
        if headline:
            return headline[0]
        agree = {(one.value, one.figure.unit) for one in self.observations}
        return self._fullest if len(agree) == 1 else None

    @property
    def _fullest(self) -> Observation:
        return max(self.observations, key=lambda one: (one.figure.lower is not None, one.is_total))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the chosen value; of all values where none is chosen."""
        chosen = self.chosen
        values = [one for one in self.observations if chosen is None or one.value == chosen.value]
        return tuple(dict.fromkeys(one.source for one in values))

    @property
    def is_near(self) -> bool:
        return any(one.match is Match.NEAR for one in self.observations)


def cells(observations: Iterable[Observation]) -> list[Cell]:
    """Gather observations into cells, in order of time."""
    found: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for one in observations:
        key = (one.indicator, one.population, one.sex, one.age, one.area, one.period.text)
        found[key].append(one)
    return sorted((Cell(tuple(some)) for some in found.values()), key=lambda cell: cell.period)


@dataclass(frozen=True)
class Selection:
    """The observations of one place up to one year, ready to be asked for a series."""

    observations: tuple[Observation, ...]
    plan: Plan

    @classmethod
    def of(cls, observations: Iterable[Observation], plan: Plan, *, area: str, year: int) -> Selection:
        kept = (one for one in observations if one.area == area and one.period.reporting_year <= year)
        return cls(tuple(kept), plan)

    @cached_property
    def _by_series(self) -> dict[tuple[str, str], list[Observation]]:
        found: dict[tuple[str, str], list[Observation]] = defaultdict(list)
        for one in self.observations:
            found[(one.indicator, one.population)].append(one)
        return found

    def totals(self, indicator: str, population: str) -> list[Cell]:
        """The undivided value of each full year, round or date, in order of time.

        Where a source gives no undivided value because the group has but one sex or one age (female sex
        workers, young people of 15–24), that one is the whole.
        """
        by_period: dict[Period, list[Observation]] = defaultdict(list)
        for one in self._by_series.get((indicator, population), ()):
            if one.value is not None and one.period.kind is not PeriodKind.PART:
                by_period[one.period].append(one)
        return [
            Cell(tuple(whole)) for _, some in sorted(by_period.items()) if (whole := _whole(some, self.plan))
        ]

    def parts(self, indicator: str, population: str) -> list[Cell]:
        """Values by sex or by age, of full years and rounds."""
        totals = {one.id for cell in self.totals(indicator, population) for one in cell.observations}
        return cells(
            one
            for one in self._by_series.get((indicator, population), ())
            if one.period.is_full_year and one.value is not None and one.id not in totals
        )

    def further(self, indicator: str, populations: Sequence[str]) -> list[Cell]:
        """The latest value for every population or breakdown that is not among those the plan names."""
        latest: dict[str, Cell] = {}
        for cell in cells(one for one in self.observations if one.indicator == indicator):
            if cell.first.population not in populations and cell.period.kind is not PeriodKind.PART:
                latest[cell.first.population] = cell
        return list(latest.values())

    def part_of_year(self, indicator: str, population: str, year: int) -> Cell | None:
        """The longest part of the year there is a figure for."""
        some = [
            cell
            for cell in cells(one for one in self._by_series.get((indicator, population), ()) if one.is_total)
            if cell.period.kind is PeriodKind.PART and cell.period.year == year
        ]
        return max(some, key=lambda cell: cell.period.ends_on - cell.period.starts_on, default=None)


def _whole(some: list[Observation], plan: Plan) -> list[Observation]:
    undivided = [one for one in some if one.sex in WHOLE and one.age in WHOLE]
    if undivided:
        return undivided
    sexes = {one.sex for one in some}
    sex = next((sex for sex in WHOLE if sex in sexes), next(iter(sexes)) if len(sexes) == 1 else None)
    ages = [plan.age(code) for code in dict.fromkeys(one.age for one in some if one.sex == sex)]
    age = _widest(ages)
    return [one for one in some if one.sex == sex and age is not None and one.age == age.code]


def _widest(ages: list[Age]) -> Age | None:
    whole = [age for age in ages if age.code in WHOLE]
    if whole:
        return whole[0]
    for wide in ages:
        if all(_holds(wide, age) for age in ages):
            return wide
    return None


def _holds(wide: Age, age: Age) -> bool:
    lowest, highest = wide.lowest or 0, wide.highest if wide.highest is not None else 999
    return lowest <= (age.lowest or 0) and (age.highest if age.highest is not None else 999) <= highest


def digits_of(values: Iterable[Decimal | None]) -> int:
    """Return how many digits after the decimal sign a chart's figures get: 1 where any has some, else 0."""
    known = [value for value in values if value is not None]
    if any(abs(value) >= 1000 for value in known):
        return 0
    return int(any(value != value.to_integral_value() for value in known))
