"""When a duty is due, in the calendar of Belarus (TERM).

TERM-001 the 20 days run from the recorded end of collection, and move to the next working day
TERM-002 until the end is recorded nothing is due; the planned end says what to expect
TERM-003 1 March never moves; the day to aim at is the last working day on or before it
TERM-004 a ministry's date is agreed by letter; with none there is no date
TERM-005 8.4–8.6 are complete when the last of three collections has ended
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.duties import duties, duty

from dozor.core.calendar.facts import Agreement, Decision, Round

BREST = "OCHEPH-BR"


def ended(on: date, collection: str = "survey-msm", agency: str | None = BREST, year: int = 0) -> Round:
    return Round(collection, agency, year or on.year, ended_on=on)


# worked by hand from the calendar of state holidays and the government's orders on moved working days
@pytest.mark.parametrize(
    ("end", "due", "why"),
    [
        ("2025-09-10", "2025-09-30", "a working day: a Tuesday"),
        ("2025-09-07", "2025-09-29", "a Saturday"),
        ("2025-09-08", "2025-09-29", "a Sunday"),
        ("2025-10-18", "2025-11-10", "7 November, a Friday, and the weekend after it"),
        ("2025-12-05", "2025-12-29", "25 December; the 26th was moved to Saturday the 20th"),
        ("2025-11-30", "2025-12-20", "that Saturday is worked"),
        ("2025-04-08", "2025-04-30", "28 April moved to the 26th; the 29th is Radunitsa"),
        ("2025-04-11", "2025-05-02", "1 May"),
        ("2025-04-19", "2025-05-12", "9 May, a Friday"),
        ("2025-06-13", "2025-07-07", "3 July; the 4th was moved"),
        ("2025-02-16", "2025-03-10", "8 March, a Saturday"),
        ("2025-12-12", "2026-01-05", "1 and 2 January and the weekend"),
        ("2025-12-18", "2026-01-08", "7 January"),
    ],
)
def test_term_001_twenty_days_and_the_next_working_day(end: str, due: str, why: str) -> None:
    one = duty(2025, "8.1", BREST, ended(date.fromisoformat(end)), as_of=date(2026, 1, 20))
    assert one.due_on == date.fromisoformat(due), why
    assert one.expected_by == one.target_on == one.due_on


def test_term_001_the_term_is_never_shorter_than_twenty_days() -> None:
    centres = [f"OCHEPH-{region}" for region in ("BR", "VI", "HO", "HR", "MI", "MA")]
    for week in range(61):
        first = date(2025, 1, 1) + timedelta(days=6 * week)
        ends = {centre: first + timedelta(days=n) for n, centre in enumerate(centres)}
        facts = (ended(end, agency=centre, year=2025) for centre, end in ends.items())
        for one in duties(2025, *facts, as_of=date(2026, 3, 1)):
            if one.indicator == "8.1" and one.agency in ends:
                assert one.due_on is not None
                assert timedelta(days=20) <= one.due_on - ends[one.agency] <= timedelta(days=20 + 5)


def test_term_001_each_region_has_its_own_end() -> None:
    other = duty(2025, "8.1", "OCHEPH-HO", ended(date(2025, 9, 10)))
    assert (other.due_on, str(other.status)) == (None, "collection-not-planned")


def test_term_001_a_corrected_end_is_the_end() -> None:
    one = duty(2025, "8.1", BREST, ended(date(2025, 9, 10)), ended(date(2025, 9, 15)))
    assert one.due_on == date(2025, 10, 6)


def test_term_002_until_the_end_is_recorded_nothing_is_due() -> None:
    planned = Round("survey-msm", None, 2025, planned_end_on=date(2025, 9, 10), letter="5-12/77")
    one = duty(2025, "8.1", BREST, planned, as_of=date(2025, 9, 10))
    assert (one.due_on, one.expected_by, str(one.status)) == (None, date(2025, 9, 30), "collecting")
    assert one.days_left is None


def test_term_002_a_letter_to_one_centre_holds_for_it_alone() -> None:
    to_all = Round("survey-msm", None, 2025, planned_end_on=date(2025, 9, 10))
    to_one = Round("survey-msm", BREST, 2025, planned_end_on=date(2025, 10, 1))
    for facts in ((to_all, to_one), (to_one, to_all)):
        assert duty(2025, "8.1", BREST, *facts).expected_by == date(2025, 10, 21)
        assert duty(2025, "8.1", "OCHEPH-HO", *facts).expected_by == date(2025, 9, 30)


def test_term_002_a_letter_not_yet_written_is_not_known() -> None:
    planned = Round("survey-msm", None, 2025, planned_end_on=date(2025, 9, 10), dated_on=date(2025, 3, 1))
    assert duty(2025, "8.1", BREST, planned, as_of=date(2025, 2, 28)).expected_by is None
    assert duty(2025, "8.1", BREST, planned, as_of=date(2025, 3, 1)).expected_by is not None


@pytest.mark.parametrize(
    ("year", "due", "target"),
    [
        (2024, "2025-03-01", "2025-02-28"),  # a Saturday
        (2025, "2026-03-01", "2026-02-27"),  # a Sunday
        (2026, "2027-03-01", "2027-03-01"),  # a Monday
        (2027, "2028-03-01", "2028-03-01"),  # a Wednesday, after a leap day
    ],
)
def test_term_003_the_first_of_march_never_moves(year: int, due: str, target: str) -> None:
    (report,) = (o for o in duties(year) if o.indicator is None)
    assert (report.due_on, report.target_on) == (date.fromisoformat(due), date.fromisoformat(target))
    assert report.expected_by == report.due_on


def test_term_003_it_is_late_after_the_first_of_march_not_after_the_day_aimed_at() -> None:
    def status(day: date) -> str:
        (report,) = (o for o in duties(2025, as_of=day) if o.indicator is None)
        return str(report.status)

    assert status(date(2026, 2, 21)) == "due"
    assert status(date(2026, 2, 22)) == "due-soon"
    assert status(date(2026, 2, 28)) == "due-soon"
    assert status(date(2026, 3, 1)) == "due-soon"
    assert status(date(2026, 3, 2)) == "overdue"


def test_term_004_with_no_date_agreed_nothing_is_ever_overdue() -> None:
    for day in (date(2025, 1, 1), date(2026, 3, 2), date(2035, 1, 1)):
        found = [o for o in duties(2025, as_of=day) if o.agency == "MOE"]
        assert {(o.due_on, o.expected_by, str(o.status)) for o in found} == {(None, None, "no-date-agreed")}


def test_term_004_an_agreed_date_is_for_all_rows_or_for_one() -> None:
    whole = Agreement("MOH", 2025, date(2026, 1, 20), "7-1/15")
    own = Agreement("MOH", 2025, date(2026, 2, 3), "7-1/16", indicator="1.1")
    for facts in ((whole, own), (own, whole)):
        assert duty(2025, "1.1", "MOH", *facts).due_on == date(2026, 2, 3)
        assert duty(2025, "11.1", "MOH", *facts).due_on == date(2026, 1, 20)
    assert duty(2025, "1.1", "MOH", whole, own).letter == "7-1/16"
    # a date agreed does not move off a weekend: it is what the letter says
    weekend = Agreement("MOH", 2025, date(2026, 1, 24), "7-1/17")
    assert duty(2025, "1.1", "MOH", weekend).due_on == date(2026, 1, 24)


def test_term_004_an_agreement_is_known_from_its_letter_on() -> None:
    agreed = Agreement("MOE", 2025, date(2026, 1, 20), "3", dated_on=date(2025, 11, 1))

    def status(day: date) -> set[str]:
        return {str(o.status) for o in duties(2025, agreed, as_of=day) if o.agency == "MOE"}

    assert status(date(2025, 10, 31)) == {"no-date-agreed"}
    assert status(date(2025, 11, 1)) == {"due"}
    assert status(date(2026, 1, 21)) == {"overdue"}


THREE = ("survey-msm", "survey-fsw", "survey-pwid")


def test_term_005_complete_when_the_last_of_three_has_ended() -> None:
    facts = [Round(c, BREST, 2025, ended_on=date(2025, 9, n)) for n, c in enumerate(THREE, start=1)]
    day = date(2025, 9, 15)
    for indicator in ("8.4", "8.5", "8.6"):
        for missing in range(3):
            some = [f for n, f in enumerate(facts) if n != missing]
            assert duty(2025, indicator, BREST, *some, as_of=day).due_on is None
        one = duty(2025, indicator, BREST, *facts, as_of=day)
        assert one.due_on == date(2025, 9, 23)  # the third ended on the third
        assert one.collections == THREE


def test_term_005_what_is_expected_counts_ends_and_plans_together() -> None:
    facts = [
        Round("survey-msm", BREST, 2025, ended_on=date(2025, 9, 1)),
        Round("survey-fsw", BREST, 2025, planned_end_on=date(2025, 9, 10)),
    ]
    assert duty(2025, "8.4", BREST, *facts, as_of=date(2025, 9, 5)).expected_by is None
    facts.append(Round("survey-pwid", BREST, 2025, planned_end_on=date(2025, 9, 8)))
    assert duty(2025, "8.4", BREST, *facts, as_of=date(2025, 9, 5)).expected_by == date(2025, 9, 30)


def not_held(collection: str, **more: object) -> Decision:
    fields = {"number": "12", "dated_on": date(2025, 2, 1), "reason": "no money", **more}
    return Decision(collection, None, 2025, "not-held", **fields)  # type: ignore[arg-type]


def test_term_005_a_population_not_held_is_not_waited_for() -> None:
    facts = (
        not_held("survey-pwid"),
        Round("survey-msm", BREST, 2025, ended_on=date(2025, 9, 1)),
        Round("survey-fsw", BREST, 2025, ended_on=date(2025, 9, 2)),
    )
    assert duty(2025, "8.4", BREST, *facts).due_on == date(2025, 9, 22)
    # 8.3 asks people who inject drugs alone
    pwid = next(o for o in duties(2025, *facts) if o.agency == BREST and o.collections == ("survey-pwid",))
    assert str(pwid.status) == "not-held"


def test_term_005_with_all_three_not_held_the_duty_is_not_held() -> None:
    one = duty(2025, "8.4", BREST, *map(not_held, THREE))
    assert (str(one.status), one.due_on) == ("not-held", None)
    assert one.decision is not None
    assert one.decision.reason == "no money"
