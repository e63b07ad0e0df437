"""A submission sent back: the remarks leave as a package, and return it in its agency's instance."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from dozor.apps.organisations.models import Agency
from dozor.apps.packages.making import make
from dozor.apps.packages.models import Package
from dozor.apps.packages.owner import owner
from dozor.apps.packages.sending import said_of
from dozor.apps.packages.told import Told, of_submission
from dozor.apps.submissions.actions import send_back
from dozor.apps.submissions.models import Submission, SubmissionEvent, SubmissionVersion
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.states import Act, State
from dozor.formats.package_file import SignedPackage, canonical

REMARKS = "remarks.json"


def is_returned_here(submission: Submission, ours: Agency) -> bool:
    """Whether it is this instance's agency that has sent the submission of another back."""
    return submission.state == State.RETURNED and submission.recipient_id == ours.pk != submission.agency_id


def export_sent_back(
    submission: Submission, *, by: str, at: datetime, on_behalf_of: str = ""
) -> tuple[Package, bytes]:
    """Make a package of what a submission was sent back for, for its agency.

    It carries the remarks on cells with their reasons, the note and the day the answer is due. Nothing of
    the submission changes.

    Raises
    ------
    Refused
        ``PKG-OWNER``; ``PKG-NOT-OURS``; ``PKG-NOT-RETURNED``: it is not sent back now.
    """
    ours = owner()
    if submission.recipient_id != ours.pk or submission.agency_id == ours.pk:
        raise Refused(Finding("PKG-NOT-OURS", submission.code, {"owner": ours.code}))
    step = last_sent_back(submission)
    if submission.state != State.RETURNED or step is None or step.version is None or step.due_on is None:
        raise Refused(Finding("PKG-NOT-RETURNED", str(submission.state)))
    said = said_of(submission, step.version, "")
    said["submission"] |= {"due_on": step.due_on.isoformat(), "note": step.note}
    return make(
        Package.Kind.SENT_BACK,
        submission.agency,
        subject=submission.code,
        said=said,
        parts={REMARKS: canonical(step.remarks)},
        version=step.version,
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
    )


def last_sent_back(submission: Submission) -> SubmissionEvent | None:
    return submission.events.filter(act=Act.SEND_BACK).order_by("id").last()


def take_sent_back(
    package: SignedPackage, told: Told, sender: Agency, ours: Agency, *, by: str, at: datetime, name: str
) -> SubmissionVersion:
    """Return this instance's own submission by what its recipient said of it.

    Raises
    ------
    Refused
        As `spoken_of`; ``PKG-MANIFEST``, ``PKG-REMARKS``; whatever sending back is refused for.
    """
    submission, version = spoken_of(told, sender, ours, name)
    try:
        due_on, note = date.fromisoformat(told.of["due_on"]), str(told.of["note"])
    except (KeyError, TypeError, ValueError):
        raise Refused(Finding("PKG-MANIFEST", file=name)) from None
    send_back(submission=submission, remarks=_remarks(package, name), by=by, at=at, note=note, due_on=due_on)
    return version


def spoken_of(told: Told, sender: Agency, ours: Agency, name: str) -> tuple[Submission, SubmissionVersion]:
    """The submission of ours its recipient speaks of, and the version handed in, which it must be about.

    Raises
    ------
    Refused
        ``PKG-SUBMISSION``: it is not this agency's, or not for that recipient; ``PKG-RECEIPT-FIRST``: the
        receipt was not taken yet; ``PKG-VERSION``: other rows were handed in since; ``PKG-MANIFEST``.
    """
    of = of_submission(told.of, name)
    held = Submission.objects.filter(agency=ours, recipient=sender, collection=of.collection, year=of.year)
    held = held.filter(request__number=of.request) if of.request else held.filter(request__isnull=True)
    submission = held.select_related("agency", "recipient").order_by("id").last()
    if submission is None:
        raise Refused(Finding("PKG-SUBMISSION", of.code[:80], {"expected": ours.code}, file=name))
    if submission.state == State.DRAFT:
        raise Refused(Finding("PKG-RECEIPT-FIRST", submission.code, file=name))
    version = submission.submitted
    if version is None or version.checksum != of.checksum:
        raise Refused(Finding("PKG-VERSION", of.checksum[:16], file=name))
    return submission, version


def _remarks(package: SignedPackage, name: str) -> list[dict[str, Any]]:
    try:
        remarks = json.loads(package.parts[REMARKS])
        if not isinstance(remarks, list) or not all(isinstance(r, dict) for r in remarks):
            raise ValueError
        return remarks
    except (KeyError, ValueError, RecursionError):
        raise Refused(Finding("PKG-REMARKS", file=name)) from None
