"""Forms at a desk: the rounds an agency collects in, what it has sent, its drafts and corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection import desk, filling
from dozor.apps.collection.field_queries import own_records
from dozor.apps.collection.models import AnswerRecord, Round
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right
from dozor.core.answers.aggregates import blank_rows
from dozor.core.findings import Refused
from dozor.core.plan.instruments import Instrument
from dozor.language import say
from dozor.web.desks import PRIVATE, draft_of, here, may_open, own_agency, people_named, round_at
from dozor.web.names import Names
from dozor.web.rights import ACT, asks
from dozor.web.rounds import way_words

MOST_LISTED = 300


@asks(Right.FILL_FORMS)
def forms(request: HttpRequest) -> HttpResponse:
    """The rounds an agency collects in, and how far each is."""
    names = Names.of(request)
    agency = own_agency(request)
    found = desk.rounds_at(agency, names.main_plan, at=timezone.now())
    context = {
        "agency": names.agencies.get(agency.code),
        "open": [one for one in found if one.is_open],
        "closed": [one for one in found if not one.is_open],
    }
    return render(request, "forms.html", context)


@asks(Right.FILL_FORMS)
def forms_round(request: HttpRequest, pk: int) -> HttpResponse:
    """One round at one agency: its drafts, what it has sent, how to add and correct."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    instrument = names.main_plan.instruments[round_.instrument]
    records = list(
        own_records(agency)
        .filter(round=round_)
        .select_related("device", "decision", "form", "replaced_by")
        .defer("form__xml")
        .order_by("-id")[:MOST_LISTED]
    )
    drafts = list(filling.drafts_of(agency).filter(round=round_).order_by("-id"))
    given = list(round_.given.filter(agency=agency).select_related("answer_file").order_by("-number"))
    aggregates = round_.aggregates.filter(agency=agency).order_by("-number").first()
    people = people_named(
        [
            *(d.saved_by for d in drafts),
            *(r.received_by for r in records),
            *(g.given_by for g in given),
            *([aggregates.given_by] if aggregates else []),
        ]
    )
    context = {
        "agency": names.agencies.get(agency.code),
        "round": round_,
        "title": names.say(instrument.title),
        "is_open": round_.state(timezone.now()) == "open",
        "drafts": [(one, people.get(one.saved_by, one.saved_by)) for one in drafts],
        "records": _rows(request, round_, instrument, agency, records, people),
        "is_new_text": instrument.version != round_.form.version,
        "most": MOST_LISTED,
        "given": [
            {"one": one, "counts": place == 0, "who": people.get(one.given_by, one.given_by)}
            for place, one in enumerate(given)
        ],
        "aggregates": aggregates,
        "counted_by": people.get(aggregates.given_by, aggregates.given_by) if aggregates else "",
        "takes_aggregates": bool(blank_rows(round_.instrument, agency.areas, names.main_plan.definitions)),
        "takes_workbook": instrument.kind not in PRIVATE,
        "papers": round_.papers.filter(agency=agency, removed_at__isnull=True).count(),
    }
    return render(request, "forms_round.html", context)


def _rows(
    request: HttpRequest,
    round_: Round,
    instrument: Instrument,
    agency: Agency,
    records: list[AnswerRecord],
    people: Mapping[str, str],
) -> list[dict[str, Any]]:
    named = desk.names_of(round_, records) if instrument.kind not in PRIVATE else {}
    is_readable = may_open(request, instrument, agency)
    ways = way_words()
    rows = []
    for one in records:
        is_replaced = hasattr(one, "replaced_by")
        decision = getattr(one, "decision", None)
        if is_replaced:
            state, face = _("corrected later; does not count"), "open"
        elif one.state == AnswerRecord.State.STORED or (decision and decision.is_taken):
            state, face = _("counts"), "kept"
        elif decision:
            state, face = _("left out by decision"), "open"
        else:
            state, face = _("kept apart until the centre decides"), "soon"
        rows.append(
            {
                "record": one,
                "name": named.get(one.instance_id) or one.instance_id[-8:],
                "way": ways.get(AnswerRecord.Way(one.way), one.way),
                "who": people.get(one.received_by, one.received_by),
                "state": state,
                "face": face,
                "may_edit": is_readable and not is_replaced and round_.state(timezone.now()) == "open",
            }
        )
    return rows


@asks(Right.FILL_FORMS, methods=ACT)
def form_edit(request: HttpRequest, pk: int, sent: int) -> HttpResponse:
    """Begin a new version of a form that was sent."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    record = own_records(agency).filter(pk=sent, round=round_).select_related("round", "form").first()
    if record is None or round_.state(timezone.now()) != "open":
        raise Http404
    if not may_open(request, names.main_plan.instruments[round_.instrument], agency):
        messages.warning(request, _("Sent forms of persons are opened again only by those who read answers."))
        return redirect(here("forms-round", round_, agency, request))
    try:
        draft = filling.start_edit(record, agency=agency, by=request.user.login, at=timezone.now())
    except Refused as refusal:
        for finding in refusal.findings:
            messages.warning(request, say(finding, names.language).message)
        return redirect(here("forms-round", round_, agency, request))
    return redirect(here("form-draft", round_, agency, request, draft.pk))


@asks(Right.FILL_FORMS, methods=ACT)
def form_drop(request: HttpRequest, pk: int, draft: int) -> HttpResponse:
    """Throw a draft away."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    filling.drop_draft(draft_of(round_, agency, draft), at=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect(here("forms-round", round_, agency, request))
