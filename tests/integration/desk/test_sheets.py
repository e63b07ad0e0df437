"""A signed sheet comes in (SHR).

SHR-001  The sheet's own QR text finds its version; values typed from it agree; paper is recorded apart.
SHR-002  Whatever differs is shown in its line and kept; the receipt stands all the same.
SHR-003  A sheet of an earlier version, or of another submission, is told as such.
SHR-004  Before anything was submitted there is nothing to match, and nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.instances import CopyOf, Instance, opened
from tests.integration.web.conftest import browser

AREA = {"area": "BY-HO", "period": "2026"}


@pytest.fixture(scope="module")
def received(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Instance]:
    from dozor.apps.organisations.models import Agency
    from dozor.apps.submissions.actions import hand_in, submit
    from dozor.apps.submissions.models import SubmissionVersion
    from dozor.core.submissions.content import Row

    with copy_of("demo") as one, opened(one, django_db_blocker):
        gomel = Agency.objects.get(code="OCHEPH-HO")
        for values in (("31", "60"), ("32.5", "60")):
            rows = [
                Row(
                    "4.1", unit="percent", population="youth", sex="all", age="15-24", value=values[0], **AREA
                ),
                Row(
                    "4.2", unit="percent", population="youth", sex="all", age="15-24", value=values[1], **AREA
                ),
            ]
            version = hand_in(
                agency=gomel, collection="survey-youth", year=2026, rows=rows,
                came_by=SubmissionVersion.Came.BROWSER, by="gomel", at=timezone.now(),
            )  # fmt: skip
        yield one, submit, version.submission  # type: ignore[misc]


def send(client: Client, submission: Any, mark: str, **more: str) -> Any:
    form = {
        "mark": mark, "number": "12-05/7", "received_on": timezone.localdate().isoformat(),
        "outgoing_number": "01-9/33", **more,
    }  # fmt: skip
    return client.post(reverse("submission-sheet-match", args=[submission.pk]), form, follow=True)


def test_shr_from_nothing_submitted_to_what_differs(received: Any):
    from dozor.apps.collection.models import Receipt
    from dozor.apps.submissions.models import SheetMatch

    instance, submit, submission = received
    client = browser("national")
    first, second = submission.versions.order_by("number")

    def mark(version: Any, agency: str = "OCHEPH-HO") -> str:
        return f"dozor:survey-youth:{agency}:2026:{version.checksum}"

    early = send(client, submission, mark(second))
    assert (early.status_code, SheetMatch.objects.count()) == (422, 0)
    submit(submission=submission, by="gomel", at=timezone.now())

    for wrong in ("no checksum", mark(second, agency="OCHEPH-BR")):
        refused = send(client, submission, wrong)
        assert refused.status_code == 422
        assert "id_mark_error" in refused.content.decode()
    assert not Receipt.objects.filter(medium="paper").exists()

    page = send(client, submission, mark(second), **{"line.1": "32,5", "line.2": "60"})
    assert page.status_code == 200
    one = SheetMatch.objects.get()
    assert (one.agrees, one.compared, one.differing, one.of, one.incoming_number) == (
        True, 2, [], second, "12-05/7",
    )  # fmt: skip
    media = set(Receipt.objects.values_list("indicator", "medium"))
    assert {("4.1", "paper"), ("4.1", "electronic")} <= media

    page = send(client, submission, second.checksum, **{"line.1": "23,5"})
    text = page.content.decode()
    assert "расходится" in text
    assert "23,5" in text
    assert ">32,5<" in text
    last = SheetMatch.objects.order_by("id").last()
    assert (last.agrees, last.compared) == (False, 1)
    assert [(d["paper"], d["file"]) for d in last.differing] == [("23,5", "32.5")]

    # whoever takes the submission up sees it, and its own agency too
    shown = reverse("submission", args=[submission.pk])
    assert "подписанный лист расходится" in client.get(shown).content.decode()
    assert "1 строка расходится" in browser("gomel-lead").get(shown).content.decode()

    page = send(client, submission, mark(first), **{"line.2": "60"})
    assert "Лист относится к версии 1, а у получателя версия 2" in page.content.decode()
    page = send(client, submission, "0a" * 32)
    assert "нет ни у одной представленной версии" in page.content.decode()
    assert [m.agrees for m in SheetMatch.objects.order_by("id")] == [True, False, False, False]
    # what came on paper and electronically counts as received, each sentence by itself
    duties = browser("gomel").get(reverse("obligations"), {"year": 2026}).content.decode()
    assert "Принято: 2. Без даты: " in duties
    assert instance.cli("verify").code == 0
