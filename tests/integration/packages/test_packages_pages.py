"""Packages by pages instead of commands (PKG).

PKG-008  The same way by pages: tried first, taken by whoever may, nothing kept of a check.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.instances import Instance
from tests.integration.packages.test_packages import CENTRE, CODE, REGION, Post
from tests.integration.packages.test_packages import post as post  # noqa: PLC0414 - a fixture
from tests.integration.web.conftest import _pages, browser  # noqa: F401


def test_pkg_008_by_pages_there_and_back(post: Post):
    """The same way by pages: made, saved, checked, taken, receipted; each by whoever may."""

    def person(instance: Instance, login: str, role: str, agency: str) -> Client:
        ran = instance.cli("user", "add", login, "--role", role, "--agency", agency, "--name", login)
        assert ran.code == 0, ran.err
        return browser(login)

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
