"""Direct standardisation: what a domain's estimate would be with a standard population's make-up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dozor.core.design.stage import FloatArray, IntArray
from dozor.core.estimation.linear import Linearised


def standardised(
    linear: Linearised,
    domain_of_class: IntArray,
    share_of_class: FloatArray,
    frame: Linearised,
    classes: int,
) -> Linearised:
    """Weigh the classes of each domain by the standard population.

    Parameters
    ----------
    linear
        Estimates of every (domain, class), shares, means or ratios.
    domain_of_class
        Domain of each of these.
    share_of_class
        Its class's share of the standard population.
    frame
        Estimates of the domains as they are: their counts and degrees of freedom stay.
    classes
        How many classes the standard has; a domain in which one has no answers is not estimable.

    Notes
    -----
    ``sum_a P_a R_a`` moves with ``sum_a P_a z_a``. Answers missing from a class change nobody else's part.

    References
    ----------
    Ahmad et al. (2001). Age standardization of rates: a new WHO standard. GPE Discussion Paper 31.
    Korn, Graubard (1999). Analysis of Health Surveys. Wiley, section 2.5.
    """
    estimate, answered = np.zeros_like(frame.estimate), np.zeros_like(frame.estimate)
    has = linear.n > 0
    np.add.at(estimate, domain_of_class, np.where(has, share_of_class[:, None] * linear.estimate, 0.0))
    np.add.at(answered, domain_of_class, has.astype(np.float64))
    order = np.argsort(domain_of_class[linear.domain], kind="stable")
    return replace(
        frame,
        estimate=np.where(answered == classes, estimate, np.nan),
        z=(share_of_class[linear.domain][:, None] * linear.z)[order],
        unit=linear.unit[order],
        domain=domain_of_class[linear.domain][order],
        answers=linear.answers[order],
    )
