"""A round put in the field: an instrument, a year, an executor; then the list of its sample."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.collection.designing import keys_of, record_sample, takes_sample
from dozor.apps.collection.rounds import open_round
from dozor.apps.organisations.scope import Right
from dozor.web.forms import TaskForm, choice_field, day_field, file_field
from dozor.web.names import Names
from dozor.web.rights import FORM, asks, must
from dozor.web.rounds import round_for
from dozor.web.tasks import ALL, Choices, chosen_year, executor_row, executors, list_choices, task


class OpenForm(TaskForm):
    instrument = choice_field(gettext_lazy("Instrument"))
    year = choice_field(gettext_lazy("Reporting year"))
    agency = choice_field(gettext_lazy("Executor"), required=False)
    planned_end_on = day_field(gettext_lazy("Planned last day in the field"), required=False)
    is_simulated = forms.BooleanField(
        label=gettext_lazy("This is an exercise: its answers are invented"),
        help_text=gettext_lazy(
            "Its code and everything made from it say so, and it stays apart from the figures."
        ),
        required=False,
    )


class SampleForm(TaskForm):
    file = file_field(
        gettext_lazy("List of the sample"),
        gettext_lazy("CSV or XLSX, one drawn place (stratum, institution) in a row."),
        empty=gettext_lazy("The file is empty. Choose the one with the list."),
    )


@asks(Right.RECORD_ROUND, methods=FORM)
def round_open(request: HttpRequest) -> HttpResponse:
    """Put an instrument in the field, for one executor or, from the centre, for all who collect with it."""
    names = Names.of(request)
    if request.GET.get("agency"):
        must(request, Right.RECORD_ROUND, request.GET["agency"])
    choices = list_choices(request, names)
    choices["agency"] = executors(request, Right.RECORD_ROUND, names, _("all who collect with it"))
    choices["instrument"] = _instruments(names, {code for code, _name in choices["agency"]})
    form = OpenForm(
        request.POST or None,
        choices=choices,
        initial={
            "agency": request.GET.get("agency", ""),
            "year": chosen_year(request, timezone.localdate()),
        },
    )

    def record(data: dict[str, Any]) -> str:
        opened = open_round(
            instrument=data["instrument"],
            year=int(data["year"]),
            agency=executor_row(request, Right.RECORD_ROUND, data["agency"]),
            planned_end_on=data["planned_end_on"],
            is_simulated=data["is_simulated"],
            by=request.user.login,
            at=timezone.now(),
        )
        return reverse("round", args=[opened.pk])

    return task(
        request,
        form,
        record,
        title=_("Open a round"),
        help_text=_("From now on the phones and the desks of whoever collects are offered its form."),
        done=_("The round is open."),
        back=reverse("rounds"),
        button=_("Open the round"),
    )


def _instruments(names: Names, agencies: set[str]) -> Choices:
    """Instruments of the collections these agencies carry out, by their titles."""
    plan = names.main_plan
    if ALL in agencies:
        carried = {c.code for c in plan.collections}
    else:
        roles = {role for code in agencies for role in names.agencies[code].roles}
        carried = {c for i in plan.indicators if roles & set(i.executors) for c in i.collections}
    found = [(i.code, names.say(i.title)) for i in plan.instruments.values() if carried & set(i.collections)]
    return [(ALL, _("choose an instrument")), *sorted(found, key=lambda one: one[1])]


@asks(Right.RECORD_ROUND, methods=FORM)
def round_sample(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the list of what was drawn; a later list takes the place of an earlier one."""
    one, _agency = round_for(request, pk, Right.RECORD_ROUND)
    back = reverse("round", args=[one.pk])
    if not takes_sample(one):
        messages.info(
            request, _("This round takes no list: it is closed, or nothing in it is drawn by chance.")
        )
        return redirect(back)

    def record(data: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            name = Path(data["file"].name or "").name[:120]
            path = Path(folder) / f"list{Path(name).suffix}"
            path.write_bytes(data["file"].read())
            record_sample(one, path, by=request.user.login, at=timezone.now(), name=name)

    return task(
        request,
        SampleForm(request.POST or None, request.FILES or None, choices={}),
        record,
        title=_("Load the list of the sample"),
        help_text=_("{round}: when it is closed, answers are weighted by this list. Its columns:").format(
            round=one.code
        ),
        points=_columns(keys_of(one)),
        done=_("The list of the sample is recorded."),
        back=back,
    )


def _columns(keys: tuple[str, ...]) -> list[str]:
    """What the list's columns hold, in words."""
    return [
        _("column %(names)s: the code of the place, as the answers name it; exactly one of them")
        % {"names": " / ".join(keys)},
        _("“probability”: the chance that the place was drawn, above 0 and up to 1"),
        _("“size”: how many people are there; without it, everybody there was asked"),
        _("“stratum”; “units”: how many places the stratum has in all"),
        _("“part”: at a meeting point, the part of its visitors who were asked"),
        _("“weight”: a ready weight, in place of “probability”, “size” and “part”"),
        _("“planned”: interviews planned there"),
    ]
