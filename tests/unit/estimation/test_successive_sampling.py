"""Successive sampling without random numbers.

SS-001  Inclusion probabilities equal those of every possible sequence of draws, written out.
SS-002  They add up to the sample, whatever the counts; all are 1 when everybody is drawn.
SS-003  The weights add up to the population, fall with degree, and tend to RDS-II in a large population.
SS-004  The fixed point is one: counts imply the probabilities that imply the counts.
"""

from __future__ import annotations

import numpy as np
import pytest

from dozor.core.estimation.rds.successive import inclusion_probabilities, population_counts
from dozor.core.estimation.rds.weights import successive_sampling_weights, volz_heckathorn_weights


def by_enumeration(degrees: list[int], n: int) -> np.ndarray:
    """Follow every set of people drawn, step by step."""
    people = range(len(degrees))
    chance = {frozenset(): 1.0}
    for _ in range(n):
        after: dict[frozenset[int], float] = {}
        for drawn, p in chance.items():
            left = [i for i in people if i not in drawn]
            total = sum(degrees[i] for i in left)
            for i in left:
                key = drawn | {i}
                after[key] = after.get(key, 0.0) + p * degrees[i] / total
        chance = after
    return np.array([sum(p for drawn, p in chance.items() if i in drawn) for i in people])


@pytest.mark.parametrize(
    "degrees",
    [
        [1, 2, 3, 4, 5, 6, 7, 8],
        [1, 1, 2, 5, 9, 9, 30, 100],
        [1, 1000, 1000, 3],
        [1, 1, 1, 1, 1, 2],
        [3, 3, 3],
    ],
    ids=str,
)
def test_equals_enumeration(degrees: list[int]) -> None:
    classes, member, count = np.unique(degrees, return_inverse=True, return_counts=True)
    for n in range(1, len(degrees) + 1):
        ours = inclusion_probabilities(classes.astype(float), count.astype(float), n)[member]
        assert ours == pytest.approx(by_enumeration(degrees, n), abs=1e-12)


@pytest.mark.parametrize(("n", "population"), [(50, 60), (420, 1200), (2000, 20_000)])
def test_probabilities_add_up_to_the_sample(n: int, population: int) -> None:
    degree = np.arange(1.0, 61.0)
    count = population * (1 / degree) / (1 / degree).sum()
    chance = inclusion_probabilities(degree, count, n)
    assert chance @ count == pytest.approx(n, rel=1e-12)
    assert (np.diff(chance) > 0).all()


def test_everybody_drawn() -> None:
    assert inclusion_probabilities(np.array([1.0, 5.0]), np.array([2.0, 3.0]), 5).tolist() == [1.0, 1.0]


def test_more_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="cannot draw 6"):
        inclusion_probabilities(np.array([1.0]), np.array([5.0]), 6)


def test_the_fixed_point() -> None:
    degree, sampled = np.array([1.0, 2.0, 5.0, 20.0]), np.array([10.0, 30.0, 40.0, 20.0])
    counts, _ = population_counts(degree, sampled, 300.0)
    chance = inclusion_probabilities(degree, counts, 100)
    assert counts.sum() == pytest.approx(300)
    assert counts / (sampled / chance) == pytest.approx(np.full(4, (counts * chance / sampled)[0]), rel=1e-10)


def test_weights_of_a_large_population_are_those_of_rds_2() -> None:
    degree = np.array([1.0, 2, 2, 3, 5, 8, 13, 21] * 20)
    exact = successive_sampling_weights(degree, 1e6, nearly_infinite=0)
    assert exact == pytest.approx(volz_heckathorn_weights(degree, 1e6), rel=2e-3)
    assert (successive_sampling_weights(degree, 1e6) == volz_heckathorn_weights(degree, 1e6)).all()


def test_a_census_gives_equal_weights() -> None:
    degree = np.array([1.0, 2, 2, 3, 5, 8, 13, 21])
    assert successive_sampling_weights(degree, 8.0) == pytest.approx(np.ones(8))
