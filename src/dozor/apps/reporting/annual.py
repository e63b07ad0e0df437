"""The annual report and what goes with it, of a release or of the bank as it stands."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

import dozor
from dozor.apps.audit.actions import record
from dozor.apps.bank import queries as bank
from dozor.apps.collection.queries import duties
from dozor.apps.organisations import queries as organisations
from dozor.apps.plans import queries as plans
from dozor.apps.quality.reviewing import desk_review
from dozor.apps.releases.content import read_bytes, write_bytes
from dozor.apps.releases.models import Release, ReleaseReport
from dozor.apps.releases.queries import content, disclosure_statement
from dozor.apps.submissions.queries import handed_in
from dozor.core.findings import Finding, Refused
from dozor.core.places import Agencies, Agency, Areas
from dozor.core.plan.model import Plan
from dozor.publishing.documents import Document, to_docx, to_pdf
from dozor.publishing.report import ReportData, build_brief, build_letter, build_report

WRITERS = {"pdf": to_pdf, "docx": to_docx}
DOCUMENTS = {"report": build_report, "letter": build_letter, "brief": build_brief}


def write_document(
    of: Release | None,
    *,
    document: str,
    year: int,
    language: str,
    kind: str,
    area: str | None,
    by: str,
    at: datetime,
) -> bytes:
    """Write a document of a release; without one, of the bank as it stands, marked as a working draft.

    See `release_report` and `annual_report` for what is refused.
    """
    if of is None:
        today = timezone.localdate(at)
        return annual_report(
            year=year, language=language, kind=kind, area=area, today=today, document=document
        )
    return release_report(of, document=document, language=language, kind=kind, area=area, by=by, at=at)


def annual_report(
    *, year: int, language: str, kind: str, area: str | None, today: date, document: str = "report"
) -> bytes:
    """Write the report of one year, or a document that goes with it.

    Parameters
    ----------
    year
        Reporting year; later periods are left out.
    kind
        ``pdf`` or ``docx``.
    area
        Code or exact name of one place; None for the country.
    today
        Day of the report, and the day as of which duties are judged.
    document
        ``report``; ``letter``, which goes with the country's; ``brief``, two pages of one region.

    Raises
    ------
    Refused
        The plan asks for nothing in that year, or there is no such place or format; ``INST-REPORT-LETTER``,
        ``INST-REPORT-BRIEF``: the place does not go with the document.
    """
    if kind not in WRITERS:
        raise Refused(Finding("INST-REPORT-FORMAT", found=kind))
    return WRITERS[kind](_built(document, report_data(year=year, area=area, today=today), language))


def refuse_place(document: str, place: str, areas: Areas) -> None:
    """Raise `Refused` where a document is not written for a place; `place` is a code, the country's too."""
    if document == "letter" and place != areas.country.code:
        raise Refused(Finding("INST-REPORT-LETTER", found=place, column="area"))
    regions = [area.code for area in areas.regions()]
    if document == "brief" and place not in regions:
        values = {"known": ", ".join(regions)}
        raise Refused(Finding("INST-REPORT-BRIEF", found=place, values=values, column="area"))


def _built(document: str, data: ReportData, language: str) -> Document:
    refuse_place(document, data.place, data.areas)
    return DOCUMENTS[document](data, language)


