"""One indicator from top to bottom: the answer, trend, places, groups, how we know, all the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dozor.apps.bank.queries import choices, observations, read_in_place
from dozor.apps.organisations.scope import Right
from dozor.core.observations.headline import Choice
from dozor.core.observations.observation import Match, Observation, Source
from dozor.core.plan.model import Indicator, Plan
from dozor.web.by_region import places_block
from dozor.web.described import described
from dozor.web.doubts import doubts_of_values
from dozor.web.downloads import csv_response
from dozor.web.faces import Shown, show
from dozor.web.limits import limits
from dozor.web.lines import Cell, Group, Line, first_upper, group_of, group_words, inside, lines, main_lines
from dozor.web.names import Names
from dozor.web.pictures import picture, trend
from dozor.web.remembered import remembered
from dozor.web.rights import asks
from dozor.web.tables import by_group

ROWS_A_PAGE = 60
ROWS_ON_SITE = 150  # a page of a site has no second one; the file beside it has every row
FIRST = "1"


@asks(Right.READ_BANK)
def indicator(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    names = Names.of(request)
    of_plan, one = find(names, plan, code)
    said = what_it_says(of_plan, one, names)
    asked = request.GET.get("page", FIRST)
    return render(
        request,
        "indicator.html",
        {
            **said,
            "plan": of_plan,
            "is_main": of_plan.code == names.main_plan.code,
            "indicator": one,
            "direction": of_plan.direction(one.direction) if one.direction is not None else None,
            "group": next((g for g in of_plan.groups if g.code == one.group), None),
            "described": described(request, names, one),
            "doubts": doubts_of_values(code, names, request.user),
            "data": said["data"] if asked == FIRST else _table(asked, observations(indicators=[code]), names),
        },
    )


def what_it_says(plan: Plan, one: Indicator, names: Names) -> dict[str, Any]:
    """Everything the page says of an indicator's values, worked out once while the bank stays as it is."""
    return remembered(f"indicator {plan.code} {one.code}", names, lambda: _said(plan, one, names))


def _said(of_plan: Plan, one: Indicator, names: Names) -> dict[str, Any]:
    found = observations(indicators=[one.code])
    national = lines(o for o in found if o.area == names.country.code)
    main = main_lines(national, one, names)
    chart = trend(one, main, names)
    return {
        "country_name": names.say(names.country.name),
        "answers": [_answer(one, line, national, names, len(main) > 1) for line in main],
        "is_near_only": bool(main) and all(o.match is Match.NEAR for o in found),
        "has_values": any(o.value is not None for o in found),
        "limits": limits(one, found, main, names),
        "chart": picture(chart, names.language) if chart else None,
        "chart_says": _says(one, main),
        "chart_sources": _titles(o for line in main for c in line.full_years for o in c.shown),
        "places": places_block(one, found, names),
        "tables": by_group(national, one, names),
        "groups_heading": _groups_heading(national),
        "executors": names.executors(of_plan, one.executors),
        "executors_short": names.executors_short(of_plan, one.executors),
        "populations": [names.population(p) for p in one.populations],
        "legal_terms": _legal_terms(of_plan, one, names),
        "unit": names.unit(one.unit),
        "correspondences": _correspondences(of_plan, one),
        "disputes": _disputes(found, names),
        "sources": _sources(found),
        "related": _related(of_plan, one, names),
        "data": _table(FIRST, found, names),
        "csv": reverse("indicator-csv", args=[of_plan.code, one.code]),
    }


@asks(Right.READ_BANK)
def indicator_csv(request: HttpRequest, plan: str, code: str) -> HttpResponse:
    """Every value in force, in the shape the bank itself imports."""
    names = Names.of(request)
    find(names, plan, code)
    return csv_response(f"{plan}_{code}.csv", observations(indicators=[code]))


def find(names: Names, plan: str, code: str) -> tuple[Plan, Indicator]:
    found = names.plan(plan)
    if found is None or not found.has_indicator(code):
        raise Http404
    return found, found.indicator(code)


@dataclass(frozen=True)
class Answer:
    """What the newest figures say of one group of people."""

    whom: str
    shown: tuple[Shown, ...]
    before: Shown | None
    lowest: Shown | None
    highest: Shown | None
    part: Shown | None


def _answer(one: Indicator, line: Line, national: Sequence[Line], names: Names, several: bool) -> Answer:
    latest = line.latest
    if one.is_modelled:
        line = line.of_source(latest.shown[0].source)
    same_kind = [c for c in line.cells if c.period.kind is latest.period.kind]
    earlier = [c for c in same_kind if c.period < latest.period and c.headline]
    values = [c.headline for c in same_kind if c.headline and c.headline.value is not None]
    spread = len(values) > 3
    part = line.later_part
    return Answer(
        whom=_whom(line.group, national, names) if several else "",
        shown=tuple(show(o, names) for o in latest.shown),
        before=show(earlier[-1].headline, names) if earlier and earlier[-1].headline else None,
        lowest=show(min(values, key=lambda o: o.value or 0), names) if spread else None,
        highest=show(max(values, key=lambda o: o.value or 0), names) if spread else None,
        part=show(part.headline, names) if part and part.headline else None,
    )


