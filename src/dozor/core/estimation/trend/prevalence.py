"""Prevalence in one round from counts, with the two usual intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
from scipy.special import betaincinv, ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.estimate import Estimate

CountInterval = Literal["wilson", "exact"]
INTERVALS: tuple[CountInterval, ...] = get_args(CountInterval)


def count_limits(
    positive: float, tested: float, kind: CountInterval = "wilson", level: float = 0.95
) -> tuple[float, float]:
    """Limits of a share of a simple sample: Wilson's score or Clopper and Pearson's exact ones."""
    if kind == "exact":
        tail = (1 - level) / 2
        low = 0.0 if positive == 0 else float(betaincinv(positive, tested - positive + 1, tail))
        high = 1.0 if positive == tested else float(betaincinv(positive + 1, tested - positive, 1 - tail))
        return low, high
    z = float(ndtri((1 + level) / 2))
    share = positive / tested
    middle = share + z * z / (2 * tested)
    reach = z * np.sqrt(share * (1 - share) / tested + z * z / (4 * tested * tested))
    whole = 1 + z * z / tested
    # at the ends the limit is exact, whatever rounding says
    low = 0.0 if positive == 0 else float((middle - reach) / whole)
    return low, 1.0 if positive == tested else float((middle + reach) / whole)


def prevalence(
    positive: float,
    tested: float,
    *,
    name: str = "prevalence",
    kind: CountInterval = "wilson",
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate prevalence from `positive` out of `tested`; not estimable when nobody was tested.

    Takes those tested as a simple random sample. Sentinel sites are chosen, not drawn: the interval
    speaks of people like those who come to these sites.
    """
    if tested <= 0:
        return Estimate("share", name, domain or {}, method=f"binomial; {kind}")
    share = positive / tested
    low, high = count_limits(positive, tested, kind, level)
    return Estimate(
        "share",
        name,
        domain or {},
        share,
        float(np.sqrt(share * (1 - share) / tested)),
        low,
        high,
        None,
        int(tested),
        float(tested),
        1.0,
        f"binomial; {kind}",
    )
