"""Releases on their pages.

RPA-001  An analyst orders a release, two approvers approve it, one publishes it; a visitor reads it at `/`.
RPA-002  Nobody approves twice, nor what they made; a correction says what changed; what differs is listed.
RPA-003  The content is given out as it was written; a touched file is not, and the hidden numbers never are.
"""

from __future__ import annotations

import hashlib
import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.instances import GOOD_ROW, Instance, table
from tests.integration.web.conftest import _pages, browser  # noqa: F401 - a fixture for the whole module

from dozor.apps.releases.models import Release, ReleaseOrder

YEAR = "2017"
VALUE = {"indicator": "11.1", "population": "PWID", "area": "BY-HO", "period": YEAR, "value": "30.8"}


def words(page: bytes) -> str:
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", page.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").replace("\u202f", " "))


def ordered(client: Client, **form: str) -> ReleaseOrder:
    answer = client.post(reverse("release-new"), {"year": YEAR, "audience": "public", **form})
    assert answer.status_code == 302, words(answer.content)
    page = client.get(answer["Location"])
    assert page.status_code == 200
    return ReleaseOrder.objects.latest("id")


def test_rpa_001_from_the_order_to_the_reader(example: Instance) -> None:
    order = ordered(browser("national"))
    assert order.state == "done"
    assert order.release is not None
    page = reverse("release", args=[order.release.code])
    for login in ("approver", "approver-2"):
        client = browser(login)
        assert "ждёт одобрения" in words(client.get(page).content)
        assert client.post(f"{page}approve/").status_code == 302
    assert client.post(f"{page}publish/").status_code == 302
    shown = words(client.get(page).content)
    assert "опубликован" in shown
    assert "Второй утверждающий" in shown
    assert Release.objects.get(code=order.release.code).state == "published"
    listed = words(browser("auditor").get(reverse("releases")).content)
    assert f"{YEAR}-public-1" in listed
    # the newest year stays the one at the root; the released year is listed among the releases there
    assert f"{YEAR}-public-1" not in words(Client().get("/").content)


def test_rpa_002_four_eyes_and_what_differs(example: Instance) -> None:
    year = Release.objects.get().year
    analyst = browser("national")
    silent = analyst.post(reverse("release-new"), {"year": year, "audience": "public", "note": " "})
    assert silent.status_code == 422
    assert 'id="id_note_error"' in silent.content.decode()
    assert example.load(table(GOOD_ROW | VALUE | {"value": "31.5", "source_title": "A correction"})).code == 0
    order = ordered(analyst, year=str(year), note="Гомель исправлен")
    assert order.release is not None
    page = reverse("release", args=[order.release.code])
    shown = words(browser("approver").get(page).content)
    assert "Гомель исправлен" in shown
    assert "новых значений 1," in shown
    assert "31,5 %" in shown
    client = browser("approver")
    assert client.post(f"{page}approve/").status_code == 302
    again = client.post(f"{page}approve/")
    assert again.status_code == 422
    assert client.post(f"{page}publish/").status_code == 422
    own = browser("admin")
    assert own.post(f"{page}approve/").status_code == 302
    assert own.post(f"{page}publish/").status_code == 302
    assert order.release.code in words(Client().get("/releases/").content)


def test_rpa_003_documents(untouched_example: Instance) -> None:
    one = Release.objects.get()
    client = browser("auditor")
    page = client.get(reverse("release", args=[one.code])).content.decode()
    for checksum in (one.content_checksum, one.edition_checksum, one.certificate_checksum):
        assert checksum in page
    given = client.get(reverse("release-file", args=[one.code]))
    assert hashlib.sha256(given.getvalue()).hexdigest() == one.content_checksum
    assert "edition.json" not in re.findall(r'href="([^"]+)"', page)
    for name in ("edition.json", "certificate.json"):
        assert client.get(f"/work/releases/{one.code}/{name}").status_code == 404
    file = untouched_example.home / "releases" / one.code / "content.json"
    before = file.read_bytes()
    try:
        file.write_bytes(before + b" ")
        assert client.get(reverse("release-file", args=[one.code])).status_code == 422
    finally:
        file.write_bytes(before)


@pytest.mark.parametrize("login", ["gomel", "education", "ministry"])
def test_rpa_others_see_no_release_at_work(untouched_example: Instance, login: str) -> None:
    assert browser(login).get(reverse("releases")).status_code == 403
