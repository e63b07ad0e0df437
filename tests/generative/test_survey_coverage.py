"""Intervals cover what they say, by simulation.

COV-SUR-001  In the designs the method page names, 95 % intervals of shares, means, ratios, totals and medians
             cover the population's value in 93–97 % of samples.
"""

from __future__ import annotations

import numpy as np
import pytest

from dozor.core.design.stage import Stage
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.linear import linearise
from dozor.core.estimation.quantiles import Answers, domain_quantiles
from dozor.core.estimation.tabulate import limits
from dozor.core.estimation.totals import Column, Totals

SAMPLES = 4000
STRATA, CLUSTERS, PERSONS = 10, 6, 15
UNITS = STRATA * CLUSTERS


def drawn(rng: np.random.Generator, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Chance of the trait in each cluster of each sample, and unequal weights of the clusters.

    Clusters of a stratum differ (intra-cluster correlation about 0.05), strata differ, weights vary by 1 : 3.
    """
    tilt = rng.normal(0, 0.25, (1, STRATA, 1)) + rng.normal(0, 0.45, (SAMPLES, STRATA, CLUSTERS))
    chance = 1 / (1 + np.exp(-(np.log(level / (1 - level)) + tilt)))
    weight = np.repeat(np.linspace(1, 3, STRATA)[:, None], CLUSTERS, axis=1)
    return chance.reshape(SAMPLES, UNITS), weight.reshape(UNITS)


def design(population: float = np.inf) -> SurveyDesign:
    strata = np.repeat(np.arange(STRATA), CLUSTERS)
    return SurveyDesign(Stage(strata, np.full(STRATA, float(CLUSTERS)), np.full(STRATA, population)))


def totals(kind: str, y: np.ndarray, x: np.ndarray, w: np.ndarray, n: np.ndarray) -> Totals:
    """Cluster totals of every sample, a sample being a domain; arrays of shape (samples, clusters)."""

    def column(values: np.ndarray) -> np.ndarray:
        return np.broadcast_to(values, y.shape).reshape(-1, 1).astype(float)

    return Totals(
        columns=[Column(kind, "x")],
        unit=np.tile(np.arange(UNITS), SAMPLES),
        cell=np.repeat(np.arange(SAMPLES), UNITS),
        respondents=column(n)[:, 0],
        weight=column(w * n)[:, 0],
        answers=column(n),
        answered_weight=column(w * n),
        numerator=column(w * y),
        denominator=column(w * x),
    )


def coverage(kind: str, found: Totals, truth: np.ndarray | float, interval: str) -> float:
    linear = linearise(found, SAMPLES, design())
    lower, upper = limits(found.columns, linear, linear.se(design()), interval=interval, level=0.95)
    return float(np.mean((lower[:, 0] <= truth) & (truth <= upper[:, 0])))


@pytest.mark.parametrize("interval", ["logit", "beta", "wilson", "mean", "arcsine"])
@pytest.mark.parametrize("level", [0.1, 0.3, 0.5])
def test_cov_sur_001_shares(interval: str, level: float) -> None:
    rng = np.random.default_rng(int(1000 * level))
    chance, weight = drawn(rng, level)
    yes = rng.binomial(PERSONS, chance)
    # the population: as many clusters as could be drawn
    truth = np.average(chance, axis=1, weights=weight).mean()
    found = totals("share", yes, np.full_like(yes, PERSONS), weight, np.full(UNITS, PERSONS))
    covered = coverage("share", found, truth, interval)
    assert 0.93 <= covered <= 0.97, covered


@pytest.mark.parametrize("kind", ["mean", "ratio", "total"])
def test_cov_sur_001_numbers(kind: str) -> None:
    rng = np.random.default_rng(4)
    chance, weight = drawn(rng, 0.4)
    size = rng.integers(8, 22, chance.shape)  # unequal clusters
    level = 20 + 10 * chance
    y = rng.normal(size * level, np.sqrt(size) * 6)
    x = rng.normal(size * 5, np.sqrt(size)) if kind == "ratio" else size
    found = totals(kind, y, x, weight, size)
    if kind == "total":
        truth = (weight * 14.5 * level).sum(axis=1).mean()
    else:
        truth = np.average(level, axis=1, weights=weight).mean() / (5 if kind == "ratio" else 1)
    covered = coverage(kind, found, truth, "logit")
    assert 0.93 <= covered <= 0.97, covered


def test_cov_sur_001_medians() -> None:
    rng = np.random.default_rng(5)
    samples, persons = 600, 20
    shift = rng.normal(0, 2, (samples, UNITS, 1))
    value = 30 + shift + rng.normal(0, 8, (samples, UNITS, persons))
    rows = samples * UNITS * persons
    answers = Answers(
        value=value.reshape(-1),
        weight=np.ones(rows),
        count=np.ones(rows),
        unit=np.tile(np.repeat(np.arange(UNITS), persons), samples),
        domain=np.repeat(np.arange(samples), UNITS * persons),
    )
    found = domain_quantiles(answers, samples, design(), [0.5])
    covered = float(np.mean((found.lower <= 30) & (found.upper >= 30)))
    assert 0.93 <= covered <= 0.97, covered
