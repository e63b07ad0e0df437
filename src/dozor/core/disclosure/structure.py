"""How quantities hang together: wholes and parts in every dimension, and totals that run over years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dozor.core.places import Areas
from dozor.core.plan.vocabulary import Age


@dataclass(frozen=True)
class Division:
    """A whole and parts that do not overlap.

    Parameters
    ----------
    is_complete
        The parts make up the whole. Otherwise, or where a part has no cell, their sum is at most the whole.
    """

    whole: str
    parts: tuple[str, ...]
    is_complete: bool = True


@dataclass(frozen=True)
class Structure:
    """What everyone knows of sums and inequalities between quantities.

    Parameters
    ----------
    areas, populations, sexes, measures
        Divisions by code. A cascade is made of incomplete divisions of measures: diagnosed ⊇ on therapy
        ⊇ suppressed. One place under two codes (Minsk, city and region) is a division with one part.
    ages
        Age code → lowest and highest completed year, both included; None is an open end.
    flows
        Measures that add up over time: the parts of a year make the year.
    running
        Pairs (running total, flow): the total on a day less the total on an earlier day is the flow between.
    """

    areas: tuple[Division, ...] = ()
    populations: tuple[Division, ...] = ()
    sexes: tuple[Division, ...] = (Division("all", ("female", "male")),)
    ages: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    measures: tuple[Division, ...] = ()
    flows: frozenset[str] = frozenset()
    running: tuple[tuple[str, str], ...] = ()


def divisions_of_areas(areas: Areas, on: date) -> tuple[Division, ...]:
    """Every area and its children, as they were on a day."""
    found = []
    for area in areas:
        children = tuple(child.code for child in areas.children(area.code) if child.is_valid_on(on))
        if children:
            found.append(Division(area.code, children))
    return tuple(found)


def spans_of_ages(ages: tuple[Age, ...]) -> dict[str, tuple[int | None, int | None]]:
    """The ends of age groups that have any; ``all`` is everyone."""
    spans = {age.code: (age.lowest, age.highest) for age in ages if (age.lowest, age.highest) != (None, None)}
    return spans | {"all": (None, None)}
