"""D14–D16: what a recount at the source found, whether the papers were there, how well two people typed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit  # scipy.stats takes a second to load

from dozor.core.findings import Finding
from dozor.core.quality.doubt import Doubt, Grade


@dataclass(frozen=True)
class Recount:
    """One site visited: what it had reported, what its own records show.

    Parameters
    ----------
    weight
        Sites it stands for (the inverse of its chance of being visited); 1 when all were.
    asked, found
        Source documents asked for and found.
    """

    site: str
    reported: float
    recounted: float
    weight: float = 1.0
    stratum: str = ""
    asked: int = 0
    found: int = 0


@dataclass(frozen=True)
class Factor:
    """Verification factor, with its interval when sites were drawn."""

    factor: float
    se: float
    lower: float
    upper: float
    sites: int


def verification_factor(sites: Sequence[Recount], *, level: float = 0.95) -> Factor:
    """Recounted over reported: Σ w·recounted / Σ w·reported, a ratio of totals over the sites drawn.

    Above 1 the site under-reports, below 1 it over-reports. The standard error is that of a ratio of totals
    with sites drawn within strata with replacement (Taylor); the interval is Student's t with sites minus
    strata degrees of freedom. Nan where one site stands alone in its stratum.

    References
    ----------
    WHO (2022). Data quality assurance, module 3: site assessment of data quality.
    """
    weight = np.array([s.weight for s in sites])
    reported = np.array([s.reported for s in sites], dtype=float)
    recounted = np.array([s.recounted for s in sites], dtype=float)
    total = float(weight @ reported)
    if total <= 0:
        return Factor(math.nan, math.nan, math.nan, math.nan, len(sites))
    factor = float(weight @ recounted) / total
    scores = weight * (recounted - factor * reported) / total
    variance, strata = 0.0, sorted({s.stratum for s in sites})
    for stratum in strata:
        own = scores[[s.stratum == stratum for s in sites]]
        n = own.size
        variance += math.nan if n < 2 else n / (n - 1) * float(((own - own.mean()) ** 2).sum())
    se, df = math.sqrt(variance), len(sites) - len(strata)
    half = float(stdtrit(df, 0.5 + level / 2)) * se if df > 0 else math.nan
    return Factor(factor, se, factor - half, factor + half, len(sites))


def check_recounts(
    sites: Sequence[Recount], *, good: tuple[float, float], documents: float
) -> Iterator[Doubt]:
    """D14: sites whose own records disagree with their report; D15: sites whose papers were not there."""
    for site in sites:
        factor = site.recounted / site.reported if site.reported else (math.inf if site.recounted else 1.0)
        if not good[0] <= factor <= good[1]:
            finding = Finding(
                "QLT-D14",
                found=f"{site.reported:g}",
                values={
                    "site": site.site,
                    "recounted": f"{site.recounted:g}",
                    "factor": f"{factor:.2f}",
                    "lowest": good[0],
                    "highest": good[1],
                },
            )
            away = abs(math.log(factor)) if 0 < factor < math.inf else 5.0
            yield Doubt("D14", Grade.UNLIKELY, finding, strength=10 * away, about={"site": site.site})
        if site.asked and site.found / site.asked < documents:
            finding = Finding(
                "QLT-D15",
                found=str(site.found),
                values={"site": site.site, "asked": site.asked, "limit": f"{100 * documents:.0f}"},
            )
            yield Doubt("D15", Grade.NOTICE, finding, strength=5.0, about={"site": site.site})


def check_double_entry(*, differing: int, fields: int, of: str, limit: float) -> Iterator[Doubt]:
    """D16: two people typed the same papers; the share of fields in which they differ (`limit`: 0–1)."""
    if fields and differing / fields > limit:
        finding = Finding(
            "QLT-D16",
            found=f"{100 * differing / fields:.1f}",
            values={"differing": differing, "n": fields, "of": of, "limit": f"{100 * limit:g}"},
        )
        yield Doubt("D16", Grade.NOTICE, finding, strength=5.0, about={"of": of})
