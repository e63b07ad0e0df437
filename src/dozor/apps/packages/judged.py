"""What the recipient decided of a submission: its acceptance, locking or reopening, told to its agency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from dozor.apps.organisations.models import Agency
from dozor.apps.packages.making import make
from dozor.apps.packages.models import Package
from dozor.apps.packages.owner import owner
from dozor.apps.packages.sending import said_of
from dozor.apps.packages.sending_back import spoken_of
from dozor.apps.packages.told import Told
from dozor.apps.submissions.actions import accept, lock, reopen
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import Act, State

JUDGED = (State.ACCEPTED, State.LOCKED)
DECISIONS = (Act.ACCEPT, Act.LOCK, Act.REOPEN)


def is_judged_here(submission: Submission, ours: Agency) -> bool:
    """Whether it is this instance's agency that has accepted, perhaps locked, the submission of another."""
    return submission.state in JUDGED and submission.recipient_id == ours.pk != submission.agency_id


def export_judged(
    submission: Submission, *, by: str, at: datetime, on_behalf_of: str = ""
) -> tuple[Package, bytes]:
    """Make a package of what was decided of a submission's version, for its agency.

    It carries every step since the version was accepted, with its day and, of a reopening, the decision.

    Raises
    ------
    Refused
        ``PKG-OWNER``; ``PKG-NOT-OURS``: it is not accepted here.
    """
    ours, version = owner(), submission.accepted
    if not is_judged_here(submission, ours) or version is None:
        raise Refused(Finding("PKG-NOT-OURS", submission.code, {"owner": ours.code}))
    said = said_of(submission, version, "")
    said["submission"] |= {"steps": [_said(step) for step in _since_acceptance(submission)]}
    return make(
        Package.Kind.JUDGED,
        submission.agency,
        subject=submission.code,
        said=said,
        parts={},
        version=version,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
    )


def take_judged(
    told: Told, sender: Agency, ours: Agency, *, by: str, at: datetime, name: str
) -> SubmissionVersion:
    """Do in this instance what the recipient decided of its agency's submission; what is known is not redone.

    Raises
    ------
    Refused
        As `sending_back.spoken_of`; ``PKG-MANIFEST``; ``PKG-JUDGED``: the steps do not follow those known
        here; whatever the step itself is refused for.
    """
    submission, version = spoken_of(told, sender, ours, name)
    if submission.state == State.RETURNED:
        raise Refused(Finding("PKG-RECEIPT-FIRST", submission.code, file=name))
    steps = _steps(told, name)
    known = [step.act for step in _since_acceptance(submission)]
    if known != [step.act for step in steps[: len(known)]]:
        raise Refused(Finding("PKG-JUDGED", ", ".join(s.act for s in steps), file=name))
    for step in steps[len(known) :]:
        if step.act is Act.ACCEPT:
            accept(submission=submission, by=by, at=at, told_on=step.on)
        elif step.act is Act.LOCK:
            lock(submission=submission, by=by, at=at, told_on=step.on)
        else:
            reopen(
                submission=submission,
                number=step.number,
                dated_on=step.on,
                reason=step.reason,
                by=by,
                at=at,
            )
    return version


def _since_acceptance(submission: Submission) -> Sequence[SubmissionEvent]:
    """The steps by which the accepted version came to stand where it stands; none while none is accepted."""
    if submission.state not in JUDGED:
        return []
    steps = list(submission.events.filter(act__in=DECISIONS).order_by("id"))
    first = max(n for n, step in enumerate(steps) if step.act == Act.ACCEPT)
    return steps[first:]


def _said(step: SubmissionEvent) -> dict[str, Any]:
    day = step.dated_on or timezone.localdate(step.at)
    return {"act": step.act, "on": day.isoformat(), "number": step.number, "reason": step.note}


@dataclass(frozen=True)
class _Step:
    act: Act
    on: date  # of a reopening, the decision's date
    number: str
    reason: str


def _steps(told: Told, name: str) -> list[_Step]:
    try:
        steps = [
            _Step(
                act=Act(one["act"]),
                on=date.fromisoformat(one["on"]),
                number=str(one["number"]),
                reason=str(one["reason"]),
            )
            for one in told.of["steps"]
        ]
    except (KeyError, TypeError, ValueError):
        raise Refused(Finding("PKG-MANIFEST", file=name)) from None
    if not steps or any(s.act not in DECISIONS or s.on > told.sent_on for s in steps):
        raise Refused(Finding("PKG-MANIFEST", file=name))
    return steps
