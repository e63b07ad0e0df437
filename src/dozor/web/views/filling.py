"""A form at a desk: opened, saved as somebody types, checked and sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dozor.apps.collection import filling, papers
from dozor.apps.collection.keeping import Outcome, Received
from dozor.apps.collection.models import AnswerRecord, Draft, PaperEntry, PaperForm, Round
from dozor.apps.collection.round_texts import form_of_round, has_newer_text
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right
from dozor.core.answers.filling import Filling, sums_of
from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument
from dozor.language import say
from dozor.web.desks import draft_of, here, own_agency, round_at
from dozor.web.filling import (
    FormPage,
    faults_of,
    listed_faults,
    posted_filling,
    shown_sums,
    words_of,
)
from dozor.web.names import Names
from dozor.web.rights import FORM, asks

SEND, SAVE, ADD, REMOVE = "send", "save", "add", "remove"


@never_cache
@asks(Right.FILL_FORMS, methods=FORM)
def form_new(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty form; it becomes a draft with the first answer saved."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    if round_.state(timezone.now()) != "open":
        raise Http404
    if request.method == "POST":
        return _posted(request, round_, agency, names)
    draft = Draft(instance_id=filling.new_instance_id(), round=round_, agency=agency)
    try:
        return _page(request, names, draft, Filling(_known(round_, agency)))
    except Refused as refusal:
        return _unfit(request, round_, refusal)


def _known(round_: Round, agency: Agency) -> dict[str, str]:
    """What an empty form is opened with, to be looked at: the year, the agency, its one place."""
    instrument = form_of_round(round_)
    known = {"year": str(round_.year)} if instrument.has_field("year") else {}
    if instrument.has_field("unit") and any(f.repeat for f in instrument.fields):
        known["unit"] = agency.code
    if len(agency.areas) == 1:
        known |= {
            f.name: agency.areas[0]
            for f in instrument.fields
            if f.repeat is None and any(c.name == agency.areas[0] for c in f.choices)
        }
    return known


@never_cache
@asks(Right.FILL_FORMS, methods=FORM)
def form_draft(request: HttpRequest, pk: int, draft: int) -> HttpResponse:
    """A form begun earlier."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    if request.method == "POST":
        return _posted(request, round_, agency, names)
    found = _own_entry(request, round_, agency, draft) or draft_of(round_, agency, draft)
    seen = filling.open_draft(found, by=request.user.login, at=timezone.now())
    return _page(request, names, found, seen)


def _own_entry(request: HttpRequest, round_: Round, agency: Agency, pk: int) -> Draft | None:
    """One's own typing of a sheet of paper; nobody sees the other's before both have finished."""
    return Draft.objects.filter(
        pk=pk,
        round=round_,
        agency=agency,
        entry__entered_by=request.user.login,
        entry__finished_at__isnull=True,
    ).first()


@dataclass(frozen=True)
class _Done:
    """What came of one press of a button."""

    draft: Draft
    filling: Filling
    findings: tuple[Finding, ...] = ()
    received: Received | None = None
    paper: PaperForm | None = None


def _do(request: HttpRequest, round_: Round, agency: Agency, instrument: Instrument) -> _Done:
    """Save the answers as they are, and send them if that was asked."""
    post, now, by = request.POST, timezone.now(), request.user.login
    instance = post.get("instance", "")
    base = int(post["base"]) if post.get("base", "").isdigit() else 0
    act = post.get("act", SAVE)
    given = _changed(posted_filling(post, instrument), act, instrument)
    known = Draft.objects.filter(instance_id=instance, round=round_, agency=agency).first()
    draft = known or Draft(instance_id=instance, round=round_, agency=agency)
    entry = PaperEntry.objects.filter(draft=known).first() if known else None
    if entry is not None and (entry.entered_by != by or entry.finished_at is not None):
        raise Http404
    try:
        if known is None and given.is_empty and act == SAVE:
            return _Done(draft, given)
        if known is None or known.sent_at is None:
            draft = filling.save_draft(
                round_,
                given,
                instance_id=instance,
                agency=agency,
                base=base,
                by=by,
                at=now,
                replaces=known.replaces if known else "",
            )
        elif act != SEND:
            return _Done(draft, given, (Finding("FILL-SENT"),))
        if act == SEND and entry is not None:
            return _Done(draft, given, paper=papers.finish_entry(draft, given, by=by, at=now))
        if act == SEND:
            received = filling.send_draft(draft, given, way=AnswerRecord.Way.BROWSER, by=by, at=now)
            return _Done(draft, given, received=received)
    except Refused as refusal:
        return _Done(draft, given, refusal.findings)
    return _Done(draft, given)


def _changed(given: Filling, act: str, instrument: Instrument) -> Filling:
    """Add or take away a turn of a repeated group, as its button asks."""
    what, _colon, rest = act.partition(":")
    group, _colon, place = rest.partition(":")
    if not any(f.repeat == group for f in instrument.fields):
        return given
    turns = list(given.repeats.get(group, ()))
    if what == ADD:
        turns.append({})
    elif what == REMOVE and place.isdigit() and int(place) < len(turns):
        del turns[int(place)]
    return replace(given, repeats={**given.repeats, group: turns})


