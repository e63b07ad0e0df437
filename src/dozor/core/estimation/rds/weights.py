"""How many people each respondent stands for, under the three estimators."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from dozor.core.estimation.rds.sample import Codes, RdsSample
from dozor.core.estimation.rds.successive import Floats, population_counts
from dozor.core.findings import Finding, Refused

Estimator = Literal["rds1", "rds2", "ss"]
ESTIMATORS: tuple[Estimator, ...] = get_args(Estimator)

NEARLY_INFINITE = 0.01  # below this sampling fraction R's RDS draws with replacement
CLOSE_TO_ONE = float(np.sqrt(np.finfo(float).eps))


def volz_heckathorn_weights(degree: Floats, population: float | None = None) -> Floats:
    """Weights of RDS-II: inverse to degree, adding up to `population`, or with mean degree over degree.

    References
    ----------
    Volz, E. & Heckathorn, D. D. (2008). Probability based estimation theory for respondent driven
    sampling. J. Official Statistics 24, 79-97.
    """
    weights: Floats = degree.mean() / degree
    if population is not None:
        weights = population * weights / weights.sum()
    return weights


def successive_sampling_weights(
    degree: Floats, population: float, *, nearly_infinite: float = NEARLY_INFINITE
) -> Floats:
    """Gile's weights: inverse to the chance to be drawn without replacement, adding up to `population`.

    Below the sampling fraction `nearly_infinite` they are those of RDS-II, as in R's RDS; pass 0 for
    the exact weights whatever the fraction.
    """
    if population * nearly_infinite >= len(degree):
        return volz_heckathorn_weights(degree, population)
    classes, member, sampled = np.unique(degree, return_inverse=True, return_counts=True)
    counts, _ = population_counts(classes.astype(float), sampled.astype(float), population)
    weights: Floats = (counts / sampled)[member.reshape(-1)]
    return weights


def transitions(sample: RdsSample, codes: Codes, groups: int) -> Floats:
    """Count recruitments from group (row) to group (column); -1 in `codes` is a missing answer."""
    parent = sample.recruitment.parent
    recruited = parent >= 0
    source, target = codes[parent[recruited]], codes[recruited]
    known = (source >= 0) & (target >= 0)
    pairs = source[known] * groups + target[known]
    return np.bincount(pairs, minlength=groups * groups).reshape(groups, groups).astype(float)


def stationary_distribution(counts: Floats) -> Floats:
    """Where a chain of recruitments settles; not-a-number where it does not settle in one way.

    A group that recruited nobody counts as recruiting all groups alike, as in R's RDS. Chains that
    alternate for ever, or split into parts that never meet, have no single equilibrium.
    """
    counts = np.where(counts.sum(axis=1, keepdims=True) == 0, 0.1, counts)
    chance = counts / counts.sum(axis=1, keepdims=True)
    values, vectors = np.linalg.eig(chance.T)
    settled = np.flatnonzero(np.abs(values - 1) < CLOSE_TO_ONE)
    if len(settled) != 1 or bool((np.abs(values + 1) < CLOSE_TO_ONE).any()):
        return np.full(len(counts), np.nan)
    vector = vectors[:, settled[0]].real
    return np.asarray(vector / vector.sum(), dtype=float)


def mean_degrees(degree: Floats, codes: Codes, groups: int) -> Floats:
    """Harmonic mean degree of each group: its mean degree in the population."""
    known = codes >= 0
    size = np.bincount(codes[known], minlength=groups)
    inverse = np.bincount(codes[known], weights=1 / degree[known], minlength=groups)
    return np.asarray(np.divide(size, inverse, out=np.full(groups, np.nan), where=inverse > 0))


def salganik_heckathorn_shares(sample: RdsSample, codes: Codes, groups: int) -> Floats:
    """RDS-I: the equilibrium of recruitment between groups over their mean degrees.

    The data-smoothed variant has the same equilibrium, so the same shares.

    References
    ----------
    Salganik, M. J. & Heckathorn, D. D. (2004). Sampling and estimation in hidden populations using
    respondent-driven sampling. Sociological Methodology 34, 193-239.
    """
    if groups == 1:
        return np.ones(1)
    settled = stationary_distribution(transitions(sample, codes, groups))
    share = settled / mean_degrees(sample.degree, codes, groups)
    return np.asarray(share / share.sum())


def rds_weights(sample: RdsSample, estimator: Estimator, codes: Codes, groups: int) -> Floats:
    """Weights of one estimator, one per respondent; those of RDS-I depend on the groups compared.

    Raises
    ------
    Refused
        ``RDS-POPULATION-NEEDED``: successive sampling without the population's size.
    """
    if estimator == "rds2":
        return volz_heckathorn_weights(sample.degree, sample.population)
    if estimator == "ss":
        if sample.population is None:
            raise Refused(Finding("RDS-POPULATION-NEEDED", "ss"))
        return successive_sampling_weights(sample.degree, sample.population)
    share = salganik_heckathorn_shares(sample, codes, groups)
    known = codes >= 0
    each = share / np.maximum(np.bincount(codes[known], minlength=groups), 1)
    weights = np.where(known, each[np.where(known, codes, 0)], 0.0)
    if sample.population is not None:
        weights = weights * sample.population / weights.sum()
    return np.asarray(weights)
