"""Gile's bootstrap: a population made of what was estimated, sampled again person by person."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from dozor.core.estimation.rds.sample import Codes, RdsSample
from dozor.core.estimation.rds.successive import Floats
from dozor.core.estimation.rds.weights import NEARLY_INFINITE, successive_sampling_weights, transitions


def gile_replicates(
    sample: RdsSample, codes: Codes, groups: int, weights: Floats, *, replicates: int, rng: Generator
) -> Floats:
    """Draw samples from the estimated population and add `weights` up by group.

    Returns
    -------
    Floats
        Weight in each group, shape (replicates, groups).

    Notes
    -----
    The population holds, for each degree and group, as many people as successive sampling estimates
    (rounded so as to add up). Seeds are drawn in proportion to degree without replacement. The first
    person in line then recruits as many as some recruiter of the sample did; each recruit's group is
    drawn by the estimated ties between groups, which shrink as a group is used up, and the recruit in
    it by degree. Populations above a hundred times the sample are cut to that, as in R.
    """
    answered = codes >= 0
    degree, code = sample.degree[answered], codes[answered]
    n = len(code)
    population = min(float(sample.population or 0), round(n / NEARLY_INFINITE))
    classes, member = np.unique(degree, return_inverse=True)
    member = member.reshape(-1)
    exact = successive_sampling_weights(degree, population)
    worth = np.zeros(len(classes))
    worth[member] = weights[answered]
    count = np.zeros((groups, len(classes)))
    np.add.at(count, (code, member), exact)
    count = _whole(count, round(population))
    ties = _ties(sample, codes, groups, degree, code, exact, count)

    recruited = sample.recruitment.recruits[answered]
    recruited = recruited[recruited > 0]
    seeds = int((sample.recruitment.parent[answered] < 0).sum())
    every = np.arange(replicates)
    left = np.repeat((count * classes)[None], replicates, axis=0)  # degrees not yet used, by class
    ties = np.repeat(ties[None], replicates, axis=0)
    group_of = np.zeros((n, replicates), dtype=np.intp)
    mass = np.zeros((replicates, groups))

    def take(step: int, group: Codes, which: Codes) -> None:
        left[every, group, which] -= classes[which]
        group_of[step] = group
        mass[every, group] += worth[which]

    for step in range(min(seeds, n)):
        drawn = _draw(left.reshape(replicates, -1), rng)
        take(step, drawn // len(classes), drawn % len(classes))
    active = np.zeros(replicates, dtype=np.intp)
    coupons = recruited[rng.integers(len(recruited), size=replicates)]
    for step in range(seeds, n):
        mine = group_of[active, every]
        group = _draw(ties[every, mine], rng)
        within = left[every, group]
        which = _draw(within, rng)
        remaining = within.sum(axis=1)
        empty = remaining < 0.5 * classes[0]
        if empty.any():  # nobody of that group is left: anyone is taken
            anyone = _draw(left[empty].reshape(int(empty.sum()), -1), rng)
            group[empty], which[empty] = anyone // len(classes), anyone % len(classes)
            remaining[empty] = left[empty].sum(axis=(1, 2))
        take(step, group, which)
        ties[every, :, group] *= ((remaining - classes[which]) / remaining)[:, None]
        coupons -= 1
        done = coupons == 0
        active += done
        coupons[done] = recruited[rng.integers(len(recruited), size=int(done.sum()))]
    return mass


def _ties(
    sample: RdsSample,
    codes: Codes,
    groups: int,
    degree: Floats,
    code: Codes,
    exact: Floats,
    count: Floats,
) -> Floats:
    """Estimate ties between groups: a group's degrees divided as it recruited, made symmetric."""
    ends = np.bincount(code, weights=exact * degree, minlength=groups)
    moves = transitions(sample, codes, groups)
    row = moves.sum(axis=1, keepdims=True)
    rate = np.divide(moves, row, out=np.zeros_like(moves), where=row > 0)
    directed = rate * ends[:, None]
    ties = (directed + directed.T) / 2
    share = count.sum(axis=1) / count.sum()
    for group in range(groups):
        if not ties[group].any():
            ties[group] = share
        if not ties[:, group].any():
            ties[:, group] = share
    return np.asarray(ties)


def _whole(count: Floats, total: int) -> Floats:
    """Round counts so that they add up to `total`: largest remainders first."""
    down = np.floor(count)
    short = total - int(down.sum())
    order = np.argsort(-(count - down), axis=None, kind="stable")[: max(short, 0)]
    down.flat[order] += 1
    return down


def _draw(weights: Floats, rng: Generator) -> Codes:
    """Draw one column of each row in proportion to the weights."""
    reached = np.cumsum(weights, axis=1)
    chance = rng.random(len(weights)) * reached[:, -1]
    drawn: Codes = np.minimum((reached <= chance[:, None]).sum(axis=1), weights.shape[1] - 1)
    return drawn
