"""A submission's states, content and changes, without a database (SUB).

SUB-001  Every act leads from the states that allow it and from no other.
SUB-002  A checksum tells content from content, in any order of rows.
SUB-003  Content is checked: what is not asked, other places, other years, zeros that are none, rows left out.
SUB-004  A change is told cell by cell.
"""

from __future__ import annotations

import itertools

import pytest
from tests.rows import VOCABULARY

from dozor.core.findings import Refused
from dozor.core.submissions.changes import changes
from dozor.core.submissions.content import Asked, Row, check_content, checksum, row_of
from dozor.core.submissions.states import Act, State, after, may_follow

LIFE = """
draft      submit     submitted
submitted  send-back  returned
returned   answer     submitted
submitted  correct    submitted
submitted  accept     accepted
accepted   correct    submitted
accepted   send-back  returned
accepted   lock       locked
locked     reopen     accepted
draft      hand-in    draft
submitted  hand-in    submitted
returned   hand-in    returned
accepted   hand-in    accepted
"""
STEPS = {(a, b): c for a, b, c in (line.split() for line in LIFE.split("\n") if line)}
ASKED = Asked(frozenset({"11.1", "cases"}), 2017, lambda code: code == "BY-HO")
GOOD = Row("11.1", "BY-HO", "2017", "percent", population="PWID", value="30,8")


@pytest.mark.parametrize(("state", "act"), list(itertools.product(State, Act)))
def test_sub_001_each_act_from_each_state(state: State, act: Act):
    expected = STEPS.get((state, act))
    assert (act in may_follow(state)) == (expected is not None)
    if expected:
        assert after(state, act) == expected
        return
    with pytest.raises(Refused) as refused:
        after(state, act)
    assert [f.code for f in refused.value.findings] == ["SUB-STATE"]


def test_sub_002_a_checksum_is_of_the_content():
    other = Row("cases", "BY-HO", "2017", "persons", population="general", value="0", is_nil=True)
    assert checksum([GOOD, other]) == checksum([other, GOOD])
    assert checksum([GOOD]) != checksum([row_of({**GOOD.as_mapping(), "value": "30,9"})])
    assert row_of(other.as_mapping()) == other


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({}, []),
        ({"indicator": "8.4", "population": "MSM"}, ["SUB-NOT-ASKED"]),
        ({"area": "BY"}, ["SUB-OTHER-AREA"]),
        ({"period": "2016"}, ["SUB-OTHER-YEAR"]),
        ({"period": "2018-01-01"}, []),  # the state at the end of the year
        ({"period": "2018-01-02"}, ["SUB-OTHER-YEAR"]),
        ({"value": "0,1", "is_nil": True}, ["SUB-NIL"]),
        ({"value": "0,0", "is_nil": True}, []),
        ({"value": "", "is_nil": True, "missing": "not-held"}, ["SUB-NIL"]),
        ({"value": "140"}, ["VAL-PERCENT"]),
        ({"value": ""}, ["VAL-EMPTY"]),
        ({"n": "many"}, ["VAL-NUMBER"]),
    ],
)
def test_sub_003_a_row_is_checked(cells: dict[str, object], codes: list[str]):
    row = row_of({**GOOD.as_mapping(), **cells})
    found = check_content([row], ASKED, VOCABULARY)
    assert [f.code for f in found] == codes
    assert all(f.row == 2 for f in found)


def test_sub_003_the_whole_is_checked():
    assert [f.code for f in check_content([], ASKED, VOCABULARY)] == ["SUB-EMPTY"]
    (twice,) = check_content([GOOD, GOOD], ASKED, VOCABULARY)
    assert (twice.code, twice.row, twice.values["first"]) == ("VAL-DUPLICATE", 3, 2)
    other = Row("cases", "BY-HO", "2017", "persons", population="general", value="0")
    (left,) = check_content([GOOD], ASKED, VOCABULARY, standing=[GOOD, other])
    assert (left.code, left.found) == ("SUB-ROW-LEFT-OUT", "cases|general|||BY-HO|2017")


def test_sub_004_changes_are_told_cell_by_cell():
    other = Row("cases", "BY-HO", "2017", "persons", population="general", value="3")
    now = row_of({**GOOD.as_mapping(), "value": "31", "lower": "29"})
    told = [(c.row.indicator, c.column, c.was, c.became) for c in changes([GOOD, other], [now])]
    assert told == [
        ("11.1", "value", "30,8", "31"),
        ("11.1", "lower", "", "29"),
        ("cases", "unit", "persons", ""),
        ("cases", "value", "3", ""),
    ]
    assert changes([GOOD], [GOOD]) == []
