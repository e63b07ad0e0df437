"""Differences between domains with their variance from replicates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dozor.core.design.replicates import Scales
from dozor.core.estimation.comparison import Differences, Pair
from dozor.core.estimation.linear import linearise, standard_error
from dozor.core.estimation.replication import (
    ReplicateSums,
    rank_less_one,
    replicate_variance,
    replicated_estimates,
)


def replicated_differences(sums: ReplicateSums, pairs: Sequence[Pair], scales: Scales) -> Differences:
    """Subtract the second domain's estimates from the first's, pair by pair, in every replicate.

    The cells of `sums` are the domains. Degrees of freedom are the rank of the replicate weights over both
    domains less two.
    """
    linear = linearise(sums.totals, len(sums.gram), None)
    first, second = np.array(pairs).T
    estimate = linear.estimate[first] - linear.estimate[second]
    replicated = replicated_estimates(sums)
    variance = replicate_variance(replicated[:, first] - replicated[:, second], estimate, scales)
    df = np.empty_like(estimate)
    df[:] = np.array([rank_less_one(sums.gram[a] + sums.gram[b]) - 1 for a, b in pairs])[:, None]
    return Differences(estimate, standard_error(estimate, variance), df, linear.n[first] + linear.n[second])
