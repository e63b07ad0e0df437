"""What the first page shows: chosen by a recorded decision of the instance, else by what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dozor.apps.bank.queries import indicators_with_values, observations
from dozor.apps.plans.queries import GLANCE, setting
from dozor.core.observations.observation import Match, Observation
from dozor.core.observations.period import Period
from dozor.core.plan.model import Indicator
from dozor.web.lines import Line, lines, main_lines
from dozor.web.names import Names

MOST_FIGURES = 4


@dataclass(frozen=True)
class Choice:
    """Which indicators stand on the first page.

    Attributes
    ----------
    title, lede
        Words by language; without them the plan's own title stands.
    figures
        Codes of the indicators whose newest national value stands at the top.
    rounds
        Codes of survey indicators drawn side by side.
    map_of
        Code of the indicator the map shows.
    per, per_indicator, per_unit
        A count is drawn for every `per` of another indicator's value (residents), in that unit.
    """

    figures: tuple[str, ...]
    rounds: tuple[str, ...] = ()
    map_of: str = ""
    per: int = 0
    per_indicator: str = ""
    per_unit: str = ""
    title: Mapping[str, str] | None = None
    lede: Mapping[str, str] | None = None
    rounds_title: Mapping[str, str] | None = None

    @property
    def codes(self) -> set[str]:
        return {c for c in (*self.figures, *self.rounds, self.map_of, self.per_indicator) if c}


def choice(names: Names) -> Choice:
    recorded: Mapping[str, Any] | None = setting(GLANCE)
    if recorded is None:
        with_values = indicators_with_values()
        own = [i.code for i in names.main_plan.indicators if i.code in with_values]
        return Choice(figures=tuple(own[:MOST_FIGURES]))
    fields = {k: tuple(v) if isinstance(v, list) else v for k, v in recorded.items()}
    return Choice(**fields)


@dataclass(frozen=True)
class Regional:
    """A figure for each region at one time, with what it was worked out from."""

    indicator: Indicator
    period: Period
    values: Mapping[str, Observation]
    rates: Mapping[str, Decimal]
    denominators: Mapping[str, Observation]


def regional(chosen: Choice, found: Sequence[Observation], names: Names) -> Regional | None:
    """The map's figures: the newest full year that has the most regions."""
    indicator = names.indicator(chosen.map_of) if chosen.map_of else None
    if indicator is None:
        return None
    regions = {area.code for area in names.regions}
    by_area: dict[str, Line] = {}
    for code in regions:
        of_area = lines(o for o in found if o.indicator == indicator.code and o.area == code)
        if main := main_lines(of_area, indicator, names):
            by_area[code] = main[0]
    years: dict[Period, dict[str, Observation]] = {}
    for code, line in by_area.items():
        for cell in line.years:
            if cell.headline and cell.headline.value is not None:
                years.setdefault(cell.period, {})[code] = cell.headline
    if not years:
        return None
    period, values = max(years.items(), key=lambda item: (len(item[1]), item[0].ends_on))
    denominators = _denominators(chosen, found, period, set(values), names) if chosen.per else {}
    rates = {
        code: (o.value * chosen.per / denominators[code].value).quantize(Decimal("0.1"))
        for code, o in values.items()
        if o.value is not None and code in denominators and denominators[code].value
    }
    return Regional(indicator, period, values, rates, denominators)


def _denominators(
    chosen: Choice, found: Sequence[Observation], period: Period, regions: set[str], names: Names
) -> Mapping[str, Observation]:
    """One day for all regions: the 1 January after the year, where every region has it, else its own."""
    indicator = names.indicator(chosen.per_indicator)
    if indicator is None:
        return {}
    by_year: dict[int, dict[str, Observation]] = {}
    for code in regions:
        of_area = lines(o for o in found if o.indicator == indicator.code and o.area == code)
        for line in main_lines(of_area, indicator, names)[:1]:
            for cell in line.years:
                if cell.headline and cell.headline.value:
                    by_year.setdefault(cell.period.year, {})[code] = cell.headline
    for year in (period.year + 1, period.year):
        if regions <= by_year.get(year, {}).keys():
            return by_year[year]
    return {}


@dataclass(frozen=True)
class Completeness:
    """How much of an indicator has been published."""

    indicator: Indicator
    state: str  # exact, near or none
    newest: str  # the newest full period with a value, as text; empty when there is none


def completeness(names: Names) -> list[Completeness]:
    """Every indicator of the main plan: exact value, near value (its own or a part's), or none."""
    plan = names.main_plan
    parts: dict[str, list[str]] = {}
    for other in names.plans:
        for indicator in other.indicators:
            if indicator.related_to:
                parts.setdefault(indicator.related_to, []).append(indicator.code)
    codes = [i.code for i in plan.indicators] + [c for of_one in parts.values() for c in of_one]
    found: dict[str, list[Observation]] = {}
    for o in observations(indicators=codes, areas=[names.country.code]):
        if o.value is not None:
            found.setdefault(o.indicator, []).append(o)
    made = []
    for indicator in plan.indicators:
        own = found.get(indicator.code, [])
        related = [
            o for part in parts.get(indicator.code, []) for o in found.get(part, []) if o.match is Match.NEAR
        ]
        exact = [o for o in own if o.match is Match.EXACT]
        state = "exact" if exact else "near" if own or related else "none"
        newest = max((o.period for o in exact or own or related), key=lambda p: p.ends_on, default=None)
        made.append(Completeness(indicator, state, names.period(newest) if newest else ""))
    return made
