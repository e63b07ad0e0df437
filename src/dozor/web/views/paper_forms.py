"""Sheets of paper at a desk: their entries by two people, and the settling of what differs."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from dozor.apps.collection import papers
from dozor.apps.collection.models import PaperForm
from dozor.apps.collection.round_texts import form_of_round
from dozor.apps.organisations.scope import Right
from dozor.core.answers.double_entry import MOST_ERRORS, Difference
from dozor.core.findings import Finding, Refused
from dozor.core.plan.instruments import Instrument
from dozor.language import percent, say
from dozor.web.desks import here, own_agency, people_named, round_at
from dozor.web.filling import words_of
from dozor.web.forms import TaskForm, text_field
from dozor.web.names import Names
from dozor.web.questions import called
from dozor.web.rights import FORM, asks
from dozor.web.tasks import task
from dozor.web.views.filling import entry_told

FIRST, SECOND, OTHER = "first", "second", "other"
INSTEAD = "instead"


class RemovalForm(TaskForm):
    reason = text_field(
        gettext_lazy("Why it is removed"),
        gettext_lazy("Without anybody's name. It stands in the list of sheets and in the journal."),
        longest=500,
    )


@asks(Right.FILL_FORMS, methods=FORM)
def papers_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheets of a round, how far each is, and how often the two entries differed."""
    names = Names.of(request)
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    words: list[str] = []
    if request.method == "POST":
        number = request.POST.get("number", "")
        try:
            draft = papers.begin_entry(
                round_,
                agency=agency,
                number=number,
                by=request.user.login,
                at=timezone.now(),
                instead=request.POST.get("act") == INSTEAD,
            )
        except Refused as refusal:
            words = [say(f, names.language).words for f in refusal.findings]
        else:
            return redirect(here("form-draft", round_, agency, request, draft.pk))
    found = round_.papers.filter(agency=agency).prefetch_related("entries__draft").order_by("-id")
    errors = papers.errors_of(round_, agency)
    people = people_named(e.entered_by for one in found for e in one.entries.all())
    context = {
        "agency": names.agencies.get(agency.code),
        "round": round_,
        "title": names.say(names.main_plan.instruments[round_.instrument].title),
        "is_open": round_.state(timezone.now()) == "open",
        "back": here("forms-round", round_, agency, request),
        "rows": [_row(one, request.user.login, people) for one in found],
        "words": words,
        "errors": errors,
        "rate": "" if errors.rate is None else percent(100 * errors.rate, names.language, 1),
        "limit": percent(100 * MOST_ERRORS, names.language),
        "is_high": errors.rate is not None and errors.rate > MOST_ERRORS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if words else HTTPStatus.OK
    return render(request, "forms_papers.html", context, status=status)


def _row(paper: PaperForm, login: str, people: Mapping[str, str]) -> dict[str, Any]:
    entries = list(paper.entries.all())
    done = [e for e in entries if e.finished_at is not None]
    own = next((e for e in entries if e.entered_by == login), None)
    if paper.removed_at is not None:
        state, face = _("removed"), "open"
    elif paper.record_id is not None:
        state, face = _("kept"), "kept"
    elif paper.fields is not None:
        state, face = _("entries differ"), "soon"
    elif done:
        state, face = _("entered once"), "open"
    else:
        state, face = _("being entered"), "open"
    return {
        "paper": paper,
        "by": ", ".join(people.get(e.entered_by, e.entered_by) for e in entries),
        "state": state,
        "face": face,
        "is_removed": paper.removed_at is not None,
        "may_remove": papers.is_removable(paper, login),
        "own_draft": own.draft_id if own is not None and own.finished_at is None else None,
        "may_enter": own is None and len(entries) < 2,
        # a second entry begun and left alone would keep the sheet for ever
        "instead_of": next(
            (
                people.get(e.entered_by, e.entered_by)
                for e in entries
                if own is None and len(entries) == 2 and e.finished_at is None
            ),
            None,
        ),
        "waits_for_another": own is not None and own in done and len(entries) == 1,
        "may_settle": paper.fields is not None and paper.record_id is None,
    }


def _sheet(request: HttpRequest, pk: int, paper: int, names: Names) -> tuple[PaperForm, str]:
    """A sheet of one's own agency in a round, and the address of its list; 404 when there is none."""
    agency = own_agency(request)
    round_ = round_at(pk, agency, names)
    one = round_.papers.filter(pk=paper, agency=agency).first()
    if one is None:
        raise Http404
    return one, here("forms-papers", round_, agency, request)


@asks(Right.FILL_FORMS, methods=FORM)
def remove_page(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Take away a sheet one opened under a wrong number, with the reason."""
    names = Names.of(request)
    one, back = _sheet(request, pk, paper, names)
    login = request.user.login
    if request.method != "POST" and not papers.is_removable(one, login):
        finding = Finding("PAPER-NOT-REMOVABLE", found=one.number)
        messages.warning(request, say(finding, names.language).message)
        return redirect(back)

    def record(data: dict[str, Any]) -> None:
        papers.remove_paper(one, reason=data["reason"], by=login, at=timezone.now())

    return task(
        request,
        RemovalForm(request.POST or None, choices={}),
        record,
        title=_("Remove sheet No. %(number)s") % {"number": one.number},
        help_text=_("For a sheet opened by mistake, under a number that is not its own."),
        points=[
            _("What has been typed of it is thrown away and cannot be brought back."),
            _("The number is free: the right sheet can be entered under it."),
            _("The sheet stays on the list as removed, with the reason."),
        ],
        done=_("Sheet No. %(number)s is removed; its number is free.") % {"number": one.number},
        back=back,
        button=_("Remove the sheet"),
    )


@never_cache
@asks(Right.FILL_FORMS, methods=FORM)
def settle_page(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    """Each field typed differently: what the paper says."""
    names = Names.of(request)
    one, back = _sheet(request, pk, paper, names)
    try:
        if one.record_id is not None:
            return redirect(back)
        instrument = form_of_round(one.round)
        seen = papers.open_comparison(one, by=request.user.login, at=timezone.now())
        differences = seen.differences
    except Refused as refusal:
        for finding in refusal.findings:
            messages.warning(request, say(finding, names.language).message)
        return redirect(back)
    words: list[tuple[str, str]] = []  # an anchor and what is wrong there
    if request.method == "POST":
        chosen = [_chosen(request, n, d) for n, d in enumerate(differences, start=1)]
        if any(text is None for text in chosen):
            words = [
                (
                    f"a_{n}",
                    f"{_called(instrument, d.field, names)}: {_('choose what the paper says.')}",
                )
                for n, (d, text) in enumerate(zip(differences, chosen, strict=True), start=1)
                if text is None
            ]
        else:
            told = [text for text in chosen if text is not None]
            try:
                kept = papers.settle(one, told, by=request.user.login, at=timezone.now())
            except Refused as refusal:
                places = {d.field: f"a_{n}" for n, d in enumerate(differences, start=1)}
                words = [
                    (
                        places.get(f.column or "", ""),
                        f"{_called(instrument, f.column, names)}: {words_of(f, instrument, names.language)}",
                    )
                    for f in refusal.findings
                ]
            else:
                messages.success(request, entry_told(kept))
                return redirect(back)
    typists = [e.entered_by for e in one.entries.all()]
    people = people_named(typists)
    context = {
        "title": _("Sheet No. %(number)s: what was typed differently") % {"number": one.number},
        "form_title": names.say(instrument.title),
        "back": back,
        "paper": one,
        "words": words,
        "rows": [_difference(request, n, d, instrument, names) for n, d in enumerate(differences, start=1)],
        "names_by": [people.get(login, login) for login in typists],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if words else HTTPStatus.OK
    return render(request, "paper_settle.html", context, status=status)


def _chosen(request: HttpRequest, number: int, difference: Difference) -> str | None:
    said = request.POST.get(f"choice.{number}", "")
    typed = request.POST.get(f"other.{number}", "").strip()
    return {FIRST: difference.first, SECOND: difference.second, OTHER: typed}.get(said)


def _difference(
    request: HttpRequest, number: int, d: Difference, instrument: Instrument, names: Names
) -> dict[str, Any]:
    return {
        "number": number,
        "label": _called(instrument, d.field, names) + (f" ({d.turn})" if d.turn else ""),
        "first": _said(instrument, d.field, d.first, names),
        "second": _said(instrument, d.field, d.second, names),
        "choice": request.POST.get(f"choice.{number}", ""),
        "other": request.POST.get(f"other.{number}", ""),
        "choices": [(c.name, names.say(c.label)) for c in instrument.field(d.field).choices],
    }


def _called(instrument: Instrument, name: str | None, names: Names) -> str:
    return called(instrument, name, names.language)


def _said(instrument: Instrument, name: str, text: str, names: Names) -> str:
    labels = {c.name: names.say(c.label) for c in instrument.field(name).choices}
    if not text:
        return _("not typed")
    return "; ".join(labels.get(one, one) for one in text.split()) if labels else text
