"""Gives numerators and denominators of shares and rates the names of the counts they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dozor.core.disclosure.cell import ALL, About, Cell, Kind
from dozor.core.disclosure.declared import Quotient
from dozor.core.observations.period import NotAPeriod, read_period


@dataclass(frozen=True)
class Undivided:
    """Whom a share of everyone is of: the group each group is part of, and the area above all others."""

    wholes: Mapping[str, str]
    country: str

    def everyone(self, about: About) -> About:
        """The undivided figure of the same place; for an undivided one that of the country."""
        population, seen = about.population, {about.population}
        while (above := self.wholes.get(population)) is not None and above not in seen:
            population = above
            seen.add(above)
        whole = replace(about, population=population, sex=ALL, age=ALL)
        return whole if whole != about else replace(about, area=self.country)


def join_quotients(
    cells: Sequence[Cell], quotients: Mapping[str, Quotient], undivided: Undivided
) -> list[Cell]:
    """Return the cells, those with a declared quotient joined to the counts they are made of.

    Parameters
    ----------
    cells
        Counts are known by their indicator's code (`About.measure`).
    quotients
        By id of the share or rate.

    Notes
    -----
    A share whose own numerator is not recorded takes that of the count beside it: a reader who knows both
    divides as well. A numerator that is not the count's (another day, another source) keeps a name of its
    own: it is another number.
    """
    counts = {cell.about: int(cell.value) for cell in cells if cell.kind is Kind.COUNT}
    taken = dict(counts)
    joined = []
    for cell in cells:
        quotient = quotients.get(cell.id)
        if quotient is not None and cell.kind in (Kind.SHARE, Kind.RATE):
            joined.append(_joined(cell, quotient, counts, taken, undivided))
        else:
            joined.append(cell)
    return joined


def _joined(
    cell: Cell,
    quotient: Quotient,
    counts: Mapping[About, int],
    taken: dict[About, int],
    undivided: Undivided,
) -> Cell:
    top = cell.about.of(quotient.numerator)
    bottoms = list(_denominators(cell.about, quotient, undivided))
    bottom = next((one for one in bottoms if one in counts), bottoms[0])
    if top == bottom:
        return cell
    numerator = counts.get(top) if cell.numerator is None else cell.numerator
    denominator = counts.get(bottom) if cell.denominator is None else cell.denominator
    if numerator is None or not denominator or (cell.kind is Kind.SHARE and numerator > denominator):
        return cell
    found = replace(cell, numerator=numerator, denominator=denominator)
    if taken.setdefault(top, numerator) == numerator:
        found = replace(found, numerator_measure=top.measure)
    if taken.setdefault(bottom, denominator) == denominator:
        found = replace(found, denominator_of=bottom)
    return found


def _denominators(about: About, quotient: Quotient, undivided: Undivided) -> Iterator[About]:
    named = about.of(quotient.denominator)
    if quotient.denominator_is == "everyone":
        yield undivided.everyone(named)
    elif quotient.denominator_is == "next":
        try:
            year = read_period(about.period).year
        except NotAPeriod:
            year = None
        if year is not None:
            yield replace(named, period=str(year + 1))
            yield replace(named, period=str(year))
        yield named
    else:
        yield named
