"""Duties as a calendar file (ICS).

ICS-001 the file is read by others and holds one all-day event for each day an agency hands in
ICS-002 it carries the words "demonstration calendar" while nothing read says that the plan is in force
ICS-003 what is met, not held or not recorded is left out
ICS-004 each event has a name of its own, the same each time
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar, Event
from tests.duties import agencies, duties, plan

from dozor.core.calendar.facts import Agreement, Receipt, Round
from dozor.core.calendar.obligation import Obligation
from dozor.formats.calendar_file import calendar_file

NOW = datetime(2025, 9, 12, 8, 0, tzinfo=UTC)
ENDS = tuple(
    Round(collection, agency, 2025, ended_on=date(2025, 9, 10))
    for collection in ("survey-msm", "survey-youth")
    for agency in ("OCHEPH-BR", "OCHEPH-HO")
)


def read(found: list[Obligation], language: str = "ru", at: datetime = NOW) -> Calendar:
    known = {a.code: a for a in agencies()}
    content = calendar_file(found, plan=plan(), agencies=known, language=language, made_at=at)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    return calendar


def events(found: list[Obligation], language: str = "ru") -> list[Event]:
    return [e for e in read(found, language).walk("VEVENT") if isinstance(e, Event)]


def test_ics_001_one_all_day_event_for_each_day_an_agency_hands_in() -> None:
    brest = [o for o in duties(2025, *ENDS, as_of=NOW.date()) if o.agency == "OCHEPH-BR"]
    (first, *_) = found = events(brest)
    assert {(e["dtstart"].dt, e["dtend"].dt) for e in found} == {(date(2025, 9, 30), date(2025, 10, 1))}
    assert {e["transp"] for e in found} == {"TRANSPARENT"}
    codes = " ".join(str(e["summary"]) for e in found)
    assert all(o.indicator in codes for o in brest if o.due_on and o.indicator)
    (alarm,) = first.walk("VALARM")
    assert alarm["trigger"].dt == timedelta(days=-7)


def test_ics_001_the_report_stands_on_the_day_to_aim_at() -> None:
    (event,) = events([o for o in duties(2025, as_of=NOW.date()) if o.indicator is None])
    assert event["dtstart"].dt == date(2026, 2, 27)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", "Демонстрационный календарь"),
        ("be", "Дэманстрацыйны каляндар"),
        ("en", "Demonstration calendar"),
    ],
)
def test_ics_002_a_plan_not_confirmed_is_a_demonstration(language: str, words: str) -> None:
    found = duties(2025, *ENDS, as_of=NOW.date())
    calendar = read(found, language)
    assert str(calendar["x-wr-calname"]).startswith(words)
    assert all(words in str(e["description"]) for e in calendar.walk("VEVENT"))


def test_ics_002_in_the_years_the_plan_is_known_to_hold_it_is_none() -> None:
    until = plan().confirmed_until
    assert until is not None
    calendar = read(duties(2007), at=datetime(2008, 1, 15, tzinfo=UTC))
    assert "емонстрац" not in str(calendar["x-wr-calname"])


def test_ics_003_what_is_met_is_left_out() -> None:
    facts = [
        Receipt("OCHEPH-BR", 2025, "8.1", medium, date(2025, 9, 11)) for medium in ("paper", "electronic")
    ]
    found = [o for o in duties(2025, ENDS[0], *facts, as_of=NOW.date()) if o.indicator in ("8.1", "8.2")]
    assert {str(o.status) for o in found if o.agency == "OCHEPH-BR" and o.indicator == "8.1"} == {"received"}
    assert not any("8.1" in str(e["summary"]) for e in events(found))


def test_ics_003_with_nothing_dated_the_file_is_empty_and_still_a_calendar() -> None:
    assert events([o for o in duties(2025, as_of=NOW.date()) if o.indicator]) == []


def test_ics_003_what_only_is_expected_says_so() -> None:
    planned = Round("survey-msm", None, 2025, planned_end_on=date(2025, 10, 1))
    found = [o for o in duties(2025, planned, as_of=NOW.date()) if o.indicator == "8.1"]
    assert {str(e["summary"]) for e in events(found, "en")} == {
        "Hand in 8.1 for 2025 (if collection ends as planned)"
    }


def test_ics_004_each_event_has_a_name_of_its_own() -> None:
    agreed = [
        Agreement("MOH", 2025, date(2026, 1, 10 + n), "7", indicator=code)
        for n, code in enumerate(("1.1", "1.2", "11.1", "11.2"))
    ]
    found = duties(2025, *ENDS, *agreed, as_of=NOW.date())
    names = Counter(str(e["uid"]) for e in events(found))
    assert names
    assert max(names.values()) == 1
    # asked again the next day, and in another language, the names are the same
    assert names == Counter(
        str(e["uid"]) for e in events(duties(2025, *ENDS, *agreed, as_of=date(2025, 9, 13)), "en")
    )
