"""The variance of sums over a sample: the one formula every linear estimate comes down to.

An estimate is linearised into one value per sampled unit, the sum of its rows' weighted influence. Its
variance is that of the sum of these values over strata, with each stratum's values centred first and
squared after (a sum of squares less a squared sum loses half the digits).
"""

from __future__ import annotations

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray, Stage
from dozor.core.design.survey_design import TAKEN_WHOLE, SurveyDesign
from dozor.core.estimation.grouping import starts_of, sum_by_pair, sums_of_runs

# numbers held at once while covariances are computed
BLOCK = 10_000_000


def variance_of_sums(
    z: FloatArray,
    unit: IntArray,
    domain: IntArray,
    domains: int,
    design: SurveyDesign,
    *,
    has_answers: FloatArray | None = None,
) -> FloatArray:
    """Estimate the design variance of the sum of `z` over all units, for each domain and column.

    Parameters
    ----------
    z
        Linearised values, already weighted; shape (rows, columns).
    unit, domain
        Index of the last stage's unit and of the domain of each row; a pair may occur more than once.
        Units of the design without a row add zero, and are counted in their stratum all the same.
    domains
        Number of domains.
    has_answers
        Shape of `z`; positive where the row holds answers to that column's question: the rules for lonely
        clusters look only at clusters and strata with answers. All rows when left out.

    Returns
    -------
    FloatArray
        Shape (domains, columns); NaN where not estimable.

    Notes
    -----
    ``sum_h (1 - f_h) n_h / (n_h - 1) sum_i (z_hi - mean_h)^2``, plus in two stages ``f_h`` times the same
    within each cluster. Without a population the first stage counts as drawn with replacement and holds
    all the variance.

    References
    ----------
    Särndal, Swensson, Wretman (1992). Model Assisted Survey Sampling. Springer, section 4.3.
    Lumley (2010). Complex Surveys. Wiley, section 2.2, appendix B.
    """
    needs_answers = design.lonely in {"adjust", "average"}
    answers = None
    if needs_answers:
        answers = np.ones_like(z) if has_answers is None else np.broadcast_to(has_answers, z.shape)
    values, units, codes = sum_by_pair(z, unit, domain, design.units)
    if answers is not None:
        answers = sum_by_pair(answers, unit, domain, design.units)[0]
    result = np.zeros((domains, z.shape[1]))

    if design.persons is not None:
        clusters = design.cluster_of(units)
        within, starts = _stage_variance(values, units, codes, design.persons, design, answers)
        strata = design.clusters.group_of_unit[clusters[starts]]
        within *= design.clusters.fraction[strata][:, None]
        np.add.at(result, codes[starts], within)
        values, units, codes = sum_by_pair(values, clusters, codes, design.clusters.units)
        if answers is not None:
            answers = sums_of_runs(answers, starts)

    between, starts = _stage_variance(values, units, codes, design.clusters, design, answers)
    if design.lonely == "average":
        return result + _averaged(between, codes[starts], domains, answers, starts)
    boundary = starts_of(codes[starts])
    if len(boundary):
        result[codes[starts][boundary]] += sums_of_runs(between, boundary)
    return result


def _stage_variance(
    z: FloatArray,
    unit: IntArray,
    domain: IntArray,
    stage: Stage,
    design: SurveyDesign,
    answers: FloatArray | None,
) -> tuple[FloatArray, IntArray]:
    """Variance of each (domain, group) of one stage, and where each of these begins in the rows."""
    group = stage.group_of_unit[unit]
    starts = starts_of(domain, group)
    if not len(starts):
        return np.zeros((0, z.shape[1])), starts
    size = np.diff(np.append(starts, len(z)))
    drawn = stage.drawn[group[starts]]
    left = 1 - stage.fraction[group[starts]]
    mean = sums_of_runs(z, starts) / drawn[:, None]
    if design.lonely == "adjust" and answers is not None:
        alone = (drawn == 1)[:, None]
        if design.adjust_domain_lonely:
            alone = alone | (sums_of_runs((answers > 0).astype(np.float64), starts) == 1)
        if stage is design.clusters:
            mean = np.where(alone, _mean_of_clusters(z, answers, domain, starts, drawn), mean)
    centred = z - np.repeat(mean, size, axis=0)
    squares = sums_of_runs(np.square(centred, out=centred), starts)
    squares += (drawn - size)[:, None] * mean**2
    scale = left * np.where(drawn > 1, drawn / np.maximum(drawn - 1, 1), 1.0)
    variance = squares * np.where(left < TAKEN_WHOLE, 0.0, scale)[:, None]
    if design.lonely == "average":
        variance[(drawn == 1) & (left >= TAKEN_WHOLE)] = np.nan
        if design.adjust_domain_lonely and answers is not None:
            seen = sums_of_runs((answers > 0).astype(np.float64), starts)
            variance[(seen == 1) & (left >= TAKEN_WHOLE)[:, None]] = np.nan
    return variance, starts


def _mean_of_clusters(
    z: FloatArray, answers: FloatArray, domain: IntArray, starts: IntArray, drawn: FloatArray
) -> FloatArray:
    """Mean over all clusters drawn in the strata where the domain has answers: zero, but for a total.

    One row for each (domain, stratum) beginning at `starts`.
    """
    seen = sums_of_runs(answers, starts) > 0
    first = starts_of(domain[starts])
    clusters = sums_of_runs(np.where(seen, drawn[:, None], 0.0), first)
    mean = sums_of_runs(z, starts_of(domain)) / np.maximum(clusters, 1)
    return np.asarray(np.repeat(mean, np.diff(np.append(first, len(starts))), axis=0))


def _averaged(
    variance: FloatArray,
    domain: IntArray,
    domains: int,
    answers: FloatArray | None,
    starts: IntArray,
) -> FloatArray:
    """Sum the strata that have a variance and scale up for those that have none."""
    assert answers is not None  # noqa: S101 - only called with the answers at hand
    present = sums_of_runs(answers, starts) > 0 if len(starts) else np.zeros_like(variance, dtype=bool)
    known = present & ~np.isnan(variance)
    total = np.zeros((domains, variance.shape[1]))
    strata, usable = total.copy(), total.copy()
    np.add.at(total, domain, np.where(known, variance, 0.0))
    np.add.at(strata, domain, present.astype(np.float64))
    np.add.at(usable, domain, known.astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(usable > 0, total * strata / usable, np.nan))


def covariance_of_sums(z: FloatArray, unit: IntArray, design: SurveyDesign) -> FloatArray:
    """Estimate the covariance matrix of the columns' sums; shape (columns, columns).

    The variance of every column and of every pair's sum gives the covariances by polarisation.
    """
    columns = z.shape[1]
    zero = np.zeros(len(unit), dtype=np.int64)

    def variance(values: FloatArray) -> FloatArray:
        return np.asarray(variance_of_sums(values, unit, zero, 1, design)[0])

    matrix = np.diag(variance(z))
    first, second = np.triu_indices(columns, 1)
    block = max(1, BLOCK // max(len(unit), 1))
    for start in range(0, len(first), block):
        i, j = first[start : start + block], second[start : start + block]
        matrix[i, j] = matrix[j, i] = (variance(z[:, i] + z[:, j]) - variance(z[:, i] - z[:, j])) / 4
    return np.asarray(matrix, dtype=np.float64)
