"""Forms filled in on a page, through the doors a browser uses (DSK).

DSK-001  What is typed is saved as a draft, encrypted, and counts for nothing.
DSK-002  A form is sent by the way of a phone's record; sent again it is the same one.
DSK-003  What is wrong stands beside its question and at the top; nothing is sent.
DSK-004  A correction replaces the earlier form, which stays; a code has to be given anew.
DSK-005  An answer that tells who a person is, is refused and not kept, not even in a draft.
DSK-006  A form that comes after its round was closed is kept apart.
DSK-007  Nobody opens another agency's drafts or forms.
DSK-008  Two windows do not overwrite each other.
DSK-009  Without a script every button is a button: entries are added and taken out on the server.
DSK-010  A text of the form published meanwhile does not touch a round: it goes on with its own, and says so.
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

AIRTIME = "airtime-statistics"


@pytest.fixture(scope="module")
def at_desk(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    with desk(copy_of, django_db_blocker, HIGHER, AIRTIME) as one:
        yield one


class Desk:
    """One form at a desk: opened, then posted as its page would."""

    def __init__(self, client: Client, instrument: str = HIGHER) -> None:
        self.client, self.of = client, round_of(instrument)
        self.round, self.code = self.of.pk, self.of.code
        page = client.get(reverse("form-new", args=[self.round]))
        assert page.status_code == 200, page.status_code
        draft = page.context["draft"]
        self.hidden = {"instance": draft.instance_id, "base": str(draft.version), "agency": "OCHEPH-HO"}

    def save(self, answers: dict[str, Any], act: str = "save", **more: str) -> Any:
        """As the page's script does."""
        response = self.client.post(
            reverse("form-save", args=[self.round]), {**self.hidden, **answers, "act": act, **more}
        )
        told = response.json()
        self.hidden["base"] = str(told["version"])
        return told

    def press(self, answers: dict[str, Any], act: str = "save") -> Any:
        """As the page does without a script."""
        return self.client.post(
            reverse("form-new", args=[self.round]), {**self.hidden, **answers, "act": act}, follow=True
        )


@pytest.fixture
def gomel(at_desk: Instance) -> Client:
    return browser("gomel")


def records() -> list[Any]:
    from dozor.apps.collection.models import AnswerRecord

    return list(AnswerRecord.objects.order_by("id"))


def test_dsk_001_a_draft_is_encrypted_and_counts_for_nothing(gomel: Client, at_desk: Instance):
    from dozor.apps.collection.answer_room import room_of

    before = len(records())
    desk = Desk(gomel)
    assert desk.save({})["state"] == "empty"
    told = desk.save({"q.institution": "U-777", "q.students": "много"})
    assert (told["state"], told["version"], told["faults"]) == ("saved", 1, [])
    (sealed,) = room_of(round_of(HIGHER)).drafts.glob("*.sealed")
    assert b"U-777" not in sealed.read_bytes()
    again = desk.save({"q.institution": "U-778"})
    assert again["version"] == 2
    assert [p.name for p in room_of(round_of(HIGHER)).drafts.glob("*.sealed")] != [sealed.name]
    page = gomel.get(again["here"])
    assert 'value="U-778"' in page.content.decode()
    assert len(records()) == before
    gomel.post(reverse("form-drop", args=[desk.round, page.context["draft"].pk]))
    assert not list(room_of(round_of(HIGHER)).drafts.glob("*.sealed"))


