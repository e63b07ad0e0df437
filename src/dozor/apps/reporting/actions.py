"""Orders a report and writes it in the background."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from dozor.apps.organisations.models import Person
from dozor.apps.organisations.queries import areas
from dozor.apps.releases.queries import latest
from dozor.apps.reporting.annual import refuse_place, write_document
from dozor.apps.reporting.models import ReportOrder


def order_report(
    *, year: int, document: str, language: str, kind: str, area: str | None, by: Person, at: datetime
) -> ReportOrder:
    """Ask for a report, or a document that goes with it; the background worker writes it.

    Raises
    ------
    Refused
        ``INST-REPORT-LETTER``, ``INST-REPORT-BRIEF``: the place does not go with the document.
    """
    places = areas()
    refuse_place(document, area or places.country.code, places)
    with transaction.atomic():
        order = ReportOrder.objects.create(
            year=year,
            document=document,
            language=language,
            kind=kind,
            area=area or "",
            requested_by=by,
            requested_at=at,
        )
        transaction.on_commit(lambda: write_report.enqueue(order.pk))
    return order


@task()
def write_report(order_id: int) -> None:
    """Write one ordered report of the year's latest release, else of the bank.

    A failure is shown on the page and raised for the log.
    """
    order = ReportOrder.objects.select_related("requested_by").get(pk=order_id)
    of = latest(year=order.year)
    order.state = ReportOrder.State.WRITING
    order.release = of.code if of is not None else ""
    order.save(update_fields=["state", "release"])
    try:
        content = write_document(
            of,
            document=order.document,
            year=order.year,
            language=order.language,
            kind=order.kind,
            area=order.area or None,
            by=order.requested_by.login,
            at=timezone.now(),
        )
        path = file_of(order)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        half.write_bytes(content)
        half.replace(path)
    except BaseException:
        ReportOrder.objects.filter(pk=order_id).update(
            state=ReportOrder.State.FAILED, finished_at=timezone.now()
        )
        raise
    ReportOrder.objects.filter(pk=order_id).update(
        state=ReportOrder.State.READY, finished_at=timezone.now(), size=len(content)
    )


def file_of(order: ReportOrder) -> Path:
    """Where the written report lies."""
    return Path(settings.HOME) / "files" / "reports" / f"{order.pk}.{order.kind}"
