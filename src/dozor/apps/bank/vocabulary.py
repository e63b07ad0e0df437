"""Everything a row of values may name, from the plans and places of the instance."""

from __future__ import annotations

from collections.abc import Sequence

from dozor.apps.organisations.queries import areas
from dozor.apps.plans.queries import plans
from dozor.core.observations.checking import IndicatorRule, Vocabulary
from dozor.core.plan.model import Plan


def vocabulary(of: Sequence[Plan] | None = None) -> Vocabulary:
    """What the loaded plans allow; of two plans with one code the first wins."""
    loaded = plans() if of is None else of
    indicators: dict[str, IndicatorRule] = {}
    for plan in loaded:
        for indicator in plan.indicators:
            indicators.setdefault(
                indicator.code,
                IndicatorRule(
                    plan=plan.code,
                    code=indicator.code,
                    populations=frozenset((*indicator.populations, *indicator.further_populations)),
                    units=frozenset(indicator.units),
                    maxima={u: m for u in indicator.units if (m := plan.maximum(indicator, u)) is not None},
                ),
            )
    places = areas()

    def area(name: str) -> str | None:
        found = places.find(name)
        return found.code if found else None

    return Vocabulary(
        indicators=indicators,
        populations=frozenset(p.code for plan in loaded for p in plan.populations),
        sexes=frozenset(s.code for plan in loaded for s in plan.sexes if s.code),
        ages=frozenset(a.code for plan in loaded for a in plan.ages if a.code),
        units=frozenset(u.code for plan in loaded for u in plan.units),
        area=area,
        factors={u.code: u.factor for plan in loaded for u in plan.units if u.is_count or u.factor},
        currencies=frozenset(u.code for plan in loaded for u in plan.units if u.currency),
    )
