"""The step by which a package's version is handed to its recipient, on either side."""

from __future__ import annotations

from datetime import date, datetime

from dozor.apps.submissions import actions
from dozor.apps.submissions.models import Submission, SubmissionEvent
from dozor.apps.submissions.queries import open_remarks
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import State


def hand_over(
    submission: Submission,
    *,
    by: str,
    at: datetime,
    sent_on: date,
    number: str,
    dated_on: date | None,
    reason: str,
) -> SubmissionEvent:
    """Submit a draft, answer what was sent back, or correct what was handed in before.

    Raises
    ------
    Refused
        ``PKG-REASON``: an answer or a correction without a word; what the step itself is refused for.
    """
    submission.refresh_from_db()
    paper = {"number": number, "dated_on": dated_on}
    if submission.state == State.DRAFT:
        return actions.submit(submission=submission, by=by, at=at, sent_on=sent_on, **paper)
    if not reason:
        raise Refused(Finding("PKG-REASON", str(submission.state)))
    if submission.state == State.RETURNED:
        answers = dict.fromkeys(range(len(open_remarks(submission))), reason)
        return actions.answer(submission=submission, answers=answers, by=by, at=at, note=reason, **paper)
    return actions.correct(submission=submission, reason=reason, by=by, at=at, **paper)
