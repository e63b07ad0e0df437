"""The quality of data: all agencies side by side, one agency's doubts, one doubt and its answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dozor.apps.collection.queries import duties, years_with_duties
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.quality.answering import MOST_WORDS, answer_doubts
from dozor.apps.quality.models import RaisedDoubt, SiteRecount
from dozor.apps.quality.queries import doubts
from dozor.apps.quality.recording import record_recount
from dozor.apps.quality.reports import expected_of, recount_of
from dozor.core.quality.doubt import Grade
from dozor.core.quality.reporting import Expected
from dozor.core.quality.standing import DoubtAct, DoubtState
from dozor.core.quality.titles import TITLES
from dozor.core.quality.verification import verification_factor
from dozor.language.numbers import number, percent
from dozor.language.words import DOUBT_STATES
from dozor.web import doubts as shown
from dozor.web.forms import CHOICE, REQUIRED, TaskForm, choice_field, day_field, text_field
from dozor.web.names import Names
from dozor.web.rights import FORM, asks, must
from dozor.web.tasks import chosen_agency, chosen_year, task

STATES = tuple(DoubtState)


@dataclass(frozen=True)
class Counted:
    """Doubts by state, with the severe ones nobody has answered."""

    states: Counter[str]
    severe: int

    @property
    def counts(self) -> list[int]:
        return [self.states[s] for s in STATES]

    @property
    def total(self) -> int:
        return self.states.total()


def _counted(rows: list[tuple[str, str]]) -> Counted:
    return Counted(
        Counter(state for state, _grade in rows),
        sum(state == DoubtState.OPEN and grade != Grade.NOTICE for state, grade in rows),
    )


@asks(Right.READ_FINDINGS)
def quality(request: HttpRequest) -> HttpResponse:
    """Counts by agency, rule and state, with how many reports came and came in time."""
    names, today = Names.of(request), timezone.localdate()
    year = chosen_year(request, today)
    seen = agencies_for(request.user, Right.READ_FINDINGS)
    if seen is not None and len(seen) == 1:
        return redirect(f"{reverse('quality-agency')}?agency={min(seen)}&year={year}")
    by_agency: dict[str, list[tuple[str, str]]] = defaultdict(list)
    by_rule: dict[str, list[tuple[str, str]]] = defaultdict(list)
    columns = ("agency__code", "rule", "state", "grade")
    for code, rule, state, grade in shown.handed_in(
        doubts(year=year, agencies=seen), request.user
    ).values_list(*columns):
        by_agency[code].append((state, grade))
        by_rule[rule].append((state, grade))
    reports = _reports(year, today, seen)
    codes = sorted(set(by_agency) | {c for c, r in reports.items() if r.expected}, key=names.agency_short)
    rows = [
        {
            "code": code,
            "name": names.agency_short(code),
            "counted": _counted(by_agency[code]),
            **_rates(reports.get(code), names),
        }
        for code in codes
    ]
    rows.sort(key=lambda row: (-row["counted"].severe, -row["counted"].states[DoubtState.OPEN]))
    everything = _counted([pair for pairs in by_agency.values() for pair in pairs])
    context = {
        "year": year,
        "years": years_with_duties(today),
        "rows": rows,
        "all": everything,
        "answered": everything.states[DoubtState.CONFIRMED] + everything.states[DoubtState.EXPLAINED],
        "rules": [
            (shown.rule_title(rule, names.language), _counted(by_rule[rule]))
            for rule in TITLES
            if rule in by_rule
        ],
        "states": [_(DOUBT_STATES[s]) for s in STATES],
    }
    return render(request, "quality.html", context)


def _reports(year: int, today: Any, seen: frozenset[str] | None) -> dict[str, Expected]:
    owed = defaultdict(list)
    for one in duties(year=year, as_of=today, agency=seen):
        owed[one.agency].append(one)
    return {code: expected_of(code, year, of_it, today) for code, of_it in owed.items()}


def _rates(found: Expected | None, names: Names) -> dict[str, str]:
    if found is None or not found.expected:
        return {"came": "—", "in_time": "—", "is_due": ""}
    return {
        "is_due": "yes",
        "came": percent(100 * found.received / found.expected, names.language, 0),
        "in_time": percent(100 * found.on_time / found.expected, names.language, 0),
    }


@asks(Right.READ_FINDINGS)
def agency_quality(request: HttpRequest) -> HttpResponse:
    """One agency's data: reports, doubts with their answers, visits to its sites."""
    names, today = Names.of(request), timezone.localdate()
    year = chosen_year(request, today)
    code = chosen_agency(request, Right.READ_FINDINGS)
    if code is None:
        return redirect("quality")
    found = list(shown.handed_in(doubts(year=year, agencies={code}), request.user))
    told = shown.shown(found, names, request.user)
    hidden = len([d for d in found if d.is_of_answers]) - len([t for t in told if t.doubt.is_of_answers])
    visits = list(SiteRecount.objects.filter(agency__code=code, year=year).order_by("site", "id"))
    seen = agencies_for(request.user, Right.READ_FINDINGS)
    open_ones = [t for t in told if t.is_open]
    context = {
        "year": year,
        "years": years_with_duties(today),
        "agency": names.agencies[code],
        "agency_code": code,
        "name": names.agency(code),
        "reports": _rates(_reports(year, today, frozenset({code})).get(code), names),
        "severe": [t for t in open_ones if t.doubt.is_severe],
        "notices": [t for t in open_ones if not t.doubt.is_severe],
        "done": [t for t in told if not t.is_open],
        "hidden": hidden,
        "visits": visits,
        "factor": _factor(visits, names),
        "may_record": may(request.user, Right.ANSWER_FINDINGS, code),
        "has_overview": seen is None or len(seen) > 1,
    }
    return render(request, "quality_agency.html", context)


