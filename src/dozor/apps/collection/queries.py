"""Duties as they stand on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from dozor.apps.collection import models
from dozor.apps.collection.records import facts
from dozor.apps.organisations.queries import agencies
from dozor.apps.plans import queries as plans
from dozor.core.calendar.obligation import Obligation
from dozor.core.calendar.obliging import Setting, obligations
from dozor.core.calendar.working_days import working_days
from dozor.core.plan.model import Plan

COUNTRY = "BY"


def calendar_setting(plan: Plan) -> Setting:
    """What the instance has recorded about its calendar."""
    anchor = plans.setting(f"{plans.CYCLE_ANCHOR}:{plan.code}", plan.cycle_anchor_default)
    used_since = plans.setting(plans.USED_SINCE)
    return Setting(
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
    found = obligations(
        plan=of,
        agencies=agencies(),
        year=year,
        as_of=as_of,
        setting=calendar_setting(of),
        is_working=working_days(COUNTRY),
    )
    return found if agency is None else [o for o in found if o.agency in agency]


def requests(*, year: int, agency: Collection[str] | None = None) -> list[models.Request]:
    """Requests of oblast centres to the centres below them (para 9), newest first."""
    found: Any = (
        models.Request.objects.filter(year=year).select_related("sender", "recipient").order_by("-id")
    )
    return [r for r in found if agency is None or r.sender.code in agency or r.recipient.code in agency]


def collectors(plan: str, year: int) -> dict[str, models.Collector]:
    """Who collects each row of several executors, as recorded last."""
    found = models.Collector.objects.filter(plan=plan, year=year).select_related("agency").order_by("id")
    return {c.indicator: c for c in found}


def years_with_duties(today: date) -> list[int]:
    """Reporting years worth offering: from the plan's first year to this one, newest first."""
    plan = plans.main_plan()
    first = (plan.in_force_from or today).year + 1
    return list(range(today.year, first - 1, -1))
