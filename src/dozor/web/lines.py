"""One indicator's values arranged for reading: by group of people, then by time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dozor.core.observations.observation import Observation, Source
from dozor.core.observations.period import Period, PeriodKind
from dozor.core.plan.model import Indicator
from dozor.web.names import Names

WHOLE = ("", "all")


class Group(NamedTuple):
    """Whom a value speaks of, and in which unit; values of two groups never share a row."""

    population: str
    sex: str
    age: str
    unit: str


def group_of(o: Observation) -> Group:
    return Group(o.population, o.sex, o.age, o.figure.unit)


@dataclass(frozen=True)
class Cell:
    """What the sources say of one group at one time."""

    period: Period
    values: tuple[Observation, ...]

    @cached_property
    def headline(self) -> Observation | None:
        """The value to show; None while sources disagree and nobody has chosen."""
        chosen = next((o for o in self.values if o.is_headline), None)
        return chosen or (None if self.is_disputed else self.values[0])

    @property
    def is_disputed(self) -> bool:
        return len({o.value for o in self.values}) > 1

    @property
    def shown(self) -> tuple[Observation, ...]:
        """The headline, or every value while there is none."""
        return (self.headline,) if self.headline else self.values


@dataclass(frozen=True)
class Line:
    """One group over time."""

    group: Group
    cells: tuple[Cell, ...]

    @cached_property
    def full_years(self) -> tuple[Cell, ...]:
        return tuple(c for c in self.cells if c.period.is_full_year)

    @property
    def years(self) -> tuple[Cell, ...]:
        return tuple(c for c in self.cells if c.period.kind is PeriodKind.YEAR)

    @cached_property
    def latest(self) -> Cell:
        """The newest full year or state; a part of a year only where there is nothing else."""
        whole = [c for c in self.cells if c.period.kind is not PeriodKind.PART]
        return max(whole or self.cells, key=lambda c: (c.period.ends_on, c.period.starts_on))

    @property
    def later_part(self) -> Cell | None:
        """The newest part of a year that ends after the newest full year began to be the newest."""
        parts = [
            c
            for c in self.cells
            if c.period.kind is PeriodKind.PART and c.period.ends_on > self.latest.period.ends_on
        ]
        return max(parts, key=lambda c: c.period.ends_on) if parts else None

    def of_source(self, source: Source) -> Line:
        """What one source alone says."""
        own = ((c.period, tuple(o for o in c.values if o.source == source)) for c in self.cells)
        return Line(self.group, tuple(Cell(period, values) for period, values in own if values))


def lines(observations: Iterable[Observation]) -> list[Line]:
    """Arrange values of one indicator and one area; each line by time."""
    gathered: dict[Group, dict[Period, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for o in observations:
        gathered[group_of(o)][o.period].append(o)
    return [
        Line(group, tuple(Cell(p, tuple(values)) for p, values in sorted(cells.items())))
        for group, cells in gathered.items()
    ]


def main_lines(found: Sequence[Line], indicator: Indicator, names: Names) -> list[Line]:
    """The line that stands for each population the plan asks for, in the plan's order.

    A population's line is its total: over both sexes where the source gives that, else of the one sex
    there is; over all ages, else the widest age group.
    """
    made = []
    for population in indicator.populations:
        of_it = [one for one in found if one.group.population == population]
        if of_it:
            made.append(total_of(of_it, names))
    return made


def total_of(of_one_population: Sequence[Line], names: Names) -> Line:
    sexes = {one.group.sex for one in of_one_population}

    def rank(one: Line) -> tuple[bool, bool, int, int]:
        low, high = names.age_span(one.group.age)
        is_whole_sex = one.group.sex in WHOLE or len(sexes) == 1
        return (is_whole_sex, one.group.age in WHOLE, high - low, len(one.cells))

    return max(of_one_population, key=rank)


def group_words(group: Group, names: Names, *, beside: Group | None = None) -> str:
    """Name a group; what it shares with the total `beside` it goes without saying."""
    parts = []
    if beside is None or group.population != beside.population:
        parts.append(names.population(group.population))
    if group.sex not in WHOLE and (beside is None or group.sex != beside.sex):
        parts.append(names.sex(group.sex))
    if group.age not in WHOLE and (beside is None or group.age != beside.age):
        parts.append(names.age(group.age))
    return ", ".join(part if n == 0 else inside(part) for n, part in enumerate(parts))


def inside(phrase: str) -> str:
    """A name to stand inside a sentence; an abbreviation keeps its capitals."""
    return phrase[:1].lower() + phrase[1:] if phrase[1:2].islower() else phrase


def first_upper(phrase: str) -> str:
    return phrase[:1].upper() + phrase[1:]
