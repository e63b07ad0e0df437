"""Borders of districts from an operator's GeoJSON.

GEO-001  A file is taken whole, with its codes, polygons and holes.
GEO-002  Each fault has its code, the feature's number and what was found; nothing is taken.
GEO-003  A map has every place: classes for shares, circles for counts, hatching for places without a value.
"""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from dozor.core.findings import Refused
from dozor.core.places import Area, Areas
from dozor.core.places.shapes import read_shapes
from dozor.core.text import Text
from dozor.language.messages import say
from dozor.publishing.charts import DistrictsMap, Heading, describe, draw_svg, specification
from dozor.publishing.geometry.given import place_shapes

CODES = ("BY-HO-a", "BY-HO-b", "BY-HO-c", "BY-HO-d")
AREAS = Areas(
    (
        Area("BY", Text("Беларусь", "Беларусь", "Belarus"), "country", None),
        *(Area(code, Text(code, code, code), "district", "BY") for code in CODES),
    )
)


def square(west: float, south: float, size: float = 1) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: str | None, *rings: list[list[float]], kind: str = "Polygon") -> dict:
    return {
        "type": "Feature",
        "properties": {} if code is None else {"code": code},
        "geometry": {"type": kind, "coordinates": list(rings)},
    }


def collection(*features: dict) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


FOUR = collection(
    feature(CODES[0], square(28, 52), square(28.4, 52.4, 0.2)),
    feature(CODES[1], square(29, 52)),
    feature(CODES[2], square(28, 53)),
    feature(CODES[3], [square(29, 53)], [square(30.5, 53)], kind="MultiPolygon"),
)


def test_geo_001_a_file_is_taken_whole():
    shapes = read_shapes(FOUR, AREAS, file="d.geojson")
    assert [one.code for one in shapes] == list(CODES)
    assert [len(one.polygons) for one in shapes] == [1, 1, 1, 2]
    assert len(shapes[0].polygons[0]) == 2  # the hole
    assert shapes[1].polygons[0][0][1] == (30.0, 52.0)
    placed, height = place_shapes(shapes)
    xs = [x for one in placed for polygon in one.polygons for ring in polygon for x, _ in ring]
    assert (min(xs), max(xs)) == (0, pytest.approx(1))
    # on Albers' cone a degree is shorter from west to east: 3.5 degrees wide there, 2 high here
    assert 0.8 < height < 1.1
    assert placed[2].middle[1] < placed[0].middle[1]  # what lies north stands above


@pytest.mark.parametrize(
    ("text", "code", "row", "found"),
    [
        (b"PK\x03\x04", "SHAPE-NOT-JSON", None, "PK"),
        (b'{"type": "Topology"}', "SHAPE-COLLECTION", None, "Topology"),
        (collection(), "SHAPE-NONE", None, "0"),
        (collection(feature(None, square(28, 52))), "SHAPE-NO-CODE", 1, "—"),
        (collection(feature("BY-XX", square(28, 52))), "SHAPE-UNKNOWN", 1, "BY-XX"),
        (collection(*[feature(CODES[0], square(28, 52))] * 2), "SHAPE-TWICE", 2, CODES[0]),
        (collection(feature(CODES[0], [28, 52], kind="Point")), "SHAPE-GEOMETRY", 1, "Point"),
        (collection(feature(CODES[0], square(3_000_000, 7e6))), "SHAPE-DEGREES", 1, "3e+06, 7e+06"),
        (collection(feature(CODES[0], [["a", "b"]])), "SHAPE-DEGREES", 1, "[[['a', 'b']]]"),
        (collection(feature(CODES[0], square(28, 52)[:-1])), "SHAPE-RING", 1, "4"),
        (collection(feature(CODES[0])), "SHAPE-RING", 1, "0"),
    ],
)
def test_geo_002_each_fault_is_said(text: bytes, code: str, row: int | None, found: str):
    with pytest.raises(Refused) as refused:
        read_shapes(text, AREAS, file="d.geojson")
    (finding,) = refused.value.findings
    assert (finding.code, finding.row, finding.file) == (code, row, "d.geojson")
    assert finding.found.startswith(found)
    said = {language: say(finding, language).message for language in ("ru", "be", "en")}
    assert len(set(said.values())) == 3
    assert not any("{" in words for words in said.values())


def test_geo_002_every_fault_of_a_file_at_once():
    wrong = collection(feature("BY-XX", square(28, 52)[:-1]), feature(None, square(28, 52)))
    with pytest.raises(Refused) as refused:
        read_shapes(wrong, AREAS, file="d.geojson")
    assert [(f.code, f.row) for f in refused.value.findings] == [
        ("SHAPE-UNKNOWN", 1), ("SHAPE-RING", 1), ("SHAPE-NO-CODE", 2)
    ]  # fmt: skip


@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("is_count", [True, False])
def test_geo_003_a_map_has_every_place(width: str, is_count: bool):
    chart = DistrictsMap(
        Heading("Новые случаи, 2022, чел."),
        read_shapes(FOUR, AREAS, file="d.geojson"),
        dict(zip(CODES, ("Первый", "Второй", "Третий", "Четвёртый"), strict=True)),
        {CODES[0]: 10, CODES[1]: 40, CODES[2]: 90},
        digits=0,
        is_count=is_count,
    )
    assert "Третий: 90; Второй: 40; Первый: 10." in describe(chart, "ru")
    assert "Заштриховано: нет данных, мест — 1." in describe(chart, "ru")
    svg = draw_svg(specification(chart, "ru", width, titled=False), "ru")  # type: ignore[arg-type]
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own picture
    told = [element.text for element in root.iter() if element.tag.endswith("text")]
    assert "90" in told
    assert ("Число показано площадью круга." in told) is is_count
    assert float(root.get("width", "0")) == {"wide": 640, "narrow": 340}[width]
