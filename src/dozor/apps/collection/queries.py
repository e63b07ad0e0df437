"""Duties as they stand on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from dozor.apps.audit.kept import kept
from dozor.apps.collection import models
from dozor.apps.collection.records import facts
from dozor.apps.organisations.models import Agency
from dozor.apps.organisations.queries import agencies, with_agencies
from dozor.apps.plans import queries as plans
from dozor.apps.plans.models import PlanVersion, Setting
from dozor.core.calendar.obligation import Obligation
from dozor.core.calendar.obliging import Setting as CalendarSetting
from dozor.core.calendar.obliging import obligations
from dozor.core.calendar.working_days import working_days
from dozor.core.plan.model import Plan

COUNTRY = "BY"


def calendar_setting(plan: Plan) -> CalendarSetting:
    """What the instance has recorded about its calendar."""
    anchor = plans.setting(f"{plans.CYCLE_ANCHOR}:{plan.code}", plan.cycle_anchor_default)
    used_since = plans.setting(plans.USED_SINCE)
    return CalendarSetting(
        cycle_anchor=int(anchor),
        used_since=date.fromisoformat(used_since),
        country_area=COUNTRY,
        facts=facts(plan.code),
    )


def duties(
    *, year: int, as_of: date, agency: Collection[str] | None = None, plan: Plan | None = None
) -> list[Obligation]:
    """Duties of a reporting year as of a day.

    Parameters
    ----------
    agency
        Codes of agencies to keep (see `scope.visible_agencies`); None keeps all.
    """
    of = plan or plans.main_plan(date(year, 7, 1))
    if agency is None:
        return _duties(of, year, as_of)
    # a list for each agency: a page of one of them need not look through all
    by_agency = kept(("duties by agency", *_named(of), year, as_of), _READ, lambda: _grouped(of, year, as_of))
    if len(agency) == 1:
        return list(by_agency.get(next(iter(agency)), ()))
    return [o for o in _duties(of, year, as_of) if o.agency in agency]


# all that duties follow from
_READ = (
    *(models.RoundDate, models.Decision, models.Agreement, models.Receipt),
    *(PlanVersion, Setting, Agency),
)


def _named(of: Plan) -> tuple[str, str, int]:
    # of one wording there is one object; its own hash would go through all its text
    return of.code, of.version, id(of)


def _duties(of: Plan, year: int, as_of: date) -> list[Obligation]:
    return list(kept(("duties", *_named(of), year, as_of), _READ, lambda: _computed(of, year, as_of)))


def _grouped(of: Plan, year: int, as_of: date) -> dict[str, list[Obligation]]:
    found: dict[str, list[Obligation]] = {}
    for o in _duties(of, year, as_of):
        found.setdefault(o.agency, []).append(o)
    return found


def _computed(of: Plan, year: int, as_of: date) -> list[Obligation]:
    return obligations(
        plan=of,
        agencies=agencies(),
        year=year,
        as_of=as_of,
        setting=calendar_setting(of),
        is_working=working_days(COUNTRY),
    )


def requests(*, year: int, agency: Collection[str] | None = None) -> list[models.Request]:
    """Requests of oblast centres to the centres below them (para 9), newest first."""
    found = kept(("requests", year), (models.Request,), lambda: _requests(year))
    return [r for r in found if agency is None or r.sender.code in agency or r.recipient.code in agency]


def _requests(year: int) -> list[models.Request]:
    found = models.Request.objects.filter(year=year).order_by("-id")
    return with_agencies(found, "sender", "recipient")


def collectors(plan: str, year: int) -> dict[str, models.Collector]:
    """Who collects each row of several executors, as recorded last."""
    found = models.Collector.objects.filter(plan=plan, year=year).select_related("agency").order_by("id")
    return {c.indicator: c for c in found}


def years_with_duties(today: date) -> list[int]:
    """Reporting years worth offering: from the plan's first year to this one, newest first."""
    plan = plans.main_plan()
    first = (plan.in_force_from or today).year + 1
    return list(range(today.year, first - 1, -1))