def release_report(
    release: Release,
    *,
    language: str,
    kind: str,
    area: str | None,
    by: str,
    at: datetime,
    document: str = "report",
) -> bytes:
    """A document of a release: written once and kept; after that the kept bytes, made again and compared.

    It is written from the frozen content alone, so the same version writes the same bytes on any day.

    Raises
    ------
    Refused
        ``REL-REPORT``: the same version of the program no longer writes the same bytes; ``REL-FILE``: the
        kept file was touched; else as `annual_report`.
    """
    if kind not in WRITERS:
        raise Refused(Finding("INST-REPORT-FORMAT", found=kind))
    data = released_data(release, area=area)
    name = f"{document}-{language}{f'-{data.area}' if data.area else ''}.{kind}"
    which = {"document": document, "language": language, "kind": kind, "area": data.area or ""}
    kept = release.reports.filter(**which).first()
    if kept is not None and kept.software_version != dozor.__version__:
        return read_bytes(release.code, name, kept.checksum)
    made = WRITERS[kind](_built(document, data, language))
    checksum = hashlib.sha256(made).hexdigest()
    if kept is not None:
        if checksum != kept.checksum:
            values = {"kept": kept.checksum[:12], "made": checksum[:12]}
            raise Refused(Finding("REL-REPORT", found=release.code, values=values))
        return read_bytes(release.code, name, kept.checksum)
    with transaction.atomic():
        kept = ReleaseReport.objects.create(
            release=release,
            **which,
            checksum=write_bytes(release.code, name, made),
            size=len(made),
            software_version=dozor.__version__,
            made_at=at,
            made_by=by,
        )
        record(action=f"{document} of a release kept", by=by, at=at, subject=release.code, rows=[kept])
    return made


def released_data(release: Release, *, area: str | None) -> ReportData:
    """Everything a release's report is written from: its frozen content and the plans' texts alone."""
    frozen = content(release)
    place = frozen.areas.find(area) if area is not None else None
    if area is not None and place is None:
        raise Refused(Finding("INST-AREA", found=area))
    found = [plans.plan_by_digest(digest) for digest in frozen.plans]
    plan = found[0]
    return ReportData(
        plan=plan,
        context=next((p for p in found[1:] if p.kind == "context"), None),
        areas=frozen.areas,
        agencies=frozen.agencies,
        year=frozen.year,
        area=place.code if place else None,
        observations=frozen.observations,
        obligations=frozen.obligations,
        generated_on=frozen.made_on,
        author=author(plan, frozen.agencies, place.code if place else None).name,
        is_working_draft=False,
        release=frozen.code,
        software_version=frozen.software_version,
        handed_in=frozen.handed_in,
        disclosure=disclosure_statement(release),
        review=frozen.review if place is None else None,
        checksum=release.content_checksum,
    )


def report_data(*, year: int, area: str | None, today: date) -> ReportData:
    """Everything the report is written from, as the bank knows it now."""
    plan = plans.main_plan(date(year, 7, 1))
    obligations = duties(year=year, as_of=today, plan=plan)
    if not obligations:
        raise Refused(Finding("INST-YEAR", found=str(year)))
    areas = organisations.areas()
    place = areas.find(area) if area is not None else None
    if area is not None and place is None:
        raise Refused(Finding("INST-AREA", found=area))
    agencies = organisations.agencies()
    context = _context(plan)
    writer = author(plan, agencies, place.code if place else None)
    return ReportData(
        plan=plan,
        context=context,
        areas=areas,
        agencies=agencies,
        year=year,
        area=place.code if place else None,
        observations=tuple(bank.observations()),
        obligations=tuple(obligations),
        generated_on=today,
        author=writer.name,
        software_version=dozor.__version__,
        handed_in=tuple(handed_in(year=year, until=today)),
        review=desk_review(year=year, today=today, area=place.code if place else None),
    )


def _context(plan: Plan) -> Plan | None:
    """The plan that names the context series, where one is loaded."""
    return next((p for p in plans.plans() if p.kind == "context" and p.code != plan.code), None)


def author(plan: Plan, agencies: Agencies, area: str | None) -> Agency:
    """Who writes the report: of a region its own centre, of the country who owes the report on the plan."""
    if area is not None:
        regional = [role for duty in plan.duties if duty.about != "plan" for role in duty.senders]
        own = [a for role in regional for a in agencies.serving(area, role)]
        if own:
            return own[0]
    sender = next(role for duty in plan.duties if duty.about == "plan" for role in duty.senders)
    return next(iter(agencies.playing(sender)))
