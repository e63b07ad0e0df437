"""The audiences' rules: read from text, and what they hide by themselves.

DIS-AUD-001  The packaged text names the three audiences of paras 4 and 12; prison, military and key
             populations have the strictest rule in each.
DIS-AUD-002  A fault of the text is found with its line.
DIS-AUD-003  Each primary rule at its edge.
DIS-AUD-004  Rounding comes after hiding, half up; things and means are not rounded to the base.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dozor.core.disclosure import About, Cell, Kind, Reason, Rule, read_audiences
from dozor.core.disclosure.primary import sensitivity
from dozor.core.disclosure.showing import shown_value, statements
from dozor.core.findings import Refused
from dozor.formats.plan_folder import load_audiences

RULE = Rule(8, False, True, 5, 5, 1, 30, Decimal(10), 2, Decimal(90))
STRICT = replace(RULE, smallest_shown=11, hides_nobody=True, width=8)
HERE = About("m", "BY")


def test_the_packaged_audiences():
    """DIS-AUD-001"""
    audiences = load_audiences()
    assert [a.code for a in audiences] == ["public", "legal-entities", "state-bodies"]
    for audience in audiences:
        for population in ("PWID", "MSM", "SW", "prisoners", "conscripts"):
            cell = Cell("1", About("m", "BY", population), Kind.COUNT, Decimal(9))
            strict = audience.rule_of(cell)
            assert strict.smallest_shown > audience.rule.smallest_shown
            assert strict.width > audience.rule.width
            assert strict.hides_nobody
    public, state = audiences.audience("public"), audiences.audience("state-bodies")
    assert public.reads == ("public",)
    assert set(state.reads) == {"public", "legal-entities", "state-bodies"}


GOOD = """strict_populations: [PWID]
audiences:
  - code: a
    name: {ru: "а", be: "а", en: "a"}
    reads: [a]
    rule: {smallest_shown: 8, hides_nobody: false, hides_everyone: true, width: 5, rounding: 5,
           share_decimals: 1, least_respondents: 30, p_percent: 10, dominance_n: 2, dominance_percent: 90}
    strict: {smallest_shown: 11}
