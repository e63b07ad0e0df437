"""Rounds of instruments: what is in the field, how it goes, what it says once it is closed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.collection.background import findings_of, order_closing
from dozor.apps.collection.designing import sample_of, takes_sample
from dozor.apps.collection.fieldwork import fieldwork, is_recruited, records_so_far
from dozor.apps.collection.gathering import decide_quarantine
from dozor.apps.collection.models import Round, RoundClosing
from dozor.apps.collection.round_texts import plan_shown
from dozor.apps.organisations.scope import Right, may
from dozor.apps.quality.answers import subject_of
from dozor.apps.quality.keeping import last_checked
from dozor.core.answers.coupon_desk import is_coupon_desk
from dozor.core.findings import Refused
from dozor.language import say
from dozor.store.answers_at_rest import StoredRecord
from dozor.web import round_estimates as figures
from dozor.web import rounds as shown
from dozor.web.coupons import desks_shown
from dozor.web.doubts import shown as doubts_shown
from dozor.web.forms import REQUIRED, TaskForm, text_field
from dozor.web.names import Names
from dozor.web.rights import FORM, asks
from dozor.web.tasks import task
from dozor.web.templatetags.dozor import instant

BUSY = (RoundClosing.State.WAITING, RoundClosing.State.WORKING)


class CloseForm(TaskForm):
    is_sure = forms.BooleanField(
        label=gettext_lazy("The collection has ended: nothing more is expected"),
        help_text=gettext_lazy("A closed round takes no further record; what comes later is kept apart."),
        error_messages=REQUIRED,
    )


class QuarantineForm(TaskForm):
    record = forms.CharField(widget=forms.HiddenInput, required=False)
    becomes = forms.ChoiceField(
        label=gettext_lazy("What becomes of the record"),
        choices=(
            ("left-out", gettext_lazy("Leave it out for good")),
            ("counted", gettext_lazy("Count it, without the answers that break a rule")),
        ),
        error_messages=REQUIRED,
    )
    reason = text_field(gettext_lazy("Why"), longest=500)


@asks(Right.READ_ROUND)
def rounds(request: HttpRequest) -> HttpResponse:
    names, now = Names.of(request), timezone.now()
    rows = []
    for one in shown.seen_by(request.user).order_by("-id"):
        sample, done = sample_of(one), shown.records_of(one)
        rows.append(
            {
                "round": one,
                "title": shown.title_of(one, names),
                "agency": names.agency_short(one.agency.code) if one.agency else "",
                "state": shown.state_of(one, now),
                "done": done,
                "planned": shown.planned_words(done, sample.planned if sample else None, names),
                "apart": shown.kept_apart(one),
            }
        )
    rows.sort(key=lambda row: row["state"].order)
    orders = [row["state"].order for row in rows]
    context = {
        "rows": rows,
        "late": orders.count(0),
        "open": orders.count(1),
        "manages_phones": may(request.user, Right.MANAGE_DEVICES),
        "may_open": may(request.user, Right.RECORD_ROUND),
    }
    return render(request, "rounds.html", context)


@asks(Right.READ_ROUND)
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round from top to bottom: response, estimates, progress, chains, interviewers, what is apart."""
    one, agency = shown.round_for(request, pk, Right.READ_ROUND)
    names = Names.of(request)
    sample = sample_of(one)
    context = _head(request, one, agency, names)
    context["sample"] = one.sample_tables.last()
    context["planned"] = shown.planned_words(context["done"], sample.planned if sample else None, names)
    try:
        records = records_so_far(one)
    except Refused as refused:
        context["wrong"] = [say(f, names.language) for f in refused.findings]
        return render(request, "round.html", context)
    work = fieldwork(one, records)
    context |= {
        "response": shown.response_cells(work.response, names),
        "has_response": bool(plan_shown(one).instruments[one.instrument].counted),
        "places": shown.place_rows(work, names),
        "has_plan": work.planned is not None,
        "days": shown.day_rows(work.days),
    }
    # counts are one thing; whatever is made of persons' answers is for the roles of the round's own chain
    if may(request.user, Right.READ_ANSWERS, agency):
        held = one.doubts.select_related("agency", "submission", "round")
        context["doubts"] = doubts_shown(held, names, request.user)
        context["checked_at"] = last_checked(subject_of(one, names.main_plan).name)
        context["interviewers"] = shown.interviewer_rows(work, names)
        context["apart_rows"] = shown.quarantine_rows(one, names)
        instrument = plan_shown(one).instruments[one.instrument]
        if is_coupon_desk(instrument):
            context["desks"] = desks_shown(instrument, [r.values for r in records], names)
        if is_recruited(one):
            context |= _chains(request, one, records, names)
        kept = one.estimates.last()
        if kept is not None:
            context |= {
                "kept": kept,
                "series": figures.series_of(kept, names, {"law"}),
                "further": figures.series_of(kept, names, {"ungass-2005", "alternative", "part"}),
            }
    return render(request, "round.html", context)