def _factor(visits: list[SiteRecount], names: Names) -> str:
    """The verification factor over all sites visited, with its interval where sites were drawn."""
    if not visits or not sum(v.reported for v in visits):
        return ""
    found = verification_factor([recount_of(v) for v in visits])
    said = number(round(found.factor, 2), names.language, 2)
    if found.se != found.se:
        return said
    low, high = (number(round(v, 2), names.language, 2) for v in (found.lower, found.upper))
    return f"{said} ({low}–{high})"


class AnswerForm(TaskForm):
    becomes = forms.ChoiceField(
        label=gettext_lazy("Your answer"), widget=forms.RadioSelect, error_messages=CHOICE
    )
    text = forms.CharField(
        label=gettext_lazy("In words"),
        help_text=gettext_lazy(
            "What the primary records show, and why the figure stands. An explanation needs words; "
            "never write here who a person is."
        ),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    others = forms.BooleanField(label=gettext_lazy("The same answer for the like doubts"), required=False)


def _found(request: HttpRequest, pk: int, right: Right) -> RaisedDoubt:
    found = RaisedDoubt.objects.select_related("agency", "submission", "round").filter(pk=pk).first()
    if found is None or not may(request.user, right, found.agency.code):
        raise Http404
    return found


@asks(Right.READ_FINDINGS)
def doubt(request: HttpRequest, pk: int) -> HttpResponse:
    names = Names.of(request)
    found = _found(request, pk, Right.READ_FINDINGS)
    if not shown.may_read(request.user, found):
        raise Http404
    (told,) = shown.shown([found], names, request.user)
    context = {
        "told": told,
        "grade": shown.GRADES[Grade(found.grade)],
        "agency": names.agency(found.agency.code),
        "steps": shown.steps_of(found, names),
        "records": [r for r in str(found.place.get("records", "")).split(",") if r],
        "back": _back(found),
    }
    return render(request, "doubt.html", context)


def _back(found: RaisedDoubt) -> str:
    if found.submission is not None:
        return f"{reverse('submission', args=[found.submission.pk])}#rows"
    if found.round is not None:
        return f"{reverse('round', args=[found.round.pk])}#doubts"
    return f"{reverse('quality-agency')}?agency={found.agency.code}&year={found.year}"


@asks(Right.ANSWER_FINDINGS, methods=FORM)
def doubt_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or explain one doubt, and with the same words the others of its rule in the same place."""
    names = Names.of(request)
    found = _found(request, pk, Right.ANSWER_FINDINGS)
    if not shown.may_read(request.user, found):
        raise Http404
    alike = _alike(found)
    choices = [("explain", _("It stands, and this is why"))]
    if found.grade != Grade.CONTRADICTION:
        choices.insert(0, ("confirm", _("I compared it with the primary records: it is right")))
    form = AnswerForm(request.POST or None, choices={"becomes": choices})
    if alike:
        words = _("The same answer for the like doubts not answered here (%(count)s)") % {"count": len(alike)}
        form.fields["others"].label = words
    else:
        del form.fields["others"]

    def record(data: dict[str, Any]) -> None:
        answer_doubts(
            [found, *(alike if data.get("others") else [])],
            act=DoubtAct(data["becomes"]),
            text=data["text"],
            by=request.user.login,
            at=timezone.now(),
        )

    (told,) = shown.shown([found], names, request.user)
    return task(
        request,
        form,
        record,
        title=_("Answer a doubt"),
        help_text=f"{told.where}. {told.message}" if told.where else told.message,
        done=_("The answer is recorded."),
        back=_back(found),
    )


def _alike(found: RaisedDoubt) -> list[RaisedDoubt]:
    others = RaisedDoubt.objects.select_related("agency", "submission", "round").filter(
        agency=found.agency, about=found.about, submission=found.submission, round=found.round,
        code=found.code, year=found.year, state=DoubtState.OPEN,
    )  # fmt: skip
    return list(others.exclude(pk=found.pk).order_by("id"))


class RecountForm(TaskForm):
    indicator = choice_field(gettext_lazy("Indicator"))
    site = text_field(gettext_lazy("Site visited"))
    visited_on = day_field(gettext_lazy("Day of the visit"))
    evidence = text_field(
        gettext_lazy("What shows it"), gettext_lazy("Number and date of the act."), longest=500
    )
    reported = forms.FloatField(
        label=gettext_lazy("The site had reported"), min_value=0, error_messages=REQUIRED
    )
    recounted = forms.FloatField(
        label=gettext_lazy("Its own records show"), min_value=0, error_messages=REQUIRED
    )
    asked = forms.IntegerField(label=gettext_lazy("Source documents asked for"), min_value=0, initial=0)
    documents = forms.IntegerField(label=gettext_lazy("Of these, found"), min_value=0, initial=0)


@asks(Right.ANSWER_FINDINGS, methods=FORM)
def recount(request: HttpRequest) -> HttpResponse:
    """A visit to a site that reports: reported, recounted, source documents (D14, D15)."""
    names, today = Names.of(request), timezone.localdate()
    year = chosen_year(request, today)
    code = request.GET.get("agency", "") or request.POST.get("agency", "")
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise Http404
    must(request, Right.ANSWER_FINDINGS, code)
    choices = {
        "indicator": [(i.code, f"{i.code}. {names.say(i.short_name)}") for i in names.main_plan.indicators]
    }

    def record(data: dict[str, Any]) -> None:
        record_recount(agency=agency, year=year, by=request.user.login, at=timezone.now(), **data)

    return task(
        request,
        RecountForm(request.POST or None, choices=choices),
        record,
        title=_("Record a visit to a site"),
        help_text=f"{names.agency(code)}, {year}",
        done=_("The visit is recorded."),
        back=f"{reverse('quality-agency')}?agency={code}&year={year}",
    )