def _posted(request: HttpRequest, round_: Round, agency: Agency, names: Names) -> HttpResponse:
    """The buttons of the page, for a reader without a script."""
    try:
        instrument = form_of_round(round_)
    except Refused as refusal:
        return _unfit(request, round_, refusal)
    done = _do(request, round_, agency, instrument)
    if done.received is not None:
        messages.success(request, _told(done.received))
        return redirect(here("forms-round", round_, agency, request))
    if done.paper is not None:
        messages.success(request, entry_told(done.paper))
        return redirect(here("forms-papers", round_, agency, request))
    if done.findings:
        return _page(request, names, done.draft, done.filling, done.findings)
    if done.draft.pk is None:
        return redirect(here("form-new", round_, agency, request))
    anchor = ""
    what, _colon, rest = request.POST.get("act", "").partition(":")
    if what in (ADD, REMOVE):
        anchor = f"#s_{rest.partition(':')[0]}"
    return redirect(here("form-draft", round_, agency, request, done.draft.pk) + anchor)


def entry_told(paper: PaperForm) -> str:
    """What comes next for a sheet somebody has just typed or settled."""
    if paper.record is not None:
        if paper.record.state == AnswerRecord.State.QUARANTINED:
            return _("The sheet is kept apart until the centre decides.")
        if paper.differing:
            return _("The differences are settled: the sheet is kept and counts.")
        return _("The two entries agree: the sheet is kept and counts.")
    if paper.fields is None:
        return _("The first entry is finished. Now another person enters the same sheet.")
    return _("The two entries differ: settle the differences with the sheet in hand.")


def _told(received: Received) -> str:
    if received.outcome is Outcome.QUARANTINED:
        return _("The form was sent. It is kept apart until the centre decides.")
    return _("The form was sent and counts.")


def _page(
    request: HttpRequest,
    names: Names,
    draft: Draft,
    given: Filling,
    findings: tuple[Finding, ...] = (),
) -> HttpResponse:
    round_, language = draft.round, names.language
    try:
        instrument = form_of_round(round_)
    except Refused as refusal:
        return _unfit(request, round_, refusal)
    if not given.repeats:
        # an empty form opens with one entry of what is to be listed
        given = replace(given, repeats={f.repeat: [{}] for f in instrument.fields if f.repeat})
    faults = faults_of(findings, instrument, language)
    sections = FormPage(instrument, given, language, faults).sections()
    outside = [
        words_of(f, instrument, language)
        for f in findings
        if not (f.column and instrument.has_field(f.column))
    ]
    context = {
        "draft": draft,
        "round": round_,
        "agency": names.agencies.get(draft.agency.code),
        "agency_code": draft.agency.code,
        "title": names.say(instrument.title),
        "sections": sections,
        "faults": listed_faults(sections),
        "outside": outside,
        "has_newer_text": has_newer_text(round_),
        "sums": shown_sums(sums_of(instrument, given, money=_money(names, instrument)), language),
        "is_saved": bool(draft.pk) and not any(f.code in {"FILL-CHANGED", "FILL-SENT"} for f in findings),
        "local_key": filling.local_key(round_, draft.agency, request.user.login),
        "back": here("forms-round", round_, draft.agency, request),
        "today": timezone.localdate().isoformat(),
        "entry": PaperEntry.objects.filter(draft=draft).select_related("paper").first() if draft.pk else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if findings else HTTPStatus.OK
    return render(request, "fill.html", context, status=status)


def _unfit(request: HttpRequest, round_: Round, refusal: Refused) -> HttpResponse:
    """The round's own text is held nowhere here; what was saved before stays."""
    said = [say(f, Names.of(request).language).message for f in refusal.findings]
    context = {"words": said, "round": round_}
    return render(request, "form_unfit.html", context, status=HTTPStatus.CONFLICT)


def _money(names: Names, instrument: Instrument) -> dict[str, str]:
    return {
        d.columns["amount"]: d.columns["currency"]
        for d in names.main_plan.definitions
        if d.instrument == instrument.code and d.estimand == "money"
    }


@never_cache
@asks(Right.FILL_FORMS, methods=FORM)
def form_save(request: HttpRequest, pk: int) -> HttpResponse:
    """The page's script: saves as somebody types, sends, and tells what is wrong; to GET, its token anew."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    if request.method != "POST":
        return JsonResponse({"token": get_token(request)})
    language = names.language
    try:
        instrument = form_of_round(round_)
    except Refused as refusal:
        faults = [{"field": "", "turn": 0, "words": say(f, language).message} for f in refusal.findings]
        return JsonResponse({"state": "refused", "faults": faults, "sums": []}, status=HTTPStatus.CONFLICT)
    done = _do(request, round_, agency, instrument)
    draft = done.draft
    told: dict[str, Any] = {
        "version": draft.version,
        "at": f"{timezone.localtime(draft.saved_at):%H:%M}" if draft.saved_at else "",
        "sums": shown_sums(sums_of(instrument, done.filling, money=_money(names, instrument)), language),
        "faults": [
            {
                "field": f.column if f.column and instrument.has_field(f.column) else "",
                "turn": f.row or 0,
                "words": words_of(f, instrument, language),
            }
            for f in done.findings
        ],
    }
    if done.received is not None:
        messages.success(request, _told(done.received))
        return JsonResponse({**told, "state": "sent", "go": here("forms-round", round_, agency, request)})
    if done.paper is not None:
        messages.success(request, entry_told(done.paper))
        return JsonResponse({**told, "state": "sent", "go": here("forms-papers", round_, agency, request)})
    if draft.pk is not None:
        told["here"] = here("form-draft", round_, agency, request, draft.pk)
    if not done.findings:
        return JsonResponse({**told, "state": "saved" if draft.pk else "empty"})
    is_changed = any(f.code in {"FILL-CHANGED", "FILL-SENT"} for f in done.findings)
    is_kept = draft.pk is not None and all(f.code.startswith("FILL-") for f in done.findings)
    state = "changed" if is_changed else "incomplete" if is_kept else "refused"
    return JsonResponse({**told, "state": state}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
