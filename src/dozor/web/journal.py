"""Events of the journal in words: who, what, about whom, why, and the page of what they speak of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _

from dozor.apps.audit.models import Event
from dozor.apps.collection.models import Round
from dozor.apps.organisations.models import Person
from dozor.apps.organisations.scope import Right, may
from dozor.apps.releases.models import Release
from dozor.apps.submissions.models import Submission
from dozor.core.submissions.states import State
from dozor.language.words import JOURNAL_ACTS
from dozor.web.names import Names
from dozor.web.rounds import agency_of
from dozor.web.submissions import sees_drafts

SYSTEM = "system"  # whom events name that the program itself or a command caused
MOST_WHY = 30  # texts
# where the rows of an act say why it was done, beside `reason` of the event itself
WHY = {
    "collection.RoundDate": ("evidence", "number", "note"),
    "collection.Agreement": ("number", "note"),
    "collection.Decision": ("reason", "number", "note"),
    "collection.Request": ("number", "scope", "note"),
    "collection.Collector": ("number", "note"),
    "collection.Receipt": ("number", "note"),
    "submissions.SubmissionEvent": ("note", "number"),
    "submissions.Supplement": ("reason",),
    "submissions.SheetMatch": ("outgoing_number", "incoming_number"),
    "organisations.Deputy": ("number",),
    "quality.DoubtEvent": ("text",),
    "quality.SiteRecount": ("evidence",),
    "packages.AgencyKey": ("number",),
}
_OF_SUBMISSIONS = ("submission ", "sheet ", "package ", "receipt ")


@dataclass(frozen=True)
class Shown:
    """One event as the page and the file show it; what is not known is empty."""

    event: Event
    who: str
    login: str
    behalf: str  # in whose place it was done
    act: str
    subject: str
    href: str
    agency: str  # code
    place: str  # the agency's short name
    why: tuple[str, ...]
    is_broken: bool

    @property
    def at(self) -> datetime:
        return self.event.at

    @property
    def held(self) -> str:
        """Everything else the event holds, for whoever wants it to the letter."""
        return json.dumps(self.event.details, ensure_ascii=False, indent=1) if self.event.details else ""


def act_words(action: str) -> str:
    return _(JOURNAL_ACTS[action]) if action in JOURNAL_ACTS else action


def shown(events: Sequence[Event], reader: Any, names: Names, *, broken: Iterable[int] = ()) -> list[Shown]:
    """Events in words; the rows they speak of are asked for once for all of them."""
    people = {p.login: p for p in Person.objects.filter(login__in={e.by for e in events})}
    behind = _rows_behind(events)
    led, apart = _Leads(events, reader, names), frozenset(broken)
    found = []
    for e in events:
        rows = [row for r in e.rows if (row := behind.get((r["table"], r.get("key", ""))))]
        href, agency = led.of(e)
        person = people.get(e.by)
        found.append(
            Shown(
                event=e,
                who=_("the program") if e.by == SYSTEM else person.name if person else e.by,
                login=e.by if person else "",
                behalf=next((row.on_behalf_of for row in rows if getattr(row, "on_behalf_of", "")), ""),
                act=act_words(e.action),
                subject=e.subject,
                href=href,
                agency=agency,
                place=names.agency_short(agency) if agency else "",
                why=_why(e, rows),
                is_broken=e.sequence in apart,
            )
        )
    return found


def _why(event: Event, rows: list[Any]) -> tuple[str, ...]:
    told = [event.details.get("reason")]
    told += [getattr(row, column) for row in rows for column in WHY[row._meta.label]]
    return tuple(dict.fromkeys(str(one) for one in told if one))[:MOST_WHY]


def _rows_behind(events: Sequence[Event]) -> dict[tuple[str, str], Model]:
    """Rows of the events that say why, by table and key."""
    found: dict[tuple[str, str], Model] = {}
    for label in WHY:
        model = apps.get_model(label)
        table = model._meta.db_table
        keys = [r["key"] for e in events for r in e.rows if r["table"] == table and "key" in r]
        if keys:
            found |= {(table, str(row.pk)): row for row in model._default_manager.filter(pk__in=keys)}
    return found


class _Leads:
    """Where an event leads to, and which agency it is about."""

    def __init__(self, events: Sequence[Event], reader: Any, names: Names) -> None:
        self._reader, self._names = reader, names
        subjects = {e.subject.removeprefix("submission ").removeprefix("round ") for e in events}
        self._submissions = {
            s.code: s for s in Submission.objects.select_related("agency").filter(code__in=subjects)
        }
        self._rounds = {
            r.code: r
            for r in Round.objects.select_related("agency")
            .only("code", "agency__code")
            .filter(code__in=subjects)
        }
        self._releases = set(Release.objects.filter(code__in=subjects).values_list("code", flat=True))
        self._people = {
            p.login: p for p in Person.objects.select_related("agency").filter(login__in=subjects)
        }

    def of(self, event: Event) -> tuple[str, str]:
        """Address of the object, empty where there is none the reader may see; code of the agency."""
        kind, _sign, code = event.subject.partition(" ")
        if kind not in ("submission", "round") or not code:
            kind, code = "submission" if event.action.startswith(_OF_SUBMISSIONS) else "", event.subject
        told = str(event.details.get("agency") or "")
        href, agency = self._submission(code) if kind == "submission" else ("", "")
        if not agency:
            ways: tuple[Callable[[str], tuple[str, str]], ...]
            ways = (self._round, self._release, self._person, self._duties)
            for way in ways:
                href, agency = way(code)
                if href or agency:
                    break
        return href, told or agency

    def _submission(self, code: str) -> tuple[str, str]:
        found = self._submissions.get(code)
        if found is None:
            return "", ""
        is_seen = may(self._reader, Right.READ_SUBMISSION, found.agency.code) and (
            found.state != State.DRAFT or sees_drafts(self._reader, found)
        )
        return reverse("submission", args=[found.pk]) if is_seen else "", found.agency.code

    def _round(self, code: str) -> tuple[str, str]:
        found = self._rounds.get(code)
        if found is None:
            return "", ""
        agency = agency_of(found, self._names)
        is_seen = may(self._reader, Right.READ_ROUND, agency)
        return reverse("round", args=[found.pk]) if is_seen else "", agency

    def _release(self, code: str) -> tuple[str, str]:
        is_seen = code in self._releases and may(self._reader, Right.READ_RELEASES)
        return reverse("release", args=[code]) if is_seen else "", ""

    def _person(self, code: str) -> tuple[str, str]:
        found = self._people.get(code)
        if found is None:
            return "", ""
        is_seen = may(self._reader, Right.MANAGE_PEOPLE)
        return reverse(
            "person", args=[found.pk]
        ) if is_seen else "", found.agency.code if found.agency else ""

    def _duties(self, code: str) -> tuple[str, str]:
        """A fact of a duty is named “collection year agency”; a reminder by the agency alone."""
        *before, agency = code.split(" ")
        if agency not in self._names.agencies:
            return "", ""
        if not may(self._reader, Right.READ_DUTIES, agency):
            return "", agency
        year = next((f"&year={word}" for word in before if word.isdigit() and len(word) == 4), "")
        return f"{reverse('obligations')}?agency={agency}{year}", agency
