"""A cubic spline whose ends follow the cubics through the first and last four points."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from dozor.core.design.stage import FloatArray


def spline_through(x: FloatArray, y: FloatArray, points: int) -> tuple[FloatArray, FloatArray]:
    """Draw the spline through (x, y) at `points` equally spaced places.

    Parameters
    ----------
    x
        At least four ascending places.

    References
    ----------
    Forsythe, Malcolm, Moler (1977). Computer Methods for Mathematical Computations. Prentice-Hall,
    chapter 4: the end conditions R's ``spline`` takes by default.
    """
    step, slope = np.diff(x), np.diff(y) / np.diff(x)
    size = len(x)
    # unknown: a sixth of the second derivative at every point
    band = np.zeros((3, size))
    right = np.zeros(size)
    band[0, 2:], band[1, 1:-1], band[2, :-2] = step[1:], 2 * (step[:-1] + step[1:]), step[:-1]
    right[1:-1] = np.diff(slope)
    band[1, 0], band[0, 1], right[0] = -step[0], step[0], step[0] ** 2 * _third(x[:4], y[:4])
    band[1, -1], band[2, -2] = -step[-1], step[-1]
    right[-1] = -(step[-1] ** 2) * _third(x[-4:], y[-4:])
    curve = np.asarray(linalg.solve_banded((1, 1), band, right))

    places = np.linspace(x[0], x[-1], points)
    left = np.clip(np.searchsorted(x, places, side="right") - 1, 0, size - 2)
    d = places - x[left]
    first = slope[left] - step[left] * (curve[left + 1] + 2 * curve[left])
    third = (curve[left + 1] - curve[left]) / step[left]
    return places, y[left] + d * (first + d * (3 * curve[left] + d * third))


def _third(x: FloatArray, y: FloatArray) -> float:
    """Return the third divided difference of four points."""
    for order in range(1, 4):
        y = np.diff(y) / (x[order:] - x[:-order])
    return float(y[0])
