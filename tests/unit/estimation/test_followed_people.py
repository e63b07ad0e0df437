"""Retention, ways out, ages at a first event.

COH-010  The headline is over all who started: dead, stopped and lost stay in the denominator.
COH-011  Transfers count by a stated rule, and every rule's figure says so.
COH-012  Records that end early without a way out stay in the denominator and are told of.
COH-013  Months are calendar months.
COH-014  Kaplan-Meier needs no weights' scale; clusters of one person are no clusters; doubling every
         person halves the variance, but not when the doubles are one cluster.
COH-015  Ways out and staying add up to one; one way out alone is one minus Kaplan-Meier.
COH-016  What cannot be is refused by row: an end before the start, no time, an entry after the end.
COH-017  A median age counts those who have not begun.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dozor.core.estimation.cohort.comparison import compare_groups
from dozor.core.estimation.cohort.competing import cumulative_incidence
from dozor.core.estimation.cohort.first_age import median_first_age
from dozor.core.estimation.cohort.followup import FollowUp, exit_codes, months_between, together
from dozor.core.estimation.cohort.retention import (
    Cohort,
    Rules,
    compare_retention,
    estimate_retention,
    share_on_therapy,
    unseen,
)
from dozor.core.estimation.cohort.survival import influence, kaplan_meier
from dozor.core.findings import Refused

# ten people: 1 died at 3, 1 stopped at 5, 1 lost at 8, 1 moved at 6, 1 last seen well at 9, 5 still there
TIME = np.array([3.0, 5, 8, 6, 9, 12, 13, 14, 15, 20])
EXIT, WAYS = exit_codes(["died", "stopped", "lost", "moved", "", "", "0", "", "died", ""])
PEOPLE = Cohort(FollowUp(TIME, EXIT), WAYS, frozenset({WAYS.index("moved") + 1}))


@pytest.mark.parametrize(
    ("transfers", "unseen_rule", "on", "of"),
    [
        ("leave-out", "count-as-out", 5, 9),
        ("count-as-out", "count-as-out", 5, 10),
        ("count-as-on", "count-as-out", 6, 10),
        ("leave-out", "leave-out", 5, 8),
    ],
)
def test_the_headline(transfers: str, unseen_rule: str, on: int, of: int) -> None:
    row = share_on_therapy(PEOPLE, 12, rules=Rules(transfers, unseen_rule))
    assert (row.estimate, row.n) == (pytest.approx(on / of), of)
    assert row.lower < row.estimate < row.upper
    assert f"transfers {transfers}; unseen {unseen_rule}" in row.method


def test_early_ends_are_told_of() -> None:
    finding = unseen(PEOPLE, 12)
    assert finding is not None
    assert (finding.code, finding.found, finding.values["n"]) == ("COH-UNSEEN", "1", 10)
    assert unseen(PEOPLE, 9) is None


def test_everybody_and_nobody_on_therapy() -> None:
    whole = Cohort(FollowUp(np.full(20, 15.0), np.zeros(20, dtype=int)), ())
    row = share_on_therapy(whole, 12, rules=Rules())
    assert (row.estimate, row.upper) == (1.0, 1.0)
    assert row.lower == pytest.approx(20 / (20 + 1.959963984540054**2))
    none = Cohort(FollowUp(np.full(3, 5.0), np.ones(3, dtype=int)), ("moved",), frozenset({1}))
    assert share_on_therapy(none, 12, rules=Rules()).estimate is None


def test_rows_of_retention() -> None:
    rows = estimate_retention(PEOPLE, [6, 12], quantiles=[0.5])
    names = [(r.estimand, r.name) for r in rows]
    assert names[:5] == [
        ("share", "on therapy at 6"),
        ("survival", "retention at 6"),
        ("incidence", "died by 6"),
        ("incidence", "lost by 6"),
        ("incidence", "stopped by 6"),
    ]
    assert names[-1] == ("quantile", "time to leaving@0.5")
    at_12 = [r.estimate for r in rows if r.name.endswith(" 12") and r.estimand != "share"]
    assert sum(at_12) == pytest.approx(1)


def test_weights_and_clusters_of_the_headline() -> None:
    weight = np.array([2.0, 1, 1, 1, 1, 2, 1, 1, 1, 1])
    cluster = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
    people = Cohort(FollowUp(TIME, EXIT, None, weight, cluster), WAYS)
    row = share_on_therapy(people, 12, rules=Rules("count-as-out"))
    share = 6 / 12
    assert row.estimate == pytest.approx(share)
    on = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    totals = np.bincount(cluster, weights=weight * (on - share) / 12)
    assert row.se == pytest.approx(np.sqrt(5 / 4 * (totals @ totals)))
    assert row.df == 4


def test_calendar_months() -> None:
    assert months_between(date(2023, 1, 31), date(2023, 2, 28)) == 1
    assert (
        months_between(date(2023, 3, 15), date(2024, 3, 14))
        < 12
        == months_between(date(2023, 3, 15), date(2024, 3, 15))
    )
    assert months_between(date(2024, 3, 15), date(2024, 3, 1)) < 0


def test_times_apart_by_rounding_are_tied() -> None:
    assert len(np.unique(together(np.array([0.3, 0.1 + 0.2, 0.1 * 3, 0.4])))) == 2


cohorts = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, 2), st.integers(1, 5)), min_size=3, max_size=30
)


@settings(max_examples=80, deadline=None)
@given(cohorts, st.floats(0.01, 100), st.integers(1, 12))
def test_invariants_of_the_curve(people: list[tuple[int, int, int]], scale: float, when: int) -> None:
    time = np.array([float(t) for t, _, _ in people])
    exits = np.array([e for _, e, _ in people])
    weight = np.array([float(w) for _, _, w in people])
    base = FollowUp(time, exits, None, weight)
    curve = kaplan_meier(base)
    scaled = kaplan_meier(FollowUp(time, exits, None, weight * scale))
    order = np.argsort(-time, kind="stable")
    shuffled = kaplan_meier(FollowUp(time[order], exits[order], None, weight[order]))
    apart = kaplan_meier(FollowUp(time, exits, None, weight, np.arange(len(time))))
    for other in (scaled, shuffled, apart):
        assert other.survival == pytest.approx(curve.survival, abs=1e-12)
        assert other.se == pytest.approx(curve.se, abs=1e-9)
    if when <= time.max():
        each = weight * influence(base, curve, when)
        assert np.sqrt(each @ each) == pytest.approx(curve.at(when)[1], abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(cohorts, st.integers(1, 12))
def test_ways_add_up(people: list[tuple[int, int, int]], when: int) -> None:
    time = np.array([float(t) for t, _, _ in people])
    exits = np.array([e for _, e, _ in people])
    if when > time.max():
        return
    shares, errors = cumulative_incidence(FollowUp(time, exits), 2).at(when)
    assert shares.sum() == pytest.approx(1)
    curve = kaplan_meier(FollowUp(time, exits), robust=True)
    assert (shares[0], errors[0]) == pytest.approx(curve.at(when), abs=1e-12)
    alone = cumulative_incidence(FollowUp(time, (exits > 0).astype(int)), 1).at(when)
    assert alone[0][1] == pytest.approx(1 - curve.at(when)[0])
    assert alone[1][1] == pytest.approx(curve.at(when)[1], abs=1e-9)


def test_doubles() -> None:
    once = kaplan_meier(FollowUp(TIME, EXIT), robust=True)
    twice = np.concatenate([TIME, TIME]), np.concatenate([EXIT, EXIT])
    people = np.concatenate([np.arange(10), np.arange(10)])
    assert kaplan_meier(FollowUp(*twice), robust=True).se == pytest.approx(once.se / np.sqrt(2))
    assert kaplan_meier(FollowUp(*twice, cluster=people)).se == pytest.approx(once.se)


def test_groups_that_are_one() -> None:
    twice = FollowUp(np.concatenate([TIME, TIME]), np.concatenate([EXIT, EXIT]))
    group = np.repeat([0, 1], 10)
    assert compare_groups(twice, group).chi_square == pytest.approx(0)
    row = compare_retention(Cohort(twice, WAYS), group, by="site")
    assert (row.estimand, row.name, row.df) == ("test", "log-rank site", 1.0)
    assert "p = 1" in row.method


def test_refusals() -> None:
    with pytest.raises(Refused) as refused:
        FollowUp(np.array([-1.0, np.nan, 5.0]), np.zeros(3, dtype=int), np.array([-2.0, 0.0, 5.0]))
    assert [(f.code, f.row) for f in refused.value.findings] == [
        ("COH-TIME-MISSING", 3),
        ("COH-EVENT-BEFORE-START", 2),
        ("COH-ENTRY-LATE", 3),
        ("COH-ENTRY-LATE", 4),
    ]
    with pytest.raises(Refused) as refused:
        FollowUp(np.ones(2), np.zeros(2, dtype=int), None, np.array([0.0, 1.0]))
    assert [(f.code, f.row) for f in refused.value.findings] == [("COH-WEIGHT", 2)]


def test_first_age() -> None:
    row = median_first_age(
        first_age=np.array([15.0, 16, 17, 18, 0, 0]),
        age=np.array([20.0, 20, 20, 20, 16, 19]),
        has_begun=np.array([True, True, True, True, False, False]),
    )
    # by 16.999 one more could begin; of those left at 17 and 18 half have begun by 17
    assert row.estimate == 17
    assert (row.estimand, row.n) == ("quantile", 6)
    with pytest.raises(Refused) as refused:
        median_first_age(first_age=np.array([21.0]), age=np.array([20.0]), has_begun=np.array([True]))
    assert [f.code for f in refused.value.findings] == ["COH-FIRST-AFTER-AGE"]
