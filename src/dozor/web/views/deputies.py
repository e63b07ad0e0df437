"""Deputies of an agency: who stands in for whom, by which order; appointing and ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations.deputies import appoint_deputy, end_deputy
from dozor.apps.organisations.models import Deputy, Person
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.web.forms import TaskForm, choice_field, day_field, text_field
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks
from dozor.web.tasks import task


class DeputyForm(TaskForm):
    stands_in_for = choice_field(gettext_lazy("Whose place"))
    person = choice_field(
        gettext_lazy("Who stands in"), gettext_lazy("A colleague of the same agency, with a second factor.")
    )
    number = text_field(gettext_lazy("Number of the order"))
    dated_on = day_field(gettext_lazy("Date of the order"))
    valid_from = day_field(gettext_lazy("First day"))
    valid_to = day_field(gettext_lazy("Last day"))


@asks(Right.APPOINT_DEPUTY)
def deputies(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    today = timezone.localdate()
    found = Deputy.objects.select_related("person__agency", "stands_in_for").order_by("-id")
    about = agencies_for(request.user, Right.APPOINT_DEPUTY)
    if about is not None:
        found = found.filter(person__agency__code__in=about)
    rows = [
        {
            "one": d,
            "agency": names.agency_short(d.person.agency.code) if d.person.agency else "",
            "is_ended": d.ended_at is not None or d.valid_to < today,
        }
        for d in found
    ]
    return render(request, "deputies.html", {"rows": rows})


@asks(Right.APPOINT_DEPUTY, methods=FORM)
def appoint(request: HttpRequest) -> HttpResponse:
    about = agencies_for(request.user, Right.APPOINT_DEPUTY)
    people = Person.objects.filter(is_active=True, agency__isnull=False).select_related("agency")
    if about is not None:
        people = people.filter(agency__code__in=about)
    names = Names.of(request)
    known = {p.login: p for p in people}
    choices = [
        (p.login, f"{p.name} ({names.agency_short(p.agency.code)})") for p in known.values() if p.agency
    ]
    form = DeputyForm(request.POST or None, choices={"person": choices, "stands_in_for": choices})

    def record(data: dict[str, Any]) -> None:
        appoint_deputy(
            person=known[data.pop("person")],
            stands_in_for=known[data.pop("stands_in_for")],
            by=request.user.login,
            at=timezone.now(),
            **data,
        )

    return task(
        request,
        form,
        record,
        title=_("Appoint a deputy by an order"),
        help_text=_("Within the order's days the deputy submits, checks and accepts in the other's place."),
        done=_("The order is recorded."),
        back=reverse("deputies"),
    )


@asks(Right.APPOINT_DEPUTY, methods=ACT)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = Deputy.objects.select_related("person__agency").filter(pk=pk).first()
    agency = found.person.agency if found else None
    if found is None or agency is None or not may(request.user, Right.APPOINT_DEPUTY, agency.code):
        raise Http404
    end_deputy(deputy=found, by=request.user.login, at=timezone.now())
    messages.success(request, _("It is ended."))
    return redirect("deputies")