"""


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("reads: [a]", "reads: [b]", "DIS-READS-ITSELF"),
        ("reads: [a]", "reads: [a, b]", "PLAN-UNKNOWN-AUDIENCE"),
        ("width: 5", "width: 0", "DIS-RULE-NUMBER"),
        ("p_percent: 10", "p_percent: 120", "DIS-RULE-PERCENT"),
        ("width: 5, ", "", "PLAN-MISSING-KEY"),
        ("smallest_shown: 11", "smalest_shown: 11", "PLAN-UNKNOWN-KEY"),
        ("hides_nobody: false", "hides_nobody: perhaps", "PLAN-NOT-ONE-OF"),
    ],
)
def test_faults_of_the_text(before, after, code):
    """DIS-AUD-002"""
    assert read_audiences({"a.yaml": GOOD}).audience("a").strict.smallest_shown == 11
    with pytest.raises(Refused) as refused:
        read_audiences({"a.yaml": GOOD.replace(before, after)})
    assert code in {f.code for f in refused.value.findings}
    assert all(f.row for f in refused.value.findings)


def reason(cell: Cell, rule: Rule = RULE) -> Reason | None:
    found = sensitivity(cell, rule)
    return found.reason if found else None


def count(value: int, **more: bool) -> Cell:
    return Cell("1", HERE, Kind.COUNT, Decimal(value), **more)


def share(top: int, bottom: int, respondents: int | None = None) -> Cell:
    value = Decimal(top) * 100 / bottom
    return Cell(
        "1", HERE, Kind.SHARE, value, numerator=top, denominator=bottom, respondents=respondents, decimals=1
    )


def money(*given: int, whole: int | None = None) -> Cell:
    total = Decimal(sum(given) if whole is None else whole)
    parts = tuple(Decimal(g) for g in given) if whole is None else None
    return Cell("1", HERE, Kind.MONEY, total, contributions=parts)


@pytest.mark.parametrize(
    ("cell", "rule", "expected"),
    [
        (count(0), RULE, None),
        (count(0), STRICT, Reason.NOBODY),
        (count(1), RULE, Reason.SMALL_COUNT),
        (count(7), RULE, Reason.SMALL_COUNT),
        (count(8), RULE, None),
        (count(10), STRICT, Reason.SMALL_COUNT),
        (count(3, counts_persons=False), RULE, None),
        (count(3, is_published=True), RULE, None),
        (share(7, 100), RULE, Reason.SMALL_COUNT),
        (share(93, 100), RULE, Reason.SMALL_REMAINDER),
        (share(100, 100), RULE, Reason.EVERYONE),
        (share(0, 100), RULE, None),
        (share(0, 100), STRICT, Reason.NOBODY),
        (share(8, 16), RULE, None),
        (share(14, 29, respondents=29), RULE, Reason.FEW_RESPONDENTS),
        (share(14, 30, respondents=30), RULE, None),
        # p %: the second largest payer knows the largest to within what is left, 10 % of 100
        (money(100, 50, 9), RULE, Reason.ONE_PAYER),
        (money(100, 50, 10), replace(RULE, dominance_percent=Decimal(99)), None),
        # (2, 90 %): 91 of 100 from two payers
        (money(50, 41, 9), RULE, Reason.FEW_PAYERS),
        (money(50, 40, 10), RULE, None),
        (money(100), RULE, Reason.ONE_PAYER),
        (money(whole=100), RULE, Reason.PAYERS_UNKNOWN),
        (money(), RULE, None),
    ],
)
def test_primary_rules_at_their_edges(cell, rule, expected):
    """DIS-AUD-003"""
    assert reason(cell, rule) is expected


def test_what_money_lacks_has_to_be_hidden_in_the_total():
    """DIS-AUD-003: 100 + 50 + 9 lack 1 by the p % rule; by (2, 90 %) they lack 150/0.9 − 159, rounded up."""
    found = sensitivity(money(100, 50, 9), RULE)
    assert found is not None
    assert [(n.up, n.down) for n in found.needs] == [(8, 8)]


@pytest.mark.parametrize(("value", "printed"), [(0, 0), (8, 10), (12, 10), (13, 15), (17, 15), (18, 20)])
def test_rounding_and_what_it_says(value, printed):
    """DIS-AUD-004: a reader knows the rule: a printed 10 is 8 to 12, a printed 0 is 0."""
    cell = count(value)
    assert shown_value(cell, RULE) == printed
    ((said),) = statements(cell, RULE)
    low, high = (0, 0) if value == 0 else (max(8, printed - 2), printed + 2)
    assert (said.lower, said.upper) == (low, high)


def test_what_is_not_rounded_to_the_base():
    """DIS-AUD-004"""
    assert shown_value(count(13, counts_persons=False), RULE) == 13
    assert shown_value(share(1, 8), RULE) == Decimal("12.5")
    assert shown_value(replace(share(1, 8), decimals=0), RULE) == 13
    assert shown_value(Cell("1", HERE, Kind.MEAN, Decimal("17.25"), decimals=1), RULE) == Decimal("17.3")
    assert statements(Cell("1", HERE, Kind.MEAN, Decimal("17.25"), decimals=1), RULE) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": Decimal("1.5")},
        {"value": Decimal(-1)},
        {"value": Decimal("NaN")},
        {"kind": Kind.SHARE, "numerator": 3},
        {"kind": Kind.SHARE, "numerator": 3, "denominator": 2},
        {"kind": Kind.SHARE, "numerator": 0, "denominator": 0},
        {"decimals": 1},
    ],
)
def test_a_cell_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="1"):
        replace(count(1), **wrong)