def _chains(request: HttpRequest, one: Round, records: list[StoredRecord], names: Names) -> dict[str, Any]:
    links = figures.recruited_links(one, names)
    if not links:
        return {}
    chosen = next((k for k in links if k.definition.code == request.GET.get("series")), links[0])
    place = chosen.definition.by.get("area", "")
    cities = sorted({str(r.values[place]) for r in records if r.values.get(place)})
    asked = request.GET.get("city", "")
    city = asked if asked in cities else (cities[0] if cities else "")
    found = figures.chains(one, chosen, records, city, names)
    return {
        "chains": None if isinstance(found, list) else found,
        "chain_faults": found if isinstance(found, list) else [],
        "chain_series": [(k.definition.code, figures.title_of_series(k.definition, names)) for k in links],
        "chain_cities": [(code, names.area(code)) for code in cities],
        "chosen_series": chosen.definition.code,
        "chosen_city": city,
    }


def _head(request: HttpRequest, one: Round, agency: str, names: Names) -> dict[str, Any]:
    order = one.closings.last()
    sees = may(request.user, Right.READ_ANSWERS, agency) or may(request.user, Right.RECORD_ROUND, agency)
    return {
        "one": one,
        "given": shown.given_words(one, names),
        "title": shown.title_of(one, names),
        "agency": names.agency(agency) if one.agency else "",
        "state": shown.state_of(one, timezone.now()),
        "done": shown.records_of(one),
        "apart": shown.kept_apart(one),
        "order": order,
        "is_busy": order is not None and order.state in BUSY,
        "order_findings": [say(f, names.language) for f in findings_of(order)] if order and sees else [],
        "may_close": one.closed_at is None and may(request.user, Right.RECORD_ROUND, agency),
        "may_load_sample": may(request.user, Right.RECORD_ROUND, agency) and takes_sample(one),
    }


@asks(Right.RECORD_ROUND, methods=FORM)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the closing; it is done in the background and looked at on the round's page."""
    one, _agency = shown.round_for(request, pk, Right.RECORD_ROUND)
    back = reverse("round", args=[one.pk])
    if one.closed_at is not None:
        messages.info(request, _("The round is closed already."))
        return redirect(back)

    def record(_data: dict[str, Any]) -> None:
        order_closing(one, by=request.user.login, at=timezone.now())

    return task(
        request,
        CloseForm(request.POST or None, choices={}),
        record,
        title=_("Close the round"),
        help_text=_("{round}: the answers are estimated with the recorded design, in the background.").format(
            round=one.code
        ),
        done=_("The round is being closed."),
        back=back,
    )


@asks(Right.READ_ROUND)
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a closing is, asked again and again by the round's page."""
    one, agency = shown.round_for(request, pk, Right.READ_ROUND)
    context = _head(request, one, agency, Names.of(request))
    response = render(request, "parts/closing.html", context)
    if not context["is_busy"]:
        response["HX-Refresh"] = "true"  # the estimates are there: the whole page is another one
    return response


@asks(Right.READ_ANSWERS, methods=FORM)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about one record kept apart."""
    one, _agency = shown.round_for(request, pk, Right.READ_ANSWERS)
    names = Names.of(request)
    wanted = request.POST.get("record", "") or request.GET.get("record", "")
    apart = one.records.filter(pk=int(wanted) if wanted.isdecimal() and len(wanted) < 16 else 0).first()
    back = reverse("round", args=[one.pk])

    def record(data: dict[str, Any]) -> None:
        decide_quarantine(
            instance_id=apart.instance_id if apart else "",
            is_taken=data["becomes"] == "counted",
            reason=data["reason"],
            by=request.user.login,
            at=timezone.now(),
        )

    about = [f"{shown.title_of(one, names)}, {one.year}"]
    if apart is not None:
        about.append(_("received %(when)s") % {"when": instant(apart.received_at)})
    return task(
        request,
        QuarantineForm(request.POST or None, choices={}, initial={"record": wanted}),
        record,
        title=_("Decide about a record kept apart"),
        help_text=f"{', '.join(about)}. " + _("Without a decision it stays outside every estimate."),
        points=shown.reasons_of(apart, one, names) if apart else (),
        done=_("The decision is recorded."),
        back=f"{back}#apart",
    )
