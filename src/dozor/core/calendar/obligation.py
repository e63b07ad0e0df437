"""One duty to hand in: who, what, to whom, by when, on what ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dozor.core.calendar.facts import Decision, Medium
from dozor.core.text import Text

SOON = 7  # days before the due date from which a duty is "due soon"


class Status(StrEnum):
    """Where a duty stands as of a day."""

    NOT_RECORDED = "not-recorded"  # a year before this instance was used: nothing is known
    NOT_HELD = "not-held"
    POSTPONED = "postponed"
    COLLECTION_NOT_PLANNED = "collection-not-planned"  # no letter names the round's planned end
    COLLECTING = "collecting"
    COLLECTION_OVERDUE = "collection-overdue"  # past its planned end, no end recorded
    NO_DATE_AGREED = "no-date-agreed"
    DUE = "due"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    RECEIVED = "received"
    RECEIVED_LATE = "received-late"


LATE = frozenset({Status.OVERDUE, Status.COLLECTION_OVERDUE, Status.RECEIVED_LATE})
MET = frozenset({Status.RECEIVED, Status.RECEIVED_LATE})


@dataclass(frozen=True)
class Obligation:
    """A duty as of a day.

    Attributes
    ----------
    indicator
        Code, or None for the report on the plan as a whole.
    executor, agency
        The role that owes, and the agency that plays it.
    due_on
        The legal date; None until collection has ended or a date is agreed.
    expected_by
        The date to reckon with meanwhile: planned end of collection and the term; equals `due_on` once
        that is known.
    target_on
        The day to aim at when the due date itself is not a working day and does not move.
    received
        Date of receipt by medium; the law asks for both (para 10).
    """

    plan: str
    indicator: str | None
    executor: str
    agency: str
    area: str
    year: int
    recipient: str
    basis: Text
    status: Status
    collections: tuple[str, ...] = ()
    due_on: date | None = None
    expected_by: date | None = None
    target_on: date | None = None
    days_left: int | None = None
    received: tuple[tuple[Medium, date], ...] = ()
    decision: Decision | None = None
    letter: str = ""
