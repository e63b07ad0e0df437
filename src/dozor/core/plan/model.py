"""What a monitoring plan says: its source, directions, indicators, executors and duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeVar

from dozor.core.plan.crosswalk import Correspondence, Framework
from dozor.core.plan.definitions import SeriesDefinition, read_definitions
from dozor.core.plan.duties import DutyRule
from dozor.core.plan.instrument_reading import read_instruments
from dozor.core.plan.instruments import Instrument
from dozor.core.plan.retention import Retention
from dozor.core.plan.sending_back import SendingBack
from dozor.core.plan.topics import Topic
from dozor.core.plan.vocabulary import Age, Breakdown, Population, Sex, Unit
from dozor.core.text import Text

T = TypeVar("T")
QUALITY = "quality.yaml"  # read by the quality room, which knows the rules
RELATIONS = "relations.yaml"  # read by the disclosure room, whose attacker uses them
Force = Literal["in-force", "unconfirmed", "ended"]
PlanKind = Literal["monitoring", "context"]
ValueKind = Literal[
    "proportion", "mean", "median", "count", "money", "composite", "qualitative", "rate", "index"
]
CollectionKind = Literal[
    "survey-of-persons",
    "survey-of-institutions",
    "medical-statistics",
    "sentinel-surveillance",
    "serological-screening",
    "expenditure-analysis",
    "policy-questionnaire",
    "airtime-statistics",
    "statistical-survey",
    "patients-doctors-records",
]
GoodDirection = Literal["up", "down", "none"]
PeriodKind = Literal["flow", "state", "cumulative", "round"]
Disaggregation = Literal["sex", "age", "area", "population"]


@dataclass(frozen=True)
class LegalSource:
    """The document a plan comes from."""

    title: Text
    issuer: Text
    number: str
    adopted_on: date
    url: str | None = None


@dataclass(frozen=True)
class Direction:
    """One of the plan's directions of activity; it may have a cycle anchor year of its own."""

    number: int
    name: Text
    short_name: Text
    cycle_anchor: int | None = None


@dataclass(frozen=True)
class Group:
    """A heading under which a context plan lists its series; it has no place in any law."""

    code: str
    name: Text


@dataclass(frozen=True)
class Situation:
    """Which of a context plan's series tell the situation a monitoring plan acts upon.

    `count`: cases of a year; `rate`: the same per residents, as published; `residents`: those on 1 January,
    from which a rate is worked out where none is published; `groups`: listed in a report's section.
    """

    count: str
    rate: str
    residents: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class ExecutorRole:
    """A role the plan's text gives to agencies.

    `name` is the full name of the role, `short_name` the text's own abbreviation. `clause` is where the
    text gives the role its task.
    """

    code: str
    name: Text
    short_name: Text
    clause: Text


@dataclass(frozen=True)
class Collection:
    """One gathering of data: whom it asks, by which kind of method, and which populations it reaches."""

    code: str
    kind: CollectionKind
    name: Text
    populations: tuple[str, ...]


@dataclass(frozen=True)
class Indicator:
    """One row of the plan, or one context series.

    Parameters
    ----------
    code
        Text: "2.10" is not 2.1.
    direction, group
        Number of the direction (a monitoring plan) or code of the group (a context plan).
    name, short_name
        The text's own wording, and a plain current title for pages.
    executors
        Role codes, in the text's order.
    frequency_years
        1 or 2; None for a context series, which nobody owes.
    collections
        Codes of the collections that feed it; 8.4–8.6 have three, one for each population.
    method
        The text's own wording of how data are collected.
    populations
        One series each: what the plan asks for.
    further_populations
        Populations and breakdowns in which published values also come.
    units
        The first is the plan's own; values may come in the others.
    disaggregations
        What a value may be divided by.
    numerator, denominator
        In words; None where the value is no share.
    clause
        The row of the annex.
    maximum, maximum_reason
        Overrides the unit's maximum, and why.
    period_kind
        What a period means: counted over it, a state on its date (a year: the year's end unless a note
        says otherwise), cumulative up to its date, or a survey round.
    is_modelled
        The value comes from a model, not from counting.
    related_to
        Code of the plan's indicator this series is a part or a neighbour of.
    """

    code: str
    name: Text
    short_name: Text
    value_kind: ValueKind
    units: tuple[str, ...]
    populations: tuple[str, ...]
    direction: int | None = None
    group: str | None = None
    executors: tuple[str, ...] = ()
    frequency_years: int | None = None
    collections: tuple[str, ...] = ()
    method: Text | None = None
    further_populations: tuple[str, ...] = ()
    disaggregations: tuple[Disaggregation, ...] = ()
    numerator: Text | None = None
    denominator: Text | None = None
    clause: Text | None = None
    maximum: Decimal | None = None
    maximum_reason: Text | None = None
    good_direction: GoodDirection = "none"
    period_kind: PeriodKind | None = None
    is_modelled: bool = False
    related_to: str | None = None
    note: Text | None = None

    def __post_init__(self) -> None:
        if self.frequency_years not in (None, 1, 2):
            raise ValueError(f"{self.code}: collected every {self.frequency_years} years")
        if not self.units or not self.populations:
            raise ValueError(f"{self.code}: an indicator has a unit and a population")
        if (self.direction is None) == (self.group is None):
            raise ValueError(f"{self.code}: belongs to a direction or to a group")

    @property
    def unit(self) -> str:
        """The plan's own unit."""
        return self.units[0]


