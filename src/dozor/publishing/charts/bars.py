"""Bars under each other, one for each step or group: the words above its bar, the figure beside it."""

from __future__ import annotations

from dataclasses import dataclass

from dozor.publishing.charts.frame import Heading, Surround, picture, rule_layer, text_layer
from dozor.publishing.charts.style import ACCENT, BODY, MUTED, RULE, SOFT, Spec, Width
from dozor.publishing.fonts import text_width

ROW, THICK, WORDS = 58, 24, 20  # pixels: from bar to bar, a bar's own, its words above it


@dataclass(frozen=True)
class Bar:
    """One bar; `length` in the chart's unit, None where nobody published one.

    `figure`: what is written beside it, in the reader's language; for a bar without length why there is none.
    """

    name: str
    length: float | None
    figure: str

    def __post_init__(self) -> None:
        if self.length is not None and self.length < 0:
            raise ValueError(f"{self.name}: a bar is not shorter than nothing")


@dataclass(frozen=True)
class BarsChart:
    """Bars from zero to `top` (at least the longest); a bar without a length stays an empty outline."""

    heading: Heading
    bars: tuple[Bar, ...]
    top: float

    def __post_init__(self) -> None:
        if not self.bars or self.top <= 0:
            raise ValueError("a chart needs bars and a top above zero")
        if any(one.length is not None and one.length > self.top for one in self.bars):
            raise ValueError("a bar is longer than the chart")


def bars_specification(chart: BarsChart, language: str, width: Width, *, titled: bool) -> Spec:
    """Return the Vega-Lite specification."""
    surround = Surround.of(chart.heading, width, titled=titled, notes=())
    # the figure stands to the right of its bar: every bar leaves room for the longest of them
    plot_width = (
        surround.width
        - max([text_width(one.figure, BODY, 600) for one in chart.bars if one.length is not None], default=0)
        - 10
    )
    plot_height = ROW * len(chart.bars) - (ROW - WORDS - THICK)
    drawn, outlines, names, figures, unknown = [], [], [], [], []
    for place, one in enumerate(chart.bars):
        y = place * ROW + WORDS
        middle = y + THICK / 2
        names.append({"x": 0, "y": y - 10, "t": one.name})
        end = 0.0 if one.length is None else plot_width * one.length / chart.top
        if one.length is None:
            begins = min(text_width(one.figure, BODY) + 8, plot_width)
            outlines.append({"x": begins, "y": middle, "x2": plot_width, "y2": middle})
            unknown.append({"x": 0, "y": middle, "t": one.figure})
        else:
            drawn.append({"x": 0, "y": middle, "x2": end, "y2": middle})
            figures.append({"x": end + 8, "y": middle, "t": one.figure})
    layers = [
        rule_layer([row | {"x2": plot_width} for row in drawn], colour=RULE, width=THICK),
        rule_layer(drawn, colour=ACCENT, width=THICK),
        rule_layer(outlines, colour=MUTED, dash=(3, 4)),
        text_layer(names, size=BODY),
        text_layer(unknown, size=BODY, fill=SOFT),
        text_layer(figures, size=BODY, weight=600, fill=ACCENT),
        *surround.layers(0, surround.top, plot_height),
    ]
    return picture(
        {"width": plot_width, "height": plot_height, "layer": [one for one in layers if _rows(one)]},
        width=surround.width,
        height=surround.top + plot_height + surround.bottom,
        left=0,
        top=surround.top,
        description=bars_in_words(chart, language),
    )


def _rows(layer: Spec) -> bool:
    return bool(layer["data"]["values"])


def bars_in_words(chart: BarsChart, _language: str) -> str:
    """Say what the chart shows: the text alternative; all its words are in the reader's language already."""
    told = "; ".join(f"{one.name}: {one.figure}" for one in chart.bars)
    return f"{chart.heading.title.rstrip('.')}. {told}."
