"""Reminders in the page, by mail, by hand; the calendar's secret address (REM).

REM-001  Each reminder is made once, for those it concerns, and again only on its next day.
REM-002  Mail goes to those who gave an address; without a server, none (`test_mail.py` has a real one).
REM-003  An agency is reminded by hand, by those who may.
REM-004  A calendar's address opens until it is revoked or its person leaves; no log holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone
from tests.instances import Instance
from tests.integration.web.conftest import _pages  # noqa: F401

from dozor.apps.collection.actions import agree_date
from dozor.apps.organisations.models import Agency, Person
from dozor.apps.reminders import actions, mailing
from dozor.apps.reminders.letters import line
from dozor.apps.reminders.models import Reminder, Wish
from dozor.apps.submissions import actions as submissions
from dozor.core.findings import Refused
from dozor.core.submissions.content import Row

DUE = date(2026, 10, 30)
MAIL = override_settings(
    EMAIL_HOST="mail.invalid", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@pytest.fixture
def dated(example: Instance) -> Iterator[Instance]:
    agree_date(agency=Agency.objects.get(code="MOE"), year=2026, due_on=DUE, number="1", by="t", at=at(DUE))
    agree_date(agency=Agency.objects.get(code="MIA"), year=2026, due_on=DUE, number="2", by="t", at=at(DUE))
    yield example


def told(login: str) -> list[tuple[str, str]]:
    found = Reminder.objects.filter(person__login=login).order_by("id")
    return [(r.kind, r.subject.rsplit(" ", 1)[-1]) for r in found]


def test_rem_001_each_once_and_to_those_concerned(dated: Instance):
    days = [DUE + timedelta(days=n) for n in range(-20, 12)]
    for day in days:
        actions.remind(at(day))
        assert actions.remind(at(day)) == 0
    offsets = [subject for kind, subject in told("interior") if kind == "due"]
    assert set(offsets) == {"-14", "-7", "-1", "+0", "+1", "+7"}
    assert len(set(Reminder.objects.values_list("person_id", "subject"))) == Reminder.objects.count()
    assert {r.agency.code for r in Reminder.objects.filter(person__login="interior")} == {"MIA"}
    assert told("ministry") == told("auditor") == []


def test_rem_001_what_is_sent_back_and_what_waits(dated: Instance):
    now = at(DUE)
    row = Row("6.1", "BY", "2026", "percent", population="prisoners", age="all", value="30")
    version = submissions.hand_in(
        agency=Agency.objects.get(code="MIA"), collection="survey-prisoners", year=2026, rows=[row],
        came_by="browser", by="interior", at=now,
    )  # fmt: skip
    submissions.submit(submission=version.submission, by="interior", at=now)
    actions.remind(now)
    assert [k for k, _ in told("national")] == ["check"]
    assert "due" not in {k for k, s in told("interior") if "survey-prisoners " in s}
    remark = {"row": row.name, "column": "value", "reason": "other", "text": "look"}
    submissions.send_back(submission=version.submission, remarks=[remark], by="national", at=now)
    actions.remind(now)
    actions.remind(now + timedelta(days=1))
    answers = Reminder.objects.filter(person__login="interior", kind="answer")
    assert answers.count() == 1  # at once, and not twice for one step
    version.submission.refresh_from_db()
    due_on = version.submission.answer_due_on
    assert due_on
    actions.remind(at(due_on - timedelta(days=7)))
    assert answers.count() == 2  # and a week before its day
    assert not Reminder.objects.filter(kind="answer").exclude(agency__code="MIA").exists()


def test_rem_001_after_the_day_it_is_said_to_be_past(dated: Instance):
    actions.remind(at(DUE))
    actions.remind(at(DUE + timedelta(days=8)))
    told = Reminder.objects.filter(person__login="interior", kind="due", collection="survey-prisoners-hiv")
    before, after = told.order_by("made_at")
    assert "due on 30\u00a0October\u00a02026." in line(before, "en")
    assert "срок истёк 30\u00a0октября\u00a02026, не представлено" in line(after, "ru")


def test_rem_002_without_a_server_or_an_address_nothing_goes(dated: Instance):
    now = at(DUE)
    interior = Person.objects.get(login="interior")
    actions.remind(now)
    actions.wish(person=interior, address="a@example.org", language="en", rhythm="each", at=now)
    assert mailing.send_mail(now) == 0  # no server
    with MAIL:
        actions.wish(person=interior, address="", language="en", rhythm="each", at=now)
        assert mailing.send_mail(now) == 0
        actions.wish(person=interior, address="a@example.org", language="en", rhythm="each", at=now)
        assert mailing.send_mail(now) == 1
        assert "due on 30\u00a0October\u00a02026" in str(mail.outbox[-1].body)
    assert Wish.objects.count() == 3


def test_rem_003_by_hand(dated: Instance):
    now = at(DUE)
    brest = Agency.objects.get(code="OCHEPH-BR")
    assert actions.remind_agency(agency=brest, year=2026, words="please", by="national", at=now) == 1
    (one,) = Reminder.objects.filter(kind="asked")
    assert (one.person.login, one.words, one.by) == ("brest-lead", "please", "national")
    with pytest.raises(Refused, match="REM-NOBODY"):
        actions.remind_agency(
            agency=Agency.objects.get(code="MOI"), year=2026, words="x", by="national", at=now
        )
    assert dated.cli("verify").code == 0


def test_rem_004_the_calendar_is_a_secret(dated: Instance, monkeypatch: pytest.MonkeyPatch):
    interior, now = Person.objects.get(login="interior"), at(DUE)
    monkeypatch.setattr(timezone, "now", lambda: now)  # the calendar holds this year and the one before
    first = actions.new_calendar_key(person=interior, at=now)
    token = actions.new_calendar_key(person=interior, at=now)
    client = Client()
    answered = client.get(f"/key/{token}/calendar.ics")
    assert answered.status_code == 200
    assert b"BEGIN:VEVENT" in answered.content
    assert client.post(f"/key/{token}/calendar.ics").status_code == 405
    assert client.get(f"/key/{first}/calendar.ics").status_code == 403
    assert token not in str(list(interior.calendar_keys.values_list("token_digest", flat=True)))
    interior.is_active = False
    interior.save()
    assert client.get(f"/key/{token}/calendar.ics").status_code == 403
    interior.is_active = True
    interior.save()
    actions.drop_calendar_key(person=interior, at=now)
    assert client.get(f"/key/{token}/calendar.ics").status_code == 403
