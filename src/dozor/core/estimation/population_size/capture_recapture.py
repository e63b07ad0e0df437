"""How many people are there? From two lists and how many stand on both."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.estimate import Estimate
from dozor.core.findings import Finding, Refused


def chapman(
    *,
    first: int,
    second: int,
    both: int,
    level: float = 0.95,
    name: str = "capture-recapture",
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate a population's size from two independent captures.

    Parameters
    ----------
    first, second
        People captured each time, each counted once.
    both
        How many of the second had been captured the first time.

    Returns
    -------
    Estimate
        Chapman's nearly unbiased estimate with its standard error. The interval is log-normal on the
        number not seen at all, so that it never falls below those seen. n is the people seen.

    Raises
    ------
    Refused
        ``POP-CAPTURES``: not whole numbers with ``0 <= both <= first, second`` and both captures above 0.

    Notes
    -----
    N = (n1 + 1)(n2 + 1) / (m + 1) - 1,
    var = (n1 + 1)(n2 + 1)(n1 - m)(n2 - m) / ((m + 1)^2 (m + 2)).
    With f = N - seen and c = exp(z sqrt(log(1 + var / f^2))): from seen + f / c to seen + f c.
    Assumes a closed population, everyone equally likely to be captured at least one of the times,
    captures independent, and matches made without mistakes. People who avoid both times are not seen in
    the figures at all; people who come to both more readily make N too small.

    References
    ----------
    Chapman, D. G. (1951). Univ. California Publ. Statistics 1, 131-160.
    Seber, G. A. F. (1982). The Estimation of Animal Abundance, 2nd ed., section 3.1.
    Chao, A. (1987). Biometrics 43, 783-791, the interval.
    """
    if any(x != int(x) for x in (first, second, both)) or not (
        0 <= both <= min(first, second) and min(first, second) > 0
    ):
        raise Refused(Finding("POP-CAPTURES", f"{first}, {second}, {both}"))
    size = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    seen = first + second - both
    unseen = size - seen
    low = high = size
    if unseen > 0 and variance > 0:
        spread = float(np.exp(ndtri((1 + level) / 2) * np.sqrt(np.log1p(variance / unseen**2))))
        low, high = seen + unseen / spread, seen + unseen * spread
    return Estimate(
        "population size",
        name,
        domain or {},
        size,
        float(np.sqrt(variance)),
        low,
        high,
        None,
        seen,
        method="chapman; log of unseen",
    )
