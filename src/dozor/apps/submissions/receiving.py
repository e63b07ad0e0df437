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
    """Record that the rows came electronically, each once; a later version adds what the earlier left out.

    An indicator that rests on several collections has come when the last of them was submitted with it.
    """
    for owed in _owed(submission, at):
        others = set(owed.collections) - {submission.collection}
        if others - _submitted_with(owed.indicator or "", submission):
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
    """The duties the submission answers: those it has a row for, if only one that says why there is no value.

    A district's is owed by request and stands outside the counts.
    """
    version = submission.submitted
    given = {row.indicator for row in version.content} if version else set()
    owed = duties(year=submission.year, as_of=timezone.localdate(at), agency={submission.agency.code})
    return [o for o in owed if o.indicator in given and submission.collection in o.collections]


def _submitted_with(indicator: str, submission: Submission) -> set[str]:
    """The agency's collections of the year whose rows of an indicator its recipient has."""
    found = Submission.objects.filter(
        agency=submission.agency, year=submission.year, submitted_number__gt=0, request__isnull=True
    )
    return {
        one.collection
        for one in found
        if (version := one.submitted) and any(row.indicator == indicator for row in version.content)
    }


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
