"""Shares and means from respondent-driven samples.

RDS-020  A share weighs people by the inverse of how many they know, worked by hand.
RDS-021  Missing answers leave the estimate, not the sample; all missing is refused.
RDS-022  Degrees that cannot be are refused by row; so is a population smaller than the sample.
RDS-023  A chain without one equilibrium gives no RDS-I share.
RDS-024  A domain is a sample of its own, with its part of the population.
RDS-025  Cities become one figure by their sizes, with the sizes' uncertainty; without sizes they do not.
RDS-026  The Salganik bootstrap of groups that first appear out of order differs from R's, which exchanges
         their moves; asked to, it does the same.
"""

from __future__ import annotations

import numpy as np
import pytest

from dozor.core.design.recruitment import read_recruitment
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.rds.bootstrap import bootstrap_estimates, bootstrap_shares
from dozor.core.estimation.rds.combining import Size, combine_cities
from dozor.core.estimation.rds.diagnostics import bottleneck, recruitment_homophily
from dozor.core.estimation.rds.estimators import binary_codes, estimate_mean, estimate_shares
from dozor.core.estimation.rds.sample import RdsSample
from dozor.core.estimation.rds.weights import salganik_heckathorn_shares, stationary_distribution
from dozor.core.findings import Refused

# seed a (knows 2) recruited b (4) and c (4); b recruited d (1)
TREE = read_recruitment(["a", "b", "c", "d"], ["", "a", "a", "b"])
DEGREE = np.array([2.0, 4.0, 4.0, 1.0])
SAMPLE = RdsSample(TREE, DEGREE)


