"""What every step of a submission does: takes the row, keeps four eyes, writes its event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dozor.apps.audit.actions import record
from dozor.apps.database import check_lengths
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import Act, State, after


def held(submission: Submission) -> Submission:
    """The submission's row as it is now, kept from others until the transaction ends."""
    return Submission.objects.select_for_update().get(pk=submission.pk)


def four_eyes(submission: Submission, version: SubmissionVersion, by: str, on_behalf_of: str) -> None:
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


def keep(
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
