"""A submission that comes in a package: laid in, handed over, its answers to doubts held against ours."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from dozor.apps.collection.models import Request
from dozor.apps.organisations.models import Agency
from dozor.apps.packages.answered_doubts import DOUBTS, settle
from dozor.apps.packages.handing_over import REMARK, Words, hand_over
from dozor.apps.packages.making import BY_PACKAGE
from dozor.apps.packages.sending import ANSWERS, ROWS
from dozor.apps.packages.told import Of, Told, of_submission
from dozor.apps.submissions.actions import hand_in
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.content import Row, checksum, row_of
from dozor.core.submissions.states import State
from dozor.formats.package_file import SignedPackage


def take_submission(
    package: SignedPackage, told: Told, sender: Agency, ours: Agency, *, at: datetime, name: str
) -> SubmissionVersion:
    """Lay a package's rows in as a version and hand it over in its agency's name.

    Raises
    ------
    Refused
        ``PKG-MANIFEST``, ``PKG-ROWS``, ``PKG-ANSWERS``, ``PKG-DOUBTS``; ``PKG-SUBMISSION``: it is not for
        this recipient; and whatever a submission is refused for.
    """
    of = of_submission(told.of, name)
    reason, number, dated_on = _with_it(package, told, name)
    words = Words(reason, _answers(package, name))
    by = BY_PACKAGE + sender.code
    version = hand_in(
        agency=sender,
        collection=of.collection,
        year=of.year,
        request=_answered(of, sender, ours),
        rows=_rows(package, of, name),
        came_by=SubmissionVersion.Came.PACKAGE,
        file_name=name,
        file_digest=package.digest,
        by=by,
        at=at,
    )
    submission = version.submission
    if not _is_the_one(submission, of) or submission.recipient_id != ours.pk:
        raise Refused(Finding("PKG-SUBMISSION", of.code[:80], {"expected": submission.code}, file=name))
    if version.number > submission.submitted_number or submission.state == State.RETURNED:
        sent_on = min(told.sent_on, timezone.localdate(at))
        hand_over(submission, by=by, at=at, sent_on=sent_on, number=number, dated_on=dated_on, words=words)
    if DOUBTS in package.parts:
        settle(submission, package.parts[DOUBTS], by=by, at=at, name=name)
    return version


def _answered(of: Of, sender: Agency, ours: Agency) -> Request | None:
    """Our own request that is answered: others may have followed it since the answer was made."""
    asked = Request.objects.filter(sender=ours, recipient=sender, year=of.year, number=of.request)
    return asked.order_by("id").last() if of.request else None


def _is_the_one(submission: Submission, of: Of) -> bool:
    """Whether the package speaks of this one: an answer to a request has a code of its own on each side."""
    if submission.request is None:
        return submission.code == of.code and not of.request
    return submission.request.number == of.request


def _with_it(package: SignedPackage, told: Told, name: str) -> tuple[str, str, date | None]:
    """The reason, and the sheet's number and date."""
    try:
        sheet: Any = package.manifest["sheet"] or {}
        dated_on = date.fromisoformat(sheet["dated_on"]) if sheet else None
        return str(told.of["reason"]), str(sheet.get("number", "")), dated_on
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Refused(Finding("PKG-MANIFEST", file=name)) from None


def _rows(package: SignedPackage, of: Of, name: str) -> list[Row]:
    """The rows, as the plan's own columns; their checksum is the sheet's."""
    try:
        rows = [row_of(cells) for cells in json.loads(package.parts[ROWS])]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        raise Refused(Finding("PKG-ROWS", file=name)) from None
    if checksum(rows) != of.checksum:
        raise Refused(Finding("PKG-ROWS", of.checksum[:16], file=name))
    return rows


def _answers(package: SignedPackage, name: str) -> list[dict[str, str]]:
    """The answers to remarks, when the package holds any."""
    try:
        given = json.loads(package.parts.get(ANSWERS, b"[]"))
        return [{part: str(one[part]) for part in (*REMARK, "answer")} for one in given]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise Refused(Finding("PKG-ANSWERS", file=name)) from None
