"""Makes reminders as their days come, each once; keeps people's wishes and calendar keys."""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from dozor.apps.audit.actions import hold_journal, record
from dozor.apps.collection.queries import duties
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Agency, Person
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.reminders.models import CalendarKey, Reminder, Wish
from dozor.apps.submissions.models import Submission
from dozor.core.calendar.obligation import MET, Obligation, Status
from dozor.core.calendar.reminding import reminder_on
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import State
from dozor.core.text import LANGUAGES

Kind = Reminder.Kind
AT_ONCE = 200  # reminders in one transaction: others write between two


def remind(at: datetime) -> int:
    """Make the reminders whose day has come; return how many are new.

    A person is reminded of what their own agency owes, of submissions sent back to it and of those that wait
    for them to check. However often this runs, each is made once.
    """
    today = timezone.localdate(at)
    people = [p for p in Person.objects.filter(is_active=True).select_related("agency") if p.agency]
    owed, steps = functools.cache(functools.partial(_of_agency, _dated(today), today)), _under_way(today)
    wanted = [
        Reminder(person=person, made_at=at, **told)
        for person in people
        for told in (*_of_duties(person, owed), *_of_submissions(person, steps))
    ]
    return sum(_make(wanted[n : n + AT_ONCE]) for n in range(0, len(wanted), AT_ONCE))


@transaction.atomic
def _make(wanted: Sequence[Reminder]) -> int:
    hold_journal()  # another process that makes the same ones waits here, and then finds them
    subjects = {one.subject for one in wanted}
    known = set(Reminder.objects.filter(subject__in=subjects).values_list("person_id", "subject"))
    return len(Reminder.objects.bulk_create(r for r in wanted if (r.person_id, r.subject) not in known))


Dated = dict[str, dict[tuple[int, str, date], list[Obligation]]]


def _dated(today: date) -> Dated:
    """By agency, what has a due date near today, by year, collection and day."""
    found: Dated = defaultdict(lambda: defaultdict(list))
    left_out = MET | {Status.NOT_HELD, Status.POSTPONED, Status.NOT_RECORDED}
    for year in (today.year - 1, today.year):
        try:
            owed = duties(year=year, as_of=today)
        except LookupError:
            continue
        for duty in owed:
            if duty.status in left_out or duty.due_on is None:
                continue
            day = duty.target_on or duty.due_on
            if reminder_on(day, today) is not None:
                for collection in duty.collections or ("",):
                    found[duty.agency][year, collection, day].append(duty)
    return found


Told = dict[str, Any]  # what a reminder says, but not to whom


def _of_duties(person: Person, owed: Callable[[Agency], list[Told]]) -> list[Told]:
    own = person.agency
    if own is None or not any(may(person, r, own.code) for r in (Right.SUBMIT, Right.PREPARE_SUBMISSION)):
        return []
    return owed(own)


def _of_agency(dated: Dated, today: date, own: Agency) -> list[Told]:
    done = _handed_in(own) if own.code in dated else set()
    found = []
    for (year, collection, day), owed in dated.get(own.code, {}).items():
        offset = reminder_on(day, today)
        kind = _awaited(owed, {indicator for y, c, indicator in done if (y, c) == (year, collection)})
        if kind is None or offset is None:
            continue
        found.append(
            {
                "kind": kind,
                "subject": f"{kind.value} {collection or 'plan'} {year} {own.code} {day} {offset:+d}",
                "agency": own,
                "year": year,
                "collection": collection,
                "due_on": day,
            }
        )
    return found


def _awaited(owed: Iterable[Obligation], done: set[str]) -> Kind | None:
    """What a collection's duties still wait for: rows, else the signed paper copy (para 10)."""
    if any(duty.indicator not in done for duty in owed):
        return Kind.DUE
    came = [{medium for medium, _day in duty.received} for duty in owed]
    return Kind.PAPER if any("electronic" in media and "paper" not in media for media in came) else None


def _handed_in(agency: Agency) -> set[tuple[int, str, str]]:
    """Year, collection and indicator of every row an agency's recipients have."""
    found = Submission.objects.filter(agency=agency, submitted_number__gt=0, request__isnull=True)
    return {
        (one.year, one.collection, row.indicator)
        for one in found
        if (version := one.submitted)
        for row in version.content
    }


