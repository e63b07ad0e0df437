"""The card of one number: what it is, whom it speaks of, where it comes from, what was known before."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from dozor.apps.bank.models import Observation as Row
from dozor.apps.bank.queries import history, observations
from dozor.apps.organisations.scope import Right, may
from dozor.apps.submissions.models import SubmissionEvent
from dozor.core.observations.observation import Observation
from dozor.web.faces import show, with_unit
from dozor.web.lines import Cell, group_of, group_words
from dozor.web.names import Names
from dozor.web.rights import asks


@asks(Right.READ_BANK)
def value(request: HttpRequest, pk: int) -> HttpResponse:
    names = Names.of(request)
    row = Row.measured.select_related("batch").filter(pk=pk).first()
    if row is None:
        raise Http404
    known_on = _read_day(request.GET.get("known", ""))
    beside = [
        o
        for o in observations(indicators=[row.indicator], areas=[row.area], population=row.population)
        if (o.sex, o.age, o.period.text) == (row.sex, row.age, row.period)
    ]
    versions = history(pk)
    this = next(o for o in versions if o.id == pk)
    current = next((o for o in beside if o.source == this.source), this)
    # how well it meets its definition is known of the values in force
    shown = show(current if current.id == this.id else this, names)
    of_plan = names.plan(row.plan)
    indicator = names.indicator(row.indicator)
    context: dict[str, Any] = {
        "shown": shown,
        "observation": shown.observation,
        "as_recorded": "" if this.value is None else with_unit(this.value, this.figure.unit, names),
        "indicator": indicator,
        "plan": of_plan,
        "href": reverse("indicator", args=[row.plan, row.indicator]) if indicator else "",
        "title": names.title(row.indicator),
        "whom": group_words(group_of(this), names),
        "area": names.area(row.area),
        "area_href": reverse("place", args=[row.area]),
        "batch": row.batch,
        "handed_in": _handed_in(request, row),
        "versions": [(show(o, names), o.id == current.id) for o in reversed(versions)],
        "is_current": current.id == this.id,
        "current_href": reverse("value", args=[current.id]),
        "others": [show(o, names) for o in beside if o.id != current.id],
        "is_disputed": Cell(this.period, tuple(beside)).is_disputed if beside else False,
        "is_headline": current.is_headline,
        "known_on": known_on,
        "known": _known(versions, known_on, names) if known_on else None,
        "today": timezone.localdate(),
    }
    return render(request, "value.html", context)


def _handed_in(request: HttpRequest, row: Row) -> SubmissionEvent | None:
    """The acceptance a value entered by, for whoever may see its submission: from there to its file."""
    found = (
        SubmissionEvent.objects.filter(values_import=row.batch)
        .select_related("submission__agency", "version")
        .first()
    )
    if found is None or not may(request.user, Right.READ_SUBMISSION, found.submission.agency.code):
        return None
    return found


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _known(versions: list[Observation], day: date, names: Names) -> Any:
    """The version in force at the end of a day in Minsk; False when nothing was recorded yet."""
    end = timezone.make_aware(datetime.combine(day, time.max))
    then = [o for o in versions if o.recorded_at <= end]
    return show(then[-1], names) if then else False
