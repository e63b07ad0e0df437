"""S1, S2, S9, S12: interviews too much alike, too unlike all others, or of the same person twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.survey.answers import Answers
from dozor.core.quality.survey.dependence import Tree, draw, fit_tree, log_likelihood

_FEWEST_ITEMS = 8  # with fewer answers many people agree in all of them by right
_AT_ONCE = 2_000_000  # comparisons held in memory


def check_duplicates(answers: Answers) -> Iterator[Doubt]:
    """S1: interviews whose every answer is the same as another's, where that is hardly to be expected.

    What is to be expected follows from the tree of dependence: a pair counts when the rows' own probability
    makes less than one such pair in a hundred samples likely.
    """
    codes = answers.codes
    if codes.shape[1] < _FEWEST_ITEMS or answers.n < 2:
        return
    chance = log_likelihood(fit_tree(codes), codes)
    inverse = np.unique(codes, axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(inverse, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(inverse[order]) > 0])
    for rows in np.split(order, starts[1:]):
        if len(rows) < 2 or (codes[rows[0]] >= 0).sum() < _FEWEST_ITEMS:
            continue
        # pairs expected of rows as likely as this one: C(n, 2) p²
        expected = 0.5 * answers.n**2 * np.exp(2 * chance[rows[0]])
        if expected < 0.01:
            yield _pair(
                "S1", answers, rows, Finding("QLT-S1", found=str(len(rows)), values=_where(answers, rows))
            )


def highest_match(codes: NDArray[np.int16]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """For each interview the greatest share of equal answers with any other, and with which one.

    Answers that neither gave do not count; pairs share at least ``_FEWEST_ITEMS`` answers.
    """
    n, items = codes.shape
    best, partner = np.zeros(n), np.full(n, -1, dtype=np.int64)
    step = max(1, _AT_ONCE // max(n * max(items, 1), 1))
    for start in range(0, n, step):
        rows = codes[start : start + step]
        both = (rows[:, None, :] >= 0) & (codes[None, :, :] >= 0)
        equal = (rows[:, None, :] == codes[None, :, :]) & both
        shared = both.sum(axis=2)
        share = np.where(shared >= _FEWEST_ITEMS, equal.sum(axis=2) / np.maximum(shared, 1), 0.0)
        share[np.arange(len(rows)), np.arange(start, start + len(rows))] = -1
        partner[start : start + step] = share.argmax(axis=1)
        best[start : start + step] = share.max(axis=1)
    return best, partner


def match_limit(tree: Tree, n: int, quantile: float, rng: np.random.Generator, samples: int = 5) -> float:
    """The share of equal answers that only 1 − `quantile` of interviews of such people reach with any other.

    A fixed mark (85 %) says more about the questionnaire than about interviewers; this one is drawn from
    sham samples of the same size in which nobody copies.

    References
    ----------
    Kuriakose, N., Robbins, M. (2016). Statistical Journal of the IAOS 32, 283–291.
    """
    drawn = np.concatenate([highest_match(draw(tree, n, rng))[0] for _ in range(samples)])
    return float(np.quantile(drawn, quantile, method="higher"))


def check_near_duplicates(answers: Answers, quantile: float, rng: np.random.Generator) -> Iterator[Doubt]:
    """S2: interviews more alike than people of this questionnaire ever are by chance."""
    codes = answers.codes
    if codes.shape[1] < _FEWEST_ITEMS or answers.n < 20:
        return
    limit = match_limit(fit_tree(codes), answers.n, quantile, rng)
    best, partner = highest_match(codes)
    for row in np.flatnonzero(best > limit):
        other = int(partner[row])
        if best[row] >= 1 or (row > other and partner[other] == row):
            continue  # wholly alike: S1; the same pair from its other end
        rows = np.array([row, other])
        values = _where(answers, rows) | {"limit": f"{100 * limit:.0f}"}
        finding = Finding("QLT-S2", found=f"{100 * best[row]:.0f}", values=values)
        yield _pair("S2", answers, rows, finding)


def check_rare(answers: Answers, share: float) -> Iterator[Doubt]:
    """S9: the given share of interviews whose answers go together least well, for a person to read."""
    codes = answers.codes
    if codes.shape[1] < _FEWEST_ITEMS or answers.n < 50:
        return
    score = log_likelihood(fit_tree(codes), codes) / np.maximum((codes >= 0).sum(axis=1), 1)
    worst = np.argsort(score)[: int(answers.n * share)]
    for row in worst:
        rows = np.array([row])
        yield _pair(
            "S9", answers, rows, Finding("QLT-S9", found=f"{score[row]:.2f}", values=_where(answers, rows))
        )


def check_identity(answers: Answers) -> Iterator[Doubt]:
    """S12: one respondent's code at two sites; a list for a person to decide on, nothing is removed."""
    respondent, site = answers.labels("respondent"), answers.labels("site")
    if respondent is None or site is None:
        return
    order = np.argsort(respondent, kind="stable")
    starts = np.flatnonzero(np.r_[True, respondent[order][1:] != respondent[order][:-1]])
    for rows in np.split(order, starts[1:]):
        if respondent[rows[0]] and len(set(site[rows])) > 1:
            yield _pair(
                "S12",
                answers,
                rows,
                Finding("QLT-S12", found=", ".join(sorted(set(site[rows]))), values={"n": len(rows)}),
            )


def _where(answers: Answers, rows: NDArray[np.int64]) -> dict[str, object]:
    interviewer, site = answers.labels("interviewer"), answers.labels("site")
    return {
        "interviewers": ", ".join(sorted(set(interviewer[rows]))) if interviewer is not None else "—",
        "sites": ", ".join(sorted(set(site[rows]))) if site is not None else "—",
        "rows": ", ".join(str(r + 1) for r in rows[:6]),
    }


def _pair(rule: str, answers: Answers, rows: NDArray[np.int64], finding: Finding) -> Doubt:
    interviewer = answers.labels("interviewer")
    same = interviewer is not None and len(set(interviewer[rows])) == 1
    about = {"rows": ",".join(str(r) for r in rows)}
    if interviewer is not None:
        about["interviewer"] = ",".join(sorted(set(interviewer[rows])))
    grade = Grade.NOTICE if rule in ("S9", "S12") else Grade.UNLIKELY
    return Doubt(rule, grade, finding, strength=30.0 if same else 10.0, about=about)
