"""Does the sample look like what the estimators assume? Figures behind the plots of Gile et al. (2015).

References
----------
Gile, K. J., Johnston, L. G. & Salganik, M. J. (2015). Diagnostics for respondent-driven sampling.
J. Royal Statistical Society A 178, 241-269.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dozor.core.estimation.rds.sample import Codes, RdsSample
from dozor.core.estimation.rds.successive import Floats
from dozor.core.estimation.rds.weights import Estimator, rds_weights, transitions


@dataclass(frozen=True)
class CumulativePoint:
    """The estimate had the survey ended after one wave; `seed` is a row, or -1 for all chains."""

    wave: int
    n: int
    shares: tuple[float, ...]
    seed: int = -1


@dataclass(frozen=True)
class Recruiting:
    """How the chains grew."""

    seeds: int
    barren_seeds: int
    longest_chain: int
    largest_tree_share: float
    per_wave: tuple[int, ...]
    recruits_per_recruiter: tuple[int, ...]


def recruiting(sample: RdsSample) -> Recruiting:
    """Count seeds, waves and recruits.

    ``recruits_per_recruiter[k]`` is how many respondents recruited k others; ``barren_seeds`` recruited
    nobody; ``largest_tree_share`` is the part of the sample that came from one seed.
    """
    tree = sample.recruitment
    seeds = tree.parent < 0
    return Recruiting(
        seeds=int(seeds.sum()),
        barren_seeds=int((seeds & (tree.recruits == 0)).sum()),
        longest_chain=int(tree.wave.max()),
        largest_tree_share=float(np.bincount(tree.seed).max() / tree.size),
        per_wave=tuple(int(k) for k in np.bincount(tree.wave)),
        recruits_per_recruiter=tuple(int(k) for k in np.bincount(tree.recruits)),
    )


def convergence(
    sample: RdsSample, codes: Codes, groups: int, *, estimator: Estimator = "rds2"
) -> list[CumulativePoint]:
    """Estimate after each wave: a line that has not become flat says the seeds still show."""
    return _cumulative(sample, codes, groups, estimator, -1)


def bottleneck(
    sample: RdsSample, codes: Codes, groups: int, *, estimator: Estimator = "rds2"
) -> list[CumulativePoint]:
    """Do the same for each seed's chains apart: lines that do not meet say the network is split."""
    points = []
    tree = sample.recruitment
    for seed in np.unique(tree.seed):
        mine = tree.seed == seed
        points += _cumulative(sample.within(mine), codes[mine], groups, estimator, int(seed))
    return points


def _cumulative(
    sample: RdsSample, codes: Codes, groups: int, estimator: Estimator, seed: int
) -> list[CumulativePoint]:
    points = []
    for wave in range(int(sample.recruitment.wave.max()) + 1):
        reached = sample.recruitment.wave <= wave
        part = RdsSample(sample.recruitment.within(reached), sample.degree[reached], sample.population)
        known = codes[reached] >= 0
        if not known.any():
            continue
        weights = rds_weights(part, estimator, codes[reached], groups)
        mass = np.bincount(codes[reached][known], weights=weights[known], minlength=groups)
        points.append(
            CumulativePoint(wave, int(known.sum()), tuple(float(m) for m in mass / mass.sum()), seed)
        )
    return points


def recruitment_homophily(sample: RdsSample, codes: Codes, groups: int) -> float:
    """Ratio of recruitments within one's own group to those expected if recruiting were blind."""
    counts = transitions(sample, codes, groups)
    blind = float(counts.sum(axis=1) @ counts.sum(axis=0)) / float(counts.sum())
    return float(np.trace(counts)) / blind if blind > 0 else float("nan")


def population_homophily(sample: RdsSample, codes: Codes, groups: int, weights: Floats) -> Floats:
    """Ratio of ties between groups expected without homophily to those estimated: above 1, like meets like.

    Parameters
    ----------
    weights
        One per respondent, of any scale.

    Returns
    -------
    Floats
        One value for two groups (they share it), one per group against all others for more.

    Notes
    -----
    With p the share, m0, m1, m the mean degrees of those without, with and of all, and s the mean
    number of ties to the other side (one's degree times the part of one's recruits on that side),
    2 p (1 - p) m0 m1 / (s m), over respondents who recruited.
    """
    asked = range(groups) if groups > 2 else [groups - 1]
    return np.array([_homophily(sample, codes, group, weights) for group in asked])


def _homophily(sample: RdsSample, codes: Codes, group: int, weights: Floats) -> float:
    parent = sample.recruitment.parent
    recruited = parent >= 0
    inside = codes == group
    recruits = sample.recruitment.recruits
    like = np.bincount(parent[recruited], weights=inside[recruited], minlength=sample.size)
    unknown = np.bincount(parent[recruited], weights=(codes < 0)[recruited], minlength=sample.size)
    use = (recruits > 0) & (unknown == 0) & (codes >= 0)
    w, degree, has = weights[use], sample.degree[use], inside[use]
    toward = degree * like[use] / recruits[use]
    crossing = np.where(has, degree - toward, toward)
    with_it, without = w[has], w[~has]
    if not len(with_it) or not len(without):
        return float("nan")
    p = with_it.sum() / w.sum()
    degree_with = with_it @ degree[has] / with_it.sum()
    degree_without = without @ degree[~has] / without.sum()
    tied = float(w @ crossing) * float(w @ degree) / float(w.sum()) ** 2
    return float(2 * p * (1 - p) * degree_with * degree_without / tied) if tied > 0 else float("inf")


def differential_activity(sample: RdsSample, has_trait: NDArray[np.bool_], weights: Floats) -> float:
    """Mean degree of those with a trait over that of the others, weighted."""
    if not has_trait.any() or has_trait.all():
        return float("nan")
    inside, outside = weights[has_trait], weights[~has_trait]
    with_it = inside @ sample.degree[has_trait] / inside.sum()
    without = outside @ sample.degree[~has_trait] / outside.sum()
    return float(with_it / without)
