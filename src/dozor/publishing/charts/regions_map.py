"""A map of the six oblasts and Minsk in five classes of one hue."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dozor.language import gettext, number
from dozor.publishing.charts.frame import Heading, Surround, picture, rule_layer, text_layer
from dozor.publishing.charts.scales import class_limits
from dozor.publishing.charts.style import CLASSES, INK, PAPER, SMALL, Spec, Width, text_on
from dozor.publishing.geometry import REGIONS, Ring, country_height, country_shapes, hatch

MINSK = "BY-HM"
EMPTY = "#f1efe9"
HATCHING = "#8a8f94"
SWATCH = 16


class OfClasses(Protocol):
    """A map in five classes, of whatever places."""

    @property
    def class_limits(self) -> tuple[float, float, float, float]: ...
    @property
    def has_gaps(self) -> bool: ...
    @property
    def digits(self) -> int: ...
    @property
    def national(self) -> float | None: ...


@dataclass(frozen=True)
class RegionsMap:
    """One figure for each region.

    Parameters
    ----------
    names
        Short names by ISO 3166-2 code, in the reader's language; all seven.
    values
        Figures by code; a region that is absent or None has no data and is hatched.
    limits
        The four inner class limits, rising; a value equal to a limit belongs to the class above. None
        takes round limits from the data.
    national
        The whole country's own figure, said beside the map; None when there is none. It is never summed
        from the regions here.
    """

    heading: Heading
    names: Mapping[str, str]
    values: Mapping[str, float | None]
    digits: int = 1
    limits: tuple[float, float, float, float] | None = None
    national: float | None = None
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        unknown = set(self.values) - set(REGIONS)
        if unknown or set(self.names) != set(REGIONS):
            raise ValueError(f"the map knows {', '.join(REGIONS)} and needs a name for each")
        if not self.known:
            raise ValueError("a map without a single figure says nothing")
        if self.limits and list(self.limits) != sorted(set(self.limits)):
            raise ValueError("class limits rise")

    @property
    def known(self) -> dict[str, float]:
        return {code: value for code in REGIONS if (value := self.values.get(code)) is not None}

    @property
    def has_gaps(self) -> bool:
        return len(self.known) < len(REGIONS)

    @property
    def class_limits(self) -> tuple[float, float, float, float]:
        return self.limits or class_limits(list(self.known.values()))

    def class_of(self, value: float) -> int:
        """Return the class, 0–4."""
        return sum(value >= limit for limit in self.class_limits)


def map_specification(chart: RegionsMap, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification; shapes are data in pixels, drawn without a projection."""
    surround = Surround.of(chart.heading, width, titled=titled, notes=list(chart.notes))
    is_wide = width == "wide"
    map_width = 470.0 if is_wide else surround.width - 2.0
    map_height = map_width * country_height()
    legend, legend_height = key_of_classes(class_words(chart, language), chart, language)
    legend_at = (map_width + 14, map_height - legend_height - 4) if is_wide else (0, map_height + 16)
    plot_height = map_height if is_wide else map_height + 16 + legend_height
    layers = [
        *_shapes(chart, map_width),
        *_labels(chart, language, map_width, is_wide),
        *[moved(layer, *legend_at) for layer in legend],
        *surround.layers(1, surround.top + 1, plot_height + 4),
    ]
    return picture(
        {"width": surround.width - 2, "height": plot_height, "layer": layers},
        width=surround.width,
        height=surround.top + 1 + plot_height + 4 + surround.bottom,
        left=1,
        top=surround.top + 1,
        description=map_in_words(chart, language),
    )


def map_in_words(chart: RegionsMap, language: str) -> str:
    """Say what the map shows, the highest region first: the text alternative."""
    known = sorted(chart.known.items(), key=lambda item: -item[1])
    told = "; ".join(f"{chart.names[code]}: {number(value, language, chart.digits)}" for code, value in known)
    sentences = [chart.heading.title.rstrip(".") + ".", f"{told}."]
    absent = [chart.names[code] for code in REGIONS if code not in chart.known]
    if absent:
        sentences.append(gettext("No data: {names}.", language).format(names=", ".join(absent)))
    if chart.national is not None:
        sentences.append(_national(chart, language))
    return " ".join([*sentences, *chart.notes])


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


def _national(chart: OfClasses, language: str) -> str:
    value = number(chart.national or 0, language, chart.digits)
    return gettext("Whole country: {value}", language).format(value=value)


def _shapes(chart: RegionsMap, size: float) -> list[Spec]:
    shapes = country_shapes()
    fills = {
        code: CLASSES[chart.class_of(chart.known[code])] if code in chart.known else EMPTY for code in shapes
    }
    hatched = {code for code in shapes if code not in chart.known}
    return region_layers(
        [(code, (shape.rings,), fills[code]) for code, shape in shapes.items()], hatched, size
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


def _labels(chart: RegionsMap, language: str, size: float, is_wide: bool) -> list[Spec]:
    made: list[Spec] = []
    for code, shape in country_shapes().items():
        value = chart.known.get(code)
        ground = EMPTY if value is None else CLASSES[chart.class_of(value)]
        figure = number(value, language, chart.digits) if value is not None else gettext("no data", language)
        x, y = shape.label[0] * size, shape.label[1] * size
        colour = text_on(ground)
        if code == MINSK:
            made += _minsk(chart.names[code], figure, x, y, size, has_value=value is not None)
            continue
        name, row = {"x": x, "y": y - 9, "t": chart.names[code]}, {"x": x, "y": y + 9, "t": figure}
        strong = value is not None
        if not strong:  # a halo keeps the hatching off the words
            made.append(text_layer([name, row], align="center", halo=EMPTY))
        made.append(text_layer([name], fill=colour, align="center"))
        made.append(
            text_layer(
                [row],
                size=15 if strong else SMALL,
                weight=600 if strong else 400,
                fill=colour,
                align="center",
            )
        )
    return made


def _minsk(name: str, figure: str, x: float, y: float, size: float, *, has_value: bool) -> list[Spec]:
    """Name the city outside the country, over the empty north-west, with a line to it."""
    at_x, at_y = size * 0.20, size * 0.10
    end_y = at_y + 16
    reach = {"x": at_x + 2, "y": end_y, "x2": x - size * 0.012, "y2": y - size * 0.012}
    return [
        rule_layer([reach], colour=PAPER, width=3.5),
        rule_layer([reach], colour=INK, width=1),
        text_layer([{"x": at_x, "y": at_y - 9, "t": name}], fill=INK, align="center"),
        text_layer(
            [{"x": at_x, "y": at_y + 7, "t": figure}],
            size=15 if has_value else SMALL,
            weight=600 if has_value else 400,
            align="center",
        ),
    ]


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
        labels.append({"x": 0.0, "y": height + 14, "t": _national(chart, language)})
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
