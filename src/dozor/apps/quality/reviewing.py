"""Gathers the desk review of a year's data for the report."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

from dozor.apps.collection.queries import duties
from dozor.apps.organisations.models import Agency
from dozor.apps.plans.queries import main_plan
from dozor.apps.quality.models import DoubtEvent, RaisedDoubt, SiteRecount
from dozor.apps.quality.queries import doubts
from dozor.apps.quality.reports import expected_of, recount_of, values_of
from dozor.core.calendar.obligation import Obligation
from dozor.core.quality.review import AgencyReview, AnswerGiven, DeskReview, RuleReview
from dozor.core.quality.standing import ANSWERED, DoubtAct, DoubtState
from dozor.core.quality.titles import TITLES
from dozor.core.quality.verification import verification_factor


def desk_review(*, year: int, today: date, area: str | None = None, is_public: bool = False) -> DeskReview:
    """The review of one year: of the country, or of the agencies that serve one place.

    Parameters
    ----------
    is_public
        Counts alone: no figure that was doubted, no answer.
    """
    plan = main_plan(date(year, 7, 1))
    owed: dict[str, list[Obligation]] = defaultdict(list)
    for one in duties(year=year, as_of=today, plan=plan):
        owed[one.agency].append(one)
    agencies = {a.code: a for a in Agency.objects.all() if area is None or area in a.areas}
    held = [d for d in doubts(year=year, agencies=set(agencies)) if _is_handed_in(d)]
    of_agency: dict[str, Counter[str]] = defaultdict(Counter)
    of_rule: dict[str, Counter[str]] = defaultdict(Counter)
    for doubt in held:
        of_agency[doubt.agency.code][doubt.state] += 1
        of_rule[doubt.rule][doubt.state] += 1
    rows = []
    for code, agency in agencies.items():
        reports = expected_of(code, year, owed.get(code, ()), today)
        visits = list(SiteRecount.objects.filter(agency=agency, year=year).order_by("id"))
        states = of_agency[code]
        if not (reports.expected or visits or states):
            continue
        values = values_of(agency, year, plan)
        factor = verification_factor([recount_of(v) for v in visits]).factor if visits else None
        rows.append(
            AgencyReview(
                agency=code,
                expected=reports.expected,
                received=reports.received,
                on_time=reports.on_time,
                values_expected=values.expected,
                values_received=values.received,
                open=states[DoubtState.OPEN],
                answered=sum(states[s] for s in ANSWERED),
                corrected=states[DoubtState.CORRECTED],
                sites=len(visits),
                factor=None if factor is None or factor != factor else factor,  # noqa: PLR0124 - not a number
            )
        )
    rules = [
        RuleReview(
            rule,
            of_rule[rule][DoubtState.OPEN],
            of_rule[rule][DoubtState.CONFIRMED],
            of_rule[rule][DoubtState.EXPLAINED],
            of_rule[rule][DoubtState.CORRECTED],
        )
        for rule in TITLES
        if rule in of_rule
    ]
    answers = () if is_public else tuple(_answers([d for d in held if d.indicator]))
    return DeskReview(tuple(rows), tuple(rules), answers)


def _is_handed_in(doubt: RaisedDoubt) -> bool:
    """Whether it is about what was handed in: what an agency prepares is its own."""
    one = doubt.submission
    return one is None or 0 < doubt.number <= one.submitted_number


def _answers(held: list[RaisedDoubt]) -> list[AnswerGiven]:
    answered = {d.pk: d for d in held if DoubtState(d.state) in ANSWERED}
    last = {
        e.doubt_id: e
        for e in DoubtEvent.objects.filter(
            doubt__in=list(answered), act__in=(DoubtAct.CONFIRM, DoubtAct.EXPLAIN)
        ).order_by("id")
    }
    return [
        AnswerGiven(
            agency=d.agency.code,
            indicator=d.indicator,
            population=d.population,
            area=d.area,
            rule=d.rule,
            finding=replace(d.finding, column=None),
            is_confirmed=d.state == DoubtState.CONFIRMED,
            text=last[pk].text if pk in last else "",
        )
        for pk, d in answered.items()
    ]
