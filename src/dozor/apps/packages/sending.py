"""A submission that leaves: its rows and what was answered about them, signed, for its recipient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from dozor.apps.packages.answered_doubts import DOUBTS, answers_to_doubts
from dozor.apps.packages.handing_over import words_of
from dozor.apps.packages.making import make
from dozor.apps.packages.models import Package
from dozor.apps.packages.owner import owner
from dozor.apps.quality.submitted import check_submission, refuse_open
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.formats.package_file import canonical

ROWS, ANSWERS, SCAN = "rows.json", "answers.json", "scan"
LARGEST_SCAN = 8_000_000
SCANS = {b"%PDF-": "pdf", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


@dataclass(frozen=True)
class Sheet:
    """The signed paper sheet a package goes with: number, date, and its scan when there is one."""

    number: str
    dated_on: date
    scan: bytes = b""


def export(
    submission: Submission,
    *,
    sheet: Sheet | None,
    reason: str,
    by: str,
    at: datetime,
    answers: Mapping[int, str] | None = None,
    on_behalf_of: str = "",
) -> tuple[Package, bytes]:
    """Make a package of a submission's last version for its recipient.

    Nothing of the submission changes: it is handed in when the recipient's receipt is imported. The same
    version a second time is a new package, with the next number. Answers to doubts about the rows travel
    with them.

    Parameters
    ----------
    reason
        Of a correction; it answers every remark that has no answer of its own.
    answers
        To remarks of a submission that was sent back, by their place in the list, from 0. Remarks answered
        here already by `submissions.actions.answer` travel with those answers.

    Raises
    ------
    Refused
        ``PKG-OWNER``, ``PKG-NOT-OURS``; ``SUB-EMPTY``; ``PKG-REASON``: handed in or sent back before;
        ``QLT-OPEN``: a doubt about a row is not answered; ``PKG-SCAN``, ``SUB-FUTURE``.
    """
    ours, version = owner(), submission.latest
    if submission.agency_id != ours.pk or submission.recipient_id == ours.pk:
        raise Refused(Finding("PKG-NOT-OURS", submission.code, {"owner": ours.code}))
    if version is None:
        raise Refused(Finding("SUB-EMPTY"))
    words = words_of(submission, version, reason, answers or {})
    # it leaves here: the receipt only tells that it came, too late to be stopped by a doubt
    check_submission(submission, at=at)
    refuse_open(submission)
    scan = _scan(sheet)
    if sheet and sheet.dated_on > timezone.localdate(at):
        raise Refused(Finding("SUB-FUTURE", sheet.dated_on.isoformat(), column="dated_on"))
    parts = {
        ROWS: canonical(version.rows),
        ANSWERS: canonical([dict(r) for r in words.answers]) if words.answers else b"",
        DOUBTS: answers_to_doubts(submission),
        scan: sheet.scan if sheet else b"",
    }
    said = {
        **said_of(submission, version, words.reason),
        "sheet": {"number": sheet.number, "dated_on": sheet.dated_on.isoformat(), "scan": scan}
        if sheet
        else None,
    }
    return make(
        Package.Kind.SUBMISSION,
        submission.recipient,
        subject=submission.code,
        said=said,
        parts={name: content for name, content in parts.items() if content},
        version=version,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
    )


def said_of(submission: Submission, version: SubmissionVersion, reason: str) -> dict[str, Any]:
    """What a manifest says of a version: the submission, its plan, the checksum of its rows."""
    request = submission.request
    return {
        "plan": {"code": submission.plan, "version": version.plan_version},
        "submission": {
            "code": submission.code,
            "collection": submission.collection,
            "year": submission.year,
            "request": request.number if request else "",
            "version": version.number,
            "checksum": version.checksum,
            "reason": reason,
        },
    }


def _scan(sheet: Sheet | None) -> str:
    if sheet is None or not sheet.scan:
        return ""
    kind = next((kind for start, kind in SCANS.items() if sheet.scan.startswith(start)), None)
    if kind is None or len(sheet.scan) > LARGEST_SCAN:
        raise Refused(Finding("PKG-SCAN", str(len(sheet.scan)), {"limit": LARGEST_SCAN}))
    return f"{SCAN}.{kind}"
