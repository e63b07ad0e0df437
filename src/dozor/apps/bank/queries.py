"""Reads the bank: what is known now, or what was known on any day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from dozor.apps.bank import models
from dozor.apps.bank.records import COLUMNS, observation_of
from dozor.core.observations.headline import Choice, mark_headlines
from dozor.core.observations.matching import MatchRule, match_of
from dozor.core.observations.observation import Match, Observation, Source
from dozor.core.text import Text


@dataclass(frozen=True)
class Frozen:
    """Values to be read in place of the bank: those of a release, named by its checksum."""

    name: str
    observations: tuple[Observation, ...]

    def of(self, indicators: Sequence[str] | None, areas: Sequence[str] | None) -> list[Observation]:
        """Those of some indicators and areas, in their order; None takes every one."""
        if indicators is not None:
            places = [place for code in set(indicators) for place in self._places[0].get(code, ())]
        elif areas is not None:
            places = [place for code in set(areas) for place in self._places[1].get(code, ())]
        else:
            return list(self.observations)
        found = [self.observations[place] for place in sorted(places)]
        return found if areas is None else [o for o in found if o.area in areas]

    @cached_property
    def _places(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        by_indicator, by_area = defaultdict(list), defaultdict(list)
        for place, o in enumerate(self.observations):
            by_indicator[o.indicator].append(place)
            by_area[o.area].append(place)
        return by_indicator, by_area


_frozen: ContextVar[Frozen | None] = ContextVar("frozen", default=None)


@contextmanager
def reading(frozen: Frozen) -> Iterator[None]:
    """Inside, every reader of values reads these and the bank's tables stay shut."""
    before = _frozen.set(frozen)
    try:
        yield
    finally:
        _frozen.reset(before)


def read_in_place() -> str:
    """The name of what is read in place of the bank; empty when the bank itself is read."""
    frozen = _frozen.get()
    return "" if frozen is None else frozen.name


def values_by(part: str) -> dict[str, int]:
    """How many values in force there are by ``area``, ``indicator`` or ``source`` (its key)."""
    if (frozen := _frozen.get()) is not None:
        if part == "source":
            return dict(Counter(o.source.key for o in frozen.observations))
        return dict(Counter(str(getattr(o, part)) for o in frozen.observations))
    column = "source__key" if part == "source" else part
    in_force = models.Observation.measured.order_by().filter(superseded_by__isnull=True)
    return dict(in_force.values_list(column).annotate(values=Count("id")))


def newest_by_indicator() -> dict[str, str]:
    """The newest period of each indicator that has values, as written."""
    if (frozen := _frozen.get()) is not None:
        found: dict[str, str] = {}
        for o in frozen.observations:
            found[o.indicator] = max(found.get(o.indicator, ""), o.period.text)
        return found
    in_force = models.Observation.measured.order_by().filter(superseded_by__isnull=True)
    return dict(in_force.values_list("indicator").annotate(newest=Max("period")))


def rows(
    *,
    indicators: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    population: str | None = None,
    as_known_on: datetime | None = None,
    simulated: bool = False,
) -> QuerySet[models.Observation]:
    """Rows in force at an instant (inclusive), every source; without one, now.

    Parameters
    ----------
    simulated
        Read the invented values of simulated rounds, and nothing else. They are never read together with
        what was measured.
    """
    found = models.Observation.measured.all()
    if simulated:
        found = models.Observation.objects.filter(source__is_simulated=True)
    later = models.Observation.objects.filter(supersedes=OuterRef("pk"))
    if as_known_on is not None:
        found = found.filter(recorded_at__lte=as_known_on)
        later = later.filter(recorded_at__lte=as_known_on)
    if indicators is not None:
        found = found.filter(indicator__in=list(indicators))
    if areas is not None:
        found = found.filter(area__in=list(areas))
    if population is not None:
        found = found.filter(population=population)
    return found.filter(~Exists(later))


def observations(
    *,
    indicators: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    population: str | None = None,
    as_known_on: datetime | None = None,
    simulated: bool = False,
) -> list[Observation]:
    """Values in force, with which source is the headline and how well each meets its definition.

    Ordered by indicator, population, totals before parts, area, then time, then source.
    """
    if (frozen := _frozen.get()) is not None:
        found = frozen.of(indicators, areas)
        return found if population is None else [o for o in found if o.population == population]
    in_force = rows(
        indicators=indicators,
        areas=areas,
        population=population,
        as_known_on=as_known_on,
        simulated=simulated,
    )
    loaded = _load(in_force.order_by().values_list(*COLUMNS))
    marked = mark_headlines(loaded, choices(as_known_on))
    rules: dict[str, list[MatchRule]] = defaultdict(list)
    for rule in match_rules(as_known_on):
        rules[rule.indicator].append(rule)
    finished = [_with_match(o, rules[o.indicator]) for o in marked]
    finished.sort(key=_order)
    return finished


def _order(o: Observation) -> tuple[object, ...]:
    time = o.period
    return (
        *(o.indicator, o.population, not o.is_total, o.sex, o.age, o.area),
        *(time.starts_on, time.ends_on, time.kind, time.text, o.source.title, o.id),
    )


def history(pk: int) -> list[Observation]:
    """All versions of the value a row belongs to, oldest first; empty when there is no such row.

    A simulated value has no history to be shown.
    """
    row = models.Observation.measured.filter(pk=pk).first()
    if row is None:
        return []
    versions = models.Observation.objects.filter(key=row.key).order_by("version")
    return _load(versions.values_list(*COLUMNS))


def choices(as_known_on: datetime | None = None) -> list[Choice]:
    found = models.HeadlineChoice.objects.select_related("source")
    if as_known_on is not None:
        found = found.filter(recorded_at__lte=as_known_on)
    return [
        Choice(
            c.indicator,
            c.population,
            c.area,
            c.period,
            c.source.key,
            Text(ru=c.reason_ru, be=c.reason_be, en=c.reason_en),
        )
        for c in found
    ]


def match_rules(as_known_on: datetime | None = None) -> list[MatchRule]:
    found = models.MatchRule.objects.all()
    if as_known_on is not None:
        found = found.filter(recorded_at__lte=as_known_on)
    return [
        MatchRule(
            m.indicator,
            m.population,
            m.period,
            m.source_contains,
            Match(m.match),
            Text(ru=m.reason_ru, be=m.reason_be, en=m.reason_en),
        )
        for m in found
    ]


def ids_of_imports(imports: Iterable[int]) -> frozenset[int]:
    """Ids of the rows that entered the bank by these acts of import."""
    found = models.Observation.objects.filter(batch_id__in=list(imports))
    return frozenset(found.values_list("pk", flat=True))


def indicators_with_values() -> set[str]:
    return set(models.Observation.measured.order_by().values_list("indicator", flat=True).distinct())


def sources(*, simulated: bool = False) -> QuerySet[models.Source]:
    """Sources of what was measured, or of what was simulated."""
    return models.Source.objects.filter(is_simulated=simulated)


def _with_match(observation: Observation, rules: Iterable[MatchRule]) -> Observation:
    rule = match_of(observation, rules)
    return observation if rule is None else observation.marked(match=rule.match, match_reason=rule.reason)


def _load(values: Iterable[tuple[Any, ...]]) -> list[Observation]:
    named = models.Source.objects.order_by().values_list("pk", "title", "url", "year", "is_simulated")
    sources = {pk: Source(*said) for pk, *said in named}
    return [observation_of(v, sources) for v in values]
