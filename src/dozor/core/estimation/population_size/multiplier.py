"""How many people are there? From a count of some of them and the share a survey says they are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import ndtri  # scipy.stats takes a second to load

from dozor.core.estimation.estimate import Estimate
from dozor.core.findings import Finding, Refused


def service_multiplier(
    *,
    count: float,
    share: Estimate,
    count_se: float = 0.0,
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate a population's size from a service's count and a survey.

    Parameters
    ----------
    count
        People of the population who used the service in the survey's area and period, each once.
    share
        Share of the population who say they used it, from a representative survey, with its standard
        error.
    count_se
        Standard error of the count where it is itself an estimate (records not deduplicated).

    Returns
    -------
    Estimate
        N = count / share; se by linearisation, interval normal on log N; n and design effect are the
        survey's.

    Raises
    ------
    Refused
        ``POP-COUNT``: the count is not positive; ``POP-SHARE``: the share is not known, zero or above 1;
        nobody says they used the service, so nothing can be multiplied.

    Notes
    -----
    The two sources must be independent, speak of the same people, area and time, and mean the same by
    "used". A survey recruited at that service makes the size far too small.

    References
    ----------
    UNAIDS/WHO (2010). Guidelines on estimating the size of populations most at risk to HIV, ch. 5.
    """
    return _multiplied("service multiplier", count, count_se, share, level, domain)


def unique_object_multiplier(
    *,
    handed_out: float,
    share: Estimate,
    level: float = 0.95,
    domain: Mapping[str, str] | None = None,
) -> Estimate:
    """Estimate a population's size from unusual objects handed out and the share who report one.

    Parameters
    ----------
    handed_out
        Objects given to people of the population shortly before the survey, one each.
    share
        Share of the population who say, and can show or describe, that they received one.

    Returns
    -------
    Estimate
        As :func:`service_multiplier`. Givers must reach people widely; objects passed on, lost, or
        given where the survey recruits bend the result.
    """
    return _multiplied("unique object multiplier", handed_out, 0.0, share, level, domain)


def _multiplied(
    name: str,
    count: float,
    count_se: float,
    share: Estimate,
    level: float,
    domain: Mapping[str, str] | None,
) -> Estimate:
    if not count > 0 or not count_se >= 0:
        raise Refused(Finding("POP-COUNT", f"{count:g}"))
    if share.estimate is None or share.se is None or not 0 < share.estimate <= 1:
        raise Refused(Finding("POP-SHARE", "" if share.estimate is None else f"{share.estimate:g}"))
    size = count / share.estimate
    relative = float(np.hypot(count_se / count, share.se / share.estimate))
    reach = float(ndtri((1 + level) / 2)) * relative
    return Estimate(
        "population size",
        name,
        domain or {},
        size,
        size * relative,
        # at least those counted are there
        max(size * float(np.exp(-reach)), min(count, size) if count_se == 0 else 0.0),
        size * float(np.exp(reach)),
        None,
        share.n,
        share.n_effective,
        share.deff,
        f"{name}; log",
    )
