"""Working days of Belarus, against the calendar on the wall."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dozor.core.calendar.working_days import last_working_day, next_working_day, working_days

IS_WORKING = working_days("BY")


@pytest.mark.parametrize(
    "day",
    [
        "2025-01-01", "2025-01-02", "2025-01-06", "2025-01-07", "2025-03-08", "2025-04-28", "2025-04-29",
        "2025-05-01", "2025-05-09", "2025-07-03", "2025-07-04", "2025-11-07", "2025-12-25", "2025-12-26",
        "2026-01-02", "2026-04-20", "2026-04-21", "2026-05-01", "2026-05-09", "2026-07-03", "2026-12-25",
        "2025-09-06", "2025-09-07",
    ],
)  # fmt: skip
def test_days_off(day: str) -> None:
    assert not IS_WORKING(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day",
    ["2025-01-03", "2025-01-08", "2025-01-11", "2025-04-26", "2025-07-12", "2025-12-20", "2025-12-31",
     "2026-04-25", "2025-04-18", "2025-09-17", "2025-11-04"],
)  # fmt: skip
def test_days_worked(day: str) -> None:
    """Among them Saturdays worked in place of a day moved, and days that are holidays only elsewhere."""
    assert IS_WORKING(date.fromisoformat(day))


def test_the_next_and_the_last_working_day_are_the_day_itself_or_the_nearest() -> None:
    for number in range(730):
        day = date(2025, 1, 1) + timedelta(days=number)
        after, before = next_working_day(day, IS_WORKING), last_working_day(day, IS_WORKING)
        assert before <= day <= after
        assert IS_WORKING(after)
        assert IS_WORKING(before)
        assert (after == day) == (before == day) == IS_WORKING(day)
        assert not any(IS_WORKING(day + timedelta(days=n)) for n in range((after - day).days))
        assert not any(IS_WORKING(day - timedelta(days=n)) for n in range((day - before).days))
