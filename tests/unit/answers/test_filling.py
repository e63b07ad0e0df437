"""A form filled in by hand (FIL).

FIL-001 A question that is not asked needs no answer, and one given to it is left out.
FIL-002 Rules, numbers and dates are told beside their question; a missing answer once, where it is missing.
FIL-003 Entries of a repeated group are checked each in its place, and added up for each currency apart.
FIL-004 Every instrument of the plan has conditions a page can follow, and an empty form is told whole.
"""

from __future__ import annotations

from datetime import date

import pytest

from dozor.core.answers.filling import Filling, check_filling, filling_of, sums_of
from dozor.core.plan.conditions import as_plain, read_condition
from dozor.formats.plan_folder import find_plan

TODAY = date(2026, 11, 26)
PLAN = find_plan("by-hiv-2006-123")
SCHOOL = PLAN.instruments["survey-heads-general-secondary"]
AIRTIME = PLAN.instruments["airtime-statistics"]
SPENDING = PLAN.instruments["expenditure-analysis"]
GOOD = {
    "institution": "S-1", "school_year": "2026", "area": "BY-HO", "stratum": "1", "teachers_trained": "3",
    "taught": "regularly", "classes_1_4": "0", "pupils_1_4": "0", "pupils_taught_1_4": "0",
    "classes_5_9": "10", "pupils_5_9": "1 200", "pupils_taught_5_9": "900", "hours_5_9": "2,5",
    "classes_10_11": "0", "pupils_10_11": "0", "pupils_taught_10_11": "0",
}  # fmt: skip


def told(instrument, texts, repeats=None):
    found = check_filling(instrument, Filling(texts, repeats or {}), today=TODAY)
    return found, [(f.code, f.column, f.row) for f in found.findings]


def test_fil_001_what_is_not_asked_is_left_out():
    found, wrong = told(SCHOOL, GOOD | {"hours_1_4": "7"})
    assert wrong == []
    assert "hours_1_4" not in found.filling.texts
    assert ("hours_1_4", 0) not in found.asked
    assert (found.filling.texts["hours_5_9"], found.filling.texts["pupils_5_9"]) == ("2.5", "1200")
    assert found.filling.texts["weight"] == "1"


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"pupils_taught_5_9": "1201"}, ("FILL-RULE", "pupils_taught_5_9", None)),
        ({"pupils_5_9": ""}, ("FILL-MISSING", "pupils_5_9", None)),
        ({"pupils_5_9": "1200.5"}, ("FILL-WHOLE", "pupils_5_9", None)),
        ({"hours_5_9": "часа два"}, ("FILL-NUMBER", "hours_5_9", None)),
        ({"taught": "often"}, ("FILL-CHOICE", "taught", None)),
        ({"institution": "ул. Ленина"}, ("FILL-RULE", "institution", None)),
        ({"classes_1_4": "2"}, ("FILL-MISSING", "hours_1_4", None)),
    ],
)
def test_fil_002_each_fault_once_in_its_place(change, wrong):
    assert told(SCHOOL, GOOD | change)[1] == [wrong]


def test_fil_003_entries_are_checked_and_added_up():
    line = {
        "area": "BY", "source": "republican", "purpose": "prevention", "spent_on": "31.12.2025",
        "currency": "BYN", "amount": "100,5",
    }  # fmt: skip
    lines = [line, line | {"amount": "1"}, line | {"currency": "USD", "amount": "7"}]
    head = {"unit": "MOF", "year": "2025"}
    found, wrong = told(SPENDING, head, {"line": lines})
    assert wrong == []
    assert found.filling.repeats["line"][0]["spent_on"] == "2025-12-31"
    sums = sums_of(SPENDING, found.filling, money={"amount": "currency"})
    assert [(s.field.name, s.part, s.total) for s in sums] == [
        ("amount", "BYN", 101.5),
        ("amount", "USD", 7.0),
    ]
    _, wrong = told(SPENDING, head, {"line": [line, line | {"spent_on": "2027-01-01", "currency": "BYR"}]})
    assert wrong == [("FILL-RULE", "spent_on", 2), ("FILL-RULE", "currency", 2)]
    assert told(SPENDING, head)[1] == [("FILL-NO-TURN", "area", None)]


def test_a_filling_is_read_back_from_its_mapping():
    one = Filling({"a": "1"}, {"r": [{"b": "2"}, {}]})
    assert filling_of(one.as_mapping()) == one
    assert Filling({"a": " "}, {"r": [{}]}).is_empty
    assert not one.is_empty


@pytest.mark.parametrize("code", sorted(PLAN.instruments))
def test_fil_004_every_instrument_can_be_followed(code):
    instrument = PLAN.instruments[code]
    found = check_filling(instrument, Filling(), today=TODAY)
    always = {
        f.name for f in instrument.fields
        if f.required and not f.relevant and not any(g.relevant for g in f.groups) and not f.repeat
    }  # fmt: skip
    assert always <= {f.column for f in found.findings if f.code == "FILL-MISSING"}
    for f in instrument.fields:
        for condition in (f.relevant, f.constraint, *(g.relevant for g in f.groups)):
            if condition:
                assert as_plain(read_condition(condition))
