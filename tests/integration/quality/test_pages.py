"""Doubts on pages: beside their row, on their agency's page, answered by a form (QLP).

QLP-001  A doubt stands beside its row with a way to answer; the form refuses an empty explanation and a
         contradiction confirmed; answered, it lets the submission go.
QLP-002  The national centre sees no doubt about what is being prepared, and all agencies side by side after.
QLP-003  What was read in answers of persons is shown in words only to who may read answers; others see how
         many there are.
QLP-004  A visit to a site is recorded on the agency's page and feeds its rules.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from tests.instances import Instance
from tests.integration.web.conftest import _pages, browser

from dozor.apps.organisations.models import Agency
from dozor.apps.quality.keeping import About, Subject, keep
from dozor.apps.quality.models import RaisedDoubt
from dozor.apps.submissions.actions import hand_in
from dozor.apps.submissions.models import Submission
from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.submissions.content import Row

__all__ = ["_pages"]
YEAR = 2025


def row(sex: str, numerator: str, denominator: str, value: str) -> Row:
    more = {"population": "youth", "sex": sex, "numerator": numerator, "denominator": denominator}
    return Row("4.1", "BY-HO", str(YEAR), "percent", value=value, **more)  # type: ignore[arg-type]


@pytest.fixture
def handed_in(example: Instance) -> Iterator[Submission]:
    """Rows of the Gomel centre whose women and men do not make the total."""
    rows = [
        row("all", "400", "1000", "40"),
        row("female", "250", "500", "50"),
        row("male", "250", "500", "50"),
    ]
    given = {"collection": "survey-youth", "year": YEAR, "came_by": "browser", "at": timezone.now()}
    version = hand_in(agency=Agency.objects.get(code="OCHEPH-HO"), rows=rows, by="gomel", **given)  # type: ignore[arg-type]
    yield version.submission


def shown(client: Client, route: str, *arguments: object, query: str = "") -> str:
    answer = client.get(reverse(route, args=arguments) + query)
    assert answer.status_code == 200, (route, answer.status_code)
    return answer.content.decode()


def test_qlp_001_002_beside_the_row(handed_in: Submission) -> None:
    lead, national = browser("gomel-lead"), browser("national")
    (one,) = RaisedDoubt.objects.filter(submission=handed_in)
    answer, query = reverse("doubt-answer", args=[one.pk]), f"?year={YEAR}"
    page = shown(lead, "submission", handed_in.pk)
    assert "женщины и мужчины вместе — 500" in page
    assert answer in page
    assert "1 сомнение ждёт ответа" in shown(lead, "quality-agency", query=f"{query}&agency=OCHEPH-HO")
    assert "сомнений, ждущих ответа, нет" in shown(national, "quality", query=query)
    assert national.get(reverse("doubt", args=[one.pk])).status_code == 404
    refused = lead.post(reverse("submission-submit", args=[handed_in.pk]), {"note": "-"})
    assert (refused.status_code, "D11" in refused.content.decode()) == (422, True)
    for sent in ({"becomes": "explain", "text": " "}, {"becomes": "confirm"}, {}):
        assert lead.post(answer, sent).status_code == 422
    assert browser("education").post(answer, {"becomes": "explain", "text": "x"}).status_code == 404
    assert lead.post(answer, {"becomes": "explain", "text": "сто без указания пола"}).status_code == 302
    assert "сто без указания пола" in shown(lead, "doubt", one.pk)
    assert lead.post(reverse("submission-submit", args=[handed_in.pk]), {"note": "-"}).status_code == 302
    assert "сто без указания пола" in shown(national, "submission", handed_in.pk)
    overview = shown(national, "quality", query=query)
    assert "Гомельский областной центр" in overview
    assert "D11: суммы и доли не сходятся" in overview


def test_qlp_003_answers_of_persons(example: Instance) -> None:
    agency = Agency.objects.get(code="OCHEPH-HO")
    subject = Subject("round X", About.ROUND, agency, "by-hiv-2006-123", YEAR)
    night = Finding("QLT-S5-NIGHT", "3", {"interviewer": "I-77", "first": "7", "last": "22"})
    about = {"interviewer": "I-77"}
    keep(subject, [Doubt("S5", Grade.UNLIKELY, night, about=about)], basis="b", at=timezone.now())
    query = f"?agency=OCHEPH-HO&year={YEAR}"
    assert "I-77" in shown(browser("gomel-lead"), "quality-agency", query=query)
    theirs = shown(browser("national"), "quality-agency", query=query)
    assert "I-77" not in theirs
    assert "Ещё 1 сомнение" in theirs
    (one,) = RaisedDoubt.objects.all()
    assert browser("national").get(reverse("doubt", args=[one.pk])).status_code == 404


def test_qlp_004_a_visit(example: Instance) -> None:
    lead, path = browser("gomel-lead"), reverse("recount") + f"?agency=OCHEPH-HO&year={YEAR}"
    visit = {"indicator": "8.1", "site": "Мозырь", "visited_on": "2026-01-20", "evidence": "акт № 3"}
    visit |= {"reported": "30", "recounted": "20", "asked": "10", "documents": "11", "year": str(YEAR)}
    assert lead.post(path, visit).status_code == 422  # more documents than were asked for
    assert lead.post(path, {**visit, "documents": "6"}).status_code == 302
    page = shown(lead, "quality-agency", query=f"?agency=OCHEPH-HO&year={YEAR}")
    assert "Мозырь" in page
    assert {d.rule for d in RaisedDoubt.objects.filter(agency__code="OCHEPH-HO")} >= {"D14", "D15"}


def test_qlp_005_nothing_found_is_said(example: Instance) -> None:
    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        page = shown(browser("gomel-lead"), "quality-agency", query="?agency=OCHEPH-HO&year=2024")
    assert "Правила качества ничего здесь не нашли" in page
