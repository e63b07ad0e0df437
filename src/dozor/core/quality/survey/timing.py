"""S5: interviews too short, at two places at once, too many in a day, or at night."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade
from dozor.core.quality.survey.answers import Answers
from dozor.core.quality.survey.thresholds import SurveyRules

_ZONE = "Europe/Minsk"  # the answers' own clock; replaced by the caller's zone


def check_timing(answers: Answers, rules: SurveyRules, *, zone: str = _ZONE) -> Iterator[Doubt]:
    """Judge each interviewer's day by the phone's own stamps; instants without a zone are read as UTC.

    A short interview is one of less than `share_of_median` of the median of interviews as complete as it:
    people who are not eligible are done in a minute.
    """
    start, end, labels = (
        answers.column("started_at"),
        answers.column("ended_at"),
        answers.labels("interviewer"),
    )
    if start is None or end is None or labels is None:
        return
    began, ended = _instants(start, zone), _instants(end, zone)
    minutes = (ended - began).dt.total_seconds().to_numpy().astype(float) / 60
    answered = (answers.codes >= 0).sum(axis=1)
    whole = answered >= np.median(answered[answered > 0]) if (answered > 0).any() else answered < 0
    known = whole & np.isfinite(minutes)
    median = float(np.median(minutes[known])) if known.any() else 0.0
    hours = began.dt.hour().to_numpy()
    days = began.dt.date().cast(pl.String).to_numpy()
    for name in np.unique(labels):
        rows = np.flatnonzero(labels == name)
        short = [int(r) for r in rows if known[r] and minutes[r] < rules.share_of_median * median]
        if short:
            values = {"limit": f"{rules.share_of_median * median:.0f}", "median": f"{median:.0f}"}
            yield _doubt("QLT-S5-SHORT", str(name), len(short), short, values)
        at_once = _overlapping(rows, began, ended)
        if at_once:
            yield _doubt("QLT-S5-OVERLAP", str(name), len(at_once), at_once, {})
        night = [
            int(r)
            for r in rows
            if hours[r] is not None and not rules.first_hour <= hours[r] < rules.last_hour
        ]
        if night:
            values = {"first": f"{rules.first_hour:.0f}", "last": f"{rules.last_hour:.0f}"}
            yield _doubt("QLT-S5-NIGHT", str(name), len(night), night, values)
        for day, count in zip(*np.unique(days[rows].astype(str), return_counts=True), strict=True):
            if count > rules.most_a_day:
                values = {"day": str(day), "limit": f"{rules.most_a_day:.0f}"}
                yield _doubt("QLT-S5-MANY", str(name), int(count), [], values)


def _instants(column: pl.Series, zone: str) -> pl.Series:
    if column.dtype == pl.String:
        column = column.str.to_datetime(time_zone="UTC", strict=False)
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is None:
        column = column.dt.replace_time_zone("UTC")
    return column.dt.convert_time_zone(zone)


def _overlapping(rows: np.ndarray, began: pl.Series, ended: pl.Series) -> list[int]:
    """Interviews that began before the one before them had ended."""
    stamps = sorted(
        (began[int(r)], ended[int(r)], int(r))
        for r in rows
        if began[int(r)] is not None and ended[int(r)] is not None
    )
    found, latest = [], None
    for start, end, row in stamps:
        if latest is not None and start < latest:
            found.append(row)
        latest = end if latest is None else max(latest, end)
    return found


def _doubt(code: str, interviewer: str, found: int, rows: list[int], values: dict[str, str]) -> Doubt:
    finding = Finding(code, found=str(found), values={"interviewer": interviewer, **values})
    about = {"interviewer": interviewer, "rows": ",".join(str(r) for r in rows)}
    return Doubt("S5", Grade.UNLIKELY, finding, strength=5.0 + min(found, 20) / 4, about=about)
