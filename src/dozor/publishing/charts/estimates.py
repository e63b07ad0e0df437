"""A model's estimates: a line within its band, labelled with the model and the vintage."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from dozor.language import gettext, number, percent
from dozor.publishing.charts.frame import Heading, Surround, lines, picture, rule_layer, text_layer
from dozor.publishing.charts.scales import ticks
from dozor.publishing.charts.style import ACCENT, CATEGORIES, INK, RULE, SMALL, SOFT, Spec, Width, readable
from dozor.publishing.fonts import text_width

FOOT = 24


@dataclass(frozen=True)
class BandPoint:
    """One year's estimate with its bounds (None where the release gives none)."""

    year: int
    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Band:
    """One model's one vintage: for example model "UNAIDS Spectrum", vintage "release of 2019"."""

    model: str
    vintage: str
    points: tuple[BandPoint, ...]

    def __post_init__(self) -> None:
        if not self.model.strip() or not self.vintage.strip():
            raise ValueError("a modelled estimate names its model and its vintage")
        if not self.points:
            raise ValueError(f"{self.model}: no points")
        object.__setattr__(self, "points", tuple(sorted(self.points, key=lambda point: point.year)))

    @property
    def label(self) -> str:
        return f"{self.model}, {self.vintage}"

    def stretches(self) -> list[tuple[BandPoint, ...]]:
        """Return runs of points a line may join: a gap of more than five years stays open."""
        runs: list[list[BandPoint]] = [[self.points[0]]]
        for before, point in zip(self.points, self.points[1:], strict=False):
            if point.year - before.year > 5:
                runs.append([])
            runs[-1].append(point)
        return [tuple(run) for run in runs]


@dataclass(frozen=True)
class EstimateBand:
    """Modelled estimates, one or a few vintages side by side (never joined to each other)."""

    heading: Heading
    bands: tuple[Band, ...]
    is_percent: bool = False
    digits: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.bands) <= 4:
            raise ValueError("one to four bands can be told apart")


