"""All indicators: the plan's thirteen directions, then the series that surround them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dozor.apps.bank.queries import newest_by_indicator, values_by
from dozor.apps.organisations.scope import Right
from dozor.core.observations.period import NotAPeriod, read_period
from dozor.web.names import Names
from dozor.web.overview import Completeness, completeness
from dozor.web.remembered import remembered
from dozor.web.rights import asks


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    code: str
    name: str
    href: str
    state: str  # exact, near, none; or "" for a series with values that no plan asks for
    newest: str
    values: int


@dataclass(frozen=True)
class Chapter:
    anchor: str
    number: str
    name: str
    entries: list[Entry]
    law: str = ""  # the plan's own wording

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(e.code, e.state) for e in self.entries]


@asks(Right.READ_BANK)
def indicators(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    return render(request, "indicators.html", what_it_says(names))


def what_it_says(names: Names) -> dict[str, Any]:
    """Everything the list says, worked out once while the bank stays as it is."""
    return remembered("indicators", names, lambda: _context(names))


def _context(names: Names) -> dict[str, Any]:
    newest = newest_by_indicator()
    counted = {code: (n, newest.get(code, "")) for code, n in values_by("indicator").items()}
    states = {c.indicator.code: c for c in completeness(names)}
    plan = names.main_plan
    directions = [
        Chapter(
            anchor=f"direction-{d.number}",
            number=str(d.number),
            name=names.say(d.short_name),
            law=names.say(d.name),
            entries=[
                _entry(plan.code, c, counted, names)
                for c in states.values()
                if c.indicator.direction == d.number
            ],
        )
        for d in plan.directions
    ]
    context = [
        Chapter(
            anchor=f"group-{other.code}-{group.code}",
            number="",
            name=names.say(group.name),
            entries=[
                _entry(other.code, Completeness(i, "", ""), counted, names)
                for i in other.of_group(group.code)
            ],
        )
        for other in names.plans[1:]
        for group in other.groups
    ]
    total = {state: sum(c.state == state for c in states.values()) for state in ("exact", "near", "none")}
    return {"directions": directions, "context": context, "total": total, "plan": plan}


def _entry(plan: str, one: Completeness, counted: dict[str, tuple[int, str]], names: Names) -> Entry:
    values, period = counted.get(one.indicator.code, (0, ""))
    newest = one.newest or _period_words(period, names)
    return Entry(
        code=one.indicator.code,
        name=names.say(one.indicator.short_name),
        href=reverse("indicator", args=[plan, one.indicator.code]),
        state=one.state,
        newest=newest,
        values=values,
    )


def _period_words(text: str, names: Names) -> str:
    try:
        return names.period(read_period(text)) if text else ""
    except NotAPeriod:
        return text
