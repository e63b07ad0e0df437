"""Signed sheets as they come in: matched to the version they accompany, the receipt recorded apart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from dozor.apps.audit.actions import record
from dozor.apps.database import check_lengths
from dozor.apps.submissions.models import SheetMatch, Submission, SubmissionVersion
from dozor.apps.submissions.receiving import receive_paper
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.sheets import compare_lines, read_mark


def version_of_mark(submission: Submission, checksum: str) -> SubmissionVersion | None:
    """The version a checksum is of: its rows', or the file's they came in."""
    versions = submission.versions.order_by("-number")
    return next((v for v in versions if checksum in (v.checksum, v.file_digest)), None)


@transaction.atomic
def match_sheet(
    *,
    submission: Submission,
    mark: str,
    typed: Mapping[str, str],
    received_on: date,
    number: str,
    by: str,
    at: datetime,
    outgoing_number: str = "",
    outgoing_on: date | None = None,
    sent_on: date | None = None,
) -> SheetMatch:
    """Record that a signed sheet came, and how it agrees with the rows the recipient has.

    A sheet that does not agree has come all the same: its receipt is recorded, and every line that differs
    with it.

    Parameters
    ----------
    mark
        The text of the QR code, or the checksum under it.
    typed
        Name of the row → its value on paper; rows left out are not compared.

    Raises
    ------
    Refused
        ``SHEET-MARK``; ``SHEET-OTHER``: the QR code names another agency, collection or year; what
        :func:`dozor.apps.submissions.receiving.receive_paper` raises.
    """
    said = read_mark(mark)
    own = (submission.collection, submission.agency.code, str(submission.year))
    if said.agency and (said.collection, said.agency, said.year) != own:
        found = f"{said.collection}, {said.agency}, {said.year}"
        raise Refused(Finding("SHEET-OTHER", found[:120], {"wanted": ", ".join(own)}, column="mark"))
    receive_paper(
        submission=submission, received_on=received_on, number=number, sent_on=sent_on, by=by, at=at
    )
    held = submission.submitted
    lines = compare_lines(held.content if held else (), typed)
    match = SheetMatch(
        submission=submission,
        held=held,
        of=version_of_mark(submission, said.checksum),
        checksum=said.checksum,
        compared=sum(line.is_compared for line in lines),
        differing=[
            {"name": line.name, "paper": line.paper, "file": line.file}
            for line in lines
            if line.is_compared and not line.agrees
        ],
        outgoing_number=outgoing_number,
        outgoing_on=outgoing_on,
        incoming_number=number,
        received_on=received_on,
        matched_at=at,
        matched_by=by,
    )
    check_lengths(match)
    match.save(force_insert=True)
    record(
        action="sheet matched",
        by=by,
        at=at,
        subject=submission.code,
        details={"agrees": match.agrees, "differing": len(match.differing)},
        rows=[match],
    )
    return match
