"""The real plan, agencies and calendar of Belarus, and duties computed from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from dozor.core.calendar.facts import Agreement, Decision, Facts, Receipt, Round
from dozor.core.calendar.obligation import Obligation
from dozor.core.calendar.obliging import Setting, obligations
from dozor.core.calendar.working_days import working_days
from dozor.core.places import Agencies
from dozor.core.plan.model import Plan
from dozor.formats.plan_folder import find_plan, load_agencies, places_folder

ANCHOR = 2007  # the example's recorded decision: odd years
USED_SINCE = date(2020, 1, 1)


@cache
def plan() -> Plan:
    return find_plan("by-hiv-2006-123")


@cache
def agencies() -> Agencies:
    return load_agencies(places_folder())


def duties(
    year: int,
    *facts: Round | Decision | Agreement | Receipt,
    as_of: date | None = None,
    of: Plan | None = None,
    used_since: date = USED_SINCE,
    anchor: int = ANCHOR,
) -> list[Obligation]:
    """Duties of a year as of its last day, unless another day is named."""
    kept = Facts(
        rounds=tuple(f for f in facts if isinstance(f, Round)),
        decisions=tuple(f for f in facts if isinstance(f, Decision)),
        agreements=tuple(f for f in facts if isinstance(f, Agreement)),
        receipts=tuple(f for f in facts if isinstance(f, Receipt)),
    )
    return obligations(
        plan=of or plan(),
        agencies=tuple(agencies()),
        year=year,
        as_of=as_of or date(year, 12, 31),
        setting=Setting(cycle_anchor=anchor, used_since=used_since, facts=kept),
        is_working=working_days("BY"),
    )


def duty(year: int, indicator: str | None, agency: str, *facts: object, **options: object) -> Obligation:
    """The one duty of an agency for an indicator."""
    (found,) = (
        o
        for o in duties(year, *facts, **options)  # type: ignore[arg-type]
        if (o.indicator, o.agency) == (indicator, agency)
    )
    return found


def with_anchor(direction: int, anchor: int) -> Plan:
    """The plan with a cycle anchor of its own for one direction."""
    changed = tuple(
        replace(d, cycle_anchor=anchor) if d.number == direction else d for d in plan().directions
    )
    return replace(plan(), directions=changed)
