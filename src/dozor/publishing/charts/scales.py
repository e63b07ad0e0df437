"""Round numbers for axes and map classes."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 2.5, 5 × 10ᵏ that is not less than `least` (> 0)."""
    power = 10.0 ** floor(log10(least))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= least * (1 - 1e-9))


def ticks(top: float, count: int = 4, *, limit: float | None = None) -> list[float]:
    """Return ticks from zero to at least `top`, about `count` steps; none beyond `limit`."""
    if top <= 0:
        return [0.0, 1.0]
    step = round_step(top / count)
    made = [round(index * step, 10) for index in range(ceil(top / step - 1e-9) + 1)]
    if limit is not None and made[-1] > limit >= top:
        made = [tick for tick in made if tick <= limit]
        if made[-1] < top:
            made.append(limit)
    return made


def class_limits(values: Sequence[float]) -> tuple[float, float, float, float]:
    """Return the four round limits between five classes of equal width that hold `values`."""
    least, most = min(values), max(values)
    span = most - least
    step = round_step(span / 5) if span > 0 else round_step(max(abs(most), 1) / 5)
    first = floor(least / step) + 1
    while first > 1 and (first + 3) * step > most:  # keep the last class from standing empty
        first -= 1
    low, *middle, high = (round((first + index) * step, 10) for index in range(4))
    return (low, middle[0], middle[1], high)
