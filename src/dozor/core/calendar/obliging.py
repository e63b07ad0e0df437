"""Who owes what by when: plan × agencies × year, and the facts recorded so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dozor.core.calendar.facts import Decision, Facts
from dozor.core.calendar.obligation import MET, SOON, Obligation, Status
from dozor.core.calendar.working_days import WorkingDay, last_working_day, next_working_day
from dozor.core.places import Agency
from dozor.core.plan.duties import AfterCollection, Agreed, DutyRule, Fixed, OnRequest
from dozor.core.plan.model import Indicator, Plan

COUNTRY_AREA = "BY"


@dataclass(frozen=True)
class Setting:
    """What an instance has recorded about its calendar.

    Attributes
    ----------
    cycle_anchor
        A year in which two-yearly indicators are collected; they follow it every second year. The law
        names none, so it is a recorded decision; a direction of the plan may set its own.
    used_since
        First day the instance was in use; duties of earlier years read "not recorded".
    country
        ISO 3166 code of the country whose working days count; `country_area` is its area's code.
    """

    cycle_anchor: int
    used_since: date
    country_area: str = COUNTRY_AREA
    facts: Facts = field(default_factory=Facts)


def is_collected_in(indicator: Indicator, year: int, plan: Plan, cycle_anchor: int) -> bool:
    """True when the plan asks for the indicator in that year."""
    if indicator.frequency_years is None:
        return False
    own = plan.direction(indicator.direction).cycle_anchor if indicator.direction is not None else None
    anchor = own if own is not None else cycle_anchor
    return (year - anchor) % indicator.frequency_years == 0


def obligations(
    *,
    plan: Plan,
    agencies: Sequence[Agency],
    year: int,
    as_of: date,
    setting: Setting,
    is_working: WorkingDay,
) -> list[Obligation]:
    """List every duty of one reporting year as it stands on a day.

    Parameters
    ----------
    agencies
        All agencies known; those not valid at the end of the year owe nothing.
    year
        Reporting year: the year the data speak of.
    as_of
        Facts dated after this day are not counted.

    Returns
    -------
    list of Obligation
        In the plan's order of indicators, then of agencies; the report on the plan as a whole last.
        District centres' duties on request (para 9) are not among them: they exist only by request.
    """
    if not holds(plan, year):
        return []
    at = date(year, 12, 31)
    acting = [a for a in agencies if a.is_valid_on(at)]
    found: list[Obligation] = []
    for indicator in plan.indicators:
        for role in indicator.executors:
            duty = plan.duty_of(role)
            if duty is None or duty.about != "indicator" or isinstance(duty.rule, OnRequest):
                continue
            for agency in (a for a in acting if role in a.roles):
                found += _of_indicator(plan, indicator, duty, role, agency, year, as_of, setting, is_working)
    for duty in plan.duties:
        if duty.about == "plan":
            for role in duty.senders:
                for agency in (a for a in acting if role in a.roles):
                    found.append(_of_plan(plan, duty, role, agency, year, as_of, setting, is_working))
    return found


def holds(plan: Plan, year: int) -> bool:
    """A plan asks for a year when it is in force in the middle of it."""
    middle = date(year, 7, 1)
    started = plan.in_force_from is None or plan.in_force_from <= middle
    return started and (plan.in_force_to is None or middle <= plan.in_force_to)


def _of_indicator(
    plan: Plan,
    indicator: Indicator,
    duty: DutyRule,
    role: str,
    agency: Agency,
    year: int,
    as_of: date,
    setting: Setting,
    is_working: WorkingDay,
) -> Iterator[Obligation]:
    facts = setting.facts
    regular = is_collected_in(indicator, year, plan, setting.cycle_anchor)
    carried = tuple(c for c in indicator.collections if facts.postponed_into(c, agency.code, year, as_of))
    collections = indicator.collections if regular else carried
    if not regular and not carried:
        return
    base = Obligation(
        plan=plan.code,
        indicator=indicator.code,
        executor=role,
        agency=agency.code,
        area=agency.areas[0] if agency.areas else setting.country_area,
        year=year,
        recipient=duty.recipient,
        basis=duty.clause,
        status=Status.NOT_RECORDED,
        collections=collections,
    )
    rule = duty.rule
    if isinstance(rule, Agreed):
        agreement = facts.agreement(agency.code, indicator.code, year, as_of)
        if agreement is None:
            yield _judged(base, Status.NO_DATE_AGREED, as_of, setting)
        else:
            yield _dated(replace(base, due_on=agreement.due_on, letter=agreement.letter), as_of, setting)
        return
    if isinstance(rule, Fixed):
        yield _dated(_fixed(base, rule, is_working), as_of, setting)
        return
    if not isinstance(rule, AfterCollection):
        return
    decisions = {c: facts.decision(c, agency.code, year, as_of) for c in collections}
    held = [c for c in collections if decisions[c] is None]
    if not held and collections:
        decision = next(d for d in decisions.values() if isinstance(d, Decision))
        status = Status.POSTPONED if decision.kind == "postponed" else Status.NOT_HELD
        yield _judged(replace(base, decision=decision), status, as_of, setting)
        return
    # an indicator fed by several collections (8.4-8.6) is complete when the last of them has ended
    planned = [facts.planned_end_on(c, agency.code, year, as_of) for c in held]
    ended = [facts.ended_on(c, agency.code, year, as_of) for c in held]

    def term(days: list[date | None]) -> date | None:
        known = [day for day in days if day is not None]
        if not known or len(known) < len(days):
            return None
        last = max(known) + timedelta(days=rule.days)
        return next_working_day(last, is_working) if rule.non_working_day == "next" else last

    due_on = term(ended)
    if due_on is not None:
        yield _dated(replace(base, due_on=due_on), as_of, setting)
        return
    waiting = replace(base, expected_by=term([e or p for e, p in zip(ended, planned, strict=True)]))
    open_planned = [p for e, p in zip(ended, planned, strict=True) if e is None]
    if any(p is not None and p < as_of for p in open_planned):
        status = Status.COLLECTION_OVERDUE
    elif any(p is not None for p in planned) or any(e is not None for e in ended):
        status = Status.COLLECTING
    else:
        status = Status.COLLECTION_NOT_PLANNED
    yield _judged(waiting, status, as_of, setting)


def _of_plan(
    plan: Plan,
    duty: DutyRule,
    role: str,
    agency: Agency,
    year: int,
    as_of: date,
    setting: Setting,
    is_working: WorkingDay,
) -> Obligation:
    base = Obligation(
        plan=plan.code,
        indicator=None,
        executor=role,
        agency=agency.code,
        area=agency.areas[0] if agency.areas else setting.country_area,
        year=year,
        recipient=duty.recipient,
        basis=duty.clause,
        status=Status.NOT_RECORDED,
    )
    if isinstance(duty.rule, Fixed):
        return _dated(_fixed(base, duty.rule, is_working), as_of, setting)
    agreement = setting.facts.agreement(agency.code, None, year, as_of)
    if agreement is None:
        return _judged(base, Status.NO_DATE_AGREED, as_of, setting)
    return _dated(replace(base, due_on=agreement.due_on, letter=agreement.letter), as_of, setting)


def _fixed(base: Obligation, rule: Fixed, is_working: WorkingDay) -> Obligation:
    due_on = date(base.year + rule.year_offset, rule.month, rule.day)
    return replace(base, due_on=due_on, target_on=last_working_day(due_on, is_working))


def _dated(duty: Obligation, as_of: date, setting: Setting) -> Obligation:
    """Judge a duty whose date is known."""
    if duty.due_on is None:
        raise ValueError("only a duty with a date can be judged by it")
    left = (duty.due_on - as_of).days
    status = Status.OVERDUE if left < 0 else Status.DUE_SOON if left <= SOON else Status.DUE
    dated = replace(
        duty,
        expected_by=duty.expected_by or duty.due_on,
        target_on=duty.target_on or duty.due_on,
        days_left=left,
    )
    return _judged(dated, status, as_of, setting)


def _judged(duty: Obligation, status: Status, as_of: date, setting: Setting) -> Obligation:
    """Give the status, unless the data have come or the year lies before the instance's use."""
    received = setting.facts.received_on(duty.agency, duty.indicator, duty.year, as_of)
    if {"paper", "electronic"} <= received.keys():
        sent = setting.facts.sent_on(duty.agency, duty.indicator, duty.year, as_of)
        late = duty.due_on is not None and max(sent.values()) > duty.due_on
        status = Status.RECEIVED_LATE if late else Status.RECEIVED
    elif duty.year < setting.used_since.year:
        status = Status.NOT_RECORDED
    left = None if status in MET or status is Status.NOT_RECORDED else duty.days_left
    return replace(duty, status=status, days_left=left, received=tuple(sorted(received.items())))
