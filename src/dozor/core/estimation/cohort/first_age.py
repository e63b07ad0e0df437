"""Age at a first event of life when some have not come to it yet: 4.3, median age at first sex."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dozor.core.estimation.cohort.followup import Codes, Floats, FollowUp
from dozor.core.estimation.cohort.limits import SurvivalInterval
from dozor.core.estimation.cohort.survival import kaplan_meier
from dozor.core.estimation.estimate import Estimate, known
from dozor.core.findings import Finding, Refused

WITHIN_YEAR = 0.999  # someone aged 17 who has not begun has not begun before turning 18


def median_first_age(
    *,
    first_age: Floats,
    age: Floats,
    has_begun: NDArray[np.bool_],
    weight: Floats | None = None,
    cluster: Codes | None = None,
    p: float = 0.5,
    kind: SurvivalInterval = "log",
    level: float = 0.95,
    name: str = "age at first",
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate the age by which a share `p` has begun.

    Parameters
    ----------
    first_age
        Age at the event for those who have begun, shape (n,); read only there.
    age
        Age at the interview, in completed years; read only for those who have not begun.
    has_begun
        Leave out those who did not answer.
    weight, cluster
        Design weights and clusters; the interval then rests on the jackknife between clusters.

    Returns
    -------
    Estimate
        ``None`` where fewer than `p` have begun at the highest age seen.

    Raises
    ------
    Refused
        ``COH-FIRST-AFTER-AGE``: an event later than the age reached; ``COH-TIME-MISSING``.

    Notes
    -----
    Kaplan-Meier on age, those who have not begun censored at the end of their present year of age.
    The median of the answers alone would be too low: those who begin late have not begun yet. It
    assumes that people of different ages begin alike; in a wide age range old habits mix with new.
    """
    later = has_begun & (first_age >= age + 1)
    if later.any():
        raise Refused(
            [
                Finding("COH-FIRST-AFTER-AGE", f"{first_age[i]:g}", {"age": f"{age[i]:g}"}, row=int(i) + 2)
                for i in np.flatnonzero(later)
            ]
        )
    time = np.where(has_begun, first_age, age + WITHIN_YEAR)
    cohort = FollowUp(time, has_begun.astype(np.intp), None, weight, cluster)
    curve = kaplan_meier(cohort)
    middle, low, high = curve.quantile(p, kind=kind, level=level)
    variance = "jackknife" if cohort.is_weighted else "greenwood"
    return Estimate(
        "quantile",
        f"{name}@{p:g}",
        domain or {},
        known(middle),
        None,
        known(low),
        known(high),
        None,
        cohort.size,
        method=f"kaplan-meier; {variance}; {kind}",
    )