def _under_way(today: date) -> list[tuple[Right, Told]]:
    """What submissions wait for, and the right of whoever is to do it."""
    found = list[tuple[Right, Told]]()
    waiting = Submission.objects.filter(state__in=(State.SUBMITTED, State.RETURNED))
    told = waiting.select_related("agency").annotate(step=Max("events__id"), stepped_at=Max("events__at"))
    for one in told.order_by("id"):
        about = {
            "agency": one.agency,
            "year": one.year,
            "collection": one.collection,
            "submission": one,
            "due_on": one.answer_due_on,
        }
        step = one.step or 0
        if one.state == State.SUBMITTED:
            about |= {"kind": Kind.CHECK, "subject": f"check {one.code} {step}"}
            found.append((Right.CHECK_SUBMISSION, about))
            continue
        # told at once, then again on the days before and after its own that come later than that
        offset = reminder_on(one.answer_due_on, today) if one.answer_due_on else None
        if offset is not None and _day(one.answer_due_on, offset) <= timezone.localdate(one.stepped_at):
            offset = None
        for when in ("", *([f" {offset:+d}"] if offset is not None else [])):
            again = about | {"kind": Kind.ANSWER, "subject": f"answer {one.code} {step}{when}"}
            found.append((Right.PREPARE_SUBMISSION, again))
    return found


def _day(due_on: date, offset: int) -> date:
    return due_on + timedelta(days=offset)


def _of_submissions(person: Person, steps: Iterable[tuple[Right, Told]]) -> list[Told]:
    rights = (Right.CHECK_SUBMISSION, Right.PREPARE_SUBMISSION)
    about = {right: agencies_for(person, right) for right in rights}
    return [told for right, told in steps if _is_among(told["agency"].code, about[right])]


def _is_among(code: str, agencies: frozenset[str] | None) -> bool:
    return agencies is None or code in agencies


@transaction.atomic
def remind_agency(*, agency: Agency, year: int, words: str, by: str, at: datetime) -> int:
    """Remind an agency by hand: everyone there who may submit or prepare; return how many.

    Raises
    ------
    Refused
        ``REM-NOBODY``: nobody with an account acts for the agency.
    """
    people = [
        p
        for p in Person.objects.filter(is_active=True, agency=agency)
        if may(p, Right.SUBMIT, agency.code) or may(p, Right.PREPARE_SUBMISSION, agency.code)
    ]
    if not people:
        raise Refused(Finding("REM-NOBODY", found=agency.code))
    for person in people:
        reminder = Reminder(
            person=person,
            kind=Kind.ASKED,
            subject=f"asked {agency.code} {year} {at.isoformat()}",
            agency=agency,
            year=year,
            words=words.strip(),
            by=by,
            made_at=at,
        )
        check_lengths(reminder)
        reminder.save(force_insert=True)
    details = {"people": len(people), "year": year}
    record(action="agency reminded", by=by, at=at, subject=agency.code, details=details)
    return len(people)


def wish(*, person: Person, address: str, language: str, rhythm: str, at: datetime) -> Wish:
    """Record where and how often a person wants mail."""
    if rhythm not in Wish.Rhythm.values or language not in LANGUAGES:
        raise Refused(Finding("REM-WISH", found=f"{rhythm} {language}"))
    made = Wish(person=person, address=address, language=language, rhythm=rhythm, recorded_at=at)
    check_lengths(made)
    made.save(force_insert=True)
    return made


def see(reminders: Iterable[Reminder], at: datetime) -> None:
    """Note that a person has seen these."""
    Reminder.objects.filter(pk__in=[r.pk for r in reminders], seen_at__isnull=True).update(seen_at=at)


@transaction.atomic
def new_calendar_key(*, person: Person, at: datetime) -> str:
    """A new secret address of a person's calendar; an earlier one opens nothing any more."""
    drop_calendar_key(person=person, at=at)
    token = secrets.token_urlsafe(32)
    CalendarKey.objects.create(person=person, token_digest=_digest(token), made_at=at)
    return token


def drop_calendar_key(*, person: Person, at: datetime) -> None:
    person.calendar_keys.filter(revoked_at__isnull=True).update(revoked_at=at)


def person_of_key(token: str) -> Person | None:
    """Whose calendar a secret address opens; None when it opens nothing."""
    found = (
        CalendarKey.objects.filter(token_digest=_digest(token), revoked_at__isnull=True)
        .select_related("person__agency")
        .first()
    )
    return found.person if found and found.person.is_active else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
