"""Reads the journal: the events somebody asks for, newest first, and how its chain stands."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from dozor.apps.audit.actions import journal_key, mac_of
from dozor.apps.audit.models import Event
from dozor.apps.organisations.models import Person

_AT_ONCE = 1000


@dataclass(frozen=True)
class Selection:
    """What is asked of the journal; a field left empty asks for nothing.

    Parameters
    ----------
    person
        A part of a sign-in name or of a person's name; ``system`` is the program itself.
    action
        Code of an act, as events hold it.
    about
        A part of what an event names: a code of a round, submission or release, a sign-in name, a file.
    agency
        Code of an agency: what its people did, and what was done about it.
    since, until
        Days in the instance's time zone, both included.
    """

    person: str = ""
    action: str = ""
    about: str = ""
    agency: str = ""
    since: date | None = None
    until: date | None = None

    def plain(self) -> dict[str, str]:
        """The fields that ask for something, as text: what the journal keeps of a look at it."""
        return {name: str(value) for name, value in vars(self).items() if value}


def selected(asked: Selection) -> QuerySet[Event]:
    """Events of a selection, newest first."""
    found = Event.objects.order_by("-sequence")
    if asked.person:
        named = Person.objects.filter(name__icontains=asked.person).values("login")
        found = found.filter(Q(by__icontains=asked.person) | Q(by__in=named))
    if asked.action:
        found = found.filter(action=asked.action)
    if asked.about:
        found = found.filter(subject__icontains=asked.about)
    if asked.agency:
        own = Person.objects.filter(agency__code=asked.agency).values("login")
        found = found.filter(
            Q(by__in=own) | Q(subject__endswith=asked.agency) | Q(details__agency=asked.agency)
        )
    if asked.since:
        found = found.filter(at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Leaf:
    """One page of a selection; `before` of the neighbours, None where there is none.

    Pages are cut at an event and not at a number of events: what is appended meanwhile moves nothing.
    """

    events: tuple[Event, ...]
    newer: int | None
    earlier: int | None


def leaf(found: QuerySet[Event], *, before: int | None, size: int) -> Leaf:
    """The `size` newest events of a selection, or the newest before a place in the chain."""
    events = list((found.filter(sequence__lt=before) if before else found)[: size + 1])
    more, events = len(events) > size, events[:size]
    newer = None
    if before:
        after = list(
            found.order_by("sequence")
            .filter(sequence__gte=before)
            .values_list("sequence", flat=True)[: size + 1]
        )
        # a full page of newer ones and still more: the page ends there; else it is the first
        newer = after[size] if len(after) > size else 0 if after else None
    return Leaf(tuple(events), newer, events[-1].sequence if more else None)


def in_pieces(found: QuerySet[Event], *, to: int) -> Iterator[Event]:
    """Events of a selection up to a place in the chain, newest first, read piece by piece."""
    before = to + 1
    while piece := list(found.filter(sequence__lt=before)[:_AT_ONCE]):
        yield from piece
        before = piece[-1].sequence


def broken(events: Sequence[Event]) -> set[int]:
    """Places of the events whose seal does not fit them, or does not follow the event before them here."""
    key = journal_key()
    seals = {e.sequence: e.mac for e in events}
    return {
        e.sequence
        for e in events
        if not hmac.compare_digest(mac_of(e, key), e.mac)
        or e.previous != seals.get(e.sequence - 1, e.previous)
    }