def test_dsk_002_sent_once_however_often_it_is_sent(gomel: Client, at_desk: Instance):
    before = len(records())
    desk = Desk(gomel)
    first = desk.save(ANSWERS, "send")
    assert first["state"] == "sent", first
    sent = records()[-1]
    assert (sent.way, sent.agency.code, sent.received_by, sent.state) == (
        "browser", "OCHEPH-HO", "gomel", "stored",
    )  # fmt: skip
    # called by its institution while it still waits to be gathered
    assert "U-1" in gomel.get(reverse("forms-round", args=[desk.round])).content.decode()
    assert desk.save(ANSWERS, "send")["state"] == "sent"  # the answer was lost on the way, it asks again
    assert len(records()) == before + 1
    other = desk.save({**ANSWERS, "q.students": "901"}, "send")
    assert other["faults"], other
    assert len(records()) == before + 1
    exported = at_desk.cli("answers", "export", "--round", desk.code).json
    (row,) = [r for r in exported if r["instance_id"] == sent.instance_id]
    assert (row["institution"], row["students"], row["weight"], row["area"]) == ("U-1", 900, 1, "BY-HO")
    assert row["started_at"] <= row["ended_at"]
    assert "U-1" in gomel.get(reverse("forms-round", args=[desk.round])).content.decode()


def test_dsk_003_what_is_wrong_is_beside_its_question(gomel: Client):
    before = len(records())
    wrong = {**ANSWERS, "q.students_taught": "901", "q.stratum": ""}
    page = Desk(gomel).press(wrong, "send")
    assert page.status_code == 422
    text = page.content.decode()
    assert [anchor for anchor, *_ in page.context["faults"]] == ["f_stratum", "f_students_taught"]
    assert 'aria-invalid="true"' in text
    assert "Не больше числа студентов." in text or "Не больше" in text
    told = Desk(gomel).save(wrong, "send")
    assert told["state"] == "incomplete"
    assert [f["field"] for f in told["faults"]] == ["stratum", "students_taught"]
    assert len(records()) == before


def test_dsk_004_a_correction_replaces_and_keeps(gomel: Client, at_desk: Instance):
    desk = Desk(gomel)
    desk.save({**ANSWERS, "q.institution": "U-4"}, "send")
    first = records()[-1]
    page = gomel.post(reverse("form-edit", args=[desk.round, first.pk]), follow=True)
    assert 'value="U-4"' in page.content.decode()
    draft = page.context["draft"]
    assert draft.replaces == first.instance_id
    desk.hidden |= {"instance": draft.instance_id, "base": str(draft.version)}
    desk.save({**ANSWERS, "q.institution": "U-4", "q.students": "950"}, "send")
    second = records()[-1]
    assert second.replaces == first
    exported = {r["instance_id"]: r for r in at_desk.cli("answers", "export", "--round", desk.code).json}
    assert first.instance_id not in exported
    assert exported[second.instance_id]["students"] == 950
    stale = gomel.post(reverse("form-edit", args=[desk.round, first.pk]), follow=True)
    assert "исправлена" in stale.content.decode() or stale.status_code == 200
    # gathered by now: a form lies in a table, and is found there too
    again = gomel.post(reverse("form-edit", args=[desk.round, second.pk]), follow=True)
    assert 'value="950"' in again.content.decode()
    assert at_desk.cli("verify").code == 0


def test_dsk_005_identity_is_kept_nowhere(gomel: Client):
    from dozor.apps.collection.answer_room import room_of

    room = room_of(round_of(AIRTIME))
    desk = Desk(gomel, AIRTIME)
    told = desk.save({"q.unit": "Иванов Пётр Сергеевич"})
    assert told["state"] == "refused"
    assert told["faults"][0]["field"] == "unit"
    assert "Иванов" not in told["faults"][0]["words"]
    assert not list(room.drafts.glob("*"))


def test_dsk_006_late_is_kept_apart(gomel: Client):
    desk = Desk(gomel)
    desk.save({**ANSWERS, "q.institution": "U-6"})
    of = round_of(HIGHER)
    closed_at, of.closed_at = of.closed_at, timezone.now()
    of.save(update_fields=["closed_at"])
    try:
        assert gomel.get(reverse("form-new", args=[desk.round])).status_code == 404
        assert desk.save({**ANSWERS, "q.institution": "U-6"}, "send")["state"] == "sent"
    finally:
        of.closed_at = closed_at
        of.save(update_fields=["closed_at"])
    late = records()[-1]
    assert (late.state, late.reasons[0]["code"]) == ("quarantined", "COL-LATE")
    assert "отдельно" in gomel.get(reverse("forms-round", args=[desk.round])).content.decode()


