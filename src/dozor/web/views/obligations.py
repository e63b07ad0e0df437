"""What an executor owes: the list, its calendar file, the form to hand in."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dozor.apps.collection.queries import duties, requests, years_with_duties
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.submissions.queries import submissions
from dozor.core.calendar.obligation import LATE, Status
from dozor.core.submissions.states import State
from dozor.formats.calendar_file import calendar_file
from dozor.web.downloads import form_response
from dozor.web.duties import SUBMISSION_WORDS, rows, tally
from dozor.web.names import Names
from dozor.web.rights import asks
from dozor.web.tasks import chosen_agency, chosen_year
from dozor.web.views.collecting import may_be_asked
from dozor.web.waiting import days_words, waiting

# a date runs, or has run out
OWED = (Status.OVERDUE, Status.COLLECTION_OVERDUE, Status.DUE_SOON, Status.DUE)


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
        "earlier": _earlier(year - 1, agency, today) if agency else None,
        "is_demonstration": not plan.is_confirmed_on(today),
        "plan": plan,
        "requests": _requests(request, year, agency, names, today) if agency else [],
        "may_request": may_record and bool(agency and may_be_asked(names, agency)),
        "may_read_board": may(request.user, Right.READ_BOARD),
        "below": _below(request, names),
        "today": today,
    }
    return render(request, "obligations.html", context)


def _earlier(year: int, agency: str, today: date) -> dict[str, Any] | None:
    """What an agency still owes for the year before: the page goes on to the next year, the duty does not."""
    if year not in years_with_duties(today):
        return None
    owed = [o for o in duties(year=year, as_of=today, agency={agency}) if o.status in OWED]
    late = sum(o.status in LATE for o in owed)
    return {"year": year, "owed": len(owed), "late": late} if owed else None


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
        made_at=timezone.localtime(),
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
