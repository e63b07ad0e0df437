"""The coupon desk on its round's page (DSK).

DSK-001  Its page counts seeds, coupons given and redeemed, incentives; says what to look into; draws who came
         from whom; no number of a coupon is on it.
DSK-002  Whoever reads no records of persons sees counts of records alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from tests.instances import CopyOf, opened
from tests.integration.web.conftest import browser

pytestmark = pytest.mark.any_engine

ROUND = "coupon-desk-2026-OCHEPH-HO"
HEAD = (
    "instance_id,recorded_on,city,group_of,"
    "is_seed,coupon_own,decision,coupon_1,coupon_2,incentive,recruits_paid"
)
VISITS = (
    "yes,,admitted,GA1,GA2,yes,0",
    "no,GA1,admitted,,,yes,0",
    "no,ZZ9,admitted,,,no,0",
    "no,GA2,not_of_group,,,,0",
    "yes,,return,,,,2",
)


@pytest.fixture(scope="module")
def desk(copy_of: CopyOf, django_db_blocker: Any) -> Iterator[Any]:
    from dozor.apps.collection.models import Round

    with copy_of("demo") as one, opened(one, django_db_blocker):
        made = one.cli("round", "open", "coupon-desk", "--year", 2026, "--agency", "OCHEPH-HO")
        assert made.code == 0, made.err
        path = one.home / "visits.csv"
        rows = [f"uuid:v{n},2026-11-02,BY-HO-c-gomel,PWID,{v}" for n, v in enumerate(VISITS)]
        path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
        sent = one.cli("answers", "import", "coupon-desk", path, "--round", ROUND)
        assert sent.code == 0, sent.err
        yield Round.objects.get(code=ROUND)


def test_dsk_001_what_the_page_says(desk: Any):
    page = browser("gomel").get(reverse("round", args=[desk.pk]))
    (shown,) = page.context["desks"]
    assert [value for _name, value in shown.figures] == ["5", "1", "2", "2", "1", "2 / 3", "2 / 1"]
    assert len(shown.doubts) == 2  # an unknown coupon; one more paid for than came
    assert shown.decisions == [
        ("Принят", "3"),
        ("Не из этой группы", "1"),
        ("Пришёл за вознаграждением", "1"),
    ]
    text = page.content.decode()
    assert "Кто кого привёл: респондентов 3" in text
    assert "GA1" not in text


def test_dsk_002_counts_alone(desk: Any):
    page = browser("auditor").get(reverse("round", args=[desk.pk]))
    assert (page.status_code, "desks" in page.context) == (200, False)
