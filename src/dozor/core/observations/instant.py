"""An instant as a person writes it: a day, meaning its end in Minsk, or a time with its offset."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from dozor.core.findings import Finding, Refused

MINSK = ZoneInfo("Europe/Minsk")


def read_instant(text: str) -> datetime:
    """Read a date as the end of that day in Minsk, or an instant with its offset.

    Raises
    ------
    Refused
        ``INST-INSTANT``: neither of them, no offset, or no instant of the years 1 to 9999 in UTC.

    >>> read_instant("2026-03-01").isoformat()
    '2026-03-01T23:59:59.999999+03:00'
    """
    try:
        if len(text) <= len("2026-03-01"):
            instant = datetime.combine(date.fromisoformat(text), time.max, tzinfo=MINSK)
        else:
            instant = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(Finding("INST-INSTANT", found=text)) from None
    if instant.tzinfo is None:
        raise Refused(Finding("INST-INSTANT", found=text))
    try:
        instant.astimezone(UTC)
    except OverflowError:
        raise Refused(Finding("INST-INSTANT", found=text)) from None
    return instant
