"""Borders of areas as an operator gives them: GeoJSON (RFC 7946), checked before anything is drawn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dozor.core.findings import Finding, Refused
from dozor.core.places.areas import Areas

Position = tuple[float, float]  # degrees: longitude, latitude (WGS 84)
Ring = tuple[Position, ...]
Polygon = tuple[Ring, ...]
MOST_BYTES = 20_000_000
CODE = "code"
FEWEST_POSITIONS = 4  # of a ring, whose last position is its first


@dataclass(frozen=True)
class AreaShape:
    """The border of one area: polygons of an outer ring and its holes."""

    code: str
    polygons: tuple[Polygon, ...]


def read_shapes(text: bytes, areas: Areas, *, file: str, code_in: str = CODE) -> tuple[AreaShape, ...]:
    """Read a FeatureCollection of polygons, one feature for each area.

    Parameters
    ----------
    code_in
        The property that holds an area's code.

    Raises
    ------
    Refused
        With every fault, `row` being the feature's number from 1: not GeoJSON, coordinates that are not
        degrees, a ring that is not closed, no code, an unknown code, a code twice, no border at all.
    """
    features = _features(text, file)
    findings: list[Finding] = []
    shapes: dict[str, AreaShape] = {}
    for number, feature in enumerate(features, start=1):
        found = list(_faults(feature, areas, shapes, code_in))
        findings += [
            Finding(code, what, {"property": code_in, **values}, file=file, row=number, column=column)
            for code, column, what, values in found
        ]
        if not found:
            code = feature["properties"][code_in]
            shapes[code] = AreaShape(code, tuple(_polygons(feature["geometry"])))
    if findings:
        raise Refused(findings)
    if not shapes:
        raise Refused(Finding("SHAPE-NONE", found="0", file=file))
    return tuple(shapes.values())


def _features(text: bytes, file: str) -> list[Any]:
    if len(text) > MOST_BYTES:
        found = f"{len(text) / 1e6:.0f}"
        raise Refused(Finding("SHAPE-SIZE", found=found, values={"most": MOST_BYTES // 1_000_000}, file=file))
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(Finding("SHAPE-NOT-JSON", found=repr(text[:40])[2:-1], file=file)) from None
    kind = read.get("type") if isinstance(read, dict) else None
    if kind != "FeatureCollection" or not isinstance(read.get("features"), list):
        raise Refused(Finding("SHAPE-COLLECTION", found=str(kind), file=file))
    if "crs" in read and "CRS84" not in str(read["crs"]) and "4326" not in str(read["crs"]):
        raise Refused(Finding("SHAPE-DEGREES", found=str(read["crs"])[:80], file=file, column="crs"))
    return list(read["features"])


Fault = tuple[str, str, str, dict[str, object]]


def _faults(feature: Any, areas: Areas, known: dict[str, AreaShape], code_in: str) -> Iterator[Fault]:
    """What is wrong with one feature: code, where in it, what was found, further words."""
    if not isinstance(feature, dict):
        yield "SHAPE-GEOMETRY", "", str(feature)[:40], {}
        return
    properties = feature.get("properties") or {}
    where = f"properties.{code_in}"
    code = properties.get(code_in) if isinstance(properties, dict) else None
    if not isinstance(code, str) or not code:
        there = ", ".join(map(str, properties))[:80] if isinstance(properties, dict) else ""
        yield "SHAPE-NO-CODE", where, there or "—", {}
    elif code not in areas:
        yield "SHAPE-UNKNOWN", where, code, {"example": areas.areas[-1].code}
    elif code in known:
        yield "SHAPE-TWICE", where, code, {}
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        yield "SHAPE-GEOMETRY", "geometry", str(kind), {}
        return
    try:
        polygons = list(_polygons(geometry))
    except (TypeError, ValueError, IndexError, KeyError):
        yield "SHAPE-DEGREES", "geometry", str(geometry.get("coordinates"))[:40], {}
        return
    for ring in (ring for polygon in polygons for ring in polygon):
        wrong = next((p for p in ring if not (-180 <= p[0] <= 180 and -90 <= p[1] <= 90)), None)
        if wrong:
            yield "SHAPE-DEGREES", "geometry", f"{wrong[0]:g}, {wrong[1]:g}", {}
            return
        if len(ring) < FEWEST_POSITIONS or ring[0] != ring[-1]:
            yield "SHAPE-RING", "geometry", str(len(ring)), {}
            return
    if not polygons or not all(polygons):
        yield "SHAPE-RING", "geometry", "0", {}


def _polygons(geometry: Any) -> Iterator[Polygon]:
    """Longitude and latitude of each position; a third number, the height, is left out."""
    parts = geometry["coordinates"]
    for polygon in [parts] if geometry["type"] == "Polygon" else parts:
        yield tuple(tuple((float(p[0]), float(p[1])) for p in ring) for ring in polygon)
