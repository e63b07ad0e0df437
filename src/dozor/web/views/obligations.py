"""What an executor owes: the list, its calendar file, the form to hand in, the facts it records."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection import actions
from dozor.apps.collection.queries import duties, requests, years_with_duties
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agency_rows
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.submissions.queries import submissions
from dozor.core.findings import Refused
from dozor.core.plan.duties import AfterCollection, OnRequest
from dozor.core.submissions.states import State
from dozor.formats.calendar_file import calendar_file
from dozor.web.downloads import form_response
from dozor.web.duties import SUBMISSION_WORDS, rows, tally
from dozor.web.forms import EndForm, PlanForm, RequestForm, TaskForm
from dozor.web.names import Names
from dozor.web.rights import FORM, asks, must
from dozor.web.waiting import days_words, waiting

ALL = ""


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


@asks(Right.READ_DUTIES)
def obligations(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    agency = chosen_agency(request, Right.READ_DUTIES)
    found = duties(year=year, as_of=today, agency={agency}) if agency else []
    may_record = agency is not None and may(request.user, Right.RECORD_ROUND, agency)
    plan = names.main_plan
    may_prepare = agency is not None and may(request.user, Right.PREPARE_SUBMISSION, agency)
    sent = {s.collection: s for s in submissions(year=year, agency={agency})} if agency else {}
    context: dict[str, Any] = {
        "waiting": waiting(request.user, names, today) if not agency or _is_own(request, agency) else [],
        "year": year,
        "years": years_with_duties(today),
        "agency": names.agencies.get(agency) if agency else None,
        "rows": rows(
            found,
            names,
            may_record=may_record,
            today=today,
            submissions={c: s for c, s in sent.items() if s.state != State.DRAFT or may_prepare},
            may_prepare=may_prepare,
        ),
        "tally": tally(found),
        "is_demonstration": not plan.is_confirmed_on(today),
        "plan": plan,
        "requests": _requests(request, year, agency, names, today) if agency else [],
        "may_request": may_record and bool(agency and may_be_asked(names, agency)),
        "may_read_board": may(request.user, Right.READ_BOARD),
        "below": _below(request, names),
        "today": today,
    }
    return render(request, "obligations.html", context)


def _is_own(request: HttpRequest, agency: str) -> bool:
    return request.user.agency is not None and request.user.agency.code == agency


def _requests(
    request: HttpRequest, year: int, agency: str, names: Names, today: date
) -> list[dict[str, Any]]:
    """Requests an agency made or received, each with how its answer stands and how many days are left."""
    told = []
    for one in requests(year=year, agency={agency}):
        answers = [
            (s, SUBMISSION_WORDS[State(s.state)])
            for s in one.submissions.select_related("agency")
            if may(request.user, Right.READ_SUBMISSION, s.agency.code)
            and (s.state != State.DRAFT or may(request.user, Right.PREPARE_SUBMISSION, s.agency.code))
        ]
        left = None if any(s.state != State.DRAFT for s, _words in answers) else (one.due_on - today).days
        told.append(
            {
                "one": one,
                "answers": answers,
                "left": days_words(left),
                "is_late": left is not None and left < 0,
            }
        )
    return told


def _below(request: HttpRequest, names: Names) -> list[tuple[str, str]]:
    """Agencies whose duties this person may also read, for a list to choose from."""
    seen = agencies_for(request.user, Right.READ_DUTIES)
    with_roles = {r for i in names.main_plan.indicators for r in i.executors} | {
        s for d in names.main_plan.duties if d.about == "plan" for s in d.senders
    }
    return [
        (a.code, names.say(a.name))
        for a in names.agencies.values()
        if (seen is None or a.code in seen) and with_roles & set(a.roles)
    ]


@asks(Right.READ_DUTIES)
def obligations_ics(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    agency = chosen_agency(request, Right.READ_DUTIES)
    if agency is None:
        raise Http404
    content = calendar_file(
        duties(year=year, as_of=today, agency={agency}),
        plan=names.main_plan,
        agencies=names.agencies,
        language=names.language,
        made_at=timezone.now(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dozor-{agency}-{year}.ics"'
    return response


@asks(Right.READ_DUTIES)
def obligation_form(request: HttpRequest) -> HttpResponse:
    """The table to fill in and hand in: a row for each series of one collection."""
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    agency = chosen_agency(request, Right.READ_DUTIES)
    collection = request.GET.get("collection", "")
    plan = names.main_plan
    if agency is None or collection not in {c.code for c in plan.collections}:
        raise Http404
    owed = [o for o in duties(year=year, as_of=today, agency={agency}) if collection in o.collections]
    populations = next(c.populations for c in plan.collections if c.code == collection)
    return form_response(plan, owed, populations, source=f"{names.agency(agency)}, {year}")


def task(
    request: HttpRequest,
    form: TaskForm,
    record: Any,
    *,
    title: str,
    help_text: str = "",
    done: str,
    back: str,
    button: str = "",
) -> HttpResponse:
    """One form, one recorded fact: shown, checked, recorded, and back to the list."""
    if request.method == "POST" and form.is_valid():
        try:
            record(form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal, Names.of(request).language)
        else:
            messages.success(request, done)
            return redirect(back)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "title": title, "help": help_text, "back": back, "button": button}
    return render(request, "task.html", context, status=status)


def list_choices(request: HttpRequest, names: Names) -> dict[str, list[tuple[str, str]]]:
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


def back_to(agency: str | None, year: object) -> str:
    return f"{reverse('obligations')}?agency={agency or ''}&year={year}"


@asks(Right.RECORD_ROUND, methods=FORM)
def end_collection(request: HttpRequest) -> HttpResponse:
    """From the recorded end of collection the term runs, so it needs its evidence."""
    names = Names.of(request)
    agency = _agency_row(request, Right.RECORD_ROUND)
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
    seen = agencies_for(request.user, Right.RECORD_ROUND)
    if request.GET.get("agency"):
        must(request, Right.RECORD_ROUND, request.GET["agency"])
    choices = list_choices(request, names)
    everyone = [(ALL, _("every executor of this collection"))] if seen is None else []
    choices["agency"] = everyone + collecting_agencies(names, seen)
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
        agency = None
        if data["agency"]:
            must(request, Right.RECORD_ROUND, data["agency"])
            agency = Agency.objects.get(code=data["agency"])
        elif seen is not None:
            raise PermissionDenied
        actions.plan_round(
            collection=data["collection"],
            year=int(data["year"]),
            agency=agency,
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


def collecting_agencies(names: Names, seen: frozenset[str] | None) -> list[tuple[str, str]]:
    """Agencies whose term runs from the end of a collection."""
    roles = {s for d in names.main_plan.duties if isinstance(d.rule, AfterCollection) for s in d.senders}
    return [
        (a.code, names.say(a.name))
        for a in names.agencies.values()
        if roles & set(a.roles) and (seen is None or a.code in seen)
    ]


def may_be_asked(names: Names, sender: str) -> list[tuple[str, str]]:
    """District and city centres an agency may ask for information, by the plan's rule of requests."""
    asking = names.agencies[sender]
    asked = {
        role
        for d in names.main_plan.duties
        if isinstance(d.rule, OnRequest) and d.recipient in asking.roles
        for role in d.senders
    }
    return [
        (a.code, names.say(a.name))
        for a in names.agencies.values()
        if a.parent == sender and asked & set(a.roles)
    ]


@asks(Right.RECORD_ROUND, methods=FORM)
def request_new(request: HttpRequest) -> HttpResponse:
    """An oblast centre asks a district or city centre for information (para 9)."""
    names = Names.of(request)
    sender = _agency_row(request, Right.RECORD_ROUND)
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


def _agency_row(request: HttpRequest, right: Right) -> Agency:
    code = chosen_agency(request, right)
    if code is None:
        raise PermissionDenied
    return Agency.objects.get(code=code)
