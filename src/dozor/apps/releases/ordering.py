"""Orders a release on a page and makes it in the background: protecting a country takes minutes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from dozor.apps.organisations.models import Person
from dozor.apps.releases.actions import audience_of, audit_release, create_release
from dozor.apps.releases.models import Release, ReleaseOrder
from dozor.core.findings import Finding, Refused

State = ReleaseOrder.State


def order_release(*, year: int, audience: str, note: str, by: Person, at: datetime) -> ReleaseOrder:
    """Ask for a release; one of the same year and audience that waits or goes on is the same one.

    Raises
    ------
    Refused
        ``REL-AUDIENCE``; ``REL-NOTE``: a correction says what changed and why.
    """
    audience_of(audience)
    if Release.objects.filter(year=year, audience=audience).exists() and not note.strip():
        raise Refused(Finding("REL-NOTE", found=str(year), column="note"))
    with transaction.atomic():
        under_way = ReleaseOrder.objects.filter(
            year=year, audience=audience, state__in=(State.WAITING, State.WORKING)
        ).first()
        if under_way is not None:
            return under_way
        order = ReleaseOrder.objects.create(
            year=year, audience=audience, note=note.strip(), requested_by=by, requested_at=at
        )
        transaction.on_commit(lambda: make_release.enqueue(order.pk))
    return order


@task()
def make_release(order_id: int) -> None:
    """Make one ordered release; what is refused is kept to be shown, what fails is raised for the log."""
    order = ReleaseOrder.objects.select_related("requested_by").get(pk=order_id)
    _note(order_id, state=State.WORKING)
    try:
        made = create_release(
            year=order.year,
            audience=order.audience,
            by=order.requested_by.login,
            at=timezone.now(),
            note=order.note,
            progress=lambda step: _note(order_id, step=step),
        )
        findings = () if made.is_safe else audit_release(made)
    except Refused as refused:
        _finish(order_id, State.REFUSED, refused.findings)
    except BaseException:
        _finish(order_id, State.FAILED, ())
        raise
    else:
        _finish(order_id, State.DONE, findings, release=made)


def findings_of(order: ReleaseOrder) -> list[Finding]:
    return [Finding(**told) for told in order.findings]


def _finish(order_id: int, state: str, findings: Iterable[Finding], **more: Any) -> None:
    told: list[dict[str, Any]] = [
        {**asdict(f), "values": {k: v if isinstance(v, int | float) else str(v) for k, v in f.values.items()}}
        for f in findings
    ]
    _note(order_id, state=state, findings=told, finished_at=timezone.now(), **more)


def _note(order_id: int, **columns: Any) -> None:
    ReleaseOrder.objects.filter(pk=order_id).update(**columns)
