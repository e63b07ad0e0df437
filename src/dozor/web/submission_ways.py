"""What may follow with a submission, for whom: the buttons below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dozor.apps.organisations.scope import Right, may
from dozor.apps.submissions.models import Submission
from dozor.core.submissions.states import State


@dataclass(frozen=True)
class Way:
    """A next step: a button that leads to a form, or one that acts at once."""

    label: str
    href: str
    is_act: bool = False
    is_first: bool = False


def ways(person: Any, submission: Submission, *, is_fit: bool) -> list[Way]:
    """What this person may do next with a submission, the most likely first."""
    about = submission.agency.code
    state = State(submission.state)
    latest = submission.latest
    is_newer = latest is not None and latest.number > submission.submitted_number
    found: list[Way] = []

    def way(right: Right, label: Any, route: str, *, is_act: bool = False) -> None:
        if may(person, right, about):
            href = reverse(route, args=[submission.pk])
            found.append(
                Way(
                    str(label),
                    href,
                    is_act=is_act,
                    is_first=not found and right in (Right.SUBMIT, Right.ACCEPT_SUBMISSION),
                )
            )

    if state is State.DRAFT and is_fit:
        way(Right.SUBMIT, _("Submit"), "submission-submit")
    if state is State.RETURNED:
        way(Right.SUBMIT, _("Answer the remarks"), "submission-answer")
    if state in (State.SUBMITTED, State.ACCEPTED) and is_newer and is_fit:
        way(Right.SUBMIT, _("Submit the correction"), "submission-correct")
    if state is State.SUBMITTED:
        way(Right.ACCEPT_SUBMISSION, _("Accept"), "submission-accept", is_act=True)
    if state in (State.SUBMITTED, State.ACCEPTED):
        way(Right.CHECK_SUBMISSION, _("Send back with remarks"), "submission-send-back")
    if state is State.ACCEPTED:
        way(Right.LOCK_SUBMISSION, _("Lock"), "submission-lock", is_act=True)
    if state is State.LOCKED:
        way(Right.REOPEN_SUBMISSION, _("Open again by a decision"), "submission-reopen")
    if submission.submitted_number:
        way(Right.RECORD_RECEIPT, _("The paper copy came"), "submission-paper")
        way(Right.RECORD_RECEIPT, _("Match the signed sheet"), "submission-sheet-match")
    return found
