"""Rules on figures (D1–D19), each with figures that a reader can check by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from dozor.core.findings import Refused
from dozor.core.quality.checking import check_figures
from dozor.core.quality.digits import Digits, check_digits
from dozor.core.quality.doubt import Doubt
from dozor.core.quality.expectation import expected_by_areas_and_years
from dozor.core.quality.figures import Cell, Kind, Reported
from dozor.core.quality.history import modified_z_score, z_score
from dozor.core.quality.related import AtLeast, Near, Term, check_nearness
from dozor.core.quality.reporting import Expected, Rate, check_even, check_late_changes, check_rate, rates
from dozor.core.quality.thresholds import Rules, read_rules
from dozor.core.quality.verification import (
    Recount,
    check_double_entry,
    check_recounts,
    verification_factor,
)

AGES = {"15-24": (15, 24), "25+": (25, None), "15+": (15, None), "15-19": (15, 19), "20-24": (20, 24)}
REGIONS = ("A", "B", "C", "D", "E")


def cell(sex: str = "", age: str = "", area: str = "A", year: int = 2025, indicator: str = "11.1") -> Cell:
    return Cell(indicator, "PWID", sex, age, area, year)


def count(value: float, where: Cell) -> Reported:
    return Reported(where, value, "count")


def share(
    value: float, where: Cell, numerator: float | None = None, denominator: float | None = None
) -> Reported:
    return Reported(where, value, "share", 0.1, 100, numerator, denominator)


def children(area: str) -> Sequence[str]:
    return REGIONS if area == "BY" else ()


def doubts(figures: Sequence[Reported], rules: Rules | None = None) -> list[Doubt]:
    return check_figures(
        figures,
        rules or Rules(),
        parent=lambda area: None if area == "BY" else "BY",
        children=children,
        ages=AGES,
    )


def codes(found: Sequence[Doubt]) -> set[str]:
    return {d.finding.code for d in found}


def test_d11_women_and_men_make_the_total() -> None:
    good = [count(30, cell("all")), count(12, cell("female")), count(18, cell("male"))]
    assert doubts(good) == []
    wrong = [*good[:2], count(19, cell("male"))]
    (found,) = doubts(wrong)
    assert (found.finding.code, found.finding.found, found.finding.values["sum"]) == (
        "QLT-D11-SEX",
        "30",
        "31",
    )
    assert found.cell == cell("all")


def test_d11_a_part_above_the_total_is_wrong_though_another_part_is_missing() -> None:
    assert doubts([count(30, cell("all")), count(12, cell("female"))]) == []
    assert codes(doubts([count(30, cell("all")), count(31, cell("female"))])) == {"QLT-D11-SEX"}


def test_d11_age_groups_that_touch_make_the_group_they_fill() -> None:
    parts = [count(5, cell(age="15-24")), count(7, cell(age="25+"))]
    assert doubts([count(12, cell(age="15+")), *parts]) == []
    assert codes(doubts([count(13, cell(age="15+")), *parts])) == {"QLT-D11-AGE"}
    # 15–19 leaves a gap before 25: it is no partition, and nothing can be said
    assert doubts([count(13, cell(age="15+")), count(3, cell(age="15-19")), parts[1]]) == []


def test_d11_regions_make_the_republic_only_when_all_are_there() -> None:
    regions = [count(10, cell(area=a)) for a in REGIONS]
    assert doubts([count(50, cell(area="BY")), *regions]) == []
    assert codes(doubts([count(60, cell(area="BY")), *regions])) == {"QLT-D11-AREA"}
    assert doubts([count(60, cell(area="BY")), *regions[1:]]) == []


def test_d11_means_do_not_add_up() -> None:
    hours = [Reported(cell(area=area), 10.0, "level") for area in (*REGIONS, "BY")]
    assert codes(doubts(hours)) == set()
    money = [Reported(cell(area=area), 10.0, "amount") for area in (*REGIONS, "BY")]
    assert codes(doubts(money)) == {"QLT-D11-AREA"}


def test_d11_shares_add_up_by_their_numerators() -> None:
    women, men = share(50.0, cell("female"), 10, 20), share(25.0, cell("male"), 10, 40)
    assert doubts([share(33.3, cell("all"), 20, 60), women, men]) == []
    assert codes(doubts([share(35.0, cell("all"), 21, 60), women, men])) == {"QLT-D11-SEX"}


def test_d11_a_share_is_what_its_numbers_make_to_half_of_the_last_digit() -> None:
    assert doubts([share(33.3, cell(), 1, 3)]) == []
    assert codes(doubts([share(33.4, cell(), 1, 3)])) == {"QLT-D11-SHARE"}
    assert codes(doubts([share(33.3, cell(), 3, 1)])) == {"QLT-D11-NUMERATOR"}


def test_d5_d6_scores() -> None:
    assert z_score(16, [8, 10, 12]) == 3
    assert z_score(10, [10, 10]) == 0
    assert z_score(11, [10, 10]) == math.inf
    # of 1, 2, 3, 4, 100: median 3, absolute deviations 2, 1, 0, 1, 97, their median 1
    assert modified_z_score(100, [1, 2, 3, 4]) == pytest.approx(0.6745 * 97)
    # the median deviation is 0, the mean one 2: 0.7979 (20 − 10) / 2
    assert modified_z_score(20, [10, 10, 10, 10]) == pytest.approx(0.7979 * 10 / 2)
    assert modified_z_score(10, [10, 10]) == 0


def table(levels: Sequence[float], growth: Sequence[float], kind: Kind = "count") -> list[Reported]:
    return [
        Reported(cell(area=a, year=2021 + t), round(level * g), kind)
        for a, level in zip(REGIONS, levels, strict=True)
        for t, g in enumerate(growth)
    ]


def test_d7_areas_that_rise_together_are_no_outliers_and_one_that_does_not_is() -> None:
    figures = table([40, 80, 120, 200, 60], [1, 1.5, 2.2, 3.3])
    assert "D7" not in {d.rule for d in doubts(figures)}
    spoilt = [count(f.value * 10, f.cell) if f.cell == cell(area="C", year=2023) else f for f in figures]
    found = [d for d in doubts(spoilt) if d.rule == "D7"]
    assert [d.cell for d in found] == [cell(area="C", year=2023)]
    assert found[0].finding.values["expected_value"] == "264"


def test_d7_the_fit_leaves_the_figure_itself_out() -> None:
    y = np.add.outer([0.0, 1.0, 2.0, 3.0], [0.0, 0.5, 1.0])
    y[1, 1] = 99
    fit = expected_by_areas_and_years(y)
    assert fit[1, 1] == pytest.approx(1.5)
    assert fit[2, 1] == pytest.approx(2.5)
    assert np.isnan(expected_by_areas_and_years(np.array([[1.0, np.nan]]))).all()


def test_d7_exchanged_columns_of_women_and_men() -> None:
    figures = []
    for a, level in zip(REGIONS, (300, 500, 400, 800, 600), strict=True):
        for year in (2021, 2022, 2023, 2024):
            women, men = level * 0.3, level * 0.7
            if (a, year) == ("B", 2024):
                women, men = men, women
            figures += [
                count(women, cell("female", area=a, year=year)),
                count(men, cell("male", area=a, year=year)),
            ]
    assert "QLT-D7-SEX" in codes(doubts(figures))


def test_d9_an_area_that_grows_with_the_country_is_steady() -> None:
    grows = [
        count(v, cell(area=a, year=2021 + t)) for a in ("A", "BY") for t, v in enumerate((100, 110, 120, 200))
    ]
    assert [d.cell for d in doubts(grows) if d.rule == "D9"] == [cell(area="BY", year=2024)]
    alone = [f if f.cell.area == "A" else count(110, f.cell) for f in grows]
    assert [d.cell for d in doubts(alone) if d.rule == "D9"] == [cell(area="A", year=2024)]


def test_d10_a_cascade_goes_down() -> None:
    rules = Rules(at_least=(AtLeast((Term("diagnosed"), Term("treated"))),))
    figures = [count(100, cell(indicator="diagnosed")), count(90, cell(indicator="treated"))]
    assert doubts(figures, rules) == []
    figures[1] = count(101, cell(indicator="treated"))
    assert codes(doubts(figures, rules)) == {"QLT-D10-ORDER"}


def test_d12_inside_the_other_interval_is_agreement() -> None:
    near = Near("D12", Term("routine"), Term("survey"), 0.1)
    routine = count(50, cell(indicator="routine"))
    survey = Reported(cell(indicator="survey"), 80, "count", lower=45, upper=110)
    assert list(check_nearness({f.cell: f for f in (routine, survey)}, [near])) == []
    narrow = Reported(survey.cell, 80, "count", lower=70, upper=90)
    (found,) = check_nearness({f.cell: f for f in (routine, narrow)}, [near])
    assert found.finding.values["apart"] == "38"


def test_d18_last_years_block_again_and_another_areas() -> None:
    block = {("female", "15-24"): 31, ("female", "25+"): 47, ("male", "15-24"): 52, ("male", "25+"): 66}
    old = [count(v, cell(*who, year=2024)) for who, v in block.items()]
    again = [count(v, cell(*who)) for who, v in block.items()]
    fresh = [count(v + 3, cell(*who)) for who, v in block.items()]
    assert "QLT-D18" in codes(doubts([*old, *again]))
    assert "D18" not in {d.rule for d in doubts([*old, *fresh])}
    elsewhere = [count(v, cell(*who, area="B")) for who, v in block.items()]
    assert "QLT-D18-AREA" in codes(doubts([*again, *elsewhere]))
    # three small counts that agree say nothing: that happens by chance
    small = [count(1, cell(sex, year=y)) for sex in ("female", "male") for y in (2024, 2025)]
    assert doubts(small) == []


def test_d19_invented_counts_end_in_0_and_5() -> None:
    honest = [count(v, cell(area="A", year=v)) for v in range(100, 300)]
    rounded = [count(10 * v, cell(area="B", year=v)) for v in range(10, 160)]
    found = list(check_digits([*honest, *rounded], Digits()))
    assert [d.about["area"] for d in found] == ["B"]


def test_d1_d3_d4_d17_rates() -> None:
    rows = [Expected("HO", 2024, 10, 10, 10), Expected("HO", 2025, 10, 8, 7, changed=1)]
    assert [d.about["agency"] for d in check_rate("D1", rows, Rate(0.9, 0.75))] == ["HO"]
    assert [d.finding.found for d in check_rate("D3", rows, Rate(0.9, 0.75))] == ["70"]
    assert [d.finding.found for d in check_even(rows, points=0.1)] == ["80"]
    assert [d.finding.found for d in check_late_changes(rows, share=0.05)] == ["12"]
    assert rates(rows[1]) == {"reporting_rate": 0.8, "reporting_rate_on_time": 0.7}
    assert rates(Expected("HO", 2025, 0, 0)) == {"reporting_rate": None, "reporting_rate_on_time": None}
    with pytest.raises(ValueError, match="received"):
        Expected("HO", 2025, 5, 6)


def test_d14_a_ratio_of_totals_with_the_error_of_drawing_sites() -> None:
    sites = [Recount("a", 10, 9), Recount("b", 20, 22), Recount("c", 30, 27)]
    found = verification_factor(sites)
    assert found.factor == pytest.approx(58 / 60)
    scores = np.array([9 - 58 / 6, 22 - 2 * 58 / 6, 27 - 3 * 58 / 6]) / 60
    assert found.se == pytest.approx(math.sqrt(3 / 2 * (scores**2).sum()))
    assert found.lower < found.factor < found.upper
    alone = verification_factor(sites[:1])
    assert alone.factor == pytest.approx(0.9)
    assert math.isnan(alone.se)


def test_d14_d15_d16_findings() -> None:
    sites = [Recount("a", 100, 100, asked=10, found=10), Recount("b", 100, 80, asked=10, found=5)]
    found = list(check_recounts(sites, good=(0.9, 1.1), documents=0.9))
    assert [(d.rule, d.about["site"]) for d in found] == [("D14", "b"), ("D15", "b")]
    assert list(check_double_entry(differing=1, fields=200, of="batch 1", limit=0.01)) == []
    assert [
        d.finding.found for d in check_double_entry(differing=3, fields=200, of="batch 1", limit=0.01)
    ] == ["1.5"]


def test_thresholds_stand_in_the_plans_text() -> None:
    text = (
        'quality:\n  unexpected: {q: "0.2"}\n  at_least:\n    - terms: [a, b/PWID]\n  switched_off: [D19]\n'
    )
    rules = read_rules(text)
    assert rules.unexpected.q == 0.2
    assert rules.unexpected.ratio == Rules().unexpected.ratio
    assert rules.at_least == (AtLeast((Term("a"), Term("b", "PWID"))),)
    assert rules.switched_off == {"D19"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("quality:\n  unexpected: {q: many}\n", "PLAN-BAD-NUMBER"),
        ("quality:\n  unheard_of: 1\n", "PLAN-UNKNOWN-KEY"),
        ('quality:\n  reports: {amber: "0.5", red: "0.9"}\n', "PLAN-BAD-NUMBER"),
    ],
)
def test_faults_of_the_text_are_named(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_rules(text)
    assert [f.code for f in refused.value.findings] == [code]
