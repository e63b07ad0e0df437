"""A series of rounds as estimates: prevalence by round, its trend under several assumptions, its breaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit  # scipy.stats takes a second to load

from dozor.core.estimation.estimate import Estimate, known
from dozor.core.estimation.trend.comparability import lasting_sites, series_breaks
from dozor.core.estimation.trend.logistic import Fit, fit_logistic
from dozor.core.estimation.trend.prevalence import CountInterval, prevalence
from dozor.core.estimation.trend.rounds import Floats, Rounds
from dozor.core.estimation.trend.testing import ChiSquare, cochran_armitage, kendall
from dozor.core.findings import Finding, Refused


@dataclass(frozen=True)
class Trend:
    """Rows of estimates, and the plain warnings that go with them."""

    rows: tuple[Estimate, ...]
    findings: tuple[Finding, ...]


def estimate_trend(
    rounds: Rounds,
    *,
    name: str = "prevalence",
    round_column: str = "round",
    breaks: tuple[Finding, ...] | None = None,
    interval: CountInterval = "wilson",
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> Trend:
    """Estimate prevalence in each round and its change over rounds.

    Parameters
    ----------
    breaks
        What :func:`series_breaks` found, with the names of sites and what is known of sampling;
        looked for here when left out.

    Returns
    -------
    Trend
        Rows, in order:

        - ``share`` for each round (domain: the round), pooled over sites;
        - ``test`` Cochran-Armitage and Kendall; the estimate is the statistic (chi-square, tau) and the
          method says p;
        - ``slope`` of the log odds by one unit of time: pooled; with an effect of each site; that with
          Pearson's dispersion; pooled with variance between sites (t, sites less 2 degrees of freedom);
          and, where sites came or went, with site effects in the lasting sites alone;
        - ``difference`` of prevalence, last round less first.

        Findings of :func:`series_breaks`; with any of them the slopes' method says ``not one series``.

    Notes
    -----
    The slope with site effects compares each site with itself, so that a site that joins does not make
    a trend. Between-site variance is the one to quote: people of one site are alike.
    """
    where = dict(domain or {})
    breaks = series_breaks(rounds) if breaks is None else breaks
    mark = "; not one series" if breaks else ""
    when, tested, positive = rounds.pooled()
    rows = [
        prevalence(
            y, n, name=name, kind=interval, level=level, domain={**where, round_column: f"{year:.10g}"}
        )
        for year, n, y in zip(when, tested, positive, strict=True)
    ]
    if len(when) < 2:
        return Trend(tuple(rows), (*breaks, Finding("TRE-ONE-ROUND", f"{when[0]:g}")))
    everyone = int(tested.sum())
    armitage = cochran_armitage(when, tested, positive)
    rows.append(_test(f"cochran-armitage {name}", armitage, everyone, where))
    ranks = kendall(when, tested, positive)
    rows.append(
        Estimate(
            "test",
            f"kendall {name}",
            where,
            known(ranks.tau),
            n=everyone,
            method=f"kendall; p = {ranks.p:.6g}" if np.isfinite(ranks.p) else "kendall",
        )
    )
    slopes, refused = _slopes(rounds, name, level, where, mark)
    rows += slopes
    rows.append(_difference(when, tested, positive, name, level, where, mark))
    return Trend(tuple(rows), (*breaks, *refused))


def slope(
    fit: Fit,
    contrast: Floats,
    covariance: Floats,
    *,
    name: str,
    df: float,
    n: int,
    level: float,
    method: str,
    domain: Mapping[str, str] | None = None,
    estimand: str = "slope",
) -> Estimate:
    """Estimate a linear combination of a model's coefficients; `df` infinite takes the normal quantile."""
    value = float(contrast @ fit.coefficients)
    se = float(np.sqrt(contrast @ covariance @ contrast))
    if not df > 0 or not np.isfinite(se):
        return Estimate(estimand, name, domain or {}, value, n=n, method=method)
    critical = float(-stdtrit(df, (1 - level) / 2)) if np.isfinite(df) else float(ndtri((1 + level) / 2))
    return Estimate(
        estimand,
        name,
        domain or {},
        value,
        se,
        value - critical * se,
        value + critical * se,
        df if np.isfinite(df) else None,
        n,
        method=method,
    )


