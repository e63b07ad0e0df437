"""What the recipient does: sends back, accepts, locks; opening again by a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from dozor.apps.bank.actions import ImportSummary
from dozor.apps.collection.queries import COUNTRY
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.submitted import looked_at, refuse_open
from dozor.apps.submissions.accepting import to_bank
from dozor.apps.submissions.models import Submission, SubmissionEvent, Supplement
from dozor.apps.submissions.queries import enters_bank
from dozor.apps.submissions.steps import four_eyes, held, keep
from dozor.apps.submissions.supplements import supplement_for
from dozor.core.calendar.working_days import next_working_day, working_days
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.content import COLUMNS
from dozor.core.submissions.states import Act, after


@dataclass(frozen=True)
class Accepted:
    """An acceptance and what it brought to the bank; None: the rows stay with the recipient."""

    event: SubmissionEvent
    values: ImportSummary | None
    supplement: Supplement | None = None  # a correction after the annual report was due


@transaction.atomic
def send_back(
    *,
    submission: Submission,
    remarks: Sequence[Mapping[str, str]],
    by: str,
    at: datetime,
    note: str = "",
    due_on: date | None = None,
    on_behalf_of: str = "",
) -> SubmissionEvent:
    """Send a submission back to its agency, with remarks on cells and a new due date by the plan's rule.

    Parameters
    ----------
    remarks
        Each ``{"row": Row.name, "column": …, "reason": a code of the plan, "text": …}``.
    due_on
        Where it was sent back in another instance: the day that was set there.

    Raises
    ------
    Refused
        ``SUB-STATE``, ``SUB-REMARKS``, ``SUB-REMARK-CELL``, ``SUB-REMARK-REASON``.
    """
    submission = held(submission)
    after(submission.state, Act.SEND_BACK)
    version = submission.submitted
    rule = main_plan().sending_back
    names = {row.name for row in version.content} if version else set()
    known = [r.code for r in rule.reasons] if rule else []
    wrong = [] if remarks else [Finding("SUB-REMARKS")]
    kept = []
    for n, given in enumerate(remarks):
        remark = {part: str(given.get(part, "")).strip() for part in ("row", "column", "reason", "text")}
        if remark["row"] not in names or remark["column"] not in COLUMNS:
            wrong.append(Finding("SUB-REMARK-CELL", f"{remark['row']} {remark['column']}", row=n + 1))
        if known and remark["reason"] not in known:
            wrong.append(
                Finding("SUB-REMARK-REASON", remark["reason"], {"known": ", ".join(known)}, row=n + 1)
            )
        kept.append(remark)
    if wrong:
        raise Refused(wrong)
    if due_on is None:
        due_on = timezone.localdate(at) + timedelta(days=rule.days if rule else 0)
        if rule is None or rule.non_working_day == "next":
            due_on = next_working_day(due_on, working_days(COUNTRY))
    submission.answer_due_on = due_on
    return keep(
        submission,
        Act.SEND_BACK,
        version,
        by=by,
        at=at,
        remarks=kept,
        note=note,
        due_on=due_on,
        on_behalf_of=on_behalf_of,
    )


@looked_at
def accept(
    *,
    submission: Submission,
    by: str,
    at: datetime,
    on_behalf_of: str = "",
    told_on: date | None = None,
) -> Accepted:
    """Accept what was submitted: its rows become values of the bank, correcting those accepted before.

    Rows the bank holds already change nothing there.

    Parameters
    ----------
    told_on
        Where it was accepted in the recipient's own instance: the day it was. Doubts raised here do not undo
        that, and supplements are written there.

    Raises
    ------
    Refused
        ``SUB-STATE``; ``SUB-FOUR-EYES``: the person, or the one they stand in for, handed it in;
        ``QLT-OPEN``: a severe doubt about a row is open.
    """
    submission = held(submission)
    after(submission.state, Act.ACCEPT)
    version = submission.submitted
    if version is None:
        raise Refused(Finding("SUB-EMPTY"))
    four_eyes(submission, version, by, on_behalf_of)
    if told_on is None:
        refuse_open(submission)
    before = submission.accepted
    values = to_bank(submission, version, by=by, at=at) if enters_bank(submission) else None
    submission.accepted_number = version.number
    event = keep(
        submission,
        Act.ACCEPT,
        version,
        by=by,
        at=at,
        values_import=values.act if values else None,
        dated_on=told_on,
        on_behalf_of=on_behalf_of,
    )
    written = None
    if before is not None and enters_bank(submission) and told_on is None:
        written = supplement_for(submission, before, version, event, main_plan(), by=by, at=at)
    return Accepted(event, values, written)


@transaction.atomic
def lock(
    *,
    submission: Submission,
    by: str,
    at: datetime,
    on_behalf_of: str = "",
    told_on: date | None = None,
) -> SubmissionEvent:
    """Lock an accepted submission: from now on only a recorded decision opens it again.

    Parameters
    ----------
    told_on
        Where it was locked in the recipient's own instance: the day it was.
    """
    submission = held(submission)
    after(submission.state, Act.LOCK)
    version = submission.accepted
    if version is not None:
        four_eyes(submission, version, by, on_behalf_of)
    return keep(submission, Act.LOCK, version, by=by, at=at, dated_on=told_on, on_behalf_of=on_behalf_of)


@transaction.atomic
def reopen(
    *,
    submission: Submission,
    number: str,
    dated_on: date | None,
    reason: str,
    by: str,
    at: datetime,
    on_behalf_of: str = "",
) -> SubmissionEvent:
    """Open a locked submission again by a decision with number, date and reason.

    Raises
    ------
    Refused
        ``SUB-STATE``, ``SUB-NUMBER``, ``SUB-REASON``, ``SUB-FUTURE``.
    """
    submission = held(submission)
    after(submission.state, Act.REOPEN)
    wrong = []
    if not number.strip() or dated_on is None:
        wrong.append(Finding("SUB-NUMBER", column="number"))
    elif dated_on > timezone.localdate(at):
        wrong.append(Finding("SUB-FUTURE", dated_on.isoformat(), column="dated_on"))
    if not reason.strip():
        wrong.append(Finding("SUB-REASON", column="reason"))
    if wrong:
        raise Refused(wrong)
    return keep(
        submission,
        Act.REOPEN,
        submission.accepted,
        by=by,
        at=at,
        number=number.strip(),
        dated_on=dated_on,
        note=reason.strip(),
        on_behalf_of=on_behalf_of,
    )
