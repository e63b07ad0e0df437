"""Recorded facts that duties follow from: letters, ends of collection, decisions, receipts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Medium = Literal["paper", "electronic"]
MEDIA: tuple[Medium, ...] = ("paper", "electronic")


@dataclass(frozen=True)
class Round:
    """What is recorded of one collection in one year; `agency` None means every agency that collects it."""

    collection: str
    agency: str | None
    year: int
    planned_end_on: date | None = None
    ended_on: date | None = None
    letter: str = ""
    dated_on: date | None = None


@dataclass(frozen=True)
class Decision:
    """A round put off or not held, by a numbered decision with its reason."""

    collection: str
    agency: str | None
    year: int
    kind: Literal["postponed", "not-held"]
    number: str
    dated_on: date
    reason: str
    postponed_to: int | None = None

    def __post_init__(self) -> None:
        if (self.kind == "postponed") != (self.postponed_to is not None):
            raise ValueError("a postponed round, and only that, names the year it is put off to")


@dataclass(frozen=True)
class Agreement:
    """A date agreed with a ministry or the council; `indicator` None means all its rows of the year."""

    agency: str
    year: int
    due_on: date
    letter: str
    indicator: str | None = None
    dated_on: date | None = None


@dataclass(frozen=True)
class Receipt:
    """Data received in one medium; `indicator` None means the report as a whole.

    `sent_on` is the day the sender posted or handed it over, where that is known: timely is what was sent in
    time (para 10 binds the sender, not the post).
    """

    agency: str
    year: int
    indicator: str | None
    medium: Medium
    received_on: date
    sent_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """Everything recorded; of two facts about the same thing the later in the tuple holds.

    A fact whose letter or decision is dated after `as_of` is not known yet; one without a date is known.
    """

    rounds: tuple[Round, ...] = ()
    decisions: tuple[Decision, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    receipts: tuple[Receipt, ...] = ()

    def planned_end_on(self, collection: str, agency: str, year: int, as_of: date) -> date | None:
        return _last(
            r.planned_end_on
            for r in self._rounds(collection, agency, year)
            if r.planned_end_on is not None and _is_known(r, as_of)
        )

    def ended_on(self, collection: str, agency: str, year: int, as_of: date) -> date | None:
        """The recorded end, unless it lies after `as_of`."""
        return _last(
            r.ended_on
            for r in self._rounds(collection, agency, year)
            if r.ended_on is not None and r.ended_on <= as_of
        )

    def decision(self, collection: str, agency: str, year: int, as_of: date) -> Decision | None:
        found = None
        for d in self.decisions:
            if (
                (d.collection, d.year) == (collection, year)
                and d.agency in (None, agency)
                and _is_known(d, as_of)
            ):
                found = d
        return found

    def postponed_into(self, collection: str, agency: str, year: int, as_of: date) -> bool:
        """True when the decision in force puts a round of an earlier year off to this one."""
        years = {d.year for d in self.decisions if d.collection == collection and d.postponed_to == year}
        found = (self.decision(collection, agency, earlier, as_of) for earlier in years)
        return any(d is not None and d.postponed_to == year for d in found)

    def agreement(self, agency: str, indicator: str | None, year: int, as_of: date) -> Agreement | None:
        """The date agreed for the row itself, else for all the agency's rows."""
        own = whole = None
        for a in self.agreements:
            if (a.agency, a.year) != (agency, year) or not _is_known(a, as_of):
                continue
            if a.indicator is None:
                whole = a
            elif a.indicator == indicator:
                own = a
        return own or whole

    def received_on(self, agency: str, indicator: str | None, year: int, as_of: date) -> dict[Medium, date]:
        """The first receipt in each medium up to `as_of`."""
        first: dict[Medium, date] = {}
        for r in self.receipts:
            if (r.agency, r.year) == (agency, year) and r.indicator == indicator and r.received_on <= as_of:
                first[r.medium] = min(r.received_on, first.get(r.medium, r.received_on))
        return first

    def sent_on(self, agency: str, indicator: str | None, year: int, as_of: date) -> dict[Medium, date]:
        """The first day each medium was sent, of what was received up to `as_of`; else the day it came."""
        first: dict[Medium, date] = {}
        for r in self.receipts:
            if (r.agency, r.year) == (agency, year) and r.indicator == indicator and r.received_on <= as_of:
                sent = r.sent_on or r.received_on
                first[r.medium] = min(sent, first.get(r.medium, sent))
        return first

    def _rounds(self, collection: str, agency: str, year: int) -> Iterable[Round]:
        # a letter to all first, an agency's own record after it, so that the own one holds
        mine = [r for r in self.rounds if (r.collection, r.year) == (collection, year)]
        return [r for r in mine if r.agency is None] + [r for r in mine if r.agency == agency]


def _is_known(fact: Round | Decision | Agreement, as_of: date) -> bool:
    return fact.dated_on is None or fact.dated_on <= as_of


def _last(days: Iterable[date]) -> date | None:
    found = None
    for day in days:
        found = day
    return found
