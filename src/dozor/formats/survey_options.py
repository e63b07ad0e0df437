"""Reads what is asked of a survey in words, the command line's or a notebook's, into a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast, get_args

import numpy as np

from dozor.core.design.replicates import REPLICATE_KINDS, ReplicateKind, scales_of
from dozor.core.design.stage import FloatArray
from dozor.core.design.survey_design import LONELY_RULES, Lonely
from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.independence import STATISTICS, Statistic
from dozor.core.estimation.intervals import INTERVALS, Interval
from dozor.core.estimation.quantile_rules import QUANTILE_RULES, QuantileRule
from dozor.core.estimation.request import (
    Adjust,
    DesignColumns,
    DesignEffect,
    MadeReplicates,
    Quantile,
    Ratio,
    ReplicateColumns,
    SurveyRequest,
    WoodruffInterval,
)
from dozor.core.findings import Finding, Refused
from dozor.formats.population_totals import mentioned_in, read_margin, read_terms
from dozor.store.source import Source


@dataclass(frozen=True)
class SurveyOptions:
    """The options as typed."""

    weight: str | None = None
    stratum: str | None = None
    round: str | None = None
    cluster: str | None = None
    fpc: str | None = None
    share: Sequence[str] = ()
    mean: Sequence[str] = ()
    total: Sequence[str] = ()
    ratio: Sequence[str] = ()
    quantile: Sequence[str] = ()
    by: Sequence[str] = ()
    difference: Sequence[str] = ()
    chisq: Sequence[str] = ()
    interval: str = "logit"
    level: float = 0.95
    lonely: str = "fail"
    adjust_domain_lonely: bool = False
    unique_clusters: bool = False
    quantile_rule: str = "math"
    quantile_interval: str = "mean"
    deff: str = "auto"
    chisq_statistic: str = "F"
    replicates: str | None = None
    replicate_kind: str | None = None
    scale: float | None = None
    rscales: str | None = None
    mse: bool = False
    fay: float = 0.5
    draws: int = 500
    seed: int = 1
    post_stratify: Path | None = None
    rake: Sequence[Path] = ()
    calibrate: Path | None = None
    standardize: Path | None = None

    def mentions(self) -> list[str]:
        """Every text that may name a column."""
        texts: list[str] = []
        for part in fields(self):
            value = getattr(self, part.name)
            values = value if isinstance(value, list | tuple) else [value]
            texts += [text for text in values if isinstance(text, str)]
        for path in (self.post_stratify, *self.rake, self.calibrate, self.standardize):
            if path is not None:
                texts += mentioned_in(path)
        return texts


def read_request(options: SurveyOptions, source: Source) -> SurveyRequest:
    """Read the options against the file's columns.

    Raises
    ------
    Refused
        ``EST-CHOICE``, ``EST-LEVEL``, ``EST-COLUMN``, ``EST-RATIO-FORM``, ``EST-QUANTILE-FORM``,
        ``EST-DESIGN-STAGES`` and what a definition raises; as many at once as can be told.
    """
    findings = [finding for text in options.share for finding in _findings_of(text, source)]
    if findings:
        raise Refused(findings)
    if not 0 < options.level < 1:
        raise Refused(Finding("EST-LEVEL", found=f"{options.level:g}"))
    cluster = _columns(options.cluster, source)
    fpc = _columns(options.fpc, source)
    for flag, names in (("--cluster", cluster), ("--fpc", fpc)):
        if len(names) > 2 or (flag == "--fpc" and len(names) > max(len(cluster), 1)):
            raise Refused(Finding("EST-DESIGN-STAGES", found=flag, values={"count": len(names)}))
    return SurveyRequest(
        design=DesignColumns(
            weight=options.weight,
            stratum=options.stratum,
            round=options.round,
            cluster=cluster,
            fpc=fpc,
            lonely=cast(Lonely, _choice("--lonely", options.lonely, LONELY_RULES)),
            adjust_domain_lonely=options.adjust_domain_lonely,
            unique_clusters=options.unique_clusters,
        ),
        shares=tuple(parse_named(text, source.types) for text in options.share),
        means=tuple(options.mean),
        totals=tuple(options.total),
        ratios=tuple(_ratio(text, source) for text in options.ratio),
        quantiles=tuple(q for text in options.quantile for q in _quantiles(text)),
        by=tuple(tuple(dict.fromkeys(_columns(text, source))) for text in options.by),
        differences=_differences(options, source),
        independence=tuple(_pair(text, source) for text in options.chisq),
        statistic=cast(Statistic, _choice("--chisq-statistic", options.chisq_statistic, STATISTICS)),
        replicates=_replicates(options, source),
        adjust=_adjust(options),
        standard=None if options.standardize is None else read_margin(options.standardize),
        interval=cast(Interval, _choice("--interval", options.interval, INTERVALS)),
        level=options.level,
        quantile_rule=cast(QuantileRule, _choice("--quantile-rule", options.quantile_rule, QUANTILE_RULES)),
        quantile_interval=cast(
            WoodruffInterval,
            _choice("--quantile-interval", options.quantile_interval, get_args(WoodruffInterval)),
        ),
        deff=cast(DesignEffect, _choice("--deff", options.deff, get_args(DesignEffect))),
    )


def _findings_of(text: str, source: Source) -> Sequence[Finding]:
    """What is wrong with one definition, so that all of them are told at once."""
    try:
        parse_named(text, source.types)
    except Refused as refusal:
        return refusal.findings
    return ()


def _differences(options: SurveyOptions, source: Source) -> tuple[str, ...]:
    """The columns to compare; rounds always are."""
    columns = [column for text in options.difference for column in _columns(text, source)]
    if options.round is not None:
        columns.append(options.round)
    for column in columns:
        source.require(column)
        if source.key(column).nunique().to_pyarrow().as_py() < 2:
            raise Refused(Finding("EST-DIFFERENCE-ONE", found=column, file=source.file))
    return tuple(dict.fromkeys(columns))


def _pair(text: str, source: Source) -> tuple[str, str]:
    columns = _columns(text, source)
    if len(columns) != 2:
        raise Refused(Finding("EST-CHISQ-FORM", found=text))
    return columns[0], columns[1]


def _replicates(options: SurveyOptions, source: Source) -> ReplicateColumns | MadeReplicates | None:
    """Read given columns, or the kind of replicates to make."""
    if options.replicates is None and options.replicate_kind is None:
        return None
    kind = cast(
        ReplicateKind, _choice("--replicate-kind", options.replicate_kind or "other", REPLICATE_KINDS)
    )
    if not 0 <= options.fay < 1:
        raise Refused(
            Finding("EST-CHOICE", found=f"{options.fay:g}", values={"option": "--fay", "known": "0…1"})
        )
    if options.replicates is None:
        if options.draws < 2:
            values = {"option": "--draws", "known": "2, 3, …"}
            raise Refused(Finding("EST-CHOICE", found=str(options.draws), values=values))
        return MadeReplicates(kind, options.draws, options.seed, options.fay, options.mse)
    columns = tuple(name for name in source.types if fnmatchcase(name, options.replicates))
    if len(columns) < 2:
        raise Refused(Finding("EST-REPLICATES-NONE", found=options.replicates, file=source.file))
    for column in columns:
        source.require(column, numeric=True)
    rscales = None if options.rscales is None else _numbers(options.rscales, kind, len(columns))
    scales = scales_of(
        kind, len(columns), scale=options.scale, rscales=rscales, fay=options.fay, mse=options.mse
    )
    return ReplicateColumns(columns, kind, scales)


def _numbers(text: str, kind: str, count: int) -> FloatArray:
    try:
        return np.array([float(part) for part in text.split(",")], dtype=np.float64)
    except ValueError:
        raise Refused(Finding("EST-REPLICATES-SCALE", found=kind, values={"count": count})) from None


def _adjust(options: SurveyOptions) -> Adjust | None:
    ways = {
        "--post-stratify": options.post_stratify is not None,
        "--rake": bool(options.rake),
        "--calibrate": options.calibrate is not None,
    }
    taken = [way for way, is_taken in ways.items() if is_taken]
    if len(taken) > 1:
        raise Refused(Finding("EST-TOTALS-MIXED", found=", ".join(taken)))
    if options.post_stratify is not None:
        return Adjust("post-stratify", (read_margin(options.post_stratify),))
    if options.rake:
        return Adjust("rake", tuple(read_margin(path) for path in options.rake))
    if options.calibrate is not None:
        return Adjust("calibrate", terms=read_terms(options.calibrate))
    return None


def _choice(option: str, found: str, known: Sequence[str]) -> str:
    if found not in known:
        values = {"option": option, "known": ", ".join(known)}
        raise Refused(Finding("EST-CHOICE", found=found, values=values))
    return found


def _columns(text: str | None, source: Source) -> tuple[str, ...]:
    """Cut a list of columns at its commas, unless the whole is a heading."""
    if text is None:
        return ()
    if text in source.types:
        return (text,)
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _ratio(text: str, source: Source) -> Ratio:
    """Cut at the slash that leaves a heading on both sides, or at the first one."""
    parts = text.split("/")
    for i in range(1, len(parts)):
        left, right = "/".join(parts[:i]).strip(), "/".join(parts[i:]).strip()
        if left in source.types and right in source.types:
            return Ratio(left, right)
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise Refused(Finding("EST-RATIO-FORM", found=text))
    return Ratio(parts[0].strip(), parts[1].strip())


def _quantiles(text: str) -> list[Quantile]:
    """Read ``age@0.5`` or ``age@0.25,0.5,0.75``."""
    column, at, shares = text.rpartition("@")
    try:
        places = [float(share) for share in shares.split(",")]
    except ValueError:
        places = []
    if not at or not column.strip() or not places or not all(0 < p < 1 for p in places):
        raise Refused(Finding("EST-QUANTILE-FORM", found=text))
    return [Quantile(column.strip(), p) for p in places]
