"""On which days before and after a due date a person is reminded."""

from __future__ import annotations

from datetime import date

REMINDED = (-14, -7, -1, 0, 1, 7)  # days from the due date
STILL_WORTH = 6  # days a reminder may be late, where nobody's machine was running


def reminder_on(due_on: date, today: date) -> int | None:
    """The reminder whose day has come last, as days from the due date; None when it is too early or too late.

    >>> reminder_on(date(2026, 3, 1), date(2026, 2, 23))
    -7
    >>> reminder_on(date(2026, 3, 1), date(2026, 1, 1)) is None
    True
    """
    passed = (today - due_on).days
    come = [offset for offset in REMINDED if offset <= passed]
    return come[-1] if come and passed - come[-1] <= STILL_WORTH else None
