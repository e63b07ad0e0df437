"""Trends over sentinel rounds from a source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dozor.core.estimation.definition import Definition
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.expression import fields_of
from dozor.core.estimation.trend.comparability import series_breaks
from dozor.core.estimation.trend.estimating import Trend, estimate_trend
from dozor.core.estimation.trend.prevalence import CountInterval
from dozor.core.estimation.trend.rounds import FIRST_DATA_ROW, Rounds
from dozor.core.findings import Finding, Refused
from dozor.store.respondents import Respondents, findings_of, in_file, read_respondents
from dozor.store.source import Source


@dataclass(frozen=True)
class TrendRequest:
    """Everything asked of one file.

    Parameters
    ----------
    round
        Column of rounds: a number (a year), or dates, of which the year is taken.
    tested, positive
        Columns of counts, for files with one row per site and round.
    outcome
        A 0/1 outcome, for files with one row per person; those without an answer were not tested.
    site, sampling
        Columns that say where, and how people were sampled.
    by
        Domains whose series are estimated apart.
    """

    round: str
    tested: str | None = None
    positive: str | None = None
    outcome: Definition | None = None
    site: str | None = None
    sampling: str | None = None
    name: str = "prevalence"
    interval: CountInterval = "wilson"
    level: float = 0.95
    by: tuple[tuple[str, ...], ...] = ()


def estimate_rounds(source: Source, request: TrendRequest) -> Trend:
    """Estimate prevalence by round and its trend, for all and for each domain.

    Raises
    ------
    Refused
        ``TRE-FORM``: neither counts nor an outcome, or both; and what is wrong with the rows.
    """
    counts = request.tested is not None and request.positive is not None
    if counts == (request.outcome is not None):
        raise Refused(Finding("TRE-FORM", file=source.file or None))
    columns = [c for c in (request.round, request.tested, request.positive) if c is not None]
    columns += [] if request.outcome is None else [f.name for f in fields_of(request.outcome.whole)]
    groupings = [c for by in request.by for c in by]
    groupings += [c for c in (request.site, request.sampling) if c is not None]
    rows = read_respondents(source, columns, groupings)
    estimates: list[Estimate] = []
    findings: list[Finding] = []
    with findings_of(source):
        rounds = _rounds(rows, request)
        sites = rows.levels(request.site)[1] if request.site else []
        sampling = _sampling(rows, request)
        sets: list[tuple[str, ...]] = [(), *dict.fromkeys(request.by)]
        for by in sets:
            for place, kept in rows.domains(by):
                if not rounds.tested[kept].sum() > 0:
                    continue
                part = rounds.within(kept)
                ways = None if sampling is None else [sampling[int(i)] for i in np.flatnonzero(kept)]
                trend = estimate_trend(
                    part if request.outcome is None else _compact(part),
                    name=request.name,
                    round_column=request.round,
                    breaks=series_breaks(part, site_names=sites, sampling=ways),
                    interval=request.interval,
                    level=request.level,
                    domain=place,
                )
                estimates += trend.rows
                findings += [] if by else trend.findings
    return Trend(tuple(estimates), tuple(in_file(source, findings)))


def _rounds(rows: Respondents, request: TrendRequest) -> Rounds:
    if rows.is_dated(request.round):
        when = np.array([np.nan if d is None else float(d.year) for d in rows.days(request.round)])
    else:
        when = rows.numbers(request.round)
    site = None
    if request.site is not None:
        site, _ = rows.levels(request.site)
        empty = np.flatnonzero(site < 0)
        if len(empty):
            raise Refused(
                [Finding("TRE-SITE-MISSING", row=int(i) + FIRST_DATA_ROW, column=request.site) for i in empty]
            )
    if request.outcome is not None:
        positive = rows.binary(request.outcome)
        tested = (~np.isnan(positive)).astype(float)
        positive = np.nan_to_num(positive)
    else:
        tested, positive = rows.numbers(request.tested or ""), rows.numbers(request.positive or "")
    return Rounds(when, tested, positive, site)


def _compact(rounds: Rounds) -> Rounds:
    """Add persons up to cells of site and round: the same estimates from far fewer rows."""
    when, place = np.unique(rounds.when, return_inverse=True)
    sites = int(rounds.sites.max()) + 1
    cell = place.reshape(-1) * sites + rounds.sites
    tested = np.bincount(cell, weights=rounds.tested, minlength=len(when) * sites)
    positive = np.bincount(cell, weights=rounds.positive, minlength=len(when) * sites)
    return Rounds(
        np.repeat(when, sites),
        tested.astype(float),
        positive.astype(float),
        None if rounds.site is None else np.tile(np.arange(sites), len(when)),
    )


def _sampling(rows: Respondents, request: TrendRequest) -> list[str] | None:
    if request.sampling is None:
        return None
    codes, names = rows.levels(request.sampling)
    return [names[c] if c >= 0 else "–" for c in codes]
