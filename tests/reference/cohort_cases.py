"""Runs a case of R `survival` through Dozor and pairs what came out with what R gave."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from dozor.core.estimation.cohort.comparison import compare_groups
from dozor.core.estimation.cohort.competing import cumulative_incidence
from dozor.core.estimation.cohort.first_age import median_first_age
from dozor.core.estimation.cohort.followup import FollowUp
from dozor.core.estimation.cohort.limits import survival_limits
from dozor.core.estimation.cohort.survival import Curve, kaplan_meier

Case = dict[str, Any]
Pair = tuple[str, float | None, float | None]
TIMES = (6.0, 12.0, 24.0)
NOT_HERE = ("art.cox",)  # regression is left to statistical packages


def load(folder: Path) -> tuple[list[Case], list[dict[str, float]]]:
    cases = json.loads((folder / "art_dev.json").read_text(encoding="utf-8"))["cases"]
    with (folder / "art_dev.csv").open(encoding="utf-8", newline="") as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    return cases, rows


def pairs(case: Case, rows: list[dict[str, float]]) -> Iterator[Pair]:
    """Yield (what, ours, R's)."""
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    exits = column["event"].astype(int)
    plain = FollowUp(column["months"], exits)
    kind = case["id"].removeprefix("art.").removeprefix("km.")
    if kind in ("plain", "log", "log-log", "arcsin", "logit"):
        for arm in (0, 1):
            curve = kaplan_meier(plain.within(column["arm"] == arm))
            yield from _at_times(curve, kind, case, 3 * arm)
            for name, ours in zip(
                ("median", "median_lo", "median_hi"), curve.quantile(0.5, kind=kind), strict=True
            ):
                yield name, ours, case[name][arm]
    elif kind == "lefttrunc":
        late = FollowUp(column["months"], exits, column["entry"])
        yield from _at_times(kaplan_meier(late), "log", case, 0)
    elif kind == "weighted.robust":
        curve = kaplan_meier(FollowUp(column["months"], exits, None, column["w"]))
        for place, time in enumerate(TIMES):
            yield "survival", curve.at(time)[0], case["surv"][place]
            yield "se", curve.at(time)[1], case["se"][place]
    elif kind == "cif":
        incidence = cumulative_incidence(plain)
        for place, time in enumerate(TIMES):
            for ours, theirs in zip(incidence.at(time), (case["pstate"], case["se"]), strict=True):
                yield from (("state", float(a), b) for a, b in zip(ours, theirs[place], strict=True))
    elif kind in ("logrank", "peto"):
        test = compare_groups(plain, column["arm"].astype(int), rho=1.0 if kind == "peto" else 0.0)
        yield "chi-square", test.chi_square, case["chisq"]
    elif kind == "rmean24":
        curve = kaplan_meier(plain)
        mean, se = curve.restricted_mean(24)
        middle, low, high = curve.quantile(0.5)
        table = case["table"]
        for name, ours in (("rmean", mean), ("se(rmean)", se), ("median", middle), ("0.95LCL", low)):
            yield name, ours, table[name]
        yield "0.95UCL", high, table["0.95UCL"]
    else:
        raise ValueError(case["id"])


def _at_times(curve: Curve, kind: str, case: Case, first: int) -> Iterator[Pair]:
    for place, time in enumerate(TIMES, start=first):
        share, se = curve.at(time)
        low, high = survival_limits(np.array([share]), np.array([se]), kind)
        yield "at risk", curve.risk_at(time), case["n_risk"][place]
        yield "survival", share, case["surv"][place]
        yield "se", se, case["se"][place]
        yield "lower", float(low[0]), case["lo"][place]
        yield "upper", float(high[0]), case["hi"][place]


def first_age_pairs(folder: Path) -> Iterator[Pair]:
    """Yield age at first sex: quantiles with log limits, weighted ones, weighted curve."""
    cases = json.loads((folder / "hhsurvey_dev.json").read_text(encoding="utf-8"))["cases"]
    with (folder / "hhsurvey_dev.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    case = {c["id"].removeprefix("hh.afs."): c for c in cases if c["id"].startswith("hh.afs.")}
    begun = np.array([row["afs"] != "" for row in rows])
    first = np.array([float(row["afs"] or 0) for row in rows])
    age = np.array([float(row["age"]) for row in rows])
    weight = np.array([float(row["w"]) for row in rows])
    asked = {"first_age": first, "age": age, "has_begun": begun}
    for place, p in enumerate(case["km.unweighted"]["p"]):
        row = median_first_age(p=p, **asked)
        for name, theirs in (("estimate", "est"), ("lower", "lo"), ("upper", "hi")):
            yield f"{name} of {p}", getattr(row, name), case["km.unweighted"][theirs][place]
        weighted = median_first_age(p=p, weight=weight, **asked)
        yield f"weighted {p}", weighted.estimate, case["km.weighted"]["est"][place]
    curve = kaplan_meier(FollowUp(np.where(begun, first, age + 0.999), begun.astype(int), None, weight))
    for time, share in zip(case["svykm"]["t"], case["svykm"]["surv"], strict=True):
        yield f"not begun at {time}", curve.at(time)[0], share
