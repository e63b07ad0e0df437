"""A round at a desk: opened once for a module, filled in through the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from tests.instances import CopyOf, Instance, opened
from tests.integration.web.conftest import _pages, browser

__all__ = ["_pages", "browser"]

HIGHER = "survey-heads-higher"
ANSWERS = {
    "q.institution": "U-1", "q.school_year": "2026", "q.area": "BY-HO", "q.stratum": "1",
    "q.students": "900", "q.students_taught": "300",
}  # fmt: skip


@contextmanager
def desk(copy_of: CopyOf, blocker: Any, *instruments: str) -> Iterator[Instance]:
    """An example, open in this process, with a round of the Gomel centre in each of the instruments."""
    from dozor.apps.collection.rounds import open_round
    from dozor.apps.organisations.models import Agency

    with copy_of("demo") as one, opened(one, blocker):
        gomel = Agency.objects.get(code="OCHEPH-HO")
        for code in instruments:
            open_round(instrument=code, year=2026, agency=gomel, by="test", at=timezone.now())
        yield one


def round_of(code: str) -> Any:
    from dozor.apps.collection.models import Round

    return Round.objects.get(instrument=code)
