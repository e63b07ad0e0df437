"""Runs a case of the random designs through Dozor and pairs what came out with what R gave."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from tests.reference.comparing import TOLERANCE

from dozor.core.estimation.cohort.comparison import compare_groups
from dozor.core.estimation.cohort.competing import cumulative_incidence
from dozor.core.estimation.cohort.followup import FollowUp
from dozor.core.estimation.cohort.limits import survival_limits
from dozor.core.estimation.cohort.survival import kaplan_meier
from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.request import (
    Adjust,
    DesignColumns,
    MadeReplicates,
    Margin,
    Quantile,
    Ratio,
    SurveyRequest,
    Term,
)
from dozor.formats.frames import open_source
from dozor.store.source import Source
from dozor.store.survey import estimate_survey

Case = dict[str, Any]
Pair = tuple[str, float | None, float | None]
FOLDER = Path(__file__).parent / "data"
DESIGNS = {
    "strata": DesignColumns(stratum="h", fpc=("f1",)),
    "clusters": DesignColumns(weight="w", stratum="h", cluster=("c",), fpc=("f1",)),
    "stages": DesignColumns(stratum="h", cluster=("c", "k"), fpc=("f1", "f2")),
    "fractions": DesignColumns(stratum="h", cluster=("c", "k"), fpc=("p1", "p2")),
} | {
    rule: DesignColumns(weight="w", stratum="h", cluster=("c",), lonely=rule)
    for rule in ("remove", "adjust", "average")
}
INTERVALS = {"xlogit": "logit", "asin": "arcsine"}
SEX = Margin(("sex",), {("f",): 1200.0, ("m",): 900.0})
ADJUSTED = {
    "post-stratify": Adjust("post-stratify", (SEX,)),
    "rake": Adjust("rake", (SEX, Margin(("t",), {("0",): 1000.0, ("1",): 1100.0}))),
    "calibrate": Adjust(
        "calibrate", terms=(Term(None, None, 2100.0), Term("sex", "m", 900.0), Term("d", None, 4000.0))
    ),
}
AT = (3.0, 6.0, 12.0, 18.0)


def load(folder: Path) -> list[Case]:
    cases: list[Case] = json.loads((folder / "random.json").read_text(encoding="utf-8"))["cases"]
    return cases


def pairs(case: Case) -> Iterator[Pair]:
    """Yield (what, ours, R's)."""
    theirs = case["expected"] if isinstance(case["expected"], list) else [case["expected"]]
    ours = [None if v != v else v for v in of_cohort(case)] if case["design"] == "cohort" else found(case)  # noqa: PLR0124
    yield from ((f"figure {i + 1}", a, b) for i, (a, b) in enumerate(zip(ours, theirs, strict=True)))


def tolerance(case: Case) -> float:
    """R's likelihood profile ends with a root sought to 1e-8."""
    return 1e-7 if case.get("method") == "likelihood" else TOLERANCE


@cache
def source(design: str) -> Source:
    return open_source(FOLDER / f"random_{design}.csv")


def ask(case: Case, **asked: Any) -> list[Any]:
    return estimate_survey(source(case["design"]), SurveyRequest(DESIGNS[case["design"]], **asked))


def share(case: Case) -> tuple[Any]:
    return (parse_named("y=y = 1", source(case["design"]).types),)


def part(rows: list[Estimate], g: str) -> Estimate:
    return next(row for row in rows if row.domain == ({"g": g} if g else {}))


def found(case: Case) -> list[float | None]:
    """What Dozor finds, in the order of R's."""
    match case["kind"]:
        case "mean" | "total" | "ratio" as kind:
            asked = {
                "mean": {"means": ("x",)},
                "total": {"totals": ("x",)},
                "ratio": {"ratios": (Ratio("x", "z"),)},
            }
            (row,) = ask(case, **asked[kind])
            return [row.estimate, row.se, row.lower, row.upper]
        case "deff":
            return [ask(case, means=("x",), deff="population")[0].deff]
        case "interval":
            kind = INTERVALS.get(case["method"], case["method"])
            row = part(ask(case, shares=share(case), interval=kind, by=(("g",),)), case["g"])
            return [row.lower, row.upper]
        case "domain":
            row = part(ask(case, shares=share(case), by=(("g",),)), case["g"])
            return [row.estimate, row.se, row.df]
        case "t test":
            row = ask(case, means=("x",), differences=("sex",))[-1]
            return [row.estimate, row.statistic, row.df, row.p]
        case "chisq":
            (row,) = ask(case, independence=(("g", "sex"),), statistic=case["statistic"])
            return [row.statistic, row.p]
        case "quantile":
            asked_at = tuple(Quantile("x", p) for p in (0.25, 0.5, 0.9))
            return [row.estimate for row in ask(case, quantiles=asked_at, quantile_rule=case["rule"])]
        case "woodruff":
            asked_at = (Quantile("x", 0.4), Quantile("x", 0.7))
            rows = ask(case, quantiles=asked_at, quantile_interval=case["interval"])
            return [row.lower for row in rows] + [row.upper for row in rows]
        case "adjusted":
            adjust = ADJUSTED[case["way"]]
            (mean,) = ask(case, means=("x",), adjust=adjust)
            total = part(ask(case, totals=("x",), adjust=adjust, by=(("g",),)), "a")
            return [mean.estimate, mean.se, total.estimate, total.se]
        case "JKn":
            rows = ask(case, means=("x",), ratios=(Ratio("x", "z"),), replicates=MadeReplicates("JKn"))
            return [rows[0].se, rows[1].se, rows[0].df]
    raise LookupError(case["kind"])


def of_cohort(case: Case) -> Iterator[float]:
    with (FOLDER / "random_cohort.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    column = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    months, exits = column["months"], column["event"].astype(int)
    cohort = {
        "late": FollowUp(months, exits, column["entry"]),
        "clustered": FollowUp(months, exits, None, column["w"], column["cl"].astype(int)),
        "ways": FollowUp(months, exits, None, column["w"]),
    }.get(case["kind"], FollowUp(months, exits))
    if case["kind"] in {"log-rank", "peto"}:
        rho = float(case["kind"] == "peto")
        yield compare_groups(cohort, column["arm"].astype(int), rho=rho).chi_square
    elif case["kind"] == "ways":
        at = [cumulative_incidence(cohort).at(time) for time in AT]
        yield from (value for which in (0, 1) for pair in at for value in pair[which])
    else:
        share, se = np.array([kaplan_meier(cohort).at(time) for time in AT]).T
        yield from (*share, *se, *np.concatenate(survival_limits(share, se, case.get("interval", "log"))))
