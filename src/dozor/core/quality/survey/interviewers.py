"""S3, S4, S7, S8: interviewers whose interviews differ from their colleagues' at the same places."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr  # scipy.stats takes a second to load

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.survey.answers import REFUSED, Answers

Array = NDArray[np.float64]
PERMUTATIONS = 400


@dataclass(frozen=True)
class Deviation:
    """How far one interviewer stands from what blind allotment of the same interviews gives.

    `z` is on the permutations' own mean and standard deviation; `p` its tail: two-sided normal for a funnel,
    upper for a sum of squares.
    """

    interviewer: str
    n: int
    observed: float
    expected: float
    z: float
    p: float


def indicators(answers: Answers) -> Array:
    """Every answer of every item as a 0/1 column, shape (n, answers)."""
    codes = answers.codes
    columns = [
        (codes[:, [k]] == np.arange(codes[:, k].max() + 1)).astype(float)
        for k in range(codes.shape[1])
        if codes[:, k].max(initial=-1) >= 0
    ]
    return np.hstack(columns) if columns else np.zeros((answers.n, 0))


def interviewer_effects(answers: Answers, rng: np.random.Generator, *, fewest: int) -> list[Deviation]:
    """S3: sum over answers of squared standardised departures of an interviewer's shares from all others'.

    Interviews are permuted among the interviewers of the same site, so that an interviewer who alone worked
    at a site is judged by nobody, and an honest one at an unusual site is not accused.
    """
    labels = answers.labels("interviewer")
    if labels is None or not len(answers.items):
        return []
    traits = indicators(answers)
    centred = traits - traits.mean(axis=0)
    spread = np.maximum(traits.std(axis=0), 0.05)
    return _permuted(answers, labels, centred / spread, rng, fewest, _squares)


def variance_deviations(answers: Answers, rng: np.random.Generator, *, fewest: int) -> list[Deviation]:
    """S4: how much an interviewer's interviews differ from one another, against the same permutations.

    Whoever invents interviews varies them less than people do. Observed is the mean variance of the answers.
    """
    labels = answers.labels("interviewer")
    if labels is None or not len(answers.items):
        return []
    return _permuted(answers, labels, indicators(answers), rng, fewest, _variance)


def _squares(sums: Array, n: Array) -> Array:
    return np.asarray((sums**2 / n[:, None]).mean(axis=1))


def _variance(sums: Array, n: Array) -> Array:
    shares = sums / n[:, None]
    return np.asarray((shares * (1 - shares)).mean(axis=1) * n / np.maximum(n - 1, 1))


def _permuted(
    answers: Answers,
    labels: NDArray[np.str_],
    scores: Array,
    rng: np.random.Generator,
    fewest: int,
    statistic: Callable[[Array, Array], Array],
) -> list[Deviation]:
    names, who = np.unique(labels, return_inverse=True)
    site = answers.labels("site")
    blocks = (
        np.unique(site, return_inverse=True)[1] if site is not None else np.zeros(len(who), dtype=np.int64)
    )
    n = np.bincount(who, minlength=len(names)).astype(float)
    observed = statistic(_sums(who, scores, len(names)), n)
    drawn = np.empty((PERMUTATIONS, len(names)))
    order = np.argsort(blocks, kind="stable")
    for k in range(PERMUTATIONS):
        # a stable sort by random numbers within sites: each site's interviewers shuffled among themselves
        shuffled = np.lexsort((rng.random(len(who)), blocks))
        allotted = np.empty_like(who)
        allotted[shuffled] = who[order]
        drawn[k] = statistic(_sums(allotted, scores, len(names)), n)
    mean, spread = drawn.mean(axis=0), drawn.std(axis=0, ddof=1)
    found = []
    for i, name in enumerate(names):
        if n[i] < fewest or spread[i] <= 1e-12:
            continue
        z = float((observed[i] - mean[i]) / spread[i])
        found.append(
            Deviation(str(name), int(n[i]), float(observed[i]), float(mean[i]), z, float(ndtr(-abs(z))))
        )
    return found


def _sums(who: NDArray[np.int64], scores: Array, groups: int) -> Array:
    onehot = np.zeros((groups, len(who)))
    onehot[who, np.arange(len(who))] = 1
    return np.asarray(onehot @ scores)


def check_effects(answers: Answers, p: float, fewest: int, rng: np.random.Generator) -> Iterator[Doubt]:
    """S3: interviewers outside the funnel."""
    for one in interviewer_effects(answers, rng, fewest=fewest):
        if one.z > 0 and one.p < p / 2:
            yield _doubt(
                "S3",
                one.interviewer,
                one.p,
                found=f"{one.observed:.1f}",
                expected=f"{one.expected:.1f}",
                n=one.n,
            )


def check_variance(answers: Answers, p: float, fewest: int, rng: np.random.Generator) -> Iterator[Doubt]:
    """S4: interviewers whose interviews hardly differ from one another."""
    for one in variance_deviations(answers, rng, fewest=fewest):
        if one.z < 0 and one.p < p:
            yield _doubt(
                "S4",
                one.interviewer,
                one.p,
                found=f"{one.observed:.3f}",
                expected=f"{one.expected:.3f}",
                n=one.n,
            )


def check_violations(violations: Mapping[str, tuple[int, int]], limit: float) -> Iterator[Doubt]:
    """S7: answers that broke a skip or a range, in 1,000; `violations`: interviewer → (broken, asked)."""
    for name, (broken, asked) in sorted(violations.items()):
        if asked and 1000 * broken / asked > limit:
            yield _doubt("S7", name, 1e-3, found=f"{1000 * broken / asked:.1f}", limit=f"{limit:g}", n=asked)


def check_refusals(answers: Answers, p: float, fewest: int) -> Iterator[Doubt]:
    """S8: interviewers to whom far more, or far fewer, refuse than to their colleagues (exact binomial)."""
    from scipy.stats import binomtest  # a second to load, and needed where a round is looked at alone

    labels = answers.labels("interviewer")
    if labels is None or not answers.sensitive:
        return
    asked, refused = np.zeros(answers.n), np.zeros(answers.n)
    for item in answers.sensitive:
        given = answers.frame[item]
        asked += given.is_not_null().to_numpy()
        refused += given.cast(pl.String).is_in(REFUSED).fill_null(value=False).to_numpy()
    names = [str(name) for name in np.unique(labels) if (labels == name).sum() >= fewest]
    rate = {
        name: float(refused[labels == name].sum() / max(asked[labels == name].sum(), 1)) for name in names
    }
    # answers of one interview hang together: the spread between interviews of one interviewer widens it
    own = np.array([rate.get(str(name), np.nan) for name in labels])
    known = (asked > 0) & (own > 0) & (own < 1)
    pearson = (refused[known] - asked[known] * own[known]) / np.sqrt(
        asked[known] * own[known] * (1 - own[known])
    )
    inflation = max(float(np.mean(pearson**2)) if pearson.size else 1.0, 1.0)
    for name in names:
        # the middle of the others, whom one careless colleague does not move
        others = float(np.median([rate[other] for other in names if other != name] or [math.nan]))
        rows = labels == name
        n, k = round(asked[rows].sum() / inflation), round(refused[rows].sum() / inflation)
        if not 0 < others < 1 or n < 1:
            continue
        test = binomtest(k, n, others)
        if test.pvalue < p:
            yield _doubt(
                "S8",
                name,
                test.pvalue,
                found=f"{100 * rate[name]:.1f}",
                expected=f"{100 * others:.1f}",
                n=int(rows.sum()),
            )


def _doubt(rule: str, interviewer: str, p: float, **values: object) -> Doubt:
    finding = Finding(
        f"QLT-{rule}",
        found=str(values.pop("found")),
        values={
            "interviewer": interviewer,
            **{("expected_value" if k == "expected" else k): v for k, v in values.items()},
        },
    )
    strength = min(-math.log10(max(p, 1e-50)), 50.0)
    return Doubt(rule, Grade.UNLIKELY, finding, strength=strength, about={"interviewer": interviewer})
