"""Periods in words: a year, a two-year round, a part of a year, a state on a day."""

from __future__ import annotations

from datetime import date

from dozor.core.observations.period import Period, PeriodKind
from dozor.language.numbers import MONTHS, NO_BREAK_SPACE, date_text

# the months as they are called, not as they stand in a date
CALLED = {
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(),
    "be": (
        "студзень люты сакавік красавік май чэрвень ліпень жнівень верасень кастрычнік лістапад снежань"
    ).split(),
    "en": MONTHS["en"],
}


def period_text(period: Period, language: str) -> str:
    """Write a period so that none of the four kinds can be taken for another.

    >>> from dozor.core.observations.period import read_period
    >>> period_text(read_period("2023-01..2023-11"), "ru").replace(NO_BREAK_SPACE, " ")
    'январь–ноябрь 2023'
    """
    if period.kind is PeriodKind.YEAR:
        return period.text
    if period.kind is PeriodKind.ROUND:
        return f"{period.starts_on.year}–{period.ends_on.year}"
    if period.kind is PeriodKind.STATE:
        day = date_text(period.starts_on, language)
        return day if language == "en" else f"на{NO_BREAK_SPACE}{day}"
    return _part(period, language)


def period_when(period: Period, language: str) -> str:
    """Say when, to stand inside a sentence.

    >>> from dozor.core.observations.period import read_period
    >>> period_when(read_period("2017"), "ru").replace(NO_BREAK_SPACE, " ")
    'в 2017 году'
    >>> period_when(read_period("2024-03-01"), "en").replace(NO_BREAK_SPACE, " ")
    'on 1 March 2024'
    """
    text = period_text(period, language)
    if period.kind is PeriodKind.STATE:
        return f"on {text}" if language == "en" else text
    if period.kind is PeriodKind.PART and not _is_in_days(period):
        return {"ru": "за", "be": "за", "en": "in"}[language] + f"{NO_BREAK_SPACE}{text}"
    if period.kind is PeriodKind.PART:
        since, until = {"ru": ("с", "по"), "be": ("з", "па"), "en": ("from", "to")}[language]
        first, last = period.starts_on, period.ends_on
        start = _day_and_month(first, language) if first.year == last.year else date_text(first, language)
        return f"{since}{NO_BREAK_SPACE}{start} {until}{NO_BREAK_SPACE}{date_text(last, language)}"
    if language == "en":
        return f"in {text}"
    year, years = {"ru": ("году", "годах"), "be": ("годзе", "гадах")}[language]
    within = "в" if language == "ru" else "у"
    word = year if period.kind is PeriodKind.YEAR else years
    return f"{within}{NO_BREAK_SPACE}{text}{NO_BREAK_SPACE}{word}"


def _is_in_days(period: Period) -> bool:
    return len(period.text.split("..")[0]) > len("2023-01")


def _part(period: Period, language: str) -> str:
    first, last = period.starts_on, period.ends_on
    if _is_in_days(period):
        if first.year == last.year and first.month == last.month:
            return f"{first.day}–{date_text(last, language)}"
        start = _day_and_month(first, language) if first.year == last.year else date_text(first, language)
        return f"{start} – {date_text(last, language)}"
    names = CALLED[language]
    end = f"{names[last.month - 1]}{NO_BREAK_SPACE}{last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return end
    if first.year == last.year:
        return f"{names[first.month - 1]}–{end}"
    return f"{names[first.month - 1]}{NO_BREAK_SPACE}{first.year} – {end}"


def _day_and_month(day: date, language: str) -> str:
    return f"{day.day}{NO_BREAK_SPACE}{MONTHS[language][day.month - 1]}"
