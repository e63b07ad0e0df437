"""Places: the country, its regions, the districts and cities below them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dozor.apps.bank.queries import observations, values_by
from dozor.apps.organisations.scope import Right
from dozor.core.observations.observation import Observation
from dozor.core.plan.model import Indicator, Plan
from dozor.web.by_district import districts
from dozor.web.faces import Shown, show
from dozor.web.lines import group_words, lines, main_lines
from dozor.web.names import Names
from dozor.web.remembered import remembered
from dozor.web.rights import asks


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    href: str
    values: int
    places: list[Place]


@asks(Right.READ_BANK)
def places(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    counts = remembered("values by place", names, lambda: values_by("area"))

    def place(code: str, deep: bool) -> Place:
        below = [place(a.code, False) for a in names.areas.children(code)] if deep else []
        return Place(
            code,
            names.area(code),
            reverse("place", args=[code]),
            counts.get(code, 0),
            sorted(below, key=lambda p: p.name),
        )

    context = {
        "country": place(names.country.code, False),
        "regions": [place(area.code, True) for area in names.regions],
    }
    return render(request, "places.html", context)


@dataclass(frozen=True)
class PlaceRow:
    """One indicator here: the newest value, and the country's of the same time."""

    code: str
    name: str
    whom: str
    href: str
    shown: tuple[Shown, ...]
    country: tuple[Shown, ...]
    values: int


@dataclass(frozen=True)
class PlaceChapter:
    name: str
    rows: list[PlaceRow]


@asks(Right.READ_BANK)
def place(request: HttpRequest, code: str) -> HttpResponse:
    names = Names.of(request)
    if code not in names.areas:
        raise Http404
    return render(request, "place.html", what_it_says(code, names))


def what_it_says(code: str, names: Names) -> dict[str, Any]:
    """Everything a place's page says, worked out once while the bank stays as it is."""
    return remembered(f"place {code}", names, lambda: _place(code, names))


def _place(code: str, names: Names) -> dict[str, Any]:
    area = names.areas.area(code)
    here = observations(areas=[code])
    by_indicator: dict[str, list[Observation]] = defaultdict(list)
    for o in here:
        by_indicator[o.indicator].append(o)
    is_country = code == names.country.code
    country: dict[str, list[Observation]] = defaultdict(list)
    if not is_country and by_indicator:
        for o in observations(indicators=sorted(by_indicator), areas=[names.country.code]):
            country[o.indicator].append(o)
    chapters = []
    for plan in names.plans:
        for name, of_chapter in _chapters(plan, names):
            rows = [
                _row(plan, i, by_indicator[i.code], country[i.code], names)
                for i in of_chapter
                if i.code in by_indicator
            ]
            if rows:
                chapters.append(PlaceChapter(name, rows))
    return {
        "area": area,
        "name": names.say(area.name),
        "kind": names.say(names.areas.type_name(area.type)),
        "is_country": is_country,
        "path": [
            (names.say(a.name), reverse("place", args=[a.code]))
            for a in reversed(names.areas.ancestors(code))
        ],
        "children": [
            (names.say(a.name), reverse("place", args=[a.code])) for a in names.areas.children(code)
        ],
        "chapters": chapters,
        "districts": [] if is_country else districts(names.areas.children(code), names),
        "values": len(here),
        "country_name": names.say(names.country.name),
        "main_plan": names.main_plan,
        "agencies": [a for a in names.agencies.values() if code in a.areas] if not is_country else [],
    }


def _chapters(plan: Plan, names: Names) -> list[tuple[str, tuple[Indicator, ...]]]:
    directions = [
        (f"{d.number}. {names.say(d.short_name)}", plan.of_direction(d.number)) for d in plan.directions
    ]
    return directions + [(names.say(g.name), plan.of_group(g.code)) for g in plan.groups]


def _row(
    plan: Plan, indicator: Indicator, here: list[Observation], country: list[Observation], names: Names
) -> PlaceRow:
    found = lines(here)
    main = main_lines(found, indicator, names) or found
    cell = main[0].latest
    of_country = main_lines(lines(country), indicator, names)
    same_time = (
        next((c for c in of_country[0].cells if c.period == cell.period), None) if of_country else None
    )
    group = main[0].group
    is_usual = group.population == indicator.populations[0]
    return PlaceRow(
        code=indicator.code,
        name=names.say(indicator.short_name),
        whom=group_words(group, names, beside=group._replace(sex="", age="") if is_usual else None),
        href=reverse("indicator", args=[plan.code, indicator.code]),
        shown=tuple(show(o, names) for o in cell.shown),
        country=tuple(show(o, names) for o in same_time.shown) if same_time else (),
        values=len(here),
    )
