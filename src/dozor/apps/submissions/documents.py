"""The index of a year's documents: what there is on file, of whom, how long it is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dozor.apps.collection import models as facts
from dozor.apps.organisations.models import Deputy
from dozor.apps.organisations.queries import agencies
from dozor.apps.releases.models import ReleaseReport, ReleaseStep
from dozor.apps.reporting.annual import author
from dozor.apps.submissions.models import SubmissionEvent, SubmissionVersion, Supplement
from dozor.core.plan.model import Plan
from dozor.core.plan.retention import Retention
from dozor.core.submissions.states import Act, State

# what the plan's terms call the documents written from a release
KIND_OF_REPORT = {"report": "annual-report", "letter": "transmittal", "brief": "brief"}


@dataclass(frozen=True)
class DocumentOnFile:
    """One document; `kind` is the plan's own term of keeping, None where the plan names none."""

    code: str
    kind: Retention | None
    agency: str
    collection: str
    number: str
    dated_on: date
    checksum: str = ""
    submission: int | None = None
    supplement: int | None = None
    medium: str = ""  # of a receipt: paper or electronic
    indicators: tuple[str, ...] = ()  # which rows it is about, where it names them
    evidence: str = ""  # of the end of a collection: in the words of who recorded it
    release: str = ""  # what a report was written from
    area: str = ""  # the place a report is about; empty: the country
    form: str = ""  # of a report: language and kind of file, as "ru, PDF"


def documents(*, year: int, agency: Collection[str] | None, plan: Plan) -> list[DocumentOnFile]:
    """Documents of a reporting year, the oldest first; `agency` None: of everybody."""
    kinds = {r.code: r for r in plan.retention}
    found = [
        *_of_submissions(year, agency, kinds),
        *_of_facts(year, agency, kinds),
        *_ends_of_collection(year, agency, kinds),
        *_receipts(year, agency, kinds),
        *_orders(year, agency, kinds),
        *_reports(year, agency, kinds, plan),
    ]
    return sorted(found, key=lambda d: (d.dated_on, d.code, d.number))


def _of_submissions(
    year: int, agency: Collection[str] | None, kinds: dict[str, Retention]
) -> Iterator[DocumentOnFile]:
    about = Q(submission__year=year)
    if agency is not None:
        about &= Q(submission__agency__code__in=agency)
    # a draft is no document yet
    versions = SubmissionVersion.objects.filter(about).exclude(submission__state=State.DRAFT)
    for v in versions.select_related("submission__agency"):
        yield DocumentOnFile(
            code="submission",
            kind=kinds.get("submission"),
            agency=v.submission.agency.code,
            collection=v.submission.collection,
            number=f"v{v.number}",
            dated_on=timezone.localtime(v.handed_in_at).date(),
            checksum=v.checksum,
            submission=v.submission.pk,
        )
    acts = (Act.SUBMIT, Act.ANSWER, Act.CORRECT, Act.REOPEN)
    letters = SubmissionEvent.objects.filter(about, act__in=acts).exclude(number="")
    for e in letters.select_related("submission__agency"):
        code = "decision" if e.act == Act.REOPEN else "letter"
        yield DocumentOnFile(
            code=code,
            kind=kinds.get(code),
            agency=e.submission.agency.code,
            collection=e.submission.collection,
            number=e.number,
            dated_on=e.dated_on or timezone.localtime(e.at).date(),
            submission=e.submission.pk,
        )
    for s in Supplement.objects.filter(about).select_related("submission__agency"):
        yield DocumentOnFile(
            code="supplement",
            kind=kinds.get("supplement"),
            agency=s.submission.agency.code,
            collection=s.submission.collection,
            number=str(s.number),
            dated_on=timezone.localtime(s.made_at).date(),
            submission=s.submission.pk,
            supplement=s.pk,
        )


