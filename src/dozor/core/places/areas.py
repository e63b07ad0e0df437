"""Administrative units as a tree, with dates of validity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from dozor.core.text import Text


def is_valid(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether a day lies in a span whose ends are included and, when unknown, open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


@dataclass(frozen=True)
class AreaType:
    """A kind of administrative unit, as files of areas write it: ``oblast``, ``city district``."""

    code: str
    name: Text


@dataclass(frozen=True)
class Area:
    """One administrative unit.

    Parameters
    ----------
    code
        ISO 3166-2 for the country and its regions (``BY-HO``); below them a code of the plan's own.
    parent
        Code of the area it lies in; None for the country.
    valid_from, valid_to
        First and last day; None where unknown or open. A reorganised area ends, and its successors begin
        under codes of their own, so that figures keep the area they were counted in.
    population, population_on
        Residents as published, and the day they were counted on.
    """

    code: str
    name: Text
    type: str
    parent: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    population: int | None = None
    population_on: date | None = None
    area_km2: Decimal | None = None
    source: str | None = None

    def is_valid_on(self, day: date) -> bool:
        return is_valid(self.valid_from, self.valid_to, day)


@dataclass(frozen=True)
class Areas:
    """The tree of areas, in the order of its text."""

    areas: tuple[Area, ...]
    types: tuple[AreaType, ...] = ()

    def __iter__(self) -> Iterator[Area]:
        return iter(self.areas)

    def __len__(self) -> int:
        return len(self.areas)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @cached_property
    def _by_code(self) -> dict[str, Area]:
        return {area.code: area for area in self.areas}

    @cached_property
    def _by_name(self) -> dict[str, tuple[Area, ...]]:
        found: dict[str, tuple[Area, ...]] = {}
        for area in self.areas:
            for name in dict.fromkeys((area.name.en, area.name.ru, area.name.be)):
                found[name] = (*found.get(name, ()), area)
        return found

    @cached_property
    def _children(self) -> dict[str | None, tuple[Area, ...]]:
        found: dict[str | None, tuple[Area, ...]] = {}
        for area in self.areas:
            found[area.parent] = (*found.get(area.parent, ()), area)
        return found

    def area(self, code: str) -> Area:
        """Return the area with this code; KeyError when there is none."""
        return self._by_code[code]

    def find(self, text: str) -> Area | None:
        """Return the area with this code or this exact name in any of the three languages.

        None when there is no such area, or when several share the name.
        """
        if text in self._by_code:
            return self._by_code[text]
        named = self._by_name.get(text, ())
        return named[0] if len(named) == 1 else None

    @property
    def country(self) -> Area:
        """The area at the top."""
        return self._children[None][0]

    def regions(self) -> tuple[Area, ...]:
        """The areas right below the country: oblasts and the capital, in the order of the text."""
        return self.children(self.country.code)

    def children(self, code: str) -> tuple[Area, ...]:
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[Area, ...]:
        """The areas that hold this one, nearest first."""
        found: list[Area] = []
        parent = self.area(code).parent
        while parent is not None:
            found.append(self.area(parent))
            parent = found[-1].parent
        return tuple(found)

    def region_of(self, code: str) -> Area | None:
        """The region an area lies in, or is; None for the country."""
        path = (self.area(code), *self.ancestors(code))
        return path[-2] if len(path) > 1 else None

    def within(self, code: str) -> tuple[Area, ...]:
        """The area and everything below it, each parent before its children."""
        found = [self.area(code)]
        for area in found:
            found.extend(self.children(area.code))
        return tuple(found)

    def is_within(self, code: str, outer: str) -> bool:
        """Whether an area is another one or lies in it."""
        return code == outer or any(area.code == outer for area in self.ancestors(code))

    def type_name(self, code: str) -> Text:
        """Return the words for a type of area; KeyError when there is none."""
        return {t.code: t.name for t in self.types}[code]


def circle(parents: dict[str, str | None], start: str) -> tuple[str, ...]:
    """The codes of the circle that `start` is part of, ending where it began; empty when there is none."""
    path = [start]
    while (parent := parents.get(path[-1])) is not None:
        if parent in path:
            return (*path, parent) if parent == start else ()
        path.append(parent)
    return ()


def circles(parents: dict[str, str | None]) -> Iterable[tuple[str, ...]]:
    """Every circle once, beginning with its first member in the order given."""
    seen: set[str] = set()
    for code in parents:
        found = () if code in seen else circle(parents, code)
        seen.update(found)
        if found:
            yield found
