"""A whole population of people, institutions or records, and what each would answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dozor.core.plan import Plan
from dozor.core.plan.definitions import DesignKind
from dozor.core.plan.instruments import Instrument
from dozor.core.simulation.columns import Column, Columns
from dozor.core.simulation.drawing import Crowd, Drawing, draw
from dozor.core.simulation.roles import Roles, narrowest_areas, place_answers, roles_of
from dozor.core.simulation.truths import Truths

Rows = NDArray[np.intp]
STRATA_OF_AREA = ("1", "2")  # the larger and the smaller part of an area
STRATA_WITHOUT_AREA = ("1", "2", "3", "4", "5", "6")
SMALLEST_PLACE = 8


@dataclass(frozen=True)
class Frame:
    """The list a sample is drawn from: places with their stratum, area and number of units.

    Every array has shape (places,).
    """

    site: Sequence[str]
    stratum: Sequence[str]
    area: Sequence[str]
    size: NDArray[np.intp]

    @property
    def strata(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.stratum))

    def of_stratum(self, code: str) -> Rows:
        return np.array([n for n, s in enumerate(self.stratum) if s == code], dtype=np.intp)


@dataclass(frozen=True)
class Population:
    """Everybody there is, with the answers each would give.

    Parameters
    ----------
    columns
        Field → answers, shape (n,).
    turns
        Repeated group → (row each turn belongs to, its answers with those given once beside them).
    """

    plan: Plan
    instrument: Instrument
    roles: Roles
    truths: Truths
    year: int
    today: date
    frame: Frame
    crowd: Crowd
    columns: Columns
    turns: Mapping[str, tuple[Rows, Columns]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return self.crowd.size

    def drawing(self, given: Columns) -> Drawing:
        return Drawing(self.instrument, self.truths, self.year, self.today, given)


def populate(
    plan: Plan,
    instrument: Instrument,
    truths: Truths,
    *,
    parents: Mapping[str, str],
    year: int,
    today: date,
    rng: np.random.Generator,
    size: int | None = None,
    kind: DesignKind = "sample",
    areas: Sequence[str] = (),
    places: int = 12,
) -> Population:
    """Make a population for an instrument.

    Parameters
    ----------
    parents
        Area → the area it lies in.
    size
        How many there are about; by default what the truths say, else 1000.
    areas
        Narrowest areas to live in; by default all that the instrument offers.
    kind
        How the round samples; what it settles for everybody stands in the truths (`Truths.designs`).
    places
        Places of the survey in each stratum of a sample; chains of recruitment have one in each area.
    """
    roles = roles_of(plan, instrument, parents)
    wanted = size or truths.sizes.get(instrument.code, 1000)
    lived_in = areas or narrowest_areas(instrument, roles)
    frame = _frame(roles, lived_in, wanted, 1 if kind == "rds" else places, kind == "rds", rng)
    place = np.repeat(np.arange(len(frame.site)), frame.size).astype(np.intp)
    crowd = Crowd(place, rng.standard_normal(len(place)))
    given = _given(instrument, roles, frame, parents, crowd, truths.designs.get(kind, {}))
    drawing = Drawing(instrument, truths, year, today, given)
    columns = draw(drawing, crowd, rng)
    turns = {
        name: _turns(drawing, crowd, columns, name, rng)
        for name in dict.fromkeys(f.repeat for f in instrument.fields if f.repeat)
    }
    return Population(plan, instrument, roles, truths, year, today, frame, crowd, columns, turns)


def _frame(
    roles: Roles,
    areas: Sequence[str],
    size: int,
    places: int,
    is_whole: bool,
    rng: np.random.Generator,
) -> Frame:
    """Strata of unequal size and their places of unequal size; where nothing divides, one for each area."""
    halves: tuple[str, ...] = STRATA_OF_AREA[:1]
    if roles.stratum and not is_whole:
        halves = STRATA_WITHOUT_AREA if tuple(areas) == ("",) else STRATA_OF_AREA
    in_stratum = places if roles.cluster else 1
    strata = [(area, half) for area in areas for half in halves]
    weight = np.repeat([2.0 if half in {"1", "4"} else 1.0 for _, half in strata], in_stratum)
    weight = weight * np.exp(rng.normal(0, 0.4, len(weight)))
    least = SMALLEST_PLACE if roles.cluster else 1
    sizes = np.maximum(least, np.rint(size * weight / weight.sum())).astype(np.intp)
    stratum = [f"{_short(area) or 'S'}-{half}" for area, half in strata for _ in range(in_stratum)]
    area = [area for area, _ in strata for _ in range(in_stratum)]
    site = [f"{code}-{n % in_stratum + 1:02d}" for n, code in enumerate(stratum)]
    return Frame(site, stratum, area, sizes)


def _short(area: str) -> str:
    """An area's code as a sampling list would shorten it: ``BY-HO-c-gomel`` → ``HO-gomel``."""
    parts = [part for part in area.split("-")[1:] if len(part) > 1]
    return "-".join(parts)[:11]


def _given(
    instrument: Instrument,
    roles: Roles,
    frame: Frame,
    parents: Mapping[str, str],
    crowd: Crowd,
    settled: Mapping[str, str],
) -> dict[str, Column]:
    by_place: dict[str, list[str]] = {}
    if roles.cluster:
        by_place[roles.cluster] = list(frame.site)
    if roles.stratum:
        by_place[roles.stratum] = list(frame.stratum)
    for name in roles.areas:
        by_place[name] = [
            place_answers(instrument, roles, area, parents).get(name, "") for area in frame.area
        ]
    given = {name: np.array(codes, dtype=object)[crowd.place] for name, codes in by_place.items()}
    same = {
        name: np.full(crowd.size, answer, dtype=object)
        for name, answer in settled.items()
        if instrument.has_field(name)
    }
    return {**given, **same}


def _turns(
    drawing: Drawing, crowd: Crowd, columns: Columns, repeat: str, rng: np.random.Generator
) -> tuple[Rows, Columns]:
    fewest, most = drawing.truths.turns.get(repeat, (1, 3))
    rows = np.repeat(np.arange(crowd.size), rng.integers(fewest, most + 1, crowd.size)).astype(np.intp)
    once = {name: column[rows] for name, column in columns.items()}
    return rows, draw(
        Drawing(drawing.instrument, drawing.truths, drawing.year, drawing.today, once),
        crowd.within(rows),
        rng,
        repeat=repeat,
    )