def _whom(group: Group, national: Sequence[Line], names: Names) -> str:
    """The population with its age; its sex only where there are two."""
    sexes = {line.group.sex for line in national if line.group.population == group.population}
    return group_words(group._replace(sex="") if len(sexes) == 1 else group, names)


def _groups_heading(national: Sequence[Line]) -> str:
    by_person = (
        len({line.group.sex for line in national}) > 1 or len({line.group.age for line in national}) > 1
    )
    return _("By sex, age and group") if by_person else _("By group")


def _says(one: Indicator, main: Sequence[Line]) -> str:
    if one.is_modelled:
        if any(o.figure.lower is not None for line in main for c in line.cells for o in c.values):
            return _("A model's estimates with the model's own interval; each release stands apart.")
        return _("A model's estimates; each release stands apart. No intervals are published.")
    if one.value_kind in ("count", "money"):
        return _("Full years only. A year without a published figure stays empty.")
    if len([c for line in main for c in line.full_years]) > 1:
        return _("Each point is one round or year as published; points are not joined.")
    return ""


def _titles(found: Any) -> list[str]:
    return list(dict.fromkeys(o.source.title for o in found))


def _legal_terms(plan: Plan, one: Indicator, names: Names) -> list[str]:
    """How the plan's own text calls its groups, where it differs from the current word."""
    found = [plan.population(p) for p in one.populations if plan.has_population(p)]
    return [names.say(p.legal_term) for p in found if p.legal_term]


def _correspondences(plan: Plan, one: Indicator) -> list[dict[str, Any]]:
    frameworks = {f.code: f for f in plan.frameworks}
    return [
        {"theirs": c, "framework": frameworks[c.framework]}
        for c in plan.correspondences
        if c.indicator == one.code
    ]


@dataclass(frozen=True)
class Dispute:
    """Sources that disagree about one group, place and time."""

    what: str
    values: list[tuple[Shown, bool]]  # value, and whether it is the headline
    reason: str


def _disputes(found: Sequence[Observation], names: Names) -> list[Dispute]:
    recorded: list[Choice] | None = None  # asked for with the first dispute: most pages have none
    cells: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for o in found:
        cells[o.population, o.sex, o.age, o.area, o.period.text].append(o)
    made = []
    for values in cells.values():
        cell = Cell(values[0].period, tuple(values))
        if not cell.is_disputed:
            continue
        headline = cell.headline
        recorded = choices() if recorded is None else recorded
        reason = next(
            (
                names.say(c.reason)
                for c in sorted(recorded, key=lambda c: -c.narrowness)
                if headline and c.source == headline.source.key and c.covers(headline)
            ),
            "",
        )
        first = values[0]
        whom = ", ".join(
            w
            for w in (
                names.period(first.period),
                names.area(first.area),
                inside(group_words(group_of(first), names)),
            )
            if w
        )
        shown = [(show(o, names), o is headline) for o in sorted(values, key=lambda o: o is not headline)]
        made.append((first.period, Dispute(whom, shown, reason)))
    return [dispute for _period, dispute in sorted(made, key=lambda pair: pair[0], reverse=True)]


def _sources(found: Sequence[Observation]) -> list[tuple[Source, int]]:
    counted: dict[Source, int] = defaultdict(int)
    for o in found:
        counted[o.source] += 1
    return sorted(counted.items(), key=lambda item: (-item[1], item[0].title))


def _related(plan: Plan, one: Indicator, names: Names) -> list[tuple[str, str]]:
    """Series that are parts or neighbours of this one, and the one it is a part of."""
    codes = [i.code for p in names.plans for i in p.indicators if i.related_to == one.code]
    if one.related_to:
        codes.insert(0, one.related_to)
        codes += [
            i.code
            for p in names.plans
            for i in p.indicators
            if i.related_to == one.related_to and i.code != one.code
        ]
    made = []
    for code in dict.fromkeys(codes):
        if of := names.plan_of(code):
            label = names.title(code)
            made.append(
                (
                    f"{code}. {label}" if of.code == names.main_plan.code else label,
                    reverse("indicator", args=[of.code, code]),
                )
            )
    return made


@dataclass(frozen=True)
class DataRow:
    shown: Shown
    area: str
    whom: str
    source: Source
    is_headline: bool


@dataclass(frozen=True)
class DataTable:
    """One page of all the values, without the columns that would stand empty."""

    page: Page[DataRow]
    has_intervals: bool
    has_n: bool


def _table(asked: str, found: Sequence[Observation], names: Names) -> DataTable:
    """Every value, newest first; only those of the page asked for are put into words."""
    ordered = sorted(found, key=lambda o: (o.period.ends_on, o.period.starts_on), reverse=True)
    populations = {o.population for o in found}
    # one population for all values goes without saying in every row
    beside = Group(populations.pop(), "", "", "") if len(populations) == 1 else None
    page = Paginator(range(len(ordered)), ROWS_ON_SITE if read_in_place() else ROWS_A_PAGE).get_page(asked)
    page.object_list = [
        DataRow(
            shown=show(o, names),
            area=names.area(o.area),
            whom=first_upper(group_words(group_of(o), names, beside=beside)) or _("Total"),
            source=o.source,
            is_headline=bool(o.is_headline),
        )
        for o in (ordered[place] for place in page.object_list)
    ]
    return DataTable(
        page=page,
        has_intervals=any(row.shown.interval for row in page),
        has_n=any(row.shown.n for row in page),
    )
