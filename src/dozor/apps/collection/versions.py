"""Versions of what an agency gave for a round: the last one counts, the earlier ones stay askable."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from dozor.apps.audit.actions import record
from dozor.apps.collection.field_queries import own_records
from dozor.apps.collection.models import AnswerFile, GivenVersion, Round, Way
from dozor.apps.organisations.models import Agency
from dozor.core.findings import Finding, Refused

NIL_ACTION = "nil report confirmed"


def latest_of(round_: Round, agency: Agency) -> GivenVersion | None:
    return round_.given.filter(agency=agency).order_by("number").last()


def give(
    round_: Round,
    *,
    agency: Agency,
    way: Way,
    by: str,
    at: datetime,
    answer_file: AnswerFile | None = None,
    source_digest: str = "",
) -> GivenVersion:
    """Keep a further version; without a file it says that there is nothing to report."""
    with transaction.atomic():
        latest = latest_of(round_, agency)
        given = GivenVersion.objects.create(
            round=round_,
            agency=agency,
            number=(latest.number if latest else 0) + 1,
            way=way,
            is_nil=answer_file is None,
            answer_file=answer_file,
            source_digest=source_digest,
            given_at=at,
            given_by=by,
        )
        record(
            action=NIL_ACTION if given.is_nil else "answers given",
            by=by,
            at=at,
            subject=round_.code,
            details={"agency": agency.code, "version": given.number},
            rows=[given],
        )
    return given


def confirm_nil(
    round_: Round, *, agency: Agency, way: Way, by: str, at: datetime, source_digest: str = ""
) -> GivenVersion:
    """Record that an agency has nothing to report; a second time changes nothing.

    Raises
    ------
    Refused
        ``COL-ROUND-CLOSED``; ``COL-NIL-RECORDS``: single forms came from the agency, which a nil report
        cannot take back.
    """
    if round_.state(at) != "open":
        raise Refused(Finding("COL-ROUND-CLOSED", found=round_.code))
    held = own_records(agency).filter(round=round_, replaced_by__isnull=True).count()
    if held:
        raise Refused(Finding("COL-NIL-RECORDS", found=str(held), values={"round": round_.code}))
    latest = latest_of(round_, agency)
    if latest is not None and latest.is_nil:
        return latest
    return give(round_, agency=agency, way=way, by=by, at=at, source_digest=source_digest)


def superseded_files(round_: Round) -> set[str]:
    """Names of tables that only an earlier version holds."""
    last = dict(round_.given.values_list("agency").annotate(last=Max("number")))
    earlier, counted = set[str](), set[str]()
    for agency, number, name in round_.given.values_list("agency", "number", "answer_file__name"):
        if name:
            (counted if number == last[agency] else earlier).add(name)
    return earlier - counted


def nil_agencies(round_: Round) -> list[Agency]:
    """Agencies whose last word is that there is nothing to report, and that sent no single form either."""
    last = {v.agency_id: v for v in round_.given.select_related("agency").order_by("number")}
    return [v.agency for v in last.values() if v.is_nil]


def version_of(round_: Round, agency: Agency, number: int) -> GivenVersion:
    """An earlier or the last version; raises ``COL-VERSION``."""
    found = round_.given.filter(agency=agency, number=number).select_related("answer_file").first()
    if found is None:
        known = ", ".join(str(n) for n in round_.given.filter(agency=agency).values_list("number", flat=True))
        raise Refused(Finding("COL-VERSION", found=str(number), values={"known": known or "—"}))
    return found
