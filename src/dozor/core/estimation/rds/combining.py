"""From cities to a country: recruited samples speak for their city, sizes tell how much each weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.estimate import Estimate
from dozor.core.findings import Finding, Refused


@dataclass(frozen=True)
class Size:
    """How many people of the population a city has, with the standard error of that estimate."""

    people: float
    se: float

    def __post_init__(self) -> None:
        if not self.people > 0 or not self.se >= 0:
            raise Refused(Finding("RDS-SIZE-WRONG", f"{self.people:g} ± {self.se:g}"))


def combine_cities(
    estimates: Mapping[str, Estimate],
    sizes: Mapping[str, Size],
    *,
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate a share over several cities taken together.

    Parameters
    ----------
    estimates
        The same share in each city, from independent samples.
    sizes
        Size of the population in each of those cities, from independent estimates.

    Returns
    -------
    Estimate
        Of the population of these cities together. It says nothing of places where nobody was sampled.

    Raises
    ------
    Refused
        ``RDS-SIZES-NEEDED``: a city has no size, so the cities stay apart;
        ``RDS-CITY-NOT-ESTIMATED``: a city's share is not known.

    Notes
    -----
    p = sum N_c p_c / sum N_c. By linearisation, with samples and sizes independent,

        var p = sum (N_c / N)^2 var p_c + sum ((p_c - p) / N)^2 var N_c,

    so unsure sizes cost precision where cities differ. Interval normal on log odds.
    """
    lacking = [city for city in estimates if city not in sizes]
    if lacking or not estimates:
        raise Refused([Finding("RDS-SIZES-NEEDED", city) for city in lacking or [""]])
    unknown = [city for city, row in estimates.items() if row.estimate is None or row.se is None]
    if unknown:
        raise Refused([Finding("RDS-CITY-NOT-ESTIMATED", city) for city in unknown])
    share = np.array([row.estimate for row in estimates.values()], dtype=float)
    se = np.array([row.se for row in estimates.values()], dtype=float)
    people = np.array([sizes[city].people for city in estimates])
    people_se = np.array([sizes[city].se for city in estimates])
    total = people.sum()
    p = float(people @ share / total)
    variance = float(((people / total * se) ** 2).sum() + (((share - p) / total * people_se) ** 2).sum())
    n = sum(row.n for row in estimates.values())
    critical = float(ndtri((1 + level) / 2))
    if 0 < p < 1:
        reach = critical * np.sqrt(variance) / (p * (1 - p))
        low, high = float(expit(logit(p) - reach)), float(expit(logit(p) + reach))
    else:
        low = high = p
    simple = p * (1 - p) / n
    first = next(iter(estimates.values()))
    deff = variance / simple if simple > 0 and variance > 0 else None
    return Estimate(
        "share",
        first.name,
        domain or {},
        p,
        float(np.sqrt(variance)),
        low,
        high,
        None,
        n,
        n / deff if deff else None,
        deff,
        f"{len(estimates)} cities by size; {first.method}; logit",
    )
