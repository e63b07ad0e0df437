"""Runs a case of R `RDS` through Dozor and pairs what came out with what R gave."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dozor.core.design.recruitment import Recruitment, read_recruitment
from dozor.core.estimation.rds.bootstrap import bootstrap_estimates
from dozor.core.estimation.rds.diagnostics import convergence, differential_activity, population_homophily
from dozor.core.estimation.rds.estimators import estimate_mean, estimate_shares
from dozor.core.estimation.rds.sample import RdsSample
from dozor.core.estimation.rds.weights import (
    mean_degrees,
    stationary_distribution,
    transitions,
    volz_heckathorn_weights,
)

Case = dict[str, Any]
Pair = tuple[str, float | None, float | None]

FILES = ("rds_dev", "rds_faux", "rds_fauxmadrona")
# size of the population each file's R object carried
POPULATION = {"rds_dev": 1200.0, "rds_faux": 1000.0, "rds_fauxmadrona": 1000.0}
ESTIMATORS = {"RDS-I": "rds1", "RDS-I(DS)": "rds1", "RDS-II": "rds2", "SS.bigN": "ss", "Gile's SS": "ss"}
BOOTSTRAPS = {"Salganik": "salganik", "Treeboot": "tree", "Gile": "gile"}
COLUMNS = (("estimate", "est"), ("se", "se"), ("lower", "lo"), ("upper", "hi"), ("deff", "deff"))
REPLICATES = 4000
BOOTSTRAP_TOLERANCE = 0.12  # relative, of the standard error, as the cases state


@dataclass
class Sample:
    """One of the reference files."""

    folder: Path
    file: str

    @cached_property
    def cases(self) -> list[Case]:
        return self._read["cases"]

    @cached_property
    def _read(self) -> dict[str, Any]:
        return json.loads((self.folder / f"{self.file}.json").read_text(encoding="utf-8"))

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        with (self.folder / self._read["meta"]["data"]).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @cached_property
    def tree(self) -> Recruitment:
        recruiter = "recruiter_id" if "recruiter_id" in self.rows[0] else "recruiter.id"
        return read_recruitment([r["id"] for r in self.rows], [r[recruiter] for r in self.rows])

    def numbers(self, column: str) -> np.ndarray:
        return np.array([float(r[column]) for r in self.rows])

    def groups(self, column: str) -> tuple[np.ndarray, list[str]]:
        levels = sorted({r[column] for r in self.rows})
        return np.array([levels.index(r[column]) for r in self.rows]), levels

    def sample(self, population: float | None = None) -> RdsSample:
        return RdsSample(self.tree, self.numbers("degree"), population or POPULATION[self.file])


def pairs(case: Case, data: Sample) -> Iterator[Pair]:
    """Yield (what, ours, R's) for a case that holds no chance."""
    _, column, *kind = case["id"].split(".")
    what = ".".join(kind)
    if column == "wave":
        seeds = [data.rows[i]["id"] for i in data.tree.seed[:40]]
        yield "same seeds", float(seeds == case["seed"]), 1.0
        yield from _each("wave", data.tree.wave[:40], case["wave"])
        yield from _each("recruits", data.tree.recruits[:40], case["recruits"])
    elif column == "vhweights":
        degree = data.numbers("degree")
        yield from _each("weight", volz_heckathorn_weights(degree)[:20], case["weights"])
        scaled = volz_heckathorn_weights(degree, POPULATION[data.file])[:20]
        yield from _each("weight to N", scaled, case["weights_N"])
    elif what.endswith("mean"):
        row = estimate_mean(data.sample(), data.numbers(column), name=column, estimator="rds2")
        for ours, theirs in COLUMNS:
            yield ours, getattr(row, ours), case["expected"][theirs]
    else:
        yield from _grouped(case, data, column, what)


def _grouped(case: Case, data: Sample, column: str, what: str) -> Iterator[Pair]:
    codes, levels = data.groups(column)
    sample = data.sample(case.get("N") if what.startswith("SS") else None)
    weights = volz_heckathorn_weights(sample.degree)
    if what in ESTIMATORS:
        rows = estimate_shares(sample, codes, levels, estimator=ESTIMATORS[what])
        for ours, theirs in COLUMNS:
            yield from _each(ours, [getattr(r, ours) for r in rows], case["expected"][theirs])
    elif what == "SS":
        # R draws at random: its own error is part of the case
        for row, est, error in zip(
            estimate_shares(sample, codes, levels, estimator="ss"), case["est"], case["mc_se"], strict=True
        ):
            yield "within R's error", float(abs(row.estimate - est) < 4 * error + 5e-5), 1.0
    elif what == "transitions":
        counts = transitions(sample, codes, len(levels))
        yield from _each("count", counts.ravel(), np.ravel(case["counts"]))
        yield from _each("stationary", stationary_distribution(counts), case["stationary"])
        yield from _each("degree", mean_degrees(sample.degree, codes, len(levels)), case["hhat"])
    elif what.startswith("population.homophily"):
        ours = population_homophily(sample, codes, len(levels), weights)
        yield from _each("homophily", ours, np.ravel(case["value"]))
    elif what == "diffactivity":
        # R compares the later of the two largest groups with everybody else
        top = max(np.argsort(-np.bincount(codes), kind="stable")[:2])
        yield "activity", differential_activity(sample, codes == top, weights), case["value"]
    elif what == "convergence":
        ours = [p.shares for p in convergence(sample, codes, len(levels))]
        yield from _each("share", np.ravel(ours), np.ravel(case["value"]))
    else:
        raise ValueError(case["id"])


def bootstrap_errors(case: Case, data: Sample) -> Iterator[Pair]:
    """Yield the bootstrap's standard errors beside R's."""
    codes, levels = data.groups(case["id"].split(".")[1])
    rows = bootstrap_estimates(
        data.sample(case["N"]),
        codes,
        levels,
        estimator=ESTIMATORS[case["weight_type"]],
        kind=BOOTSTRAPS[case["uncertainty"]],
        replicates=REPLICATES,
        rng=np.random.default_rng(2006),
    )
    yield from _each("se", [r.se for r in rows], case["expected"]["se"])


def _each(what: str, ours: Any, theirs: Any) -> Iterator[Pair]:
    for one, other in zip(ours, theirs, strict=True):
        yield what, None if one is None else float(one), other
