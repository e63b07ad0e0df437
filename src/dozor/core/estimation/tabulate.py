"""Turns linearised estimates of many domains into rows with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dozor.core.design.stage import FloatArray
from dozor.core.design.survey_design import SurveyDesign
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.intervals import Interval, Limits, arcsine, beta, logit, symmetric, wilson
from dozor.core.estimation.likelihood_interval import StartingSums, likelihood
from dozor.core.estimation.linear import Linearised, design_effect, linearise
from dozor.core.estimation.totals import Column, Totals

Starts = Mapping[tuple[int, int], StartingSums]


def estimate_domains(
    totals: Totals,
    domains: Sequence[Mapping[str, str]],
    design: SurveyDesign,
    *,
    interval: Interval = "logit",
    level: float = 0.95,
    deff_of_population: bool = True,
    starts: Starts | None = None,
) -> list[Estimate]:
    """Estimate every column in every domain.

    Parameters
    ----------
    totals
        Sums whose cells are the domains (``Totals.in_domains``).
    domains
        Label of each domain.
    interval
        Kind of interval of shares; means, totals and ratios take the symmetric one.
    starts
        By (domain, column): what the likelihood interval needs.

    Returns
    -------
    list of Estimate
        Domain by domain, columns in order.
    """
    linear = linearise(totals, len(domains), design)
    return finish(
        totals,
        domains,
        linear,
        linear.se(design),
        variance_method="taylor",
        interval=interval,
        level=level,
        deff_of_population=deff_of_population,
        starts=starts,
    )


def finish(
    totals: Totals,
    domains: Sequence[Mapping[str, str]],
    linear: Linearised,
    se: FloatArray,
    *,
    variance_method: str,
    interval: Interval,
    level: float,
    deff_of_population: bool,
    starts: Starts | None = None,
) -> list[Estimate]:
    """Add intervals and design effects to estimates and standard errors; one row for each."""
    deff = design_effect(totals, linear, se, of_population=deff_of_population)
    lower, upper = limits(totals.columns, linear, se, interval=interval, level=level, starts=starts)
    against = "" if deff_of_population else "; deff with replacement"
    method = f"{variance_method}; {{}}{against}"
    return rows_of(totals.columns, domains, linear, se, (lower, upper), deff, method, interval)


def limits(
    columns: Sequence[Column],
    linear: Linearised,
    se: FloatArray,
    *,
    interval: Interval,
    level: float,
    starts: Starts | None = None,
    df: FloatArray | None = None,
) -> Limits:
    """Return lower and upper limits of shape (D, K): shares by `interval`, the others symmetric."""
    df = linear.df if df is None else df
    share = np.array([column.kind == "share" for column in columns])
    if not share.any() or interval == "mean":
        return symmetric(linear.estimate, se, df=df, level=level)
    lower, upper = np.empty_like(se), np.empty_like(se)
    if not share.all():
        lower, upper = symmetric(linear.estimate, se, df=df, level=level)
    low, high = share_limits(
        linear.estimate[:, share],
        se[:, share],
        df=df[:, share],
        level=level,
        interval=interval,
        respondents=linear.respondents[:, share],
        n=linear.n[:, share],
        starts=_of_shares(starts, share),
    )
    lower[:, share], upper[:, share] = low, high
    return lower, upper


def share_limits(
    share: FloatArray,
    se: FloatArray,
    *,
    df: FloatArray,
    level: float,
    interval: Interval,
    respondents: FloatArray,
    n: FloatArray,
    starts: Starts | None = None,
) -> Limits:
    """Return the limits of shares by the kind of interval; all arrays of shape (D, K)."""
    match interval:
        case "logit":
            return logit(share, se, df=df, level=level)
        case "arcsine":
            return arcsine(share, se, df=df, level=level)
        case "beta":
            return beta(share, se, df=df, level=level, rows=respondents)
        case "wilson":
            return wilson(share, se, df=df, level=level)
        case "mean":
            return symmetric(share, se, df=df, level=level)
        case "likelihood":
            lower, upper = np.full_like(share, np.nan), np.full_like(share, np.nan)
            for (d, k), start in (starts or {}).items():
                lower[d, k], upper[d, k] = likelihood(
                    float(share[d, k]),
                    float(se[d, k]),
                    df=float(df[d, k]),
                    level=level,
                    n=int(n[d, k]),
                    start=start,
                )
            return lower, upper


def rows_of(
    columns: Sequence[Column],
    domains: Sequence[Mapping[str, str]],
    linear: Linearised,
    se: FloatArray,
    interval_limits: Limits,
    deff: FloatArray,
    method: str,
    interval: str,
) -> list[Estimate]:
    """Write the arrays as rows; `method` holds a place for the kind of interval."""
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = linear.n / deff
    df = np.where(np.isnan(linear.estimate), np.nan, linear.df)
    numbers = [linear.estimate, se, *interval_limits, df, effective, deff]
    estimates, errors, lower, upper, dfs, sizes, effects = (_listed(values) for values in numbers)
    n = linear.n.astype(np.int64).tolist()
    methods = [method.format(interval if column.kind == "share" else "t") for column in columns]
    return [
        Estimate(
            estimand=column.kind,
            name=column.name,
            domain=domain,
            estimate=estimates[d][k],
            se=errors[d][k],
            lower=lower[d][k],
            upper=upper[d][k],
            df=dfs[d][k],
            n=n[d][k],
            n_effective=sizes[d][k],
            deff=effects[d][k],
            method=methods[k],
        )
        for d, domain in enumerate(domains)
        for k, column in enumerate(columns)
    ]


def _listed(values: FloatArray) -> list[list[float | None]]:
    """Return nested lists with ``None`` for NaN."""
    listed = values.astype(object)
    listed[np.isnan(values)] = None
    return listed.tolist()  # type: ignore[no-any-return]


def _of_shares(starts: Starts | None, share: FloatArray) -> Starts | None:
    """Renumber the columns as the shares among them."""
    if starts is None:
        return None
    place = np.cumsum(share) - 1
    return {(d, int(place[k])): start for (d, k), start in starts.items()}
