"""Duties as a calendar file (iCalendar, RFC 5545) that phones and mail programs take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from dozor.core.calendar.obligation import MET, Obligation, Status
from dozor.core.places import Agency
from dozor.core.plan.model import Plan
from dozor.language import gettext


def calendar_file(
    duties: Iterable[Obligation],
    *,
    plan: Plan,
    agencies: Mapping[str, Agency],
    language: str,
    made_at: datetime,
) -> bytes:
    """Write duties that have a date, those of one collection and day together, as all-day events.

    A duty already met, not held or not recorded is left out. When nothing read says that the plan is in
    force on the day of `made_at` in its own time zone, the calendar's name carries the words "demonstration
    calendar".
    """
    calendar = Calendar()
    name = plan.short_title.in_language(language)
    if not plan.is_confirmed_on(made_at.date()):
        name = gettext("Demonstration calendar", language) + ": " + name
    calendar.add("prodid", "-//Dozor//duties//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for (day, agency, recipient, _collections), group in _grouped(duties).items():
        first = group[0]
        codes = ", ".join(o.indicator for o in group if o.indicator)
        event = Event()
        # each duty stands in one event, so its first one names it, wherever its day moves
        event.add("uid", f"{plan.code}-{first.year}-{agency}-{recipient}-{first.indicator or 'plan'}@dozor")
        event.add("dtstamp", made_at)
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add("summary", _summary(group, plan, codes, language))
        event.add(
            "description",
            "\n".join(
                [
                    agencies[agency].name.in_language(language),
                    gettext("To: {recipient}", language).format(
                        recipient=plan.executor(recipient).name.in_language(language)
                    ),
                    first.basis.in_language(language),
                    *([name] if not plan.is_confirmed_on(made_at.date()) else []),
                ]
            ),
        )
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _summary(group, plan, codes, language))
        alarm.add("trigger", timedelta(days=-7))
        event.add_component(alarm)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


Group = tuple[date, str, str, tuple[str, ...]]


def _grouped(duties: Iterable[Obligation]) -> dict[Group, list[Obligation]]:
    groups: dict[Group, list[Obligation]] = defaultdict(list)
    left_out = MET | {Status.NOT_HELD, Status.POSTPONED, Status.NOT_RECORDED}
    for o in duties:
        day = o.target_on or o.due_on or o.expected_by
        if day is not None and o.status not in left_out:
            groups[day, o.agency, o.recipient, o.collections].append(o)
    return dict(sorted(groups.items()))


def _summary(group: list[Obligation], plan: Plan, codes: str, language: str) -> str:
    first = group[0]
    if first.indicator is None:
        text = gettext("Report for {year} to the Ministry", language).format(year=first.year)
    else:
        text = gettext("Hand in {codes} for {year}", language).format(codes=codes, year=first.year)
    if first.due_on is None:
        text += gettext(" (if collection ends as planned)", language)
    return text
