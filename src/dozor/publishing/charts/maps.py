"""What maps share: five classes and their key, filled and hatched places, the frame, the figures in words."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from dozor.language import gettext, number
from dozor.publishing.charts.frame import Heading, Surround, picture, rule_layer, text_layer
from dozor.publishing.charts.style import CLASSES, INK, PAPER, Spec
from dozor.publishing.geometry import Ring, hatch

EMPTY = "#f1efe9"
HATCHING = "#8a8f94"
SWATCH = 16


class OfClasses(Protocol):
    """A map in five classes, of whatever places; `known` are the figures by place."""

    @property
    def heading(self) -> Heading: ...
    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def known(self) -> Mapping[str, float]: ...
    @property
    def class_limits(self) -> tuple[float, float, float, float]: ...
    @property
    def has_gaps(self) -> bool: ...
    @property
    def digits(self) -> int: ...
    @property
    def national(self) -> float | None: ...


def class_of(chart: OfClasses, value: float) -> int:
    """Return the class of a value, 0–4; one equal to a limit belongs to the class above."""
    return sum(value >= limit for limit in chart.class_limits)


def fill_of(chart: OfClasses, code: str) -> str:
    """Return the colour of a place: its class's, or that of a place without data."""
    return CLASSES[class_of(chart, chart.known[code])] if code in chart.known else EMPTY


def class_words(chart: OfClasses, language: str) -> list[str]:
    """Return the five classes in words, with limits that leave no doubt where a value belongs."""
    limits = chart.class_limits
    step = 10**-chart.digits

    def written(value: float) -> str:
        return number(value, language, chart.digits)

    between = [f"{written(low)}–{written(high - step)}" for low, high in itertools.pairwise(limits)]
    return [
        gettext("below {limit}", language).format(limit=written(limits[0])),
        *between,
        gettext("{limit} and more", language).format(limit=written(limits[-1])),
    ]


def national_words(chart: OfClasses, language: str) -> str:
    value = number(chart.national or 0, language, chart.digits)
    return gettext("Whole country: {value}", language).format(value=value)


def figures_in_words(chart: OfClasses, language: str) -> list[str]:
    """Return the title and the figures of a map as sentences, the highest first."""
    known = sorted(chart.known.items(), key=lambda item: -item[1])
    told = "; ".join(f"{chart.names[code]}: {number(value, language, chart.digits)}" for code, value in known)
    return [chart.heading.title.rstrip(".") + ".", f"{told}."]


def framed(surround: Surround, layers: Sequence[Spec], plot_height: float, *, description: str) -> Spec:
    """Return a map's layers as a picture, with what stands above and below them."""
    return picture(
        {
            "width": surround.width - 2,
            "height": plot_height,
            "layer": [*layers, *surround.layers(1, surround.top + 1, plot_height + 4)],
        },
        width=surround.width,
        height=surround.top + 1 + plot_height + 4 + surround.bottom,
        left=1,
        top=surround.top + 1,
        description=description,
    )


def region_layers(
    shapes: Sequence[tuple[str, Sequence[Sequence[Ring]], str]], hatched: Collection[str], size: float
) -> list[Spec]:
    """Return layers of filled places: code, polygons of a map 1 wide, fill; without data: hatched."""
    features, stripes = [], []
    for code, polygons, fill in shapes:
        features.append(
            {
                "type": "Feature",
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [
                        [[[round(x * size, 1), round(y * size, 1)] for x, y in ring] for ring in rings]
                        for rings in polygons
                    ],
                },
                "properties": {"code": code, "fill": fill},
            }
        )
        if code in hatched:
            stripes += [
                {"x": x1 * size, "y": y1 * size, "x2": x2 * size, "y2": y2 * size}
                for rings in polygons
                for (x1, y1), (x2, y2) in hatch(tuple(rings), 6 / size)
            ]
    outline: Spec = {
        "type": "geoshape",
        "clip": False,
        "stroke": PAPER,
        "strokeWidth": 1.5,
        "strokeJoin": "round",
    }
    if not stripes:
        return [_areas(features, outline)]
    empty = [feature for feature in features if feature["properties"]["code"] in hatched]
    filled = [feature for feature in features if feature["properties"]["code"] not in hatched]
    # the hatching lies between the empty regions and the borders that trim it
    return [
        _areas(empty, {"type": "geoshape", "clip": False}),
        rule_layer(stripes, colour=HATCHING, width=1),
        _areas([_outlined(feature) for feature in empty], outline | {"strokeWidth": 2}),
        _areas(filled, outline),
    ]


def _outlined(feature: Spec) -> Spec:
    return feature | {"properties": feature["properties"] | {"fill": "none"}}


def _areas(features: list[Spec], mark: Spec) -> Spec:
    return {
        "data": {"values": features},
        "projection": {"type": "identity", "scale": 1, "translate": [0, 0]},
        "mark": mark,
        "encoding": {"fill": {"field": "properties.fill", "type": "nominal", "scale": None}},
    }


def key_of_classes(words: Sequence[str], chart: OfClasses, language: str) -> tuple[list[Spec], float]:
    """Return the layers that explain the classes, from (0, 0), and their height."""
    rows = [(fill, text) for fill, text in zip(CLASSES, words, strict=True)]
    has_gaps = chart.has_gaps
    step = 21.0
    boxes = [{"y": index * step, "fill": fill} for index, (fill, _) in enumerate(rows)]
    if has_gaps:
        boxes.append({"y": len(rows) * step, "fill": EMPTY})
    labels = [{"x": 30.0, "y": index * step + 8, "t": text} for index, (_, text) in enumerate(rows)]
    made: list[Spec] = [
        rule_layer(
            [{"x": 0.0, "y": box["y"] + 8, "x2": 22.0, "y2": box["y"] + 8}], colour=box["fill"], width=SWATCH
        )
        for box in boxes
    ]
    height = len(boxes) * step
    if has_gaps:
        y = len(rows) * step
        labels.append({"x": 30.0, "y": y + 8, "t": gettext("no data", language)})
        square = ((0.0, y), (22.0, y), (22.0, y + SWATCH), (0.0, y + SWATCH), (0.0, y))
        stripes = [{"x": x1, "y": y1, "x2": x2, "y2": y2} for (x1, y1), (x2, y2) in hatch((square,), 6)]
        made.append(rule_layer(stripes, colour=HATCHING))
    if chart.national is not None:
        labels.append({"x": 0.0, "y": height + 14, "t": national_words(chart, language)})
        height += 24
    made.append(text_layer(labels, fill=INK))
    return made, height


def moved(layer: Spec, dx: float, dy: float) -> Spec:
    """Return a layer in pixels at another place."""
    shift = {"x": dx, "x2": dx, "y": dy, "y2": dy}
    rows = [
        {name: cell + shift[name] if name in shift else cell for name, cell in row.items()}
        for row in layer["data"]["values"]
    ]
    return layer | {"data": {"values": rows}}
