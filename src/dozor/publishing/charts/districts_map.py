"""A map of places whose borders an operator has given: shares in five classes, counts as circles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from dozor.core.places.shapes import AreaShape
from dozor.language import gettext, number
from dozor.publishing.charts.frame import Heading, Surround, text_layer
from dozor.publishing.charts.maps import (
    EMPTY,
    class_words,
    figures_in_words,
    fill_of,
    framed,
    key_of_classes,
    moved,
    region_layers,
)
from dozor.publishing.charts.scales import class_limits
from dozor.publishing.charts.style import ACCENT, PAPER, SMALL, Spec, Width, text_on
from dozor.publishing.fonts import text_width
from dozor.publishing.geometry.given import Placed, place_shapes

LARGEST = 26  # pixels, the radius of the largest circle


@dataclass(frozen=True)
class DistrictsMap:
    """One figure for each place.

    Parameters
    ----------
    shapes
        Borders by code. A place without one is not drawn: the table behind the map has it.
    names, values
        By code; a place without a value has no data.
    is_count
        Counts are circles whose area is the value: a large district is not a large figure.
    """

    heading: Heading
    shapes: tuple[AreaShape, ...]
    names: Mapping[str, str]
    values: Mapping[str, float]
    digits: int = 1
    is_count: bool = False
    national: float | None = None

    def __post_init__(self) -> None:
        if not self.shapes or not self.known:
            raise ValueError("a map needs borders and a figure")

    @property
    def known(self) -> dict[str, float]:
        return {s.code: self.values[s.code] for s in self.shapes if s.code in self.values}

    @property
    def has_gaps(self) -> bool:
        return len(self.known) < len(self.shapes)

    @property
    def class_limits(self) -> tuple[float, float, float, float]:
        return class_limits(list(self.known.values()))


def districts_specification(chart: DistrictsMap, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification; shapes are data in pixels, drawn without a projection."""
    surround = Surround.of(chart.heading, width, titled=titled, notes=_notes(chart, language))
    is_wide = width == "wide"
    placed, height = place_shapes(chart.shapes)
    size = min(470.0 if is_wide else surround.width - 2.0, 430 / height)
    fills = {one.code: EMPTY if chart.is_count else fill_of(chart, one.code) for one in placed}
    hatched = {one.code for one in placed if one.code not in chart.known}
    key, key_height = (
        ([], 0.0) if chart.is_count else key_of_classes(class_words(chart, language), chart, language)
    )
    key_at = (size + 14, max(0.0, height * size - key_height)) if is_wide else (0, height * size + 16)
    plot_height = height * size
    if key:
        plot_height = max(plot_height, key_height) if is_wide else plot_height + 16 + key_height
    figures = _circles(chart, placed, size) if chart.is_count else []
    layers = [
        *region_layers([(one.code, one.polygons, fills[one.code]) for one in placed], hatched, size),
        *figures,
        *_labels(chart, placed, fills, size, language),
        *[moved(layer, *key_at) for layer in key],
    ]
    return framed(surround, layers, plot_height, description=districts_in_words(chart, language))


def districts_in_words(chart: DistrictsMap, language: str) -> str:
    """Say what the map shows, the highest first: the text alternative."""
    return " ".join([*figures_in_words(chart, language), *_notes(chart, language)])


def _notes(chart: DistrictsMap, language: str) -> list[str]:
    notes = []
    if chart.is_count:
        notes.append(gettext("The area of a circle is the figure.", language))
    if chart.has_gaps:
        absent = sum(one.code not in chart.known for one in chart.shapes)
        told = gettext("Hatched: no data of {count} places.", language)
        notes.append(told.format(count=absent))
    return notes


def _circles(chart: DistrictsMap, placed: tuple[Placed, ...], size: float) -> list[Spec]:
    most = max(chart.known.values()) or 1
    rows = [
        {"x": x * size, "y": y * size, "s": max(9.0, 3.1416 * LARGEST**2 * chart.known[one.code] / most)}
        for one in placed
        if one.code in chart.known
        for x, y in (one.middle,)
    ]
    mark = {"type": "point", "filled": True, "shape": "circle", "fill": ACCENT, "opacity": 0.8}
    encoding: Spec = {
        "x": {"field": "x", "type": "quantitative", "scale": None, "axis": None},
        "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
        "size": {"field": "s", "type": "quantitative", "scale": None, "legend": None},
    }
    mark |= {"stroke": PAPER, "strokeWidth": 1}
    return [{"data": {"values": rows}, "mark": mark, "encoding": encoding}]


def _labels(
    chart: DistrictsMap, placed: tuple[Placed, ...], fills: Mapping[str, str], size: float, language: str
) -> list[Spec]:
    """Write a figure where it fits into its place (or its circle); the table has all of them."""
    most = max(chart.known.values()) or 1
    made: dict[str, list[Spec]] = {}
    for one in placed:
        if one.code not in chart.known:
            continue
        value = chart.known[one.code]
        words = number(value, language, chart.digits)
        room = 2 * LARGEST * sqrt(value / most) - 12 if chart.is_count else one.width * size - 8
        if text_width(words, SMALL, 600) <= room:
            colour = PAPER if chart.is_count else text_on(fills[one.code])
            made.setdefault(colour, []).append(
                {"x": one.middle[0] * size, "y": one.middle[1] * size, "t": words}
            )
    return [text_layer(rows, fill=colour, align="center", weight=600) for colour, rows in made.items()]
