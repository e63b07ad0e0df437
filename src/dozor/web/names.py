"""What things are called in the reader's language: all of it from the plans' and the places' text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import get_language

from dozor.apps.organisations.queries import agencies, areas
from dozor.apps.plans.queries import plan_by_digest, plans
from dozor.apps.releases.content import Content
from dozor.core.observations.period import Period
from dozor.core.places import Agency, Area, Areas
from dozor.core.plan.model import Indicator, Plan
from dozor.core.plan.vocabulary import Population, Unit
from dozor.core.text import LANGUAGES, Text
from dozor.language.periods import period_text, period_when

DEFAULT_LANGUAGE = "ru"


def reader_language() -> str:
    """The language of the page being made."""
    language = (get_language() or DEFAULT_LANGUAGE)[:2]
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


class Names:
    """Looks words up; loads plans and places once for a page."""

    def __init__(self, language: str | None = None) -> None:
        self.language = language or reader_language()

    @classmethod
    def of(cls, request: HttpRequest) -> Names:
        """The page's own words, loaded once however many parts ask; of a release, once for all its pages."""
        if not hasattr(request, "names"):
            known = getattr(request, "known_names", {})
            language = reader_language()
            if language not in known:
                known[language] = cls.of_release(request.release) if hasattr(request, "release") else cls()
            request.names = known[language]  # type: ignore[attr-defined]
        return request.names  # type: ignore[attr-defined,no-any-return]

    @classmethod
    def of_release(cls, frozen: Content) -> Names:
        """The words as they stood when a release was made: its plans, places and agencies."""
        names = cls()
        names.plans = [plan_by_digest(digest) for digest in frozen.plans]
        names.areas = frozen.areas
        names.agencies = {agency.code: agency for agency in frozen.agencies}
        return names

    @cached_property
    def plans(self) -> list[Plan]:
        return plans()

    @property
    def main_plan(self) -> Plan:
        return self.plans[0]

    @cached_property
    def areas(self) -> Areas:
        return areas()

    @cached_property
    def agencies(self) -> dict[str, Agency]:
        return {agency.code: agency for agency in agencies()}

    def say(self, text: Text | None) -> str:
        return text.in_language(self.language) if text else ""

    # --- indicators and plans ---------------------------------------------------------------------

    def plan_of(self, indicator: str) -> Plan | None:
        return next((p for p in self.plans if p.has_indicator(indicator)), None)

    def plan(self, code: str) -> Plan | None:
        return next((p for p in self.plans if p.code == code), None)

    def indicator(self, code: str) -> Indicator | None:
        plan = self.plan_of(code)
        return plan.indicator(code) if plan else None

    def title(self, code: str) -> str:
        found = self.indicator(code)
        return self.say(found.short_name) if found else code

    def executors(self, plan: Plan, roles: Iterable[str]) -> list[str]:
        known = {e.code: e for e in plan.executors}
        return [self.say(known[r].name) if r in known else r for r in roles]

    def executors_short(self, plan: Plan, roles: Iterable[str]) -> list[str]:
        known = {e.code: e for e in plan.executors}
        return [self.say(known[r].short_name) if r in known else r for r in roles]

    # --- people, units, time, places ---------------------------------------------------------------

    def _population(self, code: str) -> Population | None:
        return next((p.population(code) for p in self.plans if p.has_population(code)), None)

    def population(self, code: str) -> str:
        found = self._population(code)
        return self.say(found.name) if found else code

    def population_short(self, code: str) -> str:
        found = self._population(code)
        return self.say(found.short_name) if found else code

    def breakdown(self, code: str) -> str:
        """The breakdown a population is one part of, as the plans name it; empty for a whole group."""
        found = self._population(code)
        if found is None or found.breakdown is None:
            return ""
        for plan in self.plans:
            for breakdown in plan.breakdowns:
                if breakdown.code == found.breakdown:
                    return self.say(breakdown.name)
        return ""

    def sex(self, code: str) -> str:
        found = {s.code: s for p in self.plans for s in p.sexes}.get(code)
        return self.say(found.name) if found else code

    def age(self, code: str) -> str:
        found = {a.code: a for p in self.plans for a in p.ages}.get(code)
        return self.say(found.name) if found else code

    def age_span(self, code: str) -> tuple[int, int]:
        """Lowest and highest year of an age group, for sorting."""
        found = {a.code: a for p in self.plans for a in p.ages}.get(code)
        return (found.lowest or 0, found.highest or 200) if found else (0, 200)

    @cached_property
    def _units(self) -> dict[str, Unit]:
        return {u.code: u for p in reversed(self.plans) for u in p.units}

    def unit(self, code: str) -> str:
        found = self._units.get(code)
        return self.say(found.name) if found else code

    def symbol(self, code: str) -> str:
        found = self._units.get(code)
        return self.say(found.symbol) if found else code

    def period(self, period: Period) -> str:
        return period_text(period, self.language)

    def when(self, period: Period) -> str:
        """The period as it stands in a sentence: в 2017 году."""
        return period_when(period, self.language)

    def area(self, code: str) -> str:
        return self.say(self.areas.area(code).name) if code in self.areas else code

    def region(self, code: str) -> str:
        """A region's name short enough for a map: without the word oblast, unless two would share it."""
        return self._regions[code]

    @cached_property
    def _regions(self) -> dict[str, str]:
        short = {area.code: self._without_kind(area) for area in self.areas.regions()}
        taken = Counter(short.values())
        return {c: name if taken[name] == 1 else self.area(c) for c, name in short.items()}

    def _without_kind(self, area: Area) -> str:
        name = self.say(area.name)
        return name.rsplit(" ", 1)[0] if area.type == "oblast" and " " in name else name

    @property
    def regions(self) -> Sequence[Area]:
        return self.areas.regions()

    @property
    def country(self) -> Area:
        return self.areas.country

    def agency(self, code: str) -> str:
        return self.say(self.agencies[code].name) if code in self.agencies else code

    def agency_short(self, code: str) -> str:
        return self.say(self.agencies[code].short_name) if code in self.agencies else code
