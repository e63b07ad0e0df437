"""Sums and inequalities that hold between the quantities of one edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from dozor.core.disclosure.cell import About
from dozor.core.disclosure.structure import Division, Structure
from dozor.core.disclosure.tiling import divisions_of_spans
from dozor.core.observations.period import NotAPeriod, Period, PeriodKind, read_period

# Σ coefficient · quantity = 0, or ≤ 0 when the last member is False
Relation = tuple[tuple[tuple[About, int], ...], bool]
Groups = dict[tuple[str, ...], dict[str, About]]

DIMENSIONS = ("measure", "area", "population", "sex", "age", "period")


def relations(quantities: Mapping[About, object], structure: Structure) -> Iterator[Relation]:
    """Every sum and inequality between the quantities given: in each dimension, all else being equal."""
    fixed = {
        "measure": structure.measures,
        "area": structure.areas,
        "population": structure.populations,
        "sex": structure.sexes,
    }
    for name, divisions in fixed.items():
        by_whole: dict[str, list[Division]] = {}
        for division in divisions:
            by_whole.setdefault(division.whole, []).append(division)
        for group in _groups(quantities, name).values():
            for whole in sorted(group.keys() & by_whole.keys()):  # in one order in every process
                for division in by_whole[whole]:
                    yield from _of_division(group, division)
    found: dict[frozenset[str], tuple[Division, ...]] = {}
    ages = {code: (low or 0, 999 if high is None else high) for code, (low, high) in structure.ages.items()}
    for group in _groups(quantities, "age").values():
        codes = frozenset(group.keys() & ages.keys())
        if codes not in found:
            found[codes] = divisions_of_spans({code: ages[code] for code in sorted(codes)})
        for division in found[codes]:
            yield from _of_division(group, division)
    yield from _over_time(quantities, structure)


def _groups(quantities: Mapping[About, object], dimension: str) -> Groups:
    """Quantities that differ in one dimension alone."""
    others = [name for name in DIMENSIONS if name != dimension]
    groups: Groups = {}
    for about in quantities:
        key = tuple([getattr(about, name) for name in others])
        groups.setdefault(key, {})[getattr(about, dimension)] = about
    return {key: group for key, group in groups.items() if len(group) > 1}


def _of_division(group: Mapping[str, About], division: Division) -> Iterator[Relation]:
    parts = [group[code] for code in division.parts if code in group]
    if division.whole in group and parts:
        terms = (*((part, 1) for part in parts), (group[division.whole], -1))
        yield terms, division.is_complete and len(parts) == len(division.parts)


def _over_time(quantities: Mapping[About, object], structure: Structure) -> Iterator[Relation]:
    """Parts of a year and the year; running totals and what came between."""
    totals = dict(structure.running)
    moving = structure.flows | set(totals.values())
    groups = _groups({a: None for a in quantities if a.measure in moving}, "period")
    for group in groups.values():
        spans = {code: _days(p) for code, p in _periods(group).items() if p.kind is not PeriodKind.STATE}
        for division in divisions_of_spans(spans):
            yield from _of_division(group, division)
    running = {a: None for a in quantities if a.measure in totals}
    for group in _groups(running, "period").values():
        ends = sorted((p.ends_on, code) for code, p in _periods(group).items())
        for (earlier, first), (later, second) in pairwise(ends):
            flow = totals[group[first].measure]
            yield from _between(quantities, group[first], group[second], flow, earlier, later)


def _between(
    quantities: Mapping[About, object], first: About, second: About, flow: str, earlier: date, later: date
) -> Iterator[Relation]:
    """The later total is the earlier one and the flow between; never less than it."""
    span = ((earlier + timedelta(days=1)).toordinal(), later.toordinal())
    if span[1] < span[0]:
        yield ((first, 1), (second, -1)), True
        return
    yield ((first, 1), (second, -1)), False
    inside = {}
    for year in range(earlier.year, later.year + 1):
        about = replace(first, measure=flow, period=str(year))
        days = (date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
        if about in quantities and span[0] <= days[0] and days[1] <= span[1]:
            inside[about] = days
    if inside:
        covered = sum(b - a + 1 for a, b in inside.values())
        terms = (*((about, 1) for about in inside), (first, 1), (second, -1))
        yield terms, covered == span[1] - span[0] + 1


def _periods(group: Mapping[str, About]) -> dict[str, Period]:
    found = {}
    for code in group:
        try:
            found[code] = read_period(code)
        except NotAPeriod:
            continue
    return found


def _days(period: Period) -> tuple[int, int]:
    return period.starts_on.toordinal(), period.ends_on.toordinal()
