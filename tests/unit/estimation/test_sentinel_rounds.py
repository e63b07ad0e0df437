"""Trends over sentinel rounds and their breaks.

TRE-010  Sites that come, go or test other numbers, and other ways of sampling, are told of; the slopes say
         the series is not one.
TRE-011  Logistic fits equal statsmodels'; a slope that does not exist is told of, not invented.
TRE-012  Counts that cannot be are refused by row.
TRE-013  Sites that differ but do not change give no trend within sites, however they join.
TRE-014  Order of rows, splitting a cell and moving the years change nothing.
"""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from dozor.core.estimation.trend.comparability import lasting_sites, series_breaks
from dozor.core.estimation.trend.estimating import estimate_trend
from dozor.core.estimation.trend.logistic import fit_logistic
from dozor.core.estimation.trend.prevalence import count_limits, prevalence
from dozor.core.estimation.trend.rounds import Rounds
from dozor.core.findings import Refused


def rounds(text: str) -> Rounds:
    """Read lines of year, site, tested, positive."""
    table = np.array([[float(v) for v in line.split()] for line in text.strip().splitlines()])
    return Rounds(table[:, 0], table[:, 2], table[:, 3], table[:, 1].astype(int))


STEADY = rounds("""
2001 0 200 20
2001 1 200 40
2002 0 210 24
2002 1 190 41
2003 0 220 28
2003 1 200 45
""")
# site 1, where prevalence is high and does not move, joins in 2003
JOINED = rounds("""
2001 0 200 10
2002 0 200 10
2003 0 200 10
2003 1 200 60
2004 0 200 10
2004 1 200 60
""")


def test_a_steady_series_has_no_breaks() -> None:
    assert series_breaks(STEADY) == ()
    rows = estimate_trend(STEADY).rows
    assert [r.estimand for r in rows] == ["share"] * 3 + ["test"] * 2 + ["slope"] * 4 + ["difference"]
    assert rows[0].domain == {"round": "2001"}
    assert rows[-1].name == "prevalence 2003 - 2001"
    assert not any("not one series" in r.method for r in rows)


def test_a_site_that_joins() -> None:
    trend = estimate_trend(JOINED)
    (found,) = trend.findings
    assert (found.code, found.found, found.values["later"]) == ("TRE-SITES-CHANGED", "+ 2", "2003")
    slopes = [r for r in trend.rows if r.estimand == "slope"]
    pooled = slopes[0]
    within = next(r for r in slopes if "site effects" in r.method)
    assert pooled.lower > 0.2
    assert within.estimate == pytest.approx(0, abs=1e-12)
    assert all("not one series" in r.method for r in slopes if "lasting" not in r.method)
    assert lasting_sites(JOINED).tolist() == [0]


def test_sampling_and_numbers_that_change() -> None:
    series = rounds("2001 0 100 5\n2002 0 400 9\n2005 0 390 9")
    found = series_breaks(series, site_names=["Minsk"], sampling=["clinic", "clinic", "street"])
    assert [(f.code, f.found) for f in found] == [
        ("TRE-SIZE-CHANGED", "Minsk: 100 → 400"),
        ("TRE-SAMPLING-CHANGED", "Minsk: clinic → street"),
        ("TRE-GAP", "2002 … 2005"),
    ]


def test_one_round_is_no_trend() -> None:
    trend = estimate_trend(rounds("2001 0 100 5\n2001 1 100 7"))
    assert [f.code for f in trend.findings] == ["TRE-ONE-ROUND"]
    assert [r.estimate for r in trend.rows] == [0.06]


def test_no_slope_where_nobody_is_positive() -> None:
    trend = estimate_trend(rounds("2001 0 100 0\n2002 0 100 0"))
    assert [f.code for f in trend.findings] == ["TRE-NO-FIT"]
    assert [r.estimate for r in trend.rows if r.estimand == "test"] == [None, None]
    with pytest.raises(Refused):
        series = rounds("2001 0 100 0\n2002 0 100 9")
        fit_logistic(np.array([[1.0, 0.0], [1.0, 1.0]]), series.positive, series.tested)


def test_refusals() -> None:
    with pytest.raises(Refused) as refused:
        Rounds(np.array([2001, np.nan]), np.array([10.0, 2.5]), np.array([11.0, -1.0]))
    assert [(f.code, f.row) for f in refused.value.findings] == [
        ("TRE-ROUND-MISSING", 3),
        ("TRE-COUNT", 3),
        ("TRE-COUNT", 3),
        ("TRE-MORE-POSITIVE", 2),
    ]
    with pytest.raises(Refused) as refused:
        Rounds(np.array([2001.0]), np.array([0.0]), np.array([0.0]))
    assert [f.code for f in refused.value.findings] == ["TRE-NOBODY"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_fits_equal_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    when = np.tile(np.arange(5.0), 3)
    site = np.repeat(np.arange(3), 5)
    tested = rng.integers(50, 300, 15).astype(float)
    positive = rng.binomial(tested.astype(int), 0.1 + 0.05 * site).astype(float)
    design = np.column_stack([when, *[(site == s).astype(float) for s in range(3)]])
    fit = fit_logistic(design, positive, tested)
    theirs = sm.GLM(
        np.column_stack([positive, tested - positive]), design, family=sm.families.Binomial()
    ).fit(tol=1e-14, maxiter=100)
    assert fit.coefficients == pytest.approx(theirs.params, rel=1e-8, abs=1e-10)
    assert fit.covariance == pytest.approx(theirs.cov_params(), rel=1e-7, abs=1e-12)
    assert fit.dispersion == pytest.approx(theirs.pearson_chi2 / fit.df, rel=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(6)), st.integers(-1000, 1000))
def test_order_and_origin(order: list[int], shift: int) -> None:
    before = estimate_trend(STEADY).rows
    moved = Rounds(
        STEADY.when[order] + shift, STEADY.tested[order], STEADY.positive[order], STEADY.sites[order]
    )
    after = estimate_trend(moved).rows
    for one, other in zip(before, after, strict=True):
        assert other.estimate == pytest.approx(one.estimate, rel=1e-9)
        assert other.se == (None if one.se is None else pytest.approx(one.se, rel=1e-9))


def test_splitting_a_cell() -> None:
    whole = estimate_trend(STEADY).rows
    parts = Rounds(
        np.append(STEADY.when, 2001.0),
        np.append(STEADY.tested, 50.0) - np.array([50.0, 0, 0, 0, 0, 0, 0]),
        np.append(STEADY.positive, 5.0) - np.array([5.0, 0, 0, 0, 0, 0, 0]),
        np.append(STEADY.sites, 0),
    )
    for one, other in zip(whole, estimate_trend(parts).rows, strict=True):
        if "dispersion" not in one.method:  # the one figure that looks at cells
            assert other.estimate == pytest.approx(one.estimate)
            assert other.se == (None if one.se is None else pytest.approx(one.se))


@pytest.mark.parametrize("kind", ["wilson", "exact"])
def test_limits_at_the_ends(kind: str) -> None:
    assert count_limits(0, 50, kind)[0] == 0
    assert count_limits(50, 50, kind)[1] == 1
    assert count_limits(0, 50, kind)[1] == pytest.approx(1 - count_limits(50, 50, kind)[0])
    assert prevalence(0, 0).estimate is None
