"""Orders a report and writes it in the background."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from dozor.apps.organisations.models import Person
from dozor.apps.reporting.annual import annual_report
from dozor.apps.reporting.models import ReportOrder


def order_report(
    *, year: int, language: str, kind: str, area: str | None, by: Person, at: datetime
) -> ReportOrder:
    """Ask for a report; the background worker writes it."""
    with transaction.atomic():
        order = ReportOrder.objects.create(
            year=year, language=language, kind=kind, area=area or "", requested_by=by, requested_at=at
        )
        transaction.on_commit(lambda: write_report.enqueue(order.pk))
    return order


@task()
def write_report(order_id: int) -> None:
    """Write one ordered report; a failure is shown on the page and raised for the log."""
    order = ReportOrder.objects.get(pk=order_id)
    order.state = ReportOrder.State.WRITING
    order.save(update_fields=["state"])
    try:
        content = annual_report(
            year=order.year,
            language=order.language,
            kind=order.kind,
            area=order.area or None,
            today=timezone.localdate(),
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
