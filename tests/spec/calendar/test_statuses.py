"""Where a duty stands on a day (STATUS).

STATUS-001 a round past its planned end with no recorded end is overdue, not silent
STATUS-002 facts dated later than the day asked about are not counted
STATUS-003 a duty is met when paper and electronic data have both come, on the day of the later one
STATUS-004 a round may be put off or not held by a numbered decision, known from its date on
STATUS-005 days left count down to the due date
"""

from __future__ import annotations

from datetime import date

import pytest
from tests.duties import duties, duty

from dozor.core.calendar.facts import Decision, Medium, Receipt, Round
from dozor.core.calendar.obligation import LATE, MET, Obligation

BREST = "OCHEPH-BR"
END = Round("survey-msm", BREST, 2025, ended_on=date(2025, 9, 10))  # due on Tuesday, 30 September
PLANNED = Round("survey-msm", None, 2025, planned_end_on=date(2025, 9, 10))


def came(medium: Medium, on: date, indicator: str | None = "8.1", agency: str = BREST) -> Receipt:
    return Receipt(agency, 2025, indicator, medium, on)


def stands(day: date, *facts: object, indicator: str = "8.1") -> Obligation:
    return duty(2025, indicator, BREST, *facts, as_of=day)


def test_status_001_past_its_planned_end_with_no_recorded_end() -> None:
    assert str(stands(date(2025, 9, 10), PLANNED).status) == "collecting"
    assert str(stands(date(2025, 9, 11), PLANNED).status) == "collection-overdue"
    assert str(stands(date(2025, 9, 11), PLANNED, END).status) == "due"
    assert str(stands(date(2025, 9, 1)).status) == "collection-not-planned"


def test_status_001_one_of_three_collections_late_makes_the_row_late() -> None:
    facts = [Round(c, None, 2025, planned_end_on=date(2025, 9, 10)) for c in ("survey-msm", "survey-fsw")]
    facts.append(Round("survey-pwid", None, 2025, planned_end_on=date(2025, 12, 1)))
    assert str(stands(date(2025, 9, 11), *facts, indicator="8.4").status) == "collection-overdue"
    ends = [Round(f.collection, BREST, 2025, ended_on=date(2025, 9, 9)) for f in facts[:2]]
    assert str(stands(date(2025, 9, 11), *facts, *ends, indicator="8.4").status) == "collecting"


def test_status_002_an_end_in_the_future_has_not_come() -> None:
    before = stands(date(2025, 9, 9), PLANNED, END)
    assert (before.due_on, str(before.status)) == (None, "collecting")
    assert stands(date(2025, 9, 10), PLANNED, END).due_on == date(2025, 9, 30)


@pytest.mark.parametrize(
    ("day", "status", "left"),
    [
        ("2025-09-22", "due", 8),
        ("2025-09-23", "due-soon", 7),
        ("2025-09-30", "due-soon", 0),
        ("2025-10-01", "overdue", -1),
    ],
)
def test_status_005_days_left_count_down(day: str, status: str, left: int) -> None:
    one = stands(date.fromisoformat(day), END)
    assert (str(one.status), one.days_left) == (status, left)


@pytest.mark.parametrize(
    ("paper", "electronic", "status"),
    [
        ("2025-09-20", "2025-09-30", "received"),
        ("2025-09-30", "2025-09-20", "received"),
        ("2025-10-01", "2025-09-20", "received-late"),
        ("2025-09-20", "2025-10-01", "received-late"),
    ],
)
def test_status_003_both_media_make_it_met_on_the_day_of_the_later(
    paper: str, electronic: str, status: str
) -> None:
    facts = (came("paper", date.fromisoformat(paper)), came("electronic", date.fromisoformat(electronic)))
    one = stands(date(2025, 12, 31), END, *facts)
    assert (str(one.status), one.days_left) == (status, None)
    assert dict(one.received) == {
        "paper": date.fromisoformat(paper),
        "electronic": date.fromisoformat(electronic),
    }
    assert one.status in MET
    assert (one.status in LATE) == (status == "received-late")


def test_status_003_one_medium_is_half() -> None:
    one = stands(date(2025, 10, 1), END, came("paper", date(2025, 9, 20)))
    assert (str(one.status), dict(one.received)) == ("overdue", {"paper": date(2025, 9, 20)})


def test_status_003_of_two_receipts_the_first_counts() -> None:
    facts = (
        came("paper", date(2025, 10, 9)),
        came("paper", date(2025, 9, 20)),
        came("electronic", date(2025, 9, 21)),
    )
    assert str(stands(date(2025, 12, 31), END, *facts).status) == "received"


