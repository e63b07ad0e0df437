"""How many duties there are (COUNT).

COUNT-001 a two-year cycle: 350 regional duties, 44 of ministries and the council, two annual reports
COUNT-002 each ministry's share of the 44
COUNT-003 the regional centres owe 259 in an odd year, 91 in an even one
COUNT-004 every second year follows the recorded anchor, or a direction's own
COUNT-005 recipients and grounds are those of the law's paragraphs
COUNT-006 district centres and contributors owe nothing by themselves
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from tests.duties import agencies, duties, plan, with_anchor

from dozor.core.calendar.obligation import Obligation
from dozor.core.calendar.obliging import is_collected_in

REGIONAL = {"OCHEPH", "MCHE"}
REGIONS = {"BY-BR", "BY-VI", "BY-HO", "BY-HR", "BY-MI", "BY-MA", "BY-HM"}


def cycle() -> list[Obligation]:
    return duties(2025) + duties(2026)


def incoming(found: list[Obligation]) -> list[Obligation]:
    return [o for o in found if o.recipient == "RCHEPH"]


def test_count_001_a_cycle_holds_394_incoming_duties_and_two_reports() -> None:
    found = cycle()
    assert len(incoming(found)) == 394
    regional = [o for o in incoming(found) if o.executor in REGIONAL]
    assert (len(regional), len(incoming(found)) - len(regional)) == (350, 44)
    reports = [o for o in found if o.recipient == "MOH"]
    assert [(o.executor, o.agency, o.indicator, o.year) for o in reports] == [
        ("RCHEPH", "RCHEPH", None, 2025),
        ("RCHEPH", "RCHEPH", None, 2026),
    ]
    assert len(found) == 396


def test_count_002_the_44_of_ministries_and_the_council() -> None:
    shares = Counter(o.agency for o in incoming(cycle()) if o.executor not in REGIONAL)
    assert shares == {"MOH": 22, "MOE": 10, "MIA": 5, "MOD": 4, "MOI": 2, "COUNCIL": 1}


@pytest.mark.parametrize(("year", "count"), [(2025, 259), (2026, 91), (2007, 259), (2008, 91)])
def test_count_003_what_the_regional_centres_owe_in_a_year(year: int, count: int) -> None:
    regional = [o for o in duties(year) if o.executor in REGIONAL]
    assert len(regional) == count
    # each of the seven regions owes the same
    assert Counter(o.area for o in regional) == dict.fromkeys(REGIONS, count // 7)


def test_count_003_no_duty_stands_twice() -> None:
    for year in (2025, 2026):
        keys = Counter((o.indicator, o.agency, o.recipient) for o in duties(year))
        assert max(keys.values()) == 1


def test_count_004_another_anchor_turns_the_years() -> None:
    assert len(duties(2025, anchor=2008)) == len(duties(2026))
    assert len(duties(2026, anchor=2008)) == len(duties(2025))


def test_count_004_a_direction_may_follow_an_anchor_of_its_own() -> None:
    of = with_anchor(8, 2008)
    odd = {o.indicator for o in duties(2025, of=of)}
    even = {o.indicator for o in duties(2026, of=of)}
    biennial = {i.code for i in plan().of_direction(8) if i.frequency_years == 2}
    assert biennial
    assert not biennial & odd
    assert biennial <= even
    others = {o.indicator for o in duties(2025)} - biennial
    assert odd == others


def test_count_004_a_yearly_indicator_is_asked_for_every_year() -> None:
    for indicator in plan().indicators:
        asked = [is_collected_in(indicator, year, plan(), 2007) for year in (2025, 2026, 2027)]
        assert asked == ([True, True, True] if indicator.frequency_years == 1 else [True, False, True])


def test_count_005_grounds_are_the_laws_paragraphs() -> None:
    grounds = {(o.executor in REGIONAL, o.recipient, o.basis.en) for o in cycle()}
    assert grounds == {
        (True, "RCHEPH", "Instruction, para 10"),
        (False, "RCHEPH", "Instruction, paras 11–12"),
        (False, "MOH", "Instruction, para 13"),
    }


def test_count_005_the_republican_centre_owes_no_row_to_itself() -> None:
    """It is named in every row as the one that consolidates; what it owes is the report."""
    assert [o.indicator for o in cycle() if o.executor == "RCHEPH"] == [None, None]


def test_count_006_district_centres_and_contributors_owe_nothing_by_themselves() -> None:
    roles = {o.executor for o in cycle()}
    assert roles == {"OCHEPH", "MCHE", "MOH", "MOE", "MIA", "MOD", "MOI", "COUNCIL", "RCHEPH"}
    assert any("DCHE" in a.roles for a in agencies())


def test_before_the_plan_was_in_force_nobody_owes() -> None:
    first = plan().in_force_from
    assert first is not None
    assert duties(first.year - 1) == []
    assert duties(2007)


def test_the_years_before_the_instance_read_not_recorded() -> None:
    found = duties(2019, used_since=date(2020, 6, 1), as_of=date(2026, 1, 1))
    assert {str(o.status) for o in found} == {"not-recorded"}
    assert {o.days_left for o in found} == {None}
    assert "not-recorded" not in {str(o.status) for o in duties(2020, used_since=date(2020, 6, 1))}
