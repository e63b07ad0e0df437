"""Borders given by an operator, on the plane: projected, thinned out, the whole 1 wide."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from dozor.core.places.shapes import AreaShape
from dozor.publishing.geometry import Point, Ring, project, simplified

FINENESS = 0.001  # of the map's width: half a pixel on the widest


@dataclass(frozen=True)
class Placed:
    """One place: its polygons, where its figure stands, its own width; the map is 1 wide."""

    code: str
    polygons: tuple[tuple[Ring, ...], ...]
    middle: Point
    width: float


def place_shapes(shapes: Sequence[AreaShape]) -> tuple[tuple[Placed, ...], float]:
    """Return the places and the height of the map that is 1 wide; x grows to the right, y downwards."""
    flat = [
        (one.code, [[[project(*point) for point in ring] for ring in polygon] for polygon in one.polygons])
        for one in shapes
    ]
    points = [p for _code, polygons in flat for polygon in polygons for ring in polygon for p in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    size = (right - left) or 1.0

    def thin(ring: list[Point]) -> Ring:
        moved = [((x - left) / size, (y - top) / size) for x, y in ring]
        half = len(moved) // 2  # a closed ring has no straight line to measure from: two halves do
        made = simplified(moved[: half + 1], FINENESS)[:-1] + simplified(moved[half:], FINENESS)
        return tuple(made) if len(made) > 3 else tuple(moved)

    placed = []
    for code, polygons in flat:
        rings = tuple(tuple(thin(ring) for ring in polygon) for polygon in polygons)
        outer = max((polygon[0] for polygon in rings), key=lambda ring: abs(_area(ring)))
        width = max(x for x, _ in outer) - min(x for x, _ in outer)
        placed.append(Placed(code, rings, _centre(outer), width))
    return tuple(placed), (bottom - top) / size


def _area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring)) / 2


def _centre(ring: Ring) -> Point:
    """The centroid of a polygon; of one without area, the middle of its corners."""
    area = _area(ring)
    if abs(area) < 1e-12:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    x = y = 0.0
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        cross = x1 * y2 - x2 * y1
        x, y = x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return x / (6 * area), y / (6 * area)
