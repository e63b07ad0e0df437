"""Observations as the disclosure room sees them, and back as an audience gets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dozor.core.disclosure import (
    About,
    Cell,
    Kind,
    Protected,
    Quotient,
    Structure,
    Undivided,
    declared_relations,
    divisions_of_areas,
    join_quotients,
    spans_of_ages,
)
from dozor.core.observations.observation import Missing, Observation
from dozor.core.places import Areas
from dozor.core.plan import Plan

_ASKED = {
    "survey-of-persons",
    "survey-of-institutions",
    "sentinel-surveillance",
    "serological-screening",
    "patients-doctors-records",
    "statistical-survey",
}


def cells_of(
    observations: Iterable[Observation], plans: Sequence[Plan], published: frozenset[int], country: str
) -> list[Cell]:
    """The cells an attacker reasons with: every collected value, and of the published ones the headline.

    Values of several published sources differ, and an attacker believes one of them; two collected values of
    one thing (two executors of a row) are two quantities. Shares and rates that a plan's text declares to be
    quotients of counts are joined to them.
    """
    declared = [declared_relations(plan) for plan in plans]
    quotients = {one.of: one for d in declared for one in d.quotients}
    quotient_of: dict[str, Quotient] = {}
    owner = {i.code: p for p in reversed(plans) for i in p.indicators}
    cells: list[Cell] = []
    taken: set[tuple[About, Kind]] = set()
    for o in sorted(observations, key=lambda o: (o.id not in published, o.is_headline is False, o.id)):
        if o.value is None or o.indicator not in owner:
            continue
        is_published = o.id in published
        if is_published and o.is_headline is False:
            continue
        cell = _cell(o, owner[o.indicator], is_published)
        if (cell.about, cell.kind) in taken:
            if is_published:
                continue
            cell = replace(cell, about=cell.about.of(f"{o.indicator} @{o.source.key}"))
        taken.add((cell.about, cell.kind))
        if o.indicator in quotients:
            quotient_of[cell.id] = quotients[o.indicator]
        cells.append(cell)
    wholes = {part: division.whole for d in declared for division in d.populations for part in division.parts}
    ordered = sorted(cells, key=lambda c: int(c.id))
    return join_quotients(ordered, quotient_of, Undivided(wholes, country))


def _cell(o: Observation, plan: Plan, is_published: bool) -> Cell:
    value = o.value or Decimal(0)
    unit, indicator = plan.unit(o.figure.unit), plan.indicator(o.indicator)
    about = About(o.indicator, o.area, o.population, o.sex, o.age, o.period.text)
    numerator, denominator = _whole(o.figure.numerator), _whole(o.figure.denominator)
    kind = Kind.MEAN
    if unit.currency is not None and value >= 0:
        kind = Kind.MONEY
    elif unit.is_count and value == int(value) and value >= 0 and not indicator.is_modelled:
        kind = Kind.COUNT
    elif unit.factor == 100 and value >= 0:
        kind = Kind.SHARE
    elif unit.factor is not None and value >= 0:
        kind = Kind.RATE
    is_quotient = kind in (Kind.SHARE, Kind.RATE) and numerator is not None and bool(denominator)
    if is_quotient and kind is Kind.SHARE and (numerator or 0) > (denominator or 0):
        is_quotient = False
    # people were asked, drawn or not: the denominator is those who answered, with or without a numerator
    kinds = {c.kind for c in plan.collections if c.code in indicator.collections}
    is_survey = kind in (Kind.SHARE, Kind.MEAN) and denominator is not None and not kinds.isdisjoint(_ASKED)
    if is_survey and kind is Kind.SHARE and numerator is None and denominator and not is_published:
        numerator, is_quotient = _answered(value, denominator, unit.factor or Decimal(100)), True
    return Cell(
        id=str(o.id),
        about=about if kind in (Kind.COUNT, Kind.MONEY) else about.of(f"{o.indicator} {o.figure.unit}"),
        kind=kind,
        value=value,
        numerator=numerator if is_quotient else None,
        denominator=denominator if is_quotient else None,
        factor=unit.factor or Decimal(100),
        decimals=0 if kind is Kind.COUNT else min(max(-int(value.as_tuple().exponent), 0), 9),
        respondents=denominator if is_survey else None,
        is_published=is_published,
    )


def _answered(value: Decimal, asked: int, factor: Decimal) -> int:
    """How many of those asked a share stands for, where only their number is printed: the nearest whole.

    Exact where everyone counts alike, near where answers are weighted. Neither nobody nor everybody unless
    the share says so.
    """
    count = int((value * asked / factor).to_integral_value(ROUND_HALF_UP))
    return min(max(count, int(value > 0)), asked - int(value < factor))


def _whole(number: Decimal | None) -> int | None:
    return int(number) if number is not None and number == int(number) and number >= 0 else None


def structure_of(plans: Sequence[Plan], areas: Areas, on: date) -> Structure:
    """What everyone knows of the sums between these plans' series; raises `Refused` for a faulty text."""
    indicators = [i for p in plans for i in p.indicators]
    declared = [declared_relations(plan) for plan in plans]
    return Structure(
        areas=divisions_of_areas(areas, on),
        ages=spans_of_ages(plans[0].ages),
        flows=frozenset(i.code for i in indicators if i.period_kind == "flow"),
        measures=tuple(division for d in declared for division in d.measures),
        running=tuple(pair for d in declared for pair in d.running),
        populations=tuple(division for d in declared for division in d.populations),
    )


def as_shown(o: Observation, protected: Protected | None) -> Observation:
    """The observation as the audience gets it.

    A hidden value loses everything that was printed beside it; a rounded one its numerator, which the
    rounded value is all that is known of.
    """
    if protected is None or protected.cell.is_published:
        return o
    figure = o.figure
    if protected.shown is None:
        withheld = replace(
            figure,
            value=None,
            missing=Missing.WITHHELD,
            numerator=None,
            denominator=None,
            lower=None,
            upper=None,
            note="",
        )
        return replace(o, figure=withheld)
    digits = max(-int(protected.shown.as_tuple().exponent), 0)

    def rounded(bound: Decimal | None) -> Decimal | None:
        return None if bound is None else round(bound, digits)

    shown = replace(
        figure,
        value=protected.shown,
        numerator=None,
        lower=rounded(figure.lower),
        upper=rounded(figure.upper),
    )
    return replace(o, figure=shown)
