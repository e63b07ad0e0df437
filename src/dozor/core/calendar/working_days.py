"""Working days of a country."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import holidays

WorkingDay = Callable[[date], bool]


@cache
def working_days(country: str) -> WorkingDay:
    """Return the test "is this a working day?" for a country by its ISO 3166 code.

    State holidays and weekends are non-working; a Saturday worked in place of another day is a working
    one where the package `holidays` knows of the government's order.
    """
    calendar = holidays.country_holidays(country)
    return lambda day: bool(calendar.is_working_day(day))


def next_working_day(day: date, is_working: WorkingDay) -> date:
    """The day itself when it is a working one, else the first working day after it."""
    while not is_working(day):
        day += timedelta(days=1)
    return day


def last_working_day(day: date, is_working: WorkingDay) -> date:
    """The day itself when it is a working one, else the last working day before it."""
    while not is_working(day):
        day -= timedelta(days=1)
    return day
