"""Packages by pages instead of commands (PKG).

PKG-008  The same way by pages: tried first, taken by whoever may, nothing kept of a check.
PKG-012  What was sent back and a request leave and come by pages too, by whoever may.
PKG-015  A district answers each of several requests by its own page.
PKG-014  So does an acceptance; the submission's page in the agency's instance says so and by whom.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.instances import Instance
from tests.integration.packages.test_packages import CENTRE, CODE, REGION, Post
from tests.integration.packages.test_packages import post as post  # noqa: PLC0414 - a fixture
from tests.integration.packages.test_what_goes_back import REMARK, handed_in
from tests.integration.web.conftest import _pages, browser  # noqa: F401


def person(instance: Instance, login: str, role: str, agency: str) -> Client:
    ran = instance.cli("user", "add", login, "--role", role, "--agency", agency, "--name", login)
    assert ran.code == 0, ran.err
    return browser(login)


def test_pkg_008_by_pages_there_and_back(post: Post):
    """The same way by pages: made, saved, checked, taken, receipted; each by whoever may."""

    from dozor.apps.audit.models import Event
    from dozor.apps.packages.models import Package
    from dozor.apps.submissions.models import Submission

    def bring(client: Client, content: bytes) -> Any:
        sent = SimpleUploadedFile("a.dozor", content)
        return client.post(reverse("package-import"), {"file": sent}, follow=True)

    def file(client: Client, part: str = "") -> bytes:
        # a rolled back trial has used up a number on PostgreSQL
        return client.get(reverse("package-file", args=[Package.objects.get().pk]), {"part": part}).content

    def step(route: str, checked: Any) -> str:
        return reverse(route, args=[checked.context["upload"].token])

    post.hand_in("41.5")
    with post.open(post.region):
        coordinator = person(post.region, "lead", "oblast-coordinator", REGION)
        assert "Можно отправить сейчас" in coordinator.get(reverse("packages")).content.decode()
        form = {"number": "01-7/44", "dated_on": "2026-02-10"}
        made = coordinator.post(reverse("package-new", args=[1]), form, follow=True)
        assert "1 пакет ждёт квитанции" in made.content.decode()
        content = file(coordinator)
        specialist = person(post.region, "district", "district-specialist", "DCHE-BR-bereza")
        assert specialist.get(reverse("package-file", args=[1])).status_code == 404

    with post.open(post.centre):
        analyst = person(post.centre, "analyst", "national-analyst", CENTRE)
        told = Event.objects.count()
        checked = bring(analyst, content)
        assert "Пакет верен" in checked.content.decode()
        assert "01-7/44" in checked.content.decode()
        half = bring(analyst, content[:-40])
        assert "PKG-FILE" in half.content.decode()
        assert analyst.post(step("package-apply", half), follow=True).context["findings"]
        kept = [Package.objects.count(), Submission.objects.count(), Event.objects.count() - told]
        assert kept == [0, 0, 0]  # of a check
        taken = analyst.post(step("package-apply", checked), follow=True)
        assert "Пакет принят" in taken.content.decode()
        again = bring(analyst, content)
        assert "принимать нечего" in again.content.decode()
        receipt = file(analyst, "receipt")

    with post.open(post.region):
        checked = bring(coordinator, receipt)
        assert "Квитанция верна" in checked.content.decode()
        answered = coordinator.post(step("package-apply", checked), follow=True).content.decode()
        assert "квитанция от" in answered
        assert "ждёт квитанции" not in answered
    for where in (post.at_region, post.at_centre):
        assert where("submission", "show", CODE).json["state"] == "submitted"
        assert where("verify").code == 0


def test_pkg_012_what_goes_back_by_pages(post: Post):
    from dozor.apps.packages.models import Package
    from dozor.apps.submissions.models import Submission

    handed_in(post)
    post.at_the_centre("send-back", CODE, "--remark", REMARK)
    with post.open(post.centre):
        analyst = person(post.centre, "analyst", "national-analyst", CENTRE)
        reader = person(post.centre, "reader", "ministry-reader", "MOH")
        one = Submission.objects.get()
        made = reverse("package-back", args=[one.pk])
        assert reader.get(made).status_code == 403
        listed = analyst.get(reverse("packages")).content.decode()
        assert "Возвращено с замечаниями" in listed
        assert made in listed
        assert made in analyst.get(reverse("submission", args=[one.pk])).content.decode()
        after = analyst.post(made, follow=True).content.decode()
        assert made not in after  # it has left
        sent = Package.objects.get(kind="sent-back")
        content = analyst.get(reverse("package-file", args=[sent.pk])).content
    with post.open(post.region):
        coordinator = person(post.region, "lead", "oblast-coordinator", REGION)
        brought = SimpleUploadedFile("remarks.dozor", content)
        checked = coordinator.post(reverse("package-import"), {"file": brought}, follow=True)
        assert "Возвращено с замечаниями" in checked.content.decode()
        assert Submission.objects.get().state == "submitted"  # a check changes nothing
        token = checked.context["upload"].token
        taken = coordinator.post(reverse("package-apply", args=[token]), follow=True)
        assert "Полученное записано" in taken.content.decode()
        one = Submission.objects.get()
        assert one.state == "returned"
        assert "see 2023" in coordinator.get(reverse("submission", args=[one.pk])).content.decode()


def test_pkg_014_a_decision_by_pages(post: Post):
    from dozor.apps.packages.models import Package
    from dozor.apps.submissions.models import Submission

    handed_in(post)
    post.at_the_centre("accept", CODE)
    with post.open(post.centre):
        analyst = person(post.centre, "analyst", "national-analyst", CENTRE)
        made = reverse("package-back", args=[Submission.objects.get().pk])
        listed = analyst.get(reverse("packages")).content.decode()
        assert "Решение по представлению" in listed
        assert made in listed
        assert made not in analyst.post(made, follow=True).content.decode()  # it has left
        content = analyst.get(reverse("package-file", args=[Package.objects.get(kind="judged").pk])).content
    with post.open(post.region):
        coordinator = person(post.region, "lead", "oblast-coordinator", REGION)
        brought = SimpleUploadedFile("accepted.dozor", content)
        checked = coordinator.post(reverse("package-import"), {"file": brought}, follow=True)
        assert "Решение по представлению: принято" in checked.content.decode()
        assert Submission.objects.get().state == "submitted"  # a check changes nothing
        coordinator.post(reverse("package-apply", args=[checked.context["upload"].token]))
        one = Submission.objects.get()
        page = coordinator.get(reverse("submission", args=[one.pk])).content.decode()
    assert one.state == "accepted"
    assert "решено" in page
    assert "пакет от: Республиканский центр" in page
    assert "cli:" not in page
    # tables of commands speak in words
    with post.open(post.centre):
        told = post.centre.cli("package", "list").out
    assert "Decision on the submission" in told
    assert "left from here" in told
    assert "judged" not in told


def test_pkg_015_each_request_by_its_own_page(instance: Instance):
    from dozor.apps.collection.models import Request
    from dozor.apps.submissions.models import Submission

    district = person(instance, "district", "district-specialist", "DCHE-BR-bereza")
    for number in ("5", "6"):
        ran = instance.cli(
            "round", "request", "--sender", REGION, "--recipient", "DCHE-BR-bereza", "--year", "2025",
            "--scope", f"запрос {number}", "--due", "2026-01-20", "--number", number,
        )  # fmt: skip
        assert ran.code == 0, ran.err
    assert "Requests of oblast centres (para 9): 2" in instance.cli("obligations", "--year", "2025").err
    older, newer = Request.objects.order_by("id")
    rows = f"{reverse('submission-rows')}?agency=DCHE-BR-bereza&year=2025&collection=survey-youth&request="
    for one, value in ((older, "41"), (newer, "42")):
        asked = district.get(reverse("request-answer", args=[one.pk])).content.decode()
        assert f"collection=survey-youth&amp;request={one.pk}" in asked
        page = district.get(f"{rows}{one.pk}")
        assert f"запрос {one.number}" in page.content.decode()
        typed = {"base": page.context["base"], "request": one.pk, "0-value": value}
        assert district.post(f"{rows}{one.pk}", typed).status_code == 302
    laid = {s.request.number: [r.value for r in s.latest.content] for s in Submission.objects.all()}
    assert laid == {"5": ["41"], "6": ["42"]}
    for wrong in (10**9, "x", "9" * 30):
        assert district.get(f"{rows}{wrong}").status_code == 404
    edit = district.get(reverse("submission", args=[Submission.objects.get(request=older).pk]))
    assert f"request={older.pk}" in edit.content.decode()
