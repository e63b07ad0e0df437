"""Handing over to the recipient: the first time, in answer to remarks, as a correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from dozor.apps.quality.submitted import looked_at, refuse_open
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion
from dozor.apps.submissions.queries import findings, open_remarks
from dozor.apps.submissions.receiving import record_electronic
from dozor.apps.submissions.steps import held, keep
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import Act, after


@looked_at
def submit(
    *,
    submission: Submission,
    by: str,
    at: datetime,
    number: str = "",
    dated_on: date | None = None,
    note: str = "",
    on_behalf_of: str = "",
    sent_on: date | None = None,
) -> SubmissionEvent:
    """Hand the draft to its recipient; the electronic receipt of its rows is recorded with it (para 10).

    Parameters
    ----------
    number, dated_on
        Outgoing number and date of the letter it goes with, when there is one already.
    sent_on
        When it left its agency, where that was before today (a package on a memory stick).

    Raises
    ------
    Refused
        ``SUB-STATE``, or everything wrong with the content; ``QLT-OPEN``: a severe doubt about a row is open.
    """
    return _sent(submission, Act.SUBMIT, by, at, number, dated_on, note, on_behalf_of, sent_on=sent_on)


@looked_at
def answer(
    *,
    submission: Submission,
    answers: Mapping[int, str],
    by: str,
    at: datetime,
    number: str = "",
    dated_on: date | None = None,
    note: str = "",
    on_behalf_of: str = "",
) -> SubmissionEvent:
    """Answer the remarks of a returned submission and hand it in again, corrected or explained.

    Parameters
    ----------
    answers
        By the remark's place in the list, from 0: what was put right, or why the cell stands.

    Raises
    ------
    Refused
        ``SUB-STATE``, ``SUB-NOT-ANSWERED``, or everything wrong with the content; ``QLT-OPEN``.
    """
    submission = held(submission)
    after(submission.state, Act.ANSWER)
    asked = open_remarks(submission)
    answered = [{**remark, "answer": answers.get(n, "").strip()} for n, remark in enumerate(asked)]
    if silent := [r for r in answered if not r["answer"]]:
        raise Refused(Finding("SUB-NOT-ANSWERED", found=f"{r['row']} {r['column']}") for r in silent)
    return _sent(submission, Act.ANSWER, by, at, number, dated_on, note, on_behalf_of, remarks=answered)


@looked_at
def correct(
    *,
    submission: Submission,
    reason: str,
    by: str,
    at: datetime,
    number: str = "",
    dated_on: date | None = None,
    on_behalf_of: str = "",
) -> SubmissionEvent:
    """Hand in a newer version instead of one submitted or accepted, with the reason.

    What was accepted stands until the correction is.

    Raises
    ------
    Refused
        ``SUB-STATE``, ``SUB-REASON``; ``SUB-NOTHING-NEW``: no newer version is there; ``QLT-OPEN``.
    """
    submission = held(submission)
    after(submission.state, Act.CORRECT)
    if not reason.strip():
        raise Refused(Finding("SUB-REASON", column="reason"))
    latest = submission.latest
    if latest is None or latest.number <= submission.submitted_number:
        raise Refused(Finding("SUB-NOTHING-NEW", found=str(submission.submitted_number)))
    return _sent(submission, Act.CORRECT, by, at, number, dated_on, reason.strip(), on_behalf_of)


def _sent(
    submission: Submission,
    act: Act,
    by: str,
    at: datetime,
    number: str,
    dated_on: date | None,
    note: str,
    on_behalf_of: str,
    remarks: Sequence[Mapping[str, str]] = (),
    sent_on: date | None = None,
) -> SubmissionEvent:
    submission = held(submission)
    after(submission.state, act)
    version = submission.latest
    if version is None:
        raise Refused(Finding("SUB-EMPTY"))
    if dated_on is not None and dated_on > timezone.localdate(at):
        raise Refused(Finding("SUB-FUTURE", dated_on.isoformat(), column="dated_on"))
    if wrong := findings(submission, version.content):
        raise Refused(wrong)
    # a package's own instance has asked; who receives it asks on acceptance
    if version.came_by != SubmissionVersion.Came.PACKAGE:
        refuse_open(submission)
    submission.submitted_number, submission.answer_due_on = version.number, None
    event = keep(
        submission,
        act,
        version,
        by=by,
        at=at,
        number=number,
        dated_on=dated_on,
        note=note,
        remarks=[dict(r) for r in remarks],
        on_behalf_of=on_behalf_of,
    )
    record_electronic(submission, number=number, sent_on=sent_on, by=by, at=at)
    return event
