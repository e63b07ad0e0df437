"""Facts an executor records of its collections: the planned end, the end with evidence, requests below."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection import actions
from dozor.apps.collection.queries import duties
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right
from dozor.core.plan.duties import OnRequest
from dozor.web.forms import EndForm, PlanForm, RequestForm
from dozor.web.names import Names
from dozor.web.rights import FORM, asks, must
from dozor.web.tasks import (
    Choices,
    agencies_in,
    agency_row,
    back_to,
    chosen_year,
    executor_row,
    executors,
    list_choices,
    task,
)


@asks(Right.RECORD_ROUND, methods=FORM)
def end_collection(request: HttpRequest) -> HttpResponse:
    """From the recorded end of collection the term runs, so it needs its evidence."""
    names = Names.of(request)
    agency = agency_row(request, Right.RECORD_ROUND)
    year = chosen_year(request, timezone.localdate())
    choices = list_choices(request, names)
    owed = {
        c for o in duties(year=year, as_of=timezone.localdate(), agency={agency.code}) for c in o.collections
    }
    choices["collection"] = [(code, name) for code, name in choices["collection"] if code in owed]
    if not choices["collection"]:
        return redirect(back_to(agency.code, year))
    form = EndForm(
        request.POST or None,
        choices=choices,
        initial={"collection": request.GET.get("collection", "")},
    )

    def record(data: dict[str, Any]) -> None:
        actions.end_collection(
            collection=data["collection"],
            year=year,
            agency=agency,
            ended_on=data["ended_on"],
            evidence=data["evidence"],
            note=data["note"],
            by=request.user.login,
            at=timezone.now(),
        )

    return task(
        request,
        form,
        record,
        title=_("Record the end of collection"),
        help_text=f"{names.agency(agency.code)}, {year}",
        done=_("The end of collection is recorded. The term is in the list."),
        back=back_to(agency.code, year),
    )


@asks(Right.RECORD_ROUND, methods=FORM)
def plan_round(request: HttpRequest) -> HttpResponse:
    """The planned end as the round's letter gives it, for one executor or for all."""
    names = Names.of(request)
    year = chosen_year(request, timezone.localdate())
    if request.GET.get("agency"):
        must(request, Right.RECORD_ROUND, request.GET["agency"])
    choices = list_choices(request, names)
    everyone = _("every executor of this collection")
    choices["agency"] = executors(request, Right.RECORD_ROUND, names, everyone)
    form = PlanForm(
        request.POST or None,
        choices=choices,
        initial={
            "collection": request.GET.get("collection", ""),
            "agency": request.GET.get("agency", ""),
            "year": year,
        },
    )

    def record(data: dict[str, Any]) -> None:
        actions.plan_round(
            collection=data["collection"],
            year=int(data["year"]),
            agency=executor_row(request, Right.RECORD_ROUND, data["agency"]),
            planned_end_on=data["planned_end_on"],
            number=data["number"],
            by=request.user.login,
            at=timezone.now(),
        )

    back = back_to(request.GET.get("agency"), year) if request.GET.get("agency") else reverse("obligations")
    return task(
        request,
        form,
        record,
        title=_("Record the planned end of a collection"),
        help_text=_("As the letter about the round gives it."),
        done=_("The planned end is recorded."),
        back=back,
    )


def may_be_asked(names: Names, sender: str) -> Choices:
    """District and city centres an agency may ask for information, by the plan's rule of requests."""
    asking = names.agencies[sender]
    asked = {
        role
        for d in names.main_plan.duties
        if isinstance(d.rule, OnRequest) and d.recipient in asking.roles
        for role in d.senders
    }
    return agencies_in(names, asked, {a.code for a in names.agencies.values() if a.parent == sender})


@asks(Right.RECORD_ROUND, methods=FORM)
def request_new(request: HttpRequest) -> HttpResponse:
    """An oblast centre asks a district or city centre for information (para 9)."""
    names = Names.of(request)
    sender = agency_row(request, Right.RECORD_ROUND)
    year = chosen_year(request, timezone.localdate())
    choices = list_choices(request, names)
    choices["recipient"] = may_be_asked(names, sender.code)
    form = RequestForm(request.POST or None, choices=choices, initial={"year": year})

    def record(data: dict[str, Any]) -> None:
        must(request, Right.RECORD_ROUND, data["recipient"])
        actions.request_collection(
            sender=sender,
            recipient=Agency.objects.get(code=data["recipient"]),
            year=int(data["year"]),
            scope=data["scope"],
            due_on=data["due_on"],
            number=data["number"],
            by=request.user.login,
            at=timezone.now(),
        )

    return task(
        request,
        form,
        record,
        title=_("Record a request to a district or city centre"),
        help_text=names.agency(sender.code),
        done=_("The request is recorded."),
        back=back_to(sender.code, year),
    )
