"""Whoever sees answers of persons is written down (SEEN).

SEEN-001 opening a form begun, and opening again one that was sent, is one event each: who, when, what, where
SEEN-003 of every route that is read, only two show an answer, to those who may, each time with its event
SEEN-002 an event tells of the form, never an answer of it
"""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.instances import Instance
from tests.integration.matrix import planted
from tests.integration.matrix.executing import every_route, routes
from tests.integration.web.conftest import _pages, browser

from dozor.apps.audit.models import Event

__all__ = ["_pages"]


@pytest.fixture
def draft(example: Instance) -> tuple[int, int]:
    from dozor.apps.collection.filling import new_instance_id, save_draft
    from dozor.apps.collection.rounds import open_round
    from dozor.apps.organisations.models import Agency
    from dozor.core.answers.filling import Filling

    gomel = Agency.objects.get(code="OCHEPH-HO")
    round_ = open_round(instrument="survey-youth", year=2026, by="test", at=timezone.now(), agency=gomel)
    kept = save_draft(
        round_, Filling({"age": "19"}), instance_id=new_instance_id(), agency=gomel, base=0, by="gomel",
        at=timezone.now(),
    )  # fmt: skip
    return round_.pk, kept.pk


def last_event() -> int:
    return Event.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def events(example: Instance) -> list[dict[str, object]]:
    return example.cli("audit", "export").json["events"]


def test_seen_001_opening_a_draft_is_one_event(example: Instance, draft: tuple[int, int]) -> None:
    before = len(events(example))
    page = browser("gomel").get(f"{reverse('form-draft', args=draft)}?agency=OCHEPH-HO")
    assert page.status_code == 200
    assert b'value="19"' in page.content
    (seen,) = events(example)[before:]
    assert (seen["by"], seen["action"]) == ("gomel", "draft seen")
    assert seen["subject"] == "survey-youth-2026-OCHEPH-HO"
    assert seen["details"]["agency"] == "OCHEPH-HO"  # type: ignore[index]
    assert "19" not in str(seen["details"]).replace(str(seen["details"]["form"]), "")  # type: ignore[index]
    assert example.cli("verify").code == 0


def test_seen_001_who_is_refused_saw_nothing(example: Instance, draft: tuple[int, int]) -> None:
    before = len(events(example))
    for login in ("brest-lead", "interior", "admin", "national", "auditor"):
        page = browser(login).get(reverse("form-draft", args=draft))
        assert page.status_code in (403, 404)
        assert b'value="19"' not in page.content
    assert len(events(example)) == before


CANARY = "7318842"  # an age nobody has
SEEING = {"form-draft", "paper-settle"}  # pages that show answers of a person; each look is an event


@pytest.fixture
def planted_answers(example: Instance) -> dict[str, tuple[object, ...]]:
    """An age nobody has in a form begun, in a form sent, and in one of two entries of a paper."""
    from dozor.apps.collection.filling import new_instance_id, save_draft
    from dozor.apps.collection.models import AnswerRecord, Draft, PaperEntry, PaperForm
    from dozor.apps.collection.receiving import Sender, receive
    from dozor.apps.collection.rounds import open_round
    from dozor.apps.organisations.models import Agency
    from dozor.core.answers.filling import Filling
    from dozor.formats.openrosa import write_instance

    gomel, at = Agency.objects.get(code="OCHEPH-HO"), timezone.now()
    round_ = open_round(instrument="survey-youth", year=2026, by="test", at=at, agency=gomel)

    def begun(age: str, by: str) -> Draft:
        return save_draft(
            round_, Filling({"age": age}), instance_id=new_instance_id(), agency=gomel, base=0, by=by, at=at
        )

    own = begun(CANARY, "gomel")
    paper = PaperForm.objects.create(round=round_, agency=gomel, number="7", opened_at=at, opened_by="gomel")
    for by, age in (("gomel", CANARY), ("rechitsa", "19")):
        PaperEntry.objects.create(paper=paper, draft=begun(age, by), entered_by=by, finished_at=at)
    version = round_.form.answer_form.version
    sent = write_instance("survey-youth", version, new_instance_id(), {"age": CANARY}, {})
    receive(sender=Sender(gomel, "gomel", AnswerRecord.Way.BROWSER), received=sent, at=at, round_=round_)
    record = AnswerRecord.objects.get()
    return {"round": (round_.pk,), "draft": (round_.pk, own.pk), "paper": (round_.pk, paper.pk),
            "record": (round_.pk, record.pk)}  # fmt: skip


def test_seen_003_no_route_shows_an_answer_unsaid(
    example: Instance, planted_answers: dict[str, tuple[object, ...]]
) -> None:
    told: dict[str, set[str]] = {}
    asked = 0
    reading = [r for r in routes() if "GET" in r.methods and "token" not in r.rights]
    assert {r.name for r in routes()} == set(every_route())
    for login in ("gomel", "gomel-lead", "national", "admin", "auditor", "rechitsa", "brest-lead"):
        client = browser(login)
        for route in reading:
            kind = route.kind if route.kind != "-" else ""
            if kind in planted_answers:
                arguments = planted_answers[kind]
            elif kind in ("", "agency"):
                arguments = planted.ARGUMENTS.get(route.name, ())
            else:
                continue  # a row of another kind holds no answers: this home has none of it
            before = last_event()
            page = client.get(f"{reverse(route.name, args=arguments)}?agency=OCHEPH-HO&language=en")
            content = b"".join(page) if page.streaming else page.content
            asked += 1
            looks = Event.objects.filter(sequence__gt=before, by=login, action__endswith=" seen")
            seen = list(looks.exclude(action="journal seen"))  # of events, and never of an answer
            if CANARY.encode() in content:
                told.setdefault(route.name, set()).add(login)
                assert len(seen) == 1, (route.name, login)
                assert (seen[0].subject, CANARY in str(seen[0].details)) == (
                    "survey-youth-2026-OCHEPH-HO",
                    False,
                )
            else:
                assert not seen or route.name in SEEING, (route.name, login)
    assert set(told) == SEEING
    assert not {"national", "admin", "auditor", "brest-lead"} & set().union(*told.values())
    assert asked > 400
