"""Overseeing what is handed in: reasons of sending back, who collects which row, totals held side by side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.bank.vocabulary import vocabulary
from dozor.apps.collection.actions import name_collector
from dozor.apps.collection.queries import collectors, years_with_duties
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right, acting_for, agencies_for, may
from dozor.apps.submissions import actions
from dozor.apps.submissions.models import Submission
from dozor.apps.submissions.queries import reasons_given, sent_back, standing_rows
from dozor.core.findings import Refused
from dozor.core.plan.duties import AfterCollection
from dozor.core.plan.model import Indicator, Plan
from dozor.core.submissions.reconciling import Reconciliation, reconcile
from dozor.core.submissions.states import State
from dozor.language import number, say
from dozor.web.forms import TaskForm, choice_field, day_field, text_field
from dozor.web.names import Names
from dozor.web.rights import ACT, FORM, asks, must
from dozor.web.submissions import reason_words
from dozor.web.tasks import agencies_in, chosen_year, list_choices, task


@dataclass(frozen=True)
class SentBack:
    """What was sent back of an agency's or a collection's submissions, and for which reasons."""

    name: str
    returned: int
    submitted: int
    remarks: int
    reasons: list[tuple[str, int]]


@asks(Right.READ_BOARD)
def reasons(request: HttpRequest) -> HttpResponse:
    """Why submissions were sent back, by agency and by collection."""
    names = Names.of(request)
    today = timezone.localdate()
    year = chosen_year(request, today)
    seen = agencies_for(request.user, Right.READ_BOARD)
    given = reasons_given(year=year, agency=seen)
    returned = sent_back(year=year, agency=seen)
    collections = {c.code: names.say(c.name) for c in names.main_plan.collections}
    by_reason: Counter[str] = Counter(r for _a, _c, r in given.elements())

    def table(place: int, said: Callable[[str], str]) -> list[SentBack]:
        by: dict[str, Counter[str]] = defaultdict(Counter)
        for key, n in given.items():
            by[key[place]][key[2]] += n
        rows = [
            SentBack(
                name=said(code),
                returned=sum(was for key, was in returned.items() if key[place] == code),
                submitted=sum(key[place] == code for key in returned),
                remarks=counted.total(),
                reasons=[(reason_words(names, reason), n) for reason, n in counted.most_common()],
            )
            for code, counted in by.items()
        ]
        return sorted(rows, key=lambda row: (-row.remarks, row.name))

    context = {
        "year": year,
        "years": years_with_duties(today),
        "total": given.total(),
        "returned": sum(returned.values()),
        "submitted": len(returned),
        "by_reason": [(reason_words(names, code), n) for code, n in by_reason.most_common()],
        "by_agency": table(0, names.agency_short),
        "by_collection": table(1, lambda code: collections.get(code, code)),
    }
    return render(request, "submission_reasons.html", context)


@dataclass(frozen=True)
class Compared:
    """A ministry's total and what the regions make together, as they are written; empty: not known."""

    total: str
    regions: str
    difference: str
    unit: str
    given: int
    expected: int
    is_apart: bool


@dataclass(frozen=True)
class SharedRow:
    """A row of the plan that names several executors."""

    indicator: Indicator
    name: str
    executors: list[str]
    collector: str
    letter: str
    compared: list[Compared]

    @property
    def turn(self) -> int:
        """What differs is read first, then what can be compared, then the rest in the plan's order."""
        return 0 if any(c.is_apart for c in self.compared) else 1 if self.compared else 2


@asks(Right.READ_BOARD)
def shared(request: HttpRequest) -> HttpResponse:
    """Row by row who collects, and a ministry's total beside the regions' sum; the two are never added."""
    names = Names.of(request)
    plan = names.main_plan
    today = timezone.localdate()
    year = chosen_year(request, today)
    seen = agencies_for(request.user, Right.READ_BOARD)
    named = collectors(plan.code, year)
    rows = standing_rows(year=year, agency=seen)
    regional_roles = {s for d in plan.duties if isinstance(d.rule, AfterCollection) for s in d.senders}
    regional = [a.code for a in names.agencies.values() if regional_roles & set(a.roles)]
    factors = dict(vocabulary([plan]).factors)
    found = []
    for indicator in plan.indicators:
        central = _central(plan, indicator)
        if not central or not regional_roles & set(indicator.executors):
            continue
        fact = named.get(indicator.code)
        compared = [
            one
            for agency in names.agencies.values()
            if central & set(agency.roles)
            for one in reconcile(
                [r for r in rows.get(agency.code, ()) if r.indicator == indicator.code],
                [rows[code] for code in regional if code in rows],
                expected=len(regional),
                factors=factors,
            )
        ]
        found.append(
            SharedRow(
                indicator=indicator,
                name=names.say(indicator.short_name),
                executors=names.executors_short(plan, indicator.executors),
                collector=names.agency_short(fact.agency.code) if fact else "",
                letter=fact.number if fact else "",
                compared=[_compared(one, names) for one in compared],
            )
        )
    found.sort(key=lambda row: row.turn)
    context = {
        "year": year,
        "years": years_with_duties(today),
        "rows": found,
        "apart": sum(c.is_apart for row in found for c in row.compared),
        "may_decide": may(request.user, Right.RECORD_DECISION),
    }
    return render(request, "shared_rows.html", context)


