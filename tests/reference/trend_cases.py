"""Runs a case of R's trend tests through Dozor and pairs what came out with what R gave."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dozor.core.estimation.trend.logistic import Fit, fit_logistic
from dozor.core.estimation.trend.prevalence import count_limits
from dozor.core.estimation.trend.rounds import Rounds
from dozor.core.estimation.trend.testing import cochran_armitage, kendall, mantel_haenszel

Case = dict[str, Any]
Pair = tuple[str, float | None, float | None]


def load(folder: Path) -> tuple[list[Case], Rounds]:
    cases = json.loads((folder / "sentinel_dev.json").read_text(encoding="utf-8"))["cases"]
    with (folder / "sentinel_dev.csv").open(encoding="utf-8", newline="") as file:
        table = np.array([[float(v) for v in row.values()] for row in csv.DictReader(file)])
    return cases, Rounds(table[:, 1], table[:, 2], table[:, 3], table[:, 0].astype(int) - 1)


def pairs(case: Case, rounds: Rounds) -> Iterator[Pair]:
    """Yield (what, ours, R's)."""
    kind = case["id"].removeprefix("sent.")
    when, tested, positive = rounds.pooled()
    if kind.startswith("ci."):
        ours = count_limits(case["positive"], case["tested"], kind.split(".")[1])
        yield from (("limit", a, b) for a, b in zip(ours, case["ci"], strict=True))
    elif kind == "CochranArmitage":
        test = cochran_armitage(when, tested, positive)
        yield "chi-square", test.statistic, case["chisq"]
        yield "p", test.p, case["p"]
    elif kind == "kendall":
        ranks = kendall(when, tested, positive)
        yield "tau", ranks.tau, case["tau"]
        yield "pairs", ranks.in_order, case["T"]
        yield "p", ranks.p, case["p"]
    elif kind == "mh":
        # the case was made without continuity correction
        common = mantel_haenszel(
            (rounds.when > 2005).astype(int),
            rounds.positive,
            rounds.tested,
            rounds.sites,
            continuity=False,
        )
        yield "odds ratio", common.odds_ratio, case["or"]
        yield "chi-square", common.test.statistic, case["chisq"]
    elif kind in ("logit", "clustered"):
        yield from _pooled(case, rounds, clustered=kind == "clustered")
    else:
        fit = _within_sites(rounds)
        scale = 1.0
        if kind == "quasi.site":
            yield "dispersion", fit.dispersion, case["dispersion"]
            scale = fit.dispersion
        else:
            yield "slope", float(fit.coefficients[0]), case["est"]
        yield "se", float(np.sqrt(scale * fit.covariance[0, 0])), case["se"]


def _pooled(case: Case, rounds: Rounds, *, clustered: bool) -> Iterator[Pair]:
    middle = rounds.when.mean()
    design = np.column_stack([np.ones(len(rounds.when)), rounds.when - middle])
    fit = fit_logistic(design, rounds.positive, rounds.tested)
    back = np.array([[1.0, -middle], [0.0, 1.0]])  # R's intercept stands at year 0
    covariance = fit.clustered(rounds.sites) if clustered else fit.covariance
    se = np.sqrt(np.diag(back @ covariance @ back.T))
    for place, name in enumerate(("intercept", "slope")):
        yield name, float((back @ fit.coefficients)[place]), case["est"][place]
        yield f"se of {name}", float(se[place]), case["se"][place]


def _within_sites(rounds: Rounds) -> Fit:
    sites = [(rounds.sites == s).astype(float) for s in range(int(rounds.sites.max()) + 1)]
    return fit_logistic(
        np.column_stack([rounds.when - rounds.when.mean(), *sites]), rounds.positive, rounds.tested
    )
