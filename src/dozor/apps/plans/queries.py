"""The plans of an instance as core values, and its recorded settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from dozor.apps.audit.kept import kept
from dozor.apps.plans.models import PlanVersion, Setting
from dozor.core.findings import Finding, Refused
from dozor.core.plan.model import Plan
from dozor.core.plan.reading import read_plan

MAIN_PLAN = "main_plan"
CYCLE_ANCHOR = "cycle_anchor"  # followed by ":" and the plan's code
USED_SINCE = "used_since"
IS_EXAMPLE = "is_example"
GLANCE = "glance"  # which series stand on the first page


def plans(on: date | None = None) -> list[Plan]:
    """One version of each plan: the one in force on a day, else the latest; the main plan first."""
    return list(kept(("plans", on), (PlanVersion, Setting), lambda: _plans(on)))


def _plans(on: date | None) -> list[Plan]:
    latest: dict[str, PlanVersion] = {}
    for row in PlanVersion.objects.defer("files").order_by("code", "in_force_from", "id"):
        if on is None or row.in_force_from is None or row.in_force_from <= on or row.code not in latest:
            latest[row.code] = row
    main = setting(MAIN_PLAN)
    return [_read(row.digest) for row in sorted(latest.values(), key=lambda r: (r.code != main, r.code))]


def plan(code: str, on: date | None = None) -> Plan:
    found = {p.code: p for p in plans(on)}
    if code not in found:
        raise Refused(Finding("INST-PLAN", found=code, values={"known": ", ".join(found)}))
    return found[code]


def main_plan(on: date | None = None) -> Plan:
    """The plan whose duties the instance follows."""
    return plan(str(setting(MAIN_PLAN)), on)


def plan_of(indicator: str, among: Iterable[Plan] | None = None) -> Plan:
    """The plan an indicator belongs to; the main plan is asked first."""
    for candidate in plans() if among is None else among:
        if candidate.has_indicator(indicator):
            return candidate
    raise Refused(Finding("INST-INDICATOR", found=indicator))


def plan_by_digest(digest: str) -> Plan:
    """A plan in exactly the wording whose digest something was made with."""
    return _read(digest)


def texts_of(code: str) -> list[Plan]:
    """Every text of a plan that was ever loaded, the last one first."""
    held = PlanVersion.objects.filter(code=code).order_by("-id")
    return [_read(digest) for digest in held.values_list("digest", flat=True)]


@lru_cache(maxsize=32)
def _read(digest: str) -> Plan:
    row = PlanVersion.objects.filter(digest=digest).first()
    if row is None:
        raise LookupError(digest)
    return read_plan(row.files)


def setting(name: str, default: Any = None) -> Any:
    """The value in force: the last one recorded."""
    held = kept(("settings",), (Setting,), _settings)
    return held.get(name, default)


def _settings() -> dict[str, Any]:
    return dict(Setting.objects.order_by("id").values_list("name", "value"))
