"""Receipts that follow from a submission: the electronic copy by itself, the paper one when it comes."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from dozor.apps.collection import actions as facts
from dozor.apps.collection.models import Receipt
from dozor.apps.collection.queries import duties
from dozor.apps.submissions.models import Submission
from dozor.core.calendar.obligation import Obligation
from dozor.core.findings import Finding, Refused


def record_electronic(
    submission: Submission, *, number: str, sent_on: date | None, by: str, at: datetime
) -> None:
    """Record that the rows came electronically, once; a later version changes nothing of it.

    An indicator that rests on several collections has come when the last of them was submitted.
    """
    for owed in _owed(submission, at):
        others = set(owed.collections) - {submission.collection}
        if others - _submitted(submission):
            continue
        _receive(submission, owed, "electronic", number, timezone.localdate(at), sent_on, by, at)


@transaction.atomic
def receive_paper(
    *,
    submission: Submission,
    received_on: date,
    number: str,
    by: str,
    at: datetime,
    sent_on: date | None = None,
) -> int:
    """Record that the signed paper copy came; return for how many rows it was still awaited.

    Raises
    ------
    Refused
        ``SUB-STATE``: nothing was submitted yet; what the receipt itself is refused for.
    """
    if not submission.submitted_number:
        raise Refused(
            Finding("SUB-STATE", submission.state, {"act": "paper", "allowed": "submitted, accepted"})
        )
    return sum(
        _receive(submission, owed, "paper", number, received_on, sent_on, by, at)
        for owed in _owed(submission, at)
    )


def _owed(submission: Submission, at: datetime) -> list[Obligation]:
    """The duties the submission answers; a district's is owed by request and stands outside the counts."""
    owed = duties(year=submission.year, as_of=timezone.localdate(at), agency={submission.agency.code})
    return [o for o in owed if o.indicator and submission.collection in o.collections]


def _submitted(submission: Submission) -> set[str]:
    """The agency's other collections of the year that its recipient has."""
    found = Submission.objects.filter(
        agency=submission.agency, year=submission.year, submitted_number__gt=0, request__isnull=True
    )
    return set(found.values_list("collection", flat=True))


def _receive(
    submission: Submission,
    owed: Obligation,
    medium: str,
    number: str,
    received_on: date,
    sent_on: date | None,
    by: str,
    at: datetime,
) -> bool:
    known = Receipt.objects.filter(
        plan=submission.plan,
        agency=submission.agency,
        year=submission.year,
        indicator=owed.indicator or "",
        medium=medium,
    )
    if known.exists():
        return False
    facts.receive(
        agency=submission.agency,
        year=submission.year,
        indicator=owed.indicator or "",
        medium=medium,
        received_on=received_on,
        sent_on=sent_on,
        number=number or submission.code,
        by=by,
        at=at,
    )
    return True
