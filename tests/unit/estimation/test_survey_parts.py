"""Parts of survey estimation by themselves.

SUR-101  Hadamard matrices are orthogonal, with balanced columns.
SUR-102  Balanced half-samples and Fay's, of paired strata, give a total's linearised variance exactly.
SUR-103  Bootstrap replicates keep each stratum's number of clusters on average; the seed decides.
SUR-104  Adjusted weights meet the known totals; a projection leaves nothing of what they explain.
SUR-105  Degrees of freedom of replicates are the rank of their weights less one.
SUR-106  Quantile rules of equal weights are those of NumPy where both have them.
SUR-107  Age standardisation with the sample's own make-up changes no share.
SUR-108  A notebook's frame holds the same numbers.
SUR-109  The likelihood interval has no limits, and no fault, where degrees of freedom are too few for it.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from tests.surveys import ask, rows_of

import dozor
from dozor.core.design.hadamard import hadamard
from dozor.core.design.replicates import make_replicates, scales_of
from dozor.core.design.stage import Stage
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.adjustment import calibrated, post_stratified, raked
from dozor.core.estimation.quantile_rules import quantile
from dozor.core.estimation.replication import rank_less_one
from dozor.core.estimation.request import MadeReplicates, Margin
from dozor.core.findings import Refused

PAIRS = rows_of("""
    h  c  w  y  g
    1  1  2  1  a
    1  2  3  4  b
    2  1  1  5  a
    2  2  2  2  a
    3  1  4  1  b
    3  2  1  7  b
