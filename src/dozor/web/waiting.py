"""What waits for one person: remarks to answer, submissions to check, requests; the next first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dozor.apps.audit.kept import kept
from dozor.apps.collection.models import Request
from dozor.apps.organisations.queries import with_agencies
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.submissions.models import Submission
from dozor.apps.submissions.queries import submissions
from dozor.core.calendar.obligation import SOON
from dozor.core.submissions.states import State
from dozor.web.duties import Step
from dozor.web.names import Names

OPEN = (State.RETURNED, State.SUBMITTED)  # somebody has to do something


@dataclass(frozen=True)
class Waiting:
    """One thing to do, with its button; `days_left` None: no date runs."""

    what: str
    about: str
    left: str
    tone: str
    days_left: int | None
    step: Step


def waiting(person: Any, names: Names, today: date) -> list[Waiting]:
    """Everything that waits for a person beside the duties themselves, the fewest days left first."""
    if not may(person, Right.READ_SUBMISSION):
        return []
    found = [*_of_submissions(person, names, today), *_of_requests(person, names, today)]
    return sorted(found, key=lambda w: (w.days_left if w.days_left is not None else SOON, w.what, w.about))


def _of_submissions(person: Any, names: Names, today: date) -> Iterator[Waiting]:
    collections = {c.code: names.say(c.name) for c in names.main_plan.collections}
    for one in submissions(agency=agencies_for(person, Right.READ_SUBMISSION), states=OPEN):
        about = one.agency.code
        name = f"{collections.get(one.collection, one.collection)}, {one.year}"
        page = reverse("submission", args=[one.pk])
        if one.state == State.RETURNED and may(person, Right.PREPARE_SUBMISSION, about):
            left = None if one.answer_due_on is None else (one.answer_due_on - today).days
            step = Step(_("Answer the remarks"), page, is_first=True)
            is_own = person.agency is not None and person.agency.code == about
            about_text = name if is_own else f"{names.agency_short(about)}: {name}"
            yield Waiting(_("Sent back with remarks"), about_text, days_words(left), _tone(left), left, step)
        elif one.state == State.SUBMITTED and _may_judge(person, about):
            since = _submitted_on(one)
            days = (today - since).days if since else 0
            words = ngettext("waits %(days)s day", "waits %(days)s days", days) % {"days": days}
            words = words if days else _("came today")
            about_text = f"{names.agency_short(about)}: {name}"
            step = Step(_("Check it"), page, is_first=True)
            yield Waiting(_("Submitted, to be checked"), about_text, words, "soon", None, step)


def _may_judge(person: Any, agency: str) -> bool:
    return any(may(person, r, agency) for r in (Right.CHECK_SUBMISSION, Right.ACCEPT_SUBMISSION))


def _submitted_on(one: Submission) -> date | None:
    last = one.events.filter(state_after=State.SUBMITTED).order_by("id").last()
    return timezone.localtime(last.at).date() if last else None


def _of_requests(person: Any, names: Names, today: date) -> Iterator[Waiting]:
    """An oblast centre's numbered requests, for the district that answers them (para 9)."""
    if person.agency is None or not may(person, Right.PREPARE_SUBMISSION, person.agency.code):
        return
    for one in kept(("requests to", person.agency.pk), (Request,), lambda: _requests_to(person.agency.pk)):
        if one.year < today.year - 1:
            continue
        if one.submissions.exclude(state__in=(State.DRAFT, State.RETURNED)).exists():
            continue
        left = (one.due_on - today).days
        words = _("Request No. %(number)s of %(who)s") % {
            "number": one.number,
            "who": names.agency_short(one.sender.code),
        }
        step = Step(_("Answer the request"), reverse("request-answer", args=[one.pk]), is_first=True)
        yield Waiting(words, one.scope, days_words(left), _tone(left), left, step)


def _requests_to(agency: int) -> list[Request]:
    return with_agencies(Request.objects.filter(recipient=agency), "sender")


def days_words(left: int | None) -> str:
    if left is None:
        return ""
    if left < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -left) % {"days": -left}
    if left == 0:
        return _("today")
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}


def _tone(left: int | None) -> str:
    return "" if left is None else "late" if left < 0 else "soon" if left <= SOON else ""
