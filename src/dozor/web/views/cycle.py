"""All incoming duties of a cycle: the regions side by side, how complete, how late, where each waits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy

from dozor.apps.collection.queries import calendar_setting, duties, years_with_duties
from dozor.apps.organisations.scope import Right, agencies_for, may
from dozor.apps.submissions.queries import states_by_collection
from dozor.core.calendar.obligation import LATE, MET, Obligation
from dozor.core.calendar.rates import ReportingRate, reporting_rate
from dozor.core.plan.duties import AfterCollection
from dozor.core.submissions.progress import Stage, stage
from dozor.language.numbers import percent
from dozor.web.names import Names, reader_language
from dozor.web.rights import asks
from dozor.web.tasks import chosen_year

STAGES = {
    Stage.UNDATED: gettext_lazy("without a date"),
    Stage.COLLECTING: gettext_lazy("being collected"),
    Stage.PREPARING: gettext_lazy("to be submitted"),
    Stage.RETURNED: gettext_lazy("sent back"),
    Stage.CHECKING: gettext_lazy("being checked"),
    Stage.PAPER: gettext_lazy("paper awaited"),
}
SHOWN = tuple(STAGES)


@dataclass(frozen=True)
class Column:
    """One executor of the cycle."""

    code: str
    name: str
    rate: ReportingRate
    late: int
    longest: int  # days of the duty that is longest overdue
    stages: Counter[Stage]
    may_remind: bool

    @property
    def received(self) -> str:
        return _percent(self.rate.percent)

    @property
    def on_time(self) -> str:
        return _percent(self.rate.percent_on_time)

    @property
    def counts(self) -> list[tuple[Any, int]]:
        """Words of each stage and how many duties wait there."""
        return [(STAGES[s], self.stages[s]) for s in SHOWN]


def _percent(share: Decimal | None) -> str:
    return "—" if share is None else percent(share, reader_language())


@asks(Right.READ_BOARD)
def cycle(request: HttpRequest) -> HttpResponse:
    names = Names.of(request)
    plan = names.main_plan
    today = timezone.localdate()
    year = chosen_year(request, today)
    setting = calendar_setting(plan)
    first = year - (year - setting.cycle_anchor) % 2
    seen = agencies_for(request.user, Right.READ_BOARD)
    found = [
        o
        for y in (first, first + 1)
        for o in duties(year=y, as_of=today, agency=seen, plan=plan)
        if o.indicator is not None
    ]
    states = states_by_collection((first, first + 1))
    regional_roles = {s for d in plan.duties if isinstance(d.rule, AfterCollection) for s in d.senders}
    by_agency: dict[str, list[Obligation]] = defaultdict(list)
    for o in found:
        by_agency[o.agency].append(o)

    def column(code: str, of_it: Sequence[Obligation], name: str) -> Column:
        return Column(
            code=code,
            name=name,
            rate=reporting_rate(of_it),
            late=sum(o.status in LATE - MET for o in of_it),
            longest=max([-(o.days_left or 0) for o in of_it if o.status not in MET] + [0]),
            stages=Counter(stage(o, _state(o, states)) for o in of_it),
            may_remind=bool(code) and may(request.user, Right.REMIND, code),
        )

    regional = [c for c, of_it in by_agency.items() if of_it[0].executor in regional_roles]
    central = [c for c in by_agency if c not in regional]
    context: dict[str, Any] = {
        "year": year,
        "years": years_with_duties(today),
        "first": first,
        "last": first + 1,
        "today": today,
        "is_demonstration": not plan.is_confirmed_on(today),
        "plan": plan,
        "count": len(found),
        "regional_count": sum(len(by_agency[c]) for c in regional),
        "central_count": sum(len(by_agency[c]) for c in central),
        "whole": column("", found, ""),
        "regional": [column(c, by_agency[c], names.agency_short(c)) for c in regional],
        "central": [column(c, by_agency[c], names.agency_short(c)) for c in central],
        "stages": [STAGES[s] for s in SHOWN],
    }
    return render(request, "board_cycle.html", context)


def _state(o: Obligation, states: dict[tuple[str, int, str], str]) -> str | None:
    """The state of the submission that is furthest back; a row that rests on several waits for each."""
    order = ("draft", "returned", "submitted", "accepted", "locked")
    held = [states[k] for c in o.collections if (k := (o.agency, o.year, c)) in states]
    return min(held, key=order.index) if len(held) == len(o.collections) and held else None
