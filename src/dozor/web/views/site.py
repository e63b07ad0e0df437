"""Pages only the public site has: its releases, the monitoring year, search, open files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dozor.apps.organisations.scope import Right
from dozor.apps.releases.opendata import indicator_csv
from dozor.apps.releases.queries import published
from dozor.core.calendar.obligation import MET, Obligation, Status
from dozor.web.names import Names
from dozor.web.rights import asks
from dozor.web.topics import topics


@asks(Right.READ_PUBLISHED)
def releases(request: HttpRequest) -> HttpResponse:
    """Every release of this audience, newest first: what changed and why."""
    here = request.release  # type: ignore[attr-defined]
    rows = [
        r
        for r in reversed(published(audience=here.audience))
        if (r.year, r.version) <= (here.year, here.version)
    ]
    return render(request, "site/releases.html", {"rows": rows, "here": here})


@dataclass(frozen=True)
class AgencyYear:
    """What one agency owed in the year, and what came: the reporting rates as DHIS2 names them."""

    name: str
    expected: int
    received: int
    on_time: int
    not_due: int

    @property
    def rate(self) -> int | None:
        return round(100 * self.received / self.expected) if self.expected else None


# what was due by the day of the release
_DUE = frozenset({*MET, Status.OVERDUE, Status.COLLECTION_OVERDUE})


@asks(Right.READ_PUBLISHED)
def calendar(request: HttpRequest) -> HttpResponse:
    """The monitoring year: who owed how much, what came and when, as it stood on the release's day."""
    names, here = Names.of(request), request.release  # type: ignore[attr-defined]
    by_agency: dict[str, list[Obligation]] = {}
    for one in here.obligations:
        by_agency.setdefault(one.agency, []).append(one)
    rows = [_year(names.agency(code), owed) for code, owed in by_agency.items()]
    states = Counter(one.status for one in here.obligations)
    is_recorded = states[Status.NOT_RECORDED] < len(here.obligations)
    return render(
        request,
        "site/calendar.html",
        {"rows": rows, "year": here.year, "total": len(here.obligations), "is_recorded": is_recorded},
    )


def _year(name: str, owed: list[Obligation]) -> AgencyYear:
    due = [one for one in owed if one.status in _DUE]
    received = [one for one in due if one.status in MET]
    return AgencyYear(
        name=name,
        expected=len(due),
        received=len(received),
        on_time=sum(one.status is Status.RECEIVED for one in received),
        not_due=len(owed) - len(due),
    )


@asks(Right.READ_PUBLISHED)
def values_csv(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator's values as open data."""
    names, here = Names.of(request), request.release  # type: ignore[attr-defined]
    return HttpResponse(indicator_csv(here, names.plans, code), content_type="text/csv; charset=utf-8")


@asks(Right.READ_PUBLISHED)
def search(request: HttpRequest) -> HttpResponse:
    """Everything there is a page of; a script narrows the list as one types, without it the list is whole."""
    names = Names.of(request)
    entries = [
        {
            "title": f"{i.code}. {names.say(i.short_name)}"
            if plan is names.main_plan
            else names.say(i.short_name),
            "more": names.say(i.name),
            "href": reverse("indicator", args=[plan.code, i.code]),
        }
        for plan in names.plans
        for i in plan.indicators
    ]
    entries[:0] = [
        {
            "title": names.say(topic.title),
            "more": names.say(topic.lede),
            "href": reverse("topic", args=[topic.code]),
        }
        for topic in topics(names)
    ]
    entries += [
        {"title": names.say(a.name), "more": "", "href": reverse("place", args=[a.code])} for a in names.areas
    ]
    return render(request, "site/search.html", {"entries": entries})
