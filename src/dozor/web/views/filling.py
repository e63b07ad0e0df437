"""Forms at a desk: what is to be filled in, one form at a time, what was sent and its corrections."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dozor.apps.collection import desk, filling, papers
from dozor.apps.collection.field_queries import own_records
from dozor.apps.collection.keeping import Outcome, Received
from dozor.apps.collection.models import AnswerRecord, Draft, PaperEntry, PaperForm, Round
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right, may
from dozor.core.answers.aggregates import blank_rows
from dozor.core.answers.filling import Filling, sums_of
from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument
from dozor.language import say
from dozor.web.filling import (
    FormPage,
    faults_of,
    listed_faults,
    posted_filling,
    shown_sums,
    words_of,
)
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks, must

MOST_LISTED = 300
SEND, SAVE, ADD, REMOVE = "send", "save", "add", "remove"
PRIVATE = frozenset({"person"})  # forms whose sent answers only readers of answers open again


def own_agency(request: HttpRequest, right: Right = Right.FILL_FORMS) -> Agency:
    """The agency somebody fills in for: the one named, if it is theirs to fill in, else their own."""
    asked = request.GET.get("agency", "") or request.POST.get("agency", "")
    own = getattr(request.user, "agency", None)
    if not asked and own is None:
        raise Http404
    found = own if not asked else Agency.objects.filter(code=asked).first()
    if found is None:
        raise Http404
    must(request, right, found.code)
    return found


def round_at(pk: int, agency: Agency, names: Names) -> Round:
    found = Round.objects.select_related("form", "agency").defer("form__xml").filter(pk=pk).first()
    if found is None or not desk.reaches(found, agency, names.main_plan):
        raise Http404
    return found


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
    context = {
        "agency": names.agencies.get(agency.code),
        "round": round_,
        "title": names.say(instrument.title),
        "is_open": round_.state(timezone.now()) == "open",
        "drafts": drafts,
        "records": _rows(request, round_, instrument, agency, records),
        "is_new_text": instrument.version != round_.form.version,
        "most": MOST_LISTED,
        "given": [
            {"one": one, "counts": place == 0}
            for place, one in enumerate(
                round_.given.filter(agency=agency).select_related("answer_file").order_by("-number")
            )
        ],
        "aggregates": round_.aggregates.filter(agency=agency).order_by("-number").first(),
        "takes_aggregates": bool(blank_rows(round_.instrument, agency.areas, names.main_plan.definitions)),
        "takes_workbook": instrument.kind not in PRIVATE,
        "papers": round_.papers.filter(agency=agency).count(),
    }
    return render(request, "forms_round.html", context)


def _rows(
    request: HttpRequest, round_: Round, instrument: Instrument, agency: Agency, records: list[AnswerRecord]
) -> list[dict[str, Any]]:
    named = desk.names_of(round_, records) if instrument.kind not in PRIVATE else {}
    may_open = _may_open(request, instrument, agency)
    ways = {
        AnswerRecord.Way.PHONE: _("by phone"),
        AnswerRecord.Way.BROWSER: _("in the browser"),
        AnswerRecord.Way.PAPER: _("from paper, entered twice"),
    }
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
                "state": state,
                "face": face,
                "may_edit": may_open and not is_replaced and round_.state(timezone.now()) == "open",
            }
        )
    return rows


def _may_open(request: HttpRequest, instrument: Instrument, agency: Agency) -> bool:
    """Sent answers of persons open again only for those who read answers."""
    right = Right.READ_ANSWERS if instrument.kind in PRIVATE else Right.FILL_FORMS
    return may(request.user, right, agency.code)


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
    return _page(request, names, draft, Filling(_known(names, round_, agency)))


def _known(names: Names, round_: Round, agency: Agency) -> dict[str, str]:
    """What an empty form is opened with, to be looked at: the year, the agency, its one place."""
    instrument = names.main_plan.instruments[round_.instrument]
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
    found = _own_entry(request, round_, agency, draft) or _draft(round_, agency, draft)
    seen = filling.open_draft(found, by=request.user.login, at=timezone.now())
    return _page(request, names, found, seen)


def _draft(round_: Round, agency: Agency, pk: int) -> Draft:
    found = filling.drafts_of(agency).filter(pk=pk, round=round_).first()
    if found is None:
        raise Http404
    return found


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
    instrument = filling.form_of_round(round_)
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
    """What comes next for a sheet somebody has just typed."""
    if paper.record_id is not None:
        return _("The two entries agree: the sheet is kept and counts.")
    if paper.fields is None:
        return _("The first entry is finished. Now another person enters the same sheet.")
    return _("The two entries differ: settle the differences with the sheet in hand.")


def _told(received: Received) -> str:
    if received.outcome is Outcome.QUARANTINED:
        return _("The form was sent. It is kept apart until the centre decides.")
    return _("The form was sent and counts.")


def here(route: str, round_: Round, agency: Agency, request: HttpRequest, *more: object) -> str:
    """An address of this round; the agency stays in it when it is not the person's own."""
    own = getattr(request.user, "agency", None)
    query = "" if own is not None and own.pk == agency.pk else f"?agency={agency.code}"
    return reverse(route, args=(round_.pk, *more)) + query


def _page(
    request: HttpRequest,
    names: Names,
    draft: Draft,
    given: Filling,
    findings: tuple[Finding, ...] = (),
) -> HttpResponse:
    round_, language = draft.round, names.language
    try:
        instrument = filling.form_of_round(round_)
    except Refused as refusal:
        context = {"words": [say(f, language).message for f in refusal.findings], "round": round_}
        return render(request, "form_unfit.html", context, status=HTTPStatus.CONFLICT)
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
        "sums": shown_sums(sums_of(instrument, given, money=_money(names, instrument)), language),
        "is_saved": bool(draft.pk) and not any(f.code in {"FILL-CHANGED", "FILL-SENT"} for f in findings),
        "local_key": filling.local_key(round_, draft.agency, request.user.login),
        "back": here("forms-round", round_, draft.agency, request),
        "today": timezone.localdate().isoformat(),
        "entry": PaperEntry.objects.filter(draft=draft).select_related("paper").first() if draft.pk else None,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if findings else HTTPStatus.OK
    return render(request, "fill.html", context, status=status)


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
    instrument, language = filling.form_of_round(round_), names.language
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


@asks(Right.FILL_FORMS, methods=ACT)
def form_edit(request: HttpRequest, pk: int, sent: int) -> HttpResponse:
    """Begin a new version of a form that was sent."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    record = own_records(agency).filter(pk=sent, round=round_).select_related("round", "form").first()
    if record is None or round_.state(timezone.now()) != "open":
        raise Http404
    if not _may_open(request, names.main_plan.instruments[round_.instrument], agency):
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
    filling.drop_draft(_draft(round_, agency, draft), at=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect(here("forms-round", round_, agency, request))
