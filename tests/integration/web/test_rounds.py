"""Pages of rounds, on a simulated field: progress, people, chains, what is apart, closing, estimates.

RPG-001  The list shows every round in reach with its state; a late one first; simulated ones say so.
RPG-002  A round's page shows response, progress against plan, interviewers, chains and estimates, in three
         languages; what is made of persons' answers only to the roles of its own chain.
RPG-003  A closing asked for on the page is done by the background worker; the page says how far it is, and
         what kept it from being done.
RPG-004  A record kept apart is decided about with a reason.
RPG-005  A round is opened on a page, for those within one's reach and with instruments of their collections;
         one that is in the field already is named; the list of its sample is loaded or refused as a whole.
SIM-022  A simulated field changes no byte of the bank's own pages, and no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation
from tests.instances import CopyOf, opened
from tests.integration.web.conftest import browser

from dozor.apps.collection import simulating as sim
from dozor.apps.collection.background import do_closing
from dozor.apps.collection.models import QuarantineDecision, Round, RoundClosing
from dozor.apps.instance.field import Exercise, Stage, fill_field
from dozor.apps.submissions.models import Submission

AT = timezone.now()  # a run may cross midnight, even that of a new year
YEAR = timezone.localdate(AT).year
YOUTH, PWID = f"survey-youth-{YEAR}-sim", f"survey-pwid-{YEAR}-sim"
STAFF, BREST = f"survey-prison-staff-{YEAR}-sim-MIA", f"survey-women-{YEAR}-sim-OCHEPH-BR"
# closings wait in the queue until a test does them
LATER = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
EXERCISES = (
    Exercise("survey-youth", Stage(is_closed=True), sampling=sim.Sampling(sites=2, take=5), by_phone=False),
    Exercise("survey-pwid", Stage(planned_in=4), sampling=sim.Sampling(people=40, areas=("BY-HM",))),
    Exercise(
        "survey-prison-staff",
        Stage(done=0.8, planned_in=-2, spoilt=2),
        agency="MIA",
        sampling=sim.Sampling(sites=2, take=4),
    ),
    Exercise(
        "survey-women",
        Stage(done=0.5, planned_in=5, spoilt=1),
        agency="OCHEPH-BR",
        sampling=sim.Sampling(sites=2, take=6, size=600),
    ),
)
BANK_PAGES = (
    "/work/",
    "/work/indicators/",
    "/work/indicators/by-hiv-2006-123/4.1/",
    "/work/indicators/by-hiv-2006-123/8.3/",
    "/work/indicators/by-hiv-2006-123/4.1.csv",
    "/work/places/",
    "/work/places/BY/",
    "/work/places/BY-BR/",
    "/work/sources/",
    "/work/data/",
    "/en/work/indicators/by-hiv-2006-123/6.3/",
)
MARK = {"": "моделированные данные", "/be": "мадэляваныя даныя", "/en": "imulated data"}


@pytest.fixture(scope="module")
def field(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[dict[str, bytes]]:
    """An example with a field; holds the bank's pages as they were before."""
    with (
        copy_of("demo") as instance,
        opened(instance, django_db_blocker),
        override_settings(AXES_ENABLED=True, TASKS=LATER),
    ):
        before = _bank_pages()
        codes = fill_field(at=AT, exercises=EXERCISES)
        assert codes == [YOUTH, PWID, STAFF, BREST]
        yield before


def number(code: str) -> int:
    return Round.objects.get(code=code).pk


def english_page(code: str) -> str:
    with translation.override("en"):
        return reverse("round", args=[number(code)])


def _bank_pages() -> dict[str, bytes]:
    reader = browser("ministry")
    return {path: _still(reader.get(path).content) for path in BANK_PAGES}