def _slopes(
    rounds: Rounds, name: str, level: float, where: Mapping[str, str], mark: str
) -> tuple[list[Estimate], list[Finding]]:
    n = int(rounds.tested.sum())
    inside = rounds.tested > 0
    sites = np.unique(rounds.sites[inside])
    rows: list[Estimate] = []
    try:
        pooled = fit_logistic(_design(rounds, None), rounds.positive, rounds.tested)
        pick = np.array([1.0, 0.0])
        rows.append(
            slope(
                pooled, pick, pooled.covariance, name=f"log odds of {name}", df=np.inf, n=n, level=level,
                method=f"logistic, pooled{mark}", domain=where,
            )
        )  # fmt: skip
        if len(sites) > 1:
            rows.append(
                slope(
                    pooled, pick, pooled.clustered(rounds.sites), name=f"log odds of {name}",
                    df=float(len(sites) - 2), n=n, level=level,
                    method=f"logistic, pooled, variance between sites{mark}", domain=where,
                )
            )  # fmt: skip
            rows += _within_sites(rounds, sites, name, level, where, mark, "site effects")
            lasting = lasting_sites(rounds)
            if 1 < len(lasting) < len(sites):
                part = rounds.within(np.isin(rounds.sites, lasting))
                rows += _within_sites(part, lasting, name, level, where, "", "site effects, lasting sites")
    except Refused as refusal:
        return rows, list(refusal.findings)
    return rows, []


def _within_sites(
    rounds: Rounds,
    sites: NDArray[np.intp],
    name: str,
    level: float,
    where: Mapping[str, str],
    mark: str,
    words: str,
) -> list[Estimate]:
    """Return slopes that compare each site with itself: by the model, and allowing for dispersion."""
    fit = fit_logistic(_design(rounds, sites), rounds.positive, rounds.tested)
    n = int(rounds.tested.sum())
    pick = np.eye(len(fit.coefficients))[0]
    rows = [
        slope(
            fit, pick, fit.covariance, name=f"log odds of {name}", df=np.inf, n=n, level=level,
            method=f"logistic, {words}{mark}", domain=where,
        )
    ]  # fmt: skip
    if fit.df > 0:
        rows.append(
            slope(
                fit, pick, fit.dispersion * fit.covariance, name=f"log odds of {name}", df=float(fit.df),
                n=n, level=level, domain=where,
                method=f"logistic, {words}, dispersion {fit.dispersion:.4g}{mark}",
            )
        )  # fmt: skip
    return rows


def _design(rounds: Rounds, sites: NDArray[np.intp] | None) -> Floats:
    """Time about its mean, then one level for all or one for each site."""
    time = rounds.when - rounds.when[rounds.tested > 0].mean()
    if sites is None:
        return np.column_stack([time, np.ones(len(time))])
    return np.column_stack([time, *[(rounds.sites == s).astype(float) for s in sites]])


def _test(name: str, test: ChiSquare, n: int, where: Mapping[str, str]) -> Estimate:
    if not np.isfinite(test.statistic):
        return Estimate("test", name, where, n=n, method="chi-square")
    return Estimate(
        "test", name, where, test.statistic, df=float(test.df), n=n, method=f"chi-square; p = {test.p:.6g}"
    )


def _difference(
    when: Floats,
    tested: Floats,
    positive: Floats,
    name: str,
    level: float,
    where: Mapping[str, str],
    mark: str,
) -> Estimate:
    share = positive / tested
    value = float(share[-1] - share[0])
    variance = share * (1 - share) / tested
    se = float(np.sqrt(variance[-1] + variance[0]))
    reach = float(ndtri((1 + level) / 2)) * se
    return Estimate(
        "difference",
        f"{name} {when[-1]:.10g} - {when[0]:.10g}",
        where,
        value,
        se,
        value - reach,
        value + reach,
        None,
        int(tested[0] + tested[-1]),
        method=f"binomial, independent rounds{mark}",
    )
