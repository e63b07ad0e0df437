"""Aggregate rows (AGG).

AGG-001  Each row is checked by itself, with its row and column: no count is believed that cannot be.
AGG-002  Parts are held against their whole: women and men, age groups that fill a span.
AGG-003  A share has an interval only where the design is known, and the design effect widens it.
AGG-004  Rows of several institutions are pooled as counts; one unknown design leaves no interval.
"""

from __future__ import annotations

import math

import pytest

from dozor.core.answers.aggregates import AggregateRow, Asked, blank_rows, check_rows, estimate_rows
from dozor.core.plan.vocabulary import Age
from dozor.core.text import Text
from dozor.formats.plan_folder import find_plan

NAME = Text("-", "-", "-")
AGES = {a.code: a for a in (
    Age("all", NAME), Age("15-24", NAME, 15, 24), Age("15-19", NAME, 15, 19), Age("20-24", NAME, 20, 24),
    Age("<25", NAME, None, 24), Age("25+", NAME, 25, None),
)}  # fmt: skip
ASKED = Asked(
    {"6.1/prisoners": ("all", "all")}, ("all", "female", "male", ""), AGES, lambda code: code == "BY-HO"
)
GOOD = {
    "series": "6.1/prisoners", "area": "BY-HO", "sex": "all", "age": "all", "n": "120", "numerator": "30",
    "denominator": "100", "design": "1,5",
}  # fmt: skip


def checked(*rows: dict[str, str]):
    return check_rows(enumerate(({**GOOD, **row} for row in rows), start=2), ASKED)


def test_agg_001_a_good_row_is_read():
    (row,), findings = checked({"n": "1 200"})
    assert findings == []
    assert (row.n, row.numerator, row.denominator, row.effect) == (1200, 30, 100, 1.5)


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"numerator": "101"}, "AGG-NUMERATOR", "numerator"),
        ({"denominator": "121"}, "AGG-DENOMINATOR", "denominator"),
        ({"numerator": "0", "denominator": "0"}, "AGG-ZERO", "denominator"),
        ({"n": "-1"}, "AGG-COUNT", "n"),
        ({"n": "12.5"}, "AGG-COUNT", "n"),
        ({"numerator": ""}, "AGG-COUNT", "numerator"),
        ({"series": "4.1/youth"}, "AGG-SERIES", "series"),
        ({"area": "BY-BR"}, "AGG-AREA", "area"),
        ({"sex": "ж"}, "AGG-SEX", "sex"),
        ({"age": "25-29"}, "AGG-AGE", "age"),
        ({"design": "0"}, "AGG-DESIGN", "design"),
        ({"design": "random"}, "AGG-DESIGN", "design"),
        ({"design": "nan"}, "AGG-DESIGN", "design"),
    ],
)
def test_agg_001_each_fault_has_its_place(change, code, column):
    rows, findings = checked(change)
    assert rows == []
    assert [(f.code, f.row, f.column) for f in findings] == [(code, 2, column)]


def test_agg_001_rows_without_counts_are_passed_over():
    empty = {"n": "", "numerator": "", "denominator": ""}
    rows, findings = checked({}, {**empty, "sex": "male"})
    assert (len(rows), findings) == (1, [])
    assert [f.code for f in checked(empty)[1]] == ["AGG-EMPTY"]
    assert [f.code for f in checked({}, {})[1]] == ["AGG-TWICE"]


def part(n, numerator, denominator, **more):
    return {"n": str(n), "numerator": str(numerator), "denominator": str(denominator), **more}


def test_agg_002_women_and_men_make_everybody():
    women, men = part(50, 10, 40, sex="female"), part(70, 20, 60, sex="male")
    assert checked({}, women, men)[1] == []
    _, (finding,) = checked({}, women, part(70, 21, 60, sex="male"))
    assert (finding.code, finding.column, finding.found, finding.values["sum"]) == (
        "AGG-SUM", "numerator", "30", 31,
    )  # fmt: skip
    # men alone may be fewer than everybody, never more
    assert checked({}, men)[1] == []
    assert {f.code for f in checked({}, part(130, 20, 60, sex="male"))[1]} == {"AGG-SUM"}


def test_agg_002_age_groups_that_fill_a_span_make_it():
    young, old = part(20, 5, 20, age="<25"), part(100, 25, 80, age="25+")
    assert checked({}, young, old)[1] == []
    assert {f.code for f in checked({}, young, part(99, 25, 80, age="25+"))[1]} == {"AGG-SUM"}
    whole = part(20, 5, 20, age="15-24")
    parts = (part(10, 2, 10, age="15-19"), part(9, 3, 9, age="20-24"))
    assert [f.column for f in checked(whole, *parts)[1]] == ["n", "denominator"]
    # a group alone fills nothing: nothing can be said
    assert checked(whole, parts[0])[1] == []


def row(numerator, denominator, design, unit=""):
    return AggregateRow(
        "6.1/prisoners", "BY-HO", "all", "all", denominator, numerator, denominator, design, unit
    )


def one(*rows):
    ((_, estimate),) = estimate_rows(rows)
    return estimate


def test_agg_003_no_interval_is_claimed_for_an_unknown_design():
    e = one(row(30, 100, "unknown"))
    assert (e.estimate, e.se, e.lower, e.upper, e.method) == (
        0.3,
        None,
        None,
        None,
        "aggregate rows; design unknown",
    )
    assert one(row(30, 100, "census")).se is None
    assert one(row(0, 100, "2")).method.endswith("no variance")


def test_agg_003_the_design_effect_widens_the_interval():
    plain, wide = one(row(30, 100, "1")), one(row(30, 100, "2"))
    # by hand: sqrt(0.3 * 0.7 / 99); Wilson's interval of 30 of 99
    assert plain.se == pytest.approx(0.0460566)
    assert (plain.lower, plain.upper) == pytest.approx((0.2186, 0.3963), abs=2e-4)
    assert wide.se == pytest.approx(plain.se * math.sqrt(2))
    assert (wide.deff, wide.n_effective) == pytest.approx((2, 50))
    assert wide.lower < plain.lower < plain.upper < wide.upper


def test_agg_004_counts_are_pooled_and_shares_never_averaged():
    e = one(row(10, 20, "1", "A"), row(10, 180, "1", "B"))
    assert e.estimate == 0.1  # the mean of the two shares would be 0.278
    by_hand = math.sqrt((20 / 200) ** 2 * 0.25 / 19 + (180 / 200) ** 2 * (1 / 18) * (17 / 18) / 179)
    assert e.se == pytest.approx(by_hand)
    assert one(row(10, 20, "1", "A"), row(10, 180, "unknown", "B")).se is None


def test_blank_rows_are_those_the_plan_divides_by():
    plan = find_plan("by-hiv-2006-123")
    rows = blank_rows("survey-prisoners", ("BY",), plan.definitions)
    assert [(r["sex"], r["age"]) for r in rows] == [
        ("all", "all"), ("female", "all"), ("male", "all"), ("all", "<25"), ("all", "25+"),
    ]  # fmt: skip
    assert blank_rows("airtime-statistics", ("BY",), plan.definitions) == []
