"""Phones that send for an agency: let in by a QR code shown once, shut out at once."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from dozor.apps.collection.devices import NewDevice, add_device, revoke_device
from dozor.apps.collection.models import Device
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.core.findings import Refused
from dozor.formats.openrosa import collect_code, collect_settings
from dozor.web.desks import people_named
from dozor.web.forms import TaskForm, choice_field, text_field
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks
from dozor.web.tasks import Choices

ONLY_HERE = ("127.", "localhost", "[::1]")


class PhoneForm(TaskForm):
    name = text_field(
        gettext_lazy("What the phone is called"),
        gettext_lazy("A name that people find it by, for example “Rechitsa, tablet 3”; no person’s name."),
        longest=100,
    )
    agency = choice_field(gettext_lazy("Whom it sends for"))


@never_cache
@asks(Right.MANAGE_DEVICES, methods=FORM)
def phones(request: HttpRequest) -> HttpResponse:
    """Phones within one's reach; a new one's code stands on the answer to this form and nowhere else."""
    names = Names.of(request)
    choices = _agencies(request, names)
    own = getattr(request.user, "agency", None)
    form = PhoneForm(
        request.POST or None, choices={"agency": choices}, initial={"agency": own.code if own else ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            added = add_device(
                name=form.cleaned_data["name"],
                agency=Agency.objects.get(code=form.cleaned_data["agency"]),
                by=request.user.login,
                at=timezone.now(),
            )
        except Refused as refusal:
            form.refuse_beside("name", refusal, names.language)
        else:
            return _added(request, added, names)
    found = list(
        Device.objects.filter(agency__code__in=[code for code, _name in choices])
        .select_related("agency")
        .annotate(sent=Count("answerrecord"), last_at=Max("answerrecord__received_at"))
        .order_by("-id")
    )
    people = people_named(d.added_by for d in found)
    rows = [
        {
            "one": d,
            "agency": names.agency_short(d.agency.code),
            "by": people.get(d.added_by, d.added_by),
        }
        for d in found
    ]
    context = {
        "form": form,
        "in_use": [row for row in rows if row["one"].revoked_at is None],
        "shut_out": [row for row in rows if row["one"].revoked_at is not None],
    }
    return render(request, "phones.html", context, status=422 if form.errors else 200)


def _agencies(request: HttpRequest, names: Names) -> Choices:
    about = agencies_for(request.user, Right.MANAGE_DEVICES)
    return [(code, names.agency_short(code)) for code in names.agencies if about is None or code in about]


def _added(request: HttpRequest, added: NewDevice, names: Names) -> HttpResponse:
    """The code and the address of a phone just let in; they are kept nowhere, so never shown again."""
    address = request.build_absolute_uri(f"/key/{added.token}")
    code = collect_code(collect_settings(address, name=names.agency_short(added.device.agency.code)))
    context = {
        "device": added.device,
        "agency": names.agency(added.device.agency.code),
        "address": address,
        "picture": segno.make(code, error="l", micro=False).svg_data_uri(scale=4, border=4, light="#fff"),
        "is_only_here": request.get_host().startswith(ONLY_HERE),
    }
    return render(request, "phone_added.html", context)


@asks(Right.MANAGE_DEVICES, methods=ACT)
def phone_shut_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut a phone out; what it sent stays."""
    one = Device.objects.select_related("agency").filter(pk=pk, revoked_at__isnull=True).first()
    if one is None or not may(request.user, Right.MANAGE_DEVICES, one.agency.code):
        raise Http404
    revoke_device(name=one.name, by=request.user.login, at=timezone.now())
    told = _("%(name)s is shut out: what it sends from now on is refused.") % {"name": one.name}
    messages.success(request, told)
    return redirect("phones")
