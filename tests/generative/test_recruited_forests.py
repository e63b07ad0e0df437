"""Invariants of respondent-driven estimates over random forests.

RDS-010  The order of rows changes neither weights nor shares nor diagnostics.
RDS-011  Other names of respondents change nothing.
RDS-012  The scale of degrees changes no share; shares of all groups add up to one and stay in 0–1.
RDS-013  The same seed gives the same bootstrap; another order of outcomes does not change it.
RDS-014  The standard error computed by classes of weight equals the sum over all pairs.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dozor.core.design.recruitment import read_recruitment
from dozor.core.estimation.rds.bootstrap import bootstrap_shares
from dozor.core.estimation.rds.diagnostics import population_homophily, recruiting
from dozor.core.estimation.rds.estimators import estimate_shares
from dozor.core.estimation.rds.likelihood import likelihood_standard_error
from dozor.core.estimation.rds.sample import RdsSample
from dozor.core.estimation.rds.weights import volz_heckathorn_weights


@st.composite
def forests(draw: st.DrawFn) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Identifiers, recruiters, degrees and groups of 4 to 40 respondents."""
    n = draw(st.integers(4, 40))
    parents = [-1] + [draw(st.integers(-1, i - 1)) for i in range(1, n)]
    degree = np.array(draw(st.lists(st.integers(1, 30), min_size=n, max_size=n)), dtype=float)
    group = np.array(draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)))
    group[:2] = [0, 1]
    ids = [f"r{i}" for i in range(n)]
    return ids, ["" if p < 0 else ids[p] for p in parents], degree, group


def shares(
    ids: list[str], recruiters: list[str], degree: np.ndarray, group: np.ndarray
) -> list[float | None]:
    sample = RdsSample(read_recruitment(ids, recruiters), degree, 3.0 * len(ids))
    rows = [
        row.estimate
        for estimator in ("rds1", "rds2", "ss")
        for row in estimate_shares(sample, group, ["0", "1"], estimator=estimator)
    ]
    homophily = population_homophily(sample, group, 2, volz_heckathorn_weights(degree))
    return [*rows, *(None if np.isnan(h) else float(h) for h in homophily)]


@settings(max_examples=25, deadline=None)
@given(forests(), st.randoms(use_true_random=False))
def test_order_and_names(forest: tuple[list[str], list[str], np.ndarray, np.ndarray], random: object) -> None:
    ids, recruiters, degree, group = forest
    before = shares(ids, recruiters, degree, group)
    order = list(range(len(ids)))
    random.shuffle(order)  # type: ignore[attr-defined]
    renamed = {"": "", **{name: f"person {name[::-1]}" for name in ids}}
    after = shares(
        [renamed[ids[i]] for i in order],
        [renamed[recruiters[i]] for i in order],
        degree[order],
        group[order],
    )
    assert [a is None for a in after] == [b is None for b in before]
    assert [a for a in after if a is not None] == pytest.approx(
        [b for b in before if b is not None], rel=1e-7, abs=1e-9
    )


@settings(max_examples=25, deadline=None)
@given(forests(), st.floats(0.1, 50))
def test_scale_of_degrees(forest: tuple[list[str], list[str], np.ndarray, np.ndarray], scale: float) -> None:
    ids, recruiters, degree, group = forest
    before, after = shares(ids, recruiters, degree, group), shares(ids, recruiters, degree * scale, group)
    pairs = [(a, b) for a, b in zip(before[:6], after[:6], strict=True) if a is not None and b is not None]
    assert [a for a, _ in pairs] == pytest.approx([b for _, b in pairs], rel=1e-7)
    for first in (0, 2, 4):
        both = before[first : first + 2]
        if None not in both:
            assert sum(both) == pytest.approx(1)
            assert all(-1e-12 <= share <= 1 + 1e-12 for share in both)


@settings(max_examples=40, deadline=None)
@given(forests(), st.sampled_from(["tree", "salganik", "gile"]), st.integers(0, 5))
def test_bootstraps_repeat(
    forest: tuple[list[str], list[str], np.ndarray, np.ndarray], kind: str, seed: int
) -> None:
    ids, recruiters, degree, group = forest
    tree = read_recruitment(ids, recruiters)
    if (tree.parent < 0).all():
        return
    sample = RdsSample(tree, degree, 3.0 * len(ids))
    asked = {"estimator": "rds2", "kind": kind, "replicates": 25}
    first = bootstrap_shares(sample, group, 2, rng=np.random.default_rng(seed), **asked)
    again = bootstrap_shares(sample, group, 2, rng=np.random.default_rng(seed), **asked)
    assert np.array_equal(first, again, equal_nan=True)
    whole = first[np.isfinite(first).all(axis=1)]
    assert whole.sum(axis=1) == pytest.approx(np.ones(len(whole)))
    assert ((whole >= -1e-12) & (whole <= 1 + 1e-12)).all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.floats(-5, 5)), min_size=2, max_size=25),
)
def test_standard_error_by_pairs(people: list[tuple[int, float]]) -> None:
    weight = np.array([1 / d for d, _ in people])
    value = np.array([v for _, v in people])
    product = np.outer(weight, weight)
    product = np.minimum(product, 10 * np.median(product))
    before = np.tril(np.ones_like(product), -1)
    mean = (value[:, None] + value[None, :]) / 2
    centre = (mean * product * before).sum() / (product * before).sum()
    each = (product**2 * (mean - centre) * before).sum(axis=1)
    expected = np.sqrt(4 * (each**2).sum() / (product**2 * before).sum() ** 2)
    assert likelihood_standard_error(weight, value) == pytest.approx(expected, rel=1e-8, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(forests())
def test_counts_of_recruiting(forest: tuple[list[str], list[str], np.ndarray, np.ndarray]) -> None:
    ids, recruiters, degree, _ = forest
    counts = recruiting(RdsSample(read_recruitment(ids, recruiters), degree))
    assert sum(counts.per_wave) == len(ids) == sum(counts.recruits_per_recruiter)
    assert counts.per_wave[0] == counts.seeds
    assert sum(k * times for k, times in enumerate(counts.recruits_per_recruiter)) == len(ids) - counts.seeds
