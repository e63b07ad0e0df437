"""Compares numbers with R's to a relative tolerance."""

from __future__ import annotations

import math

TOLERANCE = 1e-9


def gap(ours: float | None, theirs: float | None) -> float:
    """Relative distance; 0 where both are not estimable, infinite where one is."""
    if theirs is None or ours is None:
        return 0.0 if ours is theirs else math.inf
    if ours == theirs:
        return 0.0
    return abs(ours - theirs) / max(abs(theirs), 1e-12)
