"""Reads the options of `dozor estimate survey` into a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import cast, get_args

from dozor.core.design.survey_design import LONELY_RULES, Lonely
from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.intervals import INTERVALS, Interval
from dozor.core.estimation.quantile_rules import QUANTILE_RULES, QuantileRule
from dozor.core.estimation.request import (
    DesignColumns,
    DesignEffect,
    Quantile,
    Ratio,
    SurveyRequest,
    WoodruffInterval,
)
from dozor.core.findings import Finding, Refused
from dozor.store.source import Source


@dataclass(frozen=True)
class SurveyOptions:
    """The options as typed."""

    weight: str | None = None
    stratum: str | None = None
    cluster: str | None = None
    fpc: str | None = None
    share: Sequence[str] = ()
    mean: Sequence[str] = ()
    total: Sequence[str] = ()
    ratio: Sequence[str] = ()
    quantile: Sequence[str] = ()
    by: Sequence[str] = ()
    interval: str = "logit"
    level: float = 0.95
    lonely: str = "fail"
    adjust_domain_lonely: bool = False
    unique_clusters: bool = False
    quantile_rule: str = "math"
    quantile_interval: str = "mean"
    deff: str = "auto"

    def mentions(self) -> list[str]:
        """Every text that may name a column."""
        texts: list[str] = []
        for part in fields(self):
            value = getattr(self, part.name)
            values = value if isinstance(value, list | tuple) else [value]
            texts += [text for text in values if isinstance(text, str)]
        return texts


def read_request(options: SurveyOptions, source: Source) -> SurveyRequest:
    """Read the options against the file's columns.

    Raises
    ------
    Refused
        ``EST-CHOICE``, ``EST-LEVEL``, ``EST-COLUMN``, ``EST-RATIO-FORM``, ``EST-QUANTILE-FORM``,
        ``EST-DESIGN-STAGES`` and what a definition raises; as many at once as can be told.
    """
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
        by=tuple(_columns(text, source) for text in options.by),
        interval=cast(Interval, _choice("--interval", options.interval, INTERVALS)),
        level=options.level,
        quantile_rule=cast(QuantileRule, _choice("--quantile-rule", options.quantile_rule, QUANTILE_RULES)),
        quantile_interval=cast(
            WoodruffInterval,
            _choice("--quantile-interval", options.quantile_interval, get_args(WoodruffInterval)),
        ),
        deff=cast(DesignEffect, _choice("--deff", options.deff, get_args(DesignEffect))),
    )


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
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


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
