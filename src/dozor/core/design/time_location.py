"""Time-location samples: people met at venues become weighted clusters of an ordinary survey."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dozor.core.findings import Finding, Refused

Floats = NDArray[np.float64]


def time_location_weights(*, event_chance: Floats, interviewed_part: Floats, visits: Floats) -> Floats:
    """Weight people interviewed at venues by how likely it was to meet them.

    Parameters
    ----------
    event_chance
        Chance that the event (a venue on a day at an hour) was drawn from the list, above 0, at most 1.
    interviewed_part
        Part of the event's visitors who were interviewed, above 0, at most 1.
    visits
        How many of the listed events the person attends in the survey's period, at least 1 (this one).

    Returns
    -------
    Floats
        1 / (chance * part * visits), shape (n,). Pass them as weights with the event as cluster (and the
        kind of venue as stratum) to the survey's estimators, whose variance then is between events.

    Raises
    ------
    Refused
        ``TLS-CHANCE``, ``TLS-PART``, ``TLS-VISITS`` by row.

    Notes
    -----
    Speaks of people who visit listed venues. Without asking for visits, those who go out often are
    counted many times over.

    References
    ----------
    Karon, J. M. & Wejnert, C. (2012). Statistical methods for the analysis of time-location sampling
    data. J. Urban Health 89, 565-586.
    """
    findings: list[Finding] = []
    for code, values, low, high in (
        ("TLS-CHANCE", event_chance, 0.0, 1.0),
        ("TLS-PART", interviewed_part, 0.0, 1.0),
        ("TLS-VISITS", visits, 1.0 - 1e-12, np.inf),
    ):
        for row in np.flatnonzero(~((values > low) & (values <= high))):
            found = "" if np.isnan(values[row]) else f"{values[row]:g}"
            findings.append(Finding(code, found, row=int(row) + 2))
    if findings:
        raise Refused(findings)
    weights: Floats = 1.0 / (event_chance * interviewed_part * visits)
    return weights
