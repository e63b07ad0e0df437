"""The steps of a submission's life, each one event of its own and of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.bank.actions import ImportSummary
from dozor.apps.collection.models import Round
from dozor.apps.collection.queries import COUNTRY
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.orders import order_submission
from dozor.apps.quality.submitted import looked_at, refuse_open
from dozor.apps.submissions.accepting import to_bank
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion, Supplement
from dozor.apps.submissions.queries import Errand, enters_bank, errand, findings, open_remarks
from dozor.apps.submissions.receiving import record_electronic
from dozor.apps.submissions.supplements import supplement_for
from dozor.core.calendar.working_days import next_working_day, working_days
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.content import COLUMNS, Row, checksum
from dozor.core.submissions.states import Act, State, after

Came = SubmissionVersion.Came


@dataclass(frozen=True)
class Accepted:
    """An acceptance and what it brought to the bank; None: the rows stay with the recipient."""

    event: SubmissionEvent
    values: ImportSummary | None
    supplement: Supplement | None = None  # a correction after the annual report was due


@transaction.atomic
def hand_in(
    *,
    agency: Agency,
    collection: str,
    year: int,
    rows: Sequence[Row],
    came_by: str,
    by: str,
    at: datetime,
    round_: Round | None = None,
    file_name: str = "",
    file_digest: str = "",
    note: str = "",
) -> SubmissionVersion:
    """Lay a version into an agency's submission; the submission is opened when there is none yet.

    Nothing is sent by this: `submit`, `answer` or `correct` hands the last version to the recipient. The
    same rows a second time are the version that is there already.

    Parameters
    ----------
    came_by
        One of `SubmissionVersion.Came`.
    round_
        The round whose estimates the rows are: they take the place of that round's earlier rows, and what
        other rounds of the collection gave stays. Without it, the rows are the whole content.
    file_name, file_digest
        The file the rows were read from, and its SHA-256.

    Raises
    ------
    Refused
        ``INST-COLLECTION``, ``SUB-NOT-OWED``; ``SUB-STATE``: the year is locked; ``SUB-EMPTY``.
    """
    of = errand(agency, collection, year)
    submission, is_new = _opened(agency, collection, year, of, by, at)
    after(submission.state, Act.HAND_IN)
    latest = submission.latest
    content = tuple(rows)
    if round_ is not None and latest is not None:
        content = (*(r for r in latest.content if r.round != round_.code), *content)
    if not content:
        raise Refused(Finding("SUB-EMPTY"))
    said = checksum(content)
    if latest is not None and latest.checksum == said:
        return latest
    version = SubmissionVersion(
        submission=submission,
        number=(latest.number if latest else 0) + 1,
        rows=[row.as_mapping() for row in content],
        checksum=said,
        came_by=came_by,
        round=round_,
        file_name=file_name,
        file_digest=file_digest,
        plan_version=main_plan().version,
        software_version=dozor.__version__,
        note=note,
        handed_in_at=at,
        handed_in_by=by,
    )
    check_lengths(version)
    version.save(force_insert=True)
    _keep(submission, Act.HAND_IN, version, by=by, at=at, rows=[version, *([submission] if is_new else [])])
    order_submission(submission.pk)
    return version


def _opened(
    agency: Agency, collection: str, year: int, of: Errand, by: str, at: datetime
) -> tuple[Submission, bool]:
    code = f"{collection}-{year}-{agency.code}"
    if of.request is not None:
        code += f"-{of.request.pk}"  # each request of an oblast centre is answered by itself
    found = Submission.objects.select_for_update(of=("self",)).filter(code=code).first()
    if found is not None:
        return found, False
    opened = Submission(
        code=code,
        plan=main_plan().code,
        collection=collection,
        year=year,
        agency=agency,
        recipient=of.recipient,
        request=of.request,
        opened_at=at,
        opened_by=by,
    )
    opened.save(force_insert=True)
    return opened, True


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
    submission = _held(submission)
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
    submission = _held(submission)
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
    submission = _held(submission)
    after(submission.state, act)
    version = submission.latest
    if version is None:
        raise Refused(Finding("SUB-EMPTY"))
    if dated_on is not None and dated_on > timezone.localdate(at):
        raise Refused(Finding("SUB-FUTURE", dated_on.isoformat(), column="dated_on"))
    if wrong := findings(submission, version.content):
        raise Refused(wrong)
    if version.came_by != Came.PACKAGE:  # its own instance has asked; who receives it asks on acceptance
        refuse_open(submission)
    submission.submitted_number, submission.answer_due_on = version.number, None
    event = _keep(
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


@transaction.atomic
def send_back(
    *,
    submission: Submission,
    remarks: Sequence[Mapping[str, str]],
    by: str,
    at: datetime,
    note: str = "",
    on_behalf_of: str = "",
) -> SubmissionEvent:
    """Send a submission back to its agency, with remarks on cells and a new due date by the plan's rule.

    Parameters
    ----------
    remarks
        Each ``{"row": Row.name, "column": …, "reason": a code of the plan, "text": …}``.

    Raises
    ------
    Refused
        ``SUB-STATE``, ``SUB-REMARKS``, ``SUB-REMARK-CELL``, ``SUB-REMARK-REASON``.
    """
    submission = _held(submission)
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
    due_on = timezone.localdate(at) + timedelta(days=rule.days if rule else 0)
    if rule is None or rule.non_working_day == "next":
        due_on = next_working_day(due_on, working_days(COUNTRY))
    submission.answer_due_on = due_on
    return _keep(
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
def accept(*, submission: Submission, by: str, at: datetime, on_behalf_of: str = "") -> Accepted:
    """Accept what was submitted: its rows become values of the bank, correcting those accepted before.

    Rows the bank holds already change nothing there.

    Raises
    ------
    Refused
        ``SUB-STATE``; ``SUB-FOUR-EYES``: the person, or the one they stand in for, handed it in;
        ``QLT-OPEN``: a severe doubt about a row is open.
    """
    submission = _held(submission)
    after(submission.state, Act.ACCEPT)
    version = submission.submitted
    if version is None:
        raise Refused(Finding("SUB-EMPTY"))
    _four_eyes(submission, version, by, on_behalf_of)
    refuse_open(submission)
    before = submission.accepted
    values = to_bank(submission, version, by=by, at=at) if enters_bank(submission) else None
    submission.accepted_number = version.number
    event = _keep(
        submission,
        Act.ACCEPT,
        version,
        by=by,
        at=at,
        values_import=values.act if values else None,
        on_behalf_of=on_behalf_of,
    )
    written = None
    if before is not None and enters_bank(submission):
        written = supplement_for(submission, before, version, event, main_plan(), by=by, at=at)
    return Accepted(event, values, written)


@transaction.atomic
def lock(*, submission: Submission, by: str, at: datetime, on_behalf_of: str = "") -> SubmissionEvent:
    """Lock an accepted submission: from now on only a recorded decision opens it again."""
    submission = _held(submission)
    after(submission.state, Act.LOCK)
    version = submission.accepted
    if version is not None:
        _four_eyes(submission, version, by, on_behalf_of)
    return _keep(submission, Act.LOCK, version, by=by, at=at, on_behalf_of=on_behalf_of)


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
    submission = _held(submission)
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
    return _keep(
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


def _held(submission: Submission) -> Submission:
    """The submission's row as it is now, kept from others until the transaction ends."""
    return Submission.objects.select_for_update().get(pk=submission.pk)


