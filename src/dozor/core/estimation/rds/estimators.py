"""Shares and means from a respondent-driven sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.estimate import Estimate, known
from dozor.core.estimation.rds.likelihood import likelihood_standard_error
from dozor.core.estimation.rds.sample import Codes, RdsSample
from dozor.core.estimation.rds.successive import Floats
from dozor.core.estimation.rds.weights import Estimator, rds_weights, salganik_heckathorn_shares
from dozor.core.findings import Finding, Refused


def estimate_shares(
    sample: RdsSample,
    codes: Codes,
    levels: Sequence[str],
    *,
    estimator: Estimator,
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> list[Estimate]:
    """Estimate the share of the population in each group.

    Parameters
    ----------
    codes
        Group of each respondent, an index into `levels`; -1 where not answered, shape (n,).
    levels
        Names of the groups.
    estimator
        ``rds1`` Salganik-Heckathorn, ``rds2`` Volz-Heckathorn, ``ss`` Gile's successive sampling
        (needs the population's size).
    level
        Confidence level of the interval.

    Returns
    -------
    list of Estimate
        One per group. Standard error by second-order empirical likelihood with a finite population
        factor when the size is known; interval normal on the share's own scale, so it may leave 0–1:
        take a bootstrap with a logit interval near the ends. The design effect compares with simple
        random sampling without replacement. ``None``: the chain of recruitment has no equilibrium.

    Raises
    ------
    Refused
        ``EST-ALL-MISSING``; ``RDS-POPULATION-NEEDED``.
    """
    answered = codes >= 0
    if not answered.any():
        raise Refused(Finding("EST-ALL-MISSING", levels[-1]))
    weights = rds_weights(sample, estimator, codes, len(levels))
    share = share_of_groups(sample, estimator, codes, len(levels), weights)
    rows = []
    for group, name in enumerate(levels):
        inside = (codes[answered] == group).astype(float)
        se = (
            likelihood_standard_error(weights[answered], inside, sample.correction)
            if np.isfinite(share[group])
            else float("nan")
        )
        rows.append(
            with_uncertainty(
                Estimate("share", name, domain or {}, known(float(share[group])), n=int(answered.sum())),
                se=se,
                simple=share_variance(sample, float(share[group]), int(answered.sum())),
                critical=likelihood_quantile(level),
                method=f"{estimator}; empirical likelihood",
            )
        )
    return rows


def share_of_groups(
    sample: RdsSample, estimator: Estimator, codes: Codes, groups: int, weights: Floats
) -> Floats:
    """Return the shares alone; RDS-I takes them from its equilibrium even where a group is empty."""
    if estimator == "rds1":
        return salganik_heckathorn_shares(sample, codes, groups)
    answered = codes >= 0
    mass = np.bincount(codes[answered], weights=weights[answered], minlength=groups)
    return np.asarray(mass / mass.sum())


def estimate_mean(
    sample: RdsSample,
    values: Floats,
    *,
    name: str,
    estimator: Estimator,
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate a population mean under RDS-II or SS; missing answers are not-a-number.

    Raises
    ------
    Refused
        ``EST-ALL-MISSING``; ``RDS-MEAN-ESTIMATOR``: RDS-I needs groups, not quantities.
    """
    if estimator == "rds1":
        raise Refused(Finding("RDS-MEAN-ESTIMATOR", name))
    answered = np.isfinite(values)
    if not answered.any():
        raise Refused(Finding("EST-ALL-MISSING", name))
    weights = rds_weights(sample, estimator, np.zeros(sample.size, dtype=np.intp), 1)[answered]
    y = values[answered]
    mean = float(weights @ y / weights.sum())
    n = len(y)
    # frequency-weighted variance, as R's wtd.var has it
    variance = float(weights @ (y - mean) ** 2) / (float(weights.sum()) - 1)
    return with_uncertainty(
        Estimate("mean", name, domain or {}, mean, n=n),
        se=likelihood_standard_error(weights, y, sample.correction),
        simple=variance / n * _correction(sample, n),
        critical=likelihood_quantile(level),
        method=f"{estimator}; empirical likelihood",
    )


def with_uncertainty(
    row: Estimate,
    *,
    se: float,
    simple: float,
    critical: float,
    method: str,
    limits: tuple[float, float] | None = None,
) -> Estimate:
    """Complete an estimate; `simple` is the variance of a simple random sample of the same size."""
    if row.estimate is None or not np.isfinite(se):
        return Estimate(row.estimand, row.name, row.domain, row.estimate, n=row.n, method=method)
    low, high = limits or (row.estimate - critical * se, row.estimate + critical * se)
    deff = se * se / simple if simple > 0 else float("nan")
    return Estimate(
        row.estimand,
        row.name,
        row.domain,
        row.estimate,
        se,
        low,
        high,
        None,
        row.n,
        known(row.n / deff) if deff > 0 else None,
        known(deff),
        method,
    )


def share_variance(sample: RdsSample, share: float, n: int) -> float:
    """Variance of a share in a simple random sample of `n` without replacement."""
    return share * (1 - share) / n * _correction(sample, n)


def _correction(sample: RdsSample, n: int) -> float:
    if sample.population is None or sample.population <= 1:
        return 1.0
    return (sample.population - n) / (sample.population - 1)


def likelihood_quantile(level: float) -> float:
    """Return the normal quantile of the interval; at 95 % the rounded 1.96 that R's RDS multiplies by."""
    return 1.96 if level == 0.95 else float(ndtri((1 + level) / 2))


def binary_codes(outcome: Floats, *, name: str = "", row_offset: int = 2) -> Codes:
    """Turn a 0/1 outcome (not-a-number: not answered) into group codes.

    Raises
    ------
    Refused
        ``EST-NOT-01`` with the first row that is neither 0 nor 1.
    """
    answered: NDArray[np.bool_] = ~np.isnan(outcome)
    odd = np.flatnonzero(answered & (outcome != 0) & (outcome != 1))
    if len(odd):
        raise Refused(
            Finding("EST-NOT-01", f"{outcome[odd[0]]:g}", row=int(odd[0]) + row_offset, column=name)
        )
    return np.where(answered, np.nan_to_num(outcome), -1).astype(np.intp)
