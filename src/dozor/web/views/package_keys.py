"""Keys of packages: whose instance this is, whose packages are trusted, by which act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right
from dozor.apps.packages import keys
from dozor.apps.packages.owner import own
from dozor.core.findings import Refused
from dozor.language import say
from dozor.web.forms import TaskForm, choice_field, day_field, text_field
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks
from dozor.web.tasks import task


class OwnerForm(TaskForm):
    agency = choice_field(gettext_lazy("Agency"))


class TrustForm(OwnerForm):
    public_key = text_field(
        gettext_lazy("Its public key"),
        gettext_lazy("64 hexadecimal digits, as its own page of packages shows them."),
    )
    number = text_field(gettext_lazy("Number of the act the key was handed over by"))
    dated_on = day_field(gettext_lazy("Date of the act"))


def _agencies(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    names = Names.of(request)
    return {"agency": [(a.code, names.say(a.name)) for a in names.agencies.values()]}


@asks(Right.MANAGE_KEYS, methods=FORM)
def owner(request: HttpRequest) -> HttpResponse:
    form = OwnerForm(request.POST or None, choices=_agencies(request))

    def record(data: dict[str, Any]) -> None:
        agency = Agency.objects.get(code=data["agency"])
        own(agency=agency, by=request.user.login, at=timezone.now())

    return task(
        request,
        form,
        record,
        title=_("Say whose instance this is"),
        help_text=_("Packages leave in this agency's name, and those for it are taken."),
        done=_("It is recorded whose instance this is."),
        back=reverse("packages"),
    )


@asks(Right.MANAGE_KEYS, methods=FORM)
def trust(request: HttpRequest) -> HttpResponse:
    form = TrustForm(request.POST or None, choices=_agencies(request))

    def record(data: dict[str, Any]) -> None:
        agency = Agency.objects.get(code=data.pop("agency"))
        keys.trust(agency=agency, by=request.user.login, at=timezone.now(), **data)

    return task(
        request,
        form,
        record,
        title=_("Trust the key of an agency"),
        help_text=_("Compare the key's digits by telephone with the agency before you record it."),
        done=_("The key is trusted from now on."),
        back=reverse("packages"),
    )


@asks(Right.MANAGE_KEYS, methods=ACT)
def distrust(request: HttpRequest) -> HttpResponse:
    try:
        keys.distrust(public_key=request.POST.get("key", ""), by=request.user.login, at=timezone.now())
    except Refused as refused:
        for finding in refused.findings:
            messages.error(request, say(finding, Names.of(request).language).message)
    else:
        messages.success(request, _("The key is trusted no longer. What it signed before stays."))
    return redirect("packages")
