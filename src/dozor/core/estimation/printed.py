"""Two values as printed, each with its 95 % interval: their difference, and whether it may be chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

Z = 1.959964  # of a 95 % interval


@dataclass(frozen=True)
class PrintedChange:
    """`difference` with its 95 % interval, in the values' unit; `p`: two-sided, of no difference."""

    difference: float
    lower: float
    upper: float
    p: float


def change_of_printed(
    before: float, before_interval: tuple[float, float], now: float, now_interval: tuple[float, float]
) -> PrintedChange | None:
    """Compare two estimates of independent samples by what was printed of them.

    Parameters
    ----------
    before, now
        Estimates in one unit.
    before_interval, now_interval
        Their 95 % intervals, lower and upper, in the same unit.

    Returns
    -------
    PrintedChange or None
        None where neither interval has a width: then nothing is uncertain, or the print is.

    Notes
    -----
    The standard error is the interval's width over 2 × 1.96 (Altman and Bland 2011), the difference's the
    root of the sum of squares (Altman and Bland 2003); normal. An approximation: intervals are rounded, and
    those of small shares are not symmetric. Not for two years of one model, whose errors go together, and
    not for samples that share respondents.

    References
    ----------
    Altman, D. G., Bland, J. M. (2003). Interaction revisited. BMJ 326, 219.
    Altman, D. G., Bland, J. M. (2011). How to obtain the P value from a confidence interval. BMJ 343, d2304.

    Examples
    --------
    >>> found = change_of_printed(25.1, (21.3, 29.2), 30.8, (27.9, 33.8))
    >>> round(found.difference, 1), round(found.lower, 1), round(found.upper, 1), round(found.p, 3)
    (5.7, 0.8, 10.6, 0.023)
    """
    errors = [(upper - lower) / (2 * Z) for lower, upper in (before_interval, now_interval)]
    error = sqrt(sum(one * one for one in errors))
    if error <= 0:
        return None
    difference = now - before
    p = erfc(abs(difference) / error / sqrt(2))
    return PrintedChange(difference, difference - Z * error, difference + Z * error, p)
