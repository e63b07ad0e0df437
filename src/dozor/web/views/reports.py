"""Annual reports: ask for one, wait or come back, take the file."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection.queries import years_with_duties
from dozor.apps.organisations.scope import Right
from dozor.apps.reporting.actions import file_of, order_report
from dozor.apps.reporting.models import ReportOrder
from dozor.core.findings import Refused
from dozor.web.forms import ReportForm
from dozor.web.names import Names
from dozor.web.rights import FORM, asks

LAST_ORDERS = 20
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@asks(Right.MAKE_REPORT, methods=FORM)
def reports(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    years = years_with_duties(timezone.localdate())
    form = ReportForm(
        request.POST or None,
        choices={
            "document": [
                ("report", _("Annual report")),
                ("letter", _("Letter to the Ministry, one page")),
                ("brief", _("Brief of a region, two pages")),
            ],
            "year": [(str(y), str(y)) for y in years],
            "language": list(settings.LANGUAGES),
            "kind": [("pdf", _("PDF, to print and to send")), ("docx", _("DOCX, to edit in Word"))],
            "area": [
                ("", names.say(names.country.name)),
                *((a.code, names.say(a.name)) for a in names.regions),
            ],
        },
        initial={
            "document": "report",
            "year": years[1] if len(years) > 1 else years[0],
            "language": names.language,
            "kind": "pdf",
        },
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            order = order_report(
                year=int(wanted["year"]),
                document=wanted["document"],
                language=wanted["language"],
                kind=wanted["kind"],
                area=wanted["area"] or None,
                by=request.user,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.refuse(refusal, names.language)
        else:
            return redirect("report", pk=order.pk)
    context: dict[str, Any] = {
        "form": form,
        "orders": [
            _told(o, names) for o in ReportOrder.objects.filter(requested_by=request.user)[:LAST_ORDERS]
        ],
    }
    return render(request, "reports.html", context, status=422 if request.method == "POST" else 200)


@asks(Right.MAKE_REPORT)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """How far one report is; the page may be left and come back to."""
    told = _told(_own(request, pk), Names.of(request))
    template = "parts/order.html" if request.htmx else "report.html"  # type: ignore[attr-defined]
    return render(request, template, told)


@asks(Right.MAKE_REPORT)
def report_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    order = _own(request, pk)
    path = file_of(order)
    if order.state != ReportOrder.State.READY or not path.is_file():
        raise Http404
    name = f"dozor-{order.document}-{order.year}-{order.area or 'all'}-{order.language}.{order.kind}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=TYPES[order.kind])


def _own(request: HttpRequest, pk: int) -> ReportOrder:
    found = ReportOrder.objects.filter(pk=pk, requested_by=request.user).first()
    if found is None:
        raise Http404
    return found


def _told(order: ReportOrder, names: Names) -> dict[str, Any]:
    return {
        "order": order,
        "area": names.area(order.area) if order.area else names.say(names.country.name),
        "document": {
            "report": _("Annual report"),
            "letter": _("Letter to the Ministry"),
            "brief": _("Brief"),
        }[order.document],
        "language_name": dict(settings.LANGUAGES)[order.language],
        "is_busy": order.state in (ReportOrder.State.WAITING, ReportOrder.State.WRITING),
    }
