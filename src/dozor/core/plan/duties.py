"""The law's rules about who owes information to whom, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dozor.core.text import Text

About = Literal["indicator", "plan"]


@dataclass(frozen=True)
class AfterCollection:
    """Due `days` days after the collection of data ended, an event that someone records.

    `non_working_day`: the term moves to the next working day when its last day is not one ("next"), or
    does not move ("stays").
    """

    days: int
    non_working_day: Literal["next", "stays"]

    def __post_init__(self) -> None:
        if self.days < 0:
            raise ValueError("a term has no negative number of days")


@dataclass(frozen=True)
class Agreed:
    """Due on a date agreed by letter; with no letter there is no date, and nothing is overdue."""


@dataclass(frozen=True)
class Fixed:
    """Due by a day of the calendar, `year_offset` years after the year reported on; it never moves.

    `target` says which day to aim at when the day itself is not a working one.
    """

    month: int
    day: int
    year_offset: int
    target: Literal["last-working-day-on-or-before"] = "last-working-day-on-or-before"

    def __post_init__(self) -> None:
        most = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        if not (1 <= self.month <= 12 and 1 <= self.day <= most[self.month - 1]):
            raise ValueError(f"no such day in every year: {self.day}.{self.month}")


@dataclass(frozen=True)
class OnRequest:
    """Owed only when the recipient has asked, with a number, a scope and a date; outside the counts."""


Rule = AfterCollection | Agreed | Fixed | OnRequest


@dataclass(frozen=True)
class DutyRule:
    """Who owes, to whom, by which clause, and the rule of its date.

    Parameters
    ----------
    senders
        Codes of the executor roles that owe.
    recipient
        Code of the role that receives.
    clause
        The paragraph, quoted as on a page: «п. 10 Инструкции».
    rule
        One of the four rules of a date.
    about
        One duty for each indicator the sender is named in, or one a year for the whole plan.
    media
        How it is handed in, as the law says: ``paper``, ``electronic``; empty where it does not say.
    note
        Why the rule is read this way, where the clause leaves room.
    """

    senders: tuple[str, ...]
    recipient: str
    clause: Text
    rule: Rule
    about: About = "indicator"
    media: tuple[str, ...] = ()
    note: Text | None = None
