"""Two executors' figures of one row side by side: a ministry's total and the regions' sum, never added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from dozor.core.observations.checking import half_of_last_digit, read_number
from dozor.core.submissions.content import Row

WHOLE = ("", "all")


@dataclass(frozen=True)
class Reconciliation:
    """One series of one row.

    Attributes
    ----------
    total
        What the ministry handed in for the country; None: nothing, or no number.
    regions
        What the regions' rows make together: numerators over denominators for a ratio, a sum for a count.
        None where a region lacks what that takes: shares are never averaged.
    given, expected
        Regions that handed in, and those that owe.
    is_apart
        True when both are known, every region handed in, and they differ by more than the rounding of the
        printed total.
    """

    indicator: str
    population: str
    unit: str
    total: Decimal | None
    regions: Decimal | None
    given: int
    expected: int
    is_apart: bool

    @property
    def difference(self) -> Decimal | None:
        return None if self.total is None or self.regions is None else self.total - self.regions


def reconcile(
    central: Sequence[Row],
    regional: Sequence[Sequence[Row]],
    *,
    expected: int,
    factors: dict[str, Decimal | None],
) -> list[Reconciliation]:
    """Compare a ministry's rows of one indicator with those of the regional centres.

    Parameters
    ----------
    central, regional
        Rows as they stand: the ministry's, and those of each region that handed in.
    expected
        How many regional centres owe the row.
    factors
        By unit, what a ratio is multiplied by; None for a count.
    """
    found = []
    for row in (r for r in central if r.sex in WHOLE and r.age in WHOLE):
        same = [_of(rows, row) for rows in regional]
        given = [r for r in same if r is not None]
        total = _number(row.value)
        together = _together(given, factors.get(row.unit)) if row.unit in factors else None
        is_known = total is not None and together is not None and len(given) == expected
        is_apart = is_known and abs(total - together) > half_of_last_digit(row.value)  # type: ignore[operator]
        found.append(
            Reconciliation(
                row.indicator, row.population, row.unit, total, together, len(given), expected, is_apart
            )
        )
    return found


def _of(rows: Sequence[Row], like: Row) -> Row | None:
    same = (like.indicator, like.population, like.unit)
    return next(
        (
            r
            for r in rows
            if (r.indicator, r.population, r.unit) == same and r.sex in WHOLE and r.age in WHOLE
        ),
        None,
    )


def _together(rows: Sequence[Row], factor: Decimal | None) -> Decimal | None:
    if not rows:
        return None
    if factor is None:
        values = [_number(r.value) for r in rows]
        return None if None in values else sum((v for v in values if v is not None), Decimal(0))
    pairs = [(_number(r.numerator), _number(r.denominator)) for r in rows]
    whole = [(n, d) for n, d in pairs if n is not None and d is not None]
    bottom = sum((d for _, d in whole), Decimal(0))
    if len(whole) < len(rows) or not bottom:
        return None
    return factor * sum((n for n, _ in whole), Decimal(0)) / bottom


def _number(text: str) -> Decimal | None:
    try:
        return read_number(text) if text else None
    except InvalidOperation:
        return None