def test_status_003_a_receipt_is_of_one_row_and_one_agency() -> None:
    others = (
        came("paper", date(2025, 9, 20), indicator="8.2"),
        came("electronic", date(2025, 9, 20), agency="OCHEPH-HO"),
        came("paper", date(2025, 9, 20), indicator=None),
    )
    assert dict(stands(date(2025, 10, 1), END, *others).received) == {}


def test_status_003_what_comes_after_the_day_asked_about_has_not_come() -> None:
    facts = (came("paper", date(2025, 9, 20)), came("electronic", date(2025, 9, 25)))
    assert str(stands(date(2025, 9, 24), END, *facts).status) == "due-soon"
    assert str(stands(date(2025, 9, 25), END, *facts).status) == "received"


def test_status_003_the_report_is_met_by_receipts_of_the_whole() -> None:
    facts = [
        came(medium, date(2026, 2, 20), indicator=None, agency="RCHEPH") for medium in ("paper", "electronic")
    ]
    (report,) = (o for o in duties(2025, *facts, as_of=date(2026, 3, 5)) if o.indicator is None)
    assert str(report.status) == "received"


def test_status_003_what_came_counts_even_in_years_before_the_instance() -> None:
    facts = [came(medium, date(2025, 9, 20)) for medium in ("paper", "electronic")]
    one = duty(2025, "8.1", BREST, END, *facts, used_since=date(2026, 1, 1))
    assert str(one.status) == "received"


def put_off(collection: str = "survey-msm", agency: str | None = None, to: int = 2026) -> Decision:
    return Decision(
        collection, agency, 2025, "postponed", "14-р", date(2025, 3, 1), "epidemic", postponed_to=to
    )


def test_status_004_a_round_put_off_is_owed_in_the_later_year() -> None:
    one = stands(date(2025, 12, 31), put_off())
    assert (str(one.status), one.due_on) == ("postponed", None)
    assert one.decision is not None
    assert (one.decision.number, one.decision.postponed_to) == ("14-р", 2026)
    later = duty(2026, "8.1", BREST, put_off())
    assert str(later.status) == "collection-not-planned"
    # 2026 is an even year: without the decision nothing of it is owed
    assert not [o for o in duties(2026) if o.indicator == "8.1"]
    assert len(duties(2026, put_off())) == len(duties(2026)) + 7 * _rows_fed_by("survey-msm")


def _rows_fed_by(collection: str) -> int:
    return len({o.indicator for o in duties(2025) if collection in o.collections})


def test_status_004_a_row_fed_by_three_waits_for_the_one_put_off() -> None:
    """8.4 of 2025 stands for the two held; in 2026 it is owed for the one that was put off."""
    assert stands(date(2025, 12, 31), put_off(), indicator="8.4").status != "postponed"
    later = duty(2026, "8.4", BREST, put_off())
    assert later.collections == ("survey-msm",)


def test_status_004_a_decision_for_one_centre_is_for_it_alone() -> None:
    found = [o for o in duties(2026, put_off(agency=BREST)) if o.indicator == "8.1"]
    assert [o.agency for o in found] == [BREST]
    assert str(duty(2025, "8.1", "OCHEPH-HO", put_off(agency=BREST)).status) != "postponed"


def test_status_004_a_decision_is_known_from_its_date_on() -> None:
    assert str(stands(date(2025, 2, 28), put_off()).status) == "collection-not-planned"
    assert str(stands(date(2025, 3, 1), put_off()).status) == "postponed"
    later = [o for o in duties(2026, put_off(), as_of=date(2025, 2, 28)) if o.indicator == "8.1"]
    assert later == []


def test_status_004_a_later_decision_takes_the_place_of_an_earlier_one() -> None:
    not_held = Decision("survey-msm", None, 2025, "not-held", "20-р", date(2025, 6, 1), "no money")
    assert str(stands(date(2025, 12, 31), put_off(), not_held).status) == "not-held"
    assert not [o for o in duties(2026, put_off(), not_held) if o.indicator == "8.1"]


def test_status_004_a_decision_says_what_it_decides() -> None:
    with pytest.raises(ValueError, match="postponed"):
        Decision("survey-msm", None, 2025, "postponed", "1", date(2025, 1, 1), "x")
    with pytest.raises(ValueError, match="postponed"):
        Decision("survey-msm", None, 2025, "not-held", "1", date(2025, 1, 1), "x", postponed_to=2026)
