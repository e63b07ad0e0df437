"""Runs a case of R `survey` through Dozor and pairs what came out with what R gave."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.request import DesignColumns, Quantile, Ratio, SurveyRequest
from dozor.formats.frames import open_source
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
INTERVALS = {"logit": "logit", "xlogit": "logit", "asin": "arcsine"}


@dataclass
class Survey:
    """One design of the reference file and how to ask it for estimates."""

    tag: str
    folder: Path
    engine_rows: dict[str, Estimate] = field(default_factory=dict)

    @cached_property
    def source(self) -> Source:
        return open_source(self.folder / f"{FILES[self.tag]}.csv")

    def ask(self, *, design: DesignColumns | None = None, **asked: Any) -> list[Estimate]:
        return estimate_survey(self.source, SurveyRequest(design=design or DESIGNS[self.tag], **asked))

    def share(self, column: str) -> Any:
        return parse_named(f"{column}={column} = 1", self.source.types)


def load(folder: Path, file: str) -> list[Case]:
    return json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))["cases"]


def method_of(case: Case) -> str:
    """Name the method a case belongs to, for the table."""
    parts = case["id"].split(".")
    kind = parts[1]
    return {
        "ciprop": "interval of a share",
        "prop": "share",
        "quantile": "quantile rule",
        "quantileCI": "Woodruff interval",
        "rep": "replicate weights",
        "chisq": "Rao–Scott test",
        "ttest": "t test",
        "deff": "design effect",
        "domain": "lonely cluster",
        "lonely": "lonely cluster",
    }.get(kind, kind)


def pairs(case: Case, survey: Survey) -> Iterator[Pair] | None:
    """Return (label, ours, R's) of a case, or None where no runner knows it."""
    what = case["id"].removeprefix(survey.tag + ".")
    for prefix, runner in RUNNERS.items():
        if what.startswith(prefix):
            return runner(case, survey)
    return None


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
    rows = survey.ask(
        quantiles=asked, quantile_rule=case["qrule"], quantile_interval=case["interval"]
    )
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


RUNNERS: dict[str, Callable[[Case, Survey], Iterator[Pair]]] = {
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
