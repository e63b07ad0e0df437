"""Resampling a recruited sample: the bootstraps of Salganik, of trees, and of Gile.

Every one returns the estimate of each replicate; all replicates move at once, one step or one wave at
a time, and all chance comes from the generator passed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.estimate import Estimate, known
from dozor.core.estimation.rds.estimators import share_of_groups, share_variance, with_uncertainty
from dozor.core.estimation.rds.gile import gile_replicates
from dozor.core.estimation.rds.sample import Codes, RdsSample
from dozor.core.estimation.rds.successive import Floats
from dozor.core.estimation.rds.trees import tree_replicates
from dozor.core.estimation.rds.weights import CLOSE_TO_ONE, Estimator, rds_weights, transitions
from dozor.core.findings import Finding, Refused

Bootstrap = Literal["tree", "salganik", "gile"]
BOOTSTRAPS: tuple[Bootstrap, ...] = get_args(Bootstrap)
BootstrapInterval = Literal["normal", "percentile", "logit"]
INTERVALS: tuple[BootstrapInterval, ...] = get_args(BootstrapInterval)


@dataclass(frozen=True)
class Tally:
    """What the estimators need from each replicate; first axis replicates.

    `mass`: weight in each group; `inverse`: sum of 1/degree; `size`: respondents; `moves`:
    recruitments between groups. The last three serve RDS-I only.
    """

    mass: Floats
    inverse: Floats
    size: Floats
    moves: Floats

    def shares(self, estimator: Estimator) -> Floats:
        if estimator != "rds1":
            whole = self.mass.sum(axis=1, keepdims=True)
            # a replicate of chains in which nobody answered has no estimate
            share: Floats = np.divide(self.mass, whole, out=np.full_like(self.mass, np.nan), where=whole > 0)
            return share
        degree = np.divide(self.size, self.inverse, out=np.ones_like(self.size), where=self.inverse > 0)
        share = _equilibria(self.moves, self.size > 0) / degree
        return np.asarray(share / share.sum(axis=1, keepdims=True))


def bootstrap_shares(
    sample: RdsSample,
    codes: Codes,
    groups: int,
    *,
    estimator: Estimator,
    kind: Bootstrap,
    replicates: int,
    rng: Generator,
    corrected: bool = False,
) -> Floats:
    """Estimate the shares again in each of `replicates` resampled samples.

    Parameters
    ----------
    codes, groups
        Group of each respondent, -1 where not answered, and how many groups there are.
    kind
        ``tree`` (Baraff et al.): seeds with replacement, then each one's recruits with replacement, down
        the tree, until the sample's size is reached. ``salganik``: one chain that moves between groups
        as recruitment did, with degrees drawn within the group. ``gile``: a population made of the
        estimated degrees and groups, sampled again without replacement; needs the population's size.
    corrected
        In the Salganik bootstrap give each group its own moves. R's RDS 0.9-10, the reference of this
        module, numbers groups as they first appear in the file but reads their moves in alphabetical
        order, so that they are exchanged where the two differ; that is the default here, so that figures
        agree with the programs in use (decision 19).

    Returns
    -------
    Floats
        Shape (replicates, groups); not-a-number where a replicate has no estimate.

    Notes
    -----
    Weights of successive sampling are those of the sample, by degree, not computed again in each
    replicate (R's ``fast = TRUE``).

    Raises
    ------
    Refused
        ``RDS-NO-RECRUITS`` with nobody to resample; ``RDS-POPULATION-NEEDED``; ``RDS-GILE-ESTIMATOR``.

    References
    ----------
    Salganik, M. J. (2006). Variance estimation, design effects, and sample size calculations for
    respondent-driven sampling. J. Urban Health 83, i98-i112.
    Baraff, A. J., McCormick, T. H. & Raftery, A. E. (2016). Estimating uncertainty in
    respondent-driven sampling using a tree bootstrap method. PNAS 113, 14668-14673.
    Gile, K. J. (2011). JASA 106, 135-146.
    """
    if not (codes >= 0).any():
        raise Refused(Finding("EST-ALL-MISSING"))
    if (sample.recruitment.parent < 0).all():
        raise Refused(Finding("RDS-NO-RECRUITS", values={"n": sample.size}))
    if kind == "gile":
        if estimator == "rds1":
            raise Refused(Finding("RDS-GILE-ESTIMATOR", estimator))
        if sample.population is None:
            raise Refused(Finding("RDS-POPULATION-NEEDED", kind))
    # RDS-I is computed from its equilibrium; its own weights are not needed
    weighting: Estimator = "rds2" if estimator == "rds1" else estimator
    weights = rds_weights(sample, weighting, codes, groups)
    if kind == "gile":
        mass = gile_replicates(sample, codes, groups, weights, replicates=replicates, rng=rng)
        return np.asarray(mass / mass.sum(axis=1, keepdims=True))
    if kind == "tree":
        features = _features(sample, codes, groups, weights, full=estimator == "rds1")
        totals = tree_replicates(sample.recruitment, features, replicates=replicates, rng=rng)
        return _tally(totals, groups).shares(estimator)
    moves = transitions(sample, codes, groups)
    if not corrected:
        _, first = np.unique(codes[codes >= 0], return_index=True)
        seen = np.unique(codes[codes >= 0])[np.argsort(first)]
        moves[np.ix_(seen, seen)] = moves[: len(seen), : len(seen)].copy()
    return _salganik(sample, codes, moves, weights, estimator, replicates, rng).shares(estimator)


def bootstrap_estimates(
    sample: RdsSample,
    codes: Codes,
    levels: Sequence[str],
    *,
    estimator: Estimator,
    kind: Bootstrap,
    replicates: int,
    rng: Generator,
    level: float = 0.95,
    interval: BootstrapInterval = "normal",
    domain: Mapping[str, str] | None = None,
    corrected: bool = False,
) -> list[Estimate]:
    """Estimate shares with the bootstrap's standard error and interval; see `bootstrap_shares`.

    ``normal`` is the estimate plus and minus a normal quantile times the standard error, as R's RDS has
    it; it may leave 0–1. ``percentile`` takes the replicates' own quantiles, ``logit`` works on log odds.
    """
    answered = int((codes >= 0).sum())
    drawn = bootstrap_shares(
        sample,
        codes,
        len(levels),
        estimator=estimator,
        kind=kind,
        replicates=replicates,
        rng=rng,
        corrected=corrected,
    )
    drawn = drawn[np.isfinite(drawn).all(axis=1)]
    weights = rds_weights(sample, estimator, codes, len(levels))
    share = share_of_groups(sample, estimator, codes, len(levels), weights)
    critical = float(ndtri((1 + level) / 2))
    named = f"{kind} bootstrap" + (" as in R" if kind == "salganik" and not corrected else "")
    method = f"{estimator}; {named}, {len(drawn)} replicates; {interval}"
    rows = []
    for group, name in enumerate(levels):
        p = float(share[group])
        se = float(drawn[:, group].std(ddof=1)) if len(drawn) > 1 else float("nan")
        limits = None
        if interval == "percentile" and len(drawn) > 1:
            low, high = np.quantile(drawn[:, group], [(1 - level) / 2, (1 + level) / 2])
            limits = float(low), float(high)
        elif interval == "logit" and 0 < p < 1:
            reach = critical * se / (p * (1 - p))
            limits = float(expit(logit(p) - reach)), float(expit(logit(p) + reach))
        rows.append(
            with_uncertainty(
                Estimate("share", name, domain or {}, known(p), n=answered),
                se=se,
                simple=share_variance(sample, p, answered),
                critical=critical,
                method=method,
                limits=limits,
            )
        )
    return rows


def _features(
    sample: RdsSample, codes: Codes, groups: int, weights: Floats, *, full: bool
) -> list[tuple[int, Codes, Floats | None]]:
    """Return what to add up over resampled respondents: bins, the bin of each (or -1), its amount."""
    features: list[tuple[int, Codes, Floats | None]] = [(groups, codes, weights)]
    if full:
        parent = sample.recruitment.parent
        above = np.where(parent >= 0, codes[parent], -1)
        pair = np.where((above >= 0) & (codes >= 0), above * groups + codes, -1)
        features += [(groups, codes, 1 / sample.degree), (groups, codes, None), (groups**2, pair, None)]
    return features


def _tally(totals: list[Floats], groups: int) -> Tally:
    if len(totals) == 1:
        return Tally(totals[0], totals[0], totals[0], np.empty(0))
    return Tally(totals[0], totals[1], totals[2], totals[3].reshape(-1, groups, groups))


def _salganik(
    sample: RdsSample,
    codes: Codes,
    moves: Floats,
    weights: Floats,
    estimator: Estimator,
    replicates: int,
    rng: Generator,
) -> Tally:
    """Run one chain per replicate, as long as there were recruits, plus its start."""
    groups = len(moves)
    everyone = moves.sum(axis=0)
    moves[moves.sum(axis=1) == 0] = everyone if everyone.sum() > 0 else 1.0
    limits = np.cumsum(moves, axis=1) / moves.sum(axis=1, keepdims=True)
    known_codes = codes[codes >= 0]
    steps = int(((sample.recruitment.wave > 0) & (codes >= 0)).sum())
    path = np.empty((steps + 1, replicates), dtype=np.int8 if groups < 128 else np.int32)
    path[0] = known_codes[rng.integers(len(known_codes), size=replicates)]
    chance = rng.random((steps, replicates), dtype=np.float32)
    if groups == 2:
        stay = limits[:, 0].astype(np.float32)
        for step in range(steps):
            np.greater_equal(chance[step], stay[path[step]], out=path[step + 1], casting="unsafe")
    else:
        low = limits[:, :-1].astype(np.float32)
        for step in range(steps):
            path[step + 1] = (chance[step][:, None] >= low[path[step]]).sum(axis=1)
    size = np.empty((replicates, groups))
    mass = np.zeros((replicates, groups))
    inverse = np.zeros((replicates, groups))
    for group in range(groups):
        size[:, group] = (path == group).sum(axis=0)
    for group in range(groups):
        rows = np.flatnonzero(codes == group)
        if not len(rows):
            continue
        times = size[:, group].astype(np.intp)
        drawn = rows[_below(rng, len(rows), int(times.sum()))]
        edge = np.concatenate([[0], np.cumsum(times)[:-1]])
        some = times > 0
        mass[some, group] = np.add.reduceat(weights[drawn], edge[some])
        if estimator == "rds1":
            inverse[some, group] = np.add.reduceat(1 / sample.degree[drawn], edge[some])
    made = np.zeros((replicates, groups, groups))
    if estimator == "rds1":
        pair = path[:-1].astype(np.intp) * groups + path[1:]
        for code in range(groups * groups):
            made[:, code // groups, code % groups] = (pair == code).sum(axis=0)
    return Tally(mass, inverse, size, made)


def _below(rng: Generator, limit: int, times: int) -> Codes:
    """Whole numbers below `limit`; single precision is even enough for samples of thousands."""
    if limit > 1 << 20:
        return rng.integers(limit, size=times)
    drawn = (rng.random(times, dtype=np.float32) * np.float32(limit)).astype(np.intp)
    return np.minimum(drawn, limit - 1)


def _equilibria(moves: Floats, present: NDArray[np.bool_]) -> Floats:
    """Stationary distributions of many transition counts at once, over the groups present in each."""
    groups = moves.shape[-1]
    both = present[:, :, None] & present[:, None, :]
    counts = np.where((moves.sum(axis=2, keepdims=True) == 0) & both, 0.1, moves * both)
    row = counts.sum(axis=2, keepdims=True)
    chance = np.divide(counts, row, out=np.zeros_like(counts), where=row > 0)
    if groups == 2:
        there, back = chance[:, 0, 1], chance[:, 1, 0]
        total = there + back
        first = np.divide(back, total, out=np.full(len(moves), np.nan), where=total > CLOSE_TO_ONE)
        first[np.abs(total - 2) < CLOSE_TO_ONE] = np.nan  # the chain alternates for ever
        alone = present.sum(axis=1) == 1
        first[alone] = present[alone, 0]
        return np.stack([first, 1 - first], axis=1)
    system = np.swapaxes(chance, 1, 2) - np.eye(groups)
    system[:, np.arange(groups), np.arange(groups)] += np.where(present, 0.0, 1.0 + 1.0)
    right = np.zeros((len(moves), groups, 1))
    # one balance equation is implied by the others: the first present group's gives way to the sum
    spare = present.argmax(axis=1)
    system[np.arange(len(moves)), spare] = 1.0
    right[np.arange(len(moves)), spare] = 1.0
    usable = np.abs(np.linalg.det(system)) > CLOSE_TO_ONE * 1e-3
    result = np.full((len(moves), groups), np.nan)
    result[usable] = np.linalg.solve(system[usable], right[usable])[:, :, 0]
    return result