def band_specification(chart: EstimateBand, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification."""
    notes = []
    if any(point.lower is not None for band in chart.bands for point in band.points):
        notes.append(gettext("The band is the model's own interval.", language))
    surround = Surround.of(chart.heading, width, titled=titled, notes=notes)
    points = [point for band in chart.bands for point in band.points]
    levels = ticks(
        max(max(point.value, point.upper or 0) for point in points), limit=100 if chart.is_percent else None
    )
    words = [
        percent(level, language) if chart.is_percent and level else number(level, language)
        for level in levels
    ]
    left = max(text_width(word, SMALL) for word in words) + 8
    figures = [_figure(band.points[-1].value, chart, language) for band in chart.bands]
    right = max(text_width(figure, SMALL, 600) for figure in figures) + 10
    plot_width, plot_height = surround.width - left - right, 220 if width == "wide" else 190
    first, last = min(point.year for point in points), max(point.year for point in points)
    last = max(last, first + 1)
    x: Spec = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [first, last], "nice": False, "zero": False},
        "axis": None,
    }
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, levels[-1]], "nice": False},
        "axis": None,
    }

    def height(value: float) -> float:
        return plot_height * (1 - value / levels[-1])

    rules = [{"x": 0, "y": height(level), "x2": plot_width, "y2": height(level)} for level in levels]
    scale_words = [
        {"x": -8, "y": height(level), "t": word} for level, word in zip(levels, words, strict=True)
    ]
    layers = [rule_layer(rules[1:], colour=RULE), text_layer(scale_words, fill=SOFT, align="right")]
    colours = (ACCENT, CATEGORIES[1], CATEGORIES[2], CATEGORIES[0])
    for band, colour in zip(chart.bands, colours, strict=False):
        for run in band.stretches():
            rows = [vars(point) for point in run]
            if len(rows) > 1 and all(point.lower is not None for point in run):
                area = {"type": "area", "color": colour, "opacity": 0.16}
                bounds = {"x": x, "y": y | {"field": "lower"}, "y2": {"field": "upper"}}
                layers.append({"data": {"values": rows}, "mark": area, "encoding": bounds})
    for band, colour in zip(chart.bands, colours, strict=False):
        for run in band.stretches():
            rows = [{"year": point.year, "value": point.value} for point in run]
            mark: Spec = {"type": "line", "color": colour, "strokeWidth": 2}
            if len(rows) == 1:
                mark = {"type": "point", "filled": True, "fill": colour, "size": 50, "opacity": 1}
            layers.append({"data": {"values": rows}, "mark": mark, "encoding": {"x": x, "y": y}})
    layers.append(rule_layer(rules[:1], colour=INK))
    ends = []
    for band, colour, figure in zip(chart.bands, colours, figures, strict=False):
        point = band.points[-1]
        ends.append((point.year, height(point.value), figure, colour))
    for (year, _, figure, colour), placed in zip(ends, _apart([end[1] for end in ends], 15), strict=True):
        at = {"x": (year - first) / (last - first) * plot_width + 6, "y": placed, "t": figure}
        layers.append(text_layer([at], weight=600, fill=readable(colour)))
    head, layers_of_keys = _keys(chart, colours, surround.width, left)
    top = surround.top + head
    layers += layers_of_keys
    layers.append(_year_words(first, last, plot_width, plot_height))
    layers += surround.layers(left, top, plot_height + FOOT)
    return picture(
        {"width": plot_width, "height": plot_height, "layer": layers},
        width=surround.width,
        height=top + plot_height + FOOT + surround.bottom,
        left=left,
        top=top,
        description=band_in_words(chart, language),
    )


def band_in_words(chart: EstimateBand, language: str) -> str:
    """Say what the chart shows: the text alternative."""
    sentences = [chart.heading.title.rstrip(".") + "."]
    for band in chart.bands:
        ends = [band.points[0], band.points[-1]] if len(band.points) > 1 else [band.points[0]]
        told = "; ".join(f"{point.year}: {_told(point, chart, language)}" for point in ends)
        sentences.append(
            gettext("Modelled estimate, {label}: {told}.", language).format(label=band.label, told=told)
        )
    return " ".join(sentences)


def _told(point: BandPoint, chart: EstimateBand, language: str) -> str:
    value = _figure(point.value, chart, language)
    if point.lower is None or point.upper is None:
        return value
    lower, upper = (number(bound, language, chart.digits) for bound in (point.lower, point.upper))
    return f"{value} ({lower}–{upper})"


def _figure(value: float, chart: EstimateBand, language: str) -> str:
    return (percent if chart.is_percent else number)(value, language, chart.digits)


def _keys(
    chart: EstimateBand, colours: tuple[str, ...], room: float, left: float
) -> tuple[float, list[Spec]]:
    """Write each band's name in its own colour above the plot, from the last upwards."""
    made: list[Spec] = []
    blocks = [
        lines(f"— {band.label}", room, colour=readable(colour), weight=600)
        for band, colour in zip(chart.bands, colours, strict=False)
    ]
    total = sum(block.height for block in blocks) + 12
    y = -total
    for block in blocks:
        made.append(block.at(-left, y))
        y += block.height
    return total, made


def _year_words(first: int, last: int, plot_width: float, plot_height: float) -> Spec:
    room = text_width("2000", SMALL) + 26
    step = next(step for step in (1, 2, 5, 10, 20, 50) if step / (last - first) * plot_width >= room)
    shown = [year for year in range(first, last + 1) if year % step == 0] or [first]
    return text_layer(
        [
            {"x": (year - first) / (last - first) * plot_width, "y": plot_height + 14, "t": str(year)}
            for year in shown
        ],
        fill=SOFT,
        align="center",
    )


def _apart(places: list[float], least: float) -> list[float]:
    """Move labels so that none is nearer than `least` to the next; their order is kept."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for above, below in itertools.pairwise(order):
        moved[below] = max(moved[below], moved[above] + least)
    return moved