""")


@pytest.mark.parametrize("order", range(1, 50))
def test_sur_101_hadamard(order: int) -> None:
    matrix = hadamard(order)
    assert len(matrix) >= order
    assert (matrix @ matrix.T == len(matrix) * np.eye(len(matrix))).all()
    assert (matrix[:, 0] == 1).all()
    assert (matrix[:, 1:].sum(axis=0) == 0).all()


@pytest.mark.parametrize("kind", ["BRR", "Fay"])
def test_sur_102_half_samples(kind: str) -> None:
    taylor = ask(PAIRS, totals=("y",), by=(("g",),))
    halves = ask(PAIRS, totals=("y",), by=(("g",),), replicates=MadeReplicates(kind, fay=0.3))
    for one, other in zip(taylor, halves, strict=True):
        assert other.se == pytest.approx(one.se, rel=1e-12)


def _design(*sizes: int) -> SurveyDesign:
    strata = np.repeat(np.arange(len(sizes)), sizes)
    return SurveyDesign(Stage(strata, np.array(sizes, float), np.full(len(sizes), np.inf)))


@pytest.mark.parametrize("kind", ["bootstrap", "subbootstrap"])
def test_sur_103_bootstrap(kind: str) -> None:
    design = _design(3, 5)
    made = make_replicates(kind, design, draws=4000, generator=np.random.default_rng(1))
    assert made.factors[:3].sum(axis=0) == pytest.approx(np.full(4000, 3.0))
    assert made.factors.mean(axis=1) == pytest.approx(np.ones(8), abs=0.06)
    again = make_replicates(kind, design, draws=4000, generator=np.random.default_rng(1))
    assert (again.factors == made.factors).all()


def test_sur_103_scales_that_are_needed() -> None:
    with pytest.raises(Refused):
        scales_of("JKn", 5)
    with pytest.raises(Refused):
        scales_of("BRR", 5, rscales=np.ones(4))
    assert scales_of("bootstrap", 11).scale == pytest.approx(0.1)


def test_sur_104_known_totals() -> None:
    rng = np.random.default_rng(2)
    weight = rng.uniform(1, 5, 40)
    first, second = rng.integers(0, 2, 40), rng.integers(0, 3, 40)
    x = np.column_stack([np.ones(40), rng.normal(3, 1, 40)])
    one = post_stratified(second, weight, np.array([50.0, 30, 40]))
    two = raked([first, second], weight, [np.array([70.0, 50]), np.array([50.0, 30, 40])])
    three = calibrated(x, weight, np.array([120.0, 350]))
    for adjustment in (one, two):
        assert np.bincount(second, weight * adjustment.factor) == pytest.approx([50, 30, 40], rel=1e-12)
    assert np.bincount(first, weight * two.factor) == pytest.approx([70, 50], rel=1e-12)
    assert x.T @ (weight * three.factor) == pytest.approx([120, 350], rel=1e-12)
    explained = (weight * three.factor)[:, None] * x
    assert three.project(explained) == pytest.approx(np.zeros_like(x), abs=1e-9)
    level = (weight * one.factor * (second == 1))[:, None]
    assert one.project(level) == pytest.approx(np.zeros_like(level), abs=1e-12)


def test_sur_104_totals_that_cannot_be_met() -> None:
    with pytest.raises(Refused) as refusal:
        raked([np.array([0, 1])] * 2, np.ones(2), [np.array([1.0, 1]), np.array([1.0, 2])])
    assert refusal.value.findings[0].code == "EST-TOTALS-MARGINS"
    with pytest.raises(Refused) as refusal:
        calibrated(np.ones((5, 2)), np.ones(5), np.array([5.0, 5]))
    assert refusal.value.findings[0].code == "EST-TOTALS-UNMET"


def test_sur_105_rank() -> None:
    rng = np.random.default_rng(3)
    for rank in (1, 4, 9):
        weights = rng.uniform(0, 2, (50, rank)) @ rng.uniform(0, 2, (rank, 12))
        assert rank_less_one(weights.T @ weights) == rank - 1


@pytest.mark.parametrize(
    ("rule", "numpy_name"),
    [
        ("hf1", "inverted_cdf"),
        ("hf2", "averaged_inverted_cdf"),
        ("hf4", "interpolated_inverted_cdf"),
        ("hf5", "hazen"),
        ("hf6", "weibull"),
        ("hf7", "linear"),
        ("hf8", "median_unbiased"),
        ("hf9", "normal_unbiased"),
    ],
)
def test_sur_106_quantiles_of_equal_weights(rule: str, numpy_name: str) -> None:
    values = np.sort(np.random.default_rng(4).normal(size=20))
    for p in (0.1, 0.25, 0.5, 0.77, 0.9):
        ours = quantile(values, np.full(20, 1.5), p, rule)
        assert ours == pytest.approx(np.quantile(values, p, method=numpy_name), rel=1e-12)


def test_sur_107_standardising_to_the_sample_itself() -> None:
    (plain,) = ask(PAIRS, means=("y",))
    own = Margin(("g",), {("a",): 2 + 1 + 2, ("b",): 3 + 4 + 1})
    (standard,) = ask(PAIRS, means=("y",), standard=own)
    assert standard.estimate == pytest.approx(plain.estimate, rel=1e-14)


def test_sur_108_a_notebook() -> None:
    frame = dozor.estimate_survey(
        pl.DataFrame(PAIRS), weight="w", stratum="h", cluster="c", mean="y", share={"much": "y > 3"}, by="g"
    )
    rows = ask(PAIRS, shares={"much": "y > 3"}, means=("y",), by=(("g",),))
    assert frame["estimate"].to_list() == [row.estimate for row in rows]
    assert frame["se"].to_list() == [row.se for row in rows]
    assert frame["g"].to_list() == [None, None, "a", "a", "b", "b"]
    with pytest.raises(TypeError, match="no such option"):
        dozor.estimate_survey(pl.DataFrame(PAIRS), weigth="w", mean="y")


def test_sur_109_likelihood_of_few_clusters() -> None:
    rows = {"c": [1, 1, 1, 1, 2, 2, 2, 2], "w": [1, 2, 1, 3, 1, 4, 5, 1.0], "y": [1, 0, 0, 1, 0, 0, 0, 1]}
    (row,) = ask(rows, shares={"y": "y = 1"}, interval="likelihood")
    assert (row.df, row.lower, row.upper) == (1, None, None)
    assert row.se is not None
