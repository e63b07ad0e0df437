"""Whoever sees answers of persons is written down (SEEN).

SEEN-001 opening a form begun, and opening again one that was sent, is one event each: who, when, what, where
SEEN-002 an event tells of the form, never an answer of it
"""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.instances import Instance
from tests.integration.web.conftest import _pages, browser

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
