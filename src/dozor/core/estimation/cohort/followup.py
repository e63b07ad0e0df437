"""People followed in time: when each came under observation, when it ended and how."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dozor.core.findings import Finding, Refused

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

FIRST_DATA_ROW = 2  # row 1 of a table is its heading
SAME_TIME = float(np.sqrt(np.finfo(float).eps))


@dataclass(frozen=True)
class FollowUp:
    """A cohort.

    Parameters
    ----------
    time
        From the start to the end of observation, not negative, shape (n,).
    exit
        Why it ended: 0 for still under observation (censored), 1, 2, … for the ways out.
    entry
        When observation began, counted from the start like `time`; before `time`. ``None``: at the start.
    weight
        Positive design weights; ``None``: equal.
    cluster
        Codes of clusters within which people may be alike; ``None``: each person apart.

    Raises
    ------
    Refused
        ``COH-EVENT-BEFORE-START``, ``COH-TIME-MISSING``, ``COH-ENTRY-LATE``, ``COH-WEIGHT``, by row;
        ``COH-EMPTY``.
    """

    time: Floats
    exit: Codes
    entry: Floats | None = None
    weight: Floats | None = None
    cluster: Codes | None = None
    row: Codes = field(default_factory=lambda: np.empty(0, dtype=np.intp))

    def __post_init__(self) -> None:
        if not len(self.row):
            object.__setattr__(self, "row", np.arange(len(self.time)) + FIRST_DATA_ROW)
        findings = [
            *self._at(~np.isfinite(self.time), "COH-TIME-MISSING"),
            *self._at(self.time < 0, "COH-EVENT-BEFORE-START", -self.time),
        ]
        if self.entry is not None:
            findings += self._at(~(self.entry < self.time), "COH-ENTRY-LATE", self.entry)
        if self.weight is not None:
            findings += self._at(~(np.isfinite(self.weight) & (self.weight > 0)), "COH-WEIGHT", self.weight)
        if findings:
            raise Refused(findings)
        if not len(self.time):
            raise Refused(Finding("COH-EMPTY"))

    def _at(self, wrong: NDArray[np.bool_], code: str, values: Floats | None = None) -> list[Finding]:
        return [
            Finding(
                code, "" if values is None or np.isnan(values[i]) else f"{values[i]:g}", row=int(self.row[i])
            )
            for i in np.flatnonzero(wrong)
        ]

    @property
    def size(self) -> int:
        return len(self.time)

    @property
    def is_weighted(self) -> bool:
        return self.weight is not None or self.cluster is not None

    @property
    def weights(self) -> Floats:
        return np.ones(self.size) if self.weight is None else self.weight

    @property
    def entries(self) -> Floats:
        return np.full(self.size, -np.inf) if self.entry is None else self.entry

    def within(self, kept: NDArray[np.bool_]) -> FollowUp:
        def part(values: NDArray[np.generic] | None) -> NDArray[np.generic] | None:
            return None if values is None else values[kept]

        return FollowUp(
            self.time[kept],
            self.exit[kept],
            part(self.entry),  # type: ignore[arg-type]
            part(self.weight),  # type: ignore[arg-type]
            part(self.cluster),  # type: ignore[arg-type]
            self.row[kept],
        )

    def with_exits(self, exits: Codes) -> FollowUp:
        return FollowUp(self.time, exits, self.entry, self.weight, self.cluster, self.row)


def together(time: Floats) -> Floats:
    """Give times closer than rounding the same value, so that they count as tied (R's ``timefix``)."""
    values, place = np.unique(time, return_inverse=True)
    if len(values) < 2:
        return time
    step = np.diff(values)
    new = np.concatenate([[True], (step > SAME_TIME) & (step > SAME_TIME * np.abs(time).mean())])
    return np.asarray(values[np.flatnonzero(new)[np.cumsum(new) - 1]][place.reshape(-1)])


def months_between(start: date, end: date) -> float:
    """Count calendar months: whole ones from the day of the month, then the part of the next one.

    >>> months_between(date(2020, 1, 31), date(2021, 1, 31))
    12.0
    >>> months_between(date(2020, 1, 15), date(2020, 2, 1)) == 17 / 31
    True
    """
    if end < start:
        return -months_between(end, start)
    whole = (end.year - start.year) * 12 + end.month - start.month
    if _later(start, whole) > end:
        whole -= 1
    before, after = _later(start, whole), _later(start, whole + 1)
    return whole + (end - before).days / (after - before).days


def _later(day: date, months: int) -> date:
    """Return the same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def exit_codes(values: Sequence[str]) -> tuple[Codes, tuple[str, ...]]:
    """Number the ways out: an empty value or 0 is 0 (still there), the others in their own order.

    Returns
    -------
    codes, names
        ``names[k - 1]`` is the value behind code k.
    """
    still = {"", "0", "0.0"}
    names = tuple(sorted({v for v in values if v not in still}, key=lambda v: (len(v), v)))
    number = {name: k for k, name in enumerate(names, start=1)}
    return np.array([number.get(v, 0) for v in values], dtype=np.intp), names
