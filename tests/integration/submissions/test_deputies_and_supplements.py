"""Deputies by an order, and supplements to a report that is past its day (DEP, SUP).

DEP-001  Within the order's days a deputy does what the other may do, in their name; not before, not after.
DEP-002  Four eyes stay: neither what they handed in nor what the other did.
DEP-003  An order of another agency, without number or with turned dates is refused; one ends by its own act.
SUP-001  A correction accepted after 1 March prints a numbered supplement: was, became, why; before it, none.
DOC-001  What the end of a collection rests on is on file, with its term, for those who may see the agency's.
DOC-002  So are the annual report, its letter and the briefs, once written from a published release.
REC-001  A duty is met by its own rows: what a submission leaves out stays owed, and so does the paper copy.
SUP-002  Reasons of sending back are counted; a row of several executors has one collector; a year is locked.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.instances import Instance
from tests.integration.web.conftest import _pages, browser  # noqa: F401

from dozor.apps.collection.actions import end_collection
from dozor.apps.collection.models import Receipt
from dozor.apps.organisations.deputies import appoint_deputy, end_deputy
from dozor.apps.organisations.models import Agency, Person
from dozor.apps.organisations.scope import Right, acting_for, may
from dozor.apps.reminders.actions import remind
from dozor.apps.reminders.models import Reminder
from dozor.apps.submissions import actions
from dozor.apps.submissions.models import Submission, Supplement
from dozor.core.findings import Refused
from dozor.core.submissions.content import Row

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def person(login: str) -> Person:
    return Person.objects.select_related("agency").get(login=login)


def order(**more: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "person": person("gomel"), "stands_in_for": person("gomel-lead"), "number": "17-к",
        "dated_on": today, "valid_from": today, "valid_to": today + timedelta(days=7), "by": "t",
        "at": timezone.now(), **more,
    }  # fmt: skip


def handed_in(value: str = "3", by: str = "interior", year: int = 2025, code: str = "MIA") -> Submission:
    row = Row("6.1", "BY", str(year), "percent", population="prisoners", value=value)
    version = actions.hand_in(
        agency=Agency.objects.get(code=code), collection="survey-prisoners", year=year, rows=[row],
        came_by="browser", by=by, at=NOW,
    )  # fmt: skip
    return version.submission


@pytest.fixture
def example_(example: Instance) -> Iterator[Instance]:
    yield example


def test_dep_001_within_the_orders_days(example_: Instance):
    assert not may(person("gomel"), Right.SUBMIT, "OCHEPH-HO")
    today = timezone.localdate()
    appoint_deputy(**order(valid_from=today + timedelta(days=2)))  # though midnight passes meanwhile
    assert not may(person("gomel"), Right.SUBMIT, "OCHEPH-HO")
    held = appoint_deputy(**order())
    deputy = person("gomel")
    assert may(deputy, Right.SUBMIT, "OCHEPH-HO")
    assert may(deputy, Right.ACCEPT_SUBMISSION, "DCHE-HO-rechitsa")
    assert not may(deputy, Right.SUBMIT, "OCHEPH-BR")
    assert not may(deputy, Right.APPOINT_DEPUTY, "OCHEPH-HO")  # never handed on
    assert acting_for(deputy, Right.SUBMIT, "OCHEPH-HO") == "gomel-lead"
    assert acting_for(deputy, Right.CHECK_SUBMISSION, "DCHE-HO-rechitsa") == ""  # their own right
    page = browser("gomel-lead").get(reverse("documents"), {"year": today.year}).content.decode()
    assert page.count("Приказ о замещении</th>") == 2  # each with its number and its term
    end_deputy(deputy=held, by="t", at=timezone.now())
    assert not may(person("gomel"), Right.SUBMIT, "OCHEPH-HO")
    assert example_.cli("verify").code == 0


def test_dep_002_four_eyes_stay(example_: Instance):
    appoint_deputy(**order(person=person("approver"), stands_in_for=person("national")))
    one = handed_in(by="national")
    actions.submit(submission=one, by="interior", at=NOW)
    with pytest.raises(Refused, match="SUB-FOUR-EYES"):
        actions.accept(submission=one, by="approver", on_behalf_of="national", at=NOW)
    client = browser("approver")
    done = client.post(f"/work/submissions/{one.pk}/accept/")
    assert done.status_code == 302  # by their own right, in their own name
    last = one.events.order_by("id").last()
    assert last is not None
    assert (last.act, last.by, last.on_behalf_of) == ("accept", "approver", "")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"person": "brest-lead"}, "DEP-AGENCY"),
        ({"person": "gomel-lead"}, "DEP-AGENCY"),
        ({"number": " "}, "SUB-NUMBER"),
        ({"dated_on": date(2999, 1, 1)}, "SUB-FUTURE"),
        ({"valid_to": date(2000, 1, 1)}, "DEP-DATES"),
    ],
)
def test_dep_003_what_is_no_order(example_: Instance, more: dict[str, Any], code: str):
    given = {k: person(v) if k == "person" else v for k, v in more.items()}
    with pytest.raises(Refused, match=code):
        appoint_deputy(**order(**given))


def test_sup_001_a_numbered_supplement(example_: Instance):
    one = handed_in("30")
    actions.submit(submission=one, by="interior", at=NOW)
    assert actions.accept(submission=one, by="national", at=NOW).supplement is None
    for number, value in ((1, "31"), (2, "32")):
        handed_in(value)
        actions.correct(submission=one, reason=f"prison {number} was left out", by="interior", at=NOW)
        written = actions.accept(submission=one, by="national", at=NOW).supplement
        assert written is not None
        assert (written.year, written.number) == (2025, number)
    first = Supplement.objects.get(number=1)
    assert first.changes == [
        {"row": "6.1|prisoners|||BY|2025", "column": "value", "was": "30", "became": "31"}
    ]
    client: Client = browser("ministry")
    answered = client.get(f"/work/submissions/supplements/{first.pk}/")
    text = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(answered.content)).pages)
    for words in ("Дополнение № 1", "2025", "30", "31", "prison 1 was left out"):
        assert words in text
    # before the report is due a correction is simply accepted
    other = handed_in("30", year=2026)
    actions.submit(submission=other, by="interior", at=NOW)
    actions.accept(submission=other, by="national", at=NOW)
    handed_in("31", year=2026)
    actions.correct(submission=other, reason="a slip", by="interior", at=NOW)
    assert actions.accept(submission=other, by="national", at=NOW).supplement is None
    assert example_.cli("verify").code == 0
    listed = browser("national").get("/work/submissions/documents/?year=2025").content.decode()
    assert "Дополнение к ежегодному отчёту" in listed
    # what changed since acceptance is one click from the list, held against the accepted version
    page = browser("national")
    href = f'href="{reverse("submission", args=[one.pk])}#changes"'
    assert page.get(reverse("submissions"), {"year": 2025}).content.decode().count(href) == 1
    assert href not in page.get(reverse("submissions"), {"year": 2026}).content.decode()
    opened = page.get(reverse("submission", args=[one.pk])).content.decode()
    assert "Что изменилось после принятия версии 2: версия 3" in opened
    sheet = browser("interior").get(f"/work/submissions/{one.pk}/sheet/")
    assert sheet.content.startswith(b"%PDF")


def test_sup_002_reasons_rows_of_several_executors_and_a_locked_year(example_: Instance):
    one = handed_in("30")
    actions.submit(submission=one, by="interior", at=NOW)
    remark = {"row": "6.1|prisoners|||BY|2025", "column": "value", "reason": "definition", "text": "x"}
    actions.send_back(submission=one, remarks=[remark], by="national", at=NOW)
    told = browser("national").get("/work/submissions/reasons/?year=2025").content.decode()
    assert "Посчитано не по определению показателя" in told
    assert "МВД" in told
    assert "1 из 1 представлений" in told
    assert (
        "Посчитано" not in browser("brest-lead").get("/work/submissions/reasons/?year=2025").content.decode()
    )
    actions.answer(submission=one, answers={0: "it was"}, by="interior", at=NOW)
    actions.accept(submission=one, by="national", at=NOW)
    client = browser("approver")
    assert client.post("/work/submissions/lock/", {"year": "2025"}).status_code == 302
    one.refresh_from_db()
    assert one.state == "locked"
    given = {"indicator": "2.10", "agency": "MOE", "year": "2025", "number": "12", "dated_on": "2025-02-01"}
    page = browser("national")
    assert page.post("/work/obligations/board/collector/", {**given, "agency": "MIA"}).status_code == 422
    assert page.post("/work/obligations/board/collector/", given).status_code == 302
    rows = page.get("/work/obligations/board/shared/?year=2025").content.decode()
    assert "№ 12" in rows.replace("\xa0", " ")
    assert example_.cli("verify").code == 0


def test_rec_001_only_what_is_handed_in_counts_as_received(example_: Instance):
    """A collection feeds three rows; a submission that holds one of them meets the duty of that one."""
    gomel, now, today = Agency.objects.get(code="OCHEPH-HO"), timezone.now(), timezone.localdate()
    ended_on = today - timedelta(days=15)
    year = ended_on.year
    end_collection(
        collection="survey-youth", year=year, agency=gomel, ended_on=ended_on, evidence="act 1",
        by="t", at=now,
    )  # fmt: skip
    rows = [Row("4.1", "BY-HO", str(year), "percent", population="youth", value="57.3")]

    def hand_in() -> Submission:
        return actions.hand_in(
            agency=gomel,
            collection="survey-youth",
            year=year,
            rows=rows,
            came_by="browser",
            by="gomel",
            at=now,
        ).submission

    def received(medium: str) -> list[str]:
        found = Receipt.objects.filter(agency=gomel, year=year, medium=medium)
        return sorted(found.values_list("indicator", flat=True))

    def reminded() -> list[str]:
        remind(now)
        found = Reminder.objects.filter(person__login="gomel-lead", collection="survey-youth")
        return sorted(found.values_list("kind", flat=True))

    one = hand_in()
    actions.submit(submission=one, by="gomel-lead", at=now)
    assert received("electronic") == ["4.1"]
    page = browser("gomel-lead").get(reverse("submission", args=[one.pk])).content.decode()
    assert "ещё не представлено: 4.2, 4.3." in page
    assert reminded() == ["due"]
    rows += [
        Row("4.2", "BY-HO", str(year), "percent", population="youth", missing="not-held", note="no survey"),
        Row("4.3", "BY-HO", str(year), "years", population="youth", missing="not-held", note="no survey"),
    ]
    hand_in()
    one.refresh_from_db()
    actions.correct(submission=one, reason="the rest", by="gomel-lead", at=now)
    assert received("electronic") == ["4.1", "4.2", "4.3"]
    assert received("paper") == []
    assert reminded() == ["due", "paper"]


def test_doc_001_the_evidence_of_a_collections_end_is_on_file(example_: Instance):
    end_collection(
        collection="survey-prisoners", year=2025, agency=Agency.objects.get(code="OCHEPH-HO"),
        ended_on=date(2025, 11, 3), evidence="протокол № 7 от 03.11.2025", by="t", at=NOW,
    )  # fmt: skip
    shown = {
        login: browser(login).get(reverse("documents"), {"year": 2025}).content.decode()
        for login in ("gomel-lead", "national", "brest-lead", "interior")
    }
    for login in ("gomel-lead", "national"):
        row = next(r for r in shown[login].split("<tr>") if "протокол № 7 от 03.11.2025" in r)
        assert "Свидетельство об окончании сбора" in row
        assert "3 ноября 2025" in " ".join(row.replace("\xa0", " ").split())
        assert ">2030<" in row
    for login in ("brest-lead", "interior"):
        assert "протокол № 7" not in shown[login]


def test_doc_002_what_is_written_from_a_release_is_on_file(example_: Instance):
    of = ("report", "--release", "2025-public-1", "--output")
    for name, options in (("a.docx", ("--letter",)), ("b.pdf", ("--brief", "--area", "BY-BR"))):
        written = [example_.home / name, example_.home / f"again-{name}"]
        for path in written:
            assert example_.cli(*of, path, *options).code == 0
        assert written[0].read_bytes() == written[1].read_bytes()  # kept, and made again
    assert example_.cli("verify").code == 0
    shown = {
        login: browser(login).get(reverse("documents"), {"year": 2025}).content.decode()
        for login in ("national", "brest-lead", "interior")
    }
    letter = next(r for r in shown["national"].split("<tr>") if "Сопроводительное письмо к" in r)
    assert ", DOCX" in letter
    assert hashlib.sha256((example_.home / "a.docx").read_bytes()).hexdigest() in letter
    assert ">постоянно<" in letter
    assert reverse("release", args=["2025-public-1"]) in letter
    brief = next(r for r in shown["brest-lead"].split("<tr>") if "Краткая справка области" in r)
    assert re.search("Брестская область; .., PDF", brief)
    assert reverse("release", args=["2025-public-1"]) not in brief  # releases at work are not for everybody
    assert "Сопроводительное письмо к ежегодному отчёту</th>" not in shown["brest-lead"]
    assert "2025-public-1" not in shown["interior"]
