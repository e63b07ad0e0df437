"""A survey's estimates, worked by hand.

SVY-001  A share is a ratio of weighted counts; clusters are what vary.
SVY-002  A gap in one question takes nobody out of another.
SVY-003  A domain keeps the whole design: clusters without anybody in it count as zero.
SVY-004  Degrees of freedom are clusters less strata that the domain has rows in.
SVY-005  A finite population shrinks the variance; a fraction says the same; taken whole, none is left.
SVY-006  Two stages add the variance within clusters.
SVY-007  A stratum with one cluster: fail, remove, adjust, average.
SVY-008  Without weights, weights come from the population counts, or are one.
SVY-009  Cluster numbers start again in every stratum, unless said otherwise.
SVY-010  Nothing to estimate from is no number, not zero.
SVY-011  Rounds are samples of their own.
"""

from __future__ import annotations

import math

import pytest
from scipy import stats
from tests.surveys import ask, by_domain, rows_of

from dozor.core.findings import Refused

TOWNS = rows_of("""
    h  c  w  tested  age
    1  1  2  1       20
    1  1  2  0       30
    1  2  2  1       -
    2  1  1  0       40
    2  1  1  -       25
    2  2  1  1       35
    2  3  1  0       30
""")


def test_svy_001_share_by_hand() -> None:
    (row,) = ask(TOWNS, shares={"tested": "tested = 1"})
    # sum(w y) = 2 + 2 + 1 = 5 of sum(w) = 2 + 2 + 2 + 1 + 1 + 1 = 9
    assert row.estimate == pytest.approx(5 / 9)
    # linearised cluster totals: w (y - 5/9) / 9
    first = [(2 * 4 / 9 - 2 * 5 / 9) / 9, 2 * 4 / 9 / 9]
    second = [-5 / 81, 4 / 81, -5 / 81]
    variance = sum(
        len(z) / (len(z) - 1) * sum((v - sum(z) / len(z)) ** 2 for v in z) for z in (first, second)
    )
    assert row.se == pytest.approx(math.sqrt(variance), rel=1e-14)
    assert (row.n, row.df) == (6, 3)
    t = stats.t.ppf(0.975, 3)
    odds = math.log(5 / 4)
    reach = t * row.se / (5 / 9 * 4 / 9)
    assert row.lower == pytest.approx(1 / (1 + math.exp(reach - odds)), rel=1e-12)
    assert row.method == "taylor; logit"


def test_svy_002_each_question_keeps_its_own_gaps() -> None:
    share, mean = ask(TOWNS, shares={"tested": "tested = 1"}, means=("age",))
    alone = ask(TOWNS, means=("age",))[0]
    assert (share.n, mean.n) == (6, 6)
    assert mean == alone
    assert mean.estimate == pytest.approx((2 * 20 + 2 * 30 + 40 + 25 + 35 + 30) / 8)


def test_svy_003_a_domain_keeps_the_design() -> None:
    rows = {**TOWNS, "young": [1, 0, 0, 0, 1, 0, 0]}
    whole, _, young = ask(rows, totals=("young",), by=(("young",),))
    # the total of an indicator over its domain is the total of the indicator
    assert (young.estimate, young.se) == (whole.estimate, pytest.approx(whole.se))


def test_svy_004_degrees_of_freedom_of_a_domain() -> None:
    rows = {**TOWNS, "area": ["a", "a", "b", "a", "a", "b", "c"]}
    df = {k: row.df for k, row in by_domain(ask(rows, shares={"t": "tested = 1"}, by=(("area",),))).items()}
    assert df == {(): 3, ("a",): 0, ("b",): 0, ("c",): 0}
    assert by_domain(ask(rows, shares={"t": "tested = 1"}, by=(("area",),)))["a",].lower is None


def test_svy_005_finite_populations() -> None:
    rows = {**TOWNS, "N": [4, 4, 4, 6, 6, 6, 6], "f": [0.5] * 7, "all": [2, 2, 2, 3, 3, 3, 3]}
    free = ask(rows, means=("tested",))[0].se
    counted = ask(rows, means=("tested",), fpc=("N",))[0].se
    assert counted == pytest.approx(free * math.sqrt(0.5))
    assert ask(rows, means=("tested",), fpc=("f",))[0].se == pytest.approx(counted, rel=1e-14)
    assert ask(rows, means=("tested",), fpc=("all",))[0].se == 0


def test_svy_006_two_stages() -> None:
    rows = rows_of("""
        c  p  w  N  M  y
        1  1  6  4  3  1
        1  2  6  4  3  3
        2  1  8  4  4  2
        2  2  8  4  4  6
    """)
    row = ask(rows, totals=("y",), cluster=("c", "p"), fpc=("N", "M"))[0]
    # clusters' totals 24 and 64, half of them drawn; within, 6·1, 6·3 of 3 and 8·2, 8·6 of 4
    between = (1 - 2 / 4) * 2 * ((24 - 44) ** 2 + (64 - 44) ** 2)
    within = 2 / 4 * ((1 - 2 / 3) * 2 * (6**2 + 6**2) + (1 - 2 / 4) * 2 * (16**2 + 16**2))
    assert row.se == pytest.approx(math.sqrt(between + within), rel=1e-14)
    assert ask(rows, totals=("y",), cluster=("c",), fpc=("N",))[0].se == pytest.approx(math.sqrt(between))


