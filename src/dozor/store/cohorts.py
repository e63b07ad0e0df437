"""Retention of a cohort from a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dozor.core.estimation.cohort.first_age import median_first_age
from dozor.core.estimation.cohort.followup import FIRST_DATA_ROW, FollowUp, exit_codes, months_between
from dozor.core.estimation.cohort.limits import SurvivalInterval
from dozor.core.estimation.cohort.retention import (
    Cohort,
    Rules,
    compare_retention,
    estimate_retention,
    unseen,
)
from dozor.core.estimation.definition import Definition
from dozor.core.estimation.estimate import Estimate
from dozor.core.estimation.expression import fields_of
from dozor.core.findings import Finding, Refused
from dozor.store.respondents import Floats, Respondents, findings_of, in_file, read_respondents
from dozor.store.source import Source


@dataclass(frozen=True)
class RetentionRequest:
    """Everything asked of one file.

    Parameters
    ----------
    end, start
        When observation ended and when therapy began: both dates (the time between is counted in
        calendar months), or both numbers in the unit of `at`. Without `start`, `end` is the time itself.
    event
        Column of ways out (empty or 0: still there) or a definition that is true for those who left.
    at
        Times asked for.
    entry
        When observation began, if later than the start; a date, or a time since the start.
    closing
        Day the records were closed: the end of those whose end is empty.
    transferred
        Values of `event` that are transfers.
    by
        Domains; groups of a set are compared by the log-rank test.
    """

    end: str
    event: str | Definition
    at: tuple[float, ...] = (12.0,)
    start: str | None = None
    entry: str | None = None
    closing: date | None = None
    weight: str | None = None
    cluster: str | None = None
    transferred: tuple[str, ...] = ()
    rules: Rules = Rules()  # noqa: RUF009 - frozen
    kind: SurvivalInterval = "log"
    level: float = 0.95
    quantiles: tuple[float, ...] = ()
    by: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Retention:
    """Rows of estimates, and what a reader of them should know."""

    rows: tuple[Estimate, ...]
    findings: tuple[Finding, ...]


def estimate_cohort(source: Source, request: RetentionRequest) -> Retention:
    """Estimate retention of the whole cohort, then of each domain, and compare domains.

    Raises
    ------
    Refused
        What is wrong with the records or the request, coded ``COH-…`` and ``EST-…``.
    """
    rows, cohort = read_cohort(source, request)
    estimates: list[Estimate] = []
    with findings_of(source):
        sets: list[tuple[str, ...]] = [(), *dict.fromkeys(request.by)]
        for by in sets:
            groups = np.full(rows.size, -1, dtype=np.intp)
            for number, (place, kept) in enumerate(rows.domains(by)):
                groups[kept] = number
                estimates += estimate_retention(
                    cohort.within(kept) if by else cohort,
                    request.at,
                    rules=request.rules,
                    kind=request.kind,
                    level=request.level,
                    quantiles=request.quantiles,
                    domain=place,
                )
            if by and groups.max() > 0:
                known = groups >= 0
                estimates.append(
                    compare_retention(
                        cohort.within(known), groups[known], rules=request.rules, by=" × ".join(by)
                    )
                )
    warnings = [f for at in request.at if (f := unseen(cohort, at)) is not None]
    return Retention(tuple(estimates), tuple(in_file(source, warnings)))


def read_cohort(source: Source, request: RetentionRequest) -> tuple[Respondents, Cohort]:
    """Read and check the records; refuses with every fault found."""
    event = request.event
    columns = [c for c in (request.start, request.end, request.entry, request.weight) if c is not None]
    columns += [event] if isinstance(event, str) else [f.name for f in fields_of(event.whole)]
    groupings = [c for by in request.by for c in by] + ([request.cluster] if request.cluster else [])
    rows = read_respondents(source, columns, groupings)
    with findings_of(source):
        if isinstance(event, str):
            exits, ways = exit_codes(rows.texts(event))
        else:
            left = rows.binary(event)
            unclear = np.flatnonzero(np.isnan(left))
            if len(unclear):
                raise Refused([Finding("COH-EVENT-MISSING", row=int(i) + FIRST_DATA_ROW) for i in unclear])
            exits, ways = left.astype(np.intp), (event.name,)
        strangers = [v for v in request.transferred if v not in ways]
        if strangers:
            known = {"known": ", ".join(ways) or "–"}
            raise Refused([Finding("COH-TRANSFER-VALUE", v, known) for v in strangers])
        time, entry = _times(rows, request)
        cluster = None
        if request.cluster is not None:
            cluster, _ = rows.levels(request.cluster)
            if (cluster < 0).any():
                raise source.refuse_missing(request.cluster)
        weight = None if request.weight is None else rows.numbers(request.weight)
        people = FollowUp(time, exits, entry, weight, cluster)
        codes = frozenset(ways.index(v) + 1 for v in request.transferred)
        return rows, Cohort(people, ways, codes)


def _times(rows: Respondents, request: RetentionRequest) -> tuple[Floats, Floats | None]:
    """Return the time from start to end and, where asked for, from start to entry."""
    if rows.is_dated(request.end) and request.start is None:
        raise Refused(Finding("COH-START-NEEDED", request.end, column=request.end))
    if request.start is not None and rows.is_dated(request.start) != rows.is_dated(request.end):
        raise Refused(Finding("COH-TIME-KINDS", f"{request.start}, {request.end}"))
    if request.start is None or not rows.is_dated(request.start):
        end = rows.numbers(request.end)
        start = np.zeros(rows.size) if request.start is None else rows.numbers(request.start)
        entry = None if request.entry is None else rows.numbers(request.entry)
        return end - start, entry
    starts = rows.days(request.start)
    ends = [day or request.closing for day in rows.days(request.end)]
    time = _months(starts, ends)
    if request.entry is None:
        return time, None
    if rows.is_dated(request.entry):
        return time, _months(starts, rows.days(request.entry))
    return time, rows.numbers(request.entry)


def _months(starts: list[date | None], ends: list[date | None]) -> Floats:
    return np.array(
        [
            np.nan if start is None or end is None else months_between(start, end)
            for start, end in zip(starts, ends, strict=True)
        ]
    )


@dataclass(frozen=True)
class FirstAgeRequest:
    """Columns of the age at a first event (empty: not yet) and of the age now; see `median_first_age`.

    `begun` is a definition that is true for those who have begun and unknown for those who did not
    answer; without it, an empty first age means not yet.
    """

    first: str
    age: str
    begun: Definition | None = None
    weight: str | None = None
    cluster: str | None = None
    p: tuple[float, ...] = (0.5,)
    kind: SurvivalInterval = "log"
    level: float = 0.95
    by: tuple[tuple[str, ...], ...] = ()


def estimate_first_age(source: Source, request: FirstAgeRequest) -> list[Estimate]:
    """Estimate the age by which stated shares have begun, for all and for each domain."""
    columns = [c for c in (request.first, request.age, request.weight) if c is not None]
    columns += [] if request.begun is None else [f.name for f in fields_of(request.begun.whole)]
    groupings = [c for by in request.by for c in by] + ([request.cluster] if request.cluster else [])
    rows = read_respondents(source, columns, groupings)
    with findings_of(source):
        first, age = rows.numbers(request.first), rows.numbers(request.age)
        if request.begun is None:
            begun, answered = ~np.isnan(first), np.ones(rows.size, dtype=bool)
        else:
            value = rows.binary(request.begun)
            begun, answered = value == 1, ~np.isnan(value) & ~((value == 1) & np.isnan(first))
        unknown = answered & ~begun & np.isnan(age)
        if unknown.any():
            place = [int(i) + FIRST_DATA_ROW for i in np.flatnonzero(unknown)]
            raise Refused([Finding("COH-TIME-MISSING", row=row, column=request.age) for row in place])
        if not answered.any():
            raise Refused(Finding("COH-EMPTY"))
        # an age not asked does not contradict the first age
        age = np.where(np.isnan(age), np.inf, age)
        weight = None if request.weight is None else rows.numbers(request.weight)
        cluster = None if request.cluster is None else rows.levels(request.cluster)[0]

        def part(values: NDArray[np.generic] | None, kept: NDArray[np.bool_]) -> NDArray[np.generic] | None:
            return None if values is None else values[kept]

        sets: list[tuple[str, ...]] = [(), *dict.fromkeys(request.by)]
        return [
            median_first_age(
                first_age=first[kept & answered],
                age=age[kept & answered],
                has_begun=begun[kept & answered],
                weight=part(weight, kept & answered),  # type: ignore[arg-type]
                cluster=part(cluster, kept & answered),  # type: ignore[arg-type]
                p=p,
                kind=request.kind,
                level=request.level,
                name=request.first,
                domain=place,
            )
            for by in sets
            for place, kept in rows.domains(by)
            if (kept & answered).any()
            for p in request.p
        ]
