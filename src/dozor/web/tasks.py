"""A task: one form, one recorded fact; the year, the agency and the lists that its forms share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection.queries import years_with_duties
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agency_rows
from dozor.apps.organisations.scope import Right, agencies_for
from dozor.core.findings import Refused
from dozor.core.plan.duties import AfterCollection
from dozor.web.forms import TaskForm
from dozor.web.names import Names
from dozor.web.rights import must

ALL = ""
Choices = list[tuple[str, str]]


def chosen_year(request: HttpRequest, today: date) -> int:
    """The year asked for, else the one whose work is going on: last year's until its report is due."""
    years = years_with_duties(today)
    asked = request.GET.get("year", "") or request.POST.get("year", "")
    if asked.isdigit() and int(asked) in years:
        return int(asked)
    current = today.year if (today.month, today.day) > (3, 1) else today.year - 1
    return current if current in years else years[0]


def chosen_agency(request: HttpRequest, right: Right) -> str | None:
    """The agency the page is about: the one named, if the person may see it, else their own."""
    asked = request.GET.get("agency", "") or request.POST.get("agency", "")
    own = request.user.agency.code if getattr(request.user, "agency", None) else None
    code = asked or own
    if code is not None:
        if code not in agency_rows():
            raise Http404
        must(request, right, code)
    return code


def agency_row(request: HttpRequest, right: Right) -> Agency:
    """The agency a task is about; refused where none is named and the person acts for none."""
    code = chosen_agency(request, right)
    if code is None:
        raise PermissionDenied
    return Agency.objects.get(code=code)


def task(
    request: HttpRequest,
    form: TaskForm,
    record: Callable[[dict[str, Any]], str | None],
    *,
    title: str,
    help_text: str = "",
    done: str,
    back: str,
    button: str = "",
    points: Sequence[str] = (),
) -> HttpResponse:
    """One form, one recorded fact: shown, checked, recorded, and back to the list.

    Parameters
    ----------
    record
        Takes the form's values; the address it returns, if any, is gone on to in place of `back`.
    points
        What has to be known before it is recorded, one under the other.
    """
    if request.method == "POST" and form.is_valid():
        try:
            goes_on = record(form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal, Names.of(request).language)
        else:
            messages.success(request, done)
            return redirect(goes_on or back)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "help": help_text, "back": back, "button": button}
    context["points"] = points
    return render(request, "task.html", context, status=status)


def list_choices(request: HttpRequest, names: Names) -> dict[str, Choices]:
    """Lists every task form draws on."""
    today = timezone.localdate()
    years = [(str(y), str(y)) for y in years_with_duties(today)]
    return {
        "collection": [(c.code, names.say(c.name)) for c in names.main_plan.collections],
        "year": years,
        "postponed_to": [(ALL, _("choose a year"))]
        + [(str(y), str(y)) for y in range(today.year + 2, today.year - 6, -1)],
        "kind": [("postponed", _("postponed to another year")), ("not-held", _("not to be held"))],
        "media": [("paper", _("on paper")), ("electronic", _("electronically"))],
    }


def agencies_in(names: Names, roles: Collection[str], seen: Collection[str] | None = None) -> Choices:
    """Agencies that play one of the roles, to choose from; `seen` None: whichever."""
    return [
        (a.code, names.say(a.name))
        for a in names.agencies.values()
        if set(roles) & set(a.roles) and (seen is None or a.code in seen)
    ]


def collecting_agencies(names: Names, seen: frozenset[str] | None) -> Choices:
    """Agencies whose term runs from the end of a collection."""
    roles = {s for d in names.main_plan.duties if isinstance(d.rule, AfterCollection) for s in d.senders}
    return agencies_in(names, roles, seen)


def executors(request: HttpRequest, right: Right, names: Names, everyone: str) -> Choices:
    """Whom one may record something about; where the right reaches everywhere, all of them at once too."""
    seen = agencies_for(request.user, right)
    return ([(ALL, everyone)] if seen is None else []) + collecting_agencies(names, seen)


def executor_row(request: HttpRequest, right: Right, code: str) -> Agency | None:
    """The executor chosen among `executors`; None: all of them."""
    if code:
        must(request, right, code)
        return Agency.objects.get(code=code)
    if agencies_for(request.user, right) is not None:
        raise PermissionDenied
    return None


def back_to(agency: str | None, year: object) -> str:
    return f"{reverse('obligations')}?agency={agency or ''}&year={year}"