def _compared(one: Reconciliation, names: Names) -> Compared:
    """What the regions make together has one digit more than the total: enough to see what is apart."""
    digits = 0 if one.total is None else max(0, -int(one.total.as_tuple().exponent))
    finer = digits if one.regions is None or one.regions == one.regions.to_integral_value() else digits + 1

    def said(value: Decimal | None, digits: int) -> str:
        return "" if value is None else number(value, names.language, digits)

    return Compared(
        said(one.total, digits), said(one.regions, finer), said(one.difference, finer),
        names.symbol(one.unit), one.given, one.expected, one.is_apart,
    )  # fmt: skip


def _central(plan: Plan, indicator: Indicator) -> set[str]:
    """Ministries and the council among a row's executors: those whose date is agreed by letter."""
    agreed = {
        role
        for duty in plan.duties
        if duty.about == "indicator" and not isinstance(duty.rule, AfterCollection)
        for role in duty.senders
    }
    return agreed & set(indicator.executors)


class CollectorForm(TaskForm):
    indicator = choice_field(gettext_lazy("Indicator"))
    agency = choice_field(gettext_lazy("Who collects"))
    year = choice_field(gettext_lazy("Reporting year"))
    number = text_field(gettext_lazy("Number of the letter or order"))
    dated_on = day_field(gettext_lazy("Its date"), required=False)


@asks(Right.RECORD_DECISION, methods=FORM)
def collector(request: HttpRequest) -> HttpResponse:
    """Which of a row's executors collects it, by a letter or order."""
    names = Names.of(request)
    year = chosen_year(request, timezone.localdate())
    plan = names.main_plan
    choices = list_choices(request, names)
    several = [i for i in plan.indicators if len(i.executors) > 1]
    roles = {r for i in several for r in i.executors}
    choices["indicator"] = [(i.code, f"{i.code}. {names.say(i.short_name)}") for i in several]
    choices["agency"] = agencies_in(names, roles)
    initial = {k: request.GET.get(k, "") for k in ("indicator", "agency")} | {"year": year}
    form = CollectorForm(request.POST or None, choices=choices, initial=initial)

    def record(data: dict[str, Any]) -> None:
        must(request, Right.RECORD_DECISION, data["agency"])
        name_collector(
            indicator=data["indicator"],
            agency=Agency.objects.get(code=data["agency"]),
            year=int(data["year"]),
            number=data["number"],
            dated_on=data["dated_on"],
            by=request.user.login,
            at=timezone.now(),
        )

    return task(
        request,
        form,
        record,
        title=_("Record who collects a row"),
        help_text=_(
            "Where the plan names several executors, one of them collects; "
            "the others' figures are compared, never added."
        ),
        done=_("It is recorded who collects."),
        back=f"{reverse('shared-rows')}?year={year}",
    )


@asks(Right.LOCK_SUBMISSION, methods=ACT)
def lock_year(request: HttpRequest) -> HttpResponse:
    """Lock every accepted submission of a year that this person may; what cannot be locked is told."""
    year = chosen_year(request, timezone.localdate())
    language = Names.of(request).language
    locked, refused = 0, []
    for one in Submission.objects.filter(year=year, state=State.ACCEPTED).select_related("agency"):
        if not may(request.user, Right.LOCK_SUBMISSION, one.agency.code):
            continue
        stood_for = acting_for(request.user, Right.LOCK_SUBMISSION, one.agency.code)
        try:
            actions.lock(submission=one, by=request.user.login, at=timezone.now(), on_behalf_of=stood_for)
        except Refused as problem:
            refused += [f"{one.code}: {say(f, language).message}" for f in problem.findings]
        else:
            locked += 1
    messages.success(request, _("%(year)s: locked %(count)s submissions.") % {"year": year, "count": locked})
    for words in refused[:10]:
        messages.error(request, words)
    return redirect(f"{reverse('submissions')}?year={year}")
