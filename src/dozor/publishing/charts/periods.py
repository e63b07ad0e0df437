"""The two shapes of time that a chart of years accepts: a year and a two-year round."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dozor.core.observations.period import NotAPeriod, read_period


@lru_cache(maxsize=4096)
def years(period: str) -> tuple[int, int]:
    """Return the first and last year of ``2017`` or of a two-year round ``2008-2009``.

    A part of a year (``2023-01..2023-11``) or a state on a date (``2024-03-01``) is not a year, and a
    chart of years has no place for it: ValueError.
    """
    try:
        read = read_period(period)
    except NotAPeriod as problem:
        raise ValueError(f"{period!r} is not a period") from problem
    if not read.is_full_year:
        raise ValueError(f"{period!r} is not a year or a round of years")
    return read.starts_on.year, read.ends_on.year


def middle(period: str) -> float:
    """Return where the period stands on an axis of years."""
    first, last = years(period)
    return (first + last) / 2


def written(period: str) -> str:
    """Return the period as printed: 2017, 2008–2009."""
    first, last = years(period)
    return str(first) if first == last else f"{first}–{last}"


def runs(points: Sequence[tuple[str, float]], longest_gap: float = 2) -> list[list[tuple[str, float]]]:
    """Split points, sorted by time, into stretches that a line may join: no gap longer than two years."""
    made: list[list[tuple[str, float]]] = []
    for point in points:
        if not made or middle(point[0]) - middle(made[-1][-1][0]) > longest_gap:
            made.append([])
        made[-1].append(point)
    return made


def listed(some: Sequence[int]) -> str:
    """Write years, or other whole numbers, with runs drawn together: 1998–2013, 2015, 2017."""
    spans: list[list[int]] = []
    for year in sorted(some):
        if spans and year == spans[-1][-1] + 1:
            spans[-1][1:] = [year]
        else:
            spans.append([year])
    return ", ".join("–".join(str(year) for year in span) for span in spans)