@dataclass(frozen=True)
class Series:
    """One indicator for one population: what a table of values has a row for."""

    indicator: Indicator
    population: str


@dataclass(frozen=True)
class Plan:
    """A plan as read from its text.

    Parameters
    ----------
    version
        The day this wording took effect, or any name the editor gave; several may stand side by side.
    in_force
        ``unconfirmed``: nothing read says that the plan still holds (after `confirmed_until`), and
        calendars made from it carry the words "demonstration calendar".
    cycle_anchor_default
        The first year of a two-year cycle, where the text itself names one.
    collecting
        The texts of instruments and definitions, file name → text; read when first asked for.
    quality
        The text of ``quality.yaml``: thresholds and relations, read by the quality room.
    relations
        The text of ``relations.yaml``: how series hang together, read by the disclosure room.
    """

    code: str
    kind: PlanKind
    version: str
    title: Text
    short_title: Text
    in_force: Force
    source: LegalSource | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    confirmed_until: date | None = None
    status_note: Text | None = None
    cycle_anchor_default: int | None = None
    situation: Situation | None = None
    directions: tuple[Direction, ...] = ()
    groups: tuple[Group, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    executors: tuple[ExecutorRole, ...] = ()
    collections: tuple[Collection, ...] = ()
    duties: tuple[DutyRule, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    populations: tuple[Population, ...] = ()
    sexes: tuple[Sex, ...] = ()
    ages: tuple[Age, ...] = ()
    units: tuple[Unit, ...] = ()
    frameworks: tuple[Framework, ...] = ()
    correspondences: tuple[Correspondence, ...] = ()
    sending_back: SendingBack | None = None
    retention: tuple[Retention, ...] = ()
    topics: tuple[Topic, ...] = ()
    collecting: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    quality: str = field(default="", repr=False, compare=False)
    relations: str = field(default="", repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self._by_code) != len(self.indicators):
            raise ValueError("an indicator's code stands twice")

    @cached_property
    def _by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @cached_property
    def instruments(self) -> Mapping[str, Instrument]:
        """Every questionnaire and form, by code; raises `Refused` with every fault of their texts."""
        return read_instruments(self.collecting)

    @cached_property
    def definitions(self) -> tuple[SeriesDefinition, ...]:
        """How each series is computed; raises `Refused` with every fault of the text."""
        return read_definitions(self.collecting)

    def definition(self, series: Series) -> SeriesDefinition:
        """The law's definition of one series; KeyError when there is none."""
        for found in self.definitions:
            at = (found.indicator, found.population)
            if at == (series.indicator.code, series.population) and found.wording == "law":
                return found
        raise KeyError((series.indicator.code, series.population))

    def indicator(self, code: str) -> Indicator:
        """Return the indicator with this code; KeyError when there is none."""
        return self._by_code[code]

    def has_indicator(self, code: str) -> bool:
        return code in self._by_code

    def series(self) -> tuple[Series, ...]:
        """Every indicator once for each population the plan names, in the plan's order."""
        return tuple(Series(i, population) for i in self.indicators for population in i.populations)

    def direction(self, number: int) -> Direction:
        return _only(self.directions, "number", number)

    def of_direction(self, number: int) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators if i.direction == number)

    def of_group(self, code: str) -> tuple[Indicator, ...]:
        return tuple(i for i in self.indicators if i.group == code)

    def executor(self, code: str) -> ExecutorRole:
        return _only(self.executors, "code", code)

    def duty_of(self, role: str) -> DutyRule | None:
        """The one rule of duty a role sends by; None for a role that owes nothing."""
        return next((duty for duty in self.duties if role in duty.senders), None)

    def collections_of(self, indicator: Indicator, population: str) -> tuple[Collection, ...]:
        """The collections that give one population's series."""
        return tuple(
            c for c in self.collections if c.code in indicator.collections and population in c.populations
        )

    @cached_property
    def _populations(self) -> dict[str, Population]:
        return {p.code: p for p in self.populations}

    def population(self, code: str) -> Population:
        return self._populations[code]

    def has_population(self, code: str) -> bool:
        return code in self._populations

    def sex(self, code: str) -> Sex:
        return _only(self.sexes, "code", code)

    def age(self, code: str) -> Age:
        return _only(self.ages, "code", code)

    def unit(self, code: str) -> Unit:
        return _only(self.units, "code", code)

    def maximum(self, indicator: Indicator, unit: str) -> Decimal | None:
        """The highest value allowed: the indicator's own maximum, else its unit's, else none."""
        return indicator.maximum if indicator.maximum is not None else self.unit(unit).maximum

    def is_confirmed_on(self, day: date) -> bool:
        """Whether what was read says that the plan is in force on a day."""
        if self.in_force_from is not None and day < self.in_force_from:
            return False
        if self.in_force_to is not None and day > self.in_force_to:
            return False
        if self.in_force == "in-force":
            return True
        return self.confirmed_until is not None and day <= self.confirmed_until


def _only(items: tuple[T, ...], key: str, wanted: object) -> T:
    """Return the item whose key has this value; KeyError when there is none."""
    for item in items:
        if getattr(item, key) == wanted:
            return item
    raise KeyError(wanted)
