"""Successive sampling computed exactly: who is drawn when people come in proportion to their degree.

Gile's estimator needs the chance that a person of degree d is among the first n drawn, without
replacement, each draw proportional to degree among those left. R package RDS estimates it by repeated
random samples; here it is an integral, so the same data always give the same figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LOG_NEGLIGIBLE = 33.0  # events rarer than exp(-33), about 5e-15, are taken as impossible
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(40)


def inclusion_probabilities(degree: Floats, count: Floats, n: int) -> Floats:
    """Chance of a person of each degree class to be among the first `n` drawn.

    Parameters
    ----------
    degree
        Distinct positive degrees, shape (K,).
    count
        Positive population count of each class, shape (K,); need not be whole numbers, since they are
        themselves estimates.
    n
        Number drawn, from 1 to the sum of `count`.

    Returns
    -------
    Floats
        Probabilities, shape (K,); their sum weighted by `count` is `n`.

    Notes
    -----
    Drawing in proportion to degree is a race: person j arrives at an exponential time of rate d_j and
    the first n to arrive are the sample. With S the number of *others* who have arrived by t,

        pi_k = integral of d_k exp(-d_k t) P(S <= n - 1) dt,

    S is a sum of independent indicators, so its law follows from its characteristic function
    prod (q_j + p_j z) ** N_j, q_j = exp(-d_j t), on as many points z of the unit circle as S has
    likely values. The integral is taken by Gauss-Legendre on log t between the times at which
    P(S <= n - 1) leaves 1 and reaches 0. Agrees with enumeration to 1e-12.

    References
    ----------
    Gile, K. J. (2011). Improved inference for respondent-driven sampling data. JASA 106, 135-146.
    Rosén, B. (1972). Asymptotic theory for successive sampling. Ann. Math. Stat. 43, 373-397.
    """
    total = float(count.sum())
    if not 1 <= n <= total + 1e-9 * total:
        raise ValueError(f"cannot draw {n} of {total:g}")
    if n >= total - 1e-9 * total:
        return np.ones_like(degree)
    if len(degree) == 1:
        return np.full(1, n / total)
    scale = float((degree * count).sum() / total)
    d = degree / scale
    first, last = _times_of_doubt(d, count, n)
    times, steps = _quadrature(first, last, min(n, total - n))
    stays = np.exp(-np.outer(times, d))
    arrived = -np.expm1(-np.outer(times, d))
    at_most = _chance_at_most(stays, arrived, count, n - 1)
    inside = (steps * times) @ (d * stays * at_most)
    return np.clip(-np.expm1(-d * first) + inside, 0.0, 1.0)


def _unlikely(mean: float, limit: float, size: float) -> bool:
    """Tell whether a sum of `size` indicators with this mean surely stays on its side of `limit`.

    Hoeffding's bound: the chance to get from mean to limit is at most exp(-size KL(limit || mean)).
    """
    p, q = mean / size, limit / size
    if q >= 1:
        exponent = np.inf if q > 1 else -np.log(max(p, 1e-300))
    elif q <= 0:
        exponent = np.inf if q < 0 else -np.log1p(-min(p, 1 - 1e-16))
    else:
        p = min(max(p, 1e-300), 1 - 1e-16)
        exponent = q * np.log(q / p) + (1 - q) * np.log((1 - q) / (1 - p))
    return bool(size * exponent > LOG_NEGLIGIBLE)


def _times_of_doubt(d: Floats, count: Floats, n: int) -> tuple[float, float]:
    """Return times before which n are surely not there and after which they surely are."""
    size = float(count.sum())

    def too_early(t: float) -> bool:
        mean = float(count @ -np.expm1(-d * t))
        return mean < n and _unlikely(mean, n, size)

    def too_late(t: float) -> bool:
        mean = float(count @ -np.expm1(-d * t)) - 1
        return d.min() * t > LOG_NEGLIGIBLE or (mean > n - 1 and _unlikely(mean, n - 1, size - 1))

    low, high = -60.0, 60.0  # logarithms of time; degrees are scaled to mean one
    for _ in range(32):
        middle = (low + high) / 2
        low, high = (middle, high) if too_early(float(np.exp(middle))) else (low, middle)
    first = low
    high = 60.0
    for _ in range(32):
        middle = (low + high) / 2
        low, high = (low, middle) if too_late(float(np.exp(middle))) else (middle, high)
    return float(np.exp(first)), float(np.exp(high))


def _quadrature(first: float, last: float, settled: float) -> tuple[Floats, Floats]:
    """Return nodes in time and their weights on log t.

    One panel resolves the step of P(S <= n - 1) once `settled`, the smaller of those drawn and those
    left, is large enough for the step to look normal; smaller populations take narrower panels.
    """
    span = np.log(last / first)
    panels = 1 if settled > 100 else max(1, int(np.ceil(span / 3)))
    edges = np.log(first) + span * np.arange(panels + 1) / panels
    half = span / panels / 2
    nodes = (edges[:-1, None] + half * (1 + NODES)).ravel()
    return np.exp(nodes), np.tile(half * NODE_WEIGHTS, panels)


def _chance_at_most(stays: Floats, arrived: Floats, count: Floats, m: int) -> Floats:
    """P(at most `m` of the others have arrived) at each time, one column per class left out."""
    mean = arrived @ count
    variance = (arrived * stays) @ count
    # Bernstein's bound: how far from its mean the sum may be at all
    reach = np.sqrt(2 * LOG_NEGLIGIBLE * variance + (LOG_NEGLIGIBLE / 3) ** 2) + LOG_NEGLIGIBLE / 3
    size = int(min(2 * reach.max() + 2, count.sum() + 1)) | 1  # odd: never z = -1, where roots jump
    lowest = np.clip(np.floor(mean) - size // 2, 0, max(0.0, np.ceil(count.sum()) - size))
    angle = 2 * np.pi * np.arange(size // 2 + 1) / size
    narrowest = np.argmin(variance)
    shrink = 2 * np.outer(1 - np.cos(angle), (arrived * stays)[narrowest])
    decay = -0.5 * np.log1p(-np.minimum(shrink, 1 - 1e-15)) @ count
    angle = angle[: max(2, int(np.searchsorted(decay, LOG_NEGLIGIBLE)) + 1)]
    # each factor q + p z in real parts: faster than complex logarithms
    real = stays[:, None, :] + arrived[:, None, :] * np.cos(angle)[None, :, None]
    imaginary = arrived[:, None, :] * np.sin(angle)[None, :, None]
    square = real * real + imaginary * imaginary
    everyone = np.exp(0.5 * (np.log(square) @ count) + 1j * (np.arctan2(imaginary, real) @ count))
    # sum of z ** -s over the likely values s from lowest to m
    terms = np.clip(m + 1 - lowest, 0, size)
    wanted = np.exp(-1j * np.outer(lowest, angle)) / size
    wanted[:, 0] *= terms
    turn = np.exp(-1j * angle[1:])
    wanted[:, 1:] *= 2 * (1 - np.exp(-1j * np.outer(terms, angle[1:]))) / (1 - turn)
    spectrum = everyone * wanted
    # real part of spectrum / (q + p z), the factor of the one left out taken away again
    chance = (spectrum.real[:, :, None] * real + spectrum.imag[:, :, None] * imaginary) / square
    return np.asarray(np.clip(chance.sum(axis=1), 0.0, 1.0))


def population_counts(
    degree: Floats, sampled: Floats, population: float, *, tolerance: float = 1e-12
) -> tuple[Floats, Floats]:
    """Estimate how many people of each degree there are, and their chances to be sampled.

    Parameters
    ----------
    degree, sampled
        Distinct degrees and how many respondents have each, shape (K,).
    population
        Size of the population, at least the sample.

    Returns
    -------
    counts, probabilities
        The counts add up to `population` and are proportional to ``sampled / probabilities``.

    Notes
    -----
    Gile's fixed point, counts proportional to ``sampled / probabilities(counts)``, where R stops after a few
    rounds of simulation. In a large population the race ends at a nearly fixed time, which gives
    probabilities 1 - exp(-d t) at once; the fixed point is solved with these, times the ratio of exact to
    approximate ones found so far. The ratio hardly moves, so a few exact evaluations settle it, until
    counts move by less than `tolerance` relative.
    """
    n = int(sampled.sum())
    if n >= population * (1 - 1e-12):
        return sampled.astype(float), np.ones_like(degree)
    counts = population * (sampled / degree) / (sampled / degree).sum()
    ratio = np.ones_like(degree)
    probabilities = ratio
    for _ in range(60):
        counts = _settled(degree, sampled, population, counts, ratio)
        probabilities = inclusion_probabilities(degree, counts, n)
        ratio = probabilities / _at_one_time(degree, counts, n)
        share = sampled / probabilities
        new = population * share / share.sum()
        moved = float(np.max(np.abs(new / counts - 1)))
        counts = new
        if moved < tolerance:
            break
    return counts, probabilities


def _settled(degree: Floats, sampled: Floats, population: float, counts: Floats, ratio: Floats) -> Floats:
    """Solve for counts with the approximate probabilities times `ratio`."""
    n = float(sampled.sum())
    for _ in range(500):
        share = sampled / (ratio * _at_one_time(degree, counts, n))
        new = population * share / share.sum()
        moved = float(np.max(np.abs(new / counts - 1)))
        counts = new
        if moved < 1e-14:
            break
    return counts


def _at_one_time(degree: Floats, counts: Floats, n: float) -> Floats:
    """Chances 1 - exp(-d t) at the time t by which n are expected."""
    time = n / float(counts @ degree)
    for _ in range(60):  # Newton's steps from below on a concave function: they never pass the root
        stays = np.exp(-degree * time)
        step = (n - float(counts @ (1 - stays))) / float(counts @ (degree * stays))
        time += step
        if abs(step) <= 1e-15 * time:
            break
    return np.asarray(-np.expm1(-degree * time))
