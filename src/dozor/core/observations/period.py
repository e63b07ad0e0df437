"""The time a value speaks of.

Four shapes, and they are never mixed in one line of a chart:

=============================  ==========================================================
``2017``                       a full year (a survey: its round)
``2008-2009``                  a two-year round
``2023-01..2023-11``           a part of a year, in months; also in days, ``2012-01-01..2012-02-23``
``2024-03-01``                 a state on that date (a cumulative count, people living with HIV)
=============================  ==========================================================
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1800, 2200


class PeriodKind(StrEnum):
    YEAR = "year"
    ROUND = "round"
    PART = "part"
    STATE = "state"


class NotAPeriod(ValueError):  # noqa: N818
    """The text names no period; the caller says so to the person, with the place."""


@dataclass(frozen=True, order=True)
class Period:
    """A period as written, with its first and last day (inclusive).

    Ordered by first day, then last day, so that a sorted list of years is a time axis.
    """

    starts_on: date
    ends_on: date
    kind: PeriodKind
    text: str

    @property
    def year(self) -> int:
        """The year the period ends in: the reporting year of a round or a part."""
        return self.ends_on.year

    @property
    def reporting_year(self) -> int:
        """The year whose report and release it belongs in: a state on 1 January is how the year before ended.

        >>> [read_period(text).reporting_year for text in ("2025", "2025-12-31", "2026-01-01", "2026-01-02")]
        [2025, 2025, 2025, 2026]
        """
        is_end_of_year = self.kind is PeriodKind.STATE and (self.ends_on.month, self.ends_on.day) == (1, 1)
        return self.year - is_end_of_year

    @property
    def is_full_year(self) -> bool:
        """True for a year or a two-year round: what may stand as a column among years."""
        return self.kind in (PeriodKind.YEAR, PeriodKind.ROUND)


_YEAR = re.compile(r"(\d{4})")
_ROUND = re.compile(r"(\d{4})-(\d{4})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTHS = re.compile(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})")
_DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@lru_cache(maxsize=2000)
def read_period(text: str) -> Period:
    """Read a period; raise `NotAPeriod` when the text has none of the four shapes.

    >>> read_period("2008-2009").ends_on
    datetime.date(2009, 12, 31)
    >>> read_period("2023-01..2023-11").kind
    <PeriodKind.PART: 'part'>
    """
    text = text.strip()
    try:
        if m := _YEAR.fullmatch(text):
            return _checked(date(int(m[1]), 1, 1), date(int(m[1]), 12, 31), PeriodKind.YEAR, text)
        if m := _ROUND.fullmatch(text):
            if int(m[2]) != int(m[1]) + 1:
                raise NotAPeriod(text)
            return _checked(date(int(m[1]), 1, 1), date(int(m[2]), 12, 31), PeriodKind.ROUND, text)
        if m := _DAY.fullmatch(text):
            day = date(int(m[1]), int(m[2]), int(m[3]))
            return _checked(day, day, PeriodKind.STATE, text)
        if m := _MONTHS.fullmatch(text):
            last_year, last_month = int(m[3]), int(m[4])
            return _checked(
                date(int(m[1]), int(m[2]), 1),
                date(last_year, last_month, monthrange(last_year, last_month)[1]),
                PeriodKind.PART,
                text,
            )
        if m := _DAYS.fullmatch(text):
            return _checked(date.fromisoformat(m[1]), date.fromisoformat(m[2]), PeriodKind.PART, text)
    except ValueError as problem:
        raise NotAPeriod(text) from problem
    raise NotAPeriod(text)


def _checked(starts_on: date, ends_on: date, kind: PeriodKind, text: str) -> Period:
    if ends_on < starts_on or not FIRST_YEAR <= starts_on.year <= LAST_YEAR:
        raise NotAPeriod(text)
    return Period(starts_on, ends_on, kind, text)
