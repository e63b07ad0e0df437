"""A map of the six oblasts and Minsk in five classes of one hue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dozor.language import gettext, number
from dozor.publishing.charts.frame import Heading, Surround, rule_layer, text_layer
from dozor.publishing.charts.maps import (
    EMPTY,
    class_words,
    figures_in_words,
    fill_of,
    framed,
    key_of_classes,
    moved,
    national_words,
    region_layers,
)
from dozor.publishing.charts.scales import class_limits
from dozor.publishing.charts.style import INK, PAPER, SMALL, Spec, Width, text_on
from dozor.publishing.geometry import REGIONS, country_height, country_shapes

MINSK = "BY-HM"


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
    ]
    return framed(surround, layers, plot_height, description=map_in_words(chart, language))


def map_in_words(chart: RegionsMap, language: str) -> str:
    """Say what the map shows, the highest region first: the text alternative."""
    sentences = figures_in_words(chart, language)
    absent = [chart.names[code] for code in REGIONS if code not in chart.known]
    if absent:
        sentences.append(gettext("No data: {names}.", language).format(names=", ".join(absent)))
    if chart.national is not None:
        sentences.append(national_words(chart, language))
    return " ".join([*sentences, *chart.notes])


def _shapes(chart: RegionsMap, size: float) -> list[Spec]:
    shapes = country_shapes()
    hatched = {code for code in shapes if code not in chart.known}
    filled = [(code, (shape.rings,), fill_of(chart, code)) for code, shape in shapes.items()]
    return region_layers(filled, hatched, size)


def _labels(chart: RegionsMap, language: str, size: float, is_wide: bool) -> list[Spec]:
    made: list[Spec] = []
    for code, shape in country_shapes().items():
        value = chart.known.get(code)
        figure = number(value, language, chart.digits) if value is not None else gettext("no data", language)
        x, y = shape.label[0] * size, shape.label[1] * size
        colour = text_on(fill_of(chart, code))
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
