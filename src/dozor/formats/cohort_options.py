"""Reads the options of `dozor estimate retention` and `first-age` into requests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from dozor.core.estimation.cohort.limits import INTERVALS, SurvivalInterval
from dozor.core.estimation.cohort.retention import (
    TRANSFER_RULES,
    UNSEEN_RULES,
    Rules,
    TransferRule,
    UnseenRule,
)
from dozor.core.estimation.definition import Definition, parse_definition
from dozor.core.findings import Finding, Refused
from dozor.formats.rds_options import check_level, columns_of, one_of, texts_of
from dozor.store.cohorts import FirstAgeRequest, RetentionRequest
from dozor.store.source import Source


@dataclass(frozen=True)
class RetentionOptions:
    """The options as typed."""

    end: str
    event: str
    start: str | None = None
    at: Sequence[str] = ("12",)
    entry: str | None = None
    closing: str | None = None
    transferred: Sequence[str] = ()
    transfers: str = "leave-out"
    unseen: str = "count-as-out"
    weight: str | None = None
    cluster: str | None = None
    quantile: Sequence[str] = ()
    by: Sequence[str] = ()
    interval: str = "log"
    level: float = 0.95

    def mentions(self) -> list[str]:
        """Every text that may name a column."""
        return texts_of(self)


def read_retention(options: RetentionOptions, source: Source) -> RetentionRequest:
    """Read the options; ``EST-CHOICE``, ``EST-LEVEL``, ``COH-AT``, and what an expression raises."""
    check_level(options.level)
    rules = Rules(
        cast(TransferRule, one_of("--transfers", options.transfers, TRANSFER_RULES)),
        cast(UnseenRule, one_of("--unseen", options.unseen, UNSEEN_RULES)),
    )
    return RetentionRequest(
        end=options.end,
        event=_event(options.event, source),
        at=_numbers(options.at, 0, math.inf),
        start=options.start,
        entry=options.entry,
        closing=None if options.closing is None else _day(options.closing),
        weight=options.weight,
        cluster=options.cluster,
        transferred=tuple(options.transferred),
        rules=rules,
        kind=cast(SurvivalInterval, one_of("--interval", options.interval, INTERVALS)),
        level=options.level,
        quantiles=_numbers(options.quantile, 0, 1),
        by=tuple(columns_of(text, source) for text in options.by),
    )


@dataclass(frozen=True)
class FirstAgeOptions:
    """The options as typed."""

    first: str
    age: str
    begun: str | None = None
    quantile: Sequence[str] = ("0.5",)
    weight: str | None = None
    cluster: str | None = None
    by: Sequence[str] = ()
    interval: str = "log"
    level: float = 0.95

    def mentions(self) -> list[str]:
        """Every text that may name a column."""
        return texts_of(self)


def read_first_age(options: FirstAgeOptions, source: Source) -> FirstAgeRequest:
    """Read the options; errors as in :func:`read_retention`."""
    check_level(options.level)
    return FirstAgeRequest(
        first=options.first,
        age=options.age,
        begun=None if options.begun is None else parse_definition("begun", options.begun, source.types),
        weight=options.weight,
        cluster=options.cluster,
        p=_numbers(options.quantile, 0, 1),
        kind=cast(SurvivalInterval, one_of("--interval", options.interval, INTERVALS)),
        level=options.level,
        by=tuple(columns_of(text, source) for text in options.by),
    )


def _event(text: str, source: Source) -> str | Definition:
    """Read a column, or an expression where the text is no column but reads as more than a name."""
    if text in source.types or text.replace("_", "").isalnum():
        return text
    return parse_definition("left", text, source.types)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(Finding("INST-DATE", found=text)) from None


def _numbers(texts: Sequence[str], low: float, high: float) -> tuple[float, ...]:
    numbers = []
    for text in (part.strip() for whole in texts for part in whole.split(",")):
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low < value < high:
            raise Refused(Finding("COH-AT", text, {"low": f"{low:g}", "high": f"{high:g}"}))
        numbers.append(value)
    return tuple(dict.fromkeys(numbers))
