"""Supplements to the annual report: what was corrected after it was due."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone

from dozor.apps.audit.actions import record
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion, Supplement
from dozor.core.plan.duties import Fixed
from dozor.core.plan.model import Plan
from dozor.core.submissions.changes import changes
from dozor.core.submissions.states import Act


def report_due_on(plan: Plan, year: int) -> date | None:
    """When the report on the plan as a whole is due by the plan's rule; None where no fixed day is set."""
    for duty in plan.duties:
        if duty.about == "plan" and isinstance(duty.rule, Fixed):
            return date(year + duty.rule.year_offset, duty.rule.month, duty.rule.day)
    return None


def supplement_for(
    submission: Submission,
    before: SubmissionVersion,
    now: SubmissionVersion,
    event: SubmissionEvent,
    plan: Plan,
    *,
    by: str,
    at: datetime,
) -> Supplement | None:
    """Write the supplement of an accepted correction, where the report is past its day and a cell changed.

    Must be called in the transaction of the acceptance; the journal's lock keeps two from one number.
    """
    due_on = report_due_on(plan, submission.year)
    told = [
        {"row": c.row.name, "column": c.column, "was": c.was, "became": c.became}
        for c in changes(before.content, now.content)
    ]
    if due_on is None or timezone.localdate(at) <= due_on or not told:
        return None
    last = Supplement.objects.filter(year=submission.year).order_by("number").last()
    made = Supplement(
        year=submission.year,
        number=(last.number if last else 0) + 1,
        submission=submission,
        event=event,
        before_number=before.number,
        after_number=now.number,
        changes=told,
        reason=_reason(submission, now),
        made_at=at,
        made_by=by,
    )
    made.save(force_insert=True)
    subject = f"{made.number} / {made.year}"
    record(action="supplement written", by=by, at=at, subject=subject, rows=[made])
    return made


def _reason(submission: Submission, version: SubmissionVersion) -> str:
    """Why, in the words of whoever corrected it: the reason given, or the answers to the remarks."""
    sending = (
        submission.events.filter(version=version, act__in=(Act.CORRECT, Act.ANSWER)).order_by("id").last()
    )
    if sending is None:
        return ""
    answers = [r.get("answer", "") for r in sending.remarks]
    return "; ".join(part for part in [sending.note, *answers] if part)
