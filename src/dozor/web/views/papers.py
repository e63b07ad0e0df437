"""Papers of submissions: the sheet to sign, supplements for the Ministry, the index of documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from dozor.apps.collection.queries import years_with_duties
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.submissions.documents import DocumentOnFile, documents
from dozor.apps.submissions.models import Supplement
from dozor.apps.submissions.queries import national_centre
from dozor.core.plan.model import Plan
from dozor.core.submissions.states import State
from dozor.core.text import Text
from dozor.publishing.documents import to_pdf
from dozor.publishing.forms.rows_sheet import SheetLine, rows_sheet
from dozor.publishing.supplement import ChangedCell, SupplementData, build_supplement
from dozor.web import submissions as shown
from dozor.web.duties import medium_words
from dozor.web.names import Names
from dozor.web.rights import asks
from dozor.web.tasks import chosen_year
from dozor.web.views.submissions import found_for

PRINTED = ("ru", "be")
# kinds that a plan loaded earlier gives no term for
UNNAMED = {
    "end-of-collection": gettext_lazy("Evidence that a collection ended"),
    "annual-report": gettext_lazy("Annual report"),
    "transmittal": gettext_lazy("Letter to the Ministry"),
    "brief": gettext_lazy("Brief"),
}


def _pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _collection(plan: Plan, code: str) -> Text:
    return next((c.name for c in plan.collections if c.code == code), Text(code, code, code))


@asks(Right.READ_SUBMISSION)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet that is signed and sent on paper beside the electronic rows (para 10)."""
    one = found_for(request, pk, Right.READ_SUBMISSION)
    version = shown.shown_version(request.user, one)
    if version is None or (one.state == State.DRAFT and not shown.sees_drafts(request.user, one)):
        raise Http404
    names = [Names(language) for language in PRINTED]
    by_language = [shown.rows_shown(version, n) for n in names]
    lines = [
        SheetLine(
            label=(_line(first), _line(second)),
            out_of=first.counts,
            value=first.value + (f" ({first.interval})" if first.interval else ""),
        )
        for first, second in zip(*by_language, strict=True)
    ]
    plan = names[0].main_plan
    content = rows_sheet(
        title=_collection(plan, one.collection),
        agency=names[0].agencies[one.agency.code].name,
        agency_code=one.agency.code,
        collection=one.collection,
        year=one.year,
        version=version.number,
        lines=lines,
        checksum=version.checksum,
        languages=PRINTED,
    )
    return _pdf(content, f"dozor-{one.pk}-v{version.number}.pdf")


def _line(row: shown.RowShown) -> str:
    return ", ".join(p for p in (f"{row.indicator} {row.what}", row.group, row.place) if p)


@asks(Right.READ_BOARD)
def supplement(request: HttpRequest, pk: int) -> HttpResponse:
    """A numbered supplement, in the reader's language; the same on any day."""
    found = Supplement.objects.select_related("submission__agency").filter(pk=pk).first()
    if found is None or not may(request.user, Right.READ_BOARD, found.submission.agency.code):
        raise Http404
    names = Names.of(request)
    plan = names.main_plan
    version = found.submission.version(found.after_number)
    centre = national_centre(plan).code
    report = next(d for d in plan.duties if d.about == "plan")
    recipient = plan.executor(report.recipient).name
    data = SupplementData(
        number=found.number,
        year=found.year,
        made_on=timezone.localtime(found.made_at).date(),
        author=names.agencies[centre].name,
        recipient=recipient,
        agency=names.agencies[found.submission.agency.code].name,
        collection=_collection(plan, found.submission.collection),
        plan=plan.title,
        before=found.before_number,
        after=found.after_number,
        checksum=version.checksum if version else "",
        reason=found.reason,
        changes=[
            ChangedCell(
                shown.row_words(c["row"], names),
                shown.column_words(c["column"]),
                shown.number_text(c["was"], names.language) or "—",
                shown.number_text(c["became"], names.language) or "—",
            )
            for c in found.changes
        ],
    )
    content = to_pdf(build_supplement(data, names.language))
    return _pdf(content, f"dozor-supplement-{found.number}-{found.year}.pdf")


@asks(Right.READ_SUBMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """Every document of a year that this person may see, with how long it is kept."""
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    seen = agencies_for(request.user, Right.READ_SUBMISSION)
    found = documents(year=year, agency=seen, plan=names.main_plan)
    rows: list[dict[str, Any]] = [
        {
            "one": d,
            "kind": names.say(d.kind.name) if d.kind else str(UNNAMED.get(d.code, d.code)),
            "agency": names.agency_short(d.agency) if d.agency else "",
            "what": _about(d, names),
            "until": _until(d.dated_on, d.kind.years if d.kind else None),
            "is_over": bool(d.kind and d.kind.years) and d.dated_on.year + d.kind.years < today.year,
        }
        for d in found
    ]
    context = {
        "year": year,
        "years": years_with_duties(today),
        "rows": rows,
        "kinds": names.main_plan.retention,
        "sees_releases": may(request.user, Right.READ_RELEASES),
    }
    return render(request, "documents.html", context)


def _about(one: DocumentOnFile, names: Names) -> str:
    collection = names.say(_collection(names.main_plan, one.collection)) if one.collection else ""
    place = names.area(one.area) if one.area else ""
    told = (collection, one.evidence, place, one.form, medium_words(one.medium), ", ".join(one.indicators))
    return "; ".join(part for part in told if part)


def _until(day: date, years: int | None) -> str:
    """The year a document is kept to, counted from the 1 January after it; empty: for good."""
    return "" if years is None else str(day.year + years)
