"""A plan as plain mappings, for `dozor plan show --format json`."""

from __future__ import annotations

from dozor.core.plan.model import Indicator, Plan
from dozor.core.text import Text


def as_mapping(plan: Plan) -> dict[str, object]:
    """Return the plan as JSON-ready mappings; every text is a mapping from language to words."""
    return {
        "code": plan.code,
        "version": plan.version,
        "kind": plan.kind,
        "title": dict(plan.title.as_mapping()),
        "in_force": plan.in_force,
        "in_force_from": plan.in_force_from.isoformat() if plan.in_force_from else None,
        "in_force_to": plan.in_force_to.isoformat() if plan.in_force_to else None,
        "confirmed_until": plan.confirmed_until.isoformat() if plan.confirmed_until else None,
        "status_note": _text(plan.status_note),
        "directions": [{"number": d.number, "name": dict(d.name.as_mapping())} for d in plan.directions],
        "indicators": [_indicator(plan, indicator) for indicator in plan.indicators],
    }


def _indicator(plan: Plan, indicator: Indicator) -> dict[str, object]:
    maximum = plan.maximum(indicator, indicator.unit)
    return {
        "code": indicator.code,
        "direction": indicator.direction,
        "group": indicator.group,
        "name": dict(indicator.name.as_mapping()),
        "short_name": dict(indicator.short_name.as_mapping()),
        "executors": list(indicator.executors),
        "frequency_years": indicator.frequency_years,
        "collections": list(indicator.collections),
        "method": _text(indicator.method),
        "value_kind": indicator.value_kind,
        "unit": indicator.unit,
        "units": list(indicator.units),
        "maximum": None if maximum is None else float(maximum),
        "populations": list(indicator.populations),
        "disaggregations": list(indicator.disaggregations),
        "numerator": _text(indicator.numerator),
        "denominator": _text(indicator.denominator),
        "clause": _text(indicator.clause),
        "related_to": indicator.related_to,
    }


def _text(text: Text | None) -> dict[str, str] | None:
    return None if text is None else dict(text.as_mapping())