def test_svy_007_a_stratum_with_one_cluster() -> None:
    rows = rows_of("""
        h  c  w  y
        1  1  1  1
        1  2  1  3
        2  1  1  8
        3  1  1  2
        3  2  1  6
    """)
    with pytest.raises(Refused) as refusal:
        ask(rows, totals=("y",))
    assert refusal.value.findings[0].code == "EST-LONELY"
    assert refusal.value.findings[0].found == "2"
    known = 2 * (1 + 1) + 2 * (4 + 4)
    se = {rule: ask(rows, totals=("y",), lonely=rule)[0].se for rule in ("remove", "adjust", "average")}
    assert se["remove"] == pytest.approx(math.sqrt(known))
    # centred at the mean of all five clusters' totals, 4
    assert se["adjust"] == pytest.approx(math.sqrt(known + (8 - 4) ** 2))
    assert se["average"] == pytest.approx(math.sqrt(known * 3 / 2))
    # a domain is centred at the mean of all clusters drawn in the strata it has answers in: here five
    domain = {**rows, "d": ["a", "b", "a", "b", "a"]}
    one = by_domain(ask(domain, totals=("y",), lonely="adjust", by=(("d",),)))["a",]
    assert one.se == pytest.approx(math.sqrt(2 * (0.5**2 * 2) + 2 * (3**2 * 2) + (8 - 15 / 5) ** 2))


def test_svy_007_a_certain_cluster_is_not_lonely() -> None:
    rows = rows_of("""
        h  c  w  N  y
        1  1  2  4  1
        1  2  2  4  3
        2  1  1  1  8
    """)
    assert ask(rows, totals=("y",), fpc=("N",))[0].se == pytest.approx(math.sqrt(0.5 * 2 * (4 + 4)))


def test_svy_008_weights_from_population_counts() -> None:
    rows = {"N": [10, 10, 10, 10], "y": [1, 2, 3, 6]}
    total = ask(rows, totals=("y",), fpc=("N",))[0]
    assert total.estimate == 30
    assert ask({"y": rows["y"]}, totals=("y",))[0].estimate == 12


def test_svy_008_without_weights_every_row_weighs_the_same() -> None:
    rows = rows_of("""
        h  c  y  N
        1  1  1  0.5
        1  1  3  0.5
        1  2  2  0.5
        2  1  6  0.25
        2  2  8  0.25
    """)
    plain = ask(rows, means=("y",), totals=("y",))
    assert [row.estimate for row in plain] == [4, 20]
    assert plain[0].se == ask({**rows, "w": [1.0] * 5}, means=("y",))[0].se
    # with a population and no weights, its counts weigh: 2 of 4 and 2 of 8
    assert ask(rows, totals=("y",), fpc=("N",))[0].estimate == 2 * 6 + 4 * 14


def test_svy_009_cluster_numbers_are_read_within_their_stratum() -> None:
    assert ask(TOWNS, means=("tested",))[0].df == 3
    with pytest.raises(Refused) as refusal:
        ask(TOWNS, means=("tested",), unique_clusters=True)
    assert refusal.value.findings[0].code == "EST-CLUSTER-TWICE"


def test_svy_010_an_empty_domain_has_no_estimate() -> None:
    rows = {**TOWNS, "area": ["a", "a", "a", "a", "b", "a", "a"]}
    empty = by_domain(ask(rows, shares={"t": "tested = 1"}, by=(("area",),)))["b",]
    assert (empty.estimate, empty.se, empty.n) == (None, None, 0)
    everybody = by_domain(ask(rows, shares={"old": "age > 10"}, by=(("area",),)))["a",]
    assert (everybody.estimate, everybody.se, everybody.lower) == (1.0, 0.0, None)


def test_svy_011_rounds_are_samples_of_their_own() -> None:
    rows = {name: [*cells, *cells] for name, cells in TOWNS.items()}
    rows["year"] = [2024] * 7 + [2026] * 7
    rows["tested"] = [*TOWNS["tested"], 1, 1, 1, 1, 0, 1, 1]
    found = ask(rows, shares={"t": "tested = 1"}, by=(("year",),), differences=("year",), round="year")
    first, last, change = found[1:]
    assert change.estimate == pytest.approx(last.estimate - first.estimate)
    assert change.se == pytest.approx(math.hypot(first.se, last.se))
    assert change.df == 6 - 1
    assert (change.domain, change.against) == ({"year": "2026"}, {"year": "2024"})
