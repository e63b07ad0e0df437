"""Logistic regression of counts: the slope of log odds over time, with three kinds of standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dozor.core.estimation.trend.rounds import Codes, Floats
from dozor.core.findings import Finding, Refused

ENOUGH = 1e-13
MOST_STEPS = 60


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Parameters
    ----------
    coefficients
        Shape (k,).
    information
        Fisher information, shape (k, k); its inverse is the model's covariance.
    scores
        Contribution of each cell to the score, shape (n, k).
    dispersion
        Pearson's chi-square over its degrees of freedom; above 1, sites differ more than chance allows.
    df
        Cells minus coefficients.
    """

    coefficients: Floats
    information: Floats
    scores: Floats
    dispersion: float
    df: int

    @property
    def covariance(self) -> Floats:
        return np.asarray(np.linalg.inv(self.information))

    def clustered(self, cluster: Codes) -> Floats:
        """Covariance that allows cells of a cluster to be alike, as design-based regression has it.

        Inverse information, times the covariance of the clusters' total scores with the factor
        m / (m - 1), times the inverse again.

        Raises
        ------
        Refused
            ``TRE-ONE-SITE``: one cluster tells nothing of how clusters differ.
        """
        codes, place = np.unique(cluster, return_inverse=True)
        if len(codes) < 2:
            raise Refused(Finding("TRE-ONE-SITE"))
        totals = np.zeros((len(codes), len(self.coefficients)))
        np.add.at(totals, place.reshape(-1), self.scores)
        totals -= totals.mean(axis=0)
        middle = len(codes) / (len(codes) - 1) * totals.T @ totals
        inverse = self.covariance
        return np.asarray(inverse @ middle @ inverse)


def fit_logistic(design: Floats, positive: Floats, tested: Floats) -> Fit:
    """Fit log odds = design @ coefficients to binomial counts by maximum likelihood.

    Parameters
    ----------
    design
        Shape (n, k), of full rank.
    positive, tested
        Counts of each cell, shape (n,); cells with nobody tested are left out.

    Raises
    ------
    Refused
        ``TRE-NO-FIT``: all or none positive along some combination, so that no finite slope fits best.

    Notes
    -----
    Newton's steps (iteratively reweighted least squares) until they no longer move anything.

    References
    ----------
    McCullagh, P. & Nelder, J. A. (1989). Generalized Linear Models, 2nd ed. Chapman & Hall, ch. 4.
    """
    some = tested > 0
    x, y, n = design[some], positive[some], tested[some]
    start = (y + 0.5) / (n + 1)
    odds: Floats = np.log(start / (1 - start))
    mu: Floats = n * start
    beta: Floats = np.zeros(x.shape[1])
    settled = False
    for _ in range(MOST_STEPS):
        weight = mu * (1 - mu / n)
        information = x.T @ (weight[:, None] * x)
        try:
            new = np.linalg.solve(information, x.T @ (weight * odds + y - mu))
        except np.linalg.LinAlgError:
            break
        settled = bool(np.max(np.abs(new - beta)) <= ENOUGH * max(1.0, float(np.max(np.abs(new)))))
        beta = np.asarray(new, dtype=float)
        odds = np.clip(x @ beta, -40, 40)
        mu = n / (1 + np.exp(-odds))
        if settled:
            break
    weight = mu * (1 - mu / n)
    information = x.T @ (weight[:, None] * x)
    if not np.isfinite(beta).all() or float(np.min(weight)) < 1e-8 * float(np.max(n)) or not settled:
        raise Refused(Finding("TRE-NO-FIT"))
    df = len(y) - x.shape[1]
    pearson = float((((y - mu) ** 2) / weight).sum())
    scores = np.zeros((len(design), x.shape[1]))
    scores[some] = (y - mu)[:, None] * x
    return Fit(beta, information, scores, pearson / df if df > 0 else float("nan"), df)