def _of_facts(
    year: int, agency: Collection[str] | None, kinds: dict[str, Retention]
) -> Iterator[DocumentOnFile]:
    sources: tuple[tuple[str, Any, str], ...] = (
        ("letter", facts.RoundDate, "agency"),
        ("letter", facts.Agreement, "agency"),
        ("decision", facts.Decision, "agency"),
        ("letter", facts.Collector, "agency"),
        ("request", facts.Request, "recipient"),
    )
    for code, model, whose in sources:
        found = model.objects.filter(year=year).exclude(number="").select_related(whose)
        if agency is not None:
            found = found.filter(**{f"{whose}__code__in": agency})
        for fact in found:
            owner = getattr(fact, whose)
            yield DocumentOnFile(
                code=code,
                kind=kinds.get(code),
                agency=owner.code if owner else "",
                collection=getattr(fact, "collection", ""),
                number=fact.number,
                dated_on=fact.dated_on or timezone.localtime(fact.recorded_at).date(),
            )


def _ends_of_collection(
    year: int, agency: Collection[str] | None, kinds: dict[str, Retention]
) -> Iterator[DocumentOnFile]:
    """What each end of a collection rests on: from it the term of handing in runs (para 10)."""
    found = facts.RoundDate.objects.filter(year=year, ended_on__isnull=False).select_related("agency")
    if agency is not None:
        found = found.filter(agency__code__in=agency)
    for one in found:
        yield DocumentOnFile(
            code="end-of-collection",
            kind=kinds.get("end-of-collection"),
            agency=one.agency.code if one.agency else "",
            collection=one.collection,
            number=one.number,
            dated_on=one.ended_on,
            evidence=one.evidence,
        )


def _receipts(
    year: int, agency: Collection[str] | None, kinds: dict[str, Retention]
) -> Iterator[DocumentOnFile]:
    """One for each letter, day and medium, however many rows came with it."""
    found = facts.Receipt.objects.filter(year=year).exclude(number="").select_related("agency")
    if agency is not None:
        found = found.filter(agency__code__in=agency)
    came: dict[tuple[str, str, date, str], list[str]] = {}
    for one in found.order_by("id"):
        rows = came.setdefault((one.agency.code, one.number, one.received_on, one.medium), [])
        rows += [one.indicator] if one.indicator else []
    for (code, number, day, medium), rows in came.items():
        kind = kinds.get("receipt")
        yield DocumentOnFile("receipt", kind, code, "", number, day, medium=medium, indicators=tuple(rows))


def _orders(
    year: int, agency: Collection[str] | None, kinds: dict[str, Retention]
) -> Iterator[DocumentOnFile]:
    """Orders of deputies that were in force in the year."""
    found = Deputy.objects.filter(valid_from__year__lte=year, valid_to__year__gte=year)
    if agency is not None:
        found = found.filter(person__agency__code__in=agency)
    for one in found.select_related("person__agency"):
        code = one.person.agency.code if one.person.agency else ""
        yield DocumentOnFile("order", kinds.get("order"), code, "", one.number, one.dated_on)


def _reports(
    year: int, agency: Collection[str] | None, kinds: dict[str, Retention], plan: Plan
) -> Iterator[DocumentOnFile]:
    """The annual report, its letter, briefs, written from published releases and kept."""
    published = ReleaseStep.objects.filter(act=ReleaseStep.Act.PUBLISHED).values("release")
    found = ReleaseReport.objects.filter(release__year=year, release__in=published).select_related("release")
    known = agencies()
    for one in found:
        owner = author(plan, known, one.area or None).code
        if agency is None or owner in agency:
            code = KIND_OF_REPORT[one.document]
            yield DocumentOnFile(
                code=code,
                kind=kinds.get(code),
                agency=owner,
                collection="",
                number="",
                dated_on=timezone.localtime(one.made_at).date(),
                checksum=one.checksum,
                release=one.release.code,
                area=one.area,
                form=f"{one.language}, {one.kind.upper()}",
            )
