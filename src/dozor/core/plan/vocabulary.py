"""The words values are broken down by: populations, sexes, ages, units. Plans share them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dozor.core.text import Text

NOT_APPLICABLE = ""  # the code of a sex or an age that does not apply to a value


@dataclass(frozen=True)
class Breakdown:
    """A way of dividing values that is carried in the population: by route of transmission, by hazard."""

    code: str
    name: Text


@dataclass(frozen=True)
class Population:
    """A group of people, institutions or events that a value speaks of.

    Parameters
    ----------
    code
        As in files of values: ``PWID``, ``route: sexual``.
    name
        The current respectful term.
    short_name
        For a table's heading; the name where none is given.
    legal_term
        The term of the plan's own text, where it differs.
    breakdown
        Code of the :class:`Breakdown` this is one part of; None for a population in its own right.
    """

    code: str
    name: Text
    short_name: Text
    legal_term: Text | None = None
    breakdown: str | None = None


@dataclass(frozen=True)
class Sex:
    code: str
    name: Text


@dataclass(frozen=True)
class Age:
    """An age group in completed years, both ends included; None is an open end."""

    code: str
    name: Text
    lowest: int | None = None
    highest: int | None = None


@dataclass(frozen=True)
class Unit:
    """A unit of measure.

    Parameters
    ----------
    symbol
        As written after a number: «%», «чел.».
    maximum
        No value in this unit may be above it, unless an indicator says otherwise.
    currency
        ISO 4217 code, for money.
    scale
        How many of the currency's own units one stands for (1000 for thousand USD).
    factor
        What a ratio in this unit is multiplied by (100 for percent, 100,000 for "per 100k"); None for a
        count, a sum or a mean, whose numerator is the value itself or which has none.
    is_count
        The unit counts persons or things: a numerator, where given, is the value itself.
    """

    code: str
    name: Text
    symbol: Text
    maximum: Decimal | None = None
    currency: str | None = None
    scale: int = 1
    factor: Decimal | None = None
    is_count: bool = False
