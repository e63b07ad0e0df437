"""Reads what is asked of sentinel rounds in words into a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from dozor.core.estimation.definition import parse_named
from dozor.core.estimation.trend.prevalence import INTERVALS, CountInterval
from dozor.formats.rds_options import check_level, columns_of, one_of, texts_of
from dozor.store.source import Source
from dozor.store.trends import TrendRequest


@dataclass(frozen=True)
class TrendOptions:
    """The options as typed."""

    round: str
    tested: str | None = None
    positive: str | None = None
    outcome: str | None = None
    site: str | None = None
    sampling: str | None = None
    by: Sequence[str] = ()
    interval: str = "wilson"
    level: float = 0.95

    def mentions(self) -> list[str]:
        """Every text that may name a column."""
        return texts_of(self)


def read_trend(options: TrendOptions, source: Source) -> TrendRequest:
    """Read the options; ``EST-CHOICE``, ``EST-LEVEL`` and what a definition raises."""
    check_level(options.level)
    definition = None if options.outcome is None else parse_named(options.outcome, source.types)
    return TrendRequest(
        round=options.round,
        tested=options.tested,
        positive=options.positive,
        outcome=definition,
        site=options.site,
        sampling=options.sampling,
        name=definition.name if definition else "prevalence",
        interval=cast(CountInterval, one_of("--interval", options.interval, INTERVALS)),
        level=options.level,
        by=tuple(columns_of(text, source) for text in options.by),
    )
