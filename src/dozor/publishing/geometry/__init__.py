"""Borders of the seven regions of Belarus as flat polygons, ready to be drawn.

Geographic coordinates are projected here (Albers equal-area, as a choropleth asks), so that charts need no
projection of their own and a 45° hatch stays at 45°. Origin and licence: ``ORIGIN.md``.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import cos, hypot, radians, sin, sqrt
from pathlib import Path
from types import MappingProxyType

Point = tuple[float, float]
Ring = tuple[Point, ...]

TOLERANCE = 0.00008  # of the Earth's radius, half a kilometre: a third of a pixel on the widest map
REGIONS = ("BY-BR", "BY-VI", "BY-HO", "BY-HR", "BY-MI", "BY-MA", "BY-HM")

# where each name stands best, in degrees (longitude, latitude); chosen by eye
_LABELS = {
    "BY-BR": (25.35, 52.50),
    "BY-VI": (28.75, 55.25),
    "BY-HO": (29.45, 52.30),
    "BY-HR": (25.05, 53.70),
    "BY-MI": (27.35, 53.22),
    "BY-MA": (30.62, 53.66),
    "BY-HM": (27.56, 53.90),
}


@dataclass(frozen=True)
class Shape:
    """One region on the plane.

    `rings`: closed rings, the outline first, then holes; x grows to the right and y downwards, the whole
    country is 1 wide and starts at (0, 0). `label`: where its name stands.
    """

    code: str
    rings: tuple[Ring, ...]
    label: Point


@cache
def country_shapes() -> Mapping[str, Shape]:
    """Return the seven regions by ISO 3166-2 code."""
    topology = json.loads((Path(__file__).parent / "belarus-regions.topo.json").read_text(encoding="utf-8"))
    arcs = [simplified(_arc(arc, topology["transform"]), TOLERANCE) for arc in topology["arcs"]]
    rings = {
        "BY-" + region["id"].removeprefix("BY."): [_ring(arcs, indices) for indices in region["arcs"]]
        for region in topology["objects"]["blr"]["geometries"]
    }
    points = [point for region in rings.values() for ring in region for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top = min(y for _, y in points)

    def place(point: Point) -> Point:
        return (point[0] - left) / (right - left), (point[1] - top) / (right - left)

    return MappingProxyType(
        {
            code: Shape(
                code,
                tuple(tuple(place(point) for point in ring) for ring in rings[code]),
                place(project(*_LABELS[code])),
            )
            for code in REGIONS
        }
    )


def country_height() -> float:
    """Return the country's height when it is 1 wide."""
    return max(y for shape in country_shapes().values() for _, y in shape.rings[0])


def hatch(rings: tuple[Ring, ...], step: float) -> Iterator[tuple[Point, Point]]:
    """Yield the pieces of 45° lines, `step` apart, that lie inside the polygon (even-odd rule)."""
    edges = [edge for ring in rings for edge in itertools.pairwise(ring)]
    heights = [y - x for ring in rings for x, y in ring]
    spacing = step * sqrt(2)
    line = (min(heights) // spacing + 1) * spacing
    while line < max(heights):
        crossings = sorted(
            x1 + (line - (y1 - x1)) / ((y2 - x2) - (y1 - x1)) * (x2 - x1)
            for (x1, y1), (x2, y2) in edges
            if (y1 - x1 <= line) != (y2 - x2 <= line)
        )
        for start, end in zip(crossings[::2], crossings[1::2], strict=True):
            yield (start, start + line), (end, end + line)
        line += spacing


def _arc(arc: list[list[int]], transform: Mapping[str, list[float]]) -> list[Point]:
    (scale_x, scale_y), (shift_x, shift_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:  # TopoJSON writes each point as a step from the one before
        x, y = x + dx, y + dy
        points.append(project(x * scale_x + shift_x, y * scale_y + shift_y))
    return points


def _ring(arcs: list[list[Point]], indices: list[int]) -> Ring:
    points: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return tuple(points)


def simplified(points: list[Point], tolerance: float) -> list[Point]:
    """Leave out points nearer than `tolerance` to the line without them (Douglas and Peucker, 1973).

    Arcs are simplified before they become rings, so that neighbours keep one common border.
    """
    (x1, y1), (x2, y2) = points[0], points[-1]
    length = hypot(x2 - x1, y2 - y1)

    def offset(point: Point) -> float:
        x, y = point
        if length == 0:
            return hypot(x - x1, y - y1)
        return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length

    if len(points) < 3:
        return points
    farthest = max(range(1, len(points) - 1), key=lambda index: offset(points[index]))
    if offset(points[farthest]) <= tolerance:
        return [points[0], points[-1]]
    head, tail = points[: farthest + 1], points[farthest:]
    return simplified(head, tolerance)[:-1] + simplified(tail, tolerance)


def project(longitude: float, latitude: float) -> Point:
    """Project by Albers' equal-area conic with parallels 52° and 55° N, centred on 28° E.

    Snyder, J. P. (1987). Map Projections: A Working Manual. USGS Professional Paper 1395, p. 100 (sphere).
    """
    first, second = radians(52), radians(55)
    cone = (sin(first) + sin(second)) / 2
    constant = cos(first) ** 2 + 2 * cone * sin(first)
    radius = sqrt(constant - 2 * cone * sin(radians(latitude))) / cone
    angle = cone * radians(longitude - 28)
    return radius * sin(angle), -(sqrt(constant) / cone - radius * cos(angle))