def _four_eyes(submission: Submission, version: SubmissionVersion, by: str, on_behalf_of: str) -> None:
    """Nobody judges what they, or the one they stand in for, have handed in; nor a deputy of such a one."""
    sending = submission.events.filter(
        version=version, act__in=(Act.HAND_IN, Act.SUBMIT, Act.ANSWER, Act.CORRECT)
    )
    hands = {version.handed_in_by}
    for who, stood_for in sending.values_list("by", "on_behalf_of"):
        hands |= {who, stood_for}
    for person in (by, on_behalf_of):
        if person and person in hands:
            raise Refused(Finding("SUB-FOUR-EYES", found=person))


def _keep(
    submission: Submission,
    act: Act,
    version: SubmissionVersion | None,
    *,
    by: str,
    at: datetime,
    rows: Sequence[Any] = (),
    **more: Any,
) -> SubmissionEvent:
    """Move the submission by one act: its row, the event, the journal."""
    before = State(submission.state)
    submission.state = after(before, act)
    event = SubmissionEvent(
        submission=submission,
        version=version,
        act=act,
        state_before=before,
        state_after=submission.state,
        by=by,
        at=at,
        **more,
    )
    check_lengths(event)
    if act is not Act.HAND_IN:
        submission.save(update_fields=["state", "submitted_number", "accepted_number", "answer_due_on"])
    event.save(force_insert=True)
    changed = [] if act is Act.HAND_IN else [submission]
    record(
        action=f"submission {_SAID[act]}",
        by=by,
        at=at,
        subject=submission.code,
        details={"version": version.number, "checksum": version.checksum} if version else {},
        rows=[*rows, *changed, event],
    )
    return event


_SAID = {
    Act.HAND_IN: "version handed in",
    Act.SUBMIT: "submitted",
    Act.SEND_BACK: "sent back",
    Act.ANSWER: "answered",
    Act.CORRECT: "corrected",
    Act.ACCEPT: "accepted",
    Act.LOCK: "locked",
    Act.REOPEN: "reopened",
}
