"""How a doubt stands and what a further check makes of it.

QST-001 each act leads to one state, and only from states that allow it
QST-002 a contradiction is never confirmed; an explanation has words
QST-003 a check raises what is new, corrects what is gone, and asks again about another figure
QST-004 the same check twice changes nothing
QST-005 a doubt is the same whatever the figures say
QST-006 every rule has a title in each language
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from dozor.core.findings import Finding, Refused
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.figures import Cell
from dozor.core.quality.standing import DoubtAct, DoubtState, Standing, after, identity, steps, told
from dozor.core.quality.titles import TITLES
from dozor.language import gettext

OPEN, CONFIRMED, EXPLAINED, CORRECTED = DoubtState
RAISE, AGAIN, CORRECT, CONFIRM, EXPLAIN = DoubtAct
CELL = Cell("4.1", "youth", "all", "", "BY-BR", 2025)


def doubt(found: str = "30", code: str = "QLT-D7", **values: object) -> Doubt:
    finding = Finding(code, found=found, values=values)
    return Doubt("D7", Grade.UNLIKELY, finding, (CELL,))


@pytest.mark.parametrize(
    ("state", "act", "leads_to"),
    [
        (OPEN, CONFIRM, CONFIRMED),
        (OPEN, EXPLAIN, EXPLAINED),
        (OPEN, CORRECT, CORRECTED),
        (CONFIRMED, EXPLAIN, EXPLAINED),
        (EXPLAINED, CONFIRM, CONFIRMED),
        (EXPLAINED, AGAIN, OPEN),
        (CONFIRMED, CORRECT, CORRECTED),
        (CORRECTED, AGAIN, OPEN),
        (CORRECTED, CONFIRM, None),
        (CORRECTED, EXPLAIN, None),
        (CORRECTED, CORRECT, None),
        (OPEN, AGAIN, None),
        (OPEN, RAISE, None),
    ],
)
def test_qst_001_acts(state: DoubtState, act: DoubtAct, leads_to: DoubtState | None) -> None:
    if leads_to is None:
        with pytest.raises(Refused, match="QLT-STATE"):
            after(state, act, grade="unlikely", text="why")
    else:
        assert after(state, act, grade="unlikely", text="why") is leads_to


def test_qst_002_what_is_no_answer() -> None:
    with pytest.raises(Refused, match="QLT-CONTRADICTION"):
        after(OPEN, CONFIRM, grade="contradiction")
    with pytest.raises(Refused, match="QLT-TEXT"):
        after(OPEN, EXPLAIN, grade="contradiction", text=" ")
    assert after(OPEN, EXPLAIN, grade="contradiction", text="two registers") is EXPLAINED


def done(kept: dict[str, Standing], *found: tuple[str, Doubt]) -> list[tuple[str, DoubtAct | None]]:
    return [(s.key, s.act) for s in steps(kept, found)]


def test_qst_003_what_a_check_changes() -> None:
    kept = {
        "same": Standing(EXPLAINED, "30", {}),
        "other figure": Standing(EXPLAINED, "30", {}),
        "held against another": Standing(CONFIRMED, "30", {"expected_value": "10"}),
        "gone": Standing(CONFIRMED, "30", {}),
        "gone before": Standing(CORRECTED, "30", {}),
        "back": Standing(CORRECTED, "30", {}),
    }
    found = {
        "same": doubt(),
        "other figure": doubt("300"),
        "held against another": doubt(expected_value="11"),
        "back": doubt(),
        "new": doubt(),
    }
    assert done(kept, *found.items()) == [
        ("other figure", AGAIN),
        ("held against another", None),
        ("back", AGAIN),
        ("new", RAISE),
        ("gone", CORRECT),
    ]


def test_qst_004_twice_is_once() -> None:
    found = [("a", doubt(expected_value="7", times=3.5)), ("a", doubt(expected_value="7", times=3.5))]
    assert done({}, *found) == [("a", RAISE)]
    kept = {"a": Standing(OPEN, "30", told(found[0][1].finding))}
    assert done(kept, *found) == []


def test_qst_005_the_same_doubt() -> None:
    one = identity(doubt(expected_value="7"), "submission X")
    assert identity(doubt("31", expected_value="9"), "submission X") == one
    assert identity(doubt(), "submission Y") != one
    assert identity(replace(doubt(), cells=(CELL._replace(area="BY-VI"),)), "submission X") != one
    assert identity(doubt(code="QLT-D10", other="a"), "s") != identity(doubt(code="QLT-D10", other="b"), "s")
    night = Doubt(
        "S5", Grade.UNLIKELY, Finding("QLT-S5-NIGHT", "3"), about={"interviewer": "I1", "rows": "1,2"}
    )
    later = replace(night, about={"interviewer": "I1", "rows": "1,2,9", "records": "a,b"})
    assert identity(night, "r") == identity(later, "r")
    alike = Doubt("S1", Grade.UNLIKELY, Finding("QLT-S1", "2"), about={"rows": "1,2", "records": "a,b"})
    assert identity(alike, "r") != identity(replace(alike, about={"rows": "1,2", "records": "a,c"}), "r")


def test_qst_006_titles() -> None:
    figures, answers = ([rule for rule in TITLES if rule[0] == kind] for kind in "DS")
    assert figures == [f"D{n}" for n, _ in enumerate(figures, start=1)]
    assert answers == [f"S{n}" for n, _ in enumerate(answers, start=1)]
    assert list(TITLES) == figures + answers
    untold = [t for t in TITLES.values() for language in ("ru", "be") if gettext(t, language) == t]
    assert untold == []