def _still(page: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_the_banks_pages_are_the_same(field: dict[str, bytes]) -> None:  # SIM-022
    after = _bank_pages()
    assert [path for path in BANK_PAGES if after[path] != field[path]] == []
    assert not Submission.objects.exists()


def test_the_list(field: dict[str, bytes]) -> None:  # RPG-001
    for prefix, mark in MARK.items():
        page = text_of(browser("national").get(f"{prefix}/work/rounds/"))
        assert page.count(mark) == len(EXERCISES)
        places = [page.index(code) for code in (STAFF, BREST, YOUTH)]
        assert places == sorted(places), "late, then in the field, then closed"
    own = text_of(browser("brest-lead").get("/work/rounds/"))
    assert BREST in own
    assert STAFF not in own
    assert YOUTH not in own
    assert browser("ministry").get("/work/rounds/").status_code == 403
    assert browser("interior").get(f"/work/rounds/{number(BREST)}/").status_code == 404


def test_a_closed_sample(field: dict[str, bytes]) -> None:  # RPG-002
    for prefix, mark in MARK.items():
        page = text_of(browser("national").get(f"{prefix}/work/rounds/{number(YOUTH)}/"))
        assert mark in page
        kept = Round.objects.get(code=YOUTH).estimates.get()
        assert kept.checksum in page
    page = text_of(browser("national").get(f"/en/work/rounds/{number(YOUTH)}/"))
    for heading in ("What the round says", "Progress against plan, by place", "Interviewers", "By day"):
        assert heading in page
    share = next(r for r in kept.estimates if r["definition"] == "4.1/youth" and not r["domain"])
    assert f"{100 * share['estimate']:.1f}%" in page
    assert f"{100 * share['lower']:.1f}–{100 * share['upper']:.1f}" in page
    # the approver may see how the round goes, and nothing that is made of persons' answers
    counts = text_of(browser("approver").get(f"/en/work/rounds/{number(YOUTH)}/"))
    assert "Progress against plan, by place" in counts
    assert "Interviewers" not in counts
    assert "What the round says" not in counts


def test_chains(field: dict[str, bytes]) -> None:  # RPG-002
    page = text_of(browser("national").get(f"/en/work/rounds/{number(PWID)}/?series=8.5/PWID&city=BY-HM"))
    assert "Chains of recruitment" in page
    assert page.count("<svg") >= 4
    assert "What the round says" not in page, "nothing is estimated while the field is open"


def test_what_is_apart(field: dict[str, bytes]) -> None:  # RPG-004
    person = browser("brest-lead")
    page = text_of(person.get(english_page(BREST)))
    assert "an answer outside the choices" in page.lower()
    (apart,) = Round.objects.get(code=BREST).records.filter(state="quarantined")
    # whatever rule is broken, by the question's words and without the answer
    rules = ("RULE", "LONG", "CHOICE", "INTEGER", "DECIMAL", "DATE", "INSTANT", "LOW", "HIGH", "MISSING")
    with transaction.atomic():
        apart.reasons = [{"code": f"COL-ANSWER-{rule}", "column": "way_sex"} for rule in rules]
        apart.save(update_fields=["reasons"])
        told = text_of(person.get(english_page(BREST)))
        transaction.set_rollback(True)
    assert told.count("What you know about HIV: Through sex without a condom") == len(rules)
    assert "COL-ANSWER" not in told
    address = f"/en/work/rounds/{number(BREST)}/decide/"
    asked = text_of(person.get(f"{address}?record={apart.pk}"))
    assert "An answer outside the choices" in asked  # whoever decides sees about what
    assert ">Record</label>" not in person.get(f"{address}?record={apart.pk}").content.decode()
    unsaid = person.post(address, {"record": apart.pk, "becomes": "counted", "reason": ""})
    assert unsaid.status_code == 422
    assert not QuarantineDecision.objects.filter(answer_record=apart).exists()
    done = person.post(address, {"record": apart.pk, "becomes": "counted", "reason": "the old form"})
    assert done.status_code == 302
    assert QuarantineDecision.objects.get(answer_record=apart).decided_by == "brest-lead"
    assert "the old form" in text_of(person.get(english_page(BREST)))
    # a ministry sees how its own round goes, never its records
    ministry = browser("interior")
    assert "Kept apart" not in text_of(ministry.get(f"/en/work/rounds/{number(STAFF)}/"))
    assert ministry.get(f"/work/rounds/{number(STAFF)}/decide/").status_code == 403


def test_closing_in_the_background(field: dict[str, bytes]) -> None:  # RPG-003
    person = browser("brest-lead")
    address = english_page(BREST)
    assert person.post(f"{address}close/", {}).status_code == 422
    assert not RoundClosing.objects.exists()
    assert person.post(f"{address}close/", {"is_sure": "on"}).status_code == 302
    order = RoundClosing.objects.get()
    assert (order.state, order.requested_by) == ("waiting", "brest-lead")
    assert "waits its turn" in text_of(person.get(address))
    # asked for again, it is the same closing
    assert person.post(f"{address}close/", {"is_sure": "on"}).status_code == 302
    assert RoundClosing.objects.count() == 1
    RoundClosing.objects.update(state="working", done_percent=40)
    part = person.get(f"{address}closing/", headers={"HX-Request": "true"})
    assert 'value="40"' in text_of(part)
    assert "HX-Refresh" not in part
    do_closing.call(order.pk)
    order.refresh_from_db()
    assert (order.state, order.done_percent) == ("done", 100)
    part = person.get(f"{address}closing/", headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    assert "What the round says" in text_of(person.get(address))
    closed = Round.objects.get(code=BREST)
    assert closed.closed_by == "brest-lead"
    assert closed.closed_at - order.requested_at < timedelta(minutes=5)


def test_a_closing_that_cannot_be(field: dict[str, bytes]) -> None:  # RPG-003
    staff = Round.objects.get(code=STAFF)
    content = {"key": "site", "lines": [{"code": "elsewhere", "planned": 4}]}
    staff.sample_tables.filter(pk=staff.sample_tables.last().pk).update(content=content)
    admin = browser("admin")
    assert admin.post(f"/en/work/rounds/{number(STAFF)}/close/", {"is_sure": "on"}).status_code == 302
    order = RoundClosing.objects.get(round=staff)
    do_closing.call(order.pk)
    order.refresh_from_db()
    assert order.state == "refused"
    page = text_of(admin.get(f"/en/work/rounds/{number(STAFF)}/"))
    assert "The round was not closed" in page
    assert "which is not in the list of the sample" in page
    assert Round.objects.get(code=STAFF).closed_at is None


def test_a_round_nobody_opened(field: dict[str, bytes]) -> None:
    assert browser("admin").get("/work/rounds/999999/").status_code == 404


def test_a_round_is_opened_and_given_its_sample(field: dict[str, bytes]) -> None:  # RPG-005
    centre, lead = browser("national"), browser("brest-lead")
    address = reverse("round-open")
    offered = text_of(lead.get(address))
    assert 'value="survey-women"' in offered
    assert 'value="survey-prison-staff"' not in offered  # of another ministry's collections
    assert 'value="OCHEPH-HO"' not in offered
    wanted = {"instrument": "survey-women", "year": YEAR, "agency": "OCHEPH-HO", "planned_end_on": ""}
    assert lead.post(address, wanted).status_code == 422
    assert lead.post(address, wanted | {"agency": ""}).status_code == 403
    assert browser("ministry").get(address).status_code == 403
    assert not Round.objects.filter(code=f"survey-women-{YEAR}-OCHEPH-HO").exists()

    opened = centre.post(address, wanted | {"planned_end_on": f"{YEAR}-12-20"}, follow=True)
    one = Round.objects.get(code=f"survey-women-{YEAR}-OCHEPH-HO")
    assert opened.redirect_chain[-1][0] == reverse("round", args=[one.pk])
    assert (one.opened_by, str(one.planned_end_on)) == ("national", f"{YEAR}-12-20")
    again = centre.post(address, wanted)
    assert again.status_code == 422
    assert one.code in again.content.decode()

    listing = reverse("round-sample", args=[one.pk])
    assert lead.get(listing).status_code == 404
    assert centre.post(listing, {"file": _table("site,probability\nA,2\n")}).status_code == 422
    assert not one.sample_tables.exists()
    given = centre.post(
        listing, {"file": _table("site,probability,size,planned\nA,0.5,40,10\nB,0.5,30,9\n")}, follow=True
    )
    assert "sample.csv" in text_of(given)
    assert one.sample_tables.get().lines == 2
    # a closed one takes no list any more
    closed = reverse("round-sample", args=[number(YOUTH)])
    after = centre.post(closed, {"file": _table("site,probability\nA,0.5\n")}, follow=True)
    assert after.redirect_chain[-1][0] == reverse("round", args=[number(YOUTH)])
    assert not Round.objects.get(code=YOUTH).sample_tables.filter(file_name="sample.csv").exists()


def _table(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("sample.csv", text.encode(), content_type="text/csv")
