"""Runs a case of R `survey` through Dozor and pairs what came out with what R gave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from dozor.core.design.replicates import Scales
from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.request import (
    Adjust,
    DesignColumns,
    Margin,
    Quantile,
    Ratio,
    ReplicateColumns,
    SurveyRequest,
    Term,
)
from dozor.formats.frames import open_source, source_of_arrow
from dozor.store.source import Source
from dozor.store.survey import estimate_survey

Case = dict[str, Any]
Pair = tuple[str, float | None, float | None]

DESIGNS = {
    "apistrat": DesignColumns(weight="pw", stratum="stype", fpc=("fpc",)),
    "apiclus1": DesignColumns(weight="pw", cluster=("dnum",), fpc=("fpc",)),
    "hh": DesignColumns(weight="w", stratum="stratum", cluster=("psu",), lonely="adjust"),
    "hhfpc": DesignColumns(weight="w", stratum="stratum", cluster=("psu",), fpc=("fpc",), lonely="adjust"),
}
FILES = {"apistrat": "apistrat", "apiclus1": "apiclus1", "hh": "hhsurvey_dev", "hhfpc": "hhsurvey_dev"}
# the clusters of the domain with a lonely one; written out in the first of its two cases only
SUBSET = (1, 5, 6, 7, 12, 13, 14)
METHODS = {
    "agestandardized": "age standardisation",
    "calibrate": "calibration",
    "chisq": "Rao–Scott and Wald tests",
    "ciprop": "interval of a share",
    "contrast": "difference of domains",
    "deff": "design effect",
    "degf": "degrees of freedom",
    "domain": "lonely cluster",
    "lonely": "lonely cluster",
    "median": "median of domains",
    "poststrat": "post-stratification",
    "prop": "share",
    "quantile": "quantile rule",
    "quantileCI": "Woodruff interval",
    "rake": "raking",
    "rep": "replicate weights",
    "ttest": "t test",
}
# ages at first sex belong to the cohorts; regression is left to statistical packages
NOT_HERE = ("hh.afs.", "hh.svyglm.")
# what the contrasts and t tests are of: (outcome, groups)
CONTRASTS = {"apistrat": ("sw", "stype"), "apiclus1": ("sw", "stype"), "hh": ("hiv", "region")}
INTERVALS = {"logit": "logit", "xlogit": "logit", "asin": "arcsine"}


@dataclass
class Survey:
    """One design of the reference file and how to ask it for estimates."""

    tag: str
    folder: Path

    @cached_property
    def source(self) -> Source:
        return open_source(self.folder / f"{FILES[self.tag]}.csv")

    def ask(self, *, design: DesignColumns | None = None, **asked: Any) -> list[Estimate]:
        return estimate_survey(self.source, SurveyRequest(design=design or DESIGNS[self.tag], **asked))

    def share(self, column: str) -> Any:
        return parse_named(f"{column}={column} = 1", self.source.types)


def load(folder: Path, file: str) -> list[Case]:
    return json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))["cases"]


def tag_of(case: Case) -> str:
    """The design a case is about."""
    tag = case["id"].partition(".")[0]
    return tag if tag in DESIGNS else "hh"


def method_of(case: Case) -> str:
    """Name the method a case belongs to, for the table."""
    kind = case["id"].split(".")[1]
    return METHODS.get(kind, kind)


def pairs(case: Case, survey: Survey) -> Iterator[Pair]:
    """Return (label, ours, R's) of a case; LookupError where no runner knows it."""
    what = case["id"].partition(".")[2]
    for prefix, runner in RUNNERS.items():
        if what.startswith(prefix):
            return runner(case, survey)
    raise LookupError(case["id"])


def _one(rows: list[Estimate]) -> Estimate:
    (row,) = rows
    return row


def _degf(case: Case, survey: Survey) -> Iterator[Pair]:
    by = next(name for name in survey.source.types if name not in DESIGNS[survey.tag].cluster)
    share = parse_named(f"all={by} is not null", survey.source.types)
    yield "df", _one(survey.ask(shares=(share,))).df, case["value"]


def _linear(case: Case, survey: Survey) -> Iterator[Pair]:
    key = "means" if ".mean." in case["id"] else "totals"
    if "by" in case:
        rows = survey.ask(**{key: (case["y"],)}, by=((case["by"],),))
        yield from _groups(rows, case)
        return
    yield from _whole(_one(survey.ask(**{key: (case["y"],)})), case["expected"])


def _ratio(case: Case, survey: Survey) -> Iterator[Pair]:
    ratio = Ratio(case["num"], case["den"])
    if "by" in case:
        yield from _groups(survey.ask(ratios=(ratio,), by=((case["by"],),)), case)
        return
    yield from _whole(_one(survey.ask(ratios=(ratio,))), case)


def _whole(row: Estimate, expected: Case) -> Iterator[Pair]:
    yield "estimate", row.estimate, expected["est"]
    yield "se", row.se, expected["se"]
    yield "lower", row.lower, expected["ci"][0][0]
    yield "upper", row.upper, expected["ci"][0][1]


def _groups(rows: list[Estimate], case: Case) -> Iterator[Pair]:
    by = case["by"] if isinstance(case["by"], list) else case["by"].split("*")
    found = {tuple(row.domain.get(column) for column in by): row for row in rows if row.domain}
    for i, group in enumerate(case["groups"]):
        row = found[tuple(group) if isinstance(group, list) else (group,)]
        yield f"{group} estimate", row.estimate, case["est"][i]
        if "se" in case:
            yield f"{group} se", row.se, case["se"][i]
        if "lo" in case:
            yield f"{group} lower", row.lower, case["lo"][i]
            yield f"{group} upper", row.upper, case["hi"][i]


def _share(case: Case, survey: Survey) -> Iterator[Pair]:
    if "by" not in case:
        levels = case["expected"]["names"]
        for i, name in enumerate(levels):
            value = name.removeprefix(case["y"])
            share = parse_named(f"s={case['y']} = '{value}'", survey.source.types)
            row = _one(survey.ask(shares=(share,), interval="mean"))
            yield f"{name} estimate", row.estimate, case["expected"]["est"][i]
            yield f"{name} se", row.se, case["expected"]["se"][i]
            yield f"{name} lower", row.lower, case["expected"]["ci"][i][0]
            yield f"{name} upper", row.upper, case["expected"]["ci"][i][1]
        return
    by = case["by"] if isinstance(case["by"], list) else case["by"].split("*")
    rows = survey.ask(shares=(survey.share(case["y"]),), by=(tuple(by),))
    yield from _groups(rows, case)


def _interval(case: Case, survey: Survey) -> Iterator[Pair]:
    method = case.get("method", "xlogit")
    interval = INTERVALS.get(method, method)
    asked = {"interval": interval, "level": case.get("level", 0.95), "shares": (survey.share(case["y"]),)}
    if "by" in case:
        by = case["by"] if isinstance(case["by"], list) else [case["by"]]
        yield from _groups(survey.ask(**asked, by=(tuple(by),)), case)
        return
    row = _one(survey.ask(**asked))
    if "est" in case:
        yield "estimate", row.estimate, case["est"]
        yield "se", row.se, case["se"]
    yield "lower", row.lower, case["ci"][0]
    yield "upper", row.upper, case["ci"][1]


def _deff(case: Case, survey: Survey) -> Iterator[Pair]:
    for kind, key in (("population", "deff"), ("replace", "deff_replace")):
        yield key, _one(survey.ask(means=(case["y"],), deff=kind)).deff, case[key]


def _quantile(case: Case, survey: Survey) -> Iterator[Pair]:
    asked = tuple(Quantile(case["y"], p) for p in case["p"])
    rows = survey.ask(quantiles=asked, quantile_rule=case["qrule"])
    for i, row in enumerate(rows):
        yield f"{case['p'][i]}", row.estimate, case["est"][i]


def _woodruff(case: Case, survey: Survey) -> Iterator[Pair]:
    asked = tuple(Quantile(case["y"], p) for p in case["p"])
    rows = survey.ask(quantiles=asked, quantile_rule=case["qrule"], quantile_interval=case["interval"])
    for i, row in enumerate(rows):
        yield f"{case['p'][i]} estimate", row.estimate, case["est"][i]
        yield f"{case['p'][i]} se", row.se, case["se"][i]
        yield f"{case['p'][i]} lower", row.lower, case["ci"][i][0]
        yield f"{case['p'][i]} upper", row.upper, case["ci"][i][1]


def _median(case: Case, survey: Survey) -> Iterator[Pair]:
    rows = survey.ask(quantiles=(Quantile(case["y"], 0.5),), by=((case["by"],),))
    yield from _groups(rows, case)


def _lonely(case: Case, survey: Survey) -> Iterator[Pair]:
    rule = "remove" if case["option"] == "certainty" else case["option"]
    design = replace(DESIGNS[survey.tag], lonely=rule)
    rows = survey.ask(design=design, shares=(survey.share("hiv"),), by=(("region",),))
    whole = next(row for row in rows if not row.domain)
    yield "estimate", whole.estimate, case["est"]
    yield "se", whole.se, case["se"]
    yield "df", whole.df, case["degf"]
    yield from _groups(rows, {**case, "by": "region", "est": case["by_est"], "se": case["by_se"]})


def _domain_lonely(case: Case, survey: Survey) -> Iterator[Pair]:
    design = replace(DESIGNS[survey.tag], adjust_domain_lonely=case["id"].endswith("adjust"))
    chosen = ", ".join(str(psu) for psu in case.get("psus", SUBSET))
    share = parse_named(f"hiv=hiv = 1 given psu in ({chosen})", survey.source.types)
    row = _one(survey.ask(design=design, shares=(share,)))
    yield "estimate", row.estimate, case["est"]
    yield "se", row.se, case["se"]


def _replicates(case: Case, survey: Survey) -> Iterator[Pair]:
    first, second = case["y"]
    source = _with_replicates(case, survey)
    count = len(case["rscales"])
    columns = tuple(f"rep_{r}" for r in range(count))
    scales = Scales(case["scale"], np.array(case["rscales"], dtype=float), case["mse"])
    kind = case["id"].split(".")[2]
    weight = DESIGNS[survey.tag].weight

    def ask(asked_of: Source, **asked: Any) -> list[Estimate]:
        given = ReplicateColumns(columns, kind, scales)
        request = SurveyRequest(design=DesignColumns(weight=weight), replicates=given, **asked)
        return estimate_survey(asked_of, request)

    # R's case has two variables in one formula, which drops the rows missing either
    table = source.table
    complete = replace(source, table=table.filter(table[first].notnull() & table[second].notnull()))
    for key, expected in (("means", "mean_complete_cases"), ("totals", "total_complete_cases")):
        for i, row in enumerate(ask(complete, **{key: (first, second)})):
            yield f"{key} {row.name} estimate", row.estimate, case[expected]["est"][i]
            yield f"{key} {row.name} se", row.se, case[expected]["se"][i]
    whole = parse_named(f"s={second} = 1", source.types)
    rows = ask(source, shares=(whole,), by=((case["by"],),), interval="mean")
    yield "df", rows[0].df, case["degf"]
    for i, row in enumerate(row for row in rows if row.domain):
        yield f"{row.domain} estimate", row.estimate, case["by_est"][i]
        yield f"{row.domain} se", row.se, case["by_se"][i]
    (median,) = ask(source, quantiles=(Quantile(first, 0.5),))
    yield "median", median.estimate, case["median"]["est"]
    yield "median se", median.se, case["median"]["se"]
    yield "median lower", median.lower, case["median"]["ci"][0]
    yield "median upper", median.upper, case["median"]["ci"][1]


def _with_replicates(case: Case, survey: Survey) -> Source:
    """Put the file of replicate weights beside the answers it belongs to."""
    rows = pl.read_csv(survey.folder / f"{FILES[survey.tag]}.csv", infer_schema_length=None)
    if "no6" in case["id"]:
        rows = rows.filter(pl.col("stratum") != 6)
    weights = pl.read_csv(survey.folder / case["weights_file"], infer_schema_length=None)
    weights = weights.rename({name: f"rep_{r}" for r, name in enumerate(weights.columns)})
    return source_of_arrow(pl.concat([rows, weights.cast(pl.Float64)], how="horizontal").to_arrow())


def _contrast(case: Case, survey: Survey) -> Iterator[Pair]:
    column, by = CONTRASTS[survey.tag]
    rows = survey.ask(shares=(survey.share(column),), differences=(by,))
    first, second = case["groups"]
    for row in rows:
        if row.estimand == "difference" and {row.domain[by], row.against[by]} == {first, second}:
            sign = 1 if row.domain[by] == first else -1
            yield "difference", sign * row.estimate, case["est"]
            yield "se", row.se, case["se"]


def _t_test(case: Case, survey: Survey) -> Iterator[Pair]:
    column, by = CONTRASTS[survey.tag]
    level = survey.source.table[by].min()
    first = survey.source.table.aggregate(first=level).to_pyarrow()["first"][0].as_py()
    table = survey.source.table.mutate(is_first=(survey.source.table[by] == first).cast("int8"))
    source = replace(survey.source, table=table, types={**survey.source.types, "is_first": "number"})
    asked = SurveyRequest(
        design=DESIGNS[survey.tag], shares=(survey.share(column),), differences=("is_first",)
    )
    (row,) = [row for row in estimate_survey(source, asked) if row.estimand == "difference"]
    yield "difference", row.estimate, case["est"]
    yield "t", row.statistic, case["t"]
    yield "df", row.df, case["df"]
    yield "p", row.p, case["p"]


def _chi_square(case: Case, survey: Survey) -> Iterator[Pair]:
    (row,) = survey.ask(independence=((case["rows"], case["cols"]),), statistic=case["id"].rpartition(".")[2])
    parameters = case["parameter"] if isinstance(case["parameter"], list) else [case["parameter"]]
    yield "statistic", row.statistic, case["statistic"]
    yield "p", row.p, case["p"]
    yield "df", row.ndf, parameters[0]
    if len(parameters) > 1:
        yield "denominator df", row.ddf, parameters[1]


def _post_stratified(case: Case, survey: Survey) -> Iterator[Pair]:
    margin = Margin(("sex",), {(row["sex"],): row["Freq"] for row in case["totals"]})
    row, total = survey.ask(
        shares=(survey.share("tested"),), totals=("tested",), adjust=Adjust("post-stratify", (margin,))
    )
    yield "estimate", row.estimate, case["est"]
    yield "se", row.se, case["se"]
    yield "total", total.estimate, case["total"]
    yield "total se", total.se, case["total_se"]


def _raked(case: Case, survey: Survey) -> Iterator[Pair]:
    margins = tuple(
        Margin((name,), {(row[name],): row["Freq"] for row in case[name]}) for name in ("sex", "agegrp")
    )
    row = _one(survey.ask(shares=(survey.share("tested"),), adjust=Adjust("rake", margins)))
    yield "estimate", row.estimate, case["est"]
    yield "se", row.se, case["se"]


def _calibrated(case: Case, survey: Survey) -> Iterator[Pair]:
    # R's model matrix of ~ sex + agegrp, with the totals of the raking case
    terms = (
        Term(None, None, 99_000),
        Term("sex", "M", 47_000),
        Term("agegrp", "25-34", 31_000),
        Term("agegrp", "35-49", 42_000),
    )
    row = _one(survey.ask(shares=(survey.share("tested"),), adjust=Adjust("calibrate", terms=terms)))
    yield "estimate", row.estimate, case["est"]
    yield "se", row.se, case["se"]


def _standardised(case: Case, survey: Survey) -> Iterator[Pair]:
    ages = ("15-24", "25-34", "35-49")
    standard = Margin(("agegrp",), {(a,): p for a, p in zip(ages, case["population"], strict=True)})
    rows = survey.ask(shares=(survey.share("hiv"),), by=(("region",),), standard=standard)
    yield from _groups(rows, {**case, "by": "region"})


RUNNERS: dict[str, Callable[[Case, Survey], Iterator[Pair]]] = {
    "rep.": _replicates,
    "poststrat": _post_stratified,
    "rake": _raked,
    "calibrate": _calibrated,
    "agestandardized": _standardised,
    "contrast": _contrast,
    "ttest": _t_test,
    "chisq.": _chi_square,
    "degf": _degf,
    "mean.": _linear,
    "total.": _linear,
    "ratio.": _ratio,
    "prop.": _share,
    "ciprop.": _interval,
    "deff.": _deff,
    "quantile.": _quantile,
    "quantileCI.": _woodruff,
    "median.": _median,
    "lonely.": _lonely,
    "domain.lonely.": _domain_lonely,
}
