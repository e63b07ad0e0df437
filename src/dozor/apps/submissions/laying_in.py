"""Laying rows in: a version of a submission, which is opened when there is none yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

import dozor
from dozor.apps.audit.kept import untouched
from dozor.apps.collection.models import Request, Round
from dozor.apps.database import check_lengths
from dozor.apps.organisations.models import Agency, Area, AreaType
from dozor.apps.plans.models import PlanVersion, Setting
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.orders import order_submissions
from dozor.apps.submissions.models import Submission, SubmissionVersion
from dozor.apps.submissions.queries import Errand, errand
from dozor.apps.submissions.steps import keep
from dozor.core.findings import Finding, Refused
from dozor.core.submissions.content import Row, checksum
from dozor.core.submissions.states import Act, after

Came = SubmissionVersion.Came


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
    request: Request | None = None,
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
    request
        The oblast centre's request that a district answers; None: the last one of the year.
    file_name, file_digest
        The file the rows were read from, and its SHA-256.

    Raises
    ------
    Refused
        ``INST-COLLECTION``, ``SUB-NOT-OWED``; ``SUB-STATE``: the year is locked; ``SUB-EMPTY``.
    """
    with untouched(PlanVersion, Setting, Agency, Area, AreaType):
        of, plan = errand(agency, collection, year, request=request), main_plan()
    submission, is_new = _opened(agency, collection, year, of, by, at, plan.code)
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
        plan_version=plan.version,
        software_version=dozor.__version__,
        note=note,
        handed_in_at=at,
        handed_in_by=by,
    )
    check_lengths(version)
    version.save(force_insert=True)
    keep(submission, Act.HAND_IN, version, by=by, at=at, rows=[version, *([submission] if is_new else [])])
    order_submissions()
    return version


def _opened(
    agency: Agency, collection: str, year: int, of: Errand, by: str, at: datetime, plan: str
) -> tuple[Submission, bool]:
    code = f"{collection}-{year}-{agency.code}"
    if of.request is not None:
        code += f"-{of.request.pk}"  # each request of an oblast centre is answered by itself
    if (found := _held(code)) is not None:
        return found, False
    opened = Submission(
        code=code,
        plan=plan,
        collection=collection,
        year=year,
        agency=agency,
        recipient=of.recipient,
        request=of.request,
        opened_at=at,
        opened_by=by,
    )
    try:
        with transaction.atomic():
            opened.save(force_insert=True)
    except IntegrityError:
        # two people of an agency began at once (PostgreSQL): the other's is the one
        found = _held(code)
        if found is None:
            raise
        return found, False
    return opened, True


def _held(code: str) -> Submission | None:
    """The submission's row, kept from others until the transaction ends."""
    return Submission.objects.select_for_update(of=("self",)).filter(code=code).first()
