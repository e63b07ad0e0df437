"""Variance from replicates: estimate again with every replicate's weights, and look at the spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from dozor.core.design.replicates import Scales
from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.estimation.linear import Linearised, linearise, standard_error
from dozor.core.estimation.totals import Totals

RANK_TOLERANCE = 1e-5


def replicate_variance(replicated: FloatArray, estimate: FloatArray, scales: Scales) -> FloatArray:
    """Return the variance of each estimate; shape of `estimate`.

    Parameters
    ----------
    replicated
        Estimates from each replicate, shape (replicates, …); NaN where a replicate has none, which is
        then left out.
    """
    rscales = scales.rscales.reshape(-1, *([1] * estimate.ndim))
    known = ~np.isnan(replicated)
    counted = known & (rscales > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(counted, replicated, 0.0).sum(axis=0) / counted.sum(axis=0)
    centre = estimate if scales.mse else mean
    deviations = np.where(known, replicated - centre, 0.0)
    variance = scales.scale * (rscales * deviations**2).sum(axis=0)
    return np.asarray(np.where(counted.any(axis=0), variance, np.nan))


def rank_less_one(gram: FloatArray) -> float:
    """Return the degrees of freedom of replicates: the rank of their weights less one.

    Parameters
    ----------
    gram
        Products of the replicate weights' columns over the rows at hand; shape (replicates, replicates).

    Notes
    -----
    Columns are taken in order, and one that lies in the span of those before it, to one in 100,000 of its
    own length, is not counted.
    """
    size = len(gram)
    factor = np.zeros((size, size))
    kept: list[int] = []
    for j in range(size):
        column = factor[j, : len(kept)]
        left = gram[j, j] - float(column @ column)
        if left <= RANK_TOLERANCE**2 * gram[j, j] or gram[j, j] == 0:
            continue
        place = len(kept)
        rest = gram[:, j] - factor[:, :place] @ column
        factor[:, place] = rest / np.sqrt(left)
        kept.append(j)
    return float(len(kept) - 1)


@dataclass(frozen=True)
class ReplicateSums:
    """Sums of C cells with the full sample's weights and with each replicate's.

    Parameters
    ----------
    totals
        The full sample's; one row for each cell or more.
    numerator, denominator
        As in `totals`, with each replicate's weights; shape (C, replicates, K).
    gram
        Products of the replicate weights' columns over each cell's rows; shape (C, replicates, replicates).
    eligible_gram
        The same over the rows that a column's ``given`` part holds for, by column.
    """

    totals: Totals
    numerator: FloatArray
    denominator: FloatArray
    gram: FloatArray
    eligible_gram: Mapping[int, FloatArray]

    def in_domains(self, domain_of_cell: IntArray, domains: int) -> ReplicateSums:
        """Add the cells of each domain up; cells marked -1 are left out."""

        def added(values: FloatArray) -> FloatArray:
            result = np.zeros((domains, *values.shape[1:]))
            kept = domain_of_cell >= 0
            np.add.at(result, domain_of_cell[kept], values[kept])
            return result

        units = int(self.totals.unit.max()) + 1 if len(self.totals.unit) else 1
        return ReplicateSums(
            totals=self.totals.in_domains(domain_of_cell, units),
            numerator=added(self.numerator),
            denominator=added(self.denominator),
            gram=added(self.gram),
            eligible_gram={k: added(gram) for k, gram in self.eligible_gram.items()},
        )


def from_factors(totals: Totals, cells: int, cluster: IntArray, factors: FloatArray) -> ReplicateSums:
    """Weigh each cluster's sums by its factor in every replicate.

    Parameters
    ----------
    cluster
        Cluster of each row of `totals`.
    factors
        Shape (clusters, replicates).
    """
    count, width = factors.shape[1], totals.numerator.shape[1]
    numerator, denominator = np.zeros((cells, count, width)), np.zeros((cells, count, width))
    gram = np.zeros((cells, count, count))
    eligible_gram = {k: np.zeros((cells, count, count)) for k in totals.eligible}
    order = np.argsort(totals.cell, kind="stable")
    bounds = np.searchsorted(totals.cell[order], np.arange(cells + 1))
    for cell in range(cells):
        rows = order[bounds[cell] : bounds[cell + 1]]
        weights = factors[cluster[rows]]
        numerator[cell] = weights.T @ totals.numerator[rows]
        denominator[cell] = weights.T @ totals.denominator[rows]
        weighed = weights * totals.weight[rows, None]
        gram[cell] = weighed.T @ weighed
        for k, eligible in totals.eligible.items():
            part = weighed[eligible[rows] > 0]
            eligible_gram[k][cell] = part.T @ part
    return ReplicateSums(totals, numerator, denominator, gram, eligible_gram)


def replicated_estimates(sums: ReplicateSums) -> FloatArray:
    """Estimate every cell with each replicate's weights; shape (replicates, C, K), NaN for none."""
    is_total = np.array([column.kind == "total" for column in sums.totals.columns])
    with np.errstate(invalid="ignore", divide="ignore"):
        replicated = np.where(is_total, sums.numerator, sums.numerator / sums.denominator)
    return np.moveaxis(np.where(np.isfinite(replicated), replicated, np.nan), 1, 0)


def estimate_replicated(sums: ReplicateSums, domains: int, scales: Scales) -> tuple[Linearised, FloatArray]:
    """Return estimates with the degrees of freedom of the replicates, and their standard errors.

    The cells of `sums` are the domains. Columns are those of ``Linearised``.
    """
    linear = linearise(sums.totals, domains, None)
    variance = replicate_variance(replicated_estimates(sums), linear.estimate, scales)
    df = np.empty_like(linear.estimate)
    df[:] = np.array([rank_less_one(gram) for gram in sums.gram])[:, None]
    for k, grams in sums.eligible_gram.items():
        df[:, k] = [rank_less_one(gram) for gram in grams]
    return replace(linear, df=df), standard_error(linear.estimate, variance)
