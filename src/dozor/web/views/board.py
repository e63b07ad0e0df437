"""Who is late and with what: all executors side by side, and the facts their dates follow from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dozor.apps.collection import actions
from dozor.apps.collection.queries import duties, years_with_duties
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.core.calendar.obligation import MET, Obligation, Status
from dozor.core.plan.duties import AfterCollection, Agreed
from dozor.web.duties import DutyRow, Tally, rows, tally
from dozor.web.forms import AgreeForm, DecisionForm, ReceiptForm
from dozor.web.names import Names
from dozor.web.rights import FORM, asks, must
from dozor.web.tasks import (
    ALL,
    agencies_in,
    chosen_year,
    executor_row,
    executors,
    list_choices,
    task,
)


@dataclass(frozen=True)
class AgencyRow:
    name: str
    href: str
    tally: Tally


@dataclass(frozen=True)
class LateAgency:
    """One executor with everything it is late with, the latest first."""

    name: str
    href: str
    rows: list[DutyRow]


@asks(Right.READ_BOARD)
def board(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    found = duties(year=year, as_of=today, agency=agencies_for(request.user, Right.READ_BOARD))
    by_agency: dict[str, list[Obligation]] = defaultdict(list)
    for o in found:
        by_agency[o.agency].append(o)
    plan = names.main_plan
    regional_roles = _senders(names, AfterCollection)
    regional = [code for code, of_it in by_agency.items() if of_it[0].executor in regional_roles]
    rows_of = {code: rows(of_it, names, may_record=False, today=today) for code, of_it in by_agency.items()}
    context: dict[str, Any] = {
        "year": year,
        "years": years_with_duties(today),
        "today": today,
        "tally": tally(found),
        "regional_count": sum(o.executor in regional_roles for o in found),
        "central_count": sum(o.executor not in regional_roles and o.indicator is not None for o in found),
        "late": _late(rows_of, year, names),
        "regional": [_agency_row(code, by_agency[code], year, names) for code in regional],
        "central": [
            _agency_row(code, of_it, year, names) for code, of_it in by_agency.items() if code not in regional
        ],
        "matrix": _matrix(regional, rows_of, names),
        "columns": [_region_of(code, names) for code in regional],
        "is_demonstration": not plan.is_confirmed_on(today),
        "plan": plan,
        "may_record": may(request.user, Right.RECORD_RECEIPT),
        "may_decide": may(request.user, Right.RECORD_DECISION),
        "may_plan": may(request.user, Right.RECORD_ROUND),
    }
    return render(request, "board.html", context)


def _region_of(agency: str, names: Names) -> str:
    """A centre's region as a column's heading."""
    areas = {area.code for area in names.regions} & set(names.agencies[agency].areas)
    return names.region(areas.pop()) if areas else names.agency_short(agency)


def _senders(names: Names, rule: type) -> set[str]:
    return {s for d in names.main_plan.duties if isinstance(d.rule, rule) for s in d.senders}


def _agency_row(code: str, of_it: Sequence[Obligation], year: int, names: Names) -> AgencyRow:
    return AgencyRow(names.agency_short(code), _duties_of(code, year), tally(of_it))


def _duties_of(code: str, year: int) -> str:
    return f"{reverse('obligations')}?agency={code}&year={year}"


def _late(rows_of: dict[str, list[DutyRow]], year: int, names: Names) -> list[LateAgency]:
    """Who is late; a collection past its planned end counts as late too. The longest list first."""
    late = [
        LateAgency(names.agency_short(code), _duties_of(code, year), [r for r in of_it if r.tone == "late"])
        for code, of_it in rows_of.items()
    ]
    return sorted((one for one in late if one.rows), key=lambda one: -len(one.rows))


@dataclass(frozen=True)
class MatrixCell:
    """A short word and a tone; blank where the centre owes nothing from this collection."""

    words: str
    tone: str


def _matrix(
    regional: Sequence[str], rows_of: dict[str, list[DutyRow]], names: Names
) -> list[tuple[str, list[MatrixCell]]]:
    """Collections down, regional centres across."""
    of_name: dict[str, dict[str, DutyRow]] = defaultdict(dict)
    for code in regional:
        for row in rows_of[code]:
            of_name[row.name][code] = row
    order = [names.say(c.name) for c in names.main_plan.collections]
    return [
        (name, [_cell(of_name[name].get(code)) for code in regional]) for name in order if name in of_name
    ]


def _cell(row: DutyRow | None) -> MatrixCell:
    if row is None:
        return MatrixCell("", "blank")
    short = {
        Status.NOT_RECORDED: _("not recorded"),
        Status.COLLECTION_NOT_PLANNED: _("collection not planned"),
        Status.COLLECTING: _("collecting"),
        Status.COLLECTION_OVERDUE: _("collection late"),
        Status.RECEIVED: _("received"),
        Status.RECEIVED_LATE: _("received late"),
        Status.NOT_HELD: _("not held"),
        Status.POSTPONED: _("postponed"),
    }
    is_quiet = row.status in (Status.NOT_RECORDED, Status.COLLECTION_NOT_PLANNED)
    return MatrixCell(short.get(row.status, row.left), "quiet" if is_quiet else row.tone or "open")


# --- facts --------------------------------------------------------------------------------------


def _back(year: object) -> str:
    return f"{reverse('board')}?year={year}"


@asks(Right.RECORD_DECISION, methods=FORM)
def agree(request: HttpRequest) -> HttpResponse:
    """A date agreed by letter with a ministry or the council (paras 11–12)."""
    names = Names.of(request)
    year = chosen_year(request, timezone.localdate())
    choices = list_choices(request, names)
    roles = _senders(names, Agreed)
    choices["agency"] = agencies_in(names, roles)
    choices["indicator"] = [(ALL, _("all rows of this executor")), *_indicators(names)]
    form = AgreeForm(
        request.POST or None,
        choices=choices,
        initial={"agency": request.GET.get("agency", ""), "year": year},
    )

    def record(data: dict[str, Any]) -> None:
        must(request, Right.RECORD_DECISION, data["agency"])
        actions.agree_date(
            agency=Agency.objects.get(code=data["agency"]),
            year=int(data["year"]),
            indicator=data["indicator"],
            due_on=data["due_on"],
            number=data["number"],
            by=request.user.login,
            at=timezone.now(),
        )

    return task(
        request,
        form,
        record,
        title=_("Record an agreed date"),
        help_text=_("The law names no term for republican bodies: it is agreed by letter (paras 11–12)."),
        done=_("The agreed date is recorded."),
        back=_back(year),
    )


def _indicators(names: Names) -> list[tuple[str, str]]:
    return [(i.code, f"{i.code}. {names.say(i.short_name)}") for i in names.main_plan.indicators]


@asks(Right.RECORD_RECEIPT, methods=FORM)
def receive(request: HttpRequest) -> HttpResponse:
    """What came from an executor, in which medium, on which day."""
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    agency = request.GET.get("agency", "") or request.POST.get("agency", "")
    if agency not in names.agencies:
        return _choose_sender(request, names, year)
    must(request, Right.RECORD_RECEIPT, agency)
    owed = duties(year=year, as_of=today, agency={agency})
    choices = list_choices(request, names)
    choices["indicators"] = [
        (o.indicator or ALL, o.indicator or _("the report as a whole")) for o in owed if o.status not in MET
    ]
    form = ReceiptForm(
        request.POST or None,
        choices=choices,
        initial={"received_on": today, "media": ["paper", "electronic"]},
    )

    @transaction.atomic
    def record(data: dict[str, Any]) -> None:
        sender = Agency.objects.get(code=agency)
        for indicator in data["indicators"]:
            for medium in data["media"]:
                actions.receive(
                    agency=sender,
                    year=year,
                    indicator=indicator,
                    medium=medium,
                    received_on=data["received_on"],
                    sent_on=data["sent_on"],
                    number=data["number"],
                    by=request.user.login,
                    at=timezone.now(),
                )

    return task(
        request,
        form,
        record,
        title=_("Record what was received"),
        help_text=f"{names.agency(agency)}, {year}",
        done=_("The receipt is recorded."),
        back=_back(year),
    )


def _choose_sender(request: HttpRequest, names: Names, year: int) -> HttpResponse:
    """First whose data came: the list of rows follows from it."""
    about = agencies_for(request.user, Right.RECORD_RECEIPT)
    owed = duties(year=year, as_of=timezone.localdate(), agency=about)
    senders = list(dict.fromkeys(o.agency for o in owed))
    context = {"senders": [(code, names.agency(code)) for code in senders], "year": year, "back": _back(year)}
    return render(request, "choose_sender.html", context)


@asks(Right.RECORD_DECISION, methods=FORM)
def decide(request: HttpRequest) -> HttpResponse:
    """A round put off or not held, by a numbered decision."""
    names = Names.of(request)
    year = chosen_year(request, timezone.localdate())
    choices = list_choices(request, names)
    everyone = _("every executor of this collection")
    choices["agency"] = executors(request, Right.RECORD_DECISION, names, everyone)
    form = DecisionForm(request.POST or None, choices=choices, initial={"year": year})

    def record(data: dict[str, Any]) -> None:
        actions.decide_round(
            collection=data["collection"],
            year=int(data["year"]),
            agency=executor_row(request, Right.RECORD_DECISION, data["agency"]),
            kind=data["kind"],
            postponed_to=int(data["postponed_to"]) if data["postponed_to"] else None,
            number=data["number"],
            dated_on=data["dated_on"],
            reason=data["reason"],
            by=request.user.login,
            at=timezone.now(),
        )

    return task(
        request,
        form,
        record,
        title=_("Record a decision about a round"),
        help_text=_(
            "A round is put off to another year or not held only by a decision with a number and a reason."
        ),
        done=_("The decision is recorded."),
        back=_back(year),
    )