def codes_of(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [f.code for f in refused.value.findings]


def test_rds_2_by_hand() -> None:
    codes = np.array([1, 1, 0, 0])
    _, row = estimate_shares(SAMPLE, codes, ["no", "yes"], estimator="rds2")
    # 1/2 + 1/4 of 1/2 + 1/4 + 1/4 + 1
    assert row.estimate == pytest.approx(0.75 / 2.0)
    assert row.lower == pytest.approx(row.estimate - 1.96 * row.se)
    assert row.deff == pytest.approx(row.se**2 / (0.375 * 0.625 / 4))
    assert (row.n, row.df) == (4, None)


def test_rds_1_by_hand() -> None:
    codes = np.array([1, 1, 0, 0])
    # moves: 1→1 and 1→0 from a, 1→0 from b; group 0 recruited nobody: both groups alike
    settled = 0.5 / (0.5 + 2 / 3)
    inverse = np.array([1 / 4 + 1, 1 / 2 + 1 / 4])
    degree = 2 / inverse
    expected = (settled / degree[1]) / (settled / degree[1] + (1 - settled) / degree[0])
    assert salganik_heckathorn_shares(SAMPLE, codes, 2)[1] == pytest.approx(expected)


def test_missing_answers() -> None:
    rows = estimate_shares(SAMPLE, np.array([1, -1, 0, 0]), ["no", "yes"], estimator="rds2")
    assert rows[1].estimate == pytest.approx(0.5 / 1.75)
    assert rows[1].n == 3
    with pytest.raises(Refused) as refused:
        estimate_shares(SAMPLE, np.full(4, -1), ["no", "yes"], estimator="rds2")
    assert codes_of(refused) == ["EST-ALL-MISSING"]


def test_degrees_and_population_refused() -> None:
    with pytest.raises(Refused) as refused:
        RdsSample(TREE, np.array([0.0, -1.0, np.nan, 3.0]))
    assert [(f.code, f.row) for f in refused.value.findings] == [
        ("RDS-DEGREE-ZERO", 2),
        ("RDS-DEGREE-NEGATIVE", 3),
        ("RDS-DEGREE-MISSING", 4),
    ]
    with pytest.raises(Refused) as refused:
        RdsSample(TREE, DEGREE, 3.0)
    assert codes_of(refused) == ["RDS-POPULATION-SMALL"]
    with pytest.raises(Refused) as refused:
        estimate_shares(SAMPLE, np.array([0, 1, 0, 1]), ["no", "yes"], estimator="ss")
    assert codes_of(refused) == ["RDS-POPULATION-NEEDED"]


def test_outcomes_that_are_not_binary() -> None:
    assert binary_codes(np.array([1.0, 0.0, np.nan])).tolist() == [1, 0, -1]
    with pytest.raises(Refused) as refused:
        binary_codes(np.array([1.0, 2.0]), name="hiv")
    (finding,) = refused.value.findings
    assert (finding.code, finding.found, finding.row, finding.column) == ("EST-NOT-01", "2", 3, "hiv")


@pytest.mark.parametrize(
    "counts", [[[0, 5], [5, 0]], [[5, 0], [0, 5]]], ids=["alternates for ever", "never meets"]
)
def test_no_equilibrium(counts: list[list[int]]) -> None:
    assert np.isnan(stationary_distribution(np.array(counts, dtype=float))).all()


def test_no_equilibrium_no_share() -> None:
    apart = read_recruitment(["a", "b", "c", "d"], ["", "a", "", "c"])
    rows = estimate_shares(RdsSample(apart, DEGREE), np.array([0, 0, 1, 1]), ["no", "yes"], estimator="rds1")
    assert [(r.estimate, r.se, r.lower) for r in rows] == [(None, None, None)] * 2


def test_means() -> None:
    row = estimate_mean(SAMPLE, np.array([10.0, 20.0, np.nan, 40.0]), name="visits", estimator="rds2")
    assert row.estimate == pytest.approx((5 + 5 + 40) / 1.75)
    with pytest.raises(Refused) as refused:
        estimate_mean(SAMPLE, np.ones(4), name="visits", estimator="rds1")
    assert codes_of(refused) == ["RDS-MEAN-ESTIMATOR"]


def test_domains() -> None:
    part = RdsSample(TREE, DEGREE, 100.0).within(np.array([False, True, True, True]))
    assert part.recruitment.parent.tolist() == [-1, -1, 0]
    assert part.population == pytest.approx(100 * 1.5 / 2)
    with pytest.raises(Refused) as refused:
        RdsSample(TREE, DEGREE, 4.0).within(np.array([False, True, True, False]))
    assert codes_of(refused) == ["RDS-DOMAIN-LARGE"]


def row(share: float, se: float) -> Estimate:
    return Estimate("share", "hiv", {}, share, se, n=100, method="rds2")


def test_cities_by_size() -> None:
    cities = {"Minsk": row(0.10, 0.02), "Brest": row(0.30, 0.03)}
    together = combine_cities(cities, {"Minsk": Size(3000, 600), "Brest": Size(1000, 100)})
    assert together.estimate == pytest.approx(0.15)
    variance = (0.75 * 0.02) ** 2 + (0.25 * 0.03) ** 2 + (0.05 / 4000 * 600) ** 2 + (0.15 / 4000 * 100) ** 2
    assert together.se == pytest.approx(np.sqrt(variance))
    assert 0 < together.lower < 0.15 < together.upper < 1
    with pytest.raises(Refused) as refused:
        combine_cities(cities, {"Minsk": Size(3000, 600)})
    assert [(f.code, f.found) for f in refused.value.findings] == [("RDS-SIZES-NEEDED", "Brest")]
    with pytest.raises(Refused) as refused:
        Size(0, 1)
    assert codes_of(refused) == ["RDS-SIZE-WRONG"]


def chain(n: int, seed: int) -> tuple[RdsSample, np.ndarray]:
    """Three seeds, two recruits each; group 1 knows four times as many and recruits its own."""
    rng = np.random.default_rng(seed)
    parent = [-1, -1, -1, *((i // 2) for i in range(n - 3))]
    group = np.zeros(n, dtype=int)
    for i, above in enumerate(parent):
        group[i] = i == 0 if above < 0 else rng.random() < (0.7 if group[above] else 0.2)
    degree = np.where(group == 1, 20.0, 5.0)
    ids = [str(i + 1) for i in range(n)]
    tree = read_recruitment(ids, ["0" if p < 0 else ids[p] for p in parent])
    return RdsSample(tree, degree, 10.0 * n), group


def test_salganik_bootstrap_centres_on_the_estimate_when_corrected() -> None:
    sample, group = chain(300, 4)
    assert group[0] == 1  # group 1 appears before group 0
    share = estimate_shares(sample, group, ["0", "1"], estimator="rds2")[1].estimate
    asked = {"estimator": "rds2", "kind": "salganik", "replicates": 400}
    ours = bootstrap_shares(sample, group, 2, rng=np.random.default_rng(1), corrected=True, **asked)[:, 1]
    theirs = bootstrap_shares(sample, group, 2, rng=np.random.default_rng(1), **asked)[:, 1]
    assert abs(ours.mean() - share) < ours.std()
    assert abs(theirs.mean() - share) > 3 * theirs.std()


@pytest.mark.parametrize("kind", ["tree", "salganik", "gile"])
def test_bootstrap_rows(kind: str) -> None:
    sample, group = chain(200, 3)
    rows = {
        interval: bootstrap_estimates(
            sample,
            group,
            ["0", "1"],
            estimator="ss",
            kind=kind,
            replicates=300,
            rng=np.random.default_rng(5),
            interval=interval,
            corrected=True,  # R's own Salganik replicates may lie beside the estimate
        )[1]
        for interval in ("normal", "percentile", "logit")
    }
    normal = rows["normal"]
    assert (normal.upper - normal.lower) / 2 == pytest.approx(1.959963984540054 * normal.se)
    assert len({r.se for r in rows.values()}) == 1
    assert all(r.lower < r.estimate < r.upper for r in rows.values())
    assert f"{kind} bootstrap, 300 replicates" in normal.method


def test_three_groups_move_as_two_do_when_one_is_empty() -> None:
    sample, group = chain(150, 8)
    asked = {"estimator": "rds1", "kind": "tree", "replicates": 200}
    two = bootstrap_shares(sample, group, 2, rng=np.random.default_rng(2), **asked)
    three = bootstrap_shares(sample, group, 3, rng=np.random.default_rng(2), **asked)
    assert three[:, :2] == pytest.approx(two, nan_ok=True)
    assert np.nanmax(three[:, 2]) == 0


def test_nobody_recruited() -> None:
    alone = RdsSample(read_recruitment(["a", "b"], ["", ""]), np.array([2.0, 3.0]), 50.0)
    for kind, estimator, code in (
        ("tree", "rds2", "RDS-NO-RECRUITS"),
        ("salganik", "rds2", "RDS-NO-RECRUITS"),
    ):
        with pytest.raises(Refused) as refused:
            bootstrap_shares(
                alone,
                np.array([0, 1]),
                2,
                estimator=estimator,
                kind=kind,
                replicates=10,
                rng=np.random.default_rng(1),
            )
        assert codes_of(refused) == [code]


def test_diagnostics_of_chains_that_never_meet() -> None:
    apart = RdsSample(read_recruitment(["a", "b", "c", "d"], ["", "a", "", "c"]), DEGREE)
    group = np.array([0, 0, 1, 1])
    assert recruitment_homophily(apart, group, 2) == pytest.approx(2.0)
    ends = {p.seed: p.shares for p in bottleneck(apart, group, 2)}
    assert ends == {0: (1.0, 0.0), 2: (0.0, 1.0)}