def test_dsk_007_nobody_opens_anothers(gomel: Client, at_desk: Instance):
    desk = Desk(gomel)
    told = desk.save({**ANSWERS, "q.institution": "U-7"})
    for login, status in (("national", 404), ("education", 404), ("brest-lead", 404), ("admin", 403)):
        client = browser(login)
        assert client.get(told["here"].split("?")[0]).status_code == status, login
        asked = client.get(told["here"].split("?")[0] + "?agency=OCHEPH-HO")
        assert asked.status_code == 403, login
    taken = browser("brest-lead").post(
        reverse("form-save", args=[desk.round]), {**desk.hidden, "agency": "OCHEPH-BR", **ANSWERS}
    )
    assert taken.status_code == 404


def test_dsk_008_two_windows(gomel: Client):
    desk = Desk(gomel)
    desk.save({**ANSWERS, "q.institution": "U-8"})
    old = desk.hidden["base"]
    desk.save({**ANSWERS, "q.institution": "U-8a"})
    desk.hidden["base"] = old
    told = desk.save({**ANSWERS, "q.institution": "U-8b"})
    assert told["state"] == "changed"
    assert 'value="U-8a"' in gomel.get(told["here"]).content.decode()
    desk.hidden["base"] = old
    assert desk.save({**ANSWERS, "q.institution": "U-8a"})["state"] == "saved"  # the same answers again


def test_dsk_009_entries_without_a_script(gomel: Client):
    channel = {
        "t.channel.0.area": "BY-HO", "t.channel.0.channel_code": "TV-1", "t.channel.0.medium": "television",
        "t.channel.0.minutes_all": "1000", "t.channel.0.minutes_hiv": "12,5", "turn": "channel.0",
    }  # fmt: skip
    head = {"q.unit": "OCHEPH-HO", "q.year": "2026"}
    desk = Desk(gomel, AIRTIME)
    page = desk.press({**head, **channel}, "add:channel")
    (section,) = [s for s in page.context["sections"] if s.repeat]
    assert len(section.turns) == 2
    assert [s["total"] for s in page.context["sums"]] == ["1\u202f000", "12,5"]
    desk.hidden |= {"base": str(page.context["draft"].version)}
    page = desk.press({**head, **channel, "turn": ["channel.0", "channel.1"]}, "remove:channel:1")
    desk.hidden |= {"base": str(page.context["draft"].version)}
    page = desk.press({**head, **channel}, "send")
    assert page.status_code == 200, list(page.context.get("faults", []))
    assert records()[-1].round.instrument == AIRTIME


def test_dsk_010_a_round_goes_on_with_its_own_text(gomel: Client, at_desk: Instance):
    from dozor.apps.plans.actions import load_plan
    from dozor.apps.plans.models import PlanVersion

    desk = Desk(gomel)
    assert desk.save({"q.institution": "U-900", "q.students": "900"})["state"] == "saved"
    files = dict(PlanVersion.objects.get(code="by-hiv-2006-123").files)
    (name,) = (n for n in files if n.endswith(f"{HIGHER}.md"))
    files[name] = files[name].replace("| | 2026-11-22 |", "| | 2026-12-01 |")
    load_plan(files, by="test", at=timezone.now())  # published while somebody types

    told = desk.save({**ANSWERS, "q.institution": "U-900", "q.students": "901"})
    assert (told["state"], told["faults"]) == ("saved", [])
    page = gomel.get(told["here"]).content.decode()
    assert "Раунд идёт дальше по своему тексту от 2026-11-22" in page
    assert 'value="U-900"' in page
    assert 'value="901"' in page
    before = len(records())
    assert desk.save({**ANSWERS, "q.institution": "U-900", "q.students": "901"}, "send")["state"] == "sent"
    assert len(records()) == before + 1
    assert records()[-1].round.form.version.startswith("2026-11-22.")
