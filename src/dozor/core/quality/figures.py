"""Figures as the rules see them: what each speaks of, how much, out of how many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from dozor.core.observations.observation import Observation
from dozor.core.plan import Plan

# count: persons or things; share: a part of a whole, on 0–1; amount: money and other positive sums;
# level: a mean, a median, an index, of which two do not add up
Kind = Literal["count", "share", "amount", "level"]
_LEVELS = ("mean", "median", "index", "composite", "qualitative")


class Cell(NamedTuple):
    """What a figure speaks of; `year` is the year its period ends in."""

    indicator: str
    population: str
    sex: str
    age: str
    area: str
    year: int

    @property
    def is_total(self) -> bool:
        return self.sex in ("", "all") and self.age in ("", "all")


@dataclass(frozen=True)
class Reported:
    """One figure as handed in.

    Parameters
    ----------
    value
        In the unit as printed; NaN never: a figure that is missing has no `Reported`.
    step
        One unit of the last printed digit.
    factor
        What a share was multiplied by to be printed (100 for percent); 1 for everything else.
    numerator, denominator
        Counts behind a share, where they were given.
    lower, upper
        Bounds as printed, in the value's unit.
    """

    cell: Cell
    value: float
    kind: Kind
    step: float = 1.0
    factor: float = 1.0
    numerator: float | None = None
    denominator: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def share(self) -> float:
        return self.value / self.factor

    @property
    def shown(self) -> str:
        return plain(self.value, self.step)


def plain(value: float, step: float = 1.0) -> str:
    """Write a number with as many digits as its step has."""
    digits = 0 if step >= 1 else len(f"{step:.8f}".rstrip("0").partition(".")[2])
    return f"{value:.{digits}f}"


def reported(observations: Iterable[Observation], plan: Plan) -> Iterator[Reported]:
    """Take from observations those the rules can judge: numbers of full years, of the plan's indicators."""
    for o in observations:
        if o.value is None or not o.period.is_full_year or not plan.has_indicator(o.indicator):
            continue
        unit, indicator = plan.unit(o.figure.unit), plan.indicator(o.indicator)
        # a model's figures are rounded one by one: they add up as sums of money do, not as counted persons
        kind: Kind = "count" if unit.is_count and not indicator.is_modelled else "amount"
        if unit.factor:
            kind = "share"
        elif indicator.value_kind in _LEVELS:
            kind = "level"
        exponent = min(int(o.value.as_tuple().exponent), 0)
        yield Reported(
            Cell(o.indicator, o.population, o.sex, o.age, o.area, o.period.year),
            float(o.value),
            kind,
            step=float(Decimal(1).scaleb(exponent)),
            factor=float(unit.factor or 1),
            numerator=_number(o.figure.numerator),
            denominator=_number(o.figure.denominator),
            lower=_number(o.figure.lower),
            upper=_number(o.figure.upper),
        )


def _number(found: Decimal | None) -> float | None:
    return None if found is None else float(found)


Series = tuple[str, str, str, str]  # indicator, population, sex, age


def series_of(cell: Cell) -> Series:
    return cell[:4]


def by_series(figures: Iterable[Reported]) -> dict[Series, dict[tuple[str, int], Reported]]:
    """Figures of one kind of people over areas and years."""
    grouped: dict[Series, dict[tuple[str, int], Reported]] = {}
    for figure in figures:
        grouped.setdefault(series_of(figure.cell), {})[figure.cell.area, figure.cell.year] = figure
    return grouped


def siblings(areas: Iterable[str], parent: Callable[[str], str | None]) -> Mapping[str | None, list[str]]:
    """Areas by the area they lie in: those that may be compared with one another."""
    found: dict[str | None, list[str]] = {}
    for area in areas:
        found.setdefault(parent(area), []).append(area)
    return found


def at(cell: Cell, **changes: object) -> Cell:
    return cell._replace(**changes)  # type: ignore[arg-type]
