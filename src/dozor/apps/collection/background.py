"""Closes rounds in the background, so that nobody has to wait before a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from dozor.apps.collection.closing import close_round
from dozor.apps.collection.models import Round, RoundClosing
from dozor.core.findings import Finding, Refused

State = RoundClosing.State


def order_closing(round_: Round, *, by: str, at: datetime) -> RoundClosing:
    """Ask for a closing; one that waits or goes on is the same one.

    Raises
    ------
    Refused
        ``COL-ROUND-CLOSED``.
    """
    if round_.closed_at is not None:
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    under_way = round_.closings.filter(state__in=(State.WAITING, State.WORKING)).first()
    if under_way is not None:
        return under_way
    try:
        with transaction.atomic():
            order = RoundClosing.objects.create(round=round_, requested_at=at, requested_by=by)
            transaction.on_commit(lambda: do_closing.enqueue(order.pk))
    except IntegrityError:  # somebody asked at the same moment
        return RoundClosing.objects.get(round=round_, state__in=(State.WAITING, State.WORKING))
    return order


@task()
def do_closing(order_id: int) -> None:
    """Do one ordered closing; what is refused is kept to be shown, what fails is raised for the log."""
    order = RoundClosing.objects.select_related("round").get(pk=order_id)
    _note(order_id, state=State.WORKING)
    try:
        closed = close_round(
            order.round,
            by=order.requested_by,
            at=timezone.now(),
            progress=lambda done: _note(order_id, done_percent=round(100 * done)),
        )
    except Refused as refused:
        _finish(order_id, State.REFUSED, refused.findings)
    except BaseException:
        _finish(order_id, State.FAILED, ())
        raise
    else:
        _finish(order_id, State.DONE, closed.findings)


def findings_of(order: RoundClosing) -> list[Finding]:
    """What a finished closing found."""
    return [Finding(**told) for told in order.findings]


def _finish(order_id: int, state: str, findings: Iterable[Finding]) -> None:
    told: list[dict[str, Any]] = [
        {**asdict(f), "values": {k: v if isinstance(v, int | float) else str(v) for k, v in f.values.items()}}
        for f in findings
    ]
    _note(order_id, state=state, findings=told, finished_at=timezone.now())


def _note(order_id: int, **columns: Any) -> None:
    RoundClosing.objects.filter(pk=order_id).update(**columns)
