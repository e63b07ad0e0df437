"""Weights of people met at venues.

TLS-001  A weight is one over the chance to be met, so a population of known size is weighed back to it.
TLS-002  Chances, parts and visits that cannot be are refused by row.
"""

from __future__ import annotations

import numpy as np
import pytest

from dozor.core.design.time_location import time_location_weights
from dozor.core.findings import Refused


def test_weights_add_up_to_the_people() -> None:
    rng = np.random.default_rng(3)
    people, events = 400, 30
    attends = rng.random((people, events)) < rng.uniform(0.05, 0.4, (people, 1))
    attends[:, 0] |= ~attends.any(axis=1)
    totals = []
    for _ in range(400):
        drawn = rng.random(events) < 0.3
        met, where = np.nonzero(attends[:, drawn] & (rng.random((people, int(drawn.sum()))) < 0.5))
        weights = time_location_weights(
            event_chance=np.full(len(met), 0.3),
            interviewed_part=np.full(len(met), 0.5),
            visits=attends.sum(axis=1)[met].astype(float),
        )
        assert len(where) == len(weights)
        totals.append(weights.sum())
    assert np.mean(totals) == pytest.approx(people, rel=0.05)


def test_refusals() -> None:
    with pytest.raises(Refused) as refused:
        time_location_weights(
            event_chance=np.array([0.0, 0.5]),
            interviewed_part=np.array([1.0, 1.5]),
            visits=np.array([0.0, 3]),
        )
    assert [(f.code, f.row) for f in refused.value.findings] == [
        ("TLS-CHANCE", 2),
        ("TLS-PART", 3),
        ("TLS-VISITS", 2),
    ]
