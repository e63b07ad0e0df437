"""Sheets of paper entered by two people (PAP).

PAP-001  Two entries that agree are one record, marked as from paper; one person cannot enter a sheet twice.
PAP-002  Entries that differ wait; settled, they are one record, and the error rate of the typing is shown.
PAP-004  An entry somebody began and left is taken over by another person; what was typed goes.
PAP-003  Nobody opens the other's entry before it is settled; a finished entry is not changed.
PAP-005  Whoever opened a sheet under a wrong number removes it, with a reason, until somebody else has begun
         it; its number is free, what was typed is gone, the row and the event stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.instances import CopyOf, Instance
from tests.integration.desk.conftest import ANSWERS, HIGHER, desk, round_of
from tests.integration.web.conftest import browser


@pytest.fixture(scope="module")
def at_desk(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    with desk(copy_of, django_db_blocker, HIGHER) as one:
        yield one


def the_round() -> Any:
    return round_of(HIGHER)


def begin(client: Client, number: str) -> Any:
    return client.post(reverse("forms-papers", args=[the_round().pk]), {"number": number}, follow=True)


def enter(client: Client, number: str, **changes: str) -> Any:
    page = begin(client, number)
    draft = page.context["draft"]
    body = {"instance": draft.instance_id, "base": str(draft.version), "agency": "OCHEPH-HO", **ANSWERS}
    body |= {f"q.{name}": text for name, text in changes.items()}
    return client.post(
        reverse("form-draft", args=[the_round().pk, draft.pk]), {**body, "act": "send"}, follow=True
    )


def papers_page(client: Client) -> str:
    return client.get(reverse("forms-papers", args=[the_round().pk])).content.decode()


def test_pap_001_two_that_agree_are_one_record(at_desk: Instance):
    from dozor.apps.collection.models import AnswerRecord

    first, second = browser("gomel"), browser("gomel-lead")
    page = enter(first, "A-1")
    assert "Первый ввод закончен" in page.content.decode()
    assert AnswerRecord.objects.count() == 0
    again = begin(first, "A-1")
    assert again.status_code == 422
    assert "вы уже вводили" in again.content.decode().lower()
    page = enter(second, "A-1", students="9 00")
    assert "Два ввода совпали" in page.content.decode()
    kept = AnswerRecord.objects.get()
    assert (kept.way, kept.paper.number, kept.paper.differing, kept.state) == ("paper", "A-1", 0, "stored")
    assert begin(browser("gomel"), "").status_code == 422


def test_pap_002_what_differs_is_settled(at_desk: Instance):
    from dozor.apps.collection.models import AnswerRecord, PaperForm

    before = AnswerRecord.objects.count()
    first, second = browser("gomel"), browser("gomel-lead")
    enter(first, "A-2")
    page = enter(second, "A-2", students="990", students_taught="200")
    assert "вводы расходятся" in page.content.decode()
    assert AnswerRecord.objects.count() == before
    paper = PaperForm.objects.get(number="A-2")
    address = reverse("paper-settle", args=[the_round().pk, paper.pk])
    shown = second.get(address).content.decode()
    assert "900" in shown
    assert "990" in shown
    assert "Координатор Гомельского областного центра" in shown  # who typed what, by name
    half = second.post(address, {"choice.1": "first"})
    assert half.status_code == 422
    wrong = second.post(address, {"choice.1": "other", "other.1": "100", "choice.2": "first"})
    assert (wrong.status_code, AnswerRecord.objects.count()) == (422, before)
    done = second.post(address, {"choice.1": "second", "choice.2": "other", "other.2": "250"}, follow=True)
    assert "Расхождения разобраны" in done.content.decode()
    kept = AnswerRecord.objects.order_by("id").last()
    assert (kept.paper.number, kept.paper.settled_by, kept.paper.differing) == ("A-2", "gomel-lead", 2)
    exported = at_desk.cli("answers", "export", "--round", the_round().code).json
    row = next(r for r in exported if r["instance_id"] == kept.instance_id)
    assert (row["students"], row["students_taught"]) == (990, 250)
    # 2 of 12 fields on two sheets of 6: above one in a hundred
    text = papers_page(first)
    assert "2 из 12 полей (16,7" in text
    assert "посмотрите, как вводят листы" in text
    assert second.post(address, {"choice.1": "second"}).status_code == 302  # settled once
    assert at_desk.cli("verify").code == 0


def test_pap_003_entries_are_apart(at_desk: Instance):
    first, second = browser("gomel"), browser("gomel-lead")
    page = begin(first, "A-3")
    own = reverse("form-draft", args=[the_round().pk, page.context["draft"].pk])
    assert first.get(own).status_code == 200
    assert second.get(own).status_code == 404
    taken = second.post(own, {"instance": page.context["draft"].instance_id, **ANSWERS, "act": "save"})
    assert taken.status_code == 404
    enter(first, "A-3")
    assert first.get(own).status_code == 404
    enter(second, "A-3", students="1")  # breaks a rule: not finished
    assert "введён один раз" in papers_page(first)


def test_pap_004_a_left_entry_is_taken_over(at_desk: Instance):
    from dozor.apps.collection.models import PaperForm
    from dozor.apps.organisations.actions import add_person

    add_person(
        login="gomel-third", name="Третий", role="oblast-specialist", agency="OCHEPH-HO",
        password="kaliade-7-vosen", by="test", at=timezone.now(),
    )  # fmt: skip
    first, second, other = browser("gomel"), browser("gomel-lead"), browser("gomel-third")
    enter(first, "A-4")
    left = begin(second, "A-4").context["draft"]
    papers = reverse("forms-papers", args=[the_round().pk])
    assert other.post(papers, {"number": "A-4"}).status_code == 422  # two people have it
    page = other.get(papers).content.decode()
    assert "Ввести вместо: Координатор" in page
    taken = other.post(papers, {"number": "A-4", "act": "instead"}, follow=True)
    assert taken.status_code == 200
    assert taken.context["draft"].pk != left.pk
    left.refresh_from_db()
    assert (left.name, left.dropped_at is not None) == ("", True)
    entries = PaperForm.objects.get(number="A-4").entries.values_list("entered_by", flat=True)
    assert set(entries) == {"gomel", "gomel-third"}
    assert first.post(papers, {"number": "A-4", "act": "instead"}).status_code == 422  # never one's own sheet
    assert at_desk.cli("verify").code == 0


def remove(client: Client, number: str, reason: str) -> Any:
    from dozor.apps.collection.models import PaperForm

    paper = PaperForm.objects.filter(number=number).latest("id")
    return client.post(
        reverse("paper-remove", args=[the_round().pk, paper.pk]), {"reason": reason}, follow=True
    )


def test_pap_005_a_sheet_under_a_wrong_number_is_removed(at_desk: Instance):
    from dozor.apps.audit.models import Event
    from dozor.apps.collection.answer_room import room_of
    from dozor.apps.collection.models import PaperForm

    first, second = browser("gomel"), browser("gomel-lead")
    enter(first, "A-5")
    paper = PaperForm.objects.get(number="A-5")
    address = reverse("paper-remove", args=[the_round().pk, paper.pk])
    draft = paper.entries.get().draft
    (kept,) = room_of(the_round()).drafts.glob(f"{draft.name}*")
    assert address in papers_page(first)
    assert address not in papers_page(second)
    assert remove(second, "A-5", "не мой").status_code == 422  # somebody else's
    assert remove(first, "A-5", " ").status_code == 422
    assert PaperForm.objects.get(number="A-5").removed_at is None
    assert first.get(address).status_code == 200
    done = remove(first, "A-5", "на листе стоит А-6")
    assert "номер свободен" in done.content.decode()
    assert "на листе стоит А-6" in papers_page(second)
    assert not kept.exists()
    event = Event.objects.filter(action="paper removed").get()
    assert (event.by, event.details) == ("gomel", {"paper": "A-5", "reason": "на листе стоит А-6"})
    assert remove(first, "A-5", "ещё раз").status_code == 422
    assert first.get(address).status_code == 302
    again = reverse("form-draft", args=[the_round().pk, draft.pk])
    assert first.get(again).status_code == 404
    # the number is free, for the same person too; a second entry then holds the sheet
    enter(first, "A-5")
    assert PaperForm.objects.filter(number="A-5").count() == 2
    begin(second, "A-5")
    assert remove(first, "A-5", "поздно").status_code == 422
    assert "нельзя" in remove(second, "A-5", "поздно").content.decode()
    assert at_desk.cli("verify").code == 0


def test_pap_005_a_removal_and_a_second_entry_at_once(at_desk: Instance, monkeypatch: pytest.MonkeyPatch):
    from dozor.apps.collection import papers
    from dozor.apps.collection.models import Draft, PaperForm
    from dozor.core.findings import Refused

    enter(browser("gomel"), "A-7")
    paper = PaperForm.objects.get(number="A-7")
    saved = papers.save_draft

    def removed_meanwhile(*args: Any, **more: Any) -> Any:
        papers.remove_paper(paper, reason="чужой номер", by="gomel", at=timezone.now())
        return saved(*args, **more)

    monkeypatch.setattr(papers, "save_draft", removed_meanwhile)
    agency, now = paper.agency, timezone.now()
    with pytest.raises(Refused) as refused:
        papers.begin_entry(the_round(), agency=agency, number="A-7", by="gomel-lead", at=now)
    assert refused.value.findings[0].code == "PAPER-REMOVED"
    assert paper.entries.count() == 1
    assert Draft.objects.filter(started_by="gomel-lead", started_at=now, dropped_at__isnull=False).exists()
